// The rows of a directory of services as they were read, table by table, each cell with its place.
// Files of several packages stand side by side in one Rows. Values are copied. For one thread while
// it is filled; then immutable.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "gateway/base/error.h"
#include "gateway/directory/directory.h"
#include "gateway/services/hsds.h"

namespace portage::services {

struct RowCell {
  std::string text;
  std::uint32_t line = 0, column = 0;
};

struct Row {
  std::vector<RowCell> cells;  // as many as the table's form has fields
  std::uint32_t file = 0;      // of Rows::files
  std::uint32_t line = 0;
  bool within = false;  // met inside another object: an organisation under its service
};

struct IdHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const {
    return std::hash<std::string_view>{}(text);
  }
};

class Rows {
 public:
  std::vector<std::string> files;

  const std::vector<Row>& of(Table table) const { return rows_[index_of(table)]; }
  Row& add(Table table, std::uint32_t file, std::uint32_t line);
  // Empty where the row or the table has no such field.
  static const std::string& text(Table table, const Row& row, std::string_view field);
  static const RowCell& cell(Table table, const Row& row, std::string_view field);
  static void set(Table table, Row& row, std::string_view field, std::string text);
  directory::SourceRow where(const Row& row) const { return {files[row.file], row.line}; }

  // Rows met within others give way to the row of the same id that stands by itself.
  void drop_repeats();
  // After index(): by id; the first of equal ones. Ids that are no UUIDs answer to their UUID too.
  void index();
  const Row* find(Table table, std::string_view id) const;
  // The rows of `child` whose `key` is that id, in the order of the files.
  std::vector<const Row*> children(Table child, std::string_view key, std::string_view id) const;
  std::vector<Row>& edit(Table table) { return rows_[index_of(table)]; }

 private:
  using Ids = std::unordered_map<std::string, std::uint32_t, IdHash, std::equal_to<>>;
  using Children =
      std::unordered_map<std::string, std::vector<std::uint32_t>, IdHash, std::equal_to<>>;
  std::array<std::vector<Row>, kTables> rows_;
  std::array<Ids, kTables> ids_;
  std::array<std::vector<std::pair<std::size_t, Children>>, kTables> children_;  // by key field
};

// A UUID stays as it is (in lower case); any other name gets one that never changes (version 5).
std::string public_id(Table table, std::string_view id);
bool is_uuid(std::string_view text);

}  // namespace portage::services
