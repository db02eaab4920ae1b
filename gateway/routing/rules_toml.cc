#include "gateway/routing/rules_toml.h"

#include <algorithm>
#include <array>

#include "gateway/base/text.h"
#include "gateway/format/toml_text.h"

#define TOML_EXCEPTIONS 0
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wconversion"
#pragma clang diagnostic ignored "-Wshadow"
#include <toml++/toml.h>
#pragma clang diagnostic pop

namespace portage::routing {

namespace {

const std::vector<std::string> kRuleKeys = {"id",   "kind",  "sender", "sender_not", "when",
                                            "to",   "role",  "need",   "copy",       "notify",
                                            "from", "until", "before", "description"};

class Reader {
 public:
  Reader(const std::string& file, std::vector<base::Finding>& findings)
      : file_(file), findings_(findings) {}

  void report(std::string_view code, std::uint32_t line, std::uint32_t column,
              base::Arguments arguments = {}, std::string suggestion = {}) {
    base::Finding finding;
    finding.code = code;
    finding.place = {file_, line, column, {}};
    finding.arguments = std::move(arguments);
    finding.suggestion = std::move(suggestion);
    findings_.push_back(std::move(finding));
  }

  std::vector<WrittenRule> read(const toml::table& root) {
    std::vector<WrittenRule> out;
    for (const auto& [key, node] : root) {
      if (key.str() != "rule") {
        static const std::vector<std::string> kTop = {"rule"};
        unknown_key(key, kTop);
        continue;
      }
      const toml::array* rules = node.as_array();
      if (rules == nullptr) {
        wrong_type(node, "rule", "[[rule]]");
        continue;
      }
      for (const toml::node& item : *rules) {
        if (const toml::table* table = item.as_table()) {
          out.push_back(rule(*table));
        } else {
          wrong_type(item, "rule", "[[rule]]");
        }
      }
    }
    return out;
  }

 private:
  static Written at(const toml::node& node, std::string text) {
    return {std::move(text), node.source().begin.line, node.source().begin.column};
  }

  void unknown_key(const toml::key& key, const std::vector<std::string>& known) {
    report("rules.unknown_key", key.source().begin.line, key.source().begin.column,
           {{"word", std::string(key.str())}}, base::nearest(key.str(), known).value_or(""));
  }

  void wrong_type(const toml::node& node, std::string_view key, std::string_view wanted) {
    report("rules.wrong_type", node.source().begin.line, node.source().begin.column,
           {{"key", std::string(key)}, {"wanted", std::string(wanted)}});
  }

  Written text(const toml::node& node, std::string_view key) {
    if (const auto* value = node.as_string()) return at(node, value->get());
    wrong_type(node, key, "\"…\"");
    return {};
  }

  // One text, or a list of them.
  std::vector<Written> texts(const toml::node& node, std::string_view key) {
    std::vector<Written> out;
    const auto add = [&](const toml::node& item) {
      Written written = text(item, key);
      if (written.present()) out.push_back(std::move(written));
    };
    if (const toml::array* items = node.as_array()) {
      for (const toml::node& item : *items) add(item);
      if (items->empty()) wrong_type(node, key, "[\"…\"]");
    } else {
      add(node);
    }
    return out;
  }

  WrittenDate date(const toml::node& node, std::string_view key) {
    WrittenDate out;
    if (const auto* value = node.as_date()) {
      const toml::date& d = value->get();
      out.day = base::day_from(d.year, d.month, d.day);
      if (out.day) {
        out.at = at(node, base::format_day(*out.day));
        return out;
      }
    } else if (const auto* word = node.as_string()) {
      out.at = at(node, word->get());
      return out;
    }
    wrong_type(node, key, "2023-04-01");
    out.at = at(node, {});  // written, though it says no day
    return out;
  }

  WrittenRule rule(const toml::table& table) {
    WrittenRule out;
    out.file = file_;
    out.line = table.source().begin.line;
    out.column = table.source().begin.column;
    for (const auto& [key, node] : table) {
      const std::string_view name = key.str();
      if (name == "id") {
        out.id = text(node, name);
      } else if (name == "to") {
        out.to = text(node, name);
      } else if (name == "role") {
        out.role = text(node, name);
      } else if (name == "need") {
        out.need = text(node, name);
      } else if (name == "sender_not") {
        out.not_senders = texts(node, name);
      } else if (name == "notify") {
        out.notified = texts(node, name);
      } else if (name == "kind") {
        out.kinds = texts(node, name);
      } else if (name == "sender") {
        out.senders = texts(node, name);
      } else if (name == "copy") {
        out.copies = texts(node, name);
      } else if (name == "from") {
        out.from = date(node, name);
      } else if (name == "until") {
        out.until = date(node, name);
      } else if (name == "before") {
        out.before = date(node, name);
      } else if (name == "when") {
        tests(node, out);
      } else if (name == "description") {
        description(node, out);
      } else {
        unknown_key(key, kRuleKeys);
      }
    }
    return out;
  }

  void tests(const toml::node& node, WrittenRule& out) {
    const toml::table* table = node.as_table();
    if (table == nullptr) return wrong_type(node, "when", "{ program = \"…\" }");
    collect(*table, {}, out);
  }

  // `contact.language = "fr"` is a nested table in TOML; rules name fields by dotted path.
  void collect(const toml::table& table, const std::string& prefix, WrittenRule& out) {
    for (const auto& [key, node] : table) {
      const std::string path =
          prefix.empty() ? std::string(key.str()) : prefix + "." + std::string(key.str());
      if (const toml::table* inner = node.as_table()) {
        collect(*inner, path, out);
        continue;
      }
      Written field{path, key.source().begin.line, key.source().begin.column};
      out.tests.emplace_back(std::move(field), texts(node, path));
    }
  }

  void description(const toml::node& node, WrittenRule& out) {
    const toml::table* table = node.as_table();
    if (table == nullptr) return wrong_type(node, "description", "{ en = \"…\", fr = \"…\" }");
    for (const auto& [key, text_node] : *table) {
      static const std::vector<std::string> kLanguages = {"en", "fr"};
      if (key.str() == "en") {
        out.description_en = text(text_node, "description.en");
      } else if (key.str() == "fr") {
        out.description_fr = text(text_node, "description.fr");
      } else {
        unknown_key(key, kLanguages);
      }
    }
  }

  const std::string& file_;
  std::vector<base::Finding>& findings_;
};

}  // namespace

std::vector<WrittenRule> read_rules(std::string_view bytes, const std::string& file,
                                    std::vector<base::Finding>& findings) {
  Reader reader(file, findings);
  if (bytes.size() > kRuleBytes) {
    reader.report("rules.too_large", 1, 1, {{"limit", std::to_string(kRuleBytes)}});
    return {};
  }
  if (const std::size_t bad = base::invalid_utf8_at(bytes); bad != std::string_view::npos) {
    const base::LineColumn place = base::line_column(bytes.substr(0, bad), bad);
    reader.report("rules.utf8", place.line, place.column);
    return {};
  }
  if (const auto fault = format::toml_fault(bytes, kRuleDepth)) {
    const base::LineColumn place = base::line_column(bytes, fault->at);
    if (fault->what == format::TomlFault::What::too_deep) {
      reader.report("rules.too_deep", place.line, place.column,
                    {{"limit", std::to_string(kRuleDepth)}});
    } else {
      reader.report("rules.character", place.line, place.column);
    }
    return {};
  }
  const toml::parse_result result = toml::parse(bytes);
  if (!result) {
    const toml::parse_error& error = result.error();
    reader.report("rules.syntax", error.source().begin.line, error.source().begin.column,
                  {{"detail", std::string(error.description())}});
    return {};
  }
  std::vector<WrittenRule> rules = reader.read(result.table());
  // A table has no order of its own; the file has.
  std::stable_sort(rules.begin(), rules.end(),
                   [](const WrittenRule& a, const WrittenRule& b) { return a.line < b.line; });
  return rules;
}

}  // namespace portage::routing
