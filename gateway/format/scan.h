// How far a text holds nothing that must be written differently, sixteen bytes at a time. Pure.
#pragma once

#include <cstddef>
#include <string_view>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace portage::format {

// The first byte from `at` on that is a control character (below 0x20) or one of Marks; or the
// size, or a little less: the last bytes of a text are the caller's.
template <char... Marks>
std::size_t skip_plain(std::string_view text, std::size_t at) {
#if defined(__SSE2__)
  while (at + 16 <= text.size()) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text.data() + at));
    // Unsigned: a byte is below 0x20 where the lesser of it and 0x1F is itself.
    __m128i found = _mm_cmpeq_epi8(_mm_min_epu8(bytes, _mm_set1_epi8(0x1F)), bytes);
    ((found = _mm_or_si128(found, _mm_cmpeq_epi8(bytes, _mm_set1_epi8(Marks)))), ...);
    const int mask = _mm_movemask_epi8(found);
    if (mask != 0) return at + static_cast<std::size_t>(__builtin_ctz(static_cast<unsigned>(mask)));
    at += 16;
  }
#endif
  return at;
}

}  // namespace portage::format
