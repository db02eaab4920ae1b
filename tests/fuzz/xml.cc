// Any bytes as XML: what is read and can be written is read back as the same tree.
#include <cstdlib>

#include "gateway/format/format.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  using namespace portage;
  record::Document first, second;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (!format::read_xml(bytes, {}, first).ok()) return 0;
  std::string out;
  if (!format::write_xml(first.root, out).ok()) return 0;
  if (!format::read_xml(out, {}, second).ok() || !record::equal(first.root, second.root))
    std::abort();
  return 0;
}
