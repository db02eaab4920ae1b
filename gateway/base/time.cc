#include "gateway/base/time.h"

#include <date/tz.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <vector>

namespace portage::base {
namespace {

using std::chrono::duration_cast;
using std::chrono::microseconds;
using std::chrono::seconds;

constexpr Micros kSecond = 1'000'000;
constexpr Micros kDayMicros = 86'400 * kSecond;

std::int64_t floor_div(std::int64_t a, std::int64_t b) {
  return a / b - ((a % b != 0 && (a % b < 0) != (b < 0)) ? 1 : 0);
}

// The offsets of America/Toronto from 1970 to 2100, read once from the system's tz database, so
// that the hot path is a binary search.
struct Offset {
  Micros from;  // instant at which it begins
  Micros east;  // to add to UTC
};
const std::vector<Offset>& toronto() {
  static const std::vector<Offset> kOffsets = [] {
    std::vector<Offset> all;
    const date::time_zone* zone = date::locate_zone("America/Toronto");
    date::sys_seconds at{seconds{0}};
    const date::sys_seconds end = date::sys_days{date::year{2100} / 1 / 1};
    while (at < end) {
      const date::sys_info info = zone->get_info(at);
      const auto from = std::max(info.begin.time_since_epoch(), seconds{0});
      all.push_back({from.count() * kSecond, info.offset.count() * kSecond});
      at = info.end;
    }
    all.front().from = INT64_MIN;
    return all;
  }();
  return kOffsets;
}

Micros offset_at(Micros at) {
  const auto& all = toronto();
  const auto after = std::upper_bound(all.begin(), all.end(), at,
                                      [](Micros a, const Offset& o) { return a < o.from; });
  return std::prev(after)->east;
}

bool digits(std::string_view text, std::size_t from, std::size_t n, int& out) {
  if (from + n > text.size()) return false;
  int value = 0;
  for (std::size_t i = from; i < from + n; ++i) {
    if (text[i] < '0' || text[i] > '9') return false;
    value = value * 10 + (text[i] - '0');
  }
  out = value;
  return true;
}

constexpr std::size_t kDayLength = 10;

// By hand: several of these are written for every record, and snprintf costs as much as the rest.
void put_digits(char* at, int width, int value) {
  for (int i = width - 1; i >= 0; --i, value /= 10) at[i] = static_cast<char>('0' + value % 10);
}

void put_day(char* at, const YearMonthDay& c) {
  put_digits(at, 4, c.year);
  at[4] = at[7] = '-';
  put_digits(at + 5, 2, c.month);
  put_digits(at + 8, 2, c.day);
}

}  // namespace

Micros now() {
  return duration_cast<microseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
}

std::uint64_t steady_micros() {
  return static_cast<std::uint64_t>(
      duration_cast<microseconds>(std::chrono::steady_clock::now().time_since_epoch()).count());
}

std::optional<Day> day_from(int year, int month, int day) {
  if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 || day > 31)
    return std::nullopt;
  const date::year_month_day ymd{date::year{year}, date::month{static_cast<unsigned>(month)},
                                 date::day{static_cast<unsigned>(day)}};
  if (!ymd.ok()) return std::nullopt;
  return Day{static_cast<std::int32_t>(date::sys_days{ymd}.time_since_epoch().count())};
}

std::optional<Day> parse_day(std::string_view text) {
  int y, m, d;
  if (text.size() != 10 || text[4] != '-' || text[7] != '-' || !digits(text, 0, 4, y) ||
      !digits(text, 5, 2, m) || !digits(text, 8, 2, d)) {
    return std::nullopt;
  }
  return day_from(y, m, d);
}

YearMonthDay civil(Day day) {
  const date::year_month_day ymd{date::sys_days{date::days{day.since_1970}}};
  return {int{ymd.year()}, static_cast<int>(unsigned{ymd.month()}),
          static_cast<int>(unsigned{ymd.day()})};
}

std::string format_day(Day day) {
  const YearMonthDay c = civil(day);
  char out[kDayLength];
  put_day(out, c);
  return {out, sizeof out};
}

int weekday(Day day) { return static_cast<int>(((day.since_1970 % 7) + 7 + 4) % 7); }

std::optional<Micros> parse_instant(std::string_view text) {
  if (text.size() < 20 || (text[10] != 'T' && text[10] != 't') || text[13] != ':' ||
      text[16] != ':') {
    return std::nullopt;
  }
  const std::optional<Day> day = parse_day(text.substr(0, 10));
  int h, m, s;
  if (!day || !digits(text, 11, 2, h) || !digits(text, 14, 2, m) || !digits(text, 17, 2, s) ||
      h > 23 || m > 59 || s > 60) {
    return std::nullopt;
  }
  std::size_t i = 19;
  Micros fraction = 0;
  if (i < text.size() && text[i] == '.') {
    ++i;
    Micros unit = 100'000;
    const std::size_t first = i;
    while (i < text.size() && text[i] >= '0' && text[i] <= '9') {
      fraction += unit * (text[i] - '0');
      unit /= 10;
      ++i;
    }
    if (i == first) return std::nullopt;
  }
  Micros east = 0;
  if (i < text.size() && (text[i] == 'Z' || text[i] == 'z')) {
    if (i + 1 != text.size()) return std::nullopt;
  } else {
    int oh, om;
    if (i + 6 != text.size() || (text[i] != '+' && text[i] != '-') || text[i + 3] != ':' ||
        !digits(text, i + 1, 2, oh) || !digits(text, i + 4, 2, om) || oh > 23 || om > 59) {
      return std::nullopt;
    }
    east = (oh * 3600 + om * 60) * kSecond;
    if (text[i] == '-') east = -east;
  }
  return day->since_1970 * kDayMicros + ((h * 60 + m) * 60 + s) * kSecond + fraction - east;
}

std::string format_instant(Micros at) {
  const std::int64_t day = floor_div(at, kDayMicros);
  const std::int64_t rest = at - day * kDayMicros;
  char out[] = "0000-00-00T00:00:00.000000Z";
  put_day(out, civil(Day{static_cast<std::int32_t>(day)}));
  put_digits(out + 11, 2, static_cast<int>(rest / (3600 * kSecond)));
  put_digits(out + 14, 2, static_cast<int>(rest / (60 * kSecond) % 60));
  put_digits(out + 17, 2, static_cast<int>(rest / kSecond % 60));
  put_digits(out + 20, 6, static_cast<int>(rest % kSecond));
  return {out, sizeof out - 1};
}

std::string format_toronto(Micros at) {
  const Micros east = offset_at(at);
  std::string out = format_instant(at + east);
  out.resize(23);  // milliseconds
  const std::int64_t minutes = (east < 0 ? -east : east) / (60 * kSecond);
  char zone[16];
  std::snprintf(zone, sizeof zone, "%c%02d:%02d", east < 0 ? '-' : '+',
                static_cast<int>(minutes / 60), static_cast<int>(minutes % 60));
  return out + zone;
}

Day toronto_day(Micros at) {
  return Day{static_cast<std::int32_t>(floor_div(at + offset_at(at), kDayMicros))};
}

Micros toronto_midnight(Day day) {
  const Micros local = day.since_1970 * kDayMicros;
  return local - offset_at(local - offset_at(local));
}

}  // namespace portage::base
