#include "gateway/mapping/unicode.h"

#include <algorithm>
#include <array>

#include "gateway/base/utf8.h"

namespace portage::mapping {

// In Latin Extended-A, pairs stand side by side: even = capital up to U+0137 and from U+014A to
// U+0177, odd = capital from U+0139 to U+0148 and from U+0179 to U+017E.
char32_t upper_of(char32_t c) {
  if (c >= 'a' && c <= 'z') return c - 32;
  if (c >= 0xE0 && c <= 0xFE && c != 0xF7) return c - 32;
  if (c == 0xFF) return 0x178;
  const bool even_capital = (c >= 0x100 && c <= 0x137 && c != 0x131) || (c >= 0x14A && c <= 0x177);
  if (even_capital && c % 2 == 1) return c - 1;
  const bool odd_capital = (c >= 0x139 && c <= 0x148) || (c >= 0x179 && c <= 0x17E);
  if (odd_capital && c % 2 == 0) return c - 1;
  return c;
}

char32_t lower_of(char32_t c) {
  if (c >= 'A' && c <= 'Z') return c + 32;
  if (c >= 0xC0 && c <= 0xDE && c != 0xD7) return c + 32;
  if (c == 0x178) return 0xFF;
  const bool even_capital = (c >= 0x100 && c <= 0x137 && c != 0x130) || (c >= 0x14A && c <= 0x177);
  if (even_capital && c % 2 == 0) return c + 1;
  const bool odd_capital = (c >= 0x139 && c <= 0x148) || (c >= 0x179 && c <= 0x17E);
  if (odd_capital && c % 2 == 1) return c + 1;
  return c;
}

std::string_view ascii_of(char32_t c) {
  static constexpr std::array<std::string_view, 64> kLatin1 = {
      "A", "A", "A", "A", "A", "A", "AE", "C", "E", "E", "E", "E", "I", "I", "I",  "I",
      "D", "N", "O", "O", "O", "O", "O",  "x", "O", "U", "U", "U", "U", "Y", "TH", "ss",
      "a", "a", "a", "a", "a", "a", "ae", "c", "e", "e", "e", "e", "i", "i", "i",  "i",
      "d", "n", "o", "o", "o", "o", "o",  "/", "o", "u", "u", "u", "u", "y", "th", "y"};
  static constexpr std::string_view kExtended =
      "AaAaAaCcCcCcCcDdDdEeEeEeEeEeGgGgGgGgHhHhIiIiIiIiIi..JjKkkLlLlLlLlLlNnNnNnnNnOoOoOo.."
      "RrRrRrSsSsSsSs"
      "TtTtTtUuUuUuUuUuUuWwYyYZzZzZzs";
  static constexpr std::string_view kAscii =
      " !\"#$%&'()*+,-./"
      "0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~";
  if (c >= 0x20 && c < 0x7F) return kAscii.substr(c - 0x20, 1);
  if (c >= 0xC0 && c <= 0xFF) return kLatin1[c - 0xC0];
  if (c == 0x132) return "IJ";
  if (c == 0x133) return "ij";
  if (c == 0x152) return "OE";
  if (c == 0x153) return "oe";
  if (c >= 0x100 && c < 0x100 + kExtended.size()) return kExtended.substr(c - 0x100, 1);
  switch (c) {
    case 0x2018:
    case 0x2019:
    case 0x02BC:
      return "'";
    case 0x201C:
    case 0x201D:
    case 0xAB:
    case 0xBB:
      return "\"";
    case 0x2010:
    case 0x2011:
    case 0x2012:
    case 0x2013:
    case 0x2014:
      return "-";
    case 0x2026:
      return "...";
    case 0xA0:
    case 0x202F:
      return " ";
    default:
      return {};
  }
}

std::string_view first_code_points(std::string_view text, std::size_t n) {
  std::size_t at = 0;
  while (n > 0 && at < text.size()) {
    base::next_code_point(text, at);
    --n;
  }
  return text.substr(0, std::min(at, text.size()));
}

}  // namespace portage::mapping
