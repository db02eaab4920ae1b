#include "gateway/format/toml_words.h"

#include <algorithm>

#include "gateway/base/text.h"

namespace portage::format {

void TomlWords::report(std::string_view code, const TomlSpan& span, base::Arguments arguments,
                       std::string suggestion) {
  findings_.push_back({base::Severity::error,
                       std::string(codes_).append(".").append(code),
                       {file_, span.line, span.column, {}},
                       span.end_column,
                       std::move(arguments),
                       std::move(suggestion)});
}

void TomlWords::unknown_key(const TomlNode& member, const std::vector<std::string>& known) {
  report("unknown_key", member.key_at, {{"word", member.key}},
         base::nearest(member.key, known).value_or(""));
}

void TomlWords::wrong_type(const TomlNode& node, std::string_view key, std::string_view wanted) {
  report("wrong_type", node.at, {{"key", std::string(key)}, {"wanted", std::string(wanted)}}, {});
}

Written TomlWords::text(const TomlNode& node, std::string_view key) {
  if (node.is(TomlKind::text)) return at(node, node.text);
  wrong_type(node, key, "\"…\"");
  return {};
}

std::vector<Written> TomlWords::texts(const TomlNode& node, std::string_view key) {
  std::vector<Written> out;
  if (node.is(TomlKind::array)) {
    for (const TomlNode& item : node.children) out.push_back(text(item, key));
    if (node.children.empty()) wrong_type(node, key, "[\"…\"]");
  } else {
    out.push_back(text(node, key));
  }
  std::erase_if(out, [](const Written& written) { return !written.present(); });
  return out;
}

void TomlWords::two_languages(const TomlNode& node, std::string_view key, Written& en,
                              Written& fr) {
  if (!node.is(TomlKind::table)) return wrong_type(node, key, "{ en = \"…\", fr = \"…\" }");
  for (const TomlNode& member : node.children) {
    if (member.key != "en" && member.key != "fr") {
      unknown_key(member, {"en", "fr"});
      continue;
    }
    (member.key == "en" ? en : fr) = text(member, std::string(key) + "." + member.key);
  }
}

std::optional<base::Day> TomlWords::day(const TomlNode& node) {
  return node.is(TomlKind::date) ? base::parse_day(node.text) : std::nullopt;
}

void TomlWords::each_table(const TomlNode& node, std::string_view key, std::string_view wanted,
                           const std::function<void(const TomlNode&)>& each) {
  if (!node.is(TomlKind::array)) return wrong_type(node, key, wanted);
  for (const TomlNode& item : node.children) {
    if (item.is(TomlKind::table)) {
      each(item);
    } else {
      wrong_type(item, key, wanted);
    }
  }
}

void TomlWords::only_tables(const TomlNode& root, const std::string& key,
                            const std::function<void(const TomlNode&)>& each) {
  for (const TomlNode& member : root.children) {
    if (member.key == key) {
      each_table(member, key, "[[" + key + "]]", each);
    } else {
      unknown_key(member, {key});
    }
  }
}

}  // namespace portage::format
