// Any bytes as a fixed-width file; the first byte picks the layout. What is read and can be written
// is read back as the same tree.
#include <cstdlib>
#include <fstream>
#include <iterator>

#include "gateway/format/documents.h"
#include "gateway/schema/schema.h"

namespace {

using namespace portage;

constexpr std::string_view kSmall = R"(schema = "x/y@1"
format = "fixed"
width = 12
document = "row"
short_lines = true
[[line]]
name = "head"
tag = "H"
first = true
occurs = "0..1"
[[line.field]]
name = "BATCH"
at = 2
width = 3
[[line]]
name = "row"
tag = "R"
[[line.field]]
name = "A"
at = 2
width = 4
type = "decimal"
implied = 2
sign = "overpunch"
[[line.field]]
name = "C"
width = 2
occurs = 2
[[line]]
name = "more"
tag = "M"
under = "row"
[[line.field]]
name = "T"
at = 2
width = 5
align = "right"
[[line]]
name = "end"
tag = "E"
last = true
occurs = "0..1"
[[line.field]]
at = 2
width = 4
count = ["row", "more"]
[[line.field]]
width = 6
sum = ["row.A"]
signed = true
)";

const std::vector<std::shared_ptr<const schema::Schema>>& layouts() {
  static const auto kLayouts = [] {
    std::ifstream in(std::string(PORTAGE_SOURCE_DIR) + "/schemas/parties/cpa/payments@1.toml");
    const std::string cpa((std::istreambuf_iterator<char>(in)), {});
    std::string file(kSmall), latin(kSmall);
    file.replace(file.find("document = \"row\""), 16, "document = \"file\"");
    latin.replace(latin.find("width = 12"), 10, "width = 12\ncharset = \"cp1252\"");
    std::vector<std::shared_ptr<const schema::Schema>> all;
    for (const std::string& text : {std::string(kSmall), file, latin, cpa}) {
      all.push_back(schema::load_layout(text, "layout.toml").schema);
      if (all.back() == nullptr) std::abort();
    }
    return all;
  }();
  return kLayouts;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  if (size == 0) return 0;
  const format::Wire& wire = layouts()[data[0] & 3]->wire();
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  auto reader = format::DocumentReader::open(wire, {}, bytes);
  if (!reader.ok()) std::abort();
  format::Entry entry;
  record::Document document, again;
  while (reader->next(entry, document)) {
    if (entry.error) continue;
    std::string out;
    if (!format::write_document(wire, document.root, out).ok()) continue;
    if (!format::read_document(wire, out, {}, again).ok() ||
        !record::equal(document.root, again.root)) {
      std::abort();
    }
  }
  return 0;
}
