// Where the cells of a row begin and end.
#include <algorithm>
#include <cstring>

#include "gateway/format/csv.h"

namespace portage::format {
namespace {

constexpr std::size_t kNone = std::string_view::npos;

bool is_blank(char c) { return c == ' ' || c == '\t'; }

}  // namespace

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
    if (dialect_.trim) {
      while (at < limit && is_blank(bytes_[at]) && bytes_[at] != delimiter) ++at;
    }
    const bool quoted = at < limit && dialect_.quote != 0 && bytes_[at] == dialect_.quote;
    const Failure failure = quoted ? cut_quoted(at, limit) : cut_plain(at, limit);
    if (failure.code != nullptr) return failure;
    end = at;
    if (at == bytes_.size()) return {};
    if (at >= limit) return {"csv.row_too_large", row_begin_};
    if (bytes_[at] != delimiter) return {};
    ++at;
  }
}

CsvReader::Failure CsvReader::cut_plain(std::size_t& at, std::size_t limit) {
  const std::size_t begin = at;
  bool escaped = false;
  while (true) {
    while (at < limit && !stops_[static_cast<unsigned char>(bytes_[at])]) ++at;
    if (at >= limit || bytes_[at] == dialect_.delimiter || bytes_[at] == '\n' ||
        bytes_[at] == '\r') {
      break;
    }
    if (bytes_[at] == dialect_.quote && dialect_.quote != 0) return {"csv.stray_quote", at};
    escaped = true;
    at += at + 1 < limit && bytes_[at + 1] != '\n' && bytes_[at + 1] != '\r' ? 2 : 1;
  }
  std::size_t end = at;
  while (dialect_.trim && end > begin && is_blank(bytes_[end - 1])) --end;
  cuts_.push_back({begin, end, false, escaped});
  return {};
}

CsvReader::Failure CsvReader::cut_quoted(std::size_t& at, std::size_t limit) {
  const std::size_t open = at;
  const char marks[] = {dialect_.quote, '\\'};
  bool escaped = false;
  std::size_t from = open + 1;
  while (true) {
    std::size_t quote = kNone;
    if (dialect_.backslash) {
      quote = bytes_.substr(0, limit).find_first_of(std::string_view(marks, 2), from);
      if (quote != kNone && bytes_[quote] == '\\') {
        escaped = true;
        from = quote + 2;
        continue;
      }
    } else if (from < limit) {
      const void* const found = std::memchr(bytes_.data() + from, dialect_.quote, limit - from);
      if (found != nullptr) {
        quote = static_cast<std::size_t>(static_cast<const char*>(found) - bytes_.data());
      }
    }
    if (quote == kNone) {
      return {limit < bytes_.size() ? "csv.row_too_large" : "csv.unclosed_quote", open};
    }
    if (quote + 1 < bytes_.size() && bytes_[quote + 1] == dialect_.quote) {
      escaped = true;
      from = quote + 2;
      continue;
    }
    at = quote + 1;
    while (dialect_.trim && at < bytes_.size() && is_blank(bytes_[at]) &&
           bytes_[at] != dialect_.delimiter) {
      ++at;
    }
    if (at < bytes_.size() && bytes_[at] != dialect_.delimiter && bytes_[at] != '\n' &&
        bytes_[at] != '\r') {
      return {"csv.after_quote", at};
    }
    cuts_.push_back({open + 1, quote, true, escaped});
    return {};
  }
}

// "" becomes ", and what a backslash stands for itself; gives the new size.
std::size_t CsvReader::unescape(char* text, std::size_t size, bool quoted) const {
  char* to = text;
  for (std::size_t i = 0; i < size; ++i) {
    if (dialect_.backslash && text[i] == '\\' && i + 1 < size) {
      const char next = text[++i];
      const char plain = next == 't' ? '\t' : next == 'n' ? '\n' : next == 'r' ? '\r' : next;
      *to++ = quoted ? next : plain;
    } else {
      *to++ = text[i];
      if (quoted && text[i] == dialect_.quote) ++i;
    }
  }
  return static_cast<std::size_t>(to - text);
}

bool CsvReader::blank_row() const {
  return std::all_of(cuts_.begin(), cuts_.end(), [](const Cut& c) { return c.begin == c.end; });
}

// False if the window ends before the line does.
bool CsvReader::skip_rest_of_line() {
  const std::size_t from = position_.byte;
  const std::size_t end = bytes_.find_first_of("\r\n", from);
  position_.byte = std::min(end, bytes_.size());
  if (end == kNone) return false;
  skipping_ = false;
  return true;
}

void CsvReader::leave_row(std::size_t end, bool failed) {
  if (failed) {
    end = std::min(bytes_.find_first_of("\r\n", row_begin_), bytes_.size());
    skipping_ = more_ && end == bytes_.size();
  }
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

}  // namespace portage::format
