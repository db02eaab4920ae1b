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

class LayoutSchema final : public Schema {
 public:
  LayoutSchema(std::string name, TableLayout table, std::vector<ColumnRules> columns,
               bool other_columns, Shape row, std::string_view source);
  std::vector<Fault> check(const record::Value& row, std::size_t most) const override;

 private:
  struct Faults;
  const ColumnRules* column(std::string_view name, std::size_t& expected) const;
  void check_cell(const ColumnRules& rules, const record::Value& cell, Faults& faults) const;
  std::vector<ColumnRules> columns_;
  bool other_columns_;
};

}  // namespace portage::schema
