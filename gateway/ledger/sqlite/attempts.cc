#include "gateway/ledger/sqlite/attempts.h"

#include <algorithm>

namespace portage::ledger::sqlite {

void put_varint(std::string& out, std::uint64_t value) {
  while (value >= 0x80) {
    out.push_back(static_cast<char>(value | 0x80));
    value >>= 7;
  }
  out.push_back(static_cast<char>(value));
}

bool take_varint(std::string_view& in, std::uint64_t& value) {
  value = 0;
  for (int shift = 0; shift < 64 && !in.empty(); shift += 7) {
    const auto byte = static_cast<unsigned char>(in.front());
    in.remove_prefix(1);
    value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
    if ((byte & 0x80) == 0) return true;
  }
  return false;
}

std::vector<LoggedAttempt> read_log(std::string_view log) {
  std::vector<LoggedAttempt> all;
  std::uint64_t number, at, took, result, code, mapping, size;
  while (take_varint(log, number) && take_varint(log, at) && take_varint(log, took) &&
         take_varint(log, result) && take_varint(log, code) && take_varint(log, mapping) &&
         take_varint(log, size) && size <= log.size()) {
    all.push_back({static_cast<std::uint32_t>(number), static_cast<base::Micros>(at),
                   static_cast<std::uint32_t>(took), static_cast<State>(result & 3),
                   static_cast<Name>(code), static_cast<Name>(mapping),
                   log.substr(0, static_cast<std::size_t>(size))});
    log.remove_prefix(static_cast<std::size_t>(size));
  }
  return all;
}

void append_attempt(std::string& log, const LoggedAttempt& a) {
  put_varint(log, a.number);
  put_varint(log, static_cast<std::uint64_t>(std::max<base::Micros>(a.at, 0)));
  put_varint(log, a.took_us);
  put_varint(log, static_cast<std::uint64_t>(a.result));
  put_varint(log, a.code);
  put_varint(log, a.mapping);
  put_varint(log, a.detail.size());
  log.append(a.detail);
}

void trim_log(std::string& log) {
  const std::vector<LoggedAttempt> all = read_log(log);
  if (all.size() <= kMostAttempts) return;
  std::string kept;
  for (std::size_t i = all.size() - kMostAttempts; i < all.size(); ++i) {
    append_attempt(kept, all[i]);
  }
  log = std::move(kept);
}

bool has_attempt(std::string_view log, std::uint32_t number, State result) {
  const std::vector<LoggedAttempt> all = read_log(log);
  return std::any_of(all.begin(), all.end(), [&](const LoggedAttempt& a) {
    return a.number == number && a.result == result;
  });
}

}  // namespace portage::ledger::sqlite
