// A column layout: what one row of a table holds, read from TOML (schemas/README.md describes the
// file).
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gateway/schema/decimal.h"
#include "gateway/schema/layout/date_form.h"
#include "gateway/schema/pattern.h"
#include "gateway/schema/schema.h"

namespace portage::schema {

// What the text of a cell is.
enum class ColumnKind : std::uint8_t { text, integer, decimal, boolean, date, datetime };

struct ColumnRules {
  Shape shape;  // name, type, limits, values, class
  ColumnKind kind = ColumnKind::text;
  std::shared_ptr<const Pattern> pattern;
  std::optional<DateForm> form;
};

// Gathers up to `most`.
struct CellFaults {
  std::vector<Fault> list;
  std::size_t most;
  void add(std::string_view code, std::string_view column, std::uint32_t at,
           base::Arguments arguments = {}) {
    if (list.size() >= most) return;
    list.push_back({std::string(code), std::string(column), at, std::move(arguments)});
  }
};
// One cell or field by its rules; `pointer` names it in faults.
void check_cell(const ColumnRules& rules, const record::Value& cell, std::string_view pointer,
                CellFaults& faults);
Shape leaf_copy(const Shape& shape);  // of a column, which has no members

class LayoutSchema final : public Schema {
 public:
  LayoutSchema(std::string name, TableLayout table, format::CsvDialect dialect,
               std::vector<ColumnRules> columns, bool other_columns, Shape row,
               std::string_view source);
  std::vector<Fault> check(const record::Value& row, std::size_t most) const override;

 private:
  const ColumnRules* column(std::string_view name, std::size_t& expected) const;
  std::vector<ColumnRules> columns_;
  bool other_columns_;
};

}  // namespace portage::schema
