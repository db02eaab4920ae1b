// What kind of character a byte is, in ASCII alone; the C library asks the locale. Pure.
#pragma once

#include <string_view>

namespace portage::schema::ascii {

constexpr bool digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
constexpr bool alphanumeric(char c) { return digit(c) || letter(c); }
constexpr bool hex(char c) { return digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
constexpr bool plain(char c) { return static_cast<unsigned char>(c) < 0x80; }
constexpr bool in(char c, std::string_view set) { return set.find(c) != std::string_view::npos; }

}  // namespace portage::schema::ascii
