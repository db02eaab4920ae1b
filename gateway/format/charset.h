// Charsets: text in the charsets of other people's systems <-> UTF-8. The door of ICU. A byte or a
// character without a counterpart is an error with its place, never a substitute.
// Threads: all functions are pure; a SingleByte is immutable and lives as long as the program.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "gateway/base/result.h"

namespace portage::format {

// Names are compared without case: "utf-8" ("utf8", "us-ascii"), "cp1252" ("windows-1252"),
// "iso-8859-1"
// ("latin1"), "utf-16" (with a byte order mark), "utf-16le", "utf-16be".
enum class Charset : std::uint8_t { utf8, cp1252, iso_8859_1, utf16, utf16le, utf16be };
base::Result<Charset> charset_from(std::string_view name);  // charset.unknown

// charset.unreadable and charset.unwritable carry line and column, in characters of the input.
base::Result<std::string> to_utf8(std::string_view bytes, Charset from);
base::Result<std::string> from_utf8(std::string_view text, Charset to);

// A charset of single bytes whose lower half is ASCII.
class SingleByte {
 public:
  static const SingleByte& of(Charset charset);  // cp1252 or iso_8859_1
  // Appends `bytes` as UTF-8; the offset of the first byte that stands for nothing, or npos.
  std::size_t decode(std::string_view bytes, std::string& out) const;
  // Appends `text` in this charset; the offset of the first character without a byte, or npos.
  std::size_t encode(std::string_view text, std::string& out) const;
  // UTF-8 of a byte >= 0x80; empty if it stands for nothing.
  std::string_view utf8(unsigned char byte) const {
    const Entry& entry = decode_[byte & 0x7F];
    return {entry.utf8.data(), entry.size};
  }

 private:
  explicit SingleByte(const char* icu_name, bool without_c1);
  struct Entry {
    std::array<char, 3> utf8{};
    std::uint8_t size = 0;
  };
  struct Back {
    char32_t character;
    unsigned char byte;
  };
  std::array<Entry, 128> decode_;
  std::array<Back, 128> encode_;  // by character
  std::size_t encodes_ = 0;
};

}  // namespace portage::format
