#include <algorithm>
#include <cstring>
#include <map>

#include "gateway/format/csv.h"

namespace portage::format {
namespace {

using record::Value;

constexpr std::string_view kBom = "\xEF\xBB\xBF";
constexpr std::size_t kNone = std::string_view::npos;

std::string_view charset_name(Charset charset) {
  return charset == Charset::utf8 ? "utf-8" : charset == Charset::cp1252 ? "cp1252" : "iso-8859-1";
}

// "" becomes "; gives the new size.
std::size_t halve_quotes(char* text, std::size_t size) {
  char* to = text;
  for (std::size_t i = 0; i < size; ++i) {
    *to++ = text[i];
    if (text[i] == '"') ++i;
  }
  return static_cast<std::size_t>(to - text);
}

base::Error header_fault(const char* code, base::Arguments arguments, std::uint32_t line = 1,
                         std::uint32_t column = 1) {
  return base::make_error(base::ErrorKind::invalid, code, std::move(arguments),
                          {{}, line, column, "header"});
}

}  // namespace

base::Result<CsvReader> CsvReader::open(std::string_view bytes, const CsvDialect& dialect) {
  CsvReader reader(bytes, dialect);
  const bool utf8_mark = bytes.starts_with(kBom);
  const bool utf16_mark = bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF");
  if (utf16_mark || (utf8_mark && dialect.charset != Charset::utf8)) {
    return header_fault("csv.other_charset",
                        {{"found", utf16_mark ? "UTF-16" : "UTF-8"},
                         {"charset", std::string(charset_name(dialect.charset))}});
  }
  // Lines are what an editor counts: a lone CR ends one only where there is no LF at all.
  if (bytes.find('\n') == kNone) reader.line_end_ = '\r';
  reader.position_.byte = utf8_mark ? kBom.size() : 0;
  base::Status status = reader.read_header();
  if (!status) return std::move(status).error();
  return reader;
}

base::Result<CsvReader> CsvReader::resume(std::string_view bytes, const CsvDialect& dialect,
                                          const CsvPosition& position) {
  base::Result<CsvReader> reader = open(bytes, dialect);
  if (reader && position.byte > reader->position_.byte) {
    reader->position_ = position;
    reader->position_.byte = std::min(position.byte, bytes.size());
  }
  return reader;
}

base::Status CsvReader::read_header() {
  if (!skip_empty_lines()) return header_fault("csv.empty", {});
  Failure failure = cut();
  record::Arena arena;
  if (failure.code == nullptr) failure = decode(arena);
  if (failure.code != nullptr) return fault(failure);
  raw_header_ = raw();
  std::map<std::string_view, std::size_t> seen;
  for (std::size_t i = 0; i < cells_.size(); ++i) {
    const base::LineColumn place = where(cuts_[i].begin - (cuts_[i].quoted ? 1 : 0));
    const std::string column = std::to_string(i + 1);
    if (cells_[i].empty()) {
      return header_fault("csv.header_empty", {{"column", column}}, place.line, place.column);
    }
    const auto [first, fresh] = seen.try_emplace(cells_[i], i);
    if (!fresh) {  // without the name: a file without a header shows a person's data here
      return header_fault("csv.header_duplicate",
                          {{"first", std::to_string(first->second + 1)}, {"column", column}},
                          place.line, place.column);
    }
    columns_.emplace_back(cells_[i]);
    names_ += cells_[i];
  }
  return {};
}

std::vector<base::Error> CsvReader::check_columns(std::span<const std::string> expected,
                                                  bool only) const {
  std::vector<base::Error> errors;
  for (const std::string& name : expected) {
    if (std::find(columns_.begin(), columns_.end(), name) == columns_.end()) {
      errors.push_back(header_fault("csv.column_missing", {{"name", name}}));
    }
  }
  for (std::size_t i = 0; only && i < columns_.size(); ++i) {
    if (std::find(expected.begin(), expected.end(), columns_[i]) == expected.end()) {
      errors.push_back(header_fault("csv.column_unknown", {{"column", std::to_string(i + 1)}}));
    }
  }
  return errors;
}

bool CsvReader::skip_empty_lines() {
  const std::size_t from = position_.byte;
  position_.byte = std::min(bytes_.find_first_not_of("\r\n", from), bytes_.size());
  position_.line += line_breaks(from, position_.byte);
  return position_.byte < bytes_.size();
}

CsvReader::Failure CsvReader::cut() {
  row_begin_ = position_.byte;
  row_line_ = position_.line;
  std::size_t end = row_begin_;
  const Failure failure = cut_cells(end);
  leave_row(end, failure.code != nullptr);
  return failure;
}

CsvReader::Failure CsvReader::cut_cells(std::size_t& end) {
  const std::size_t limit = std::min(bytes_.size(), row_begin_ + dialect_.row_bytes);
  const char delimiter = dialect_.delimiter;
  cuts_.clear();
  std::size_t at = row_begin_;
  while (true) {
    if (cuts_.size() >= dialect_.columns) return {"csv.too_many_columns", at};
    if (at < limit && bytes_[at] == '"') {
      const Failure failure = cut_quoted(at, limit);
      if (failure.code != nullptr) return failure;
    } else {
      const std::size_t begin = at;
      while (at < limit && bytes_[at] != delimiter && bytes_[at] != '\n' && bytes_[at] != '\r') {
        if (bytes_[at] == '"') return {"csv.stray_quote", at};
        ++at;
      }
      cuts_.push_back({begin, at, false, false});
    }
    end = at;
    if (at == bytes_.size()) return {};
    if (at >= limit) return {"csv.row_too_large", row_begin_};
    if (bytes_[at] != delimiter) return {};
    ++at;
  }
}

CsvReader::Failure CsvReader::cut_quoted(std::size_t& at, std::size_t limit) {
  const std::size_t open = at;
  bool doubled = false;
  std::size_t from = open + 1;
  while (true) {
    const void* const found =
        from < limit ? std::memchr(bytes_.data() + from, '"', limit - from) : nullptr;
    if (found == nullptr) {
      return {limit < bytes_.size() ? "csv.row_too_large" : "csv.unclosed_quote", open};
    }
    const auto quote = static_cast<std::size_t>(static_cast<const char*>(found) - bytes_.data());
    if (quote + 1 < bytes_.size() && bytes_[quote + 1] == '"') {
      doubled = true;
      from = quote + 2;
      continue;
    }
    at = quote + 1;
    if (at < bytes_.size() && bytes_[at] != dialect_.delimiter && bytes_[at] != '\n' &&
        bytes_[at] != '\r') {
      return {"csv.after_quote", at};
    }
    cuts_.push_back({open + 1, quote, true, doubled});
    return {};
  }
}

void CsvReader::leave_row(std::size_t end, bool failed) {
  if (failed) end = std::min(bytes_.find_first_of("\r\n", row_begin_), bytes_.size());
  row_end_ = end;
  const bool quoted =
      std::any_of(cuts_.begin(), cuts_.end(), [](const Cut& c) { return c.quoted; });
  if (quoted && !failed) position_.line += line_breaks(row_begin_, row_end_);
  position_.byte = end;
  if (end == bytes_.size()) return;
  const bool pair = bytes_[end] == '\r' && end + 1 < bytes_.size() && bytes_[end + 1] == '\n';
  position_.byte += pair ? 2 : 1;
  position_.line += line_breaks(end, position_.byte);
}

std::uint32_t CsvReader::line_breaks(std::size_t from, std::size_t to) const {
  const std::string_view between = bytes_.substr(from, to - from);
  return static_cast<std::uint32_t>(std::count(between.begin(), between.end(), line_end_));
}

base::LineColumn CsvReader::where(std::size_t at) const {
  at = std::clamp(at, row_begin_, bytes_.size());
  const std::uint32_t breaks = line_breaks(row_begin_, at);
  std::size_t start = at;
  while (start > row_begin_ && bytes_[start - 1] != line_end_) --start;
  const std::string_view before = bytes_.substr(start, at - start);
  const std::size_t characters =
      dialect_.charset == Charset::utf8 ? base::code_points(before) : before.size();
  return {row_line_ + breaks, static_cast<std::uint32_t>(characters + 1)};
}

base::Error CsvReader::fault(const Failure& failure) const {
  const base::LineColumn place = where(failure.at);
  const std::string_view code = failure.code;
  base::Arguments arguments;
  if (code == "csv.short_row" || code == "csv.long_row") {
    arguments = {{"cells", std::to_string(cuts_.size())},
                 {"columns", std::to_string(columns_.size())}};
  } else if (code == "csv.encoding") {
    arguments = {{"charset", std::string(charset_name(dialect_.charset))}};
  } else if (code == "csv.too_many_columns") {
    arguments = {{"limit", std::to_string(dialect_.columns)}};
  } else if (code == "csv.row_too_large") {
    arguments = {{"limit", std::to_string(dialect_.row_bytes)}};
  }
  std::string pointer = columns_.empty() ? "header" : "row " + std::to_string(row_number_);
  std::size_t column = 0;
  if (code == "csv.short_row") column = cuts_.size();  // the first that is not there
  while (column < cuts_.size() && cuts_[column].end < failure.at) ++column;
  if (column < columns_.size()) pointer += ", " + columns_[column];
  return base::make_error(base::ErrorKind::invalid, code, std::move(arguments),
                          {{}, place.line, place.column, std::move(pointer)});
}

CsvReader::Failure CsvReader::decode(record::Arena& arena) {
  const std::string_view row = raw();
  cells_.clear();
  if (row.find('\0') != kNone) return {"csv.nul", row_begin_ + row.find('\0')};
  if (dialect_.charset != Charset::utf8 &&
      std::any_of(row.begin(), row.end(), [](char c) { return static_cast<signed char>(c) < 0; })) {
    return decode_single_byte(arena);
  }
  const std::size_t bad = base::invalid_utf8_at(row);
  if (bad != kNone) return {"csv.encoding", row_begin_ + bad};
  char* const copy = const_cast<char*>(arena.copy(row).data());  // the arena's memory is ours
  for (const Cut& c : cuts_) {
    char* const text = copy + (c.begin - row_begin_);
    std::size_t size = c.end - c.begin;
    if (c.doubled) size = halve_quotes(text, size);
    cells_.emplace_back(text, size);
  }
  return {};
}

CsvReader::Failure CsvReader::decode_single_byte(record::Arena& arena) {
  const SingleByte& charset = SingleByte::of(dialect_.charset);
  for (const Cut& c : cuts_) {
    scratch_.clear();
    const std::size_t bad = charset.decode(bytes_.substr(c.begin, c.end - c.begin), scratch_);
    if (bad != kNone) {
      cells_.clear();
      return {"csv.encoding", c.begin + bad};
    }
    if (c.doubled) scratch_.resize(halve_quotes(scratch_.data(), scratch_.size()));
    cells_.push_back(arena.copy(scratch_));
  }
  return {};
}

bool CsvReader::next(CsvRow& row, record::Document& into) {
  into.arena.reset();
  into.root = Value();
  row = CsvRow();
  cells_ = {};
  if (!skip_empty_lines()) return false;
  row_number_ = ++position_.row;
  Failure failure = cut();
  if (failure.code == nullptr) failure = decode(into.arena);
  if (failure.code == nullptr && cells_.size() > columns_.size()) {
    const Cut& excess = cuts_[columns_.size()];
    failure = {"csv.long_row", excess.begin - (excess.quoted ? 1 : 0)};
  } else if (failure.code == nullptr && cells_.size() < columns_.size() && !dialect_.short_rows) {
    failure = {"csv.short_row", row_end_};
  }
  row.number = row_number_;
  row.line = row_line_;
  row.begin = row_begin_;
  row.end = row_end_;
  if (failure.code != nullptr) {
    row.error = fault(failure);
    return true;
  }
  const std::string_view names = into.arena.copy(names_);
  into.root = Value::group(static_cast<std::uint32_t>(row_begin_));
  std::size_t name_at = 0;
  for (std::size_t i = 0; i < cells_.size(); ++i) {
    const std::string_view name = names.substr(name_at, columns_[i].size());
    name_at += columns_[i].size();
    if (cells_[i].empty()) continue;
    const std::size_t at = cuts_[i].begin - (cuts_[i].quoted ? 1 : 0);
    into.root.add(into.arena, name, Value::text(cells_[i], static_cast<std::uint32_t>(at)));
  }
  return true;
}

}  // namespace portage::format
