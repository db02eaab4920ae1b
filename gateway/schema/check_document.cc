#include "gateway/format/documents.h"
#include "gateway/schema/schema.h"

namespace portage::schema {
namespace {

PlacedFault unreadable(base::Error error) {
  return {std::move(error.code), std::move(error.place), std::move(error.arguments)};
}

}  // namespace

std::vector<PlacedFault> check_document(const Schema& schema, std::string_view bytes,
                                        std::size_t most, const format::Limits& limits) {
  auto reader = format::DocumentReader::open(schema.wire(), limits, bytes);
  if (!reader) return {unreadable(std::move(reader).error())};
  std::vector<PlacedFault> faults;
  format::Entry entry;
  record::Document document;
  while (faults.size() < most && reader->next(entry, document)) {
    if (entry.error) {
      faults.push_back(unreadable(std::move(*entry.error)));
      continue;
    }
    for (Fault& fault : schema.check(document.root, most - faults.size())) {
      const base::LineColumn at = reader->where(fault.at);
      if (schema.format() == format::Format::csv) {
        fault.pointer = "row " + std::to_string(entry.number) + ", " + fault.pointer;
      }
      faults.push_back({std::move(fault.code),
                        {{}, at.line, at.column, std::move(fault.pointer)},
                        std::move(fault.arguments)});
    }
  }
  return faults;
}

}  // namespace portage::schema
