// How the documents of one schema stand in bytes: the format and its details. A schema gives it
// (Schema::wire()); readers and writers of documents ask nothing else. Immutable; may be read from
// many threads.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "gateway/format/csv.h"
#include "gateway/format/fixed_layout.h"
#include "gateway/format/format.h"

namespace portage::format {

enum class Soap : std::uint8_t { none, v1_1, v1_2 };

struct Wire {
  Format format = Format::json;
  CsvDialect csv;                            // csv: with columns_named
  std::shared_ptr<const FixedLayout> fixed;  // fixed: never null
  Soap soap = Soap::none;                    // xml: the document stands in an envelope's body
  std::vector<std::string> roots;            // xml: document elements, as "{urn:x}Name"
  bool lines = false;                        // json: a document on each line (NDJSON)

  // A file that is written may hold several documents, one after the other.
  bool holds_many() const {
    return format == Format::csv || lines ||
           (format == Format::fixed && !fixed->document.empty());
  }
};

}  // namespace portage::format
