#include "gateway/mapping/number.h"

#include <algorithm>
#include <charconv>

namespace portage::mapping {
namespace {
constexpr int kMostPlaces = 9;
constexpr __int128 kLimit =
    static_cast<__int128>(1'000'000'000'000'000'000) * 1'000'000'000'000;  // 10^30

std::optional<Decimal> bounded(__int128 units, int places) {
  if (units > kLimit || units < -kLimit) return std::nullopt;
  return Decimal{units, places};
}

// Same places on both sides.
bool align(Decimal& a, Decimal& b) {
  while (a.places < b.places) {
    if (a.units > kLimit || a.units < -kLimit) return false;
    a.units *= 10;
    ++a.places;
  }
  while (b.places < a.places) {
    if (b.units > kLimit || b.units < -kLimit) return false;
    b.units *= 10;
    ++b.places;
  }
  return true;
}
}  // namespace

std::optional<Decimal> parse_decimal(std::string_view text) {
  bool negative = false;
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) {
    negative = text[0] == '-';
    text.remove_prefix(1);
  }
  Decimal d;
  int digits = 0;
  bool point = false;
  for (const char c : text) {
    if (c == '.' && !point && digits > 0) {
      point = true;
      continue;
    }
    if (c < '0' || c > '9') return std::nullopt;
    if (point && ++d.places > kMostPlaces) return std::nullopt;
    if (++digits > 30) return std::nullopt;
    d.units = d.units * 10 + (c - '0');
  }
  if (digits == 0 || (point && d.places == 0)) return std::nullopt;
  if (negative) d.units = -d.units;
  return d;
}

std::optional<std::int64_t> parse_integer(std::string_view text) {
  if (!text.empty() && text[0] == '+') text.remove_prefix(1);
  if (text.empty()) return std::nullopt;
  std::int64_t n = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), n);
  if (problem != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return n;
}

std::string_view write_decimal(Decimal d, record::Arena& arena) {
  char buffer[48];
  char* at = buffer + sizeof buffer;
  const bool negative = d.units < 0;
  unsigned __int128 units =
      negative ? static_cast<unsigned __int128>(-d.units) : static_cast<unsigned __int128>(d.units);
  int written = 0;
  while (units != 0 || written <= d.places) {
    if (written == d.places && d.places > 0) *--at = '.';
    *--at = static_cast<char>('0' + static_cast<int>(units % 10));
    units /= 10;
    ++written;
  }
  if (negative) *--at = '-';
  return arena.copy({at, static_cast<std::size_t>(buffer + sizeof buffer - at)});
}

std::string_view write_integer(std::int64_t n, record::Arena& arena) {
  char buffer[24];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, n).ptr;
  return arena.copy({buffer, static_cast<std::size_t>(end - buffer)});
}

std::optional<Decimal> add(Decimal a, Decimal b) {
  if (!align(a, b)) return std::nullopt;
  return bounded(a.units + b.units, a.places);
}
std::optional<Decimal> subtract(Decimal a, Decimal b) {
  b.units = -b.units;
  return add(a, b);
}
std::optional<Decimal> multiply(Decimal a, Decimal b) {
  __int128 units;
  if (__builtin_mul_overflow(a.units, b.units, &units)) return std::nullopt;
  int places = a.places + b.places;
  while (places > kMostPlaces && units % 10 == 0) {
    units /= 10;
    --places;
  }
  if (places > kMostPlaces) return std::nullopt;
  return bounded(units, places);
}
int compare(Decimal a, Decimal b) {
  if (!align(a, b)) return a.units < 0 ? -1 : 1;
  return a.units < b.units ? -1 : a.units > b.units ? 1 : 0;
}

}  // namespace portage::mapping
