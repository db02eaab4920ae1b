#include "gateway/agreements/agreements_toml.h"

#include <algorithm>

#include "gateway/base/text.h"
#include "gateway/format/toml_text.h"

#define TOML_EXCEPTIONS 0
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wconversion"
#pragma clang diagnostic ignored "-Wshadow"
#include <toml++/toml.h>
#pragma clang diagnostic pop

namespace portage::agreements {

namespace {

const std::vector<std::string> kKeys = {"id",     "title",  "authority", "purpose", "consent",
                                        "from",   "to",     "since",     "until",   "certainty",
                                        "source", "sample", "flow"};

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

  std::vector<WrittenAgreement> read(const toml::table& root) {
    std::vector<WrittenAgreement> out;
    for (const auto& [key, node] : root) {
      if (key.str() != "agreement") {
        unknown_key(key, {"agreement"});
        continue;
      }
      each_table(node, "agreement", "[[agreement]]",
                 [&](const toml::table& table) { out.push_back(agreement(table)); });
    }
    return out;
  }

 private:
  static Written at(const toml::node& node, std::string text) {
    return {std::move(text), node.source().begin.line, node.source().begin.column};
  }
  void unknown_key(const toml::key& key, const std::vector<std::string>& known) {
    report("agreements.unknown_key", key.source().begin.line, key.source().begin.column,
           {{"word", std::string(key.str())}}, base::nearest(key.str(), known).value_or(""));
  }
  void wrong_type(const toml::node& node, std::string_view key, std::string_view wanted) {
    report("agreements.wrong_type", node.source().begin.line, node.source().begin.column,
           {{"key", std::string(key)}, {"wanted", std::string(wanted)}});
  }
  template <class Each>
  void each_table(const toml::node& node, std::string_view key, std::string_view wanted,
                  const Each& each) {
    const toml::array* items = node.as_array();
    if (items == nullptr) return wrong_type(node, key, wanted);
    for (const toml::node& item : *items) {
      if (const toml::table* table = item.as_table()) {
        each(*table);
      } else {
        wrong_type(item, key, wanted);
      }
    }
  }

  Written text(const toml::node& node, std::string_view key) {
    if (const auto* value = node.as_string()) return at(node, value->get());
    wrong_type(node, key, "\"…\"");
    return {};
  }
  std::vector<Written> texts(const toml::node& node, std::string_view key) {
    std::vector<Written> out;
    const toml::array* items = node.as_array();
    if (items == nullptr) {
      out.push_back(text(node, key));
    } else {
      for (const toml::node& item : *items) out.push_back(text(item, key));
      if (items->empty()) wrong_type(node, key, "[\"…\"]");
    }
    std::erase_if(out, [](const Written& written) { return !written.present(); });
    return out;
  }
  void two_languages(const toml::node& node, std::string_view key, Written& en, Written& fr) {
    const toml::table* table = node.as_table();
    if (table == nullptr) return wrong_type(node, key, "{ en = \"…\", fr = \"…\" }");
    for (const auto& [word, inner] : *table) {
      if (word.str() == "en") {
        en = text(inner, key);
      } else if (word.str() == "fr") {
        fr = text(inner, key);
      } else {
        unknown_key(word, {"en", "fr"});
      }
    }
  }
  void day(const toml::node& node, std::string_view key, std::optional<base::Day>& into,
           Written& where) {
    where = at(node, {});
    if (const auto* value = node.as_date()) {
      const toml::date& d = value->get();
      into = base::day_from(d.year, d.month, d.day);
      if (into) return;
    }
    wrong_type(node, key, "2023-04-01");
  }

  WrittenFlow flow(const toml::table& table) {
    WrittenFlow out;
    out.here = at(table, {});
    for (const auto& [key, node] : table) {
      if (key.str() == "kind") {
        out.kinds = texts(node, key.str());
      } else if (key.str() == "fields") {
        out.fields = texts(node, key.str());
      } else {
        unknown_key(key, {"kind", "fields"});
      }
    }
    return out;
  }

  Written* plain_text(WrittenAgreement& out, std::string_view name) {
    if (name == "id") return &out.id;
    if (name == "purpose") return &out.purpose;
    if (name == "consent") return &out.consent;
    if (name == "certainty") return &out.certainty;
    return name == "source" ? &out.source : nullptr;
  }

  WrittenAgreement agreement(const toml::table& table) {
    WrittenAgreement out;
    out.file = file_;
    out.here = at(table, {});
    for (const auto& [key, node] : table) {
      const std::string_view name = key.str();
      if (Written* into = plain_text(out, name)) {
        *into = text(node, name);
      } else if (name == "title") {
        two_languages(node, name, out.title_en, out.title_fr);
      } else if (name == "authority") {
        two_languages(node, name, out.authority_en, out.authority_fr);
      } else if (name == "from") {
        out.from = texts(node, name);
      } else if (name == "to") {
        out.to = texts(node, name);
      } else if (name == "since") {
        day(node, name, out.since, out.since_at);
      } else if (name == "until") {
        day(node, name, out.until, out.until_at);
      } else if (name == "sample") {
        const auto* value = node.as_boolean();
        if (value == nullptr) wrong_type(node, name, "true");
        out.sample = value != nullptr && value->get();
      } else if (name == "flow") {
        each_table(node, name, "[[agreement.flow]]",
                   [&](const toml::table& inner) { out.flows.push_back(flow(inner)); });
      } else {
        unknown_key(key, kKeys);
      }
    }
    std::stable_sort(out.flows.begin(), out.flows.end(),
                     [](const auto& a, const auto& b) { return a.here.line < b.here.line; });
    return out;
  }

  const std::string& file_;
  std::vector<base::Finding>& findings_;
};

}  // namespace

std::vector<WrittenAgreement> read_agreements(std::string_view bytes, const std::string& file,
                                              std::vector<base::Finding>& findings) {
  Reader reader(file, findings);
  if (bytes.size() > kAgreementBytes) {
    reader.report("agreements.too_large", 1, 1, {{"limit", std::to_string(kAgreementBytes)}});
    return {};
  }
  if (const std::size_t bad = base::invalid_utf8_at(bytes); bad != std::string_view::npos) {
    const base::LineColumn place = base::line_column(bytes.substr(0, bad), bad);
    reader.report("agreements.utf8", place.line, place.column);
    return {};
  }
  if (const auto fault = format::toml_fault(bytes, kAgreementDepth)) {
    const base::LineColumn place = base::line_column(bytes, fault->at);
    const bool deep = fault->what == format::TomlFault::What::too_deep;
    base::Arguments arguments;
    if (deep) arguments = {{"limit", std::to_string(kAgreementDepth)}};
    reader.report(deep ? "agreements.too_deep" : "agreements.character", place.line, place.column,
                  std::move(arguments));
    return {};
  }
  const toml::parse_result result = toml::parse(bytes);
  if (!result) {
    const toml::parse_error& error = result.error();
    reader.report("agreements.syntax", error.source().begin.line, error.source().begin.column,
                  {{"detail", std::string(error.description())}});
    return {};
  }
  std::vector<WrittenAgreement> out = reader.read(result.table());
  std::stable_sort(out.begin(), out.end(),
                   [](const auto& a, const auto& b) { return a.here.line < b.here.line; });
  return out;
}

}  // namespace portage::agreements
