// A TOML file as a plain tree with the place of every key and value: what the rest of this room
// reads, so that toml++ stays behind one door (toml_tree.cc). Values only; the tree may outlive the
// text. Never: asserts, throws or overflows the stack, whatever the bytes are.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/base/error.h"

namespace portage::config {

struct Span {  // on one line; columns count code points from 1, `end_column` is exclusive
  std::uint32_t line = 0, column = 0, end_column = 0;
};

enum class NodeKind : std::uint8_t { table, array, text, integer, decimal, boolean, date, other };
std::string_view node_kind_name(NodeKind kind);  // a key of schemas/messages/config.json

struct Node {
  NodeKind kind = NodeKind::other;
  std::string key;   // of a table's member
  Span key_at, at;   // the key's place; the value's place
  std::string text;  // of a text; of a date "2023-04-01"
  std::int64_t integer = 0;
  bool boolean = false;
  std::vector<Node> children;  // in the order of the file

  const Node* find(std::string_view name) const;
};

inline constexpr std::size_t kTomlBytes = 1u << 20;
inline constexpr std::uint32_t kTomlDepth = 32;

// The root table, or findings: config.syntax, config.repeated_key, config.too_deep, config.utf8,
// config.character, config.too_large. toml++ stops at its first error, so a file with bad syntax
// gives one.
struct TomlFile {
  bool ok = false;
  Node root;
  std::vector<base::Finding> findings;
};
TomlFile read_toml(std::string_view bytes, const std::string& file);

}  // namespace portage::config
