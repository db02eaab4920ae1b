// A CSV sheet of reference data with named columns: what the loaders of this room read. Rows and
// cells keep their line and column. Every fault of form is a finding in the caller's list; rows
// that can still be read are read. Values are copied; one thread; never does I/O.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/base/error.h"
#include "gateway/base/time.h"
#include "gateway/directory/directory.h"

namespace portage::format {
class CsvReader;
}

namespace portage::directory {

struct Cell {
  std::string text;
  std::uint32_t line = 0, column = 0;
};

inline constexpr std::size_t kNoColumn = static_cast<std::size_t>(-1);
inline constexpr std::size_t kSheetBytes = 64u << 20;

class SheetRow {
 public:
  SheetRow(std::vector<Cell> cells, std::uint32_t line) : cells_(std::move(cells)), line_(line) {}
  std::uint32_t line() const { return line_; }
  // An empty cell where the sheet has no such column.
  const Cell& at(std::size_t column) const;
  std::string_view text(std::size_t column) const { return at(column).text; }

 private:
  std::vector<Cell> cells_;
  std::uint32_t line_;
};

class Sheet {
 public:
  // `required` columns must stand in the header; `optional` ones may; any other is a finding (a
  // warning).
  Sheet(const std::string& file, std::string_view bytes,
        const std::vector<std::string_view>& required,
        const std::vector<std::string_view>& optional, std::vector<base::Finding>& findings);

  std::size_t column(std::string_view name) const;  // kNoColumn if the sheet lacks it
  const std::vector<SheetRow>& rows() const { return rows_; }
  const std::string& file() const { return file_; }
  SourceRow where(const SheetRow& row) const { return {file_, row.line()}; }

  // Reads that report what they can't read.
  void report(std::string_view code, const Cell& cell, base::Arguments arguments = {},
              std::string suggestion = {}, base::Severity severity = base::Severity::error) const;
  // Reports an unknown word and its nearest of `known`.
  void unknown(std::string_view code, const Cell& cell, std::string_view word,
               std::span<const std::string> known,
               base::Severity severity = base::Severity::error) const;
  std::optional<base::Day> day(const Cell& cell) const;  // nothing when empty or unreadable
  // valid_from and valid_until; an empty one is open. Nothing when one is unreadable (reported).
  std::optional<base::Days> days(const SheetRow& row) const;
  Certainty certainty(const Cell& cell) const;                    // empty = unknown
  bool flag(const Cell& cell) const;                              // "true", "false" or empty
  bool filled(const SheetRow& row, std::string_view name) const;  // reports an empty cell
  // Names parted by "|"; each with its own column.
  std::vector<Cell> list(const Cell& cell) const;

 private:
  void check_header(const std::vector<std::string_view>& required,
                    const std::vector<std::string_view>& optional, const format::CsvReader& reader);

  std::string file_;
  std::vector<std::string> header_;
  std::vector<SheetRow> rows_;
  std::vector<base::Finding>& findings_;
};

}  // namespace portage::directory
