// portage map functions: the function reference, printed from the table that runs. And the list of
// everything that `portage map check` can find.
#include "gateway/cli/map_lists.h"
#include "gateway/cli/table.h"
#include "gateway/cli/verbs.h"
#include "gateway/format/json_text.h"

namespace portage::cli {

int map_functions(const Options& options, const Io& io) {
  if (options.output == Output::table) {
    io.out << mapping::function_reference();
    return kDone;
  }
  std::string json_text;
  format::JsonText json(json_text);
  json.object().text("schema", "portage.cli/1").list("functions");
  for (const mapping::FunctionDoc& f : mapping::function_docs()) {
    json.object().text("name", f.name).text("usage", f.usage).text("group", f.group);
    json.text("doc", f.doc).boolean("both_ways", f.both_ways).list("failures");
    for (const std::string& code : f.failures) json.element(code);
    json.end_list().list("examples");
    for (const mapping::FunctionDoc::Example& e : f.examples) {
      json.object().text("expression", e.expression).text("result", e.result);
      json.boolean("back", e.back).end_object();
    }
    json.end_list().end_object();
  }
  json.end_list().end_object();
  io.out << json_text << '\n';
  return kDone;
}

int list_findings(const Options& options, const Io& io) {
  const auto meant = [](std::string_view key) {
    return key.size() == 4 && key[0] == 'M' && key[1] >= '0' && key[1] <= '9';
  };
  const auto words = [&](const base::CatalogueEntry& one) {
    std::string out(io.style.french() ? one.fr : one.en);
    for (char& c : out) c = c == '{' ? '<' : c == '}' ? '>' : c;
    return out;
  };
  if (options.output == Output::table) {
    TextTable table;
    for (const base::CatalogueEntry& one : base::catalogue()) {
      if (meant(one.key)) table.add({std::string(one.key), words(one)});
    }
    io.out << table.text(io.style);
    return kDone;
  }
  std::string json_text;
  format::JsonText json(json_text);
  json.object().text("schema", "portage.cli/1").list("findings");
  for (const base::CatalogueEntry& one : base::catalogue()) {
    if (meant(one.key)) json.object().text("code", one.key).text("text", words(one)).end_object();
  }
  json.end_list().end_object();
  io.out << json_text << '\n';
  return kDone;
}

}  // namespace portage::cli
