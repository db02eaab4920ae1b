// Statements: what each rule reads, and where it writes.
#include <algorithm>

#include "gateway/base/text.h"
#include "gateway/mapping/compiler.h"

namespace portage::mapping {

using schema::Type;

namespace {
constexpr std::uint32_t kMostScopes = 400;
constexpr std::uint32_t kMostUses = 200;
}  // namespace

void WayCompiler::add_name(Scope& scope, const std::string& name, Name entry) {
  const Shape* fields = entry.reading ? scope.read_shape
                        : scope.write ? scope.write->shape
                                      : nullptr;
  const bool field =
      fields != nullptr && fields->type == Type::group && fields->find(name) != nullptr;
  const bool taken = find_name(scope, name) != nullptr;
  if (field || taken || name == "root" || name == "it") {
    job_.findings.error("M105", entry.span, {{"name", name}, {"by", taken ? "name" : "field"}});
    return;
  }
  scope.names.emplace(name, std::move(entry));
}

void WayCompiler::block(const std::vector<Stmt>& statements, Scope& scope, std::vector<Op>& ops,
                        std::vector<Op>& after) {
  if (out_.scopes.size() > kMostScopes) return;
  // Names first: they may stand after their use.
  for (const Stmt& s : statements) {
    if (s.kind == Stmt::Kind::place) place(s, scope);
  }
  for (const Stmt& s : statements) {
    if (s.kind == Stmt::Kind::let && concerns(s.arrow)) let(s, scope, ops);
  }
  for (const Stmt& s : statements) {
    switch (s.kind) {
      case Stmt::Kind::rule:
        rule_both_ = s.arrow == Arrow::both;
        if (concerns(s.arrow)) rule(s, scope, ops, after);
        break;
      case Stmt::Kind::each:
        if (concerns(s.arrow)) each(s, scope, ops);
        break;
      case Stmt::Kind::when:
        if (concerns(s.arrow)) when(s, scope, ops, after);
        break;
      case Stmt::Kind::use:
        use(s, scope, ops, after);
        break;
      case Stmt::Kind::same:
        same(s, scope, ops);
        break;
      case Stmt::Kind::require:
        if (inward()) require(s, scope, ops);
        break;
      case Stmt::Kind::ignore:
        ignore(s, scope);
        break;
      case Stmt::Kind::make:
        if (inward()) make(s, scope, ops);
        break;
      case Stmt::Kind::place:
      case Stmt::Kind::let:
      case Stmt::Kind::none:
      case Stmt::Kind::def:
      case Stmt::Kind::test:
        break;
    }
  }
}

// A place lies on the side whose schema knows its first name; where both do, on theirs.
void WayCompiler::place(const Stmt& s, Scope& scope) {
  const Segment& head = s.paths[0].segments[0];
  const std::string member = member_name(head);
  if (member.empty()) return;
  const Name* other = find_name(scope, head.name);
  const bool reading =
      other ? other->reading : scope.read_shape && scope.read_shape->find(member) != nullptr;
  const bool writing =
      other ? !other->reading
            : scope.write && scope.write->shape && scope.write->shape->find(member) != nullptr;
  if (!reading && !writing) {
    const Shape* theirs = inward() ? scope.read_shape : scope.write ? scope.write->shape : nullptr;
    if (theirs != nullptr) member_shape(*theirs, head, member, "theirs");
    return;
  }
  const bool on_theirs = reading && writing ? true : (reading == inward());
  add_name(scope, s.name,
           {Name::Kind::place, on_theirs == inward(), &scope, &s.paths[0], 0, {}, s.name_span});
}

// The path of an expression that must be nothing else; nullptr after a finding.
const Path* WayCompiler::path_of(const ExprPtr& e) {
  if (e->kind == Expr::Kind::path) return &e->path;
  job_.findings.error("M103", e->span, {{"what", "a block"}, {"expected", "a path without steps"}});
  return nullptr;
}

const std::vector<StepExpr>& WayCompiler::spelled_steps(const Expr& e) const {
  static const std::vector<StepExpr> kNoSteps;
  return e.kind == Expr::Kind::pipe ? e.steps : kNoSteps;
}

void WayCompiler::rule(const Stmt& s, Scope& scope, std::vector<Op>& ops, std::vector<Op>& after) {
  if (!s.left || !s.right) return;
  tell_gaps(nullptr);  // of what writes nothing: a test, a name
  const bool computed = s.left->kind != Expr::Kind::path;
  if (s.has_block) {
    const Path* left = path_of(s.left);
    const Path* right = path_of(s.right);
    if (left == nullptr || right == nullptr) return;
    return inward() ? group(s, *right, *left, scope, ops, after)
                    : group(s, *left, *right, scope, ops, after);
  }
  if (inward()) {
    if (computed && s.arrow == Arrow::both) return verified(s, scope, after);
    Typed value = expression(*s.right, scope, Purpose::copy);
    if (value.ok()) write(s, std::move(value), s.left->path, scope, ops);
    return;
  }
  Typed value = expression(*s.left, scope, Purpose::copy);
  const Expr& head = s.right->kind == Expr::Kind::pipe ? *s.right->children[0] : *s.right;
  if (!value.ok()) return;
  const Abstract ours = value.abstract;
  const std::vector<StepExpr>& spelled = spelled_steps(*s.right);
  if (!spelled.empty()) {
    Node n;
    n.kind = Node::Kind::pipe;
    n.children = {value.node};
    if (!steps(spelled, true, scope, value.abstract, n.steps)) return;
    value.node = add_node(std::move(n));
  }
  if (s.arrow == Arrow::both && !computed) law(s, ours, scope);
  write(s, std::move(value), head.path, scope, ops);
}

// Turns the planned place into one that can hold the value; false after a finding.
bool WayCompiler::settle(Draft& at, const Abstract& value, Span span,
                         const std::string& shown_path) {
  if (at.kind == TargetNode::Kind::list) {
    const bool items_fit = at.shape->item && at.shape->item->type != Type::group;
    if (!at.children.empty() || !items_fit ||
        (value.type != Type::list && value.type != Type::any)) {
      if (value.type != Type::list) {
        job_.findings.error(
            "M202", span,
            {{"path", shown_path}, {"is", std::string(type_name(value.type))}, {"wanted", "list"}});
      } else {
        job_.findings.error("M103", span, {{"what", shown_path}, {"expected", "each … { … }"}});
      }
      return false;
    }
    at.kind = TargetNode::Kind::leaf;
    return true;
  }
  if (at.kind == TargetNode::Kind::group) {
    job_.findings.error(
        "M202", span,
        {{"path", shown_path}, {"is", std::string(type_name(value.type))}, {"wanted", "group"}});
    return false;
  }
  if (value.type == Type::list && at.shape->type != Type::list && at.shape->type != Type::any) {
    job_.findings.error("M206", span, {{"path", shown_path}});
    return false;
  }
  return true;
}

// Two rules may write one place only in different branches.
bool WayCompiler::free_to_write(Draft& at, Span span, const Scope& scope) {
  for (const std::vector<const Stmt*>& other : at.writers) {
    const std::size_t n = std::min(other.size(), scope.branches.size());
    const bool apart = !std::equal(other.begin(), other.begin() + static_cast<std::ptrdiff_t>(n),
                                   scope.branches.begin());
    if (apart) {
      branches_apart(other, scope.branches, scope);
      continue;
    }
    job_.findings.error(
        "M241", span,
        {{"path", at.name}, {"other_line", std::to_string(job_.findings.line(at.first))}});
    return false;
  }
  if (at.key) {
    job_.findings.error(
        "M241", span,
        {{"path", at.name}, {"other_line", std::to_string(job_.findings.line(at.first))}});
    return false;
  }
  written_.insert(at.shape);
  at.writers.push_back(scope.branches);
  if (!at.written) at.first = span;
  at.written = true;
  return true;
}

void WayCompiler::write(const Stmt& s, Typed value, const Path& to, Scope& scope,
                        std::vector<Op>& ops) {
  std::string shown_path;
  Draft* at = target(to, scope, false, shown_path);
  if (at == nullptr) return;
  if (at->kind == TargetNode::Kind::group && at->shape->find("") != nullptr &&
      at->shape->find("")->text_content) {
    at = draft_member(*at, *at->shape->find(""), "");
  }
  const std::uint32_t frame = frame_of(at);
  // From inside an each to a place outside: as often as there are elements, perhaps never.
  if (frame != scope.frame) value.abstract.missing = true;
  const bool leaf = at->kind == TargetNode::Kind::leaf;
  if (!leaf && mixed_text(*at->shape, to.span)) return;
  if (!settle(*at, value.abstract, to.span, shown_path)) return;
  if (!free_to_write(*at, s.span, scope)) return;
  at->head = to.span;
  at->values.push_back(value.abstract.values);
  at->source = job_.text((inward() ? s.right : s.left)->span);
  if (!inward() && s.right->kind == Expr::Kind::pipe) {
    at->source += " " + job_.text({s.right->children[0]->span.end, s.right->span.end});
  }
  at->sure = !value.abstract.missing && scope.branches.empty();
  tell_gaps(at->shape);
  fit(value.abstract, *at->shape, to.span, shown_path);
  fit_class(value.abstract, *at->shape, to.span, shown_path);
  fit_required(value.abstract, *at, scope, to.span, shown_path);
  if (at->slot == UINT32_MAX) at->slot = frames_[frame].slots++;
  Op op;
  op.kind = Op::Kind::write;
  op.node = value.node;
  op.frame = frame;
  op.slot = at->slot;
  op.shown = std::move(shown_path);
  op.line = job_.findings.line(s.span);
  op.sensitivity = std::max(at->shape->marks.sensitivity, value.abstract.sensitivity);
  ops.push_back(std::move(op));
}

bool WayCompiler::same_shapes(const Shape& a, const Shape& b, std::string path, Span span) {
  const auto differ = [&] {
    job_.findings.error("M202", span,
                        {{"path", path},
                         {"is", std::string(type_name(a.type))},
                         {"wanted", std::string(type_name(b.type))}});
    return false;
  };
  if (b.type == Type::any) return true;
  if (a.type != b.type) return differ();
  if (a.type == Type::list) {
    return a.item == nullptr || b.item == nullptr || same_shapes(*a.item, *b.item, path, span);
  }
  if (a.type != Type::group) {
    fit(abstract_of(a, reads().format, a.required, job_.tables), b, span, path);
    return true;
  }
  bool good = true;
  for (const Shape& m : a.members) {
    const Shape* other = b.find(m.name);
    if (other == nullptr && !b.open) {
      job_.findings.error("M201", span,
                          {{"path", path + "." + m.name}, {"side", std::string(writes().word)}});
      good = false;
    } else if (other != nullptr) {
      good = same_shapes(m, *other, path + "." + m.name, span) && good;
    }
  }
  for (const Shape& m : b.members) {
    if (m.required && a.find(m.name) == nullptr) {
      job_.findings.error("M221", span,
                          {{"path", path + "." + m.name}, {"side", std::string(writes().word)}});
      good = false;
    }
  }
  return good;
}

void WayCompiler::same(const Stmt& s, Scope& scope, std::vector<Op>& ops) {
  for (const Path& path : s.paths) {
    if (reads().format != format::Format::json || writes().format != format::Format::json) {
      job_.findings.error("M103", path.span,
                          {{"what", "same"}, {"expected", "JSON on both sides"}});
      continue;
    }
    Resolved source = resolve(path, scope, Purpose::mention);
    std::string shown_path;
    Draft* at = target(path, scope, false, shown_path);
    if (!source.ok || at == nullptr || source.shape == nullptr) continue;
    if (!same_shapes(*source.shape, *at->shape, shown_path, path.span)) continue;
    if (!at->children.empty()) {
      job_.findings.error(
          "M241", path.span,
          {{"path", shown_path}, {"other_line", std::to_string(job_.findings.line(at->first))}});
      continue;
    }
    if (!free_to_write(*at, path.span, scope)) continue;
    at->head = path.span;
    at->values.push_back(std::nullopt);
    at->kind = TargetNode::Kind::leaf;
    use_shape(source.shape, true);
    fit_required(source.abstract, *at, scope, path.span, shown_path);
    const std::uint32_t frame = frame_of(at);
    if (at->slot == UINT32_MAX) at->slot = frames_[frame].slots++;
    Node n;
    n.kind = Node::Kind::read;
    n.path = add_path(std::move(source.path));
    Op op;
    op.kind = Op::Kind::write;
    op.node = add_node(std::move(n));
    op.frame = frame;
    op.slot = at->slot;
    op.shown = shown_path;
    op.line = job_.findings.line(s.span);
    op.sensitivity = at->shape->marks.sensitivity;
    ops.push_back(std::move(op));
  }
}

void WayCompiler::let(const Stmt& s, Scope& scope, std::vector<Op>& ops) {
  const Typed value = expression(*s.right, scope, Purpose::copy);
  if (!value.ok()) {  // what is wrong is told here, not again at each use
    add_name(scope, s.name, {Name::Kind::let, true, &scope, nullptr, kNone, {}, s.name_span});
    return;
  }
  Op op;
  op.kind = Op::Kind::let;
  op.node = value.node;
  op.slot = out_.lets++;
  op.line = job_.findings.line(s.span);
  add_name(scope, s.name,
           {Name::Kind::let, true, &scope, nullptr, op.slot, value.abstract, s.name_span});
  ops.push_back(std::move(op));
}

void WayCompiler::use(const Stmt& s, Scope& scope, std::vector<Op>& ops, std::vector<Op>& after) {
  const auto it = job_.defs.find(s.name);
  if (it == job_.defs.end()) {
    std::vector<std::string> known;
    for (const auto& [name, def] : job_.defs) known.push_back(name);
    job_.findings.error("M104", s.name_span, {{"name", s.name}},
                        base::nearest(s.name, known).value_or(""));
    return;
  }
  if (std::find(using_.begin(), using_.end(), it->second) != using_.end()) {
    job_.findings.error("M106", s.name_span, {{"name", s.name}});
    return;
  }
  if (++depth_ > kMostUses) return;
  using_.push_back(it->second);
  block(it->second->block, scope, ops, after);
  using_.pop_back();
}

void WayCompiler::require(const Stmt& s, Scope& scope, std::vector<Op>& ops) {
  if (!s.left) return;
  const Typed test = condition(*s.left, scope);
  if (!test.ok()) return;
  Op op;
  op.kind = Op::Kind::require;
  op.node = test.node;
  op.code = s.text;
  op.line = job_.findings.line(s.span);
  ops.push_back(std::move(op));
}

void WayCompiler::ignore(const Stmt& s, Scope& scope) {
  if (!concerns(s.arrow)) return;
  const bool writing_side = s.theirs != inward();
  for (const Path& path : s.paths) {
    ignoring_ = true;
    Resolved r = resolve(path, scope, Purpose::mention, writing_side);
    ignoring_ = false;
    if (!r.ok || r.shape == nullptr) continue;
    bool selected = false;
    for (const Segment& segment : path.segments) selected = selected || segment.selector.present;
    const Name* name = find_name(scope, path.segments[0].name);
    bool placed = false;
    if (name != nullptr && name->path != nullptr) {
      for (const Segment& segment : name->path->segments)
        placed = placed || segment.selector.present;
    }
    ignored_.push_back({r.shape, writing_side, job_.text(path.span), path.span,
                        s.arrow == Arrow::both, selected, placed});
  }
}

}  // namespace portage::mapping
