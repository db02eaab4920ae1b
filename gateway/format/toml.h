// A TOML file as a plain tree with the place of every key and value: what configuration, rules,
// agreements and layouts are read from. The door of toml++ is toml.cc. Values only; the tree may
// outlive the text. Never: asserts, throws or overflows the stack, whatever the bytes are.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/base/error.h"

namespace portage::format {

struct TomlSpan {  // on one line; columns count code points from 1, `end_column` is exclusive
  std::uint32_t line = 0, column = 0, end_column = 0;
};

enum class TomlKind : std::uint8_t { table, array, text, integer, decimal, boolean, date, other };

struct TomlNode {
  TomlKind kind = TomlKind::other;
  std::string key;      // of a table's member
  TomlSpan key_at, at;  // the key's place; the value's place
  std::string text;     // of a text; of a date "2023-04-01"
  std::int64_t integer = 0;
  bool boolean = false;
  std::vector<TomlNode> children;  // in the order of the file

  bool is(TomlKind wanted) const { return kind == wanted; }
  const TomlNode* find(std::string_view name) const;  // of a table
};

struct TomlForm {
  std::string_view codes;  // "rules": findings are rules.syntax …
  std::size_t most_bytes = 1u << 20;
  std::uint32_t depth = 32;
};

// The root table, or findings: CODES.syntax {detail}, .repeated_key {name}, .too_deep {limit},
// .utf8, .character, .too_large {limit}. toml++ stops at its first error, so a file with bad syntax
// gives one.
struct TomlFile {
  bool ok = false;
  TomlNode root;
  std::vector<base::Finding> findings;
};
TomlFile read_toml(std::string_view bytes, const std::string& file, const TomlForm& form);

}  // namespace portage::format
