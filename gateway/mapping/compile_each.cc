// Lists element by element: one for one, and `by`, where the rows with one key are one element.
#include <algorithm>

#include "gateway/mapping/compiler.h"

namespace portage::mapping {

using schema::Type;

// Equations of a selector on the list written: the element's own constants. Others are checked when
// it is made.
void WayCompiler::element_keys(Draft& element, std::vector<Test>& all, std::vector<Test>& must) {
  for (Test& t : all) {
    if (t.comparison != Comparison::eq || element.kind != TargetNode::Kind::group ||
        t.values.empty()) {
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

// What the each goes through; the scope of its element. False after a finding.
bool WayCompiler::each_source(const Stmt& s, Scope& scope, Scope& inner, Op& op,
                              std::uint32_t& by_path) {
  const Expr& from = inward() ? *s.right : *s.left;
  const auto no_list = [&](const std::string& path, Type is) {
    job_.findings.error("M202", from.span,
                        {{"path", path}, {"is", std::string(type_name(is))}, {"wanted", "list"}});
    return false;
  };
  inner.read_list = nullptr;
  inner.read_item = abstract_type(Type::any);
  inner.read_shape = nullptr;
  std::uint32_t parent = scope.read_slot;
  if (from.kind == Expr::Kind::path) {
    Resolved source = resolve(from.path, scope, Purpose::list);
    if (!source.ok) return false;
    if (source.abstract.type != Type::list && source.abstract.type != Type::any)
      return no_list(source.path.shown, source.abstract.type);
    inner.read_list = source.shape;
    taken(s, source);
    const Shape* element = source.path.flatten ? source.shape
                           : source.shape      ? source.shape->item.get()
                                               : nullptr;
    if (element != nullptr && element->type == Type::list) element = element->item.get();
    if (source.abstract.item) inner.read_item = *source.abstract.item;
    inner.read_shape = element;
    op.filter = std::move(source.filter);
    parent = source.path.scope;
    inner.of_rows = parent < out_.scopes.size() && out_.scopes[parent].grouped;
    Node n;
    n.kind = Node::Kind::read;
    n.path = by_path = add_path(std::move(source.path));
    op.node = add_node(std::move(n));
  } else {
    const Typed list = expression(from, scope, Purpose::list);
    if (!list.ok()) return false;
    if (list.abstract.type != Type::list && list.abstract.type != Type::any)
      return no_list(job_.text(from.span), list.abstract.type);
    op.node = list.node;
    if (list.abstract.item) inner.read_item = *list.abstract.item;
    if (list.abstract.shape && list.abstract.shape->item)
      inner.read_shape = list.abstract.shape->item.get();
  }
  inner.read_item.missing = false;
  inner.may_miss = false;
  inner.read_slot = add_scope(parent, by_path, true);
  for (const Test& t : op.filter) {
    if (t.comparison == Comparison::ne || t.path != UINT32_MAX || t.members.empty()) continue;
    std::string path;
    for (const std::string& m : t.members) path += (path.empty() ? "" : "/") + m;
    std::vector<std::string>& known = inner.known[{inner.read_slot, path}];
    for (const record::Value& v : t.values) known.emplace_back(scalar_text(v));
  }
  inner.element = &inner;
  op.scope = inner.read_slot;
  return true;
}

// The columns that make a group, of theirs' rows. False after a finding.
bool WayCompiler::by_keys(const Stmt& s, const Shape* row, bool writing_side, Op& op) {
  for (const Path& path : s.paths) {
    const Shape* at = row;
    std::vector<std::string> members;
    for (const Segment& segment : path.segments) {
      const std::string name = member_name(segment);
      if (name.empty()) return false;
      if (at != nullptr && at->type == Type::group) {
        at = member_shape(*at, segment, name, writing_side ? writes().word : reads().word);
        if (at == nullptr) return false;
      } else if (at != nullptr && at->type != Type::any) {
        job_.findings.error("M201", segment.span, {{"path", segment.name}, {"side", "theirs"}});
        return false;
      }
      members.push_back(name);
    }
    if (at != nullptr && (at->type == Type::list || at->type == Type::group)) {
      job_.findings.error("M206", path.span, {{"path", job_.text(path.span)}});
      return false;
    }
    if (!writing_side) use_shape(at, false);
    op.keys.push_back(std::move(members));
  }
  return true;
}

// The list's part that this each fills.
void WayCompiler::splice(const Stmt& s, Draft& at, const Scope& scope, Op& op) {
  auto part = std::make_unique<Draft>();
  part->parent = &at;
  part->spliced = true;
  part->shape = at.shape->item.get();
  part->selector = "each " + std::to_string(s.span.begin);
  op.into = frame_of(&at);
  part->slot = frames_[op.into].slots++;
  op.slot = part->slot;
  at.children.push_back(std::move(part));
  if (!at.written) at.first = s.span;
  at.written = true;
  (void)scope;
}

void WayCompiler::each_frame(Draft& at, bool rows, Op& op) {
  FrameDraft frame;
  frame.root = std::make_unique<Draft>();
  frame.root->shape = at.shape->item.get();
  frame.root->kind =
      frame.root->shape->type == Type::group ? TargetNode::Kind::group : TargetNode::Kind::leaf;
  frame.side = making_;
  frame.span = frames_[root_frame_].span;
  if (frames_[op.into].rows.get() == &at) frame.beside = op.into;
  if (rows) {
    frame.rows = std::make_unique<Draft>();
    frame.rows->shape = at.shape;
    frame.rows->kind = TargetNode::Kind::list;
  }
  frames_.push_back(std::move(frame));
  op.frame = static_cast<std::uint32_t>(frames_.size() - 1);
}

void WayCompiler::each(const Stmt& s, Scope& scope, std::vector<Op>& ops) {
  const Expr& from = inward() ? *s.right : *s.left;
  const Expr& to = inward() ? *s.left : *s.right;
  const bool by = !s.paths.empty();
  if (to.kind != Expr::Kind::path || (by && from.kind != Expr::Kind::path)) {
    job_.findings.error("M103", (to.kind != Expr::Kind::path ? to : from).span,
                        {{"what", "each"}, {"expected", "a path without steps"}});
    return;
  }
  Scope& inner = inner_scope(scope);
  Op op;
  op.kind = Op::Kind::each;
  op.line = job_.findings.line(s.span);
  std::uint32_t by_path = UINT32_MAX;
  const bool source_is_list = each_source(s, scope, inner, op, by_path);
  std::string shown_path;
  std::vector<Test> keys;
  Draft* at = target(to.path, scope, true, shown_path, &keys);
  if (!source_is_list || at == nullptr) return;
  if (at->kind != TargetNode::Kind::list || at->shape->item == nullptr) {
    job_.findings.error("M202", to.span,
                        {{"path", shown_path},
                         {"is", std::string(type_name(at->shape->type))},
                         {"wanted", "list"}});
    return;
  }
  op.by_in = by && inward();
  op.by_out = by && !inward();
  if (by) {
    const Shape* row = op.by_in ? inner.read_shape : at->shape->item.get();
    if (row == nullptr || row->type != Type::group || !by_keys(s, row, op.by_out, op)) return;
  }
  splice(s, *at, scope, op);
  each_frame(*at, op.by_out, op);
  FrameDraft& frame = frames_[op.frame];
  frame.shown = shown_path;
  element_keys(*frame.root, keys, op.must);
  for (Test& t : op.must) {
    if (!t.values.empty()) continue;
    job_.findings.error("M103", to.span,
                        {{"what", "each"}, {"expected", "a filter of literals where it writes"}});
    return;
  }
  inner.frame = op.frame;
  inner.write = frame.root.get();
  inner.write_rows = frame.rows.get();
  inner.write_shown = shown_path;
  op.shown = std::move(shown_path);
  if (op.by_in) {
    out_.scopes[inner.read_slot].grouped = true;
  } else {
    inner.read_list = nullptr;
  }
  const Path& ours = s.left->path;
  op.lenient = job_.program.batch_each && ours.segments.size() == 1 && scope.outer == nullptr &&
               ours.segments[0].name == "records";
  if (!s.name.empty()) {
    add_name(inner, s.name, {Name::Kind::alias, inward(), &inner, nullptr, 0, {}, s.name_span, by});
  }
  block(s.block, inner, op.body, op.after);
  if (by) cost_of_by(s);
  if (op.by_out) by_written(s, op);
  ops.push_back(std::move(op));
}

// Going out, the key of a group must stand in its rows, and in nothing but what they share.
void WayCompiler::by_written(const Stmt& s, const Op& op) {
  for (std::size_t i = 0; i < op.keys.size(); ++i) {
    const Draft* at = frames_[op.frame].root.get();
    for (const std::string& member : op.keys[i]) {
      const Draft* next = nullptr;
      for (const auto& child : at->children) {
        if (child->name == member && child->selector.empty()) next = child.get();
      }
      at = next;
      if (at == nullptr) break;
    }
    if (at != nullptr && at->written) continue;
    job_.findings.error("M221", s.paths[i].span,
                        {{"path", job_.text(s.paths[i].span)}, {"side", "theirs"}});
  }
}

}  // namespace portage::mapping
