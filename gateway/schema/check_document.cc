#include "gateway/base/text.h"
#include "gateway/format/csv.h"
#include "gateway/format/format.h"
#include "gateway/schema/schema.h"

namespace portage::schema {
namespace {

PlacedFault placed(Fault fault, std::string_view bytes) {
  const base::LineColumn at = base::line_column(bytes, fault.at);
  base::Place place{{}, at.line, at.column, std::move(fault.pointer)};
  return {std::move(fault.code), std::move(place), std::move(fault.arguments)};
}

PlacedFault unreadable(base::Error error) {
  return {std::move(error.code), std::move(error.place), std::move(error.arguments)};
}

std::vector<PlacedFault> check_table(const Schema& schema, std::string_view bytes,
                                     std::size_t most) {
  const TableLayout& table = *schema.table();
  format::CsvDialect dialect;
  dialect.delimiter = table.delimiter;
  dialect.crlf = table.crlf;
  dialect.short_rows = table.short_rows;
  const auto charset = format::charset_from(table.charset);
  if (!charset) return {unreadable(charset.error())};
  dialect.charset = *charset;
  auto reader = format::CsvReader::open(bytes, dialect);
  if (!reader) return {unreadable(std::move(reader).error())};
  std::vector<PlacedFault> faults;
  format::CsvRow row;
  record::Document document;
  while (faults.size() < most && reader->next(row, document)) {
    if (row.error) {
      faults.push_back(unreadable(*row.error));
      continue;
    }
    // A column under another of its names.
    for (record::Member& member : document.root.members()) {
      if (const TableLayout::Column* column = table.column(member.name)) member.name = column->name;
    }
    for (Fault& fault : schema.check(document.root, most - faults.size())) {
      const base::LineColumn at = reader->where(fault.at);
      fault.pointer = "row " + std::to_string(row.number) + ", " + fault.pointer;
      faults.push_back({std::move(fault.code),
                        {{}, at.line, at.column, std::move(fault.pointer)},
                        std::move(fault.arguments)});
    }
  }
  return faults;
}

}  // namespace

std::vector<PlacedFault> check_document(const Schema& schema, std::string_view bytes,
                                        std::size_t most) {
  if (schema.format() == format::Format::csv) return check_table(schema, bytes, most);
  record::Document document;
  const base::Status read = schema.format() == format::Format::xml
                                ? format::read_xml(bytes, {}, document)
                                : format::read_json(bytes, {}, document);
  if (!read) return {unreadable(read.error())};
  std::vector<PlacedFault> faults;
  for (Fault& fault : schema.check(document.root, most)) {
    faults.push_back(placed(std::move(fault), bytes));
  }
  return faults;
}

}  // namespace portage::schema
