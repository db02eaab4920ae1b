#include "gateway/mapping/abstract.h"

#include <algorithm>

#include "gateway/base/text.h"

namespace portage::mapping {

using schema::Type;

CharSet CharSet::of(std::string_view ascii) {
  CharSet set = none();
  for (const char c : ascii) set.add(c);
  return set;
}
CharSet CharSet::range(char from, char to) {
  CharSet set = none();
  for (int c = from; c <= to; ++c) set.add(static_cast<char>(c));
  return set;
}
void CharSet::add(char c) {
  const auto u = static_cast<unsigned char>(c);
  if (u < 64) {
    low |= std::uint64_t{1} << u;
  } else if (u < 128) {
    high |= std::uint64_t{1} << (u - 64);
  } else {
    other = true;
  }
}
void CharSet::add(const CharSet& set) {
  low |= set.low;
  high |= set.high;
  other = other || set.other;
}
bool CharSet::has(char c) const {
  const auto u = static_cast<unsigned char>(c);
  if (u < 64) return (low >> u & 1) != 0;
  if (u < 128) return (high >> (u - 64) & 1) != 0;
  return other;
}
bool CharSet::within(const CharSet& set) const {
  return (low & ~set.low) == 0 && (high & ~set.high) == 0 && (!other || set.other);
}

bool blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

std::string_view type_name(Type type) {
  switch (type) {
    case Type::text:
      return "text";
    case Type::integer:
      return "integer";
    case Type::decimal:
      return "decimal";
    case Type::boolean:
      return "boolean";
    case Type::date:
      return "date";
    case Type::datetime:
      return "datetime";
    case Type::group:
      return "group";
    case Type::list:
      return "list";
    case Type::any:
      break;
  }
  return "any";
}

Abstract abstract_type(Type type) {
  Abstract a;
  a.type = type;
  if (type == Type::boolean) a.values = std::vector<std::string>{"true", "false"};
  if (type != Type::text && type != Type::any) {
    a.edge_blank = false;
    a.chars = CharSet::range('0', '9');
    a.chars.add(CharSet::of("-+.:TZtzeEafrlsu"));
    a.min_length = 1;
    if (type == Type::date) a.min_length = a.max_length = 10;
  }
  return a;
}

Abstract abstract_values(Type type, std::vector<std::string> values) {
  Abstract a = abstract_type(type);
  a.chars = CharSet::none();
  a.edge_blank = false;
  a.min_length = values.empty() ? 0 : UINT32_MAX;
  a.max_length = 0;
  for (const std::string& v : values) {
    const auto n = static_cast<std::uint32_t>(base::code_points(v));
    a.min_length = std::min(a.min_length, n);
    a.max_length = std::max(a.max_length, n);
    for (const char c : v) a.chars.add(c);
    if (!v.empty() && (blank(v.front()) || blank(v.back()))) a.edge_blank = true;
  }
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
  a.values = std::move(values);
  return a;
}

Abstract abstract_text(std::string_view literal) {
  return abstract_values(Type::text, {std::string(literal)});
}

namespace {
// What a named format fixes, whoever wrote the schema.
void apply_format(Abstract& a) {
  const auto shape = [&](std::uint32_t least, std::uint32_t most, const CharSet& chars) {
    a.min_length = std::max(a.min_length, least);
    a.max_length = std::min(a.max_length, most);
    a.chars = chars;
    a.edge_blank = false;
  };
  CharSet alnum = CharSet::range('0', '9');
  alnum.add(CharSet::range('A', 'Z'));
  if (a.format == "postal") {
    alnum.add(' ');
    shape(6, 7, alnum);
  } else if (a.format == "phone") {
    CharSet digits = CharSet::range('0', '9');
    digits.add('+');
    shape(8, 16, digits);
  } else if (a.format == "uuid") {
    CharSet hex = CharSet::range('0', '9');
    hex.add(CharSet::range('a', 'f'));
    hex.add(CharSet::range('A', 'F'));
    hex.add('-');
    shape(36, 36, hex);
  }
}
}  // namespace

Abstract abstract_of(const schema::Shape& shape, format::Format format, bool always,
                     const TableLookup& table) {
  Abstract a = abstract_type(shape.type);
  a.missing = !always;
  a.null = shape.nullable;
  a.sensitivity = shape.marks.sensitivity;
  a.shape = &shape;
  if (shape.type == Type::list) {
    a.min_items = shape.min_items;
    a.max_items = shape.max_items;
    if (shape.item)
      a.item = std::make_shared<Abstract>(abstract_of(*shape.item, format, true, table));
    if (shape.min_items == 0) a.missing = true;  // an empty list is the same as missing
    return a;
  }
  if (shape.type == Type::group) return a;
  std::vector<std::string> values = shape.values;
  if (values.empty() && !shape.code_table.empty() && table) {
    if (const directory::CodeTable* codes = table(shape.code_table)) {
      for (const directory::CodeRow& row : codes->rows()) values.push_back(row.ours);
    }
  }
  if (!values.empty()) {
    const Abstract base = a;
    a = abstract_values(shape.type, std::move(values));
    a.missing = base.missing;
    a.null = base.null;
    a.sensitivity = base.sensitivity;
    a.shape = base.shape;
  }
  a.minimum = shape.minimum;
  a.maximum = shape.maximum;
  if (shape.type == Type::text && !a.values) {
    a.min_length = shape.min_length;
    a.max_length = shape.max_length;
    a.format = shape.format;
    a.pattern = shape.pattern;
    // An empty cell reads as missing.
    if (flat(format)) a.min_length = std::max<std::uint32_t>(a.min_length, 1);
    apply_format(a);
    if (!shape.pattern.empty()) {
      if (const std::optional<RegexFacts> facts = regex_facts(shape.pattern)) {
        a.min_length = std::max(a.min_length, facts->min_length);
        a.max_length = std::min(a.max_length, facts->max_length);
        CharSet& c = a.chars;
        c.low &= facts->chars.low;
        c.high &= facts->chars.high;
        c.other = c.other && facts->chars.other;
        bool edge = false;
        for (const char b : {' ', '\t', '\r', '\n'})
          edge |= facts->first.has(b) || facts->last.has(b);
        if (!edge) a.edge_blank = false;
      }
    }
  }
  return a;
}

Abstract join(const Abstract& a, const Abstract& b) {
  // The literal null brings nothing but itself.
  const auto only_null = [](const Abstract& x) {
    return x.type == Type::any && x.null && x.values && x.values->empty();
  };
  if (only_null(a) != only_null(b)) {
    Abstract out = only_null(a) ? b : a;
    out.null = true;
    out.missing = a.missing || b.missing;
    out.sensitivity = std::max(a.sensitivity, b.sensitivity);
    return out;
  }
  Abstract out;
  out.type = a.type == b.type ? a.type : Type::any;
  if (a.type == Type::integer && b.type == Type::decimal) out.type = Type::decimal;
  if (a.type == Type::decimal && b.type == Type::integer) out.type = Type::decimal;
  out.missing = a.missing || b.missing;
  out.null = a.null || b.null;
  out.sensitivity = std::max(a.sensitivity, b.sensitivity);
  out.min_length = std::min(a.min_length, b.min_length);
  out.max_length = std::max(a.max_length, b.max_length);
  out.chars = a.chars;
  out.chars.add(b.chars);
  out.edge_blank = a.edge_blank || b.edge_blank;
  if (a.format == b.format) out.format = a.format;
  if (a.pattern == b.pattern) out.pattern = a.pattern;
  if (a.values && b.values && a.type == b.type) {
    std::vector<std::string> all = *a.values;
    all.insert(all.end(), b.values->begin(), b.values->end());
    std::sort(all.begin(), all.end());
    all.erase(std::unique(all.begin(), all.end()), all.end());
    if (all.size() <= 256) out.values = std::move(all);
  }
  if (a.minimum && b.minimum) out.minimum = std::min(*a.minimum, *b.minimum);
  if (a.maximum && b.maximum) out.maximum = std::max(*a.maximum, *b.maximum);
  out.min_items = std::min(a.min_items, b.min_items);
  out.max_items = std::max(a.max_items, b.max_items);
  if (a.item && b.item) out.item = std::make_shared<Abstract>(join(*a.item, *b.item));
  out.shape = a.shape == b.shape ? a.shape : nullptr;
  return out;
}

}  // namespace portage::mapping
