// Any bytes as CSV; the first byte picks the dialect. Each good row, written and read again, has
// its cells.
#include "gateway/format/csv.h"

#include <algorithm>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  using namespace portage;
  if (size == 0) return 0;
  format::CsvDialect dialect;
  dialect.delimiter = ",;\t|"[data[0] & 3];
  dialect.charset = (data[0] & 4) != 0 ? format::Charset::cp1252 : format::Charset::utf8;
  dialect.short_rows = (data[0] & 8) != 0;
  dialect.row_bytes = (data[0] & 16) != 0 ? 64 : 1u << 20;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  auto reader = format::CsvReader::open(bytes, dialect);
  if (!reader.ok()) return 0;
  const std::vector<std::string> columns(reader->columns().begin(), reader->columns().end());
  record::Document document, again;
  format::CsvRow row, row_again;
  dialect.row_bytes = 1u << 30;
  while (reader->next(row, document)) {
    if (row.error || reader->cells().size() != columns.size()) continue;
    std::string out;
    format::CsvWriter writer(columns, dialect, out);
    if (!writer.header().ok() || !writer.row(reader->cells()).ok()) std::abort();
    auto second = format::CsvReader::open(out, dialect);
    if (!second.ok() || !second->next(row_again, again) || row_again.error ||
        !std::equal(reader->cells().begin(), reader->cells().end(), second->cells().begin(),
                    second->cells().end())) {
      std::abort();
    }
  }
  return 0;
}
