// Simple types: what a text must look like.
#include <algorithm>

#include "gateway/base/text.h"
#include "gateway/base/time.h"
#include "gateway/schema/xsd/model.h"

namespace portage::schema::xsd {
namespace {

bool digit(char c) { return c >= '0' && c <= '9'; }
bool letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

std::size_t take_digits(std::string_view& text) {
  std::size_t n = 0;
  while (n < text.size() && digit(text[n])) ++n;
  text.remove_prefix(n);
  return n;
}

bool take(std::string_view& text, char c) {
  if (!text.starts_with(c)) return false;
  text.remove_prefix(1);
  return true;
}

// Exactly two digits of at most `most`.
int take_two(std::string_view& text, int most) {
  if (text.size() < 2 || !digit(text[0]) || !digit(text[1])) return -1;
  const int value = (text[0] - '0') * 10 + (text[1] - '0');
  text.remove_prefix(2);
  return value <= most ? value : -1;
}

bool number(std::string_view text, bool fraction) {
  if (!take(text, '-')) take(text, '+');
  const std::size_t whole = take_digits(text);
  std::size_t rest = 0;
  if (fraction && take(text, '.')) rest = take_digits(text);
  return text.empty() && whole + rest > 0;
}

bool floating(std::string_view text) {
  if (text == "INF" || text == "-INF" || text == "NaN") return true;
  const std::size_t e = text.find_first_of("eE");
  if (e != std::string_view::npos && !number(text.substr(e + 1), false)) return false;
  return number(text.substr(0, e), true);
}

bool zone(std::string_view text) {
  if (text.empty() || text == "Z") return true;
  if (!take(text, '-') && !take(text, '+')) return false;
  const int hours = take_two(text, 14);
  if (hours < 0 || !take(text, ':')) return false;
  const int minutes = take_two(text, 59);
  return minutes >= 0 && text.empty() && (hours < 14 || minutes == 0);
}

// "-0044" … ; the year 0 does not exist. 0 on error.
int take_year(std::string_view& text) {
  const bool negative = take(text, '-');
  std::string_view rest = text;
  const std::size_t digits = take_digits(rest);
  if (digits < 4 || digits > 9 || (digits > 4 && text[0] == '0')) return 0;
  int year = 0;
  for (std::size_t i = 0; i < digits; ++i) year = year * 10 + (text[i] - '0');
  text = rest;
  return negative ? -year : year;
}

bool take_date(std::string_view& text) {
  const int year = take_year(text);
  if (year == 0 || !take(text, '-')) return false;
  const int month = take_two(text, 12);
  if (month < 1 || !take(text, '-')) return false;
  const int day = take_two(text, 31);
  // Leap years repeat every 400 years.
  return day >= 1 && base::day_from(2000 + ((year % 400) + 400) % 400, month, day).has_value();
}

bool take_time(std::string_view& text) {
  const int hour = take_two(text, 24);
  if (hour < 0 || !take(text, ':')) return false;
  const int minute = take_two(text, 59);
  if (minute < 0 || !take(text, ':')) return false;
  const int second = take_two(text, 59);
  if (second < 0) return false;
  bool zeros = true;
  if (take(text, '.')) {
    const std::string_view rest = text;
    const std::size_t digits = take_digits(text);
    if (digits == 0) return false;
    zeros = rest.substr(0, digits).find_first_not_of('0') == std::string_view::npos;
  }
  return hour < 24 || (minute == 0 && second == 0 && zeros);
}

bool duration(std::string_view text) {
  take(text, '-');
  if (!take(text, 'P') || text.empty()) return false;
  std::string_view units = "YMD";
  bool time = false, any = false;
  while (!text.empty()) {
    if (!time && take(text, 'T')) {
      time = true;
      units = "HMS";
      any = false;
      if (text.empty()) return false;
    }
    if (take_digits(text) == 0 || text.empty()) return false;
    if (time && take(text, '.')) {
      if (take_digits(text) == 0 || text != "S") return false;
    }
    const std::size_t unit = text.empty() ? units.npos : units.find(text[0]);
    if (unit == std::string_view::npos) return false;
    units.remove_prefix(unit + 1);
    text.remove_prefix(1);
    any = true;
  }
  return any;
}

bool language(std::string_view text) {
  for (bool first = true; true; first = false) {
    const std::size_t end = std::min(text.find('-'), text.size());
    const std::string_view part = text.substr(0, end);
    if (part.empty() || part.size() > 8) return false;
    if (!std::all_of(part.begin(), part.end(),
                     [&](char c) { return letter(c) || (!first && digit(c)); })) {
      return false;
    }
    if (end == text.size()) return true;
    text.remove_prefix(end + 1);
  }
}

bool lexical(Primitive primitive, std::string_view text) {
  switch (primitive) {
    case Primitive::text:
    case Primitive::any_uri:
      return true;
    case Primitive::language:
      return language(text);
    case Primitive::nmtoken:
      return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return letter(c) || digit(c) || c == '.' || c == '-' || c == '_' || c == ':' ||
               static_cast<unsigned char>(c) >= 0x80;
      });
    case Primitive::boolean:
      return text == "true" || text == "false" || text == "1" || text == "0";
    case Primitive::decimal:
      return number(text, true);
    case Primitive::integer:
      return number(text, false);
    case Primitive::floating:
      return floating(text);
    case Primitive::date:
      return take_date(text) && zone(text);
    case Primitive::date_time:
      return take_date(text) && take(text, 'T') && take_time(text) && zone(text);
    case Primitive::time:
      return take_time(text) && zone(text);
    case Primitive::year:
      return take_year(text) != 0 && zone(text);
    case Primitive::year_month:
      return take_year(text) != 0 && take(text, '-') && take_two(text, 12) >= 1 && zone(text);
    case Primitive::duration:
      return duration(text);
    case Primitive::hex:
      return text.size() % 2 == 0 && std::all_of(text.begin(), text.end(), [](char c) {
               return digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
             });
    case Primitive::base64: {
      std::size_t signs = 0, pads = 0;
      for (const char c : text) {
        if (c == ' ') continue;
        if (c == '=')
          ++pads;
        else if (pads > 0 || !(letter(c) || digit(c) || c == '+' || c == '/'))
          return false;
        ++signs;
      }
      return signs % 4 == 0 && pads <= 2;
    }
  }
  return false;
}

// The text as the type sees it; `own` holds it if it had to change.
std::string_view normalized(Blanks blanks, std::string_view text, std::string& own) {
  if (blanks == Blanks::preserve) return text;
  if (blanks == Blanks::collapse) {
    text = base::trim(text);
    bool runs = false;
    for (std::size_t i = 0; i < text.size() && !runs; ++i) {
      runs = blank(text[i]) && (text[i] != ' ' || blank(text[i + 1]));
    }
    if (!runs) return text;
  }
  for (const char c : text) {
    if (!blank(c))
      own += c;
    else if (blanks == Blanks::replace || !own.ends_with(' '))
      own += ' ';
  }
  return own;
}

bool numeric(Primitive primitive) {
  return primitive == Primitive::decimal || primitive == Primitive::integer;
}

}  // namespace

bool holds(const SimpleType& type, std::string_view given, SimpleFault* fault) {
  const auto refuse = [&](std::string_view code, std::string_view name, std::string limit) {
    if (fault != nullptr) *fault = {code, std::string(name), std::move(limit)};
    return false;
  };
  std::string own;
  const std::string_view text = normalized(type.blanks, given, own);
  if (!lexical(type.primitive, text)) return refuse("schema.format", "format", type.name);
  if (type.no_sign && !digit(text[0])) return refuse("schema.format", "format", type.name);
  // A code point takes one to four bytes: most lengths need no counting.
  if (text.size() > type.max_length || (text.size() + 3) / 4 < type.min_length) {
    const std::size_t length = base::code_points(text);
    if (length < type.min_length) {
      return refuse("schema.min_length", "limit", std::to_string(type.min_length));
    }
    if (length > type.max_length) {
      return refuse("schema.max_length", "limit", std::to_string(type.max_length));
    }
  }
  if (numeric(type.primitive)) {
    const Decimal decimal = Decimal::from(text);
    if (type.least) {
      const int order = compare(decimal, Decimal::from(type.least->text));
      if (order < 0 || (order == 0 && !type.least->inclusive)) {
        return refuse(type.least->inclusive ? "schema.minimum" : "schema.above", "limit",
                      type.least->text);
      }
    }
    if (type.most) {
      const int order = compare(decimal, Decimal::from(type.most->text));
      if (order > 0 || (order == 0 && !type.most->inclusive)) {
        return refuse(type.most->inclusive ? "schema.maximum" : "schema.below", "limit",
                      type.most->text);
      }
    }
    if (decimal.total_digits() > type.total_digits) {
      return refuse("schema.total_digits", "limit", std::to_string(type.total_digits));
    }
    if (decimal.fraction_digits() > type.fraction_digits) {
      return refuse("schema.fraction_digits", "limit", std::to_string(type.fraction_digits));
    }
  }
  if (!type.values.empty()) {
    const bool found =
        std::any_of(type.values.begin(), type.values.end(), [&](const std::string& value) {
          if (value == text) return true;
          return numeric(type.primitive) && compare(Decimal::from(value), Decimal::from(text)) == 0;
        });
    if (!found) {
      std::string allowed;
      for (std::size_t i = 0; fault != nullptr && i < type.values.size() && i < 12; ++i) {
        if (i > 0) allowed += ", ";
        allowed += type.values[i];
      }
      if (type.values.size() > 12) allowed += ", …";
      return refuse("schema.enum", "allowed", std::move(allowed));
    }
  }
  for (const auto& pattern : type.patterns) {
    if (!pattern->matches(text)) return refuse("schema.pattern", "pattern", pattern->source());
  }
  return true;
}

}  // namespace portage::schema::xsd
