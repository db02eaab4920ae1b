// The fields of one line of a fixed-width file, read.
#include <algorithm>
#include <charconv>

#include "gateway/format/fixed.h"

namespace portage::format {

using record::Value;

namespace {

constexpr std::uint32_t kNone = FixedField::kNone;

bool digit(char c) { return c >= '0' && c <= '9'; }

// The digit and sign that an overpunched last character stands for (EBCDIC zones, as ASCII).
bool overpunched(char c, char& plain, bool& negative) {
  constexpr std::string_view kPositive = "{ABCDEFGHI", kNegative = "}JKLMNOPQR";
  if (const std::size_t i = kPositive.find(c); i != std::string_view::npos) {
    plain = static_cast<char>('0' + i);
    negative = false;
    return true;
  }
  if (const std::size_t i = kNegative.find(c); i != std::string_view::npos) {
    plain = static_cast<char>('0' + i);
    negative = true;
    return true;
  }
  plain = c;
  negative = false;
  return digit(c);
}

std::string_view trimmed(const FixedField& field, std::string_view text) {
  if (text.find_first_not_of(field.blank) == std::string_view::npos) return {};
  if (field.right) {
    text.remove_prefix(std::min(text.find_first_not_of(field.pad), text.size()));
  } else {
    text.remove_suffix(text.size() - (text.find_last_not_of(field.pad) + 1));
  }
  return text;
}

}  // namespace

std::size_t FixedReader::byte_of(std::uint32_t character) const {
  if (places_.empty() || single_byte_) return character;
  return places_[std::min<std::size_t>(character, places_.size() - 1)];
}

std::string_view FixedReader::cell(std::uint32_t from, std::uint32_t width) const {
  const std::uint32_t begin = std::min(from, characters_);
  const std::uint32_t end = std::min(from + width, characters_);
  if (places_.empty()) return text_.substr(begin, end - begin);
  return text_.substr(places_[begin], places_[end] - places_[begin]);
}

bool FixedReader::blank(const std::vector<FixedField>& fields, std::uint32_t shift) const {
  return std::all_of(fields.begin(), fields.end(), [&](const FixedField& field) {
    const std::string_view text = cell(shift + field.at, field.width * field.occurs);
    const std::string_view as_blank = text.substr(0, text.find_last_not_of(' ') + 1);
    return as_blank.empty() || text.find_first_not_of(field.blank) == std::string_view::npos;
  });
}

FixedReader::Failure FixedReader::read_fields(const std::vector<FixedField>& fields,
                                              std::uint32_t shift, record::Arena& arena,
                                              Value& group) {
  for (const FixedField& field : fields) {
    const std::uint32_t from = shift + field.at;
    Failure failure;
    if (field.role == FixedField::Role::filler) continue;
    if (field.role != FixedField::Role::data) {
      failure = verify(field, cell(from, field.width), from);
    } else if (field.occurs > 1 || !field.fields.empty()) {
      failure = read_list(field, from, arena, group);
    } else {
      failure = read_field(field, from, arena, group);
    }
    if (failure.code != nullptr) return failure;
  }
  return {};
}

FixedReader::Failure FixedReader::read_list(const FixedField& field, std::uint32_t from,
                                            record::Arena& arena, Value& group) {
  const auto at = static_cast<std::uint32_t>(text_begin_ + byte_of(from));
  Value list = Value::list(at);
  for (std::uint32_t i = 0; i < field.occurs; ++i, from += field.width) {
    Value item = Value::group(static_cast<std::uint32_t>(text_begin_ + byte_of(from)));
    Failure failure;
    if (field.fields.empty()) {
      failure = read_field(field, from, arena, item);  // a group of one, taken off again
      if (failure.code == nullptr && item.size() == 0) continue;
      if (failure.code == nullptr) item = item.members().front().value;
    } else {
      if (field.occurs > 1 && blank(field.fields, from)) continue;
      failure = read_fields(field.fields, from, arena, item);
    }
    if (failure.code != nullptr) return failure;
    if (field.occurs == 1) {
      if (item.size() > 0) group.add(arena, field.name, item);
      return {};
    }
    list.push(arena, item);
  }
  if (list.size() > 0) group.add(arena, field.name, list);
  return {};
}

FixedReader::Failure FixedReader::read_field(const FixedField& field, std::uint32_t from,
                                             record::Arena& arena, Value& group) {
  const std::string_view whole = cell(from, field.width);
  std::string_view text = trimmed(field, whole);
  const auto at = static_cast<std::uint32_t>(text_begin_ + byte_of(from));
  if (field.remembered != kNone) remembered_[field.remembered] = whole;
  Value value;
  if (!field.number) {
    if (text.empty()) return {};
    value = Value::text(text, at);
  } else {
    if (whole.find_first_not_of(field.blank) == std::string_view::npos) return {};
    Failure failure = read_number(field, whole, from, arena, value);
    if (failure.code != nullptr || value.missing()) return failure;
  }
  if (++values_ > limits_.values) {
    return {"fixed.too_many_values", at, {}, {{"limit", std::to_string(limits_.values)}}};
  }
  group.add(arena, field.name, value);
  return {};
}

FixedReader::Failure FixedReader::read_number(const FixedField& field, std::string_view text,
                                              std::uint32_t from, record::Arena& arena,
                                              Value& value) {
  const std::size_t at = text_begin_ + byte_of(from);
  const Failure unreadable{"fixed.number", at, field.name};
  text = base::trim(text);
  if (text.empty()) return {};  // blanks, whatever `blank` is
  using Sign = FixedField::Sign;
  bool negative = false;
  char* const digits = static_cast<char*>(arena.allocate(text.size() + field.decimals + 4, 1));
  // The place for a minus stays free, and zeros stand before what is less than one.
  const std::size_t zeros = field.point ? 0 : field.decimals;
  std::fill_n(digits + 1, zeros, '0');
  std::size_t size = 1 + zeros;
  if (field.sign == Sign::leading && (text.front() == '-' || text.front() == '+')) {
    negative = text.front() == '-';
    text = base::trim(text.substr(1));
  } else if (field.sign == Sign::trailing && (text.back() == '-' || text.back() == '+')) {
    negative = text.back() == '-';
    text = base::trim(text.substr(0, text.size() - 1));
  }
  char last = text.empty() ? ' ' : text.back();
  if (field.sign == Sign::overpunch && !overpunched(last, last, negative)) return unreadable;
  std::size_t point = std::string_view::npos, places = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = i + 1 == text.size() ? last : text[i];
    if (c == '.' && field.point && point == std::string_view::npos && i > 0) {
      point = i;
    } else if (!digit(c)) {
      return unreadable;
    }
    if (point != std::string_view::npos && c != '.') ++places;
    digits[size++] = c;
  }
  if (text.empty() || (point != std::string_view::npos && places == 0)) return unreadable;
  if (field.adds_to != kNone) {
    std::int64_t amount = 0;
    const auto [end, bad] = std::from_chars(digits + 1, digits + size, amount);
    if (bad != std::errc() || end != digits + size ||
        __builtin_add_overflow(sums_[field.adds_to], negative ? -amount : amount,
                               &sums_[field.adds_to])) {
      return {"fixed.number_range", at, field.name};
    }
  }
  std::size_t begin = 1;
  std::size_t keep =
      field.point ? (point == std::string_view::npos ? 1 : places + 2) : field.decimals + 1;
  while (size - begin > keep && digits[begin] == '0') ++begin;
  if (!field.point && field.decimals > 0) {
    std::copy_backward(digits + size - field.decimals, digits + size, digits + size + 1);
    digits[size - field.decimals] = '.';
    ++size;
  }
  const bool zero =
      std::none_of(digits + begin, digits + size, [](char c) { return c >= '1' && c <= '9'; });
  if (negative && !zero) digits[--begin] = '-';
  value = Value::text({digits + begin, size - begin}, static_cast<std::uint32_t>(at));
  return {};
}

FixedReader::Failure FixedReader::verify(const FixedField& field, std::string_view text,
                                         std::uint32_t from) {
  const std::size_t at = text_begin_ + byte_of(from);
  using Role = FixedField::Role;
  if (field.role == Role::constant) {
    return text == field.value ? Failure{} : Failure{"fixed.constant", at, field.name};
  }
  if (field.role == Role::copy) {
    return text == remembered_[field.sources.front()] ? Failure{}
                                                      : Failure{"fixed.copy", at, field.name};
  }
  text = base::trim(text);
  std::int64_t found = 0;
  const auto [end, bad] = std::from_chars(text.data(), text.data() + text.size(), found);
  if (bad != std::errc() || end != text.data() + text.size())
    return {"fixed.number", at, field.name};
  if (field.role == Role::line) {
    if (found == static_cast<std::int64_t>(lines_)) return {};
    return {"fixed.line_number", at, field.name, {{"expected", std::to_string(lines_)}}};
  }
  if (failed_) return {};  // a document that could not be read is part of the total
  std::int64_t expected = 0;
  for (const std::uint32_t source : field.sources) {
    expected += field.role == Role::sum ? sums_[source]
                : source == kNone       ? static_cast<std::int64_t>(lines_)
                                        : static_cast<std::int64_t>(counts_[source]);
  }
  return found == expected ? Failure{} : Failure{"fixed.total", at, field.name};
}

base::LineColumn FixedReader::where(std::size_t at) const {
  at = std::clamp(at, row_begin_, bytes_.size());
  if (layout_.line_end == FixedLayout::LineEnd::none) {
    const std::size_t lines = layout_.width == 0 ? 0 : (at - row_begin_) / layout_.width;
    const std::size_t column = (at - row_begin_) - lines * layout_.width;
    return {static_cast<std::uint32_t>(row_line_ + lines), static_cast<std::uint32_t>(column + 1)};
  }
  const std::string_view before = bytes_.substr(row_begin_, at - row_begin_);
  const std::size_t start = before.rfind('\n');
  const std::string_view line = start == std::string_view::npos ? before : before.substr(start + 1);
  const auto breaks = static_cast<std::uint32_t>(std::count(before.begin(), before.end(), '\n'));
  const std::size_t characters =
      layout_.charset == Charset::utf8 ? base::code_points(line) : line.size();
  return {row_line_ + breaks, static_cast<std::uint32_t>(characters + 1)};
}

base::Error FixedReader::fault(Failure failure) const {
  const base::LineColumn place = where(failure.at);
  std::string pointer = "line " + std::to_string(place.line);
  if (!failure.field.empty()) pointer += ", " + std::string(failure.field);
  return base::make_error(base::ErrorKind::invalid, failure.code, std::move(failure.arguments),
                          {{}, place.line, place.column, std::move(pointer)});
}

}  // namespace portage::format
