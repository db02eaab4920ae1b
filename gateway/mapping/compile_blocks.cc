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
  block(s.block, inner, op.body, after);
  ops.push_back(std::move(op));
}

// Equations of a selector on the list written: the element's own constants. Others are checked when
// it is made.
void WayCompiler::element_keys(Draft& element, std::vector<Test>& all, std::vector<Test>& must) {
  for (Test& t : all) {
    if (t.comparison != Comparison::eq || element.kind != TargetNode::Kind::group) {
      must.push_back(std::move(t));
      continue;
    }
    Draft* at = &element;
    for (const std::string& member : t.members) {
      const Shape* shape = at->shape->find(member);
      if (shape == nullptr) return;
      at = draft_member(*at, *shape, member);
    }
    at->key = true;
    at->written = true;
    out_.texts.emplace_back(scalar_text(t.values[0]));
    at->constant = t.values[0].is(record::Kind::number) ? record::Value::number(out_.texts.back())
                   : t.values[0].is(record::Kind::boolean) ? t.values[0]
                                                           : record::Value::text(out_.texts.back());
  }
}

void WayCompiler::each(const Stmt& s, Scope& scope, std::vector<Op>& ops) {
  const Expr& from = inward() ? *s.right : *s.left;
  const Expr& to = inward() ? *s.left : *s.right;
  if (to.kind != Expr::Kind::path) {
    job_.findings.error("M103", to.span, {{"what", "each"}, {"expected", "a path without steps"}});
    return;
  }
  Scope& inner = inner_scope(scope);
  Op op;
  op.kind = Op::Kind::each;
  op.line = job_.findings.line(s.span);
  std::uint32_t parent = scope.read_slot, by_path = UINT32_MAX;
  const Shape* element = nullptr;
  Abstract item = abstract_type(Type::any);
  if (from.kind == Expr::Kind::path) {
    Resolved source = resolve(from.path, scope, Purpose::list);
    if (!source.ok) return;
    if (source.abstract.type != Type::list && source.abstract.type != Type::any) {
      job_.findings.error("M202", from.span,
                          {{"path", source.path.shown},
                           {"is", std::string(type_name(source.abstract.type))},
                           {"wanted", "list"}});
      return;
    }
    element = source.path.flatten ? source.shape
              : source.shape      ? source.shape->item.get()
                                  : nullptr;
    if (element != nullptr && element->type == Type::list) element = element->item.get();
    if (source.abstract.item) item = *source.abstract.item;
    op.filter = std::move(source.filter);
    parent = source.path.scope;
    Node n;
    n.kind = Node::Kind::read;
    n.path = by_path = add_path(std::move(source.path));
    op.node = add_node(std::move(n));
  } else {
    const Typed list = expression(from, scope, Purpose::list);
    if (!list.ok()) return;
    if (list.abstract.type != Type::list && list.abstract.type != Type::any) {
      job_.findings.error("M202", from.span,
                          {{"path", job_.text(from.span)},
                           {"is", std::string(type_name(list.abstract.type))},
                           {"wanted", "list"}});
      return;
    }
    op.node = list.node;
    if (list.abstract.item) item = *list.abstract.item;
    element = list.abstract.shape && list.abstract.shape->item ? list.abstract.shape->item.get()
                                                               : nullptr;
  }
  std::string shown_path;
  std::vector<Test> keys;
  Draft* at = target(to.path, scope, true, shown_path, &keys);
  if (at == nullptr) return;
  if (at->kind != TargetNode::Kind::list || at->shape->item == nullptr) {
    job_.findings.error("M202", to.span,
                        {{"path", shown_path},
                         {"is", std::string(type_name(at->shape->type))},
                         {"wanted", "list"}});
    return;
  }
  auto splice = std::make_unique<Draft>();
  splice->parent = at;
  splice->spliced = true;
  splice->shape = at->shape->item.get();
  splice->selector = "each " + std::to_string(s.span.begin);
  splice->slot = frames_[scope.frame].slots++;
  op.slot = splice->slot;
  at->children.push_back(std::move(splice));
  at->written = true;
  at->first = to.span;
  FrameDraft frame;
  frame.root = std::make_unique<Draft>();
  frame.root->shape = at->shape->item.get();
  frame.root->kind =
      frame.root->shape->type == Type::group ? TargetNode::Kind::group : TargetNode::Kind::leaf;
  frame.shown = shown_path;
  element_keys(*frame.root, keys, op.must);
  frames_.push_back(std::move(frame));
  op.frame = static_cast<std::uint32_t>(frames_.size() - 1);
  inner.read_shape = element;
  inner.read_item = std::move(item);
  inner.read_item.missing = false;
  inner.may_miss = false;
  inner.read_slot = add_scope(parent, by_path, true);
  inner.element = &inner;
  inner.frame = op.frame;
  inner.write = frames_[op.frame].root.get();
  inner.write_shown = shown_path;
  op.scope = inner.read_slot;
  op.shown = std::move(shown_path);
  if (!s.name.empty()) {
    add_name(inner, s.name, {Name::Kind::alias, inward(), &inner, nullptr, 0, {}, s.name_span});
  }
  block(s.block, inner, op.body, op.after);
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
  block(s.block, inner, op.body, after);
  if (condition_value.ok()) ops.push_back(std::move(op));
}

// A computed left of <->, coming in: what it gives from our record must be what stands in theirs.
void WayCompiler::verified(const Stmt& s, Scope& scope, std::vector<Op>& after) {
  const Typed given = expression(*s.right, scope, Purpose::copy);
  const bool constant = s.left->kind != Expr::Kind::call;
  if (!constant && scope.write != frames_[scope.frame].root.get()) {
    job_.findings.error("M109", s.left->span, {{"what", "a computed field inside a group"}});
    return;
  }
  Scope& made = inner_scope(scope);
  made.outer = nullptr;
  made.read_shape = frames_[scope.frame].root->shape;
  made.read_slot = kMadeScope;
  made.element = &made;
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
  Op op;
  op.kind = Op::Kind::verify;
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
