// `make` and `none`: one record of theirs becomes several of ours.
#include <algorithm>

#include "gateway/mapping/compiler.h"
#include "gateway/mapping/conditions.h"

namespace portage::mapping {

using schema::Type;

namespace {
// The member that the schema marks as the record's own key.
bool find_key(const Shape& shape, std::vector<std::string>& path) {
  if (shape.marks.key) return true;
  for (const Shape& m : shape.members) {
    path.push_back(m.name);
    if (find_key(m, path)) return true;
    path.pop_back();
  }
  return false;
}

void two_ways(const std::vector<Stmt>& statements, Findings& findings) {
  for (const Stmt& s : statements) {
    const bool rule = s.kind == Stmt::Kind::rule || s.kind == Stmt::Kind::each ||
                      s.kind == Stmt::Kind::when || s.kind == Stmt::Kind::let;
    if (rule && s.arrow != Arrow::in) findings.error("M351", s.arrow_span, {});
    two_ways(s.block, findings);
  }
}
}  // namespace

void WayCompiler::make(const Stmt& s, Scope& scope, std::vector<Op>& ops) {
  two_ways(s.block, job_.findings);
  if (scope.outer != nullptr) {
    job_.findings.error("M103", s.span, {{"what", "make"}, {"expected", "outside of any block"}});
    return;
  }
  const schema::Schema* schema = job_.world.schema ? job_.world.schema(s.schema) : nullptr;
  if (schema == nullptr || schema->shape().type != Type::group) {
    job_.findings.error("M104", s.text_span, {{"name", s.schema}});
    return;
  }
  made_sides_.push_back({schema, &schema->shape(), schema->format(), "ours"});
  making_ = &made_sides_.back();
  Scope& inner = inner_scope(scope);
  Op op;
  op.kind = Op::Kind::make;
  op.schema = s.schema;
  op.line = job_.findings.line(s.span);
  FrameDraft frame;
  frame.root = std::make_unique<Draft>();
  frame.root->shape = making_->root;
  frame.root->kind = TargetNode::Kind::group;
  frame.must_exist = true;
  frame.side = making_;
  frame.span = s.text_span;
  frames_.push_back(std::move(frame));
  op.frame = root_frame_ = static_cast<std::uint32_t>(frames_.size() - 1);
  inner.frame = op.frame;
  inner.write = frames_[op.frame].root.get();
  inner.write_shown.clear();
  bool good = true;
  if (!s.paths.empty()) good = make_each(s, scope, inner, op);
  if (s.left) {
    const Typed test = condition(*s.left, inner);
    good = good && test.ok();
    op.other = test.node;
  }
  std::vector<std::string> key;
  if (find_key(*making_->root, key)) op.keys.push_back(std::move(key));
  if (good) block(s.block, inner, op.body, op.after);
  making_ = nullptr;
  root_frame_ = 0;
  if (good) ops.push_back(std::move(op));
}

// The elements that a make goes through, and the name that each has; paths still begin at the root.
bool WayCompiler::make_each(const Stmt& s, Scope& scope, Scope& inner, Op& op) {
  Resolved source = resolve(s.paths[0], scope, Purpose::list);
  if (!source.ok) return false;
  if (source.abstract.type != Type::list && source.abstract.type != Type::any) {
    job_.findings.error("M202", s.paths[0].span,
                        {{"path", source.path.shown},
                         {"is", std::string(type_name(source.abstract.type))},
                         {"wanted", "list"}});
    return false;
  }
  Scope& element = inner_scope(scope);
  element.read_shape = source.path.flatten ? source.shape
                       : source.shape      ? source.shape->item.get()
                                           : nullptr;
  if (element.read_shape && element.read_shape->type == Type::list)
    element.read_shape = element.read_shape->item.get();
  if (source.abstract.item) element.read_item = *source.abstract.item;
  element.read_item.missing = false;
  element.element = &element;
  op.filter = std::move(source.filter);
  const std::uint32_t parent = source.path.scope;
  Node n;
  n.kind = Node::Kind::read;
  n.path = add_path(std::move(source.path));
  element.read_slot = add_scope(parent, n.path, true);
  op.scope = element.read_slot;
  op.node = add_node(std::move(n));
  inner.element = &element;
  add_name(inner, s.name, {Name::Kind::alias, true, &element, nullptr, 0, {}, s.name_span});
  return true;
}

// What happens when nothing was made; it may be left out only if something always is.
void WayCompiler::none(const std::vector<Stmt>& statements, std::vector<Op>& ops) {
  const Stmt* said = nullptr;
  const Stmt* first = nullptr;
  std::vector<const Expr*> tests;
  bool always = false;
  std::map<std::string, std::vector<const Stmt*>> by_schema;
  for (const Stmt& s : statements) {
    if (s.kind == Stmt::Kind::none) said = &s;
    if (s.kind != Stmt::Kind::make) continue;
    if (first == nullptr) first = &s;
    if (s.paths.empty() && s.left) tests.push_back(s.left.get());
    if (s.paths.empty() && !s.left) always = true;
    by_schema[s.schema].push_back(&s);
  }
  if (first == nullptr) return;
  same_ids(by_schema);
  if (said != nullptr) {
    Op op;
    op.kind = Op::Kind::none;
    op.code = said->text.empty() ? "none.made" : said->text;
    op.line = job_.findings.line(said->span);
    ops.push_back(std::move(op));
    return;
  }
  if (always) return;
  Conditions conditions(job_, *scopes_.front(), *this);
  if (!conditions.always_one(tests)) {
    Span span = first->span;
    span.end = std::min(span.end, span.begin + 4);
    job_.findings.error("M353", span, {});
  }
}

namespace {
// The text of the rule that writes the record's key, or empty.
const Stmt* writes_key(const std::vector<Stmt>& block, const std::string& key) {
  for (const Stmt& s : block) {
    if (s.kind == Stmt::Kind::rule && s.left && s.left->kind == Expr::Kind::path &&
        s.left->path.segments.size() == 1 && s.left->path.segments[0].name == key) {
      return &s;
    }
  }
  return nullptr;
}
}  // namespace

// Two makes of one schema whose ids are the same expression make the same id, if both may apply.
void WayCompiler::same_ids(const std::map<std::string, std::vector<const Stmt*>>& by_schema) {
  for (const auto& [name, makes] : by_schema) {
    const schema::Schema* schema = job_.world.schema ? job_.world.schema(name) : nullptr;
    std::vector<std::string> key;
    if (schema == nullptr || !find_key(schema->shape(), key) || key.size() != 1) continue;
    std::map<std::string, const Stmt*> seen;
    for (const Stmt* make : makes) {
      const Stmt* rule = writes_key(make->block, key[0]);
      if (rule == nullptr || !rule->right) continue;
      const std::string text = job_.text(rule->right->span);
      // In an each, an id that says nothing of the element is the same for all of them.
      const bool repeats = !make->paths.empty() && text.find(make->name + ".") == std::string::npos;
      const auto [at, fresh] = seen.emplace(text, make);
      bool clash = repeats;
      if (!fresh && !clash) {
        const Expr* a = at->second->left.get();
        const Expr* b = make->left.get();
        Conditions conditions(job_, *scopes_.front(), *this);
        clash = a == nullptr || b == nullptr || conditions.apart(*a, *b) != Conditions::Proof::yes;
      }
      if (clash) job_.findings.error("M352", rule->span, {{"schema", name}});
    }
  }
}

}  // namespace portage::mapping
