// Where a path writes: the plan of the target, its members and the elements that selectors name.
#include <algorithm>

#include "gateway/base/text.h"
#include "gateway/mapping/compiler.h"

namespace portage::mapping {

using schema::Type;

// Conditions of a selector as tests with constants. False after a finding.
bool WayCompiler::tests(const Selector& selector, const Shape* element, std::vector<Test>& into,
                        std::vector<const Shape*>* keys, bool writing_side) {
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
      t.members.push_back(name);
    }
    if (!writing_side) use_shape(at, false);
    if (keys) keys->push_back(at);
    const auto constant = [&](const Expr& e) {
      Typed typed = literal(e);
      if (!typed.ok()) return false;
      record::Value v = out_.nodes[typed.node].constant;
      if (v.is(record::Kind::text) || v.is(record::Kind::number)) {
        t.texts.push_back(std::make_unique<std::string>(v.as_text()));
        v = v.is(record::Kind::text) ? record::Value::text(*t.texts.back())
                                     : record::Value::number(*t.texts.back());
      }
      if (at != nullptr) {
        const std::string text(v.is(record::Kind::boolean) ? (v.as_bool() ? "true" : "false")
                                                           : v.as_text());
        if (!at->values.empty() &&
            std::find(at->values.begin(), at->values.end(), text) == at->values.end()) {
          job_.findings.error("M208", e.span, {{"value", text}, {"path", job_.text(c.path.span)}},
                              base::nearest(text, at->values).value_or(""));
          return false;
        }
      }
      t.values.push_back(v);
      return true;
    };
    const bool literal_value =
        c.value->kind == Expr::Kind::text || c.value->kind == Expr::Kind::integer ||
        c.value->kind == Expr::Kind::boolean || c.value->kind == Expr::Kind::date ||
        c.value->kind == Expr::Kind::decimal;
    if (c.comparison == Comparison::in) {
      if (c.value->kind != Expr::Kind::list) {
        job_.findings.error("M103", c.value->span,
                            {{"what", "in"}, {"expected", "a list in brackets"}});
        return false;
      }
      for (const ExprPtr& item : c.value->children) {
        if (!constant(*item)) return false;
      }
    } else if (literal_value) {
      if (!constant(*c.value)) return false;
    } else {
      job_.findings.error("M109", c.value->span, {{"what", "a selector whose key is a path"}});
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
Draft* WayCompiler::draft_element(Draft& list, const Selector& selector, const Path& path) {
  std::string text = job_.text(selector.span);
  text.erase(std::remove(text.begin(), text.end(), ' '), text.end());
  for (const auto& child : list.children) {
    if (child->selector == text) return child.get();
  }
  auto draft = std::make_unique<Draft>();
  draft->shape = list.shape->item.get();
  draft->parent = &list;
  draft->selector = text;
  draft->index = selector.index;
  draft->kind =
      draft->shape->type == Type::group ? TargetNode::Kind::group : TargetNode::Kind::leaf;
  std::vector<Test> keys;
  if (!tests(selector, draft->shape, keys, nullptr, true)) return nullptr;
  for (const Test& t : keys) {
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
    at->key = true;
    at->written = true;
    at->first = path.span;
    out_.texts.emplace_back(scalar_text(t.values[0]));
    at->constant = t.values[0].is(record::Kind::number) ? record::Value::number(out_.texts.back())
                   : t.values[0].is(record::Kind::boolean) ? t.values[0]
                                                           : record::Value::text(out_.texts.back());
  }
  list.children.push_back(std::move(draft));
  return list.children.back().get();
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
    if (scope.frame != 0) {
      job_.findings.error("M109", head.span, {{"what", "writing to root from inside an each"}});
      return nullptr;
    }
    at = frames_[0].root.get();
    shown_path.clear();
    from = 1;
  } else if (plain && head.name == "it") {
    at = frames_[scope.frame].root.get();
    from = 1;
  } else if (name != nullptr && !name->reading && name->kind == Name::Kind::alias) {
    if (name->scope->frame != scope.frame) {
      job_.findings.error("M109", head.span, {{"what", "writing to an outer element"}});
      return nullptr;
    }
    at = name->scope->write;
    from = 1;
  } else if (name != nullptr && !name->reading && name->kind == Name::Kind::place) {
    Scope* said = const_cast<Scope*>(name->scope);
    if (said->frame != scope.frame) {
      job_.findings.error("M109", head.span, {{"what", "writing to a place from inside an each"}});
      return nullptr;
    }
    at = target(*name->path, *said, false, shown_path);
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
    at = draft_member(*at, *shape, member);
    if (!shown_path.empty()) shown_path += '.';
    shown_path += segment.name;
    if (!segment.selector.present) continue;
    if (at->kind != TargetNode::Kind::list || shape->item == nullptr) {
      job_.findings.error("M206", segment.selector.span, {{"path", segment.name}});
      return nullptr;
    }
    if (last && list_wanted) {
      if (filter && !tests(segment.selector, shape->item.get(), *filter, nullptr, true))
        return nullptr;
      continue;
    }
    at = draft_element(*at, segment.selector, path);
    if (at == nullptr) return nullptr;
    shown_path += job_.text(segment.selector.span);
  }
  return at;
}

}  // namespace portage::mapping
