// Lines and documents of a fixed-width file; fields are in fixed_fields.cc.
#include <algorithm>

#include "gateway/format/fixed.h"

namespace portage::format {

using record::Kind;
using record::Value;

namespace {

constexpr std::uint32_t kNone = FixedField::kNone;
constexpr std::string_view kBom = "\xEF\xBB\xBF";

std::string_view charset_name(Charset charset) {
  return charset == Charset::utf8 ? "utf-8" : charset == Charset::cp1252 ? "cp1252" : "iso-8859-1";
}

bool ascii(std::string_view text) {
  return std::none_of(text.begin(), text.end(),
                      [](char c) { return static_cast<signed char>(c) < 0; });
}

}  // namespace

FixedReader::FixedReader(std::string_view bytes, const FixedLayout& layout, const Limits& limits)
    : bytes_(bytes),
      layout_(layout),
      limits_(limits),
      remembered_(layout.remembered),
      sums_(layout.sums),
      counts_(layout.lines.size()) {
  if (layout_.charset == Charset::utf8 && bytes_.starts_with(kBom)) at_ = kBom.size();
}

void FixedReader::refill(std::string_view bytes, bool more_follows) {
  bytes_ = bytes;
  at_ = 0;
  more_ = more_follows;
}

bool FixedReader::cut(Line& line, Failure& failure) {
  line.begin = at_;
  if (at_ >= bytes_.size()) return false;
  const std::string_view rest = bytes_.substr(at_);
  if (rest.find_first_not_of("\r\n\x1A") == std::string_view::npos) return false;  // the end
  if (layout_.line_end == FixedLayout::LineEnd::none) {
    line.end = line.next = at_ + std::min<std::size_t>(layout_.width, rest.size());
  } else {
    std::size_t end = rest.find('\n');
    line.next = at_ + (end == std::string_view::npos ? rest.size() : end + 1);
    if (end == std::string_view::npos) end = rest.size();
    if (end > 0 && rest[end - 1] == '\r') --end;
    line.end = at_ + end;
  }
  const std::string_view text = bytes_.substr(line.begin, line.end - line.begin);
  line.type = type_of(text);
  if (line.type == kNone) failure = {"fixed.line_type", line.begin};
  return true;
}

std::uint32_t FixedReader::type_of(std::string_view bytes) const {
  // A tag stands before any wide character in every file worth reading; where it does not, its
  // place is found in characters.
  const bool plain = layout_.charset != Charset::utf8 || ascii(bytes);
  for (std::uint32_t i = 0; i < layout_.lines.size(); ++i) {
    const FixedLine& line = layout_.lines[i];
    if (line.tag.empty()) return i;
    std::size_t from = line.tag_at;
    if (!plain) {
      std::size_t left = line.tag_at;
      for (from = 0; from < bytes.size() && left > 0;) {
        ++from;
        while (from < bytes.size() && (static_cast<unsigned char>(bytes[from]) & 0xC0) == 0x80) {
          ++from;
        }
        --left;
      }
    }
    if (from <= bytes.size() && bytes.substr(from).starts_with(line.tag)) return i;
  }
  return kNone;
}

bool FixedReader::belongs(std::uint32_t type, std::uint32_t to) const {
  for (std::size_t steps = 0; type != kNone && steps <= layout_.lines.size(); ++steps) {
    if (type == to) return true;
    type = layout_.lines[type].parent;
  }
  return false;
}

FixedReader::Failure FixedReader::read_line(const Line& line, record::Document& into,
                                            Value& group) {
  const std::string_view bytes = bytes_.substr(line.begin, line.end - line.begin);
  at_ = line.next;
  ++line_number_;
  ++lines_;
  text_begin_ = line.begin;
  places_.clear();
  single_byte_ = layout_.charset != Charset::utf8;
  const std::size_t nul = bytes.find('\0');
  if (nul != std::string_view::npos) return {"fixed.nul", line.begin + nul};
  if (ascii(bytes)) {
    text_ = into.arena.copy(bytes);
    characters_ = static_cast<std::uint32_t>(text_.size());
  } else {
    std::string utf8;
    std::size_t bad = std::string_view::npos;
    if (single_byte_) {
      bad = SingleByte::of(layout_.charset).decode(bytes, utf8);
    } else {
      bad = base::invalid_utf8_at(bytes);
      utf8 = bytes;
    }
    if (bad != std::string_view::npos) {
      return {"fixed.encoding",
              line.begin + bad,
              {},
              {{"charset", std::string(charset_name(layout_.charset))}}};
    }
    text_ = into.arena.copy(utf8);
    for (std::uint32_t i = 0; i < text_.size(); ++i) {
      if ((static_cast<unsigned char>(text_[i]) & 0xC0) != 0x80) places_.push_back(i);
    }
    characters_ = static_cast<std::uint32_t>(places_.size());
    places_.push_back(static_cast<std::uint32_t>(text_.size()));
  }
  const bool too_short = characters_ < layout_.width && !layout_.short_lines;
  if (too_short || characters_ > layout_.width) {
    return {
        too_short ? "fixed.line_short" : "fixed.line_long",
        line.begin + (too_short ? bytes.size() : byte_of(layout_.width)),
        {},
        {{"characters", std::to_string(characters_)}, {"width", std::to_string(layout_.width)}}};
  }
  const FixedLine& type = layout_.lines[line.type];
  if (type.items_field == kNone) ++counts_[line.type];
  group = Value::group(static_cast<std::uint32_t>(line.begin));
  return read_fields(type.fields, 0, into.arena, group);
}

// Puts a line's group under its parent: a member, an item of a list, or its items one by one.
FixedReader::Failure FixedReader::attach(record::Arena& arena, Open& parent, const Open& child) {
  const FixedLine& type = layout_.lines[child.type];
  if (!type.data) return {};
  const auto list = [&]() -> Value& {
    if (Value* found = parent.group.find(type.name)) return *found;
    return parent.group.add(arena, type.name, Value::list(child.group.at()));
  };
  if (type.items_field != kNone) {
    const Value* items = child.group.find(type.items);
    if (items == nullptr) return {};
    counts_[child.type] += items->size();
    Value& all = list();
    for (const Value& item : items->items()) all.push(arena, item);
    return {};
  }
  if (type.most == 1) {
    if (parent.group.find(type.name) != nullptr) {
      return {"fixed.too_many_lines", child.group.at(), {}, {{"line", type.name}, {"most", "1"}}};
    }
    parent.group.add(arena, type.name, child.group);
    return {};
  }
  Value& all = list();
  if (all.size() >= type.most) {
    return {"fixed.too_many_lines",
            child.group.at(),
            {},
            {{"line", type.name}, {"most", std::to_string(type.most)}}};
  }
  all.push(arena, child.group);
  return {};
}

// Closes what is open down to `depth`, each with the lines it must have.
FixedReader::Failure FixedReader::close(record::Document& into, std::vector<Open>& open,
                                        std::size_t depth) {
  while (open.size() > depth) {
    const Open child = open.back();
    for (const FixedLine& line : layout_.lines) {
      const bool here = child.type == kNone ? line.parent == kNone : line.parent == child.type;
      if (!here || line.least == 0 || (child.type == kNone && !layout_.document.empty())) continue;
      const Value* found = child.group.find(line.name);
      const std::size_t size = !line.data
                                   ? counts_[static_cast<std::size_t>(&line - layout_.lines.data())]
                               : found == nullptr                            ? 0
                               : line.most == 1 || line.items_field != kNone ? 1
                                                                             : found->size();
      if (size < line.least) {
        return {"fixed.missing_line", at_, {}, {{"line", line.name}}};
      }
    }
    open.pop_back();
    if (open.empty()) {
      into.root = child.group;
      return {};
    }
    if (Failure failure = attach(into.arena, open.back(), child); failure.code != nullptr) {
      return failure;
    }
  }
  return {};
}

FixedReader::Failure FixedReader::whole_file(record::Document& into) {
  if (bytes_.size() > limits_.bytes) {
    return {"fixed.too_large", 0, {}, {{"limit", std::to_string(limits_.bytes)}}};
  }
  std::vector<Open> open;
  open.push_back({kNone, Value::group(0)});
  Line line;
  Failure failure;
  bool last = false, first = true;
  while (cut(line, failure)) {
    if (failure.code != nullptr) {
      ++line_number_;
      return failure;
    }
    const FixedLine& type = layout_.lines[line.type];
    // An open line of the parent's type, from the inside out.
    std::size_t depth = open.size();
    while (depth > 0 && open[depth - 1].type != type.parent) --depth;
    if (depth == 0 || last || type.first != (first && type.first)) {
      ++line_number_;
      return {"fixed.order", line.begin, {}, {{"line", type.name}}};
    }
    if (failure = close(into, open, depth); failure.code != nullptr) return failure;
    open.push_back({line.type, {}});
    if (failure = read_line(line, into, open.back().group); failure.code != nullptr) return failure;
    last = type.last;
    first = false;
  }
  return first ? Failure{"fixed.empty", 0} : close(into, open, 0);
}

// A line that is no document: the header (kept for every document) or the trailer.
FixedReader::Failure FixedReader::outside(const Line& line, record::Document& into,
                                          bool& document) {
  const FixedLine& type = layout_.lines[line.type];
  document = line.type == layout_.document_line;
  const bool first = !began_;
  began_ = true;
  const auto wrong = [&](const char* code, std::string name) {
    ++line_number_;
    at_ = line.next;
    document = false;
    return Failure{code, line.begin, {}, {{"line", std::move(name)}}};
  };
  if (ended_ || (type.first && !first) || (!document && !type.first && !type.last)) {
    return wrong("fixed.order", type.name);
  }
  if (first && !type.first) {
    for (const FixedLine& other : layout_.lines) {
      if (other.first && other.least > 0) {
        failed_ = true;
        return wrong("fixed.missing_line", other.name);
      }
    }
  }
  if (document) return {};
  ended_ = type.last;
  record::Document& kept = type.first ? header_ : into;
  return read_line(line, kept, kept.root);
}

FixedReader::Failure FixedReader::one_document(record::Document& into, FixedRow& row) {
  Line line;
  Failure failure;
  while (true) {
    row_begin_ = at_;
    row_line_ = line_number_ + 1;
    if (!cut(line, failure)) {
      row.number = UINT32_MAX;  // nothing left
      if (more_ || ended_) return {};
      ended_ = true;
      row.number = 0;
      if (!began_) return {"fixed.empty", 0};
      for (const FixedLine& other : layout_.lines) {
        if (other.last && other.least > 0) {
          return {"fixed.missing_line", at_, {}, {{"line", other.name}}};
        }
      }
      row.number = UINT32_MAX;
      return {};
    }
    if (failure.code != nullptr) {
      row.number = ++row_number_;
      ++line_number_;
      at_ = line.next;
      return failure;
    }
    bool document = false;
    failure = outside(line, into, document);
    if (failure.code != nullptr) {
      row.number = 0;
      return failure;
    }
    if (document) break;
    into.arena.reset();
    into.root = Value();
  }
  row.number = ++row_number_;
  std::vector<Open> open;
  open.push_back({line.type, {}});
  failure = read_line(line, into, open.back().group);
  while (failure.code == nullptr) {
    Failure unknown;
    if (!cut(line, unknown) || unknown.code != nullptr || line.type == layout_.document_line ||
        !belongs(line.type, layout_.document_line)) {
      break;
    }
    std::size_t depth = open.size();
    while (depth > 0 && open[depth - 1].type != layout_.lines[line.type].parent) --depth;
    if (depth == 0) {
      ++line_number_;
      return {"fixed.order", line.begin, {}, {{"line", layout_.lines[line.type].name}}};
    }
    if (line.next - row_begin_ > layout_.document_bytes) {
      return {
          "fixed.too_large", line.begin, {}, {{"limit", std::to_string(layout_.document_bytes)}}};
    }
    if (failure = close(into, open, depth); failure.code != nullptr) break;
    open.push_back({line.type, {}});
    failure = read_line(line, into, open.back().group);
  }
  if (failure.code == nullptr) failure = close(into, open, 0);
  if (failure.code == nullptr && header_.root.size() > 0) {
    for (const FixedLine& type : layout_.lines) {
      if (type.first) into.root.add(into.arena, type.name, record::clone(header_.root, into.arena));
    }
  }
  return failure;
}

// Behind the lines that belong to the document that failed.
void FixedReader::skip_document() {
  Line line;
  Failure failure;
  while (cut(line, failure)) {
    if (failure.code == nullptr &&
        (line.type == layout_.document_line || !belongs(line.type, layout_.document_line))) {
      return;
    }
    if (failure.code != nullptr) return;
    at_ = line.next;
    ++line_number_;
    ++lines_;
    ++counts_[line.type];
  }
}

bool FixedReader::next(FixedRow& row, record::Document& into) {
  into.arena.reset();
  into.root = Value();
  row = FixedRow();
  values_ = 0;
  Failure failure;
  if (layout_.document.empty()) {
    if (ended_) return false;
    ended_ = true;
    row.number = 1;
    failure = whole_file(into);
    if (failure.code != nullptr) at_ = bytes_.size();
  } else {
    failure = one_document(into, row);
    if (row.number == UINT32_MAX) return false;
    if (failure.code != nullptr && row.number > 0) {
      failed_ = true;
      skip_document();
    }
  }
  row.line = row_line_;
  row.begin = row_begin_;
  row.end = at_;
  if (failure.code != nullptr) {
    into.root = Value();
    row.error = fault(std::move(failure));
  }
  return true;
}

}  // namespace portage::format
