#include <algorithm>

#include "gateway/base/text.h"
#include "gateway/format/csv.h"

namespace portage::format {

using record::Kind;
using record::Value;

CsvWriter::CsvWriter(std::vector<std::string> columns, const CsvDialect& dialect, std::string& out)
    : columns_(std::move(columns)), dialect_(dialect), out_(out) {}

base::Status CsvWriter::cell(std::string_view text, std::size_t column) {
  if (column > 0) out_ += dialect_.delimiter;
  if (dialect_.charset != Charset::utf8 && std::any_of(text.begin(), text.end(), [](char c) {
        return static_cast<signed char>(c) < 0;
      })) {
    scratch_.clear();
    const std::size_t bad = base::invalid_utf8_at(text);
    if (bad != std::string_view::npos ||
        SingleByte::of(dialect_.charset).encode(text, scratch_) != std::string_view::npos) {
      base::Result<std::string> bytes = from_utf8(text, dialect_.charset);
      base::Error error = bytes ? base::make_error(base::ErrorKind::internal, "internal")
                                : std::move(bytes).error();
      error.place = {};
      error.place.pointer =
          column < columns_.size() ? columns_[column] : std::to_string(column + 1);
      return error;
    }
    text = scratch_;
  }
  if (dialect_.quote == 0) return plain(text, column);
  const char special[] = {dialect_.delimiter, dialect_.quote, '\r', '\n', '\\'};
  const std::size_t specials = dialect_.backslash ? 5 : 4;
  const bool marks =
      text.find_first_of(std::string_view(special, specials)) != std::string_view::npos;
  // A row of one empty cell would be an empty line, which is no row; a first cell must not look
  // like a byte order mark or Excel's separator line; and blanks stay where the reader trims.
  const bool mark = column == 0 && (text.starts_with("\xEF\xBB\xBF") || text.starts_with("sep=") ||
                                    text.starts_with("\xFE\xFF") || text.starts_with("\xFF\xFE"));
  const bool blanks =
      dialect_.trim && !text.empty() &&
      (text.front() == ' ' || text.front() == '\t' || text.back() == ' ' || text.back() == '\t');
  if (!marks && !mark && !blanks && !dialect_.quote_all &&
      !(text.empty() && columns_.size() == 1)) {
    out_ += text;
    return {};
  }
  out_ += dialect_.quote;
  for (const char c : text) {
    if (c == dialect_.quote || (dialect_.backslash && c == '\\')) {
      out_ += dialect_.backslash ? '\\' : dialect_.quote;
    }
    out_ += c;
  }
  out_ += dialect_.quote;
  return {};
}

// Without quotes: a backslash before what would end the cell, or no way to write it.
base::Status CsvWriter::plain(std::string_view text, std::size_t column) {
  const auto refuse = [&] {
    const std::string name =
        column < columns_.size() ? columns_[column] : std::to_string(column + 1);
    return base::make_error(base::ErrorKind::invalid, "csv.unquotable", {{"column", name}},
                            {{}, 0, 0, name});
  };
  const bool blanks =
      dialect_.trim && !text.empty() &&
      (text.front() == ' ' || text.front() == '\t' || text.back() == ' ' || text.back() == '\t');
  const bool mark = column == 0 && (text.starts_with("\xEF\xBB\xBF") || text.starts_with("sep=") ||
                                    text.starts_with("\xFE\xFF") || text.starts_with("\xFF\xFE"));
  if (blanks || mark || (text.empty() && columns_.size() == 1)) return refuse();
  for (const char c : text) {
    const bool special = c == dialect_.delimiter || c == '\n' || c == '\r' || c == '\\';
    if (!special || (c == '\\' && !dialect_.backslash)) {
      out_ += c;
    } else if (!dialect_.backslash) {
      return refuse();
    } else {
      out_ += '\\';
      out_ += c == '\n' ? 'n' : c == '\r' ? 'r' : c == '\t' ? 't' : c;
    }
  }
  return {};
}

base::Status CsvWriter::end_row(std::size_t start, base::Status status) {
  if (!status) {
    out_.resize(start);
    return status;
  }
  out_ += dialect_.crlf ? "\r\n" : "\n";
  return {};
}

base::Status CsvWriter::header() {
  if (!dialect_.header) return {};
  const std::size_t start = out_.size();
  const std::vector<std::string_view> names(columns_.begin(), columns_.end());
  if (dialect_.byte_order_mark && dialect_.charset == Charset::utf8) out_ += "\xEF\xBB\xBF";
  base::Status status = row(names);
  if (!status) out_.resize(start);
  return status;
}

base::Status CsvWriter::row(std::span<const std::string_view> cells) {
  const std::size_t start = out_.size();
  for (std::size_t i = 0; i < cells.size(); ++i) {
    base::Status status = cell(cells[i], i);
    if (!status) return end_row(start, std::move(status));
  }
  return end_row(start, {});
}

base::Status CsvWriter::row(const Value& group) {
  const std::size_t start = out_.size();
  std::size_t written = 0, present = 0;
  const auto refuse = [&](const char* code, std::string column) {
    base::Place place;
    place.pointer = column;
    return end_row(start, base::make_error(base::ErrorKind::invalid, code,
                                           {{"column", std::move(column)}}, std::move(place)));
  };
  if (!group.is(Kind::group)) return refuse("csv.unwritable", {});
  const auto members = group.members();
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    // Members mostly stand in the order of the columns.
    const Value* value = i < members.size() && members[i].name == columns_[i]
                             ? &members[i].value
                             : group.find(columns_[i]);
    std::string_view text;
    if (value != nullptr && !value->missing()) {
      ++written;
      if (value->is(Kind::text) || value->is(Kind::number)) {
        text = value->as_text();
      } else if (value->is(Kind::boolean)) {
        text = value->as_bool() ? "true" : "false";
      } else {
        return refuse("csv.unwritable", columns_[i]);
      }
    }
    base::Status status = cell(text, i);
    if (!status) return end_row(start, std::move(status));
  }
  for (const record::Member& m : members) present += m.value.missing() ? 0 : 1;
  if (present == written) return end_row(start, {});
  for (const record::Member& m : members) {
    if (!m.value.missing() &&
        std::find(columns_.begin(), columns_.end(), m.name) == columns_.end()) {
      return refuse("csv.unknown_column", std::string(m.name));
    }
  }
  return refuse("csv.unwritable", {});  // one column twice
}

}  // namespace portage::format
