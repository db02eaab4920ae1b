// Column layouts as CSV dialects.
#pragma once

#include <string>
#include <vector>

#include "gateway/format/csv.h"
#include "gateway/schema/schema.h"

namespace portage::pipeline {

inline format::CsvDialect dialect_of(const schema::Schema& schema) {
  format::CsvDialect dialect;
  if (const schema::TableLayout* table = schema.table()) {
    dialect.delimiter = table->delimiter;
    dialect.crlf = table->crlf;
    dialect.byte_order_mark = table->byte_order_mark;
    if (const auto charset = format::charset_from(table->charset)) dialect.charset = *charset;
  }
  return dialect;
}

inline std::vector<std::string> columns_of(const schema::Schema& schema) {
  std::vector<std::string> columns;
  for (const schema::Shape& column : schema.shape().members) columns.push_back(column.name);
  return columns;
}

}  // namespace portage::pipeline
