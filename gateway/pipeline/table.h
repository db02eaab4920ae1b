// Column layouts as CSV dialects.
#pragma once

#include <string>
#include <vector>

#include "gateway/format/csv.h"
#include "gateway/schema/schema.h"

namespace portage::pipeline {

inline format::CsvDialect dialect_of(const schema::Schema& schema) { return schema.wire().csv; }

inline std::vector<std::string> columns_of(const schema::Schema& schema) {
  std::vector<std::string> columns;
  for (const schema::Shape& column : schema.shape().members) columns.push_back(column.name);
  return columns;
}

}  // namespace portage::pipeline
