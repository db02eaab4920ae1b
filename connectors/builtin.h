// The connectors that are compiled in, by what a party's link asks for.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "gateway/base/catalogue.h"
#include "gateway/connector/connector.h"
#include "gateway/http/http.h"
#include "gateway/observe/events.h"

namespace portage::connector {

// How records reach a party, in the connectors' own terms.
struct SinkSettings {
  std::string party;
  std::string url;                              // http, if not empty
  std::string certificate, key, authorities, expected_name;
  std::string folder;                           // file, if not empty
  bool deduplicates = true;
  std::uint32_t parallel = 8;
  std::uint32_t timeout_ms = 30'000;
};
// nullptr in the value: neither, the party has a mailbox.
base::Result<std::shared_ptr<Sink>> make_sink(http::Loop& loop, const SinkSettings& settings);

struct DropSettings {
  std::string party, folder, form, content_type;
  std::uint32_t poll_ms = 200;
  friend bool operator==(const DropSettings&, const DropSettings&) = default;
};
// One source for all drop folders.
std::unique_ptr<Source> make_drop_source(const std::vector<DropSettings>& folders,
                                         std::size_t file_limit, base::Language language,
                                         observe::Events& events);

}  // namespace portage::connector
