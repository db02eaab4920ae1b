// Reads one table of a TOML file strictly: each key is asked for once by name and type, and what
// nobody asked for is a finding with the nearest known name. Findings are collected, never thrown,
// so one run reports all. For one thread; borrows the Node and the list of findings.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/format/toml.h"

namespace portage::config {

using Findings = std::vector<base::Finding>;
using Node = format::TomlNode;
using NodeKind = format::TomlKind;
using Span = format::TomlSpan;

inline constexpr std::size_t kTomlBytes = 1u << 20;
inline constexpr format::TomlForm kTomlForm{"config", kTomlBytes, 32};

// Where something stands, kept beside a value that a later check may complain about.
struct At {
  base::Place place;
  std::uint32_t end_column = 0;
};
At at_of(const std::string& file, Span span);

// Appends an error (or a warning) at `where`.
base::Finding& report(Findings& findings, std::string_view code, const At& where,
                      base::Arguments arguments = {},
                      base::Severity severity = base::Severity::error);
// "nothing is called {name}", with the nearest of `known` as the suggestion.
void report_unknown(Findings& findings, std::string_view code, const At& where,
                    const std::string& name, const std::vector<std::string>& known);

class TableReader {
 public:
  TableReader(const Node& table, std::string file, std::string title, Findings& findings)
      : table_(table), file_(std::move(file)), title_(std::move(title)), findings_(findings) {}

  // Each gives nothing if the key is absent or of another type (which is reported).
  const Node* text(std::string_view key);
  const Node* boolean(std::string_view key);
  const Node* integer(std::string_view key, std::int64_t least, std::int64_t most);
  const Node* table(std::string_view key);
  std::vector<const Node*> tables(std::string_view key);  // [[key]]
  std::vector<const Node*> texts(std::string_view key);   // an array of texts

  // The same, written into a variable when the key is there. True if it was.
  bool read(std::string_view key, std::string& into, At* where = nullptr);
  bool read(std::string_view key, bool& into);
  template <class Number>
  bool read(std::string_view key, Number& into, std::int64_t least, std::int64_t most) {
    const Node* node = integer(key, least, most);
    if (node != nullptr) into = static_cast<Number>(node->integer);
    return node != nullptr;
  }
  // One of `words`.
  bool read_word(std::string_view key, std::string& into, const std::vector<std::string>& words);
  // A text that must be there and not be empty.
  bool require(std::string_view key, std::string& into, At* where = nullptr);

  bool has(std::string_view key) const { return table_.find(key) != nullptr; }
  At where() const;                       // of the table itself
  At key_at(std::string_view key) const;  // of a member's key, else of the table
  At value_at(std::string_view key) const;
  void finish();  // reports the keys nobody asked for, and secrets

  const std::string& file() const { return file_; }
  Findings& findings() { return findings_; }

 private:
  const Node* ask(std::string_view key, NodeKind kind);
  bool is_kind(const Node& node, NodeKind kind, std::string_view key);

  const Node& table_;
  std::string file_, title_;  // title: "[gateway]", for messages
  Findings& findings_;
  std::vector<std::string> asked_;
};

}  // namespace portage::config
