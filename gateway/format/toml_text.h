// What toml++ 3.3 must not be given: it recurses over brackets and dots, and meets undefined
// behaviour on characters beyond ASCII outside of texts and comments. Every door of toml++ asks
// here first. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace portage::format {

struct TomlFault {
  enum class What : std::uint8_t { too_deep, character } what = What::character;
  std::size_t at = 0;  // byte offset
};

// The first fault of that kind in UTF-8 text, reading texts and comments the way TOML does.
std::optional<TomlFault> toml_fault(std::string_view text, std::uint32_t depth);

}  // namespace portage::format
