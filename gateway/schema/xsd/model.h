// An XSD 1.0 schema compiled: elements, types and how often what may stand where. Built once by
// compile.cc, immutable afterwards, shared by threads.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/record/value.h"
#include "gateway/schema/decimal.h"
#include "gateway/schema/pattern.h"
#include "gateway/schema/shape.h"

namespace portage::schema::xsd {

inline constexpr std::uint64_t kUnbounded = UINT64_MAX;

enum class Primitive : std::uint8_t {
  text,
  language,
  nmtoken,
  boolean,
  decimal,
  integer,
  floating,
  date,
  date_time,
  time,
  year,
  year_month,
  duration,
  any_uri,
  hex,
  base64
};
enum class Blanks : std::uint8_t { preserve, replace, collapse };

struct NumberLimit {
  std::string text;
  bool inclusive = true;
};

struct SimpleType {
  std::string name;  // as a person says it: "date", "PostalCode"
  Primitive primitive = Primitive::text;
  Blanks blanks = Blanks::preserve;
  bool no_sign = false;  // unsignedInt and its kin are digits alone
  std::uint64_t min_length = 0, max_length = kUnbounded;
  std::vector<std::shared_ptr<const Pattern>> patterns;  // all must match
  std::vector<std::string> values;                       // enumeration; empty = not finite
  std::optional<NumberLimit> least, most;
  std::uint64_t total_digits = kUnbounded, fraction_digits = kUnbounded;
};

// Why a text does not hold, or nothing.
struct SimpleFault {
  std::string_view code;
  std::string name;  // of the argument
  std::string limit;
};
// Whether `text` holds; the reason, if it does not and `fault` is given.
bool holds(const SimpleType& type, std::string_view text, SimpleFault* fault);

struct ComplexType;

struct Element {
  std::string member;  // "{ns}Name"
  std::string local;   // "Name"
  const SimpleType* simple = nullptr;
  const ComplexType* complex = nullptr;
  bool nillable = false;
  bool has_default = false;
  std::optional<std::string> fixed;
  Marks marks;
  bool own_class = false;
  std::string code_table, en, fr;
  bool unordered = false;
  std::uint32_t line = 0;
};

struct Attribute {
  std::string member;  // "@name"
  const SimpleType* type = nullptr;
  bool required = false;
  std::optional<std::string> fixed;
  Marks marks;
  bool own_class = false;
  std::string code_table, en, fr;
  std::uint32_t line = 0;
};

struct Particle {
  enum class Kind : std::uint8_t { element, sequence, choice, all };
  Kind kind = Kind::sequence;
  std::uint64_t least = 1, most = 1;
  const Element* element = nullptr;
  std::size_t slot = 0;  // of the element in its type
  std::vector<Particle> parts;
};

// An element of a content model by its name.
struct Slot {
  const Element* element;
  std::size_t position;       // elements with the same position may come in any order
  std::uint64_t most;         // of them in one parent
  bool optional;              // some valid parent has none
  std::size_t first = 0;      // in a sequence that repeats: first ones come in this order; 0 = any
  std::uint16_t mingled = 0;  // in the same part that repeats as others of that number; 0 = alone
};

struct ComplexType {
  std::string name;
  std::vector<Attribute> attributes;
  const SimpleType* text = nullptr;  // simpleContent
  Particle content;
  std::vector<Slot> slots;
  bool mixed = false;         // text may stand among the elements
  std::uint16_t mingled = 0;  // parts that repeat several elements
  bool empty = true;          // no elements at all
  bool may_be_empty = true;   // a parent without elements is valid
};

struct Model {
  std::vector<std::unique_ptr<SimpleType>> simple;
  std::vector<std::unique_ptr<ComplexType>> complex;
  std::vector<std::unique_ptr<Element>> elements;
  const Element* root = nullptr;
};

// How often the body of a particle may be said to have happened, given how often each element is
// there. An empty interval means: never.
struct Times {
  std::uint64_t least, most;
  bool none() const { return least > most; }
  bool has(std::uint64_t n) const { return least <= n && n <= most; }
};
Times times(const Particle& particle, const std::uint64_t* counts);

Shape shape_of(const Model& model);

}  // namespace portage::schema::xsd
