#include "gateway/routing/rules_toml.h"

#include <algorithm>

namespace portage::routing {

namespace {

using format::TomlKind;
using format::TomlNode;
using format::TomlWords;

const std::vector<std::string> kRuleKeys = {"id",   "kind",  "sender", "sender_not", "when",
                                            "to",   "role",  "need",   "copy",       "notify",
                                            "from", "until", "before", "description"};

WrittenDate date(TomlWords& words, const TomlNode& node) {
  WrittenDate out;
  if (node.is(TomlKind::text)) {
    out.at = TomlWords::at(node, node.text);
    return out;
  }
  out.day = TomlWords::day(node);
  if (!out.day) words.wrong_type(node, node.key, "2023-04-01");
  // Written, even where it says no day.
  out.at = TomlWords::at(node, out.day ? base::format_day(*out.day) : std::string());
  return out;
}

// `contact.language = "fr"` is a nested table in TOML; rules name fields by dotted path.
void collect(TomlWords& words, const TomlNode& table, const std::string& prefix, WrittenRule& out) {
  for (const TomlNode& member : table.children) {
    const std::string path = prefix.empty() ? member.key : prefix + "." + member.key;
    if (member.is(TomlKind::table)) {
      collect(words, member, path, out);
      continue;
    }
    Written field{path, member.key_at.line, member.key_at.column};
    out.tests.emplace_back(std::move(field), words.texts(member, path));
  }
}

Written* plain_text(WrittenRule& out, std::string_view name) {
  if (name == "id") return &out.id;
  if (name == "to") return &out.to;
  if (name == "role") return &out.role;
  return name == "need" ? &out.need : nullptr;
}

std::vector<Written>* list_of_texts(WrittenRule& out, std::string_view name) {
  if (name == "sender_not") return &out.not_senders;
  if (name == "notify") return &out.notified;
  if (name == "kind") return &out.kinds;
  if (name == "sender") return &out.senders;
  return name == "copy" ? &out.copies : nullptr;
}

WrittenDate* day_of(WrittenRule& out, std::string_view name) {
  if (name == "from") return &out.from;
  if (name == "until") return &out.until;
  return name == "before" ? &out.before : nullptr;
}

WrittenRule rule(TomlWords& words, const TomlNode& table) {
  WrittenRule out;
  out.file = words.file();
  out.line = table.at.line;
  out.column = table.at.column;
  for (const TomlNode& member : table.children) {
    const std::string& name = member.key;
    if (Written* text = plain_text(out, name)) {
      *text = words.text(member, name);
    } else if (std::vector<Written>* texts = list_of_texts(out, name)) {
      *texts = words.texts(member, name);
    } else if (WrittenDate* day = day_of(out, name)) {
      *day = date(words, member);
    } else if (name == "when") {
      if (member.is(TomlKind::table)) {
        collect(words, member, {}, out);
      } else {
        words.wrong_type(member, name, "{ program = \"…\" }");
      }
    } else if (name == "description") {
      words.two_languages(member, name, out.description_en, out.description_fr);
    } else {
      words.unknown_key(member, kRuleKeys);
    }
  }
  return out;
}

}  // namespace

std::vector<WrittenRule> read_rules(std::string_view bytes, const std::string& file,
                                    std::vector<base::Finding>& findings) {
  std::vector<WrittenRule> rules;
  format::TomlFile toml = format::read_toml(bytes, file, {"rules", kRuleBytes, kRuleDepth});
  std::move(toml.findings.begin(), toml.findings.end(), std::back_inserter(findings));
  TomlWords words("rules", file, findings);
  words.only_tables(toml.root, "rule",
                    [&](const TomlNode& table) { rules.push_back(rule(words, table)); });
  return rules;
}

}  // namespace portage::routing
