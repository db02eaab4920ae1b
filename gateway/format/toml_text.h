// What toml++ 3.3 must not be given: it recurses over brackets and dots, and meets undefined
// behaviour on characters beyond ASCII outside of texts and comments. The door of toml++ (toml.cc)
// includes this before toml++ and asks toml_fault() before it parses. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

// toml++ asserts on some malformed input ("[#", "2020-01-01T:"); without the assertion it goes on
// to report a fault of syntax.
#define TOML_ASSERT(expr) static_cast<void>(0)

namespace portage::format {

struct TomlFault {
  enum class What : std::uint8_t { too_deep, character } what = What::character;
  std::size_t at = 0;  // byte offset
};

// The first fault of that kind in UTF-8 text, reading texts and comments the way TOML does.
std::optional<TomlFault> toml_fault(std::string_view text, std::uint32_t depth);

}  // namespace portage::format
