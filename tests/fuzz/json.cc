// Any bytes as JSON: what is read is written and read back as the same tree. Who takes wide numbers
// takes all that others take, as the same tree, and beyond that only such numbers.
#include <cstdlib>

#include "gateway/format/format.h"

namespace {

using namespace portage;

void twice(std::string_view bytes, const format::Limits& limits, const record::Document& first) {
  record::Document second;
  std::string out;
  format::write_json(first.root, out);
  if (!format::read_json(out, limits, second).ok() || !record::equal(first.root, second.root)) {
    std::abort();
  }
  if (!format::read_json(bytes, limits, second).ok() || !record::equal(first.root, second.root)) {
    std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  record::Document document;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  format::Limits wide;
  wide.wide_numbers = true;
  const base::Status plain = format::read_json(bytes, {}, document);
  if (plain.ok()) {
    twice(bytes, {}, document);
    twice(bytes, wide, document);
    return 0;
  }
  const base::Status taken = format::read_json(bytes, wide, document);
  if (taken.ok() && plain.error().code != "json.number_range") std::abort();
  if (taken.ok()) twice(bytes, wide, document);
  return 0;
}
