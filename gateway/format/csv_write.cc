#include <algorithm>

#include "gateway/format/csv.h"

namespace portage::format {

using record::Kind;
using record::Value;

CsvWriter::CsvWriter(std::vector<std::string> columns, const CsvDialect& dialect, std::string& out)
    : columns_(std::move(columns)), dialect_(dialect), out_(out) {}

base::Status CsvWriter::cell(std::string_view text, std::size_t column) {
  if (column > 0) out_ += dialect_.delimiter;
  const char special[] = {dialect_.delimiter, '"', '\r', '\n'};
  const bool marks =
      text.find_first_of(std::string_view(special, sizeof special)) != std::string_view::npos;
  std::string encoded;
  if (dialect_.charset != Charset::utf8) {
    base::Result<std::string> bytes = from_utf8(text, dialect_.charset);
    if (!bytes) {
      base::Error error = std::move(bytes).error();
      error.place = {};
      error.place.pointer =
          column < columns_.size() ? columns_[column] : std::to_string(column + 1);
      return error;
    }
    encoded = std::move(*bytes);
    text = encoded;
  }
  // A row of one empty cell would be an empty line, which is no row; and a first cell must not look
  // like a byte order mark.
  const bool mark = column == 0 && (text.starts_with("\xEF\xBB\xBF") ||
                                    text.starts_with("\xFE\xFF") || text.starts_with("\xFF\xFE"));
  if (!marks && !mark && !(text.empty() && columns_.size() == 1)) {
    out_ += text;
    return {};
  }
  out_ += '"';
  while (true) {
    const std::size_t quote = text.find('"');
    out_ += text.substr(0, quote);
    if (quote == std::string_view::npos) break;
    out_ += "\"\"";
    text.remove_prefix(quote + 1);
  }
  out_ += '"';
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
