#include "gateway/schema/pattern_syntax.h"

#include <algorithm>
#include <array>
#include <utility>

namespace portage::schema {
namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 37> kLongNames = {{
    {"Letter", "L"},
    {"Cased_Letter", ""},
    {"Uppercase_Letter", "Lu"},
    {"Lowercase_Letter", "Ll"},
    {"Titlecase_Letter", "Lt"},
    {"Modifier_Letter", "Lm"},
    {"Other_Letter", "Lo"},
    {"Mark", "M"},
    {"Combining_Mark", "M"},
    {"Nonspacing_Mark", "Mn"},
    {"Spacing_Mark", "Mc"},
    {"Enclosing_Mark", "Me"},
    {"Number", "N"},
    {"Decimal_Number", "Nd"},
    {"digit", "Nd"},
    {"Letter_Number", "Nl"},
    {"Other_Number", "No"},
    {"Symbol", "S"},
    {"Math_Symbol", "Sm"},
    {"Currency_Symbol", "Sc"},
    {"Modifier_Symbol", "Sk"},
    {"Other_Symbol", "So"},
    {"Punctuation", "P"},
    {"punct", "P"},
    {"Connector_Punctuation", "Pc"},
    {"Dash_Punctuation", "Pd"},
    {"Open_Punctuation", "Ps"},
    {"Close_Punctuation", "Pe"},
    {"Initial_Punctuation", "Pi"},
    {"Final_Punctuation", "Pf"},
    {"Other_Punctuation", "Po"},
    {"Separator", "Z"},
    {"Space_Separator", "Zs"},
    {"Line_Separator", "Zl"},
    {"Paragraph_Separator", "Zp"},
    {"Other", "C"},
    {"Control", "Cc"},
}};

constexpr std::array<std::string_view, 34> kShortNames = {
    "L",  "Lu", "Ll", "Lt", "Lm", "Lo", "M",  "Mn", "Mc", "Me", "N",  "Nd",
    "Nl", "No", "S",  "Sm", "Sc", "Sk", "So", "P",  "Pc", "Pd", "Ps", "Pe",
    "Pi", "Pf", "Po", "Z",  "Zs", "Zl", "Zp", "C",  "Cc", "Cf"};

}  // namespace

std::string_view property_name(std::string_view name) {
  for (const std::string_view prefix : {"General_Category=", "gc="}) {
    if (name.starts_with(prefix)) {
      name.remove_prefix(prefix.size());
      break;
    }
  }
  for (const std::string_view prefix : {"Script=", "sc=", "Script_Extensions=", "scx="}) {
    if (name.starts_with(prefix)) return name.substr(prefix.size());  // RE2 knows scripts by name
  }
  const auto is_long = std::find_if(kLongNames.begin(), kLongNames.end(),
                                    [&](const auto& pair) { return pair.first == name; });
  if (is_long != kLongNames.end()) return is_long->second;
  const bool is_short =
      std::find(kShortNames.begin(), kShortNames.end(), name) != kShortNames.end();
  return is_short ? name : std::string_view();
}

void append_literal(std::uint32_t c, std::string& out) {
  if (c < 0x80) {
    const char byte = static_cast<char>(c);
    const bool plain = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
                       (byte >= '0' && byte <= '9') || byte == ' ' || byte == '_';
    if (plain) {
      out.push_back(byte);
      return;
    }
    if (c > 0x20 && c < 0x7F) {
      out.push_back('\\');
      out.push_back(byte);
      return;
    }
  }
  constexpr std::string_view kDigits = "0123456789abcdef";
  out += "\\x{";
  bool begun = false;
  for (int shift = 20; shift >= 0; shift -= 4) {
    const std::uint32_t digit = (c >> shift) & 15;
    begun = begun || digit != 0 || shift == 0;
    if (begun) out.push_back(kDigits[digit]);
  }
  out.push_back('}');
}

void append_repeated(std::string_view atom, int least, int most, std::string& out) {
  constexpr int kStep = 1000;
  const auto braces = [&](int low, int high) {
    out += atom;
    out += '{' + std::to_string(low);
    if (high != low) out += ',';
    if (high > low) out += std::to_string(high);
    out += '}';
  };
  int rest = most < 0 ? -1 : most - least;
  while (least > kStep) {
    braces(kStep, kStep);
    least -= kStep;
  }
  if (rest < 0) {
    braces(least, -1);
    return;
  }
  const int together = std::min(rest, kStep - least);
  braces(least, least + together);
  rest -= together;
  while (rest > 0) {
    const int now = std::min(rest, kStep);
    braces(0, now);
    rest -= now;
  }
}

}  // namespace portage::schema
