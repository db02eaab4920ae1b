// Reading a layout's TOML: typed values of keys, with a finding for everything that is wrong. One
// of the doors of toml++. For one file, on one thread.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/base/text.h"
#include "gateway/format/toml_text.h"
#include "gateway/schema/layout/layout.h"

#define TOML_EXCEPTIONS 0
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wconversion"
#pragma clang diagnostic ignored "-Wshadow"
#include <toml++/toml.h>
#pragma clang diagnostic pop

namespace portage::schema {

class LayoutKeys {
 public:
  LayoutKeys(const std::string& file, std::vector<base::Finding>& findings)
      : file_(file), findings_(findings) {}

  void find(std::string_view code, const toml::source_region& at, base::Arguments arguments,
            std::string suggestion = {}) {
    base::Finding finding;
    finding.code = code;
    finding.place = {file_, at.begin.line, at.begin.column, {}};
    finding.arguments = std::move(arguments);
    finding.suggestion = std::move(suggestion);
    findings_.push_back(std::move(finding));
  }
  void wrong(const toml::node& value, std::string_view key, std::string_view wanted) {
    find("layout.value", value.source(),
         {{"key", std::string(key)}, {"wanted", std::string(wanted)}});
  }

  std::optional<std::string> text(const toml::table& table, std::string_view key) {
    const toml::node* value = table.get(key);
    if (value == nullptr) return std::nullopt;
    if (const auto* string = value->as_string()) return string->get();
    wrong(*value, key, "string");
    return std::nullopt;
  }
  std::optional<std::int64_t> number(const toml::table& table, std::string_view key) {
    const toml::node* value = table.get(key);
    if (value == nullptr) return std::nullopt;
    if (const auto* integer = value->as_integer()) return integer->get();
    wrong(*value, key, "integer");
    return std::nullopt;
  }
  std::optional<std::uint32_t> length(const toml::table& table, std::string_view key) {
    const auto value = number(table, key);
    if (!value) return std::nullopt;
    if (*value >= 0 && *value < UINT32_MAX) return static_cast<std::uint32_t>(*value);
    wrong(*table.get(key), key, "integer from 0");
    return std::nullopt;
  }
  bool flag(const toml::table& table, std::string_view key, bool otherwise = false) {
    const toml::node* value = table.get(key);
    if (value == nullptr) return otherwise;
    if (const auto* boolean = value->as_boolean()) return boolean->get();
    wrong(*value, key, "true or false");
    return otherwise;
  }
  std::vector<std::string> texts(const toml::table& table, std::string_view key) {
    std::vector<std::string> out;
    const toml::node* value = table.get(key);
    if (value == nullptr) return out;
    const toml::array* array = value->as_array();
    if (array == nullptr || array->empty()) wrong(*value, key, "list of strings");
    if (array == nullptr) return out;
    for (const toml::node& item : *array) {
      if (const auto* string = item.as_string())
        out.push_back(string->get());
      else
        wrong(item, key, "list of strings");
    }
    return out;
  }
  void known_keys(const toml::table& table, const std::vector<std::string>& keys) {
    for (const auto& [key, value] : table) {
      const std::string name(key.str());
      if (std::find(keys.begin(), keys.end(), name) != keys.end()) continue;
      find("layout.unknown_key", key.source(), {{"key", name}},
           base::nearest(name, keys).value_or(""));
    }
  }
  Class class_of(const toml::table& table, Class inherited) {
    const auto name = text(table, "class");
    if (!name) return inherited;
    const auto known = class_from(*name);
    if (!known) {
      wrong(*table.get("class"), "class", "public, program, personal, identifier, sensitive");
    }
    return known.value_or(inherited);
  }

  // What a cell or field may hold: type, format, values, limits, class, descriptions. `common` says
  // which keys are read here, for known_keys().
  static std::vector<std::string> rule_keys();
  ColumnRules rules(const toml::table& table, Class inherited);
  // charset, line_end, class, titles: what every layout says at its top.
  static std::vector<std::string> top_keys();
  void descriptions(const toml::table& table, Shape& shape);

 private:
  void type_of(const toml::table& table, ColumnRules& rules);
  const std::string& file_;
  std::vector<base::Finding>& findings_;
};

// Reads the rest of a layout whose format is "fixed". nullptr if there are findings.
std::shared_ptr<const Schema> read_fixed_layout(const toml::table& table, std::string_view source,
                                                LayoutKeys& keys,
                                                std::vector<base::Finding>& findings);

}  // namespace portage::schema
