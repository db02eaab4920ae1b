#include "gateway/schema/sample.h"

#include <algorithm>
#include <array>

namespace portage::schema {

using record::Value;

Written written_in(format::Format format) {
  switch (format) {
    case format::Format::json:
      return Written::kinds;
    case format::Format::xml:
      return Written::texts;
    default:
      return Written::cells;
  }
}

std::uint64_t Dice::next() {
  std::uint64_t z = (state_ += 0x9E3779B97F4A7C15u);
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return z ^ (z >> 31);
}

std::int64_t Dice::between(std::int64_t low, std::int64_t high) {
  if (high <= low) return low;
  return low + static_cast<std::int64_t>(below(static_cast<std::uint64_t>(high - low) + 1));
}

namespace {

constexpr int kDeepest = 12;

// What names, notes and addresses are made of; the rare ones are those that break things.
constexpr std::array<std::string_view, 40> kPieces = {"a",         "e",   "i",
                                                      "n",         "r",   "t",
                                                      "o",         "u",   "s",
                                                      "L",         "M",   "Tremblay",
                                                      "O'Brien",   "Zoé", "é",
                                                      "ç",         "ï",   "-",
                                                      " ",         " ",   "St",
                                                      "7",         "12",  "R.",
                                                      "Nguyen",    "Mac", "Ł",
                                                      "'",         ",",   "\"",
                                                      ";",         "/",   "&",
                                                      "<",         "œ",   "|",
                                                      "#",         "É",   "\xF0\x9F\x8D\x81",
                                                      "Anne Marie"};

std::string free_text(std::uint64_t least, std::uint64_t most, bool plain, Dice& dice) {
  const std::uint64_t roll = dice.below(20);
  std::uint64_t wanted = least + dice.below(14);
  if (roll == 0) wanted = most;
  if (roll == 1) wanted = least;
  wanted = std::min({std::max(wanted, std::max<std::uint64_t>(least, 1)), most,
                     std::max<std::uint64_t>(least, 300)});
  std::string out;
  std::uint64_t length = 0;
  while (length < wanted) {
    if (plain) {
      out += "ABCDEFGHIJKLMNOPRSTUVWY0123456789"[dice.below(33)];
      ++length;
      continue;
    }
    const std::string_view piece = kPieces[dice.below(dice.one_in(4) ? kPieces.size() : 18)];
    std::uint64_t points = 0;
    for (const char c : piece) points += (static_cast<unsigned char>(c) & 0xC0) != 0x80 ? 1 : 0;
    if (length + points > wanted) {
      out += 'x';
      ++length;
      continue;
    }
    out += piece;
    length += points;
  }
  return out;
}

std::string digits(std::size_t count, Dice& dice) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i) out += static_cast<char>('0' + dice.below(10));
  return out;
}

std::string padded(std::uint64_t number, std::size_t width) {
  std::string out = std::to_string(number);
  return out.size() < width ? std::string(width - out.size(), '0') + out : out;
}

std::string of_format(std::string_view format, Dice& dice) {
  if (format == "date") return sample_of_date("yyyy-MM-dd", dice);
  if (format == "date-time") {
    static constexpr std::array<std::string_view, 4> kOffsets = {"Z", "-04:00", "-05:00", "+01:00"};
    return sample_of_date("yyyy-MM-dd", dice) + "T" + padded(dice.below(24), 2) + ":" +
           padded(dice.below(60), 2) + ":" + padded(dice.below(60), 2) +
           std::string(kOffsets[dice.below(4)]);
  }
  if (format == "time") {
    return padded(dice.below(24), 2) + ":" + padded(dice.below(60), 2) + ":00-05:00";
  }
  if (format == "uuid") {
    const auto hex = [&](std::size_t count) {
      std::string out;
      for (std::size_t i = 0; i < count; ++i) out += "0123456789abcdef"[dice.below(16)];
      return out;
    };
    return hex(8) + "-" + hex(4) + "-4" + hex(3) + "-a" + hex(3) + "-" + hex(12);
  }
  if (format == "email") return "p" + digits(3, dice) + "@exemple.test";
  if (format == "postal") {
    const auto letter = [&] { return "ABCEGHJKLMNPRSTVWXYZ"[dice.below(20)]; };
    const auto digit = [&] { return static_cast<char>('0' + dice.below(10)); };
    return {"KLMNP"[dice.below(5)], digit(), letter(), ' ', digit(), letter(), digit()};
  }
  if (format == "phone")
    return "+1" + std::to_string(dice.between(204, 905)) + "555" + digits(4, dice);
  if (format == "uri" || format == "iri") return "https://exemple.test/" + digits(4, dice);
  if (format == "uri-reference") return "a/" + digits(4, dice);
  if (format == "hostname") return "h" + digits(2, dice) + ".exemple.test";
  if (format == "ipv4") return "192.0.2." + std::to_string(dice.below(256));
  const bool pattern =
      format.find('y') != std::string_view::npos &&
      (format.find('M') != std::string_view::npos || format.find('D') != std::string_view::npos);
  return pattern ? sample_of_date(format, dice) : std::string();
}

}  // namespace

std::string sample_of_date(std::string_view pattern, Dice& dice) {
  const std::uint64_t year = dice.one_in(12) ? 1900 + dice.below(80) : 2020 + dice.below(9);
  const std::uint64_t month = 1 + dice.below(12), day = 1 + dice.below(28);
  std::string out;
  for (std::size_t i = 0; i < pattern.size();) {
    const char c = pattern[i];
    if (c == '\'') {
      const std::size_t end = std::min(pattern.find('\'', i + 1), pattern.size());
      out += pattern.substr(i + 1, end - i - 1);
      i = end + 1;
      continue;
    }
    std::size_t run = 1;
    while (i + run < pattern.size() && pattern[i + run] == c) ++run;
    if (c == 'y') {
      out += run == 2 ? padded(year % 100, 2) : padded(year, 4);
    } else if (c == 'M') {
      out += padded(month, run);
    } else if (c == 'd') {
      out += padded(day, run);
    } else if (c == 'D') {
      out += padded(1 + dice.below(365), run);
    } else if (c == 'H') {
      out += padded(dice.below(24), run);
    } else if (c == 'm' || c == 's') {
      out += padded(dice.below(60), run);
    } else {
      out.append(run, c);
    }
    i += run;
  }
  return out;
}

Value Sampler::as_text(const std::string& text, Making& m) const {
  return Value::text(m.arena.copy(text));
}

Value Sampler::as_number(const std::string& number, Making& m) const {
  return texts_ ? as_text(number, m) : Value::number(m.arena.copy(number));
}

std::string Sampler::text(const Shape& shape, Making& m) const {
  if (!shape.values.empty()) return shape.values[m.dice.below(shape.values.size())];
  if (!shape.code_table.empty() && codes_) {
    const std::vector<std::string> codes = codes_(shape.code_table);
    if (!codes.empty()) return codes[m.dice.below(codes.size())];
  }
  if (!shape.format.empty()) {
    std::string made = of_format(shape.format, m.dice);
    if (!made.empty()) return made;
  }
  if (!shape.pattern.empty()) return sample_of_pattern(shape.pattern, m.dice);
  return free_text(shape.min_length, shape.max_length, m.plain, m.dice);
}

Value Sampler::scalar(const Shape& shape, Making& m) const {
  switch (shape.type) {
    case Type::integer: {
      if (!shape.values.empty()) return as_number(text(shape, m), m);
      const std::int64_t low = shape.minimum.value_or(0);
      const std::int64_t high = shape.maximum.value_or(std::max<std::int64_t>(low, 0) + 100'000);
      const std::uint64_t roll = m.dice.below(8);
      return as_number(std::to_string(roll == 0   ? low
                                      : roll == 1 ? high
                                                  : m.dice.between(low, high)),
                       m);
    }
    case Type::decimal: {
      std::string number = std::to_string(m.dice.below(100'000));
      const std::size_t places = std::min<std::size_t>(shape.fraction_digits, 2);
      if (places > 0) number += "." + digits(places, m.dice);
      return as_number(number, m);
    }
    case Type::boolean:
      if (texts_) return as_text(m.dice.one_in(2) ? "true" : "false", m);
      return Value::boolean(m.dice.one_in(2));
    case Type::date: {
      const bool own = !shape.format.empty() && shape.format != "date";
      const std::string made = own ? of_format(shape.format, m.dice) : std::string();
      return as_text(made.empty() ? of_format("date", m.dice) : made, m);
    }
    case Type::datetime: {
      const bool own = !shape.format.empty() && shape.format != "date-time";
      const std::string made = own ? of_format(shape.format, m.dice) : std::string();
      return as_text(made.empty() ? of_format("date-time", m.dice) : made, m);
    }
    default:
      return as_text(text(shape, m), m);
  }
}

// Near what is right: the mistakes that records come with.
Value Sampler::wrong(const Shape& shape, Making& m) const {
  switch (m.dice.below(9)) {
    case 0:
      return cells_ ? Value() : as_text("", m);
    case 1:
      if (cells_) return {};
      return texts_ ? as_text(" ", m) : Value::null();
    case 2:
      return as_text("ZZZ-9", m);
    case 3:
      return as_number("-1", m);
    case 4: {
      std::string long_one;
      const std::uint64_t most = std::min<std::uint32_t>(shape.max_length, 400);
      for (std::uint64_t i = 0; i <= most; ++i) long_one += 'x';
      return as_text(long_one, m);
    }
    case 5:
      return as_text("31/02/2023", m);
    case 6:
      return as_text("2023-02-30", m);
    case 7:
      return as_text(" " + text(shape, m) + " ", m);
    default:
      return texts_ ? as_text("99999999999999999999", m) : Value::boolean(true);
  }
}

Value Sampler::group(const Shape& shape, Making& m, int depth) const {
  Value out = Value::group();
  const bool spare = depth > kDeepest || m.dice.one_in(6);  // hardly more than what must be there
  for (const Shape& member : shape.members) {
    const bool there =
        member.required ? !(m.off && m.dice.one_in(25)) : !spare && m.dice.below(10) < 7;
    if (!there) continue;
    Value made = value(member, m, depth + 1);
    if (!made.missing()) out.add(m.arena, m.arena.copy(member.name), made);
  }
  if (m.off && m.dice.one_in(20)) out.add(m.arena, "not_in_the_schema", as_text("x", m));
  return out;
}

Value Sampler::list(const Shape& shape, Making& m, int depth) const {
  Value out = Value::list();
  if (!shape.item) return out;
  const std::uint64_t least = shape.min_items;
  const std::uint64_t most = std::min<std::uint64_t>(shape.max_items, least + 4);
  std::uint64_t count = least + m.dice.below(most - least + 1);
  if (m.off && m.dice.one_in(10) && shape.max_items < 40) count = shape.max_items + 1;
  for (std::uint64_t i = 0; i < count; ++i) out.push(m.arena, value(*shape.item, m, depth + 1));
  return out;
}

Value Sampler::value(const Shape& shape, Making& m, int depth) const {
  if (shape.nullable && !texts_ && m.dice.one_in(8)) return Value::null();
  if (shape.type == Type::group) {
    if (depth > kDeepest && !shape.required) return {};
    return group(shape, m, depth);
  }
  if (shape.type == Type::list) return list(shape, m, depth);
  if (m.off && m.dice.one_in(15)) return wrong(shape, m);
  return scalar(shape, m);
}

namespace {

class Disturber {
 public:
  Disturber(std::uint64_t seed, Written written, record::Arena& arena)
      : dice_(seed),
        texts_(written != Written::kinds),
        cells_(written == Written::cells),
        arena_(arena) {}

  Value copy(const Value& from, std::uint64_t rarely) {
    if (from.is(record::Kind::group)) {
      Value out = Value::group();
      for (const record::Member& member : from.members()) {
        Value made = copy(member.value, rarely);
        if (!made.missing()) out.add(arena_, arena_.copy(member.name), made);
      }
      return out;
    }
    if (from.is(record::Kind::list)) {
      Value out = Value::list();
      for (const Value& item : from.items()) {
        Value made = copy(item, rarely);
        if (!made.missing()) out.push(arena_, made);
      }
      return out;
    }
    return dice_.one_in(rarely) ? other(from) : record::clone(from, arena_);
  }

 private:
  Value other(const Value& from) {
    const auto text = [&](std::string_view words) { return Value::text(arena_.copy(words)); };
    switch (dice_.below(8)) {
      case 0:
        return {};
      case 1:
        return cells_ ? Value() : text("");
      case 2:
        return text("Zz9");
      case 3:
        return texts_ ? text("0") : Value::number("0");
      case 4:
        return text("2023-02-30");
      case 5:
        if (cells_) return {};
        return texts_ ? text(" ") : Value::null();
      case 6:
        if (!from.is(record::Kind::text)) return texts_ ? text("-1") : Value::number("-1");
        return text(std::string(from.as_text()) + " ");
      default:
        if (!from.is(record::Kind::text)) return Value::boolean(true);
        return text(std::string(from.as_text()) + std::string(from.as_text()));
    }
  }
  Dice dice_;
  bool texts_, cells_;
  record::Arena& arena_;
};

}  // namespace

Value disturbed(const Value& root, std::uint64_t seed, Written written, record::Arena& arena) {
  return Disturber(seed, written, arena).copy(root, 12);
}

Value Sampler::make(std::uint64_t seed, bool off, record::Arena& arena) const {
  Making m{Dice(seed), arena, off, false};
  m.plain = m.dice.one_in(3);
  return root_.type == Type::list ? list(root_, m, 0) : group(root_, m, 0);
}

}  // namespace portage::schema
