// A file of rules as written: texts and dates with their places, nothing yet looked up. The door of
// toml++ for this room. Reports every fault of form; toml++ stops at its first fault of syntax, so
// such a file gives one. One thread; never throws, asserts or overflows the stack, whatever the
// bytes are.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/base/error.h"
#include "gateway/base/time.h"

namespace portage::routing {

struct Written {  // a text and where it stands; line 0 = not written
  std::string text;
  std::uint32_t line = 0, column = 0;
  bool present() const { return line != 0; }
};

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
