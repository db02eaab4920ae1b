// portage codes check: code tables by themselves and against the schemas that name them.
#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

#include "gateway/cli/offline.h"
#include "gateway/cli/verbs.h"
#include "gateway/format/json_text.h"

namespace portage::cli {
namespace {

namespace fs = std::filesystem;
using directory::CodeRow;
using directory::CodeTable;

struct Table {
  std::string name, file;
  directory::LoadedTable loaded;
};

base::Finding about(const Table& table, std::uint32_t line, base::Severity severity,
                    const char* code, base::Arguments arguments) {
  base::Finding finding;
  finding.severity = severity;
  finding.code = code;
  finding.place = {table.file, line, 1, {}};
  finding.arguments = std::move(arguments);
  return finding;
}

void check_labels(const Table& table, std::vector<base::Finding>& into) {
  for (const CodeRow& row : table.loaded.table->rows()) {
    for (const auto& [label, word] :
         {std::pair{&row.label_en, "label_en"}, std::pair{&row.label_fr, "label_fr"}}) {
      if (!label->empty()) continue;
      into.push_back(about(table, row.line, base::Severity::error, "codes.label",
                           {{"code", row.ours}, {"column", word}}));
    }
  }
}

// One row twice, with other days: the loader has compared the days, not whether they say the same.
void check_twins(const Table& table, std::vector<base::Finding>& into) {
  const auto& rows = table.loaded.table->rows();
  for (std::size_t i = 0; i < rows.size(); ++i) {
    for (std::size_t k = 0; k < i; ++k) {
      const bool same = rows[i].ours == rows[k].ours && rows[i].theirs == rows[k].theirs &&
                        rows[i].in == rows[k].in && rows[i].out == rows[k].out;
      const bool touch =
          same && (rows[k].valid.until.since_1970 + 1 == rows[i].valid.from.since_1970);
      if (!touch) continue;
      into.push_back(about(table, rows[i].line, base::Severity::warning, "codes.twin",
                           {{"code", rows[i].ours}, {"line", std::to_string(rows[k].line)}}));
    }
  }
}

// A field of some schema that takes its codes from a table, and names those that it allows.
struct Use {
  std::string schema, field;
  const schema::Shape* shape;
};

void uses_in(const schema::Shape& shape, const std::string& path, const std::string& schema,
             std::map<std::string, std::vector<Use>>& into) {
  for (const schema::Shape& member : shape.members) {
    const std::string name = member.name.substr(member.name.rfind('}') + 1);
    uses_in(member, path.empty() ? name : path + "." + name, schema, into);
  }
  if (shape.item) uses_in(*shape.item, path, schema, into);
  if (!shape.code_table.empty() && !shape.values.empty()) {
    into[shape.code_table].push_back({schema, path, &shape});
  }
}

bool allows(const Use& use, const std::string& code) {
  return std::find(use.shape->values.begin(), use.shape->values.end(), code) !=
         use.shape->values.end();
}

// Each code that a field allows has a row; each row's code is allowed by some field.
void check_uses(const Table& table, const std::vector<Use>& uses,
                std::vector<base::Finding>& into) {
  std::set<std::string> rows;
  for (const CodeRow& row : table.loaded.table->rows()) {
    rows.insert(row.ours);
    const bool known = std::any_of(uses.begin(), uses.end(),
                                   [&](const Use& use) { return allows(use, row.ours); });
    if (known) continue;
    into.push_back(about(
        table, row.line, base::Severity::error, "codes.not_in_schema",
        {{"code", row.ours}, {"schema", uses.front().schema}, {"field", uses.front().field}}));
  }
  for (const Use& use : uses) {
    for (const std::string& value : use.shape->values) {
      if (rows.contains(value)) continue;
      into.push_back(about(table, 1, base::Severity::error, "codes.no_row",
                           {{"code", value}, {"schema", use.schema}, {"field", use.field}}));
    }
  }
}

}  // namespace

int codes_check(const Options& options, const Io& io) {
  int exit = kDone;
  const auto config = load_config(options, io, config::Scope::words, exit);
  if (!config) return exit;
  std::vector<std::string> files;
  const std::string folder = options.names.empty()
                                 ? (fs::path(config->mappings_folder) / "tables").string()
                                 : options.names.front();
  std::error_code failed;
  for (fs::directory_iterator it(folder, failed), end; !failed && it != end; it.increment(failed)) {
    if (it->path().extension() == ".csv") files.push_back(it->path().lexically_normal().string());
  }
  if (failed) {
    io.complain("cli.file_unread", {{"file", folder}});
    return kCouldNotCheck;
  }
  std::sort(files.begin(), files.end());
  std::vector<Table> tables;
  std::vector<base::Finding> findings;
  std::size_t rows = 0;
  for (const std::string& file : files) {
    const auto text = read_input(file, io);
    if (!text) return kCouldNotCheck;
    const std::string name = fs::path(file).stem().string();
    Table table{name, file, directory::load_table(name, *text, file)};
    findings.insert(findings.end(), table.loaded.findings.begin(), table.loaded.findings.end());
    if (table.loaded.table) {
      rows += table.loaded.table->rows().size();
      check_labels(table, findings);
      check_twins(table, findings);
    }
    tables.push_back(std::move(table));
  }
  std::map<std::string, std::vector<Use>> uses;
  for (const auto& schema : config->schemas.all()) {
    uses_in(schema->shape(), "", schema->name(), uses);
  }
  for (const Table& table : tables) {
    const auto found = uses.find(table.name);
    if (table.loaded.table && found != uses.end()) check_uses(table, found->second, findings);
  }
  const Tally found = tally(findings);
  exit = found.errors > 0 ? kFound : kDone;
  if (options.output == Output::json || options.output == Output::jsonl) {
    std::string text;
    format::JsonText json(text);
    json.object().text("schema", "portage.cli/1").boolean("ok", exit == kDone);
    json.number("tables", tables.size()).number("rows", rows).list("findings");
    for (const base::Finding& finding : findings) {
      json.raw_element(config::render_json(finding, io.style.french()));
    }
    json.end_list().end_object();
    io.out << text << '\n';
    return exit;
  }
  for (const base::Finding& finding : findings) {
    io.out << config::render(finding, io.style.french()) << '\n';
  }
  io.out << mark(exit == kDone ? Mark::good : Mark::bad, io.style) << ' '
         << io.style.say("cli.codes.checked", {{"n", thousands(tables.size(), io.style)},
                                               {"rows", thousands(rows, io.style)},
                                               {"tally", tally_text(found, io.style)}})
         << '\n';
  return exit;
}

}  // namespace portage::cli
