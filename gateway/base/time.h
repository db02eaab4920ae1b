// Instants and days. An instant is microseconds since 1970-01-01T00:00:00Z; a day is a calendar day with
// no zone. Business days are days in America/Toronto. Pure but for now(). Nothing here is a floating
// point number.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace portage::base {

using Micros = std::int64_t;

struct Day {
  std::int32_t since_1970 = 0;
  friend bool operator==(Day, Day) = default;
  friend auto operator<=>(Day, Day) = default;
};
inline constexpr Day kFirstDay{-719162};  // 0001-01-01
inline constexpr Day kLastDay{2932896};   // 9999-12-31

// A span of days; both ends count.
struct Days {
  Day from = kFirstDay;
  Day until = kLastDay;
  bool contains(Day day) const { return from <= day && day <= until; }
  friend bool operator==(const Days&, const Days&) = default;
};

Micros now();             // the wall clock
std::uint64_t steady_micros();  // a clock that never goes back, for durations

std::optional<Day> day_from(int year, int month, int day);
std::optional<Day> parse_day(std::string_view text);        // "2023-03-31" only
std::string format_day(Day day);                            // "2023-03-31"
struct YearMonthDay { int year, month, day; };
YearMonthDay civil(Day day);
int weekday(Day day);                                       // 0 = Sunday

// RFC 3339, offset required: "2023-03-31T23:30:00-04:00", "…Z", fractions up to microseconds.
std::optional<Micros> parse_instant(std::string_view text);
std::string format_instant(Micros at);                      // "2023-04-01T03:30:00.000000Z"
std::string format_toronto(Micros at);                      // "2023-03-31T23:30:00.000-04:00"
Day toronto_day(Micros at);                                 // the day it is in America/Toronto
Micros toronto_midnight(Day day);                           // the instant that day begins there

}  // namespace portage::base
