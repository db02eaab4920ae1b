// The little Unicode that the language needs: cases and accents of the Latin
// letters (Latin-1 and Latin Extended-A). Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace portage::mapping {

char32_t upper_of(char32_t c);
char32_t lower_of(char32_t c);
// The ASCII spelling of a Latin letter or a common sign ("é" -> "e", "œ" -> "oe"); empty if it has
// none.
std::string_view ascii_of(char32_t c);
// The first `n` code points.
std::string_view first_code_points(std::string_view text, std::size_t n);

}  // namespace portage::mapping
