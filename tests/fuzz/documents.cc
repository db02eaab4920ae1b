// Any bytes as a file of records (XML, NDJSON, CSV): however the bytes arrive, the same is read.
#include "gateway/format/documents.h"

#include <algorithm>
#include <cstdlib>

namespace {

using namespace portage;

std::string all(base::Result<format::DocumentReader> reader) {
  if (!reader.ok()) return reader.error().code;
  format::Entry entry;
  record::Document document;
  std::string out;
  while (reader->next(entry, document)) {
    out += std::to_string(entry.number) + "@" + std::to_string(entry.line) + " ";
    if (entry.error) {
      out += entry.error->code + std::to_string(entry.error->place.line);
    } else {
      format::write_json(document.root, out);
    }
    out += '\n';
  }
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  if (size == 0) return 0;
  format::Wire wire;
  const unsigned kind = data[0] & 3;
  wire.format = kind == 0   ? format::Format::json
                : kind == 1 ? format::Format::csv
                            : format::Format::xml;
  wire.lines = kind == 0;
  wire.csv.skip_blank_rows = true;
  wire.roots = {"a", "{u}a"};
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::size_t piece = 1 + (data[0] >> 2);
  std::size_t at = 0;
  const auto fill = [&](std::span<char> into) -> base::Result<std::size_t> {
    const std::size_t n = std::min({piece, into.size(), bytes.size() - at});
    std::copy_n(bytes.data() + at, n, into.data());
    at += n;
    return n;
  };
  if (all(format::DocumentReader::open(wire, {}, bytes)) !=
      all(format::DocumentReader::open(wire, {}, fill))) {
    std::abort();
  }
  return 0;
}
