#include "gateway/schema/idna.h"

#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/uscript.h>
#include <unicode/ustring.h>

#include <algorithm>
#include <array>
#include <cstdint>

namespace portage::schema::idna {
namespace {

enum class Verdict : std::uint8_t { permitted, by_context, refused };

UChar32 of(char32_t point) { return static_cast<UChar32>(point); }

bool within(char32_t point, char32_t first, char32_t last) {
  return point >= first && point <= last;
}

constexpr char32_t kNonJoiner = 0x200C, kJoiner = 0x200D;

// RFC 5892, section 2.6: what the properties alone would judge wrongly.
bool excepted(char32_t point, Verdict& verdict) {
  switch (point) {
    case 0x00DF:
    case 0x03C2:
    case 0x06FD:
    case 0x06FE:
    case 0x0F0B:
    case 0x3007:
      verdict = Verdict::permitted;
      return true;
    case 0x00B7:
    case 0x0375:
    case 0x05F3:
    case 0x05F4:
    case 0x30FB:
    case kNonJoiner:
    case kJoiner:
      verdict = Verdict::by_context;
      return true;
    case 0x0640:
    case 0x07FA:
    case 0x302E:
    case 0x302F:
    case 0x303B:
      verdict = Verdict::refused;
      return true;
    default:
      break;
  }
  if (within(point, 0x0660, 0x0669) || within(point, 0x06F0, 0x06F9)) {
    verdict = Verdict::by_context;
    return true;
  }
  verdict = Verdict::refused;
  return within(point, 0x3031, 0x3035);
}

// Folding its case and its compatibility forms makes another character of it.
bool unstable(char32_t point) {
  UErrorCode status = U_ZERO_ERROR;
  const UNormalizer2* form = unorm2_getNFKCInstance(&status);
  std::array<UChar, 2> source{};
  std::int32_t length = 0;
  UBool wrong = false;
  U16_APPEND(source.data(), length, 2, of(point), wrong);
  if (wrong) return true;
  std::array<UChar, 32> once{}, folded{}, twice{};
  std::int32_t n = unorm2_normalize(form, source.data(), length, once.data(), 32, &status);
  n = u_strFoldCase(folded.data(), 32, once.data(), n, U_FOLD_CASE_DEFAULT, &status);
  n = unorm2_normalize(form, folded.data(), n, twice.data(), 32, &status);
  if (U_FAILURE(status)) return true;
  return n != length || !std::equal(source.begin(), source.begin() + length, twice.begin());
}

bool letter_or_digit(char32_t point) {
  return (U_GET_GC_MASK(of(point)) & (U_GC_LL_MASK | U_GC_LU_MASK | U_GC_LO_MASK | U_GC_ND_MASK |
                                      U_GC_LM_MASK | U_GC_MN_MASK | U_GC_MC_MASK)) != 0;
}

Verdict verdict_on(char32_t point) {
  if (point < 0x80) {
    const bool plain = within(point, 'a', 'z') || within(point, '0', '9') || point == '-';
    return plain ? Verdict::permitted : Verdict::refused;
  }
  Verdict verdict = Verdict::refused;
  if (excepted(point, verdict)) return verdict;
  const auto hangul = u_getIntPropertyValue(of(point), UCHAR_HANGUL_SYLLABLE_TYPE);
  const bool jamo =
      hangul == U_HST_LEADING_JAMO || hangul == U_HST_VOWEL_JAMO || hangul == U_HST_TRAILING_JAMO;
  const bool ignorable = u_hasBinaryProperty(of(point), UCHAR_DEFAULT_IGNORABLE_CODE_POINT) ||
                         u_hasBinaryProperty(of(point), UCHAR_NONCHARACTER_CODE_POINT) ||
                         u_hasBinaryProperty(of(point), UCHAR_WHITE_SPACE);
  // Marks for symbols, and two blocks of musical notation.
  const bool block = within(point, 0x20D0, 0x20FF) || within(point, 0x1D100, 0x1D24F);
  if (jamo || ignorable || block || !letter_or_digit(point) || unstable(point)) {
    return Verdict::refused;
  }
  return Verdict::permitted;
}

bool has_script(char32_t point, UScriptCode script) {
  UErrorCode status = U_ZERO_ERROR;
  return uscript_getScript(of(point), &status) == script && U_SUCCESS(status);
}

bool after_virama(std::u32string_view label, std::size_t i) {
  return i > 0 && u_getCombiningClass(of(label[i - 1])) == 9;
}

// Letters that join on both sides of it, with transparent ones between (RFC 5892, A.1).
bool between_joining(std::u32string_view label, std::size_t i) {
  const auto joining = [&](std::size_t at) {
    return u_getIntPropertyValue(of(label[at]), UCHAR_JOINING_TYPE);
  };
  std::size_t left = i, right = i + 1;
  while (left > 0 && joining(left - 1) == U_JT_TRANSPARENT) --left;
  while (right < label.size() && joining(right) == U_JT_TRANSPARENT) ++right;
  if (left == 0 || right == label.size()) return false;
  const auto before = joining(left - 1), after = joining(right);
  return (before == U_JT_LEFT_JOINING || before == U_JT_DUAL_JOINING) &&
         (after == U_JT_RIGHT_JOINING || after == U_JT_DUAL_JOINING);
}

// RFC 5892, appendix A.
bool in_context(std::u32string_view label, std::size_t i) {
  const auto any = [&](auto holds) { return std::any_of(label.begin(), label.end(), holds); };
  switch (label[i]) {
    case kNonJoiner:
      return after_virama(label, i) || between_joining(label, i);
    case kJoiner:
      return after_virama(label, i);
    case 0x00B7:
      return i > 0 && label[i - 1] == 'l' && i + 1 < label.size() && label[i + 1] == 'l';
    case 0x0375:
      return i + 1 < label.size() && has_script(label[i + 1], USCRIPT_GREEK);
    case 0x05F3:
    case 0x05F4:
      return i > 0 && has_script(label[i - 1], USCRIPT_HEBREW);
    case 0x30FB:
      return any([](char32_t c) {
        return has_script(c, USCRIPT_HIRAGANA) || has_script(c, USCRIPT_KATAKANA) ||
               has_script(c, USCRIPT_HAN);
      });
    default:
      break;
  }
  // Arabic-Indic digits, and the extended ones: no label holds both.
  const bool plain = label[i] <= 0x0669;
  return !any(
      [&](char32_t c) { return plain ? within(c, 0x06F0, 0x06F9) : within(c, 0x0660, 0x0669); });
}

bool in_normal_form(std::u32string_view label) {
  UErrorCode status = U_ZERO_ERROR;
  const UNormalizer2* form = unorm2_getNFCInstance(&status);
  std::array<UChar, 2 * HostLabel::kMost> text{};
  std::int32_t length = 0;
  UBool wrong = false;
  for (const char32_t c : label) {
    U16_APPEND(text.data(), length, static_cast<std::int32_t>(text.size()), of(c), wrong);
    if (wrong) return false;
  }
  const bool normal = unorm2_isNormalized(form, text.data(), length, &status);
  return normal && U_SUCCESS(status);
}

constexpr std::uint32_t bit(UCharDirection direction) { return 1u << direction; }

constexpr std::uint32_t kLeft = bit(U_LEFT_TO_RIGHT);
constexpr std::uint32_t kRight = bit(U_RIGHT_TO_LEFT) | bit(U_RIGHT_TO_LEFT_ARABIC);
constexpr std::uint32_t kEuropean = bit(U_EUROPEAN_NUMBER), kArabic = bit(U_ARABIC_NUMBER);
constexpr std::uint32_t kMark = bit(U_DIR_NON_SPACING_MARK);
constexpr std::uint32_t kNeutral =
    bit(U_EUROPEAN_NUMBER_SEPARATOR) | bit(U_COMMON_NUMBER_SEPARATOR) |
    bit(U_EUROPEAN_NUMBER_TERMINATOR) | bit(U_OTHER_NEUTRAL) | bit(U_BOUNDARY_NEUTRAL) | kMark;

std::uint32_t direction_of(char32_t point) { return bit(u_charDirection(of(point))); }

}  // namespace

bool permitted(const HostLabel& label) {
  const std::u32string_view text = label.view();
  if (std::all_of(text.begin(), text.end(), [](char32_t c) { return c < 0x80; })) return false;
  if (text.front() == '-' || text.back() == '-') return false;
  if (text.size() > 3 && text[2] == '-' && text[3] == '-') return false;
  if ((U_GET_GC_MASK(of(text.front())) & U_GC_M_MASK) != 0) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const Verdict verdict = verdict_on(text[i]);
    if (verdict == Verdict::refused) return false;
    if (verdict == Verdict::by_context && !in_context(text, i)) return false;
  }
  return in_normal_form(text);
}

bool right_to_left(const HostLabel& label) {
  const std::u32string_view text = label.view();
  return std::any_of(text.begin(), text.end(),
                     [](char32_t c) { return (direction_of(c) & (kRight | kArabic)) != 0; });
}

// RFC 5893, section 2.
bool keeps_bidi_rule(const HostLabel& label) {
  const std::u32string_view text = label.view();
  if (text.empty()) return false;
  const std::uint32_t first = direction_of(text.front());
  const bool right = (first & kRight) != 0;
  if (!right && first != kLeft) return false;
  std::uint32_t all = 0, last = 0;
  for (const char32_t c : text) {
    const std::uint32_t direction = direction_of(c);
    all |= direction;
    if (direction != kMark) last = direction;
  }
  const std::uint32_t allowed = kEuropean | kNeutral | (right ? kRight | kArabic : kLeft);
  if ((all & ~allowed) != 0) return false;
  if (right && (all & kEuropean) != 0 && (all & kArabic) != 0) return false;
  return (last & (kEuropean | (right ? kRight | kArabic : kLeft))) != 0;
}

std::string composed(std::string_view text) {
  constexpr std::size_t kMost = 1024;
  if (text.size() > kMost) return std::string(text);
  UErrorCode status = U_ZERO_ERROR;
  const UNormalizer2* form = unorm2_getNFCInstance(&status);
  std::array<UChar, kMost> wide{}, normal{};
  std::int32_t n = 0;
  u_strFromUTF8(wide.data(), kMost, &n, text.data(), static_cast<std::int32_t>(text.size()),
                &status);
  n = unorm2_normalize(form, wide.data(), n, normal.data(), kMost, &status);
  std::string out(3 * kMost, '\0');
  std::int32_t bytes = 0;
  u_strToUTF8(out.data(), static_cast<std::int32_t>(out.size()), &bytes, normal.data(), n, &status);
  if (U_FAILURE(status)) return std::string(text);
  out.resize(static_cast<std::size_t>(bytes));
  return out;
}

}  // namespace portage::schema::idna
