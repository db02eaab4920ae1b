// Functions on numbers: money in cents, exact decimals, sums.
#include "gateway/mapping/functions.h"
#include "gateway/mapping/number.h"

namespace portage::mapping {
namespace {

using record::Kind;
using record::Value;
using schema::Type;
using Args = std::span<const Value>;

std::string_view scalar(const Value& v) {
  return v.is(Kind::text) || v.is(Kind::number) ? v.as_text() : std::string_view();
}

bool cents(CallState& s, Args args, Value& out) {
  std::optional<Decimal> d = parse_decimal(args[0].as_text());
  if (!d) return s.fail("number.unreadable");
  while (d->places > 2) {
    if (d->units % 10 != 0) return s.fail("number.range");
    d->units /= 10;
    --d->places;
  }
  while (d->places < 2) {
    d->units *= 10;
    ++d->places;
  }
  if (d->units > INT64_MAX || d->units < INT64_MIN) return s.fail("number.range");
  out = Value::number(write_integer(static_cast<std::int64_t>(d->units), s.arena), args[0].at());
  return true;
}
bool uncents(CallState& s, Args args, Value& out) {
  const std::optional<std::int64_t> n = parse_integer(args[0].as_text());
  if (!n) return s.fail("number.unreadable");
  out = Value::text(write_decimal({*n, 2}, s.arena), args[0].at());
  return true;
}

// Exact, then rounded to so many places: "half-up" (away from zero), "half-even", "down" or "up".
bool divide(CallState& s, Args args, Value& out) {
  std::optional<Decimal> a = parse_decimal(scalar(args[0])), b = parse_decimal(scalar(args[1]));
  const auto places = parse_integer(scalar(args[2]));
  const std::string_view how = scalar(args[3]);
  if (!a || !b || !places) return s.fail("number.unreadable");
  if (b->units == 0 || *places < 0 || *places > 9) return s.fail("number.range");
  // a/b = units * 10^(places + b.places - a.places) / b.units
  int shift = static_cast<int>(*places) + b->places - a->places;
  constexpr __int128 kMost = (static_cast<__int128>(1) << 120);
  for (; shift > 0; --shift) {
    if (a->units > kMost / 10 || a->units < -(kMost / 10)) return s.fail("number.range");
    a->units *= 10;
  }
  for (; shift < 0; ++shift) {
    if (b->units > kMost / 10 || b->units < -(kMost / 10)) return s.fail("number.range");
    b->units *= 10;
  }
  const __int128 whole = a->units / b->units, rest = a->units % b->units;
  const auto size = [](__int128 n) { return n < 0 ? -n : n; };
  const __int128 twice = 2 * size(rest), by = size(b->units);
  const bool away = how == "up"          ? rest != 0
                    : how == "half-up"   ? twice >= by
                    : how == "half-even" ? twice > by || (twice == by && whole % 2 != 0)
                                         : false;
  const int sign = (a->units < 0) == (b->units < 0) ? 1 : -1;
  const __int128 units = away ? whole + sign : whole;
  if (size(units) > INT64_MAX) return s.fail("number.range");
  out = Value::number(write_decimal({units, static_cast<int>(*places)}, s.arena), args[0].at());
  return true;
}

bool integer(CallState& s, Args args, Value& out) {
  const std::optional<std::int64_t> n = parse_integer(args[0].as_text());
  if (!n) return s.fail("number.unreadable");
  out = Value::number(write_integer(*n, s.arena), args[0].at());
  return true;
}
bool decimal(CallState& s, Args args, Value& out) {
  const std::optional<Decimal> d = parse_decimal(args[0].as_text());
  if (!d) return s.fail("number.unreadable");
  out = Value::number(write_decimal(*d, s.arena), args[0].at());
  return true;
}
// A number's own digits, if reading them again gives the same.
template <Apply Read>
bool digits(CallState& s, Args args, Value& out) {
  Value again;
  if (!Read(s, args, again)) return false;
  if (again.as_text() != args[0].as_text()) return s.fail("number.unreadable");
  out = Value::text(args[0].as_text(), args[0].at());
  return true;
}

template <class F>
bool folded(CallState& s, Args args, Value& out, F&& fold) {
  std::optional<Decimal> total;
  const auto one = [&](const Value& v) {
    if (v.missing() || v.is(Kind::null)) return true;
    const std::optional<Decimal> d = parse_decimal(v.as_text());
    if (!d) return s.fail("number.unreadable");
    if (!total) {
      total = d;
      return true;
    }
    const std::optional<Decimal> next = fold(*total, *d);
    if (!next) return s.fail("number.range");
    total = next;
    return true;
  };
  for (const Value& a : args) {
    if (a.is(Kind::list)) {
      for (const Value& item : a.items()) {
        if (!one(item)) return false;
      }
    } else if (!one(a)) {
      return false;
    }
  }
  if (total) out = Value::number(write_decimal(*total, s.arena), args[0].at());
  return true;
}

bool sum(CallState& s, Args args, Value& out) {
  if (!folded(s, args, out, [](Decimal a, Decimal b) { return add(a, b); })) return false;
  if (out.missing()) out = Value::number("0");
  return true;
}
// Dates and texts compare by their characters, numbers by their value.
template <int Sign>
bool extreme(CallState& s, Args args, Value& out) {
  bool numbers = true;
  const auto each = [&](auto&& f) {
    for (const Value& a : args) {
      if (a.is(Kind::list)) {
        for (const Value& item : a.items()) f(item);
      } else {
        f(a);
      }
    }
  };
  each([&](const Value& v) { numbers = numbers && (v.missing() || v.is(Kind::number)); });
  if (numbers) {
    return folded(s, args, out, [](Decimal a, Decimal b) {
      return std::optional<Decimal>(compare(a, b) * Sign >= 0 ? a : b);
    });
  }
  each([&](const Value& v) {
    if (!v.is(Kind::text)) return;
    if (out.missing() || (Sign > 0 ? v.as_text() > out.as_text() : v.as_text() < out.as_text()))
      out = v;
  });
  return true;
}

bool count(CallState& s, Args args, Value& out) {
  std::int64_t n = 0;
  if (args[0].is(Kind::list)) {
    for (const Value& item : args[0].items()) n += item.missing() ? 0 : 1;
  } else if (!args[0].missing()) {
    n = 1;
  }
  out = Value::number(write_integer(n, s.arena));
  return true;
}

Abstract numeric(Type type, const Abstract& from) {
  Abstract a = abstract_type(type);
  a.missing = from.missing;
  return a;
}
// A number as text, which may also be written where a number stands.
Abstract digits_text(const Abstract& from, const Prepared&) {
  Abstract a = abstract_type(Type::text);
  a.missing = from.missing;
  a.chars = CharSet::range('0', '9');
  a.chars.add(CharSet::of("-."));
  a.edge_blank = false;
  a.min_length = 1;
  a.max_length = 40;
  a.format = "number";
  return a;
}

using P = Parameter;
const P kNumbers{"numbers", P::Kind::value, false, true};

}  // namespace

std::vector<Function> number_functions() {
  std::vector<Function> all;
  const auto add_one = [&](Function f) {
    f.group = "Numbers";
    all.push_back(std::move(f));
  };
  const auto to_integer = [](const Abstract& a, const Prepared&) {
    return numeric(Type::integer, a);
  };
  const auto to_decimal = [](const Abstract& a, const Prepared&) {
    return numeric(Type::decimal, a);
  };
  add_one({.name = "cents",
           .doc = "An amount in dollars, as whole cents. Sent out with two places.",
           .parameters = {{"amount", P::Kind::value}},
           .to = Type::integer,
           .apply = cents,
           .undo = uncents,
           .forward = to_integer,
           .backward = digits_text,
           .failures = {"number.unreadable", "number.range"},
           .examples = {{R"("12.50" | cents)", "1250", true},
                        {R"("12.5" | cents)", "1250"},
                        {R"("-0.05" | cents)", "-5", true},
                        {R"("12.505" | cents)", "!number.range"},
                        {R"("$12" | cents)", "!number.unreadable"}}});
  add_one({.name = "integer",
           .doc = "A whole number.",
           .parameters = {{"text", P::Kind::value}},
           .to = Type::integer,
           .apply = integer,
           .undo = digits<integer>,
           .forward = to_integer,
           .backward = digits_text,
           .failures = {"number.unreadable"},
           .examples = {{R"("0012" | integer)", "12"},
                        {R"("12" | integer)", "12", true},
                        {R"("1.5" | integer)", "!number.unreadable"}}});
  add_one({.name = "decimal",
           .doc = "An exact decimal with at most nine places; its digits are kept.",
           .parameters = {{"text", P::Kind::value}},
           .to = Type::decimal,
           .apply = decimal,
           .undo = digits<decimal>,
           .forward = to_decimal,
           .backward = digits_text,
           .failures = {"number.unreadable"},
           .examples = {{R"("43.4510" | decimal)", "43.4510", true},
                        {R"("+1.5" | decimal)", "1.5"},
                        {R"("1,5" | decimal)", "!number.unreadable"}}});
  add_one({.name = "divide",
           .doc = "Divides, to so many places (0 to 9), and rounds: \"half-up\" (away from zero), "
                  "\"half-even\", \"down\" or \"up\".",
           .parameters = {{"number", P::Kind::value},
                          {"by", P::Kind::value},
                          {"places", P::Kind::integer},
                          {"rounding", P::Kind::rounding}},
           .to = Type::decimal,
           .apply = divide,
           .forward =
               [](const Abstract& a, const Prepared& p) {
                 const std::size_t n = p.values.size();
                 const bool whole = n >= 2 && p.values[n - 2].as_text() == "0";
                 Abstract out = abstract_type(whole ? Type::integer : Type::decimal);
                 out.missing = a.missing;
                 return out;
               },
           .failures = {"number.unreadable", "number.range"},
           .examples = {{R"(1000 | divide 3 2 "half-up")", "333.33"},
                        {R"(divide(5, 2, 0, "half-up"))", "3"},
                        {R"(divide(5, 2, 0, "half-even"))", "2"},
                        {R"(divide(-5, 2, 0, "half-up"))", "-3"},
                        {R"(divide(-5, 2, 0, "down"))", "-2"},
                        {R"(divide(1, 3, 3, "up"))", "0.334"},
                        {R"(1250 | divide 100 2 "down")", "12.50"},
                        {R"(divide(1, 0, 2, "down"))", "!number.range"}}});
  add_one({.name = "sum",
           .doc = "The sum of a list, or of its arguments; 0 if there is none.",
           .parameters = {kNumbers},
           .to = Type::decimal,
           .apply = sum,
           .forward =
               [](const Abstract& a, const Prepared&) {
                 const Type item = a.type == Type::list && a.item ? a.item->type : a.type;
                 return abstract_type(item == Type::integer ? Type::integer : Type::decimal);
               },
           .takes_missing = true,
           .takes_list = true,
           .failures = {"number.unreadable", "number.range"},
           .examples = {{"sum(1, 2, 39)", "42"}, {"sum(0.10, 0.2)", "0.30"}, {"sum([])", "0"}}});
  const auto item_type = [](const Abstract& a, const Prepared&) {
    Abstract out = a.type == Type::list && a.item ? *a.item : a;
    out.missing = true;
    return out;
  };
  add_one(
      {.name = "min",
       .doc = "The least of a list, or of its arguments.",
       .parameters = {kNumbers},
       .apply = extreme<-1>,
       .forward = item_type,
       .takes_missing = true,
       .takes_list = true,
       .failures = {"number.unreadable"},
       .examples = {{"min(3, 1, 2)", "1"}, {"min(2023-04-01, 2023-03-31)", R"("2023-03-31")"}}});
  add_one({.name = "max",
           .doc = "The greatest of a list, or of its arguments.",
           .parameters = {kNumbers},
           .apply = extreme<1>,
           .forward = item_type,
           .takes_missing = true,
           .takes_list = true,
           .failures = {"number.unreadable"},
           .examples = {{"max(3, 10, 2)", "10"}, {"max([])", "missing"}}});
  add_one({.name = "count",
           .doc = "How many items a list has; 0 if it is missing.",
           .parameters = {{"list", P::Kind::value}},
           .to = Type::integer,
           .apply = count,
           .forward =
               [](const Abstract&, const Prepared&) {
                 Abstract a = abstract_type(Type::integer);
                 a.minimum = 0;
                 return a;
               },
           .takes_missing = true,
           .takes_list = true,
           .examples = {{R"(count(["a", "b"]))", "2"}, {"count([])", "0"}}});
  return all;
}

}  // namespace portage::mapping
