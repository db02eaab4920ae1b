#include "gateway/format/charset.h"

#include <unicode/ucnv.h>
#include <unicode/ucnv_err.h>

#include <algorithm>
#include <memory>

#include "gateway/base/text.h"
#include "gateway/base/utf8.h"

namespace portage::format {
namespace {

struct CloseConverter {
  void operator()(UConverter* converter) const { ucnv_close(converter); }
};
using Converter = std::unique_ptr<UConverter, CloseConverter>;

// A converter that stops at what it cannot convert; ICU's default substitutes silently.
Converter open_converter(const char* name) {
  UErrorCode status = U_ZERO_ERROR;
  Converter converter(ucnv_open(name, &status));
  if (U_FAILURE(status)) return nullptr;
  ucnv_setToUCallBack(converter.get(), UCNV_TO_U_CALLBACK_STOP, nullptr, nullptr, nullptr, &status);
  ucnv_setFromUCallBack(converter.get(), UCNV_FROM_U_CALLBACK_STOP, nullptr, nullptr, nullptr,
                        &status);
  return U_FAILURE(status) ? nullptr : std::move(converter);
}

base::Error at_offset(std::string_view code, std::string_view text, std::size_t offset,
                      Charset charset) {
  const base::LineColumn where = base::line_column(text, offset);
  constexpr std::string_view kNames[] = {"utf-8",  "cp1252",   "iso-8859-1",
                                         "utf-16", "utf-16le", "utf-16be"};
  return base::make_error(base::ErrorKind::invalid, code,
                          {{"charset", std::string(kNames[static_cast<std::size_t>(charset)])}},
                          {{}, where.line, where.column, {}});
}

// Converts all of `bytes`; on failure `failed_at` is the offset in `bytes`.
bool convert(const char* from, const char* to, std::string_view bytes, std::string& out,
             std::size_t& failed_at) {
  const Converter source = open_converter(from);
  const Converter target = open_converter(to);
  failed_at = 0;
  if (!source || !target) return false;
  constexpr std::size_t kPivot = 1024;
  UChar pivot[kPivot];
  UChar *pivot_from = pivot, *pivot_to = pivot;
  const char* in = bytes.data();
  const char* const in_end = bytes.data() + bytes.size();
  char buffer[4096];
  UBool reset = true;
  while (true) {
    char* to_here = buffer;
    UErrorCode status = U_ZERO_ERROR;
    ucnv_convertEx(target.get(), source.get(), &to_here, buffer + sizeof buffer, &in, in_end, pivot,
                   &pivot_from, &pivot_to, pivot + kPivot, reset, true, &status);
    reset = false;
    out.append(buffer, static_cast<std::size_t>(to_here - buffer));
    if (status == U_BUFFER_OVERFLOW_ERROR) continue;
    if (U_SUCCESS(status)) return true;
    char invalid[16];
    std::int8_t size = sizeof invalid;
    UErrorCode ignored = U_ZERO_ERROR;
    ucnv_getInvalidChars(source.get(), invalid, &size, &ignored);
    const auto consumed = static_cast<std::size_t>(in - bytes.data());
    failed_at =
        consumed - std::min(consumed, static_cast<std::size_t>(U_SUCCESS(ignored) ? size : 0));
    return false;
  }
}

}  // namespace

base::Result<Charset> charset_from(std::string_view name) {
  const std::string lower = base::lower_ascii(base::trim(name));
  if (lower == "utf-8" || lower == "utf8" || lower == "us-ascii" || lower == "ascii") {
    return Charset::utf8;
  }
  if (lower == "cp1252" || lower == "windows-1252") return Charset::cp1252;
  if (lower == "iso-8859-1" || lower == "latin1" || lower == "iso8859-1") {
    return Charset::iso_8859_1;
  }
  if (lower == "utf-16") return Charset::utf16;
  if (lower == "utf-16le") return Charset::utf16le;
  if (lower == "utf-16be") return Charset::utf16be;
  return base::make_error(base::ErrorKind::unsupported, "charset.unknown");
}

base::Result<std::string> to_utf8(std::string_view bytes, Charset from) {
  std::string out;
  out.reserve(bytes.size() + bytes.size() / 8);
  switch (from) {
    case Charset::utf8: {
      const std::size_t bad = base::invalid_utf8_at(bytes);
      if (bad != std::string_view::npos) return at_offset("charset.unreadable", bytes, bad, from);
      out.assign(bytes);
      return out;
    }
    case Charset::cp1252:
    case Charset::iso_8859_1: {
      const std::size_t bad = SingleByte::of(from).decode(bytes, out);
      // `out` holds all before it, so the place can be counted in characters.
      if (bad != std::string_view::npos)
        return at_offset("charset.unreadable", out, out.size(), from);
      return out;
    }
    case Charset::utf16:
    case Charset::utf16le:
    case Charset::utf16be: {
      const char* name = from == Charset::utf16     ? "UTF-16"
                         : from == Charset::utf16le ? "UTF-16LE"
                                                    : "UTF-16BE";
      std::size_t failed_at = 0;
      if (!convert(name, "UTF-8", bytes, out, failed_at)) {
        return at_offset("charset.unreadable", out, out.size(), from);
      }
      return out;
    }
  }
  return base::make_error(base::ErrorKind::unsupported, "charset.unknown");
}

base::Result<std::string> from_utf8(std::string_view text, Charset to) {
  const std::size_t bad = base::invalid_utf8_at(text);
  if (bad != std::string_view::npos)
    return at_offset("charset.unreadable", text, bad, Charset::utf8);
  std::string out;
  out.reserve(text.size());
  switch (to) {
    case Charset::utf8:
      out.assign(text);
      return out;
    case Charset::cp1252:
    case Charset::iso_8859_1: {
      const std::size_t unwritable = SingleByte::of(to).encode(text, out);
      if (unwritable != std::string_view::npos) {
        return at_offset("charset.unwritable", text, unwritable, to);
      }
      return out;
    }
    case Charset::utf16:
    case Charset::utf16le:
    case Charset::utf16be: {
      const char* name = to == Charset::utf16     ? "UTF-16"
                         : to == Charset::utf16le ? "UTF-16LE"
                                                  : "UTF-16BE";
      std::size_t failed_at = 0;
      if (!convert("UTF-8", name, text, out, failed_at)) {
        return at_offset("charset.unwritable", text, failed_at, to);
      }
      return out;
    }
  }
  return base::make_error(base::ErrorKind::unsupported, "charset.unknown");
}

SingleByte::SingleByte(const char* icu_name, bool without_c1) {
  const Converter converter = open_converter(icu_name);
  for (unsigned i = 0; i < 128; ++i) {
    const char byte = static_cast<char>(0x80 + i);
    const char* from = &byte;
    UErrorCode status = U_ZERO_ERROR;
    if (!converter) break;
    const UChar32 character = ucnv_getNextUChar(converter.get(), &from, &byte + 1, &status);
    ucnv_reset(converter.get());
    // ICU gives the holes of windows-1252 the control characters of the same number.
    if (U_FAILURE(status) || (without_c1 && character < 0xA0)) continue;
    std::string utf8;
    base::append_utf8(static_cast<char32_t>(character), utf8);
    std::copy(utf8.begin(), utf8.end(), decode_[i].utf8.begin());
    decode_[i].size = static_cast<std::uint8_t>(utf8.size());
    encode_[encodes_++] = {static_cast<char32_t>(character), static_cast<unsigned char>(0x80 + i)};
  }
  std::sort(encode_.begin(), encode_.begin() + static_cast<std::ptrdiff_t>(encodes_),
            [](const Back& a, const Back& b) { return a.character < b.character; });
}

const SingleByte& SingleByte::of(Charset charset) {
  static const SingleByte kCp1252("windows-1252", true);
  static const SingleByte kLatin1("ISO-8859-1", false);
  return charset == Charset::cp1252 ? kCp1252 : kLatin1;
}

std::size_t SingleByte::decode(std::string_view bytes, std::string& out) const {
  std::size_t run = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const auto byte = static_cast<unsigned char>(bytes[i]);
    if (byte < 0x80) continue;
    out.append(bytes.substr(run, i - run));
    const std::string_view character = utf8(byte);
    if (character.empty()) return i;
    out.append(character);
    run = i + 1;
  }
  out.append(bytes.substr(run));
  return std::string_view::npos;
}

std::size_t SingleByte::encode(std::string_view text, std::string& out) const {
  std::size_t i = 0;
  while (i < text.size()) {
    const std::size_t start = i;
    const char32_t character = base::next_code_point(text, i);
    if (character < 0x80) {
      out.push_back(static_cast<char>(character));
      continue;
    }
    const auto* const end = encode_.data() + encodes_;
    const auto* const found = std::lower_bound(
        encode_.data(), end, character, [](const Back& b, char32_t c) { return b.character < c; });
    if (found == end || found->character != character) return start;
    out.push_back(static_cast<char>(found->byte));
  }
  return std::string_view::npos;
}

}  // namespace portage::format
