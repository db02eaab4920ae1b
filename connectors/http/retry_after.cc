#include <charconv>

#include "connectors/http/out.h"
#include "gateway/base/text.h"

namespace portage::connector {

namespace {

constexpr std::uint32_t kDayS = 86'400;

bool number(std::string_view text, int& value) {
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() && value >= 0;
}

// "Sun, 06 Nov 1994 08:49:37 GMT" only; the two obsolete forms are not worth a wait.
std::optional<base::Micros> http_date(std::string_view text) {
  constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
  if (text.size() != 29 || text.substr(25) != " GMT") return std::nullopt;
  int day = 0, year = 0, hour = 0, minute = 0, second = 0;
  std::size_t month = kMonths.find(text.substr(8, 3));
  if (month == std::string_view::npos || month % 3 != 0 || !number(text.substr(5, 2), day) ||
      !number(text.substr(12, 4), year) || !number(text.substr(17, 2), hour) ||
      !number(text.substr(20, 2), minute) || !number(text.substr(23, 2), second)) {
    return std::nullopt;
  }
  auto date = base::day_from(year, static_cast<int>(month / 3) + 1, day);
  if (!date || hour > 23 || minute > 59 || second > 60) return std::nullopt;
  std::int64_t seconds =
      std::int64_t{date->since_1970} * 86'400 + hour * 3600 + minute * 60 + second;
  return seconds * 1'000'000;
}

}  // namespace

std::uint32_t retry_after(std::string_view value, base::Micros now) {
  value = base::trim(value);
  if (value.empty()) return 0;
  std::uint64_t seconds = 0;
  auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), seconds);
  if (end == value.data() + value.size()) {
    if (error != std::errc() || seconds > kDayS) return kDayS;
    return static_cast<std::uint32_t>(seconds);
  }
  auto at = http_date(value);
  if (!at || *at <= now) return 0;
  std::int64_t wait = (*at - now + 999'999) / 1'000'000;
  return wait > kDayS ? kDayS : static_cast<std::uint32_t>(wait);
}

}  // namespace portage::connector
