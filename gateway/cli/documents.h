// A file's bytes as the documents in it, by its schema, and back. A CSV file holds one for each
// row; other formats hold one. For one thread; documents own their memory.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "gateway/base/result.h"
#include "gateway/record/value.h"
#include "gateway/schema/schema.h"

namespace portage::cli {

struct InputDocument {
  record::Document document;
  record::Value root;      // in `document`; a CloudEvents envelope is taken off
  std::uint32_t row = 0;   // of a table, from 1; else 0
  std::uint32_t line = 0;  // where it begins
};

struct Input {
  std::vector<InputDocument> documents;
  std::vector<base::Error> faults;  // rows that can't be read
};
base::Result<Input> read_documents(const schema::Schema& schema, std::string_view bytes);

// The bytes of these documents in the schema's format; a table gets its header once.
base::Result<std::string> write_documents(const schema::Schema& schema,
                                          const std::vector<record::Document>& documents);

}  // namespace portage::cli
