#include "gateway/directory/tables.h"

#include <algorithm>
#include <map>

#include "gateway/directory/sheet.h"

namespace portage::directory {

namespace {

using Index = std::unordered_multimap<std::string, std::size_t, TextHash, std::equal_to<>>;

const CodeRow* find(const Index& index, const std::vector<CodeRow>& rows, std::string_view code,
                    base::Day day, bool inward) {
  const auto [first, last] = index.equal_range(code);
  for (auto it = first; it != last; ++it) {
    const CodeRow& row = rows[it->second];
    if ((inward ? row.in : row.out) && row.valid.contains(day)) return &row;
  }
  return nullptr;
}

struct Entry {
  const CodeRow* row;
  const SheetRow* source;
};

// One code in one direction: its rows must follow each other without a day shared or left out.
void check_code(const Sheet& sheet, std::size_t column, std::string_view way,
                std::vector<Entry>& entries) {
  std::stable_sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
    return a.row->valid.from < b.row->valid.from;
  });
  const Entry* reach = &entries.front();  // the row that lasts longest so far
  for (std::size_t i = 1; i < entries.size(); ++i) {
    const Entry& entry = entries[i];
    const base::Day end = reach->row->valid.until, start = entry.row->valid.from;
    const Cell& cell = entry.source->at(column);
    base::Arguments arguments = {{"code", cell.text},
                                 {"way", std::string(way)},
                                 {"other_line", std::to_string(reach->row->line)}};
    if (start <= end) {
      arguments.emplace_back("day", base::format_day(start));
      sheet.report("M403", cell, std::move(arguments));
    } else if (start.since_1970 - end.since_1970 > 1) {
      arguments.emplace_back("from", base::format_day({end.since_1970 + 1}));
      arguments.emplace_back("until", base::format_day({start.since_1970 - 1}));
      sheet.report("M404", cell, std::move(arguments), {}, base::Severity::warning);
    }
    if (entry.row->valid.until > end) reach = &entry;
  }
}

}  // namespace

struct TableLoader {
  const Sheet& sheet;
  CodeTable table;
  std::vector<const SheetRow*> sources;

  void read_row(const SheetRow& row) {
    CodeRow out;
    const bool complete = sheet.filled(row, "ours") && sheet.filled(row, "theirs");
    out.ours = row.text(sheet.column("ours"));
    out.theirs = row.text(sheet.column("theirs"));
    out.label_en = row.text(sheet.column("label_en"));
    out.label_fr = row.text(sheet.column("label_fr"));
    const auto days = sheet.days(row);
    if (days) out.valid = *days;
    out.line = row.line();
    if (!read_way(row, out) || !complete || !days) return;
    if (out.valid.from > out.valid.until) {
      sheet.report("M405", row.at(sheet.column("valid_from")),
                   {{"from", base::format_day(out.valid.from)},
                    {"until", base::format_day(out.valid.until)}});
      return;
    }
    table.rows_.push_back(std::move(out));
    sources.push_back(&row);
  }

  bool read_way(const SheetRow& row, CodeRow& out) const {
    const Cell& cell = row.at(sheet.column("way"));
    if (cell.text.empty() || cell.text == "both") return true;
    if (cell.text == "in") {
      out.out = false;
    } else if (cell.text == "out") {
      out.in = false;
    } else {
      static const std::vector<std::string> kWays = {"both", "in", "out"};
      sheet.unknown("table.way", cell, cell.text, kWays);
      return false;
    }
    return true;
  }

  void index() {
    for (std::size_t i = 0; i < table.rows_.size(); ++i) {
      table.by_theirs_.emplace(table.rows_[i].theirs, i);
      table.by_ours_.emplace(table.rows_[i].ours, i);
    }
  }

  void check(bool inward) const {
    std::map<std::string_view, std::vector<Entry>> codes;
    for (std::size_t i = 0; i < table.rows_.size(); ++i) {
      const CodeRow& row = table.rows_[i];
      if (!(inward ? row.in : row.out)) continue;
      codes[inward ? row.theirs : row.ours].push_back({&row, sources[i]});
    }
    const std::size_t column = sheet.column(inward ? "theirs" : "ours");
    for (auto& [code, entries] : codes) check_code(sheet, column, inward ? "in" : "out", entries);
  }

  LoadedTable load(std::string_view name) {
    table.name_ = name;
    for (const SheetRow& row : sheet.rows()) read_row(row);
    index();
    check(true);
    check(false);
    return {std::move(table), {}};
  }
};

const CodeRow* CodeTable::in(std::string_view theirs, base::Day day) const {
  return find(by_theirs_, rows_, theirs, day, true);
}

const CodeRow* CodeTable::out(std::string_view ours, base::Day day) const {
  return find(by_ours_, rows_, ours, day, false);
}

LoadedTable load_table(std::string_view name, std::string_view csv, const std::string& file) {
  std::vector<base::Finding> findings;
  const Sheet sheet(file, csv, {"ours", "theirs"},
                    {"way", "label_en", "label_fr", "valid_from", "valid_until", "source",
                     "certainty", "note", "status"},
                    findings);
  LoadedTable out = TableLoader{sheet, {}, {}}.load(name);
  out.findings = std::move(findings);
  const bool refused =
      std::any_of(out.findings.begin(), out.findings.end(),
                  [](const base::Finding& f) { return f.severity == base::Severity::error; });
  if (refused) out.table.reset();
  return out;
}

}  // namespace portage::directory
