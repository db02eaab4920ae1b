// Functions on dates and instants. A date is the text 2023-03-31; an instant RFC 3339 with its
// offset.
#include <cstring>

#include "gateway/mapping/functions.h"

namespace portage::mapping {

record::Value day_value(CallState& s, base::Day day, std::uint32_t at) {
  const base::YearMonthDay c = base::civil(day);
  char* out = static_cast<char*>(s.arena.allocate(10, 1));
  const auto put = [&](std::size_t i, int n, int width) {
    for (int k = width - 1; k >= 0; --k, n /= 10) {
      out[i + static_cast<std::size_t>(k)] = static_cast<char>('0' + n % 10);
    }
  };
  put(0, c.year, 4);
  out[4] = out[7] = '-';
  put(5, c.month, 2);
  put(8, c.day, 2);
  return record::Value::text({out, 10}, at);
}

namespace {

using record::Kind;
using record::Value;
using schema::Type;
using Args = std::span<const Value>;

bool date_in(CallState& s, Args args, Value& out) {
  if (!s.prepared || !s.prepared->date) return s.fail("date.unreadable");
  const std::optional<base::Day> day = s.prepared->date->read(args[0].as_text());
  if (!day) return s.fail("date.unreadable");
  out = day_value(s, *day, args[0].at());
  return true;
}

bool date_out(CallState& s, Args args, Value& out) {
  const std::optional<base::Day> day = base::parse_day(args[0].as_text());
  char buffer[64];
  std::size_t size = 0;
  if (!day || !s.prepared || !s.prepared->date || !s.prepared->date->write(*day, buffer, size)) {
    return s.fail("date.unwritable");
  }
  out = Value::text(s.arena.copy({buffer, size}), args[0].at());
  return true;
}

bool datetime(CallState& s, Args args, Value& out) {
  if (!base::parse_instant(args[0].as_text())) return s.fail("datetime.unreadable");
  out = args[0];
  return true;
}

bool day_of(CallState& s, Args args, Value& out) {
  const std::optional<base::Micros> at = base::parse_instant(args[0].as_text());
  if (!at) return s.fail("datetime.unreadable");
  constexpr base::Micros kDay = 86'400'000'000;
  base::Day day{static_cast<std::int32_t>(*at >= 0 ? *at / kDay : -((-*at + kDay - 1) / kDay))};
  if (args[1].as_text() != "UTC") day = base::toronto_day(*at);
  out = day_value(s, day, args[0].at());
  return true;
}

// "08:30" -> minutes; -1 if it is no time of day.
int minutes_of(std::string_view t) {
  const auto digit = [&](std::size_t i) { return t[i] >= '0' && t[i] <= '9' ? t[i] - '0' : 100; };
  if (t.size() != 5 || t[2] != ':') return -1;
  const int h = digit(0) * 10 + digit(1), m = digit(3) * 10 + digit(4);
  return h < 24 && m < 60 ? h * 60 + m : -1;
}

bool at_time(CallState& s, Args args, Value& out) {
  const std::optional<base::Day> day = base::parse_day(args[0].as_text());
  const int minutes = minutes_of(args[1].as_text());
  if (!day || minutes < 0) return s.fail("date.unreadable");
  if (args[2].as_text() == "UTC") {
    const std::string text = base::format_day(*day) + "T" + std::string(args[1].as_text()) + ":00Z";
    out = Value::text(s.arena.copy(text), args[0].at());
    return true;
  }
  constexpr base::Micros kMinute = 60'000'000;
  base::Micros instant = base::toronto_midnight(*day) + minutes * kMinute;
  std::string text = base::format_toronto(instant);
  // On the two days on which clocks change, midnight plus minutes is an hour off.
  for (const base::Micros shift : {60 * kMinute, -120 * kMinute}) {
    if (text.compare(11, 5, args[1].as_text()) == 0) break;
    instant += shift;
    text = base::format_toronto(instant);
  }
  text.erase(19, 4);  // ".000"
  out = Value::text(s.arena.copy(text), args[0].at());
  return true;
}

Abstract a_date(const Abstract& from, const Prepared& p) {
  Abstract a = abstract_type(Type::date);
  a.missing = from.missing;
  if (p.date && p.date->century() != 0) {
    a.format = "date";
  }
  return a;
}
Abstract a_written_date(const Abstract& from, const Prepared& p) {
  Abstract a = abstract_type(Type::text);
  a.missing = from.missing;
  if (p.date) {
    a.min_length = static_cast<std::uint32_t>(p.date->min_size());
    a.max_length = static_cast<std::uint32_t>(p.date->max_size());
    a.chars = CharSet::of(p.date->characters());
    a.edge_blank = a.chars.has(' ');
    a.format = "date " + p.date->text();
  }
  return a;
}
Abstract an_instant(const Abstract& from, const Prepared&) {
  Abstract a = abstract_type(Type::datetime);
  a.missing = from.missing;
  return a;
}

using P = Parameter;

}  // namespace

std::vector<Function> date_functions() {
  std::vector<Function> all;
  const auto add = [&](Function f) {
    f.group = "Dates";
    all.push_back(std::move(f));
  };
  add({.name = "date",
       .doc = "A day in the party's own pattern: yyyy, yy (with `century 2000`), MM, M, dd, d, DDD "
              "(day of the "
              "year); other letters stand in single quotes.",
       .parameters = {{"text", P::Kind::text},
                      {"pattern", P::Kind::pattern},
                      {"century", P::Kind::integer, true, false, "century"}},
       .from = Type::text,
       .to = Type::date,
       .apply = date_in,
       .undo = date_out,
       .forward = a_date,
       .backward = a_written_date,
       .failures = {"date.unreadable", "date.unwritable"},
       .examples = {{R"("31/03/2023" | date "dd/MM/yyyy")", R"("2023-03-31")", true},
                    {R"("20230331" | date "yyyyMMdd")", R"("2023-03-31")", true},
                    {R"("3/9/2023" | date "M/d/yyyy")", R"("2023-03-09")", true},
                    {R"("023090" | date "'0'yyDDD" century 2000)", R"("2023-03-31")", true},
                    {R"("31/02/2023" | date "dd/MM/yyyy")", "!date.unreadable"},
                    {R"("1/3/2023" | date "dd/MM/yyyy")", "!date.unreadable"}}});
  add({.name = "datetime",
       .doc = "An instant in RFC 3339, with its offset; kept as it is written.",
       .parameters = {{"text", P::Kind::text}},
       .from = Type::text,
       .to = Type::datetime,
       .apply = datetime,
       .undo = datetime,
       .forward = an_instant,
       .backward =
           [](const Abstract& from, const Prepared& p) {
             Abstract a = an_instant(from, p);
             a.type = Type::text;
             a.min_length = 20;
             a.max_length = 40;
             a.format = "date-time";
             return a;
           },
       .failures = {"datetime.unreadable"},
       .examples = {
           {R"("2023-03-31T23:30:00-04:00" | datetime)", R"("2023-03-31T23:30:00-04:00")", true},
           {R"("2023-03-31T23:30:00" | datetime)", "!datetime.unreadable"}}});
  add({.name = "day",
       .doc = "The day that an instant falls on in a time zone (America/Toronto or UTC).",
       .parameters = {{"instant", P::Kind::value}, {"zone", P::Kind::zone}},
       .from = Type::datetime,
       .to = Type::date,
       .apply = day_of,
       .forward = a_date,
       .failures = {"datetime.unreadable"},
       .examples = {
           {R"("2023-04-01T03:30:00Z" | datetime | day "America/Toronto")", R"("2023-03-31")"},
           {R"("2023-04-01T03:30:00Z" | datetime | day "UTC")", R"("2023-04-01")"}}});
  add({.name = "at",
       .doc = "The instant of a time of day on a day, in a time zone.",
       .parameters = {{"day", P::Kind::value}, {"time", P::Kind::text}, {"zone", P::Kind::zone}},
       .from = Type::date,
       .to = Type::datetime,
       .apply = at_time,
       .forward = an_instant,
       .failures = {"date.unreadable"},
       .examples = {
           {R"(2023-04-01 | at "00:00" "America/Toronto")", R"("2023-04-01T00:00:00-04:00")"},
           {R"(2023-01-31 | at "08:30" "America/Toronto")", R"("2023-01-31T08:30:00-05:00")"},
           {R"(2023-03-12 | at "08:30" "America/Toronto")", R"("2023-03-12T08:30:00-04:00")"}}});
  return all;
}

}  // namespace portage::mapping
