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

}  // namespace portage::mapping
