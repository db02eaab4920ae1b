#include "gateway/mapping/leaves.h"

namespace portage::mapping {
namespace {

using record::Kind;
using record::Value;

// "s:Client" and "{urn:x}Client" are "Client"; "@x:id" is "@id".
std::string local(std::string_view name) {
  const bool attribute = name.starts_with('@');
  const std::size_t end = name.find_last_of("}:");
  if (end != std::string_view::npos)
    name.remove_prefix(end + 1);
  else if (attribute)
    name.remove_prefix(1);
  return (attribute ? "@" : "") + std::string(name);
}

std::vector<std::string> segments_of(std::string_view path) {
  std::vector<std::string> out;
  std::string name;
  int depth = 0;
  bool ticked = false;
  for (const char c : path) {
    if (c == '`') {
      ticked = !ticked;
    } else if (!ticked && c == '[') {
      ++depth;
    } else if (!ticked && c == ']') {
      --depth;
    } else if (!ticked && depth == 0 && c == '.') {
      out.push_back(std::move(name));
      name.clear();
    } else if (depth == 0) {
      name += c;
    }
  }
  out.push_back(std::move(name));
  if (out.front() == "root") out.erase(out.begin());
  return out;
}

void all_below(const Value& value, std::vector<std::string>& into) {
  switch (value.kind()) {
    case Kind::missing:
      return;
    case Kind::null:
      return into.push_back("null");
    case Kind::boolean:
      return into.push_back(value.as_bool() ? "true" : "false");
    case Kind::number:
    case Kind::text:
      return into.push_back("v:" + std::string(value.as_text()));
    case Kind::list:
      for (const Value& item : value.items()) all_below(item, into);
      return;
    case Kind::group:
      for (const record::Member& member : value.members()) all_below(member.value, into);
      return;
  }
}

void walk(const Value& value, const std::vector<std::string>& names, std::size_t at,
          std::vector<std::string>& into) {
  if (value.is(Kind::list)) {
    for (const Value& item : value.items()) walk(item, names, at, into);
    return;
  }
  if (at == names.size()) return all_below(value, into);
  if (names[at] == "it") return walk(value, names, at + 1, into);
  for (const record::Member& member : value.members()) {
    if (member.name == names[at] || local(member.name) == local(names[at])) {
      walk(member.value, names, at + 1, into);
    }
  }
}

}  // namespace

std::vector<std::string> leaves_at(const Value& root, std::string_view path) {
  std::vector<std::string> out;
  walk(root, segments_of(path), 0, out);
  return out;
}

}  // namespace portage::mapping
