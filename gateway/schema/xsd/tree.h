// An XSD document as a plain tree, so that libxml2 stays in tree.cc and library.cc. Attributes that
// hold names of types and elements are resolved against the namespaces in force where they stand.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/base/error.h"

namespace portage::schema::xsd {

inline constexpr std::string_view kXsd = "http://www.w3.org/2001/XMLSchema";
inline constexpr std::string_view kXml = "http://www.w3.org/XML/1998/namespace";

struct Tag {
  std::string space;  // namespace
  std::string name;
  std::map<std::string, std::string, std::less<>> attributes;  // "name" or "{ns}name"
  std::map<std::string, std::string, std::less<>> prefixes;    // in force here; "" is the default
  std::vector<Tag> children;
  std::string text;  // of itself, not of its children
  std::uint32_t line = 0;

  bool is(std::string_view xsd_name) const { return space == kXsd && name == xsd_name; }
  std::string_view get(std::string_view attribute) const;  // empty if there is none
  bool has(std::string_view attribute) const { return attributes.contains(attribute); }
  const Tag* child(std::string_view xsd_name) const;
  // "x:Name" -> "{urn:x}Name"; "Name" stands in the default namespace. Empty if the prefix is
  // unknown.
  std::string resolve(std::string_view qname) const;
};

// Reads `text`; DOCTYPE is refused, nothing is fetched. False after a finding.
bool read_tree(std::string_view text, const std::string& file, Tag& into,
               std::vector<base::Finding>& findings);

}  // namespace portage::schema::xsd
