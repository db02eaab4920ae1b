#include "gateway/directory/sheet.h"

#include <algorithm>

#include "gateway/base/text.h"
#include "gateway/format/csv.h"

namespace portage::directory {

namespace {

// Where the cell of that number begins in a row as it came; only for empty cells, which have no
// value.
std::size_t cell_offset(std::string_view raw, std::size_t number) {
  bool quoted = false;
  for (std::size_t i = 0; i < raw.size() && number > 0; ++i) {
    if (raw[i] == '"') quoted = !quoted;
    if (raw[i] == ',' && !quoted && --number == 0) return i + 1;
  }
  return number == 0 ? 0 : raw.size();
}

base::Finding from_error(const base::Error& error, const std::string& file,
                         base::Severity severity) {
  base::Finding finding;
  finding.severity = severity;
  finding.code = error.code;
  finding.place = error.place;
  finding.place.file = file;
  if (finding.place.line == 0) finding.place.line = 1;
  if (finding.place.column == 0) finding.place.column = 1;
  finding.arguments = error.arguments;
  return finding;
}

}  // namespace

const Cell& SheetRow::at(std::size_t column) const {
  static const Cell kNone = {};
  return column < cells_.size() ? cells_[column] : kNone;
}

Sheet::Sheet(const std::string& file, std::string_view bytes,
             const std::vector<std::string_view>& required,
             const std::vector<std::string_view>& optional, std::vector<base::Finding>& findings)
    : file_(file), findings_(findings) {
  if (bytes.size() > kSheetBytes) {
    report("directory.too_large", Cell{{}, 1, 1},
           {{"file", file}, {"limit", std::to_string(kSheetBytes)}});
    return;
  }
  auto opened = format::CsvReader::open(bytes, {});
  if (!opened) {
    findings_.push_back(from_error(opened.error(), file_, base::Severity::error));
    return;
  }
  format::CsvReader& reader = opened.value();
  header_.assign(reader.columns().begin(), reader.columns().end());
  check_header(required, optional, reader);

  format::CsvRow row;
  record::Document document;
  while (reader.next(row, document)) {
    if (row.error) {
      findings_.push_back(from_error(*row.error, file_, base::Severity::error));
      continue;
    }
    std::vector<Cell> cells(header_.size());
    for (std::size_t i = 0; i < cells.size(); ++i) {
      const record::Value* value = document.root.find(header_[i]);
      const std::size_t at =
          value == nullptr ? row.begin + cell_offset(reader.raw(), i) : value->at();
      const base::LineColumn place = reader.where(at);
      if (value != nullptr) cells[i].text = value->as_text();
      cells[i].line = place.line;
      cells[i].column = place.column;
    }
    rows_.emplace_back(std::move(cells), row.line);
  }
}

void Sheet::check_header(const std::vector<std::string_view>& required,
                         const std::vector<std::string_view>& optional,
                         const format::CsvReader& reader) {
  std::vector<std::string> expected(required.begin(), required.end());
  for (const base::Error& error : reader.check_columns(expected, false)) {
    findings_.push_back(from_error(error, file_, base::Severity::error));
  }
  expected.insert(expected.end(), optional.begin(), optional.end());
  for (const std::string& name : header_) {
    if (std::find(expected.begin(), expected.end(), name) != expected.end()) continue;
    const std::size_t index = column(name);
    const auto at = static_cast<std::uint32_t>(cell_offset(reader.raw_header(), index) + 1);
    unknown("sheet.unknown_column", Cell{name, 1, at}, name, expected, base::Severity::warning);
  }
}

std::size_t Sheet::column(std::string_view name) const {
  const auto it = std::find(header_.begin(), header_.end(), name);
  return it == header_.end() ? kNoColumn : static_cast<std::size_t>(it - header_.begin());
}

void Sheet::report(std::string_view code, const Cell& cell, base::Arguments arguments,
                   std::string suggestion, base::Severity severity) const {
  base::Finding finding;
  finding.severity = severity;
  finding.code = code;
  finding.place = {file_, cell.line, cell.column, {}};
  if (!cell.text.empty() && cell.text.find('\n') == std::string::npos) {
    finding.end_column = cell.column + static_cast<std::uint32_t>(base::code_points(cell.text));
  }
  finding.arguments = std::move(arguments);
  finding.suggestion = std::move(suggestion);
  findings_.push_back(std::move(finding));
}

void Sheet::unknown(std::string_view code, const Cell& cell, std::string_view word,
                    std::span<const std::string> known, base::Severity severity) const {
  report(code, cell, {{"word", std::string(word)}}, base::nearest(word, known).value_or(""),
         severity);
}

std::optional<base::Day> Sheet::day(const Cell& cell) const {
  if (cell.text.empty()) return std::nullopt;
  const auto day = base::parse_day(cell.text);
  if (!day) report("sheet.bad_date", cell);
  return day;
}

std::optional<base::Days> Sheet::days(const SheetRow& row) const {
  base::Days days;
  bool readable = true;
  const auto read = [&](std::string_view name, base::Day& into) {
    const Cell& cell = row.at(column(name));
    const auto found = day(cell);
    if (found) into = *found;
    readable = readable && (found || cell.text.empty());
  };
  read("valid_from", days.from);
  read("valid_until", days.until);
  if (!readable) return std::nullopt;
  return days;
}

Certainty Sheet::certainty(const Cell& cell) const {
  if (cell.text.empty()) return Certainty::unknown;
  static const std::vector<std::string> kWords = {"high", "medium", "low", "unknown"};
  const auto it = std::find(kWords.begin(), kWords.end(), cell.text);
  if (it == kWords.end()) {
    unknown("sheet.unknown_certainty", cell, cell.text, kWords);
    return Certainty::unknown;
  }
  return static_cast<Certainty>(it - kWords.begin());
}

bool Sheet::flag(const Cell& cell) const {
  if (cell.text == "true") return true;
  if (!cell.text.empty() && cell.text != "false") {
    static const std::vector<std::string> kWords = {"true", "false"};
    unknown("sheet.bad_flag", cell, cell.text, kWords);
  }
  return false;
}

bool Sheet::filled(const SheetRow& row, std::string_view name) const {
  const std::size_t index = column(name);
  if (index == kNoColumn || !row.text(index).empty()) return index != kNoColumn;
  report("sheet.empty_cell", row.at(index), {{"column", std::string(name)}});
  return false;
}

std::vector<Cell> Sheet::list(const Cell& cell) const {
  std::vector<Cell> out;
  if (cell.text.empty()) return out;
  std::uint32_t column = cell.column;
  for (const std::string_view part : base::split(cell.text, '|')) {
    const std::string_view name = base::trim(part);
    const auto lead =
        static_cast<std::uint32_t>(name.data() == nullptr ? 0 : name.data() - part.data());
    if (!name.empty()) out.push_back({std::string(name), cell.line, column + lead});
    column += static_cast<std::uint32_t>(base::code_points(part)) + 1;
  }
  return out;
}

}  // namespace portage::directory
