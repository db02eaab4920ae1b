#include <algorithm>
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

base::Error header_fault(const char* code, base::Arguments arguments, std::uint32_t line = 1,
                         std::uint32_t column = 1) {
  return base::make_error(base::ErrorKind::invalid, code, std::move(arguments),
                          {{}, line, column, "header"});
}

}  // namespace

CsvReader::CsvReader(std::string_view bytes, const CsvDialect& dialect)
    : bytes_(bytes), dialect_(dialect) {
  const auto stop = [&](char c) { stops_[static_cast<unsigned char>(c)] = true; };
  stop('\n');
  stop('\r');
  stop(dialect_.delimiter);
  if (dialect_.quote != 0) stop(dialect_.quote);
  if (dialect_.backslash && dialect_.quote == 0) stop('\\');
}

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
  reader.skip_first_lines();
  if (!dialect.header) {
    reader.name_columns();
    return reader;
  }
  base::Status status = reader.read_header();
  if (!status) return std::move(status).error();
  return reader;
}

// Excel's "sep=;" and the lines that the dialect says are no rows.
void CsvReader::skip_first_lines() {
  const std::string_view rest = bytes_.substr(position_.byte);
  const std::string separator = std::string("sep=") + dialect_.delimiter;
  const bool excel = rest.starts_with(separator) &&
                     (rest.size() == separator.size() || rest[separator.size()] == '\r' ||
                      rest[separator.size()] == '\n');
  for (std::uint32_t i = 0; i < dialect_.skip_lines + (excel ? 1 : 0); ++i) {
    const std::size_t from = position_.byte;
    std::size_t end = std::min(bytes_.find_first_of("\r\n", from), bytes_.size());
    if (bytes_.substr(end).starts_with("\r\n")) ++end;
    position_.byte = std::min(end + 1, bytes_.size());
    position_.line += line_breaks(from, position_.byte);
  }
}

void CsvReader::name_columns() {
  if (dialect_.columns_named == nullptr) return;
  for (const CsvColumn& column : *dialect_.columns_named) {
    columns_.push_back(column.name);
    names_ += column.name;
  }
}

std::string_view CsvReader::canonical_name(std::string_view header) const {
  if (dialect_.columns_named == nullptr) return header;
  for (const CsvColumn& column : *dialect_.columns_named) {
    if (column.name == header) return header;
  }
  for (const CsvColumn& column : *dialect_.columns_named) {
    if (std::find(column.aliases.begin(), column.aliases.end(), header) != column.aliases.end()) {
      return column.name;
    }
  }
  return header;
}

void CsvReader::refill(std::string_view bytes, bool more_follows) {
  bytes_ = bytes;
  position_.byte = 0;
  row_begin_ = row_end_ = 0;
  raw_header_ = {};
  cuts_.clear();
  cells_.clear();
  more_ = more_follows;
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
    const std::string_view name = canonical_name(cells_[i]);
    const auto [first, fresh] = seen.try_emplace(name, i);
    if (!fresh) {  // without the name: a file without a header shows a person's data here
      return header_fault("csv.header_duplicate",
                          {{"first", std::to_string(first->second + 1)}, {"column", column}},
                          place.line, place.column);
    }
    columns_.emplace_back(name);
    names_ += name;
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
    if (c.escaped) size = unescape(text, size, c.quoted);
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
    if (c.escaped) scratch_.resize(unescape(scratch_.data(), scratch_.size(), c.quoted));
    cells_.push_back(arena.copy(scratch_));
  }
  return {};
}

bool CsvReader::next(CsvRow& row, record::Document& into) {
  into.arena.reset();
  into.root = Value();
  row = CsvRow();
  cells_ = {};
  Failure failure;
  do {
    if (skipping_ && !skip_rest_of_line()) return false;
    if (!skip_empty_lines()) return false;
    failure = cut();
  } while (failure.code == nullptr && dialect_.skip_blank_rows && blank_row());
  row_number_ = ++position_.row;
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
