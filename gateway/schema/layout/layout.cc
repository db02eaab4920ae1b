#include "gateway/schema/layout/layout.h"

#include <algorithm>

#include "gateway/base/text.h"
#include "gateway/base/time.h"
#include "gateway/schema/formats.h"
#include "gateway/security/digest.h"

namespace portage::schema {
namespace {

bool plain_number(std::string_view text, bool fraction) {
  if (text.starts_with('-')) text.remove_prefix(1);
  const std::size_t dot = fraction ? std::min(text.find('.'), text.size()) : text.size();
  const std::string_view whole = text.substr(0, dot);
  const std::string_view rest = text.substr(std::min(dot + 1, text.size()));
  const auto digits = [](std::string_view part) {
    return !part.empty() &&
           std::all_of(part.begin(), part.end(), [](char c) { return c >= '0' && c <= '9'; });
  };
  return digits(whole) && (dot == text.size() || digits(rest));
}

}  // namespace

const TableLayout::Column* TableLayout::column(std::string_view header) const {
  for (const Column& column : columns) {
    if (column.name == header) return &column;
  }
  for (const Column& column : columns) {
    if (std::find(column.aliases.begin(), column.aliases.end(), header) != column.aliases.end()) {
      return &column;
    }
  }
  return nullptr;
}

LayoutSchema::LayoutSchema(std::string name, TableLayout table, format::CsvDialect dialect,
                           std::vector<ColumnRules> columns, bool other_columns, Shape row,
                           std::string_view source)
    : columns_(std::move(columns)), other_columns_(other_columns) {
  name_ = std::move(name);
  format_ = format::Format::csv;
  shape_ = std::move(row);
  auto named = std::make_shared<std::vector<format::CsvColumn>>();
  for (const TableLayout::Column& column : table.columns) {
    named->push_back({column.name, column.aliases});
  }
  wire_.format = format::Format::csv;
  wire_.csv = std::move(dialect);
  wire_.csv.columns_named = std::move(named);
  table_ = std::move(table);
  source_ = source;
  digest_ = security::sha256(source);
}

const ColumnRules* LayoutSchema::column(std::string_view name, std::size_t& expected) const {
  // Rows come in the order of the layout nearly always.
  for (std::size_t tried = 0; tried < columns_.size(); ++tried) {
    if (expected >= columns_.size()) expected = 0;
    const ColumnRules& rules = columns_[expected++];
    if (rules.shape.name == name) return &rules;
  }
  return nullptr;
}

std::vector<Fault> LayoutSchema::check(const record::Value& row, std::size_t most) const {
  CellFaults faults{{}, std::max<std::size_t>(most, 1)};
  if (!row.is(record::Kind::group)) {
    faults.add("schema.type", "", row.at(), {{"wanted", "row"}});
    return std::move(faults.list);
  }
  std::size_t expected = 0;
  for (const record::Member& member : row.members()) {
    if (const ColumnRules* rules = column(member.name, expected)) {
      check_cell(*rules, member.value, rules->shape.name, faults);
    } else if (!other_columns_) {
      std::vector<std::string> names;
      for (const ColumnRules& known : columns_) names.push_back(known.shape.name);
      const auto near = base::nearest(member.name, names);
      if (near) {
        faults.add("schema.unknown_near", member.name, member.value.at(), {{"nearest", *near}});
      } else {
        faults.add("schema.unknown", member.name, member.value.at());
      }
    }
  }
  std::size_t present = 0;
  const auto members = row.members();
  for (const ColumnRules& rules : columns_) {
    if (!rules.shape.required) continue;
    const std::string& name = rules.shape.name;
    const record::Value* cell = nullptr;
    for (std::size_t tried = 0; tried < members.size() && cell == nullptr; ++tried) {
      if (present >= members.size()) present = 0;
      if (members[present].name == name) cell = &members[present].value;
      ++present;
    }
    const bool empty = cell == nullptr || cell->missing() ||
                       (cell->is(record::Kind::text) && cell->as_text().empty());
    if (empty) faults.add("schema.required", name, row.at(), {{"name", name}});
  }
  return std::move(faults.list);
}

void check_cell(const ColumnRules& rules, const record::Value& cell, std::string_view pointer,
                CellFaults& faults) {
  const Shape& shape = rules.shape;
  const auto refuse = [&](std::string_view code, base::Arguments arguments) {
    faults.add(code, pointer, cell.at(), std::move(arguments));
  };
  std::string_view text;
  if (cell.is(record::Kind::text) || cell.is(record::Kind::number)) {
    text = cell.as_text();
  } else if (cell.is(record::Kind::boolean)) {
    text = cell.as_bool() ? "true" : "false";
  } else if (!cell.missing()) {
    return refuse("schema.type", {{"wanted", "text"}});
  }
  if (text.empty()) return;
  if (text.size() > shape.max_length || (text.size() + 3) / 4 < shape.min_length) {
    const std::size_t length = base::code_points(text);
    if (length > shape.max_length) {
      refuse("schema.max_length", {{"limit", std::to_string(shape.max_length)}});
    }
    if (length < shape.min_length) {
      refuse("schema.min_length", {{"limit", std::to_string(shape.min_length)}});
    }
  }
  if (!shape.values.empty() &&
      std::find(shape.values.begin(), shape.values.end(), text) == shape.values.end()) {
    std::string allowed;
    for (std::size_t i = 0; i < shape.values.size() && i < 12; ++i) {
      if (i > 0) allowed += ", ";
      allowed += shape.values[i];
    }
    if (shape.values.size() > 12) allowed += ", …";
    refuse("schema.enum", {{"allowed", std::move(allowed)}});
  }
  switch (rules.kind) {
    case ColumnKind::text:
      break;
    case ColumnKind::boolean:
      if (shape.values.empty() && text != "true" && text != "false") {
        refuse("schema.type", {{"wanted", "boolean"}});
      }
      break;
    case ColumnKind::integer:
    case ColumnKind::decimal: {
      const bool fraction = rules.kind == ColumnKind::decimal;
      if (!plain_number(text, fraction)) {
        refuse("schema.type", {{"wanted", fraction ? "number" : "integer"}});
        break;
      }
      const Decimal number = Decimal::from(text);
      if (fraction && number.fraction_digits() > shape.fraction_digits) {
        refuse("schema.fraction_digits", {{"limit", std::to_string(shape.fraction_digits)}});
      }
      if (shape.minimum && compare(number, Decimal::from(std::to_string(*shape.minimum))) < 0) {
        refuse("schema.minimum", {{"limit", std::to_string(*shape.minimum)}});
      }
      if (shape.maximum && compare(number, Decimal::from(std::to_string(*shape.maximum))) > 0) {
        refuse("schema.maximum", {{"limit", std::to_string(*shape.maximum)}});
      }
      break;
    }
    case ColumnKind::date:
    case ColumnKind::datetime: {
      const bool plain =
          rules.kind == ColumnKind::date ? formats::date(text) : formats::date_time(text);
      if (rules.form ? !rules.form->fits(text) : !plain) {
        refuse("schema.format", {{"format", shape.format}});
      }
      break;
    }
  }
  if (rules.pattern && !rules.pattern->matches(text)) {
    refuse("schema.pattern", {{"pattern", rules.pattern->source()}});
  }
}

}  // namespace portage::schema
