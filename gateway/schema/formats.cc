#include "gateway/schema/formats.h"

#include <algorithm>
#include <array>

#include "gateway/base/time.h"
#include "gateway/schema/ascii.h"
#include "gateway/schema/pattern.h"

namespace portage::schema {
namespace {

using ascii::digit;
using ascii::hex;

struct Named {
  std::string_view name;
  FormatCheck check;
};

constexpr std::array<Named, 21> kFormats = {{
    {"date", formats::date},
    {"date-time", formats::date_time},
    {"duration", formats::duration},
    {"email", formats::email},
    {"hostname", formats::hostname},
    {"idn-email", formats::idn_email},
    {"idn-hostname", formats::idn_hostname},
    {"ipv4", formats::ipv4},
    {"ipv6", formats::ipv6},
    {"iri", formats::iri},
    {"iri-reference", formats::iri_reference},
    {"json-pointer", formats::json_pointer},
    {"phone", formats::phone},
    {"postal", formats::postal},
    {"regex", formats::regex},
    {"relative-json-pointer", formats::relative_json_pointer},
    {"time", formats::time},
    {"uri", formats::uri},
    {"uri-reference", formats::uri_reference},
    {"uri-template", formats::uri_template},
    {"uuid", formats::uuid},
}};

constexpr auto kNames = [] {
  std::array<std::string_view, kFormats.size()> names{};
  for (std::size_t i = 0; i < names.size(); ++i) names[i] = kFormats[i].name;
  return names;
}();

// Two digits at `i`, or -1.
int two(std::string_view text, std::size_t i) {
  if (i + 2 > text.size() || !digit(text[i]) || !digit(text[i + 1])) return -1;
  return (text[i] - '0') * 10 + (text[i + 1] - '0');
}

// Takes "12" and one of `units` (in order, each once) off `text`.
bool duration_parts(std::string_view text, std::string_view units) {
  while (!text.empty()) {
    std::size_t digits = 0;
    while (digits < text.size() && digit(text[digits])) ++digits;
    if (digits == 0 || digits == text.size()) return false;
    const std::size_t unit = units.find(text[digits]);
    if (unit == std::string_view::npos) return false;
    units.remove_prefix(unit + 1);
    text.remove_prefix(digits + 1);
    // RFC 3339 leaves no unit out in the middle: P1Y1D is written P1Y0M1D.
    if (!text.empty() && !units.empty()) {
      std::size_t next = 0;
      while (next < text.size() && digit(text[next])) ++next;
      if (next == text.size() || text[next] != units.front()) return false;
    }
  }
  return true;
}

}  // namespace

FormatCheck format_check(std::string_view name) {
  const auto found = std::find_if(kFormats.begin(), kFormats.end(),
                                  [&](const Named& named) { return named.name == name; });
  return found == kFormats.end() ? nullptr : found->check;
}

std::span<const std::string_view> format_names() { return kNames; }

namespace formats {

bool date(std::string_view text) { return base::parse_day(text).has_value(); }

bool time(std::string_view text) {
  const int hour = two(text, 0), minute = two(text, 3), second = two(text, 6);
  if (text.size() < 9 || text[2] != ':' || text[5] != ':') return false;
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60) return false;
  std::size_t i = 8;
  if (text[i] == '.') {
    const std::size_t first = ++i;
    while (i < text.size() && digit(text[i])) ++i;
    if (i == first) return false;
  }
  if (i >= text.size()) return false;
  int offset = 0;
  if (text[i] == 'Z' || text[i] == 'z') {
    if (i + 1 != text.size()) return false;
  } else {
    const int hours = two(text, i + 1), minutes = two(text, i + 4);
    if ((text[i] != '+' && text[i] != '-') || i + 6 != text.size() || text[i + 3] != ':')
      return false;
    if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return false;
    offset = (hours * 60 + minutes) * (text[i] == '+' ? 1 : -1);
  }
  if (second < 60) return true;
  // A leap second is the last of a day in UTC.
  return ((hour * 60 + minute - offset) % 1440 + 1440) % 1440 == 1439;
}

bool date_time(std::string_view text) {
  return text.size() > 11 && (text[10] == 'T' || text[10] == 't') && date(text.substr(0, 10)) &&
         time(text.substr(11));
}

bool duration(std::string_view text) {
  if (text.size() < 3 || text[0] != 'P') return false;
  text.remove_prefix(1);
  if (text.back() == 'W') return duration_parts(text, "W");
  const std::size_t t = text.find('T');
  if (t == std::string_view::npos) return duration_parts(text, "YMD");
  return t + 1 < text.size() && duration_parts(text.substr(0, t), "YMD") &&
         duration_parts(text.substr(t + 1), "HMS");
}

bool uuid(std::string_view text) {
  if (text.size() != 36) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? text[i] != '-' : !hex(text[i])) return false;
  }
  return true;
}

bool json_pointer(std::string_view text) {
  if (!text.empty() && text[0] != '/') return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '~' && (i + 1 == text.size() || (text[i + 1] != '0' && text[i + 1] != '1'))) {
      return false;
    }
  }
  return true;
}

bool relative_json_pointer(std::string_view text) {
  std::size_t digits = 0;
  while (digits < text.size() && digit(text[digits])) ++digits;
  if (digits == 0 || (digits > 1 && text[0] == '0')) return false;
  const std::string_view rest = text.substr(digits);
  return rest == "#" || json_pointer(rest);
}

bool regex(std::string_view text) {
  const base::Result<std::string> translated = re2_from_ecma(text);
  if (translated) return Pattern::ecma(text).ok();
  // Valid for ECMA-262, only not for us.
  return translated.error().kind == base::ErrorKind::unsupported;
}

bool postal(std::string_view text) {
  const auto upper = [&](std::size_t i) { return text[i] >= 'A' && text[i] <= 'Z'; };
  return text.size() == 7 && upper(0) && digit(text[1]) && upper(2) && text[3] == ' ' &&
         digit(text[4]) && upper(5) && digit(text[6]);
}

bool phone(std::string_view text) {
  return text.size() >= 9 && text.size() <= 16 && text[0] == '+' && text[1] != '0' &&
         std::all_of(text.begin() + 1, text.end(), digit);
}

}  // namespace formats
}  // namespace portage::schema
