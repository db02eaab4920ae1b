#include <algorithm>
#include <cstring>

#include "gateway/format/format.h"
#include "gateway/mapping/number.h"
#include "gateway/mapping/runner.h"

namespace portage::mapping {

using record::Kind;
using record::Value;

namespace {
constexpr std::size_t kMostRefusals = 32;
constexpr std::size_t kMostNotes = 64;

}  // namespace

std::string shown(const Value& value) {
  if (value.is(Kind::list) || value.is(Kind::group)) {
    std::string out;
    format::write_json(value, out);
    return out;
  }
  if (value.is(Kind::null)) return "null";
  return std::string(scalar_text(value));
}

Runner::Runner(const Program& program, Way way, const Value& from, const RunContext& context,
               record::Arena& arena, RunResult& result)
    : program_(program),
      way_(program.way(way)),
      direction_(way),
      from_(from),
      context_(context),
      arena_(arena),
      result_(result),
      day_(context.date.value_or(context.received_on)) {
  scopes_ = array_in<Value>(arena_, way_.scopes.size() + 1);
  indexes_ = array_in<std::uint32_t>(arena_, way_.scopes.size() + 1);
  lets_ = array_in<Value>(arena_, way_.lets);
  slots_ = array_in<Value*>(arena_, way_.frames.size());
  origins_ = array_in<std::uint32_t*>(arena_, way_.scopes.size() + 1);
  steps_left_ = context.steps;
  scopes_[0] = from;
}

Value* Runner::fresh_slots(std::uint32_t frame) {
  return slots_[frame] = array_in<Value>(arena_, way_.frames[frame].slots);
}

// Every operation costs; a record that costs too much is refused, never cut short.
bool Runner::budget() {
  if (steps_left_ > 0 && arena_.used() <= context_.memory) {
    --steps_left_;
    return true;
  }
  if (!spent_) {
    static const Op kNoOp;
    failed("budget");
    refuse(op_ ? *op_ : kNoOp);
  }
  spent_ = true;
  return false;
}

std::string_view Runner::name(const TargetNode& node) const {
  return {names_ + node.name_at, node.name_size};
}

bool Runner::find_date() {
  if (direction_ == Way::out) {
    if (context_.date) return true;
    const Value* at = &from_;
    for (const std::string& member : program_.ours_date) {
      at = at->find(member);
      if (at == nullptr) break;
    }
    if (at != nullptr && !program_.ours_date.empty() && at->is(Kind::text)) {
      if (const auto day = base::parse_day(at->as_text())) {
        day_ = *day;
      } else if (const auto instant = base::parse_instant(at->as_text())) {
        day_ = base::toronto_day(*instant);
      }
    }
    return true;
  }
  if (program_.dated_envelope || way_.dated == kNone) {
    day_ = context_.received_on;
    return true;
  }
  Op op;
  op.node = way_.dated;
  op.line = program_.dated_line;
  Value v;
  if (!eval(way_.dated, v)) {
    refuse(op);
    return false;
  }
  const std::optional<base::Day> day = base::parse_day(scalar_text(v));
  if (!day) {
    failed(v.missing() ? "date.missing" : "date.unreadable");
    refuse(op);
    return false;
  }
  day_ = *day;
  return true;
}

Value Runner::run() {
  names_ = way_.names.empty() ? "" : arena_.copy(way_.names).data();
  const Frame& frame = way_.frames[0];
  frame_ = fresh_slots(0);
  operations(way_.ops);
  frame_ = slots_[0];
  Value out = build(frame.root);
  if (!way_.after.empty() && result_.refusals.empty()) {
    scopes_[kMadeScope] = out;
    verify(way_.after);
  }
  if (out.missing() && frame.root.kind == TargetNode::Kind::group) out = Value::group();
  return out;
}

void Runner::operations(const std::vector<Op>& ops) {
  for (const Op& op : ops) {
    if (result_.refusals.size() >= kMostRefusals || !budget()) return;
    op_ = &op;
    switch (op.kind) {
      case Op::Kind::write:
        write(op);
        break;
      case Op::Kind::enter: {
        Value v;
        last_path_ = op.path;
        if (!read(way_.paths[op.path], v)) {
          refuse(op);
          break;
        }
        scopes_[op.scope] = v;
        if (!v.missing()) operations(op.body);
        break;
      }
      case Op::Kind::each:
        each(op);
        break;
      case Op::Kind::when: {
        bool yes = false;
        if (!truth(op.node, yes)) {
          refuse(op);
        } else if (yes) {
          operations(op.body);
        }
        break;
      }
      case Op::Kind::let:
        if (!eval(op.node, lets_[op.slot])) refuse(op);
        break;
      case Op::Kind::require: {
        bool yes = false;
        if (!truth(op.node, yes)) {
          refuse(op);
        } else if (!yes) {
          failed(op.code.empty() ? "require.failed" : std::string_view(op.code));
          refuse(op);
        }
        break;
      }
      case Op::Kind::make:
        make(op);
        break;
      case Op::Kind::none:
        none(op);
        break;
      case Op::Kind::verify:
        break;
    }
  }
}

void Runner::write(const Op& op) {
  Value v;
  std::vector<Step> steps;
  std::vector<std::uint32_t> paths;
  if (context_.explain) {
    steps_ = &steps;
    read_paths_ = &paths;
  }
  const bool ok = eval(op.node, v);
  if (context_.explain) {
    steps_ = nullptr;
    read_paths_ = nullptr;
  }
  if (!ok) return refuse(op);
  if (v.missing()) return;
  Value& slot = slots_[op.frame][op.slot];
  if (!slot.missing()) {
    // Elements may write the same to a place outside of them.
    if (slots_[op.frame] != frame_ && record::equal(slot, v)) return;
    return refuse(op, "written.twice");
  }
  slot = v;
  if (!context_.explain) return;
  Provenance p;
  p.target = op.shown;
  p.rule = program_.rule_file + ":" + std::to_string(op.line);
  p.after = shown(v);
  p.sensitivity = op.sensitivity;
  std::vector<std::string> sources;
  for (const std::uint32_t path : paths) {
    const ReadPath& read_path = way_.paths[path];
    const std::string source = shown_in_full(path);
    if (std::find(sources.begin(), sources.end(), source) != sources.end()) continue;
    sources.push_back(source);
    p.sensitivity = std::max(p.sensitivity, read_path.sensitivity);
    Value before;
    if (sources.size() == 1 && read(read_path, before)) p.before = shown(before);
  }
  for (const std::string& s : sources) p.sources += (p.sources.empty() ? "" : ", ") + s;
  p.steps = std::move(steps);
  context_.explain->push_back(std::move(p));
}

void Runner::verify(const std::vector<Op>& ops) {
  for (const Op& op : ops) {
    if (result_.refusals.size() >= kMostRefusals) return;
    op_ = &op;
    if (op.kind == Op::Kind::enter) {
      Value v;
      if (!read(way_.paths[op.path], v)) continue;  // refused before
      scopes_[op.scope] = v;
      if (!v.missing()) verify(op.body);
      continue;
    }
    if (op.kind == Op::Kind::when) {
      bool yes = false;
      if (truth(op.node, yes) && yes) verify(op.body);
      continue;
    }
    if (op.made_path != UINT32_MAX) {
      Value v;
      if (!read(way_.paths[op.made_path], v)) continue;
      scopes_[op.scope] = v;
    }
    Value computed, given;
    if (!eval(op.node, computed) || !eval(op.other, given)) {
      refuse(op);
      continue;
    }
    bool same = computed.kind() == given.kind() && scalar_text(computed) == scalar_text(given);
    if (!same && computed.is(Kind::number) && given.is(Kind::number)) {
      const auto a = parse_decimal(computed.as_text()), b = parse_decimal(given.as_text());
      same = a && b && mapping::compare(*a, *b) == 0;
    }
    if (!same) refuse(op, "check.failed");
  }
}

// A value as the target's format holds it, in the target's own memory.
Value Runner::place(const TargetNode& leaf, Value v) {
  switch (v.kind()) {
    case Kind::text:
      if (leaf.coerce == Coerce::integer || leaf.coerce == Coerce::decimal) {
        if (!leaf.wire_text && parse_decimal(v.as_text()))
          return Value::number(arena_.copy(v.as_text()));
      }
      return Value::text(arena_.copy(v.as_text()));
    case Kind::number:
      if (leaf.wire_text) return Value::text(arena_.copy(v.as_text()));
      return Value::number(arena_.copy(v.as_text()));
    case Kind::boolean:
      if (leaf.wire_text) return Value::text(v.as_bool() ? "true" : "false");
      return Value::boolean(v.as_bool());
    case Kind::list: {
      Value out = Value::list();
      for (const Value& item : std::as_const(v).items()) out.push(arena_, place(leaf, item));
      return out;
    }
    case Kind::group:
      return record::clone(v, arena_);
    case Kind::null:
      return Value::null();
    case Kind::missing:
      break;
  }
  return {};
}

Value Runner::build(const TargetNode& node) {
  switch (node.kind) {
    case TargetNode::Kind::leaf:
      return place(node, node.key ? node.constant : frame_[node.slot]);
    case TargetNode::Kind::group: {
      Value out = Value::group();
      out.reserve(arena_, static_cast<std::uint32_t>(node.children.size()));
      bool content = false;
      for (const TargetNode& child : node.children) {
        const Value v = build(child);
        if (v.missing()) continue;
        content = content || !(child.key || child.quiet);
        out.add(arena_, name(child), v);
      }
      return content ? out : Value();
    }
    case TargetNode::Kind::list: {
      Value out = Value::list();
      if (!build_list(node, out)) return {};
      return out;
    }
  }
  return {};
}

bool Runner::build_list(const TargetNode& node, Value& out) {
  for (const TargetNode& child : node.children) {
    if (child.spliced) {
      for (const Value& item : std::as_const(frame_[child.slot]).items()) out.push(arena_, item);
      continue;
    }
    const Value v = build(child);
    if (!v.missing()) out.push(arena_, v);
  }
  return out.size() > 0 || node.keep_empty;
}

Refusal Runner::refusal(const Op& op, std::string_view code) const {
  Refusal r;
  r.code = code;
  r.rule = program_.rule_file + ":" + std::to_string(op.line);
  std::uint32_t path = fail_path_ != UINT32_MAX ? fail_path_ : last_path_;
  if (op.kind == Op::Kind::verify && op.path != UINT32_MAX) path = op.path;
  if (code == "budget") path = UINT32_MAX;
  if (path != UINT32_MAX) {
    r.pointer = pointer_of(path, r.at);
    r.arguments.emplace_back("path", r.pointer);
    r.arguments.emplace_back("field", way_.paths[path].shown);
  }
  if (path == UINT32_MAX && op.kind == Op::Kind::each) {
    r.pointer = scope_pointer(op.scope, r.at);
    r.arguments.emplace_back("path", r.pointer);
  }
  if (!fail_step_.empty()) r.arguments.emplace_back("step", fail_step_);
  r.arguments.emplace_back("rule", r.rule);
  return r;
}

void Runner::refuse(const Op& op) { refuse(op, std::string(fail_code_)); }

void Runner::refuse(const Op& op, std::string_view code) {
  if (result_.refusals.size() < kMostRefusals) result_.refusals.push_back(refusal(op, code));
  fail_code_ = {};
  fail_step_.clear();
  fail_path_ = UINT32_MAX;
}

void Runner::note(std::string_view code) {
  static const Op kNoOp;
  Refusal n = refusal(op_ ? *op_ : kNoOp, code);
  n.arguments.emplace_back("why", std::string(fail_code_));
  fail_code_ = {};
  fail_step_.clear();
  fail_path_ = UINT32_MAX;
  if (result_.notes.size() < kMostNotes) {
    result_.notes.push_back(std::move(n));
  } else if (result_.refusals.size() < kMostRefusals) {
    n.code = "notes.too_many";
    result_.refusals.push_back(std::move(n));
  }
}

RunResult run(const Mapping& mapping, Way way, const Value& from, const RunContext& context,
              record::Document& into) {
  RunResult result;
  const Program& program = mapping.program();
  if (!program.way(way).present) {
    Refusal r;
    r.code = way == Way::in ? "mapping.not_inward" : "mapping.not_outward";
    r.arguments = {{"mapping", mapping.name()}};
    result.refusals.push_back(std::move(r));
    return result;
  }
  Runner runner(program, way, from, context, into.arena, result);
  if (runner.find_date()) into.root = runner.run();
  if (!result.refusals.empty()) result.made.clear();  // all that is made is kept, or nothing is
  result.date = runner.date();
  return result;
}

}  // namespace portage::mapping
