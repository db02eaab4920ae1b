// Paths against shapes: what a path reads, and where a path writes.
#include <algorithm>

#include "gateway/base/text.h"
#include "gateway/mapping/compiler.h"

namespace portage::mapping {

using schema::Type;

namespace {
constexpr std::string_view kXmlNamespace = "http://www.w3.org/XML/1998/namespace";

// "{urn:x}Name" -> "Name"
std::string_view local_name(std::string_view name) {
  const std::size_t end = name.rfind('}');
  if (end == std::string_view::npos) return name;
  return name.substr(end + 1);
}
}  // namespace

const Name* WayCompiler::find_name(const Scope& scope, std::string_view name) const {
  for (const Scope* s = &scope; s != nullptr; s = s->outer) {
    const auto it = s->names.find(name);
    if (it != s->names.end()) return &it->second;
  }
  return nullptr;
}

// The member's name as a Value holds it.
std::string WayCompiler::member_name(const Segment& segment) {
  std::string_view name = segment.name;
  const auto expand = [&](std::string_view qualified) -> std::string {
    const std::size_t colon = qualified.find(':');
    const std::string_view prefix = qualified.substr(0, colon);
    const std::string local(qualified.substr(colon + 1));
    if (prefix == "xml") return "{" + std::string(kXmlNamespace) + "}" + local;
    for (const File::Prefix& p : job_.file.prefixes) {
      if (p.name == prefix) return "{" + p.uri + "}" + local;
    }
    std::vector<std::string> known;
    for (const File::Prefix& p : job_.file.prefixes) known.push_back(p.name);
    job_.findings.error("M104", segment.span, {{"name", std::string(prefix)}},
                        base::nearest(prefix, known).value_or(""));
    return {};
  };
  if (segment.kind == Segment::Kind::qualified) return expand(name);
  if (segment.kind == Segment::Kind::attribute) {
    name.remove_prefix(1);
    if (name.find(':') == std::string_view::npos) return "@" + std::string(name);
    const std::string expanded = expand(name);
    return expanded.empty() ? expanded : "@" + expanded;
  }
  return segment.name;
}

// Reports M201 if the group has no such member.
const Shape* WayCompiler::member_shape(const Shape& group, const Segment& segment,
                                       const std::string& name, std::string_view side) {
  if (const Shape* found = group.find(name)) return found;
  if (group.open && group.members.empty()) return nullptr;
  std::vector<std::string> known;
  for (const Shape& m : group.members) {
    std::string local(local_name(m.name));
    if (m.name.starts_with("@{")) local = "@" + local;
    known.push_back(std::move(local));
  }
  const std::size_t colon = segment.name.find(':');
  const std::string_view bare = colon == std::string::npos
                                    ? std::string_view(segment.name)
                                    : std::string_view(segment.name).substr(colon + 1);
  std::string suggestion = base::nearest(bare, known).value_or("");
  if (!suggestion.empty() && colon != std::string::npos &&
      segment.kind == Segment::Kind::qualified) {
    suggestion = segment.name.substr(0, colon + 1) + suggestion;
  }
  job_.findings.error("M201", segment.span, {{"path", segment.name}, {"side", std::string(side)}},
                      suggestion);
  return nullptr;
}

Coerce WayCompiler::coerce_of(const Shape& shape, format::Format format) const {
  if (format == format::Format::json) return Coerce::none;
  switch (shape.type) {
    case Type::integer:
      return Coerce::integer;
    case Type::decimal:
      return Coerce::decimal;
    case Type::boolean:
      return Coerce::boolean;
    case Type::date:
      return Coerce::date;
    case Type::datetime:
      return Coerce::datetime;
    default:
      return Coerce::none;
  }
}

std::uint32_t WayCompiler::add_path(ReadPath path) {
  out_.paths.push_back(std::move(path));
  return static_cast<std::uint32_t>(out_.paths.size() - 1);
}

std::uint32_t WayCompiler::add_scope(std::uint32_t parent, std::uint32_t path, bool item) {
  out_.scopes.push_back({parent, path, item});
  return static_cast<std::uint32_t>(out_.scopes.size() - 1);
}

void WayCompiler::use_shape(const Shape* shape, bool whole) {
  if (shape == nullptr || ignoring_) return;
  used_.insert(shape);
  if (whole) used_whole_.insert(shape);
}

// Follows a path from where `at` stands. `definite`: nothing on the way can be missing.
void WayCompiler::step_into(const Path& path, std::size_t from, Resolved& at, bool& is_definite,
                            Purpose purpose, bool writing_side) {
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
    if (!segment.selector.present) continue;
    const Shape* element = at.shape;
    if (at.shape != nullptr && at.shape->type != Type::any) {
      if (at.shape->type != Type::list) {
        job_.findings.error("M206", segment.selector.span, {{"path", segment.name}});
        at.ok = false;
        return;
      }
      element = at.shape->item.get();
    }
    PathStep pick;
    std::vector<const Shape*> keys;
    if (!tests(segment.selector, element, pick.tests, &keys, writing_side)) {
      at.ok = false;
      return;
    }
    if (last && purpose == Purpose::list && segment.selector.index == 0) {
      at.filter = std::move(pick.tests);
      at.ends_in_list = true;
      continue;
    }
    pick.kind = segment.selector.index > 0 ? PathStep::Kind::index : PathStep::Kind::select;
    if (at.path.flatten) pick.kind = PathStep::Kind::all;
    pick.index = segment.selector.index;
    pick.first = segment.selector.first;
    const bool single_key = pick.tests.size() == 1 && pick.tests[0].comparison == Comparison::eq;
    const bool picks_one = std::all_of(pick.tests.begin(), pick.tests.end(), [](const Test& t) {
      return t.comparison == Comparison::eq;
    });
    if (!picks_one && purpose != Purpose::list && purpose != Purpose::mention) {
      job_.findings.error(
          "M103", segment.selector.span,
          {{"what", "a selector"}, {"expected", "an equation, such as [kind = \"home\"]"}});
      at.ok = false;
      return;
    }
    if (!writing_side && !inward() && !ignoring_ && single_key && purpose != Purpose::mention) {
      picked_.push_back({at.shape,
                         keys[0],
                         {std::string(scalar_text(pick.tests[0].values[0]))},
                         segment.selector.span,
                         job_.text({path.span.begin, segment.span.end})});
    }
    at.path.steps.push_back(std::move(pick));
    is_definite = false;
    at.shape = element;
    if (!writing_side) use_shape(at.shape, false);
  }
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
    }
    step_into(path, from, at, is_definite, purpose, true);
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
    at.shape = name->scope->read_shape;
    at.path.scope = name->scope->read_slot;
    from = 1;
  } else if (name != nullptr && name->reading && name->kind == Name::Kind::place) {
    // The place's own path, then the rest of this one.
    const Scope& said = *name->scope;
    at.shape = said.read_shape;
    at.path.scope = said.read_slot;
    step_into(*name->path, 0, at, is_definite, Purpose::group, false);
    from = 1;
    if (!at.ok) return at;
  }
  if (from == 0 && at.shape == nullptr) {
    job_.findings.error("M201", head.span,
                        {{"path", head.name}, {"side", std::string(reads().word)}});
    at.ok = false;
    return at;
  }
  step_into(path, from, at, is_definite, purpose, false);
  if (at.ok) finish_read(path, at, is_definite, purpose, false);
  return at;
}

}  // namespace portage::mapping
