// Punycode (RFC 3492): the ASCII form of a label of an international host name. Pure, bounded by
// the length of a label, without memory of its own.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace portage::schema {

// The code points of one label of a host name. An ASCII form has at most 63 octets and at least one
// for each code point, so no label worth looking at has more.
struct HostLabel {
  static constexpr std::size_t kMost = 63;
  std::array<char32_t, kMost> points{};
  std::size_t size = 0;

  bool push(char32_t point) {
    if (size == kMost) return false;
    points[size++] = point;
    return true;
  }
  std::u32string_view view() const { return {points.data(), size}; }
};

// `ascii` is what follows "xn--", in small letters. False for what no encoder writes.
bool decode_punycode(std::string_view ascii, HostLabel& label);
// Into `ascii`, without "xn--"; the length, 0 if it does not fit.
std::size_t encode_punycode(const HostLabel& label, std::array<char, 59>& ascii);

}  // namespace portage::schema
