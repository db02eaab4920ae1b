// What the Human Services Data Specification 3.0 says of its tables: their fields, which of them
// must be there, what they refer to, and how the tables nest in JSON. Facts of the specification
// (docs.openreferral.org/en/3.0); the columns marked `ours` are this project's own, and are shown
// to others as attributes. Pure data; any thread.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace portage::services {

enum class Table : std::uint8_t {
  organization,
  program,
  service,
  service_at_location,
  location,
  address,
  phone,
  contact,
  schedule,
  language,
  service_area,
  attribute,
  taxonomy,
  taxonomy_term,
  accessibility,
  cost_option,
  funding,
  required_document,
  organization_identifier,
  metadata,
  meta_table_description
};
inline constexpr std::size_t kTables = 21;

enum class FieldType : std::uint8_t {
  text,
  id,         // of the row itself
  reference,  // the id of a row of `target`
  link,       // the id of a row of any table
  uri,
  email,
  integer,
  number,
  date,     // 2026-11-22
  instant,  // a date, or an RFC 3339 date and time
  time,     // 09:00, with or without seconds and an offset
  flag,     // true or false
  word      // one of `words`
};

struct Field {
  std::string name;
  FieldType type = FieldType::text;
  bool required = false;
  bool ours = false;
  Table target = Table::organization;
  std::vector<std::string> words;
};

struct TableForm {
  Table table = Table::organization;
  std::string name;  // "service"
  std::string file;  // "services.csv"
  std::vector<Field> fields;
  std::size_t id = 0;                              // where `id` stands
  std::size_t field(std::string_view name) const;  // kNoField if there is none
};
inline constexpr std::size_t kNoField = static_cast<std::size_t>(-1);

const TableForm& form(Table table);
const std::array<TableForm, kTables>& forms();
std::optional<Table> table_named(std::string_view name);    // "service"
std::optional<Table> table_of_file(std::string_view file);  // "services.csv"
inline std::size_t index_of(Table table) { return static_cast<std::size_t>(table); }

// A member of a nested JSON object that holds rows of another table.
struct Nest {
  Table parent;
  std::string_view member;
  Table child;
  std::string_view key;  // of the child: the parent's id; with `one`, of the parent: the child's id
  bool one;              // an object, not a list
};
std::span<const Nest> nests();
// Attributes and metadata hang on rows of any table, by link_id and resource_id.
bool has_attributes(Table table);

}  // namespace portage::services
