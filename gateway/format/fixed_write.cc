#include <algorithm>
#include <charconv>

#include "gateway/base/utf8.h"
#include "gateway/format/fixed.h"

namespace portage::format {

using record::Kind;
using record::Value;

namespace {

constexpr std::uint32_t kNone = FixedField::kNone;

bool digit(char c) { return c >= '0' && c <= '9'; }

std::string_view scalar(const Value& value) {
  if (value.is(Kind::boolean)) return value.as_bool() ? "true" : "false";
  return value.as_text();
}

// Sign and digits of a number with `decimals` digits behind the point; false if it has more.
bool shifted(std::string_view text, std::uint32_t decimals, bool point, bool& negative,
             std::string& digits) {
  negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  const std::size_t dot = text.find('.');
  const std::string_view whole = text.substr(0, dot);
  const std::string_view rest = dot == std::string_view::npos ? "" : text.substr(dot + 1);
  if (whole.empty() || (dot != std::string_view::npos && rest.empty())) return false;
  if (!std::all_of(whole.begin(), whole.end(), digit) ||
      !std::all_of(rest.begin(), rest.end(), digit)) {
    return false;
  }
  digits = whole.substr(std::min(whole.find_first_not_of('0'), whole.size() - 1));
  if (point) {
    if (!rest.empty()) digits.append(".").append(rest);
    return true;
  }
  const std::size_t kept = std::min<std::size_t>(decimals, rest.size());
  if (rest.substr(kept).find_first_not_of('0') != std::string_view::npos) return false;
  digits.append(rest.substr(0, kept)).append(decimals - kept, '0');
  digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size() - 1));
  return true;
}

}  // namespace

FixedWriter::FixedWriter(const FixedLayout& layout, std::string& out)
    : layout_(layout),
      out_(out),
      remembered_(layout.remembered),
      totals_{0, std::vector<std::int64_t>(layout.sums),
              std::vector<std::uint64_t>(layout.lines.size())} {}

base::Error FixedWriter::refuse(const char* code, std::string_view field,
                                base::Arguments arguments) const {
  const std::string& line = layout_.lines[type_].name;
  std::string pointer = field.empty() ? line : line + "." + std::string(field);
  arguments.emplace_back("column", pointer);
  return base::make_error(base::ErrorKind::invalid, code, std::move(arguments),
                          {{}, 0, 0, std::move(pointer)});
}

void FixedWriter::put(std::uint32_t from, std::u32string_view text, std::uint32_t width, bool right,
                      char pad) {
  const std::size_t size = std::min<std::size_t>(text.size(), width);
  const auto fill = static_cast<char32_t>(static_cast<unsigned char>(pad));
  char32_t* const to = line_.data() + from;
  std::fill_n(to, width, fill);
  std::copy_n(text.data(), size, to + (right ? width - size : 0));
}

base::Status FixedWriter::text(const FixedField& field, std::uint32_t from, std::string_view text) {
  wide_.clear();
  for (std::size_t i = 0; i < text.size();) wide_.push_back(base::next_code_point(text, i));
  if (wide_.size() > field.width) {
    return refuse("fixed.too_long", field.name, {{"width", std::to_string(field.width)}});
  }
  const bool control =
      std::any_of(wide_.begin(), wide_.end(), [](char32_t c) { return c < 0x20 || c == 0x7F; });
  if (control) return refuse("fixed.unwritable_character", field.name);
  // What looks like padding would not come back.
  const auto pad = static_cast<char32_t>(static_cast<unsigned char>(field.pad));
  const bool edge = !wide_.empty() && (field.right ? wide_.front() : wide_.back()) == pad &&
                    (field.role == FixedField::Role::data);
  const bool all_blank =
      !wide_.empty() && wide_.size() == field.width &&
      wide_.find_first_not_of(static_cast<char32_t>(static_cast<unsigned char>(field.blank))) ==
          std::u32string::npos;
  if (edge || (all_blank && field.role == FixedField::Role::data)) {
    return refuse("fixed.padding", field.name);
  }
  put(from, wide_, field.width, field.right, field.pad);
  return {};
}

base::Status FixedWriter::number(const FixedField& field, std::uint32_t from,
                                 std::string_view text) {
  using Sign = FixedField::Sign;
  bool negative = false;
  std::string digits;
  if (!shifted(text, field.decimals, field.point, negative, digits) ||
      (negative && field.sign == Sign::none)) {
    return refuse("fixed.unwritable_number", field.name);
  }
  if (field.adds_to != kNone) {
    std::int64_t amount = 0;
    const auto [end, bad] = std::from_chars(digits.data(), digits.data() + digits.size(), amount);
    if (bad != std::errc() ||
        __builtin_add_overflow(totals_.sums[field.adds_to], negative ? -amount : amount,
                               &totals_.sums[field.adds_to])) {
      return refuse("fixed.unwritable_number", field.name);
    }
  }
  if (field.sign == Sign::overpunch) {
    const auto last = static_cast<std::size_t>(digits.back() - '0');
    digits.back() = (negative ? std::string_view("}JKLMNOPQR")
                              : std::string_view("{ABCDEFGHI"))[std::min<std::size_t>(last, 9)];
  }
  const bool minus = negative && field.sign != Sign::overpunch;
  const std::uint32_t room = field.width - (minus ? 1 : 0);
  const bool zeros_are_blank =
      field.blank == '0' && digits.find_first_not_of('0') == std::string::npos;
  if (digits.size() > room) {
    return refuse("fixed.too_long", field.name, {{"width", std::to_string(field.width)}});
  }
  if (zeros_are_blank) return refuse("fixed.padding", field.name);
  if (minus && field.sign == Sign::trailing) {
    digits += '-';
  } else if (minus && field.pad == '0') {
    digits.insert(0, room - digits.size(), '0');
    digits.insert(0, 1, '-');
  } else if (minus) {
    digits.insert(0, 1, '-');
  }
  put(from, std::u32string(digits.begin(), digits.end()), field.width, field.right, field.pad);
  return {};
}

base::Status FixedWriter::field(const FixedField& field, std::uint32_t from, const Value* value) {
  using Role = FixedField::Role;
  std::string text;
  switch (field.role) {
    case Role::constant:
      return this->text(field, from, field.value);
    case Role::filler:
      for (std::uint32_t i = 0; i < field.width; ++i) {
        line_[from + i] = field.value.empty() ? U' '
                                              : static_cast<char32_t>(static_cast<unsigned char>(
                                                    field.value[i % field.value.size()]));
      }
      return {};
    case Role::copy: {
      const std::u32string& kept = remembered_[field.sources.front()];
      put(from, kept, field.width, false, ' ');
      return {};
    }
    case Role::line:
      return number(field, from, std::to_string(totals_.lines));
    case Role::count:
    case Role::sum: {
      std::int64_t total = 0;
      for (const std::uint32_t source : field.sources) {
        total += field.role == Role::sum ? totals_.sums[source]
                 : source == kNone       ? static_cast<std::int64_t>(totals_.lines)
                                         : static_cast<std::int64_t>(totals_.counts[source]);
      }
      FixedField whole = field;  // a total is written in the units of its fields
      whole.decimals = 0;
      return number(whole, from, std::to_string(total));
    }
    case Role::data:
      break;
  }
  if (value == nullptr || value->missing() || (value->is(Kind::text) && value->size() == 0)) {
    put(from, {}, field.width, false, field.blank);
  } else if (value->is(Kind::group) || value->is(Kind::list) || value->is(Kind::null)) {
    return refuse("fixed.unwritable", field.name);
  } else {
    base::Status status = field.number ? number(field, from, scalar(*value))
                                       : this->text(field, from, scalar(*value));
    if (!status) return status;
  }
  if (field.remembered != kNone) remembered_[field.remembered] = line_.substr(from, field.width);
  return {};
}

base::Status FixedWriter::occurrences(const FixedField& field, std::uint32_t shift,
                                      const Value& list) {
  const std::span<const Value> items =
      list.is(Kind::list) ? list.items() : std::span<const Value>(&list, list.missing() ? 0 : 1);
  if (items.size() > field.occurs) {
    return refuse("fixed.too_many", field.name, {{"most", std::to_string(field.occurs)}});
  }
  for (std::uint32_t i = 0; i < field.occurs; ++i) {
    const std::uint32_t from = shift + field.at + i * field.width;
    if (i >= items.size() && field.occurs > 1) {
      put(from, {}, field.width, false, field.fields.empty() ? field.blank : ' ');
      continue;
    }
    const Value missing{};
    const Value& item = i < items.size() ? items[i] : missing;
    base::Status status =
        field.fields.empty() ? this->field(field, from, &item) : fields(field.fields, from, item);
    if (!status) return status;
  }
  return {};
}

base::Status FixedWriter::fields(const std::vector<FixedField>& fields, std::uint32_t shift,
                                 const Value& group) {
  if (!group.missing() && !group.is(Kind::group)) return refuse("fixed.unwritable", "");
  for (const FixedField& one : fields) {
    const bool data = one.role == FixedField::Role::data;
    const Value* value = data && group.is(Kind::group) ? group.find(one.name) : nullptr;
    const Value missing{};
    base::Status status = data && (one.occurs > 1 || !one.fields.empty())
                              ? occurrences(one, shift, value == nullptr ? missing : *value)
                              : field(one, shift + one.at, value);
    if (!status) return status;
  }
  return {};
}

// No member may be lost: each has a field or a line.
base::Status FixedWriter::known(const Value& group, const std::vector<FixedField>& fields,
                                std::uint32_t type) {
  for (const record::Member& member : group.members()) {
    if (member.value.missing()) continue;
    bool found = false;
    for (const FixedField& one : fields) {
      found = found || (one.role == FixedField::Role::data && one.name == member.name);
    }
    for (std::uint32_t i = 0; i < layout_.lines.size() && !found; ++i) {
      const FixedLine& line = layout_.lines[i];
      const bool top = type == kNone || (type == layout_.document_line && line.first);
      found = line.name == member.name && (line.parent == type || (top && line.parent == kNone));
    }
    if (!found) {
      type_ = type == kNone ? 0 : type;
      return refuse("fixed.unknown_field", {});
    }
  }
  return {};
}

base::Status FixedWriter::finish_line() {
  std::string utf8;
  for (const char32_t c : line_) base::append_utf8(c, utf8);
  if (layout_.charset == Charset::utf8) {
    out_ += utf8;
  } else if (SingleByte::of(layout_.charset).encode(utf8, out_) != std::string_view::npos) {
    return refuse("charset.unwritable", "");
  }
  if (layout_.line_end != FixedLayout::LineEnd::none) {
    out_ += layout_.line_end == FixedLayout::LineEnd::crlf ? "\r\n" : "\n";
  }
  return {};
}

base::Status FixedWriter::line(std::uint32_t type, const Value& group) {
  const FixedLine& line = layout_.lines[type];
  type_ = type;
  if (line.items_field == kNone) {
    if (base::Status status = known(group, line.fields, type); !status) return status;
    ++totals_.counts[type];
  }
  ++totals_.lines;
  line_.assign(layout_.width, U' ');
  std::size_t at = line.tag_at;
  for (const char c : line.tag) line_[at++] = static_cast<char32_t>(static_cast<unsigned char>(c));
  base::Status status = fields(line.fields, 0, group);
  if (status) status = finish_line();
  for (std::uint32_t i = 0; status && i < layout_.lines.size(); ++i) {
    if (layout_.lines[i].parent == type) status = lines(i, group);
  }
  return status;
}

// The items of a list, as many to a line as there is room.
base::Status FixedWriter::items(std::uint32_t type, const Value& list) {
  const FixedLine& line = layout_.lines[type];
  const FixedField& field = line.fields[line.items_field];
  record::Arena arena(1024);
  const std::span<const Value> all = list.items();
  for (const Value& item : all) {
    if (base::Status status = known(item, field.fields, type); !status) return status;
  }
  for (std::size_t i = 0; i < all.size(); i += field.occurs) {
    arena.reset();
    Value some = Value::list();
    for (std::size_t k = i; k < std::min(all.size(), i + field.occurs); ++k)
      some.push(arena, all[k]);
    totals_.counts[type] += some.size();
    Value group = Value::group();
    group.add(arena, field.name, some);
    if (base::Status status = this->line(type, group); !status) return status;
  }
  return {};
}

base::Status FixedWriter::lines(std::uint32_t type, const Value& parent) {
  const FixedLine& line = layout_.lines[type];
  const Value* found = parent.find(line.name);
  const Value missing{};
  const Value& value = found == nullptr ? missing : *found;
  if (line.items_field != kNone && value.is(Kind::list)) return items(type, value);
  if (value.is(Kind::list)) {
    for (const Value& item : value.items()) {
      if (base::Status status = this->line(type, item); !status) return status;
    }
    return {};
  }
  if (value.missing() && line.least == 0) return {};
  if (value.missing() && line.most != 1) {
    type_ = type;
    return refuse("fixed.missing_line", "", {{"line", line.name}});
  }
  return this->line(type, value.missing() ? Value::group() : value);
}

base::Status FixedWriter::document(const Value& root) {
  const std::size_t start = out_.size();
  const Totals before = totals_;
  const bool begun = began_;
  const auto undo = [&](base::Status status) {
    if (!status) {
      out_.resize(start);
      totals_ = before;
      began_ = begun;
    }
    return status;
  };
  if (!root.is(Kind::group)) return refuse("fixed.unwritable", "");
  if (layout_.document.empty()) {
    if (base::Status status = known(root, {}, kNone); !status) return undo(std::move(status));
    for (std::uint32_t i = 0; i < layout_.lines.size(); ++i) {
      if (layout_.lines[i].parent != kNone) continue;
      if (base::Status status = lines(i, root); !status) return undo(std::move(status));
    }
    return {};
  }
  for (std::uint32_t i = 0; i < layout_.lines.size(); ++i) {
    if (!layout_.lines[i].first) continue;
    const Value* header = root.find(layout_.lines[i].name);
    std::string text;
    const Value group = header == nullptr ? Value::group() : *header;
    if (!began_) {
      if (base::Status status = line(i, group); !status) return undo(std::move(status));
      header_line_ = out_.substr(start);
    } else if (header != nullptr) {
      // Every document brings the header along; it must be the one that stands at the top.
      const Totals kept = std::exchange(totals_, {0, totals_.sums, totals_.counts});
      base::Status status = line(i, group);
      const bool same = out_.compare(start, std::string::npos, header_line_) == 0;
      out_.resize(start);
      totals_ = kept;
      if (status && !same) status = refuse("fixed.other_header", "");
      if (!status) return undo(std::move(status));
    }
  }
  began_ = true;
  return undo(line(layout_.document_line, root));
}

base::Status FixedWriter::end() {
  if (layout_.document.empty()) return {};
  const Value nothing = Value::group();
  for (std::uint32_t i = 0; i < layout_.lines.size(); ++i) {
    const FixedLine& one = layout_.lines[i];
    const bool header = one.first && !began_ && one.least > 0;
    if (!header && (!one.last || one.least == 0)) continue;
    if (base::Status status = line(i, nothing); !status) return status;
  }
  began_ = true;
  return {};
}

}  // namespace portage::format
