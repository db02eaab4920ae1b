// Any bytes as JSON: what is read is written and read back as the same tree.
#include <cstdlib>

#include "gateway/format/format.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  using namespace portage;
  record::Document first, second;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (!format::read_json(bytes, {}, first).ok()) return 0;
  std::string out;
  format::write_json(first.root, out);
  if (!format::read_json(out, {}, second).ok() || !record::equal(first.root, second.root))
    std::abort();
  return 0;
}
