// Reads words out of a TOML tree: texts with their places, and a finding for every key that nobody
// knows and every value of another type. For rooms whose files are tables of words (rules,
// agreements). For one file, on one thread; the tree and the findings must outlive it.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/base/time.h"
#include "gateway/format/toml.h"

namespace portage::format {

struct Written {  // a text and where it stands; line 0 = not written
  std::string text;
  std::uint32_t line = 0, column = 0;
  bool present() const { return line != 0; }
};

class TomlWords {
 public:
  // `codes` as in TomlForm: findings are CODES.unknown_key {word} and CODES.wrong_type {key,
  // wanted}.
  TomlWords(std::string_view codes, const std::string& file, std::vector<base::Finding>& findings)
      : codes_(codes), file_(file), findings_(findings) {}

  void unknown_key(const TomlNode& member, const std::vector<std::string>& known);
  void wrong_type(const TomlNode& node, std::string_view key, std::string_view wanted);

  static Written at(const TomlNode& node, std::string text) {
    return {std::move(text), node.at.line, node.at.column};
  }
  Written text(const TomlNode& node, std::string_view key);
  // One text, or a list of them.
  std::vector<Written> texts(const TomlNode& node, std::string_view key);
  // { en = "…", fr = "…" }
  void two_languages(const TomlNode& node, std::string_view key, Written& en, Written& fr);
  // Of a date; nothing is reported for other types.
  static std::optional<base::Day> day(const TomlNode& node);
  // Every table of [[key]].
  void each_table(const TomlNode& node, std::string_view key, std::string_view wanted,
                  const std::function<void(const TomlNode&)>& each);
  // Every table of the one [[key]] that the file holds; other keys are findings.
  void only_tables(const TomlNode& root, const std::string& key,
                   const std::function<void(const TomlNode&)>& each);

  const std::string& file() const { return file_; }

 private:
  void report(std::string_view code, const TomlSpan& span, base::Arguments arguments,
              std::string suggestion);
  std::string_view codes_;
  const std::string& file_;
  std::vector<base::Finding>& findings_;
};

}  // namespace portage::format
