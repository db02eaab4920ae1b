// Where a path writes: the plan of the target, its members and the elements that selectors name.
#include <algorithm>

#include "gateway/base/text.h"
#include "gateway/mapping/compiler.h"

namespace portage::mapping {

using schema::Type;

// A literal of a selector, as the element holds it; false after a finding.
bool WayCompiler::constant_of(const Selector::Condition& c, const Expr& e, const Shape* at,
                              Test& t) {
  Typed typed = literal(e);
  if (!typed.ok()) return false;
  record::Value v = out_.nodes[typed.node].constant;
  if (v.is(record::Kind::text) || v.is(record::Kind::number)) {
    t.texts.push_back(std::make_unique<std::string>(v.as_text()));
    v = v.is(record::Kind::text) ? record::Value::text(*t.texts.back())
                                 : record::Value::number(*t.texts.back());
  }
  const std::string text(scalar_text(v));
  if (at != nullptr && !at->values.empty() &&
      std::find(at->values.begin(), at->values.end(), text) == at->values.end()) {
    job_.findings.error("M208", e.span, {{"value", text}, {"path", job_.text(c.path.span)}},
                        near_of(text, at->values));
    return false;
  }
  t.values.push_back(v);
  return true;
}

namespace {
bool is_literal(const Expr& e) {
  return e.kind == Expr::Kind::text || e.kind == Expr::Kind::integer ||
         e.kind == Expr::Kind::boolean || e.kind == Expr::Kind::date ||
         e.kind == Expr::Kind::decimal;
}
}  // namespace

// Conditions of a selector as tests, against constants or another place of the same side. False
// after a finding.
bool WayCompiler::tests(const Selector& selector, const Shape* element, const Scope& scope,
                        std::vector<Test>& into, std::vector<const Shape*>* keys,
                        bool writing_side) {
  const Side& side = writing_side ? writes() : reads();
  for (const Selector::Condition& c : selector.conditions) {
    Test t;
    t.comparison = c.comparison;
    const Shape* at = element;
    for (const Segment& segment : c.path.segments) {
      const std::string name = member_name(segment);
      if (name.empty()) return false;
      if (c.path.segments.size() == 1 && segment.name == "it") break;
      if (at != nullptr && at->type != Type::any) {
        if (at->type != Type::group) {
          job_.findings.error("M201", segment.span,
                              {{"path", segment.name}, {"side", std::string(side.word)}});
          return false;
        }
        at = member_shape(*at, segment, name, side.word);
        if (at == nullptr) return false;
      }
      if (!writing_side) use_shape(at, false);
      t.members.push_back(name);
    }
    if (!writing_side) {
      use_shape(at, false);
      // A key picks what is sent: it is of use, but it is not sent itself.
      const auto path = ours_paths_.find(at);
      if (path != ours_paths_.end() && !ignoring_) sent_.insert(path->second);
    }
    if (keys) keys->push_back(at);
    if (c.comparison == Comparison::in) {
      if (c.value->kind != Expr::Kind::list) {
        job_.findings.error("M103", c.value->span,
                            {{"what", "in"}, {"expected", "a list in brackets"}});
        return false;
      }
      for (const ExprPtr& item : c.value->children) {
        if (!is_literal(*item)) {
          job_.findings.error("M103", item->span,
                              {{"what", "in"}, {"expected", "a list of literals"}});
          return false;
        }
        if (!constant_of(c, *item, at, t)) return false;
      }
    } else if (is_literal(*c.value)) {
      if (!constant_of(c, *c.value, at, t)) return false;
    } else if (c.value->kind == Expr::Kind::path && c.comparison == Comparison::eq) {
      if (!writing_side) {
        Resolved other = resolve(c.value->path, scope, Purpose::scalar);
        if (!other.ok) return false;
        t.path = add_path(std::move(other.path));
      }
    } else {
      job_.findings.error("M103", c.value->span,
                          {{"what", "a selector's key"}, {"expected", "a literal or a path"}});
      return false;
    }
    into.push_back(std::move(t));
  }
  return true;
}

Draft* WayCompiler::draft_member(Draft& group, const Shape& shape, const std::string& name) {
  for (const auto& child : group.children) {
    if (child->name == name && child->selector.empty()) return child.get();
  }
  auto draft = std::make_unique<Draft>();
  draft->shape = &shape;
  draft->parent = &group;
  draft->name = name;
  draft->kind = shape.type == Type::group  ? TargetNode::Kind::group
                : shape.type == Type::list ? TargetNode::Kind::list
                                           : TargetNode::Kind::leaf;
  group.children.push_back(std::move(draft));
  return group.children.back().get();
}

// The element that a selector names: made once for each text of a selector.
Draft* WayCompiler::draft_element(Draft& list, const Selector& selector, const Path& path,
                                  Scope& scope) {
  std::string text = job_.text(selector.span);
  text.erase(std::remove(text.begin(), text.end(), ' '), text.end());
  for (const auto& child : list.children) {
    if (child->selector == text) return child.get();
  }
  auto draft = std::make_unique<Draft>();
  draft->shape = list.shape->item.get();
  draft->parent = &list;
  draft->selector = text;
  draft->picks = &selector;
  draft->index = selector.index;
  draft->kind =
      draft->shape->type == Type::group ? TargetNode::Kind::group : TargetNode::Kind::leaf;
  std::vector<Test> keys;
  if (!tests(selector, draft->shape, scope, keys, nullptr, true)) return nullptr;
  std::vector<std::pair<Draft*, const Selector::Condition*>> equal;
  for (std::size_t k = 0; k < keys.size(); ++k) {
    const Test& t = keys[k];
    if (t.comparison != Comparison::eq || draft->kind != TargetNode::Kind::group) {
      job_.findings.error("M103", selector.span,
                          {{"what", "a selector that writes"},
                           {"expected", "equations only, such as [kind = \"home\"]"}});
      return nullptr;
    }
    Draft* at = draft.get();
    for (std::size_t i = 0; i < t.members.size(); ++i) {
      const Shape* member = at->shape->find(t.members[i]);
      if (member == nullptr) return nullptr;
      at = draft_member(*at, *member, t.members[i]);
    }
    if (at->kind == TargetNode::Kind::group && at->shape->find("") != nullptr) {
      at = draft_member(*at, *at->shape->find(""), "");
    }
    at->first = path.span;
    if (t.values.empty()) {  // equal to another place: known when all rules are
      equal.emplace_back(at, &selector.conditions[k]);
      continue;
    }
    at->key = true;
    at->written = true;
    out_.texts.emplace_back(scalar_text(t.values[0]));
    at->constant = t.values[0].is(record::Kind::number) ? record::Value::number(out_.texts.back())
                   : t.values[0].is(record::Kind::boolean) ? t.values[0]
                                                           : record::Value::text(out_.texts.back());
  }
  list.children.push_back(std::move(draft));
  Draft* made = list.children.back().get();
  for (const auto& [key, condition] : equal) {
    std::string shown_path;
    Draft* other = target(condition->value->path, scope, false, shown_path);
    if (other == nullptr) return nullptr;
    equations_.push_back({key, other, condition->span, job_.text(condition->span)});
  }
  return made;
}

// The frame whose plan a place belongs to.
std::uint32_t WayCompiler::frame_of(const Draft* draft) const {
  while (draft->parent != nullptr) draft = draft->parent;
  for (std::uint32_t i = 0; i < frames_.size(); ++i) {
    if (frames_[i].root.get() == draft || frames_[i].rows.get() == draft) return i;
  }
  return 0;
}

// The place in the target that a path names; nullptr after a finding.
Draft* WayCompiler::target(const Path& path, Scope& scope, bool list_wanted,
                           std::string& shown_path, std::vector<Test>* filter) {
  Draft* at = scope.write;
  shown_path = scope.write_shown;
  std::size_t from = 0;
  const Segment& head = path.segments[0];
  const bool plain = head.kind == Segment::Kind::name;
  const Name* name = plain ? find_name(scope, head.name) : nullptr;
  if (plain && head.name == "root") {
    at = frames_[root_frame_].root.get();
    shown_path.clear();
    from = 1;
  } else if (plain && head.name == "it") {
    at = frames_[scope.frame].root.get();
    from = 1;
  } else if (name != nullptr && !name->reading && name->kind == Name::Kind::alias) {
    at = name->list ? name->scope->write_rows : frames_[name->scope->frame].root.get();
    shown_path = name->scope->write_shown;
    from = 1;
    if (head.selector.present &&
        !element_wanted(at, head, path, path.segments.size() == 1, list_wanted, filter, scope)) {
      return nullptr;
    }
  } else if (name != nullptr && !name->reading && name->kind == Name::Kind::place) {
    if (std::find(placing_.begin(), placing_.end(), name->path) != placing_.end()) {
      job_.findings.error("M327", head.span, {{"name", head.name}});
      return nullptr;
    }
    Scope* said = const_cast<Scope*>(name->scope);
    placing_.push_back(name->path);
    at = target(*name->path, *said, false, shown_path);
    placing_.pop_back();
    if (at == nullptr) return nullptr;
    from = 1;
  }
  for (std::size_t i = from; i < path.segments.size(); ++i) {
    const Segment& segment = path.segments[i];
    const bool last = i + 1 == path.segments.size();
    if (at->kind == TargetNode::Kind::list) {
      job_.findings.error("M206", segment.span,
                          {{"path", job_.text({path.span.begin, segment.span.begin})}});
      return nullptr;
    }
    if (at->kind != TargetNode::Kind::group) {
      job_.findings.error("M201", segment.span,
                          {{"path", segment.name}, {"side", std::string(writes().word)}});
      return nullptr;
    }
    const std::string member = member_name(segment);
    if (member.empty()) return nullptr;
    const Shape* shape = member_shape(*at->shape, segment, member, writes().word);
    if (shape == nullptr) {
      if (at->shape->open) {
        job_.findings.error("M201", segment.span,
                            {{"path", segment.name}, {"side", std::string(writes().word)}});
      }
      return nullptr;
    }
    meet(*at->shape, *shape, {path.span.begin, segment.span.end}, true);
    at = draft_member(*at, *shape, member);
    if (!shown_path.empty()) shown_path += '.';
    shown_path += segment.name;
    if (!segment.selector.present) continue;
    if (!element_wanted(at, segment, path, last, list_wanted, filter, scope)) return nullptr;
    if (!(last && list_wanted)) shown_path += job_.text(segment.selector.span);
  }
  return at;
}

// The element that a selector names of the list `at`; of a wanted list, its filter. False after a
// finding.
bool WayCompiler::element_wanted(Draft*& at, const Segment& segment, const Path& path, bool last,
                                 bool list_wanted, std::vector<Test>* filter, Scope& scope) {
  if (at->kind != TargetNode::Kind::list || at->shape->item == nullptr) {
    job_.findings.error("M206", segment.selector.span, {{"path", segment.name}});
    return false;
  }
  if (last && list_wanted) {
    return filter == nullptr ||
           tests(segment.selector, at->shape->item.get(), scope, *filter, nullptr, true);
  }
  at = draft_element(*at, segment.selector, path, scope);
  return at != nullptr;
}

}  // namespace portage::mapping
