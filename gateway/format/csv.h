// CSV (RFC 4180) and its everyday dialects, one row at a time. A row with a fault is reported and
// the reading goes on with the next line. Quoted cells may hold line breaks; lines end in LF, CRLF
// or CR; lines with nothing in them are skipped; a byte order mark is skipped, and so is Excel's
// line "sep=;" where it says what the dialect says. Blanks are kept as they are, unless the dialect
// trims. Threads: one reader or writer is for one thread. The bytes must outlive the reader and its
// rows. Never: guesses a delimiter or a charset, changes a cell's text.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/base/result.h"
#include "gateway/base/text.h"
#include "gateway/format/charset.h"
#include "gateway/record/value.h"

namespace portage::format {

// A column and the other headers that mean it when read.
struct CsvColumn {
  std::string name;
  std::vector<std::string> aliases;
};

struct CsvDialect {
  char delimiter = ',';
  char quote = '"';              // '"', '\'' or 0: cells are never quoted
  bool backslash = false;        // \" in a quoted cell; without quotes \t \n \r \\ and \delimiter
  bool quote_all = false;        // written: every cell in quotes, also an empty one
  bool header = true;            // false: no header row, the columns are `columns_named`
  bool trim = false;             // blanks around cells and quotes are no part of them
  bool skip_blank_rows = false;  // rows of empty cells (",,,") are no rows
  std::uint32_t skip_lines = 0;  // lines before the header that are not read
  // The columns of the layout: a header that is an alias is read as the column's name.
  std::shared_ptr<const std::vector<CsvColumn>> columns_named;
  Charset charset = Charset::utf8;     // utf8, cp1252 or iso_8859_1
  bool crlf = false;                   // written line ends
  bool byte_order_mark = false;        // written before the header, in UTF-8 only
  bool short_rows = false;             // cells missing at the end of a row are no fault
  std::uint32_t row_bytes = 1u << 20;  // a longer row is a fault
  std::uint32_t columns = 4096;
};

// Where the next row begins; enough to go on after a restart.
struct CsvPosition {
  std::size_t byte = 0;
  std::uint32_t line = 1;  // of that byte
  std::uint32_t row = 0;   // data rows before it
};

struct CsvRow {
  std::uint32_t number = 0;          // data rows count from 1
  std::uint32_t line = 0;            // where it begins
  std::size_t begin = 0, end = 0;    // bytes of the row, without its line end
  std::optional<base::Error> error;  // place: line, column, "row 3, DOB"; then there is no tree
};

class CsvReader {
 public:
  // Reads the header row: csv.empty, csv.header_*, csv.encoding, charset faults.
  static base::Result<CsvReader> open(std::string_view bytes, const CsvDialect& dialect);
  // Goes on at a position; `bytes` is the same file, whose header was good.
  static base::Result<CsvReader> resume(std::string_view bytes, const CsvDialect& dialect,
                                        const CsvPosition& position);

  std::span<const std::string> columns() const { return columns_; }
  // Every column of `expected` that the header lacks and, if `only`, every one it has beside them.
  std::vector<base::Error> check_columns(std::span<const std::string> expected, bool only) const;

  // Goes on in a new window: `bytes` begins where position().byte was, and more may follow it.
  // A row must fit a window whole (the caller keeps row_bytes in it); next() gives false at the end
  // of the window. Only after `more(true)`.
  void refill(std::string_view bytes, bool more_follows);
  void more(bool follows) { more_ = follows; }

  // The next row as a group of column -> text in `into` (reset first, keeps no link to the reader).
  // An empty cell is no member. Value.at is the byte offset of the cell. False at the end of the
  // file.
  bool next(CsvRow& row, record::Document& into);

  CsvPosition position() const { return position_; }  // of the next row
  // Of the row read last: its cells (a row with an error may have any number), its bytes as they
  // came. The cells live as long as that row's Document.
  std::span<const std::string_view> cells() const { return cells_; }
  std::string_view raw() const { return bytes_.substr(row_begin_, row_end_ - row_begin_); }
  std::string_view raw_header() const { return raw_header_; }
  // Line and column of a byte offset within the row read last.
  base::LineColumn where(std::size_t at) const;

 private:
  struct Cut {
    std::size_t begin, end;  // without the quotes
    bool quoted, escaped;    // escaped: holds "" for ", or a backslash
  };
  struct Failure {
    const char* code = nullptr;
    std::size_t at = 0;
  };
  CsvReader(std::string_view bytes, const CsvDialect& dialect);
  base::Status read_header();
  void name_columns();
  void skip_first_lines();
  bool skip_rest_of_line();
  std::string_view canonical_name(std::string_view header) const;
  bool skip_empty_lines();
  // Cuts the row that begins at position_ and steps behind it; after a failure, behind its first
  // line.
  Failure cut();
  Failure cut_cells(std::size_t& end);
  Failure cut_quoted(std::size_t& at, std::size_t limit);
  Failure cut_plain(std::size_t& at, std::size_t limit);
  std::size_t unescape(char* text, std::size_t size, bool quoted) const;
  bool blank_row() const;
  void leave_row(std::size_t end, bool failed);
  Failure decode(record::Arena& arena);  // cuts_ -> cells_
  Failure decode_single_byte(record::Arena& arena);
  base::Error fault(const Failure& failure) const;
  std::uint32_t line_breaks(std::size_t from, std::size_t to) const;

  std::string_view bytes_;
  CsvDialect dialect_;
  std::vector<std::string> columns_;
  std::string_view raw_header_;
  CsvPosition position_;
  char line_end_ = '\n';           // counted as the end of a line
  bool more_ = false;              // bytes follow after `bytes_`
  bool skipping_ = false;          // the rest of a line that was too long
  std::array<bool, 256> stops_{};  // what ends a plain cell or is a fault in it
  std::size_t row_begin_ = 0, row_end_ = 0;
  std::uint32_t row_line_ = 1, row_number_ = 0;
  std::vector<Cut> cuts_;
  std::vector<std::string_view> cells_;
  std::string names_;  // of all columns, one behind the other
  std::string scratch_;
};

// Appends rows to `out`. A cell is quoted only where it must be; texts are never altered, also not
// those that a spreadsheet would take for a formula: the receiver gets the data that was sent.
class CsvWriter {
 public:
  CsvWriter(std::vector<std::string> columns, const CsvDialect& dialect, std::string& out);
  base::Status header();  // nothing for a dialect without a header row
  // A group of column -> text, number or boolean; a missing member is an empty cell. Nothing is
  // appended on error: csv.unknown_column, csv.unwritable, charset.unwritable (pointer: the
  // column).
  base::Status row(const record::Value& group);
  base::Status row(std::span<const std::string_view> cells);

 private:
  base::Status cell(std::string_view text, std::size_t column);
  base::Status plain(std::string_view text, std::size_t column);
  base::Status end_row(std::size_t start, base::Status status);
  std::vector<std::string> columns_;
  CsvDialect dialect_;
  std::string& out_;
  std::string scratch_;
};

}  // namespace portage::format
