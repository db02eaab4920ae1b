// Reading a layout's TOML: typed values of keys, with a finding for everything that is wrong. For
// one file, on one thread.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/base/text.h"
#include "gateway/format/toml.h"
#include "gateway/schema/layout/layout.h"

namespace portage::schema {

using format::TomlKind;
using format::TomlNode;

class LayoutKeys {
 public:
  LayoutKeys(const std::string& file, std::vector<base::Finding>& findings)
      : file_(file), findings_(findings) {}

  void find(std::string_view code, const format::TomlSpan& at, base::Arguments arguments,
            std::string suggestion = {}) {
    base::Finding finding;
    finding.code = code;
    finding.place = {file_, at.line, at.column, {}};
    finding.end_column = at.end_column;
    finding.arguments = std::move(arguments);
    finding.suggestion = std::move(suggestion);
    findings_.push_back(std::move(finding));
  }
  void wrong(const TomlNode& value, std::string_view key, std::string_view wanted) {
    find("layout.value", value.at, {{"key", std::string(key)}, {"wanted", std::string(wanted)}});
  }

  std::optional<std::string> text(const TomlNode& table, std::string_view key) {
    const TomlNode* value = table.find(key);
    if (value == nullptr) return std::nullopt;
    if (value->is(TomlKind::text)) return value->text;
    wrong(*value, key, "string");
    return std::nullopt;
  }
  std::optional<std::int64_t> number(const TomlNode& table, std::string_view key) {
    const TomlNode* value = table.find(key);
    if (value == nullptr) return std::nullopt;
    if (value->is(TomlKind::integer)) return value->integer;
    wrong(*value, key, "integer");
    return std::nullopt;
  }
  std::optional<std::uint32_t> length(const TomlNode& table, std::string_view key) {
    const auto value = number(table, key);
    if (!value) return std::nullopt;
    if (*value >= 0 && *value < UINT32_MAX) return static_cast<std::uint32_t>(*value);
    wrong(*table.find(key), key, "integer from 0");
    return std::nullopt;
  }
  bool flag(const TomlNode& table, std::string_view key, bool otherwise = false) {
    const TomlNode* value = table.find(key);
    if (value == nullptr) return otherwise;
    if (value->is(TomlKind::boolean)) return value->boolean;
    wrong(*value, key, "true or false");
    return otherwise;
  }
  std::vector<std::string> texts(const TomlNode& table, std::string_view key) {
    std::vector<std::string> out;
    const TomlNode* value = table.find(key);
    if (value == nullptr) return out;
    const bool list = value->is(TomlKind::array);
    if (!list || value->children.empty()) wrong(*value, key, "list of strings");
    if (!list) return out;
    for (const TomlNode& item : value->children) {
      if (item.is(TomlKind::text))
        out.push_back(item.text);
      else
        wrong(item, key, "list of strings");
    }
    return out;
  }
  void known_keys(const TomlNode& table, const std::vector<std::string>& keys) {
    for (const TomlNode& member : table.children) {
      if (std::find(keys.begin(), keys.end(), member.key) != keys.end()) continue;
      find("layout.unknown_key", member.key_at, {{"key", member.key}},
           base::nearest(member.key, keys).value_or(""));
    }
  }
  Class class_of(const TomlNode& table, Class inherited) {
    const auto name = text(table, "class");
    if (!name) return inherited;
    const auto known = class_from(*name);
    if (!known) {
      wrong(*table.find("class"), "class", "public, program, personal, identifier, sensitive");
    }
    return known.value_or(inherited);
  }

  // What a cell or field may hold: type, format, values, limits, class, descriptions. `common` says
  // which keys are read here, for known_keys().
  static std::vector<std::string> rule_keys();
  ColumnRules rules(const TomlNode& table, Class inherited);
  // charset, line_end, class, titles: what every layout says at its top.
  static std::vector<std::string> top_keys();
  void descriptions(const TomlNode& table, Shape& shape);

 private:
  void type_of(const TomlNode& table, ColumnRules& rules);
  const std::string& file_;
  std::vector<base::Finding>& findings_;
};

// Reads the rest of a layout whose format is "fixed". nullptr if there are findings.
std::shared_ptr<const Schema> read_fixed_layout(const TomlNode& table, std::string_view source,
                                                LayoutKeys& keys,
                                                std::vector<base::Finding>& findings);

}  // namespace portage::schema
