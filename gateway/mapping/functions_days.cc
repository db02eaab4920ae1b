// Functions on days: plain and business days. A calendar is a rule for its holidays, so it holds
// for every year. Ontario's are the public holidays of the Employment Standards Act, 2000 (s. 1);
// Canada's are the general holidays of the Canada Labour Code (s. 166). A holiday that falls on a
// Saturday or Sunday is kept on the next weekday that is not one.
#include <algorithm>
#include <array>

#include "gateway/mapping/calendars.h"
#include "gateway/mapping/functions.h"
#include "gateway/mapping/number.h"

namespace portage::mapping {
namespace {

using record::Value;
using schema::Type;
using Args = std::span<const Value>;
using base::Day;

// Easter Sunday of the Gregorian calendar, by whole numbers (Meeus, Jones and Butcher).
Day easter(int year) {
  const int a = year % 19, b = year / 100, c = year % 100;
  const int g = (b - (b + 8) / 25 + 1) / 3;
  const int h = (19 * a + b - b / 4 - g + 15) % 30;
  const int l = (32 + 2 * (b % 4) + 2 * (c / 4) - h - c % 4) % 7;
  const int n = h + l - 7 * ((a + 11 * h + 22 * l) / 451) + 114;
  return *base::day_from(year, n / 31, n % 31 + 1);
}

Day plus(Day day, int n) { return {day.since_1970 + n}; }

// The n-th such weekday of a month.
Day nth(int year, int month, int weekday, int n) {
  const Day first = *base::day_from(year, month, 1);
  return plus(first, (weekday - base::weekday(first) + 7) % 7 + 7 * (n - 1));
}

// The Monday before May 25.
Day victoria_day(int year) {
  const Day last = *base::day_from(year, 5, 24);
  return plus(last, -((base::weekday(last) + 6) % 7));
}

struct Holidays {
  std::array<Day, 14> days;
  std::size_t n = 0;
  bool has(Day day) const {
    return std::find(days.begin(), days.begin() + n, day) != days.begin() + n;
  }
  void add(Day day) {
    if (n < days.size()) days[n++] = day;
  }
};

Holidays holidays(Calendar calendar, int year) {
  Holidays h;
  if (calendar == Calendar::weekdays) return h;
  const bool ontario = calendar == Calendar::ontario;
  const auto fixed = [&](int month, int day) { h.add(*base::day_from(year, month, day)); };
  fixed(1, 1);
  if (ontario) h.add(nth(year, 2, 1, 3));
  h.add(plus(easter(year), -2));
  h.add(victoria_day(year));
  fixed(7, 1);
  h.add(nth(year, 9, 1, 1));
  if (!ontario) fixed(9, 30);
  h.add(nth(year, 10, 1, 2));
  if (!ontario) fixed(11, 11);
  fixed(12, 25);
  fixed(12, 26);
  // Kept on the next weekday that is free.
  Holidays kept;
  for (std::size_t i = 0; i < h.n; ++i) {
    const int weekday = base::weekday(h.days[i]);
    if (weekday != 0 && weekday != 6) kept.add(h.days[i]);
  }
  for (std::size_t i = 0; i < h.n; ++i) {
    Day day = h.days[i];
    if (base::weekday(day) != 0 && base::weekday(day) != 6) continue;
    while (base::weekday(day) == 0 || base::weekday(day) == 6 || kept.has(day)) day = plus(day, 1);
    kept.add(day);
  }
  return kept;
}

}  // namespace

std::optional<Calendar> calendar_named(std::string_view name) {
  if (name == "ontario") return Calendar::ontario;
  if (name == "canada") return Calendar::canada;
  if (name == "weekdays") return Calendar::weekdays;
  return std::nullopt;
}

bool business_day(Calendar calendar, Day day) {
  const int weekday = base::weekday(day);
  if (weekday == 0 || weekday == 6) return false;
  const int year = base::civil(day).year;
  if (holidays(calendar, year).has(day)) return false;
  // New Year's Day of a year may be kept in its own year only, so one year is enough.
  return true;
}

namespace {

constexpr std::int64_t kMostDays = 4000;

bool add_days(CallState& s, Args args, Value& out) {
  const auto day = base::parse_day(args[0].as_text());
  const auto n = parse_integer(args[1].as_text());
  if (!day || !n) return s.fail("date.unreadable");
  if (*n > 40'000 || *n < -40'000) return s.fail("number.range");
  const Day to = plus(*day, static_cast<int>(*n));
  if (to < base::kFirstDay || to > base::kLastDay) return s.fail("number.range");
  out = day_value(s, to, args[0].at());
  return true;
}

bool inside(Day day) { return day > base::kFirstDay && day < base::kLastDay; }

bool add_business_days(CallState& s, Args args, Value& out) {
  const auto day = base::parse_day(args[0].as_text());
  const auto n = parse_integer(args[1].as_text());
  const auto calendar = calendar_named(args[2].as_text());
  if (!day || !n || !calendar) return s.fail("date.unreadable");
  if (*n > kMostDays || *n < -kMostDays) return s.fail("number.range");
  Day at = *day;
  for (std::int64_t left = *n; left != 0;) {
    at = plus(at, left > 0 ? 1 : -1);
    if (!inside(at)) return s.fail("number.range");
    if (business_day(*calendar, at)) left += left > 0 ? -1 : 1;
  }
  out = day_value(s, at, args[0].at());
  return true;
}

bool next_business_day(CallState& s, Args args, Value& out) {
  const auto day = base::parse_day(args[0].as_text());
  const auto calendar = calendar_named(args[1].as_text());
  if (!day || !calendar) return s.fail("date.unreadable");
  Day at = *day;
  while (!business_day(*calendar, at)) {
    at = plus(at, 1);
    if (!inside(at)) return s.fail("number.range");
  }
  out = day_value(s, at, args[0].at());
  return true;
}

bool business_days(CallState& s, Args args, Value& out) {
  const auto from = base::parse_day(args[0].as_text()), to = base::parse_day(args[1].as_text());
  const auto calendar = calendar_named(args[2].as_text());
  if (!from || !to || !calendar) return s.fail("date.unreadable");
  const bool back = *to < *from;
  const Day first = back ? *to : *from, last = back ? *from : *to;
  if (last.since_1970 - first.since_1970 > 2 * kMostDays) return s.fail("number.range");
  std::int64_t n = 0;
  for (Day at = plus(first, 1); at <= last; at = plus(at, 1)) n += business_day(*calendar, at);
  out = Value::number(write_integer(back ? -n : n, s.arena), args[0].at());
  return true;
}

Abstract a_day(const Abstract& from, const Prepared&) {
  Abstract a = abstract_type(Type::date);
  a.missing = from.missing;
  return a;
}

using P = Parameter;

}  // namespace

std::vector<Function> day_functions() {
  std::vector<Function> all;
  const auto add = [&](Function f) {
    f.group = "Dates";
    f.from = Type::date;
    f.failures.emplace_back("date.unreadable");
    f.failures.emplace_back("number.range");
    all.push_back(std::move(f));
  };
  add({.name = "add_days",
       .doc = "The day that many days later; earlier for a negative number.",
       .parameters = {{"day", P::Kind::value}, {"n", P::Kind::integer}},
       .to = Type::date,
       .apply = add_days,
       .forward = a_day,
       .examples = {{"2024-02-28 | add_days 2", R"("2024-03-01")"},
                    {"2024-03-01 | add_days -1", R"("2024-02-29")"}}});
  add({.name = "add_business_days",
       .doc =
           "The day that many business days later, by a calendar: \"ontario\" (public holidays), "
           "\"canada\" (general holidays) or \"weekdays\".",
       .parameters = {{"day", P::Kind::value},
                      {"n", P::Kind::integer},
                      {"calendar", P::Kind::calendar}},
       .to = Type::date,
       .apply = add_business_days,
       .forward = a_day,
       .examples = {{R"(2024-03-28 | add_business_days 1 "ontario")", R"("2024-04-01")"},
                    {R"(2024-12-24 | add_business_days 1 "ontario")", R"("2024-12-27")"},
                    {R"(2024-09-27 | add_business_days 2 "ontario")", R"("2024-10-01")"},
                    {R"(2024-09-27 | add_business_days 2 "canada")", R"("2024-10-02")"},
                    {R"(2024-02-20 | add_business_days -1 "ontario")", R"("2024-02-16")"},
                    {R"(2021-12-24 | add_business_days 1 "ontario")", R"("2021-12-29")"}}});
  add({.name = "next_business_day",
       .doc = "The day itself if it is a business day of the calendar, else the next one.",
       .parameters = {{"day", P::Kind::value}, {"calendar", P::Kind::calendar}},
       .to = Type::date,
       .apply = next_business_day,
       .forward = a_day,
       .examples = {{R"(2024-05-18 | next_business_day "ontario")", R"("2024-05-21")"},
                    {R"(2024-05-21 | next_business_day "ontario")", R"("2024-05-21")"}}});
  add({.name = "business_days",
       .doc =
           "How many business days lie after the first day and up to the second; negative if the "
           "second is earlier.",
       .parameters = {{"from", P::Kind::value},
                      {"to", P::Kind::value},
                      {"calendar", P::Kind::calendar}},
       .to = Type::integer,
       .apply = business_days,
       .examples = {{R"(business_days(2024-06-28, 2024-07-03, "ontario"))", "2"},
                    {R"(business_days(2024-07-03, 2024-06-28, "ontario"))", "-2"},
                    {R"(business_days(2024-06-28, 2024-07-03, "weekdays"))", "3"}}});
  return all;
}

}  // namespace portage::mapping
