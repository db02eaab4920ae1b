// Paths as findings and counts tell them: they name fields, not namespaces. Pure.
#pragma once

#include <string>

namespace portage::mapping {

// "{urn:x}Name" -> "Name", "@{urn:x}id" -> "@id".
inline std::string local_field(const std::string& name) {
  const std::size_t end = name.rfind('}');
  if (end == std::string::npos) return name;
  return (name.starts_with('@') ? "@" : "") + name.substr(end + 1);
}

// The text of an element ("") is told as the element.
inline std::string field_path(const std::string& path, const std::string& name) {
  if (name.empty()) return path;
  return path.empty() ? local_field(name) : path + "." + local_field(name);
}

}  // namespace portage::mapping
