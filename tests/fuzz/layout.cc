// Any bytes as a column layout: a schema or findings, never both and never neither; and a layout
// that loads can be asked about any row.
#include <cstdlib>

#include "gateway/format/documents.h"
#include "gateway/schema/schema.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  using namespace portage;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const schema::Loaded loaded = schema::load_layout(bytes, "layout.toml");
  if ((loaded.schema == nullptr) == loaded.findings.empty()) std::abort();
  if (loaded.schema == nullptr) return 0;
  auto reader = format::DocumentReader::open(loaded.schema->wire(), {}, bytes);
  if (!reader.ok()) return 0;
  format::Entry entry;
  record::Document document;
  while (reader->next(entry, document)) {
    if (!entry.error) static_cast<void>(loaded.schema->check(document.root, 8));
  }
  return 0;
}
