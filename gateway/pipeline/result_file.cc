#include "gateway/base/catalogue.h"
#include "gateway/base/text.h"
#include "gateway/format/csv.h"
#include "gateway/format/json_text.h"
#include "gateway/pipeline/table.h"
#include "gateway/pipeline/walker.h"

namespace portage::pipeline {

std::string faults_json(const std::vector<connector::Fault>& faults) {
  std::string out;
  format::JsonText json(out);
  json.list();
  for (const connector::Fault& fault : faults) {
    json.object().text("code", fault.code).text_if("pointer", fault.pointer).text_if("rule", fault.rule);
    if (fault.line != 0) json.number("line", fault.line).number("column", fault.column);
    if (!fault.arguments.empty()) {
      json.object("arguments");
      for (const auto& [name, value] : fault.arguments) json.text(name, value);
      json.end_object();
    }
    json.end_object();
  }
  json.end_list();
  return out;
}

namespace {

// The reasons of a row in a person's words, one sentence a fault.
std::string reasons(const std::string& faults, base::Language language) {
  record::Document document;
  if (!format::read_json(faults, format::Limits{}, document).ok()) return {};
  std::string out;
  for (const record::Value& fault : document.root.items()) {
    const record::Value* code = fault.find("code");
    if (code == nullptr) continue;
    base::Arguments arguments;
    if (const record::Value* given = fault.find("arguments")) {
      for (const record::Member& m : given->members()) {
        arguments.emplace_back(m.name, m.value.as_text());
      }
    }
    if (!out.empty()) out.push_back(' ');
    if (const record::Value* pointer = fault.find("pointer")) {
      out.append(pointer->as_text()).append(language == base::Language::french ? " : " : ": ");
    }
    out.append(base::say(code->as_text(), language, arguments));
    const std::string fix = base::say_fix(code->as_text(), language, arguments);
    if (!fix.empty()) out.append(" ").append(fix);
  }
  return out;
}

}  // namespace

std::string result_file(const ledger::Submission& submission, const schema::Schema* schema,
                        const std::vector<ledger::RowVerdict>& verdicts, bool french) {
  const base::Language language = french ? base::Language::french : base::Language::english;
  std::string out;
  format::CsvDialect dialect;
  if (schema != nullptr && schema->table() != nullptr) dialect = dialect_of(*schema);
  auto reader = format::CsvReader::open(submission.raw, dialect);
  const bool table = schema != nullptr && schema->table() != nullptr && reader.ok();
  std::vector<std::string> columns;
  if (table) columns.assign(reader->columns().begin(), reader->columns().end());
  const std::size_t own = columns.size();
  for (const char* name : {"portage_row", "portage_status", "portage_line", "portage_column",
                           "portage_code", "portage_reason"}) {
    columns.emplace_back(name);
  }
  format::CsvDialect written = dialect;
  format::CsvWriter writer(columns, written, out);
  base::Status status = writer.header();
  record::Document row;
  format::CsvRow at;
  bool more = table && reader->next(at, row);
  for (const ledger::RowVerdict& verdict : verdicts) {
    std::vector<std::string> cells(own);
    while (more && at.number < verdict.row) more = reader->next(at, row);
    if (more && at.number == verdict.row) {
      for (std::size_t i = 0; i < own && i < reader->cells().size(); ++i) {
        cells[i] = std::string(reader->cells()[i]);
      }
    }
    cells.push_back(std::to_string(verdict.row));
    cells.push_back(verdict.status);
    cells.push_back(verdict.line == 0 ? "" : std::to_string(verdict.line));
    // A table's reader knows the column by its name, which says more than a number.
    cells.push_back(verdict.pointer);
    cells.push_back(verdict.code);
    cells.push_back(verdict.faults.empty() ? base::say(verdict.code, language)
                                           : reasons(verdict.faults, language));
    if (verdict.code.empty()) cells.back().clear();
    std::vector<std::string_view> views(cells.begin(), cells.end());
    status = writer.row(views);
    if (!status.ok()) {  // a cell that was unreadable in their charset: leave the sender's cells empty
      std::fill(views.begin(), views.begin() + static_cast<std::ptrdiff_t>(own), std::string_view());
      status = writer.row(views);
    }
    if (!status.ok()) {  // nor do our words fit: the row and its code always do
      views.back() = {};
      status = writer.row(views);
    }
  }
  return out;
}

}  // namespace portage::pipeline
