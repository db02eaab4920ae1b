// Character sets and properties that ECMA-262, XSD and RE2 spell differently. Used by the two
// translators.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace portage::schema {

// ECMA's \s and its complement as the inside of an RE2 class.
inline constexpr std::string_view kEcmaSpace =
    "\\t-\\r "
    "\\x{a0}\\x{1680}\\x{2000}-\\x{200a}\\x{2028}\\x{2029}\\x{202f}\\x{205f}\\x{3000}\\x{feff}";
inline constexpr std::string_view kEcmaNotSpace =
    "\\x{0}-\\x{8}\\x{e}-\\x{1f}!-\\x{9f}\\x{a1}-\\x{167f}\\x{1681}-\\x{1fff}\\x{200b}-\\x{2027}"
    "\\x{202a}-\\x{202e}\\x{2030}-\\x{205e}\\x{2060}-\\x{2fff}\\x{3001}-\\x{fefe}\\x{ff00}-\\x{"
    "10ffff}";

// "Letter" -> "L", "Script=Greek" -> "Greek", "Lu" -> "Lu"; empty if it is not known to be a
// property.
std::string_view property_name(std::string_view ecma_name);

// One code point as RE2 writes it, safe inside and outside of a class.
void append_literal(std::uint32_t code_point, std::string& out);

// Appends `atom` with the repetition {least,most}; most < 0 = without end. RE2 allows 1,000 in one
// repetition, so that longer ones are written as several in a row.
void append_repeated(std::string_view atom, int least, int most, std::string& out);
inline constexpr int kMostRepetitions = 20'000;

}  // namespace portage::schema
