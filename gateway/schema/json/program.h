// Program: a JSON Schema compiled. Nodes refer to each other by pointer, so that references and
// recursion cost nothing; all texts and constants lie in the sources that the Program keeps.
// Immutable once compiled, shared by threads. Knows nothing of files, and never fetches.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/record/value.h"
#include "gateway/schema/decimal.h"
#include "gateway/schema/formats.h"
#include "gateway/schema/pattern.h"
#include "gateway/schema/schema.h"

namespace portage::schema::json {

struct Node;

// One document with schemas in it.
struct Source {
  std::string file;  // for findings
  std::string text;
  record::Document document;
  bool ours = false;  // the schema itself, whose unknown keywords are worth a warning
};

struct Dialect {
  Draft draft = Draft::draft_2020_12;
  bool applicator = true, unevaluated = true, validation = true;  // vocabularies in force
  bool format_assertion = false;                                  // asked for by the meta-schema
};

// A schema resource: a document, or a part of one that has an $id of its own.
struct Resource {
  std::string uri;  // absolute, no fragment
  const record::Value* root = nullptr;
  const Source* source = nullptr;
  Dialect dialect;
  std::map<std::string, const record::Value*, std::less<>> anchors;
  std::map<std::string, const record::Value*, std::less<>> dynamic_anchors;
  std::map<std::string, const Node*, std::less<>> dynamic_nodes;  // the same, compiled
};

inline constexpr std::uint8_t kNull = 1, kBoolean = 2, kNumber = 4, kText = 8, kList = 16,
                              kGroup = 32,
                              kInteger = 64;  // a number without fraction
inline constexpr std::uint8_t kAnyType = kNull | kBoolean | kNumber | kText | kList | kGroup;

// A limit of the schema: its digits, and the number if it fits.
struct Limit {
  std::string_view digits;
  Decimal decimal;
  std::optional<std::int64_t> small;
};

struct NumberRules {
  std::optional<Limit> minimum, maximum, above, below, multiple_of;
};

struct TextRules {
  std::uint64_t min_length = 0, max_length = UINT64_MAX;
  std::shared_ptr<const Pattern> pattern;
  FormatCheck format = nullptr;
  std::string_view format_name;
};

struct ListRules {
  std::uint64_t min_items = 0, max_items = UINT64_MAX;
  std::vector<const Node*> first;  // prefixItems
  const Node* rest = nullptr;      // items
  const Node* contains = nullptr;
  std::uint64_t min_contains = 1, max_contains = UINT64_MAX;
  bool unique = false;
  std::string_view unique_member;  // "portage": {"unique": "kind"}
  const Node* unevaluated = nullptr;
};

struct Property {
  std::string_view name;
  const Node* node = nullptr;  // of `properties`; none if only required
  bool declared = false;       // in `properties`
  std::int32_t required = -1;  // its place among the required ones
};

// Names -> properties, by open addressing. Built once.
class PropertyTable {
 public:
  std::vector<Property>& list() { return properties_; }
  const std::vector<Property>& list() const { return properties_; }
  void build();
  // `expected` is where the last one was found plus one: records mostly come in the schema's order.
  const Property* find(std::string_view name, std::size_t& expected) const;

 private:
  std::vector<Property> properties_;
  std::vector<std::uint32_t> slots_;  // index + 1; 0 = free
  std::size_t mask_ = 0;
};

struct PatternProperty {
  std::shared_ptr<const Pattern> pattern;
  const Node* node;
};

struct Dependency {
  std::string_view name;
  std::vector<std::string_view> required;
  const Node* node = nullptr;
};

struct GroupRules {
  std::uint64_t min_members = 0, max_members = UINT64_MAX;
  PropertyTable properties;
  std::vector<std::string_view> required;
  std::vector<PatternProperty> patterns;
  const Node* additional = nullptr;
  const Node* names = nullptr;
  std::vector<Dependency> dependencies;
  const Node* unevaluated = nullptr;
};

// What applies to the same value again.
struct Applied {
  const Node* reference = nullptr;
  std::string_view dynamic;  // $dynamicRef whose first target is a dynamic anchor: its name
  const Node* dynamic_first = nullptr;
  std::vector<const Node*> all, any, one;
  const Node* never = nullptr;
  const Node* condition = nullptr;
  const Node* then = nullptr;
  const Node* otherwise = nullptr;
};

struct Values {
  std::vector<const record::Value*> any;  // every allowed value
  std::vector<std::string_view> texts;    // the texts among them, sorted
  bool only_texts = false;
  bool constant = false;  // from `const`
};

struct Node {
  enum class Always : std::uint8_t { depends, valid, invalid };
  Always always = Always::depends;
  std::uint8_t types = kAnyType;
  const Resource* resource = nullptr;
  std::unique_ptr<Values> values;    // enum
  std::unique_ptr<Values> constant;  // const
  std::unique_ptr<NumberRules> number;
  std::unique_ptr<TextRules> text;
  std::unique_ptr<ListRules> list;
  std::unique_ptr<GroupRules> group;
  std::unique_ptr<Applied> applied;
  const record::Value* written = nullptr;  // where it stands
};

struct Program {
  std::vector<std::unique_ptr<Source>> sources;
  std::vector<std::unique_ptr<Resource>> resources;
  std::vector<std::unique_ptr<Node>> nodes;
  const Node* root = nullptr;
};

}  // namespace portage::schema::json
