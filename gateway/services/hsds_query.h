// The lists of the HSDS API: filters, which all must hold, and pages. Pure; any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/base/result.h"
#include "gateway/services/hsds_json.h"

namespace portage::services {

inline constexpr std::uint32_t kPageSize = 50, kLargestPage = 1000;

struct Query {
  std::string search, taxonomy_term_id, taxonomy_id, organization_id, parent_id, postcode;
  std::optional<std::uint32_t> proximity;  // metres
  std::optional<base::Micros> modified_after;
  bool full = false, minimal = false, full_service = false, top_only = false;
  bool lines = false;  // format=ndjson: all of them, one a line
  std::uint32_t page = 1, per_page = kPageSize;
  std::optional<base::Day> at;  // ours: the day that decides what is active
};

// Which parameters a list knows: those of HSDS 3.0, and `at` and, for services, `postcode`.
// Errors: services.query_unknown, services.query_value, services.query_twice.
base::Result<Query> read_query(Table table,
                               const std::vector<std::pair<std::string, std::string>>& parameters);

struct Listed {
  std::string body;          // a page, or lines
  std::string content_type;  // of the body
};
// Errors: services.unknown_place for a postcode that is none.
base::Result<Listed> list(const Services& services, const directory::Directory& directory,
                          Table table, const Query& query, base::Language language,
                          base::Day today);

// The text that a search looks through, folded.
std::string searched(const Rows& rows, Table table, const Row& row);

}  // namespace portage::services
