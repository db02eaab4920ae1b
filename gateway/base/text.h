// Text as bytes: UTF-8 checks, nearest words, splitting, hexadecimal. Pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace portage::base {

// The offset of the first byte that is not well-formed UTF-8 (no overlongs, no surrogates), or npos.
std::size_t invalid_utf8_at(std::string_view text);
// The number of code points in well-formed UTF-8.
std::size_t code_points(std::string_view text);

// Line and column (in code points) of a byte offset; both count from 1.
struct LineColumn {
  std::uint32_t line;
  std::uint32_t column;
};
LineColumn line_column(std::string_view text, std::size_t offset);

std::vector<std::string_view> split(std::string_view text, char separator);
std::string_view trim(std::string_view text);  // blanks, tabs, CR, LF at both ends
std::string lower_ascii(std::string_view text);
std::string upper_ascii(std::string_view text);
std::string hex(std::span<const unsigned char> bytes);

// The candidate nearest to `word` (Damerau-Levenshtein, case ignored), if near enough to suggest.
std::optional<std::string> nearest(std::string_view word,
                                   std::span<const std::string> candidates);

}  // namespace portage::base
