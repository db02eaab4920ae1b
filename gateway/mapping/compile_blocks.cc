// Blocks: groups, lists element by element, branches, and what is verified after them.
#include <algorithm>

#include "gateway/mapping/compiler.h"

namespace portage::mapping {

using schema::Type;

Scope& WayCompiler::inner_scope(Scope& outer) {
  scopes_.push_back(std::make_unique<Scope>());
  Scope& s = *scopes_.back();
  s.outer = &outer;
  s.read_shape = outer.read_shape;
  s.read_item = outer.read_item;
  s.read_slot = outer.read_slot;
  s.may_miss = outer.may_miss;
  s.element = outer.element;
  s.write = outer.write;
  s.write_shown = outer.write_shown;
  s.frame = outer.frame;
  s.read_list = outer.read_list;
  s.of_rows = outer.of_rows;
  s.write_rows = outer.write_rows;
  s.branches = outer.branches;
  return s;
}

void WayCompiler::group(const Stmt& s, const Path& from, const Path& to, Scope& scope,
                        std::vector<Op>& ops, std::vector<Op>& after) {
  Resolved source = resolve(from, scope, Purpose::group);
  if (source.ok && source.shape && source.shape->type != Type::group &&
      source.shape->type != Type::any) {
    job_.findings.error("M202", from.span,
                        {{"path", source.path.shown},
                         {"is", std::string(type_name(source.shape->type))},
                         {"wanted", "group"}});
    source.ok = false;
  }
  std::string shown_path;
  Draft* at = target(to, scope, false, shown_path);
  if (at != nullptr && at->kind != TargetNode::Kind::group) {
    const bool list = at->kind == TargetNode::Kind::list;
    job_.findings.error(list ? "M206" : "M202", to.span,
                        list ? base::Arguments{{"path", shown_path}}
                             : base::Arguments{{"path", shown_path},
                                               {"is", std::string(type_name(at->shape->type))},
                                               {"wanted", "group"}});
    at = nullptr;
  }
  if (!source.ok || at == nullptr) return;
  Scope& inner = inner_scope(scope);
  inner.read_shape = source.shape;
  inner.read_list = nullptr;
  inner.read_shown = source.path.shown;
  inner.may_miss = source.abstract.missing;
  const std::uint32_t parent = source.path.scope;
  Op op;
  op.kind = Op::Kind::enter;
  op.path = add_path(std::move(source.path));
  inner.read_slot = add_scope(parent, op.path, false);
  inner.write = at;
  inner.write_shown = shown_path;
  op.scope = inner.read_slot;
  op.line = job_.findings.line(s.span);
  at->written = true;
  inner.frame = frame_of(at);
  // What is verified is so only where the group is.
  Op check;
  block(s.block, inner, op.body, check.body);
  if (!check.body.empty()) {
    check.kind = Op::Kind::enter;
    check.path = op.path;
    check.scope = op.scope;
    check.line = op.line;
    after.push_back(std::move(check));
  }
  ops.push_back(std::move(op));
}

void WayCompiler::when(const Stmt& s, Scope& scope, std::vector<Op>& ops, std::vector<Op>& after) {
  const Expr& test = s.arrow == Arrow::both && !inward() ? *s.left : *s.right;
  const Typed condition_value = condition(test, scope);
  Scope& inner = inner_scope(scope);
  inner.branches.push_back(&s);
  Op op;
  op.kind = Op::Kind::when;
  op.node = condition_value.node;
  op.line = job_.findings.line(s.span);
  learn(test, inner);
  if (s.arrow != Arrow::both) one_way_branch(s);
  if (s.arrow == Arrow::both && !inward()) two_way_branches_.push_back({&s, &inner});
  Op check;
  block(s.block, inner, op.body, check.body);
  if (!condition_value.ok()) return;
  if (!check.body.empty()) {
    check.kind = Op::Kind::when;
    check.node = op.node;
    check.line = op.line;
    after.push_back(std::move(check));
  }
  ops.push_back(std::move(op));
}

// In a branch of one way a `<->` would go the other way always.
void WayCompiler::one_way_branch(const Stmt& s) {
  for (const Stmt& inner : s.block) {
    const bool both = (inner.kind == Stmt::Kind::rule || inner.kind == Stmt::Kind::each ||
                       inner.kind == Stmt::Kind::when) &&
                      inner.arrow == Arrow::both;
    if (both) job_.findings.error("M321", inner.arrow_span, {});
  }
}

// The group that a computed field stands in, as it was just written; false if the place can't be
// found again.
bool WayCompiler::made_scope(Scope& scope, Scope& made, Op& op) {
  std::vector<const Draft*> way;
  const Draft* top = scope.write;
  for (; top->parent != nullptr; top = top->parent) way.push_back(top);
  made.outer = nullptr;
  made.names.clear();
  made.read_shape = top->shape;
  made.read_slot = kMadeScope;
  made.element = &made;
  made.read_list = nullptr;
  if (way.empty()) return true;
  ReadPath path;
  path.scope = kMadeScope;
  for (std::size_t i = way.size(); i-- > 0;) {
    const Draft& d = *way[i];
    PathStep step;
    if (d.picks == nullptr) {
      step.name = d.name;
      step.shown = d.name;
    } else {
      step.kind = d.picks->index > 0 ? PathStep::Kind::index : PathStep::Kind::select;
      step.index = d.picks->index;
      step.first = true;
      if (!tests(*d.picks, d.shape, made, step.tests, nullptr, true)) return false;
      for (const Test& t : step.tests) {
        if (t.values.empty()) return false;
      }
    }
    path.steps.push_back(std::move(step));
  }
  made.read_shape = scope.write->shape;
  op.made_path = add_path(std::move(path));
  made.read_slot = add_scope(kMadeScope, op.made_path, false);
  op.scope = made.read_slot;
  return true;
}

namespace {
bool over_records(const Expr& e) {
  if (e.kind == Expr::Kind::path) return e.path.segments[0].name == "records";
  return std::any_of(e.children.begin(), e.children.end(),
                     [](const ExprPtr& c) { return c && over_records(*c); });
}
}  // namespace

// A computed left of <->, coming in: what it gives from our record must be what stands in theirs.
void WayCompiler::verified(const Stmt& s, Scope& scope, std::vector<Op>& after) {
  const Typed given = expression(*s.right, scope, Purpose::copy);
  Op op;
  op.kind = Op::Kind::verify;
  Scope& made = inner_scope(scope);
  if (!made_scope(scope, made, op)) {
    job_.findings.error("M103", s.left->span,
                        {{"what", "a computed field"}, {"expected", "a group named by constants"}});
    return;
  }
  if (job_.program.batch_each && over_records(*s.left)) {
    job_.findings.error("M342", s.left->span, {{"path", job_.text(s.left->span)}});
  }
  made_ = true;
  const Typed computed = expression(*s.left, made, Purpose::copy);
  made_ = false;
  if (!given.ok() || !computed.ok()) return;
  const bool numbers =
      (given.abstract.type == Type::integer || given.abstract.type == Type::decimal) &&
      (computed.abstract.type == Type::integer || computed.abstract.type == Type::decimal);
  if (given.abstract.type != computed.abstract.type && !numbers &&
      given.abstract.type != Type::any && computed.abstract.type != Type::any) {
    job_.findings.error("M202", s.left->span,
                        {{"path", job_.text(s.left->span)},
                         {"is", std::string(type_name(computed.abstract.type))},
                         {"wanted", std::string(type_name(given.abstract.type))}});
    return;
  }
  op.node = computed.node;
  op.other = given.node;
  op.path = UINT32_MAX;
  const Node* n = &out_.nodes[given.node];
  if (n->kind == Node::Kind::pipe) n = &out_.nodes[n->children[0]];
  if (n->kind == Node::Kind::read) op.path = n->path;
  op.line = job_.findings.line(s.span);
  after.push_back(std::move(op));
}

}  // namespace portage::mapping
