#include "gateway/mapping/date_pattern.h"

#include <algorithm>

namespace portage::mapping {
namespace {

bool read_digits(std::string_view text, std::size_t& at, std::size_t least, std::size_t most,
                 int& out) {
  std::size_t n = 0;
  out = 0;
  while (n < most && at < text.size() && text[at] >= '0' && text[at] <= '9') {
    out = out * 10 + (text[at] - '0');
    ++at;
    ++n;
  }
  return n >= least;
}

void write_digits(char* out, std::size_t& size, int value, int width) {
  for (int i = width - 1; i >= 0; --i) {
    out[size + static_cast<std::size_t>(i)] = static_cast<char>('0' + value % 10);
    value /= 10;
  }
  size += static_cast<std::size_t>(width);
}

}  // namespace

std::optional<DatePattern> DatePattern::compile(std::string_view pattern, int century,
                                                std::string& why) {
  DatePattern out;
  out.text_ = pattern;
  out.century_ = century;
  bool year = false, month = false, day = false, short_year = false;
  for (std::size_t i = 0; i < pattern.size();) {
    const char c = pattern[i];
    if (c == '\'') {
      const std::size_t end = pattern.find('\'', i + 1);
      if (end == std::string_view::npos) {
        why = "'";
        return std::nullopt;
      }
      for (std::size_t k = i + 1; k < end; ++k) out.pieces_.push_back({Part::literal, pattern[k]});
      i = end + 1;
      continue;
    }
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (!letter) {
      out.pieces_.push_back({Part::literal, c});
      ++i;
      continue;
    }
    std::size_t n = 1;
    while (i + n < pattern.size() && pattern[i + n] == c) ++n;
    const std::string_view word = pattern.substr(i, n);
    i += n;
    const auto once = [&](bool& seen, Part part) {
      if (seen) return false;
      seen = true;
      out.pieces_.push_back({part});
      return true;
    };
    bool ok = false;
    if (word == "yyyy") ok = once(year, Part::year4);
    if (word == "yy") ok = once(year, Part::year2) && (short_year = true);
    if (word == "MM") ok = once(month, Part::month2);
    if (word == "M") ok = once(month, Part::month);
    if (word == "dd") ok = once(day, Part::day2);
    if (word == "d") ok = once(day, Part::day);
    if (word == "DDD") {
      ok = !out.by_ordinal_ && !month && !day;
      out.by_ordinal_ = month = day = true;
      out.pieces_.push_back({Part::ordinal});
    }
    if (!ok) {
      why = word;
      return std::nullopt;
    }
  }
  if (!year || !month || !day || pattern.size() > 40) {
    why = !year ? "yyyy" : !month ? "MM" : "dd";
    return std::nullopt;
  }
  const bool century_fits = short_year ? (century >= 1900 && century <= 2900) : century == 0;
  if (!century_fits) {
    why = "century";
    return std::nullopt;
  }
  for (const Piece& p : out.pieces_) {
    const bool loose = p.part == Part::month || p.part == Part::day;
    const std::size_t width = p.part == Part::year4     ? 4
                              : p.part == Part::ordinal ? 3
                              : p.part == Part::literal ? 1
                                                        : 2;
    out.max_size_ += width;
    out.min_size_ += loose ? 1 : width;
  }
  return out;
}

std::optional<base::Day> DatePattern::read(std::string_view text) const {
  int year = 0, month = 0, day = 0, ordinal = 0;
  std::size_t at = 0;
  for (const Piece& p : pieces_) {
    bool ok = true;
    switch (p.part) {
      case Part::year4:
        ok = read_digits(text, at, 4, 4, year);
        break;
      case Part::year2:
        ok = read_digits(text, at, 2, 2, year);
        year += century_;
        break;
      case Part::month2:
        ok = read_digits(text, at, 2, 2, month);
        break;
      case Part::month:
        ok = read_digits(text, at, 1, 2, month);
        break;
      case Part::day2:
        ok = read_digits(text, at, 2, 2, day);
        break;
      case Part::day:
        ok = read_digits(text, at, 1, 2, day);
        break;
      case Part::ordinal:
        ok = read_digits(text, at, 3, 3, ordinal);
        break;
      case Part::literal:
        ok = at < text.size() && text[at] == p.literal;
        ++at;
        break;
    }
    if (!ok) return std::nullopt;
  }
  if (at != text.size()) return std::nullopt;
  if (!by_ordinal_) return base::day_from(year, month, day);
  const std::optional<base::Day> first = base::day_from(year, 1, 1);
  if (!first || ordinal < 1) return std::nullopt;
  const base::Day result{first->since_1970 + ordinal - 1};
  if (base::civil(result).year != year) return std::nullopt;
  return result;
}

bool DatePattern::write(base::Day day, char* out, std::size_t& size) const {
  const base::YearMonthDay c = base::civil(day);
  size = 0;
  for (const Piece& p : pieces_) {
    switch (p.part) {
      case Part::year4:
        if (c.year < 1 || c.year > 9999) return false;
        write_digits(out, size, c.year, 4);
        break;
      case Part::year2:
        if (c.year < century_ || c.year > century_ + 99) return false;
        write_digits(out, size, c.year - century_, 2);
        break;
      case Part::month2:
        write_digits(out, size, c.month, 2);
        break;
      case Part::month:
        write_digits(out, size, c.month, c.month > 9 ? 2 : 1);
        break;
      case Part::day2:
        write_digits(out, size, c.day, 2);
        break;
      case Part::day:
        write_digits(out, size, c.day, c.day > 9 ? 2 : 1);
        break;
      case Part::ordinal:
        write_digits(out, size, day.since_1970 - base::day_from(c.year, 1, 1)->since_1970 + 1, 3);
        break;
      case Part::literal:
        out[size++] = p.literal;
        break;
    }
  }
  return true;
}

std::string DatePattern::characters() const {
  std::string all = "0123456789";
  for (const Piece& p : pieces_) {
    if (p.part == Part::literal && all.find(p.literal) == std::string::npos)
      all.push_back(p.literal);
  }
  return all;
}

}  // namespace portage::mapping
