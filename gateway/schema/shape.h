// Shape: what a schema says about a tree, whatever language it was written in (JSON Schema, XSD,
// column layout). Mappings are compiled against shapes, masking and minimisation read classes from
// them, routing reads the marked fields. A Shape is a conservative summary: every valid document
// fits it; the Schema's own check() may refuse more.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace portage::schema {

// How personal a field is. The default for anything about a person is `personal`; unknown fields
// are treated as personal. Order is rising sensitivity.
enum class Class : std::uint8_t { open, program, personal, identifier, sensitive };
std::string_view class_name(Class c);  // "public", "program", "personal", "identifier", "sensitive"
std::optional<Class> class_from(std::string_view name);

// What a field means to the gateway. Written in JSON Schema as the keyword
//   "portage": {"class": "program", "date": true, "lane": true, "key": true, "refers": "referral",
//               "place": true, "routing": true, "filled": "route", "municipality": true,
//               "reserve": true, "addressee": true, "service": true}
struct Marks {
  Class sensitivity = Class::personal;
  bool date = false;     // the record's own date: a date, or an instant taken in America/Toronto
  bool lane = false;     // records with equal values are delivered in order
  bool key = false;      // the business key of this kind of record, by which answers find it
  std::string refers;    // the kind of earlier record whose key this field holds
  bool place = false;    // a postal code (or its first three characters) that routing reads
  bool routing = false;  // a finite code that routing rules may test
  bool municipality = false;  // the name of the place's municipality or community
  bool reserve = false;       // a boolean: the person lives on a reserve
  bool addressee = false;     // the id of the party that the record itself names as its receiver
  bool service = false;       // the code of the service that the nearest provider must offer
  std::string filled;         // "route": set by the gateway after routing, not asked of the sender
};

enum class Type : std::uint8_t {
  text,
  integer,
  decimal,
  boolean,
  date,
  datetime,
  group,
  list,
  any
};

struct Shape {
  std::string name;  // member name as in Value ("{urn:x}Name", "@id"); empty for roots and items
  Type type = Type::any;
  bool required = false;      // of the group it stands in
  bool nullable = false;      // JSON null, xsi:nil
  bool attribute = false;     // XML attribute
  bool text_content = false;  // the member "" of an XML element with attributes
  bool unordered = false;     // list: order has no meaning
  bool open = false;          // group: members not named here are allowed
  bool mixed = false;         // group of XML: text may stand among its members; no Value holds it
  // XML: not 0, stands in any order among the members of its group with the same number, and a
  // Value does not keep that order.
  std::uint16_t mingled = 0;
  std::uint32_t min_length = 0, max_length = UINT32_MAX;  // text: code points
  std::uint32_t min_items = 0, max_items = UINT32_MAX;    // list
  std::optional<std::int64_t> minimum, maximum;           // integer
  std::uint32_t fraction_digits = 9;                      // decimal
  std::vector<std::string> values;  // enum or const, as texts; empty = not finite
  std::string pattern;              // anchored RE2 syntax; empty = none
  std::string format;               // "date", "date-time", "uuid", "email", "postal", "phone" …
  std::string code_table;           // the table whose codes are allowed, or empty
  std::string description_en, description_fr;
  Marks marks;
  std::vector<Shape> members;   // group: in the order they are written
  std::unique_ptr<Shape> item;  // list
  std::uint32_t line = 0;       // where the schema file says so

  const Shape* find(std::string_view member) const;
  // "a.b.c"; lists are passed through to their items. nullptr if there is none.
  const Shape* at(std::string_view dotted_path) const;
};
Shape copy_of(const Shape& shape);  // deep

}  // namespace portage::schema
