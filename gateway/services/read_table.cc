#include "gateway/base/text.h"
#include "gateway/directory/sheet.h"
#include "gateway/services/read.h"

namespace portage::services {

void report(Findings& findings, std::string_view code, const std::string& file, const RowCell& cell,
            base::Arguments arguments, std::string suggestion, base::Severity severity) {
  base::Finding finding;
  finding.severity = severity;
  finding.code = code;
  finding.place = {file, cell.line, cell.column, {}};
  if (!cell.text.empty() && cell.column > 0 && cell.text.find('\n') == std::string::npos) {
    finding.end_column = cell.column + static_cast<std::uint32_t>(base::code_points(cell.text));
  }
  finding.arguments = std::move(arguments);
  finding.suggestion = std::move(suggestion);
  findings.push_back(std::move(finding));
}

void read_table(const std::string& path, std::string_view bytes, Table table, Rows& into,
                Findings& findings) {
  const TableForm& shape = form(table);
  std::vector<std::string_view> required, optional;
  for (const Field& field : shape.fields) {
    (field.required ? required : optional).push_back(field.name);
  }
  const directory::Sheet sheet(path, bytes, required, optional, findings);
  std::vector<std::size_t> columns;
  for (const Field& field : shape.fields) columns.push_back(sheet.column(field.name));
  const auto file = static_cast<std::uint32_t>(into.files.size());
  into.files.push_back(path);
  for (const directory::SheetRow& from : sheet.rows()) {
    Row& row = into.add(table, file, from.line());
    for (std::size_t i = 0; i < columns.size(); ++i) {
      const directory::Cell& cell = from.at(columns[i]);
      row.cells[i] = {std::string(base::trim(cell.text)), cell.line, cell.column};
      if (cell.line == 0) row.cells[i].line = from.line();
    }
  }
}

}  // namespace portage::services
