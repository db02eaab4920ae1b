// The plan of the target becomes what the runner builds from: members in the order of their schema,
// slots, names in one block.
#include <algorithm>

#include "gateway/mapping/compiler.h"
#include "gateway/schema/pattern.h"

namespace portage::mapping {

using schema::Type;

WayCompiler::WayCompiler(Job& job, Way way)
    : job_(job), way_(way), out_(way == Way::in ? job.program.in : job.program.out) {
  out_.reads = reads().format;
  out_.scopes.resize(2);  // kRootScope, kMadeScope
}

std::optional<bool> WayCompiler::matches_all(const std::string& pattern,
                                             const std::vector<std::string>& values) {
  const auto compiled = schema::Pattern::re2(pattern);
  if (!compiled) return std::nullopt;
  return std::all_of(values.begin(), values.end(),
                     [&](const std::string& v) { return compiled.value()->matches(v); });
}

TargetNode WayCompiler::planned(Draft& draft) {
  TargetNode n;
  n.kind = draft.kind;
  n.key = draft.key;
  n.quiet = draft.quiet;
  n.constant = draft.constant;
  n.slot = draft.slot == UINT32_MAX ? 0 : draft.slot;
  n.spliced = draft.spliced;
  n.wire_text = writes().format != format::Format::json;
  const Shape* leaf = draft.shape;
  if (leaf->type == Type::list && leaf->item) leaf = leaf->item.get();
  n.coerce = leaf->type == Type::integer   ? Coerce::integer
             : leaf->type == Type::decimal ? Coerce::decimal
                                           : Coerce::none;
  n.name_at = static_cast<std::uint32_t>(out_.names.size());
  n.name_size = static_cast<std::uint32_t>(draft.name.size());
  out_.names += draft.name;
  if (draft.kind == TargetNode::Kind::list) {
    n.keep_empty = draft.shape->required && draft.shape->min_items == 0 && !n.wire_text;
    std::stable_sort(draft.children.begin(), draft.children.end(),
                     [](const auto& a, const auto& b) { return a->index < b->index; });
  } else if (draft.kind == TargetNode::Kind::group) {
    const auto place = [&](const Draft& d) { return d.shape - draft.shape->members.data(); };
    std::stable_sort(draft.children.begin(), draft.children.end(),
                     [&](const auto& a, const auto& b) { return place(*a) < place(*b); });
  }
  for (const auto& child : draft.children) {
    const bool empty_leaf = child->kind == TargetNode::Kind::leaf && !child->key &&
                            !child->spliced && child->slot == UINT32_MAX;
    if (!empty_leaf) n.children.push_back(planned(*child));
  }
  return n;
}

void WayCompiler::finish() {
  tell_gaps(nullptr);
  equations();
  branches_written();
  for (FrameDraft& f : frames_) {
    making_ = f.side;
    indexed(*f.root);
    if (f.rows) indexed(*f.rows);
    Frame frame;
    if (f.root->kind == TargetNode::Kind::leaf && f.root->slot == UINT32_MAX && !f.root->key) {
      f.root->slot = f.slots++;
    }
    frame.root = planned(*f.root);
    frame.slots = f.slots;
    frame.shown = f.shown;
    if (f.rows) {
      frame.grouped = true;
      frame.rows = planned(*f.rows);
      for (const Shape& m : f.root->shape->members) frame.order.push_back(m.name);
    }
    out_.frames.push_back(std::move(frame));
  }
  making_ = nullptr;
}

namespace {
bool goes(const std::vector<Stmt>& statements, bool in) {
  return std::any_of(statements.begin(), statements.end(), [&](const Stmt& s) {
    const bool this_way = s.arrow == Arrow::both || s.arrow == (in ? Arrow::in : Arrow::out);
    switch (s.kind) {
      case Stmt::Kind::rule:
      case Stmt::Kind::each:
        return this_way;
      case Stmt::Kind::same:
        return true;
      case Stmt::Kind::make:
        return in;
      case Stmt::Kind::when:
      case Stmt::Kind::def:
        return goes(s.block, in);
      default:
        return false;
    }
  });
}
}  // namespace

void WayCompiler::run() {
  out_.present = goes(job_.file.statements, inward());
  if (!out_.present) return;
  FrameDraft frame;
  frame.root = std::make_unique<Draft>();
  frame.root->shape = writes().root;
  frame.root->kind = TargetNode::Kind::group;
  frame.must_exist = true;
  frames_.push_back(std::move(frame));
  scopes_.push_back(std::make_unique<Scope>());
  Scope& root = *scopes_.back();
  root.read_shape = reads().root;
  root.element = &root;
  root.write = frames_[0].root.get();
  load_permits();
  // Places and lets of the top may be used by `dated`, which is read first.
  block(job_.file.statements, root, out_.ops, out_.after);
  if (inward()) none(job_.file.statements, out_.ops);
  if (inward() && job_.file.dated) {
    const Typed day = expression(*job_.file.dated, root, Purpose::scalar);
    if (day.ok() && day.abstract.type != Type::date && day.abstract.type != Type::any) {
      job_.findings.error(
          "M202", job_.file.dated_span,
          {{"path", "dated"},
           {"is", std::string(type_name(day.abstract.type))},
           {"wanted", "date"}},
          day.abstract.type == Type::datetime ? "day \"America/Toronto\"" : "date PATTERN");
    }
    out_.dated = day.node;
  }
  finish();
}

Typed WayCompiler::lone(const Expr& e) {
  scopes_.push_back(std::make_unique<Scope>());
  Scope& nothing = *scopes_.back();
  static const Shape kNothing = [] {
    Shape s;
    s.type = Type::group;
    return s;
  }();
  nothing.read_shape = &kNothing;
  return expression(e, nothing, Purpose::copy);
}

}  // namespace portage::mapping
