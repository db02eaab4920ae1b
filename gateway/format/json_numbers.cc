#include "gateway/format/json_numbers.h"

#include <cstring>

namespace portage::format {
namespace {

constexpr std::size_t kSureDigits = 300;  // of an integer: below 1e308 whatever follows
constexpr std::size_t kSureExponent = 2;  // digits of an exponent that go with as many

struct Number {
  std::size_t size = 0;  // 0: none
  bool wide = false;
};

Number number_at(const char* at, const char* end) {
  const char* here = at;
  const auto digits = [&] {
    const char* const first = here;
    while (here < end && *here >= '0' && *here <= '9') ++here;
    return static_cast<std::size_t>(here - first);
  };
  if (here < end && *here == '-') ++here;
  const bool zero = here < end && *here == '0';
  const std::size_t whole = digits();
  if (whole == 0 || (zero && whole > 1)) return {};
  if (here < end && *here == '.') {
    ++here;
    if (digits() == 0) return {};
  }
  std::size_t exponent = 0;
  if (here < end && (*here == 'e' || *here == 'E')) {
    ++here;
    if (here < end && (*here == '+' || *here == '-')) ++here;
    exponent = digits();
    if (exponent == 0) return {};
  }
  return {static_cast<std::size_t>(here - at),
          exponent > kSureExponent || whole + (exponent > 0 ? 100 : 0) > kSureDigits};
}

}  // namespace

void hide_wide_numbers(char* json, std::size_t size) {
  char* const end = json + size;
  for (char* at = json; at < end;) {
    if (*at == '"') {
      for (++at; at < end && *at != '"'; ++at) {
        if (*at == '\\') ++at;
      }
      ++at;
      continue;
    }
    const Number number = number_at(at, end);
    if (number.wide) {
      char* digit = at;
      if (*digit == '-') ++digit;
      std::memset(digit, '0', number.size - static_cast<std::size_t>(digit - at));
      digit[1] = 'e';  // so that nothing behind it can be taken for a part of it
    }
    at += number.size > 0 ? number.size : 1;
  }
}

}  // namespace portage::format
