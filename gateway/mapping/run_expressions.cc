#include <algorithm>
#include <array>

#include "gateway/mapping/number.h"
#include "gateway/mapping/runner.h"

namespace portage::mapping {

using record::Kind;
using record::Value;

std::string_view scalar_text(const Value& value) {
  if (value.is(Kind::boolean)) return value.as_bool() ? "true" : "false";
  if (value.is(Kind::text) || value.is(Kind::number)) return value.as_text();
  return {};
}

bool Runner::failed(std::string_view code) {
  fail_code_ = code;
  fail_step_.clear();
  fail_path_ = last_path_;
  hard_ = false;
  return false;
}

bool Runner::truth(NodeId id, bool& out) {
  Value v;
  if (!eval(id, v)) return false;
  out = v.is(Kind::boolean) && v.as_bool();
  return true;
}

bool Runner::eval(NodeId id, Value& out) {
  const Node& n = way_.nodes[id];
  out = Value();
  switch (n.kind) {
    case Node::Kind::constant:
      out = n.constant;
      return true;
    case Node::Kind::let:
      out = lets_[n.path];
      return true;
    case Node::Kind::read:
      last_path_ = n.path;
      if (read_paths_) read_paths_->push_back(n.path);
      return read(way_.paths[n.path], out);
    case Node::Kind::has: {
      Value v;
      last_path_ = n.path;
      if (read_paths_) read_paths_->push_back(n.path);
      if (!read(way_.paths[n.path], v)) return false;
      out = Value::boolean(!v.missing() && !v.is(Kind::null));
      return true;
    }
    case Node::Kind::call:
      return call(n, out);
    case Node::Kind::pipe:
      return pipe(n, out);
    case Node::Kind::negation: {
      bool b = false;
      if (!truth(n.children[0], b)) return false;
      out = Value::boolean(!b);
      return true;
    }
    case Node::Kind::conjunction:
    case Node::Kind::disjunction: {
      const bool decides = n.kind == Node::Kind::disjunction;
      bool b = false;
      if (!truth(n.children[0], b)) return false;
      if (b != decides && !truth(n.children[1], b)) return false;
      out = Value::boolean(b);
      return true;
    }
    case Node::Kind::choice: {
      bool b = false;
      if (!truth(n.children[0], b)) return false;
      return eval(n.children[b ? 1 : 2], out);
    }
    case Node::Kind::compare:
      return compare(n, out);
    case Node::Kind::arithmetic:
      return arithmetic(n, out);
    case Node::Kind::list: {
      out = Value::list();
      for (const NodeId child : n.children) {
        Value v;
        if (!eval(child, v)) return false;
        if (!v.missing()) out.push(arena_, v);
      }
      if (out.size() == 0) out = Value();
      return true;
    }
  }
  return true;
}

namespace {
// -1, 0, 1; numbers by value, everything else by its characters (dates sort so too).
int order(const Value& a, const Value& b) {
  if (a.is(Kind::number) && b.is(Kind::number)) {
    const std::optional<Decimal> x = parse_decimal(a.as_text()), y = parse_decimal(b.as_text());
    if (x && y) return mapping::compare(*x, *y);
  }
  const int c = scalar_text(a).compare(scalar_text(b));
  return c < 0 ? -1 : c > 0 ? 1 : 0;
}
bool equal_values(const Value& a, const Value& b) {
  if (a.missing() || b.missing()) return a.missing() && b.missing();
  if (a.is(Kind::null) || b.is(Kind::null)) return a.is(Kind::null) && b.is(Kind::null);
  if (a.is(Kind::list) || a.is(Kind::group)) return record::equal(a, b);
  if (b.is(Kind::list) || b.is(Kind::group)) return false;
  return order(a, b) == 0;
}
}  // namespace

bool Runner::compare(const Node& n, Value& out) {
  Value a, b;
  if (!eval(n.children[0], a) || !eval(n.children[1], b)) return false;
  bool result = false;
  const bool nothing = a.missing() || b.missing() || a.is(Kind::null) || b.is(Kind::null);
  switch (n.comparison) {
    case Comparison::eq:
      result = equal_values(a, b);
      break;
    case Comparison::ne:
      result = !equal_values(a, b);
      break;
    case Comparison::lt:
      result = !nothing && order(a, b) < 0;
      break;
    case Comparison::le:
      result = !nothing && order(a, b) <= 0;
      break;
    case Comparison::gt:
      result = !nothing && order(a, b) > 0;
      break;
    case Comparison::ge:
      result = !nothing && order(a, b) >= 0;
      break;
    case Comparison::in:
      if (!a.missing()) {
        for (const Value& item : b.items()) result = result || equal_values(a, item);
        if (!b.is(Kind::list)) result = equal_values(a, b);
      }
      break;
  }
  out = Value::boolean(result);
  return true;
}

bool Runner::arithmetic(const Node& n, Value& out) {
  Value a, b;
  if (!eval(n.children[0], a) || !eval(n.children[1], b)) return false;
  if (a.missing() || b.missing()) return true;
  const std::optional<Decimal> x = parse_decimal(scalar_text(a)), y = parse_decimal(scalar_text(b));
  if (!x || !y) return failed("number.unreadable");
  const std::optional<Decimal> r = n.sign == '+'   ? add(*x, *y)
                                   : n.sign == '-' ? subtract(*x, *y)
                                                   : multiply(*x, *y);
  constexpr __int128 kMost = INT64_MAX;
  if (!r || (r->places == 0 && (r->units > kMost || r->units < -kMost)))
    return failed("number.range");
  out = Value::number(write_decimal(*r, arena_), a.at());
  return true;
}

bool Runner::call(const Node& n, Value& out) {
  std::array<Value, 16> args;
  const std::size_t count = std::min(n.children.size(), args.size());
  for (std::size_t i = 0; i < count; ++i) {
    if (!eval(n.children[i], args[i])) return false;
    if ((args[i].missing() && !n.function->takes_missing) ||
        (args[i].is(Kind::null) && !n.function->takes_null)) {
      return true;
    }
    if (!n.function->takes_list && (args[i].is(Kind::list) || args[i].is(Kind::group))) {
      return failed("type.wrong");
    }
  }
  CallState state{arena_, day_, n.prepared.get(), {}};
  if (n.function->apply(state, {args.data(), count}, out)) return true;
  failed(state.code);
  fail_step_ = n.function->name;
  return false;
}

bool Runner::step(const StepCode& s, Value& value) {
  const Function& f = *s.function;
  if (value.missing() && !(f.takes_missing && (!s.undo || f.undo))) return true;
  if (value.is(Kind::null) && !f.takes_null) return true;
  if (f.name == "each") return each_item(s, value);
  if (f.name == "where") return where(s, value);
  const bool list_expected = f.takes_list;
  if (!list_expected && (value.is(Kind::list) || value.is(Kind::group))) {
    failed("type.wrong");
    fail_step_ = s.prepared->label;
    return false;
  }
  CallState state{arena_, day_, s.prepared.get(), {}};
  Value out;
  const Apply apply_step = s.undo ? f.undo : f.apply;
  bool ok;
  if (s.prepared->values.empty()) {
    ok = apply_step(state, {&value, 1}, out);
  } else {
    std::array<Value, 12> args;
    args[0] = value;
    const std::size_t more = std::min(s.prepared->values.size(), args.size() - 1);
    std::copy_n(s.prepared->values.begin(), more, args.begin() + 1);
    ok = apply_step(state, {args.data(), more + 1}, out);
  }
  if (!ok) {
    failed(state.code);
    fail_step_ = s.prepared->label;
    return false;
  }
  if (steps_) steps_->push_back({s.prepared->label, shown(value), shown(out)});
  value = out;
  return true;
}

bool Runner::each_item(const StepCode& s, Value& value) {
  const std::span<const Value> items =
      value.is(Kind::list) ? std::as_const(value).items() : std::span<const Value>(&value, 1);
  Value out = Value::list(value.at());
  for (const Value& item : items) {
    Value v = item;
    if (!apply(s.inner, v)) return false;
    if (!v.missing()) out.push(arena_, v);
  }
  value = out.size() > 0 ? out : Value();
  return true;
}

bool Runner::where(const StepCode& s, Value& value) {
  const std::span<const Value> items =
      value.is(Kind::list) ? std::as_const(value).items() : std::span<const Value>(&value, 1);
  Value out = Value::list(value.at());
  for (const Value& item : items) {
    scopes_[s.item_scope] = item;
    bool keep = false;
    if (!truth(s.condition, keep)) return false;
    if (keep) out.push(arena_, item);
  }
  value = out.size() > 0 ? out : Value();
  return true;
}

bool Runner::apply(const std::vector<StepCode>& steps, Value& value) {
  for (const StepCode& s : steps) {
    if (!step(s, value)) return false;
  }
  return true;
}

bool Runner::pipe(const Node& n, Value& out) {
  bool ok = eval(n.children[0], out);
  const std::uint32_t path = last_path_;
  if (ok) ok = apply(n.steps, out);
  if (!ok && way_.nodes[n.children[0]].kind == Node::Kind::read) fail_path_ = path;
  if (n.fallbacks.empty()) return ok;
  return fallbacks(n, ok, out);
}

bool Runner::fallbacks(const Node& n, bool ok, Value& out) {
  if (!ok && hard_) return false;
  for (const FallbackCode& f : n.fallbacks) {
    const bool applies = f.when == Fallback::When::failed ? !ok : ok && out.missing();
    if (!applies) continue;
    if (f.what == Fallback::What::reject) {
      const std::string_view own = ok ? "value.missing" : fail_code_;
      const std::uint32_t path = ok ? last_path_ : fail_path_;
      failed(f.code.empty() ? own : std::string_view(f.code));
      fail_path_ = path;
      hard_ = true;
      return false;
    }
    if (f.what == Fallback::What::note) {
      note(f.code);
      out = Value();
      ok = true;
      continue;
    }
    ok = eval(f.value, out);
    if (!ok) return false;
    if (steps_)
      steps_->push_back({f.when == Fallback::When::missing ? "??" : "else", "", shown(out)});
  }
  return ok;
}

}  // namespace portage::mapping
