// Column layouts as CSV dialects; which files hold many documents.
#pragma once

#include <string>
#include <vector>

#include "gateway/format/csv.h"
#include "gateway/schema/schema.h"

namespace portage::pipeline {

inline format::CsvDialect dialect_of(const schema::Schema& schema) { return schema.wire().csv; }

// Fixed-width extracts and JSON lines. Their way in is the stored entrance, as a table's is.
inline bool holds_many(const schema::Schema& schema) {
  return schema.format() == format::Format::fixed || schema.wire().lines;
}

// … and XML, where the document element tells whether the file is one document or holds many.
inline bool may_hold_many(const schema::Schema& schema) {
  return holds_many(schema) ||
         (schema.format() == format::Format::xml && schema.wire().soap == format::Soap::none);
}

// Whether these bytes are such a file of many.
bool is_file_of_records(const schema::Schema& schema, std::string_view bytes);

inline std::vector<std::string> columns_of(const schema::Schema& schema) {
  std::vector<std::string> columns;
  for (const schema::Shape& column : schema.shape().members) columns.push_back(column.name);
  return columns;
}

}  // namespace portage::pipeline
