// What a path reads: from a block's place down to a field, through lists and selectors.
#include <algorithm>

#include "gateway/base/text.h"
#include "gateway/mapping/compiler.h"

namespace portage::mapping {

using schema::Type;

// Follows a path from where `at` stands. `definite`: nothing on the way can be missing.
void WayCompiler::step_into(const Path& path, std::size_t from, Resolved& at, bool& is_definite,
                            Purpose purpose, const Scope& scope, bool writing_side) {
  const Side& side = writing_side ? writes() : reads();
  for (std::size_t i = from; i < path.segments.size(); ++i) {
    const Segment& segment = path.segments[i];
    const bool last = i + 1 == path.segments.size();
    if (at.shape != nullptr && at.shape->type == Type::list) {
      // Only what takes lists may go through one without a selector.
      if (purpose != Purpose::list && purpose != Purpose::mention) {
        job_.findings.error("M206", segment.span,
                            {{"path", job_.text({path.span.begin, segment.span.begin})}});
        at.ok = false;
        return;
      }
      at.path.flatten = true;
      at.shape = at.shape->item.get();
    }
    const std::string name = member_name(segment);
    if (name.empty()) {
      at.ok = false;
      return;
    }
    const Shape* next = nullptr;
    std::uint32_t hint = 0;
    if (at.shape != nullptr && at.shape->type != Type::any) {
      if (at.shape->type != Type::group) {
        job_.findings.error("M201", segment.span,
                            {{"path", segment.name}, {"side", std::string(side.word)}});
        at.ok = false;
        return;
      }
      const std::size_t before = job_.findings.size();
      next = member_shape(*at.shape, segment, name, side.word);
      if (next == nullptr && job_.findings.size() > before) {
        at.ok = false;
        return;
      }
      if (next != nullptr) {
        hint = static_cast<std::uint32_t>(next - at.shape->members.data());
        if (!writing_side) {
          meet(*at.shape, *next, {path.span.begin, segment.span.end}, false);
        }
      }
    }
    PathStep step;
    step.name = name;
    step.hint = hint;
    step.shown = segment.name;
    at.path.steps.push_back(std::move(step));
    if (next == nullptr || !next->required) is_definite = false;
    if (next != nullptr && next->nullable && !last) is_definite = false;
    at.shape = next;
    if (!writing_side) use_shape(at.shape, false);
    if (segment.selector.present &&
        !pick(segment, last, at, purpose, scope, writing_side,
              std::string_view(job_.source)
                  .substr(path.span.begin, segment.selector.span.begin - path.span.begin))) {
      at.ok = false;
      return;
    }
    if (segment.selector.present && !at.ends_in_list) is_definite = false;
  }
}

// A selector on the list that `at` stands on; false after a finding.
bool WayCompiler::pick(const Segment& segment, bool last, Resolved& at, Purpose purpose,
                       const Scope& scope, bool writing_side, std::string_view before) {
  const Shape* element = at.shape;
  if (at.shape != nullptr && at.shape->type != Type::any) {
    if (at.shape->type != Type::list) {
      job_.findings.error("M206", segment.selector.span, {{"path", segment.name}});
      return false;
    }
    element = at.shape->item.get();
  }
  PathStep step;
  std::vector<const Shape*> keys;
  if (!tests(segment.selector, element, scope, step.tests, &keys, writing_side)) return false;
  if (last && purpose == Purpose::list && segment.selector.index == 0) {
    at.filter = std::move(step.tests);
    at.ends_in_list = true;
    return true;
  }
  step.kind = segment.selector.index > 0 ? PathStep::Kind::index : PathStep::Kind::select;
  if (at.path.flatten) step.kind = PathStep::Kind::all;
  step.index = segment.selector.index;
  step.first = segment.selector.first;
  const bool single_key = step.tests.size() == 1 && step.tests[0].comparison == Comparison::eq &&
                          step.tests[0].path == UINT32_MAX;
  const bool picks_one = std::all_of(step.tests.begin(), step.tests.end(),
                                     [](const Test& t) { return t.comparison == Comparison::eq; });
  if (!picks_one && purpose != Purpose::list && purpose != Purpose::mention) {
    job_.findings.error(
        "M103", segment.selector.span,
        {{"what", "a selector"}, {"expected", "an equation, such as [kind = \"home\"]"}});
    return false;
  }
  if (!writing_side && !inward() && !ignoring_ && single_key && purpose != Purpose::mention) {
    picked_.push_back({at.shape,
                       keys[0],
                       {std::string(scalar_text(step.tests[0].values[0]))},
                       segment.selector.span,
                       std::string(before)});
    picked_.back().both = rule_both_;
  }
  at.path.steps.push_back(std::move(step));
  at.shape = element;
  if (!writing_side) use_shape(at.shape, false);
  return true;
}

void WayCompiler::finish_read(const Path& path, Resolved& at, bool is_definite, Purpose purpose,
                              bool writing_side) {
  const Side& side = writing_side ? writes() : reads();
  at.path.shown = job_.text(path.span);
  if (at.shape == nullptr) {
    at.abstract = abstract_type(Type::any);
    at.abstract.missing = true;
    at.abstract.null = side.format == format::Format::json;
    at.abstract.sensitivity = schema::Class::personal;
    return;
  }
  if (at.shape->type == Type::group && (purpose == Purpose::scalar || purpose == Purpose::copy)) {
    const Shape* text = at.shape->find("");
    if (mixed_text(*at.shape, path.span)) {
      at.ok = false;
      return;
    }
    if (text == nullptr || !text->text_content) {
      job_.findings.error("M202", path.span,
                          {{"path", at.path.shown}, {"is", "group"}, {"wanted", "a single value"}});
      at.ok = false;
      return;
    }
    at.path.scalar = true;
    const bool required = text->required;
    at.shape = text;
    if (!required) is_definite = false;
    if (!writing_side) use_shape(text, false);
  }
  if (at.shape->type == Type::list) {
    if (purpose == Purpose::copy && mixed_text(*at.shape, path.span)) {
      at.ok = false;
      return;
    }
    if (purpose == Purpose::scalar || purpose == Purpose::group) {
      job_.findings.error("M206", path.span, {{"path", at.path.shown}});
      at.ok = false;
      return;
    }
    at.path.list = true;
    at.ends_in_list = true;
    if (!writing_side) {
      const bool group_items = at.shape->item && at.shape->item->type == Type::group;
      if (!group_items) use_shape(at.shape->item.get(), false);
    }
  }
  if (!writing_side) permitted(at.shape, path.span);
  at.abstract = abstract_of(*at.shape, side.format, is_definite, job_.tables);
  at.path.sensitivity = at.shape->marks.sensitivity;
  at.path.coerce = coerce_of(*at.shape, side.format);
  if (at.path.flatten) {
    Abstract list = abstract_type(Type::list);
    list.missing = true;
    Abstract item = at.abstract;
    if (item.type == Type::list && item.item) item = *item.item;
    list.item = std::make_shared<Abstract>(std::move(item));
    list.sensitivity = at.abstract.sensitivity;
    if (!at.path.list && at.shape->type == Type::group && at.shape->find("") != nullptr) {
      at.path.scalar = true;
    }
    at.path.list = false;
    at.ends_in_list = true;
    at.abstract = std::move(list);
  }
}

namespace {
// "kind" of the first step, "a/b" of two; empty if a selector is on the way.
std::string plain_steps(const ReadPath& path) {
  std::string out;
  for (const PathStep& step : path.steps) {
    if (step.kind != PathStep::Kind::member) return {};
    out += (out.empty() ? "" : "/") + step.name;
  }
  return out;
}
}  // namespace

// What the blocks around say about a field.
void WayCompiler::refine(const Scope& scope, Resolved& at) const {
  if (at.abstract.type == Type::list || at.path.flatten) return;
  const std::pair<std::uint32_t, std::string> key{at.path.scope, plain_steps(at.path)};
  if (key.second.empty()) return;
  for (const Scope* s = &scope; s != nullptr; s = s->outer) {
    const auto known = s->known.find(key);
    if (known == s->known.end()) continue;
    std::vector<std::string> values;
    for (const std::string& v : known->second) {
      const auto& all = at.abstract.values;
      if (!all || std::find(all->begin(), all->end(), v) != all->end()) values.push_back(v);
    }
    Abstract fewer = abstract_values(at.abstract.type, std::move(values));
    fewer.sensitivity = at.abstract.sensitivity;
    fewer.shape = at.abstract.shape;
    fewer.minimum = at.abstract.minimum;
    fewer.maximum = at.abstract.maximum;
    at.abstract = std::move(fewer);
    return;
  }
}

// In a branch, what its test says: fields equal to literals are there and hold these.
void WayCompiler::learn(const Expr& test, Scope& scope) {
  if (test.kind == Expr::Kind::conjunction) {
    for (const ExprPtr& c : test.children) learn(*c, scope);
  }
  const bool equal = test.kind == Expr::Kind::compare &&
                     (test.comparison == Comparison::eq || test.comparison == Comparison::in);
  if (!equal || test.children[0]->kind != Expr::Kind::path) return;
  std::vector<std::string> values;
  const auto add = [&](const Expr& e) {
    if (e.kind == Expr::Kind::boolean) values.emplace_back(e.truth ? "true" : "false");
    if (e.kind == Expr::Kind::text) values.push_back(e.text);
    return e.kind == Expr::Kind::boolean || e.kind == Expr::Kind::text;
  };
  const Expr& other = *test.children[1];
  bool all = true;
  if (other.kind == Expr::Kind::list) {
    for (const ExprPtr& c : other.children) all = add(*c) && all;
  } else {
    all = add(other);
  }
  if (!all || values.empty()) return;
  const std::size_t before = job_.findings.size();
  const Resolved at = resolve(test.children[0]->path, scope, Purpose::scalar);
  const std::string steps = at.ok ? plain_steps(at.path) : std::string();
  if (job_.findings.size() == before && !steps.empty())
    scope.known[{at.path.scope, steps}] = std::move(values);
}

// Where a place stands; its path may begin with another place.
Resolved WayCompiler::place_of(const Name& name, bool& is_definite, bool writing_side) {
  Resolved at;
  at.ok = true;
  const Scope& said = *name.scope;
  at.shape = !writing_side ? said.read_shape : said.write ? said.write->shape : nullptr;
  at.path.scope = said.read_slot;
  std::size_t from = 0;
  const Segment& head = name.path->segments[0];
  const Name* other = head.kind == Segment::Kind::name ? find_name(said, head.name) : nullptr;
  if (other != nullptr && other->reading != writing_side && other->kind == Name::Kind::place &&
      other->path != name.path) {
    if (std::find(placing_.begin(), placing_.end(), other->path) != placing_.end()) {
      job_.findings.error("M327", head.span, {{"name", head.name}});
      at.ok = false;
      return at;
    }
    placing_.push_back(other->path);
    at = place_of(*other, is_definite, writing_side);
    placing_.pop_back();
    if (!at.ok) return at;
    from = 1;
  } else if (said.read_list != nullptr) {
    at.path.shared = true;
  }
  step_into(*name.path, from, at, is_definite, Purpose::group, said, writing_side);
  return at;
}

Resolved WayCompiler::resolve(const Path& path, const Scope& scope, Purpose purpose,
                              bool writing_side) {
  Resolved at;
  at.ok = true;
  bool is_definite = true;
  std::size_t from = 0;
  const Segment& head = path.segments[0];
  at.shape = scope.read_shape;
  at.path.scope = scope.read_slot;
  if (writing_side) {  // only asks what the other side's schema has there
    at.shape = scope.write ? scope.write->shape : nullptr;
    if (head.name == "root") {
      at.shape = writes().root;
      from = 1;
    } else if (const Name* name = find_name(scope, head.name);
               name != nullptr && !name->reading && name->kind == Name::Kind::place) {
      at = place_of(*name, is_definite, true);
      from = 1;
      if (!at.ok) return at;
    } else if (name != nullptr && !name->reading && name->list) {
      at.shape = name->scope->write ? name->scope->write->shape : nullptr;
      from = 1;
    }
    step_into(path, from, at, is_definite, purpose, scope, true);
    if (at.ok) finish_read(path, at, is_definite, purpose, true);
    return at;
  }
  const bool plain = head.kind == Segment::Kind::name;
  const Name* name = plain ? find_name(scope, head.name) : nullptr;
  if (plain && head.name == "root") {
    at.shape = reads().root;
    at.path.scope = kRootScope;
    from = 1;
  } else if (plain && head.name == "it" && scope.element != nullptr) {
    at.shape = scope.element->read_shape;
    at.path.scope = scope.element->read_slot;
    from = 1;
    if (path.segments.size() == 1) {
      if (at.shape == nullptr) {
        at.abstract = scope.element->read_item;
        at.path.shown = "it";
        return at;
      }
      if (at.shape->type != Type::group) is_definite = true;
    }
  } else if (name != nullptr && name->reading && name->kind == Name::Kind::alias) {
    at.shape = name->list ? name->scope->read_list : name->scope->read_shape;
    at.path.scope = name->scope->read_slot;
    from = 1;
    if (head.selector.present &&
        !pick(head, path.segments.size() == 1, at, purpose, scope, false, head.name)) {
      at.ok = false;
      return at;
    }
    if (head.selector.present) is_definite = false;
  } else if (name != nullptr && name->reading && name->kind == Name::Kind::place) {
    // The place's own path, then the rest of this one.
    if (std::find(placing_.begin(), placing_.end(), name->path) != placing_.end()) {
      job_.findings.error("M327", head.span, {{"name", head.name}});
      at.ok = false;
      return at;
    }
    placing_.push_back(name->path);
    at = place_of(*name, is_definite, false);
    placing_.pop_back();
    from = 1;
    if (!at.ok) return at;
  }
  if (from == 0 && scope.read_list != nullptr) at.path.shared = true;
  if (from == 0 && at.shape == nullptr) {
    job_.findings.error("M201", head.span,
                        {{"path", head.name}, {"side", std::string(reads().word)}});
    at.ok = false;
    return at;
  }
  step_into(path, from, at, is_definite, purpose, scope, false);
  if (at.ok) finish_read(path, at, is_definite, purpose, false);
  if (at.ok) refine(scope, at);
  return at;
}

}  // namespace portage::mapping
