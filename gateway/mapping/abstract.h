// What the compiler knows of an expression's value before it runs: its type, which kinds of nothing
// it can be, a finite set of values if small, lengths, characters, ranges. Always a superset of the
// truth. Plain values; one thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/directory/tables.h"
#include "gateway/format/format.h"
#include "gateway/schema/shape.h"

namespace portage::mapping {

// A set of characters: each ASCII one, and all others as one.
struct CharSet {
  std::uint64_t low = ~std::uint64_t{0}, high = ~std::uint64_t{0};
  bool other = true;
  static CharSet none() { return {0, 0, false}; }
  static CharSet of(std::string_view ascii);
  static CharSet range(char from, char to);
  static CharSet ascii() { return {~std::uint64_t{0}, ~std::uint64_t{0}, false}; }
  void add(char c);
  void add(const CharSet& set);
  bool has(char c) const;
  bool within(const CharSet& set) const;
  bool empty() const { return low == 0 && high == 0 && !other; }
};

// Tables and fixed-width lines: what is empty is missing, and every leaf is a text.
inline bool flat(format::Format format) {
  return format == format::Format::csv || format == format::Format::fixed;
}

struct Abstract {
  schema::Type type = schema::Type::any;
  bool missing = false;  // may be missing
  bool null = false;     // may be null
  // text
  std::uint32_t min_length = 0, max_length = UINT32_MAX;
  CharSet chars;
  bool edge_blank = true;  // may begin or end with a blank
  std::string format;      // "uuid", "postal", "phone", "date" … or empty
  std::string pattern;     // anchored, or empty
  // any scalar: all its values, as texts ("true", "12"), if there are few
  std::optional<std::vector<std::string>> values;
  // numbers
  std::optional<std::int64_t> minimum, maximum;
  // lists
  std::shared_ptr<const Abstract> item;
  std::uint32_t min_items = 0, max_items = UINT32_MAX;
  // groups and lists of groups
  const schema::Shape* shape = nullptr;
  schema::Class sensitivity = schema::Class::open;

  bool scalar() const { return type != schema::Type::group && type != schema::Type::list; }
};

using TableLookup = std::function<const directory::CodeTable*(std::string_view)>;

// Of a field, as its schema describes it. `always`: the field can't be missing where it is read.
Abstract abstract_of(const schema::Shape& shape, format::Format format, bool always,
                     const TableLookup& table);
Abstract abstract_text(std::string_view literal);
Abstract abstract_type(schema::Type type);
// A finite set of texts, with lengths and characters worked out.
Abstract abstract_values(schema::Type type, std::vector<std::string> values);
// What holds for both.
Abstract join(const Abstract& a, const Abstract& b);

std::string_view type_name(schema::Type type);  // "text", "integer" …
bool blank(char c);

// Facts about an anchored regular expression; nothing if it is beyond this reader.
struct RegexFacts {
  std::uint32_t min_length = 0, max_length = UINT32_MAX;
  CharSet chars = CharSet::none(), first = CharSet::none(), last = CharSet::none();
  bool nullable = false;
  std::uint32_t states = 0;  // of an automaton that knows it whole
};
std::optional<RegexFacts> regex_facts(std::string_view pattern);
// Too long, too deep or of too many states to be compared with what is written.
bool regex_too_large(std::string_view pattern);

}  // namespace portage::mapping
