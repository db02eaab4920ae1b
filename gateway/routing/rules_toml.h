// A file of rules as written: texts and dates with their places, nothing yet looked up.
// Reports every fault of form; a file that is no TOML gives one finding. One thread; never throws,
// asserts or overflows the stack, whatever the bytes are.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/base/error.h"
#include "gateway/base/time.h"
#include "gateway/format/toml_words.h"

namespace portage::routing {

using format::Written;

struct WrittenDate {
  Written at;                    // a text such as "catchment.integrated_start", or the date as text
  std::optional<base::Day> day;  // of a date
};

struct WrittenRule {
  Written id, to, role, need, description_en, description_fr;
  std::vector<Written> kinds, senders, not_senders, copies, notified;
  std::vector<std::pair<Written, std::vector<Written>>> tests;
  WrittenDate from, until, before;
  std::string file;
  std::uint32_t line = 0, column = 0;
};

inline constexpr std::size_t kRuleBytes = 1u << 20;
inline constexpr std::uint32_t kRuleDepth = 16;

std::vector<WrittenRule> read_rules(std::string_view bytes, const std::string& file,
                                    std::vector<base::Finding>& findings);

}  // namespace portage::routing
