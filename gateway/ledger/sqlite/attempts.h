// The log of a delivery's attempts, folded into one blob: so a retry rewrites one row and adds
// none. Threads: pure functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "gateway/ledger/ledger.h"
#include "gateway/ledger/sqlite/names.h"

namespace portage::ledger::sqlite {

inline constexpr std::size_t kMostAttempts = 64;

struct LoggedAttempt {
  std::uint32_t number = 0;
  base::Micros at = 0;
  std::uint32_t took_us = 0;
  State result = State::waiting;
  Name code = 0, mapping = 0;
  std::string_view detail;  // points into the log
};

void put_varint(std::string& out, std::uint64_t value);
// False at the end of `in` or if it is malformed.
bool take_varint(std::string_view& in, std::uint64_t& value);

std::vector<LoggedAttempt> read_log(std::string_view log);
void append_attempt(std::string& log, const LoggedAttempt& attempt);
// Drops the oldest until at most kMostAttempts are left.
void trim_log(std::string& log);
bool has_attempt(std::string_view log, std::uint32_t number, State result);

}  // namespace portage::ledger::sqlite
