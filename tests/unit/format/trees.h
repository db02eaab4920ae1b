// Invented trees and hostile bytes for the property tests of this room. Everything follows from the
// seed.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "gateway/record/value.h"

namespace portage::format {

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : state_(seed * 0x9E3779B97F4A7C15u + 1) {}
  std::uint64_t below(std::uint64_t bound) {  // xorshift64*
    state_ ^= state_ >> 12;
    state_ ^= state_ << 25;
    state_ ^= state_ >> 27;
    return (state_ * 0x2545F4914F6CDD1Du >> 33) % bound;
  }
  bool one_in(std::uint64_t n) { return below(n) == 0; }

 private:
  std::uint64_t state_;
};

// Text of up to `most` characters out of those that break readers; `xml`: only what XML can hold.
inline std::string any_text(Dice& dice, std::size_t most, bool xml) {
  static constexpr std::string_view kPieces[] = {
      "a",     "Z", "7", " ",  "\"", "'",      "&",           "<",
      ">",     ",", ";", "\\", "/",  "]]>",    "\t",          "\n",
      "\r",    "é", "€", "日", "😀",  "\u2028", "\u00A0",      "\xEF\xBF\xBD",
      "&amp;", "{", "}", "[",  ":",  "-",      "\xEE\x80\x80"};
  static constexpr std::string_view kNotXml[] = {"\x01", "\x1F", "\x7F", "\xEF\xBF\xBE"};
  std::string text;
  for (std::uint64_t n = dice.below(most + 1); n > 0; --n) {
    if (!xml && dice.one_in(20)) {
      text += kNotXml[dice.below(4)];
    } else if (!xml && dice.one_in(40)) {
      text.push_back('\0');
    } else {
      text += kPieces[dice.below(std::size(kPieces))];
    }
  }
  return text;
}

inline std::string any_number(Dice& dice) {
  std::string digits = dice.one_in(3) ? "-" : "";
  digits += std::to_string(dice.below(1'000'000));
  if (dice.one_in(2)) digits += "." + std::to_string(dice.below(1000)) + "0";
  if (dice.one_in(4)) digits += dice.one_in(2) ? "e-7" : "E+12";
  return digits;
}

// A tree that JSON can hold.
inline record::Value any_json(Dice& dice, record::Arena& arena, int depth = 5) {
  using record::Value;
  switch (dice.below(depth > 0 ? 7 : 5)) {
    case 0:
      return Value::null();
    case 1:
      return Value::boolean(dice.one_in(2));
    case 2:
      return Value::number(arena.copy(any_number(dice)));
    case 3:
    case 4:
      return Value::text(arena.copy(any_text(dice, 12, false)));
    case 5: {
      Value list = Value::list();
      for (std::uint64_t n = dice.below(5); n > 0; --n)
        list.push(arena, any_json(dice, arena, depth - 1));
      return list;
    }
    default: {
      Value group = Value::group();
      const std::uint64_t members = dice.one_in(10) ? 40 : dice.below(6);
      for (std::uint64_t n = 0; n < members; ++n) {
        const std::string name = any_text(dice, 4, false) + std::to_string(n);
        group.add(arena, arena.copy(name), any_json(dice, arena, depth - 1));
      }
      return group;
    }
  }
}

inline std::string any_xml_name(Dice& dice, int space, std::uint64_t number) {
  static constexpr std::string_view kNames[] = {"a", "Name", "_x", "prénom", "b-1.2", "日本"};
  std::string name(kNames[dice.below(6)]);
  name += std::to_string(number);
  if (space == 1 || (space == 2 && dice.one_in(2))) name.insert(0, "{urn:a}");
  if (space == 2 && dice.one_in(4) && name[0] != '{') name.insert(0, "{urn:b&c}");
  return name;
}

// An element's value that XML gives back as it was: texts, nulls, groups with content, and lists of
// two or more. `space`: 0 no namespace, 1 one, 2 several.
inline record::Value any_element(Dice& dice, record::Arena& arena, int space, int depth) {
  using record::Value;
  const std::uint64_t kind = dice.below(depth > 0 ? 6 : 3);
  if (kind == 0) return Value::null();
  if (kind <= 2) return Value::text(arena.copy(any_text(dice, 10, true)));
  Value group = Value::group();
  for (std::uint64_t n = dice.below(3); n > 0; --n) {
    std::string name = any_xml_name(dice, space == 2 ? 2 : 0, n);
    group.add(arena, arena.copy(name.insert(0, "@")),
              Value::text(arena.copy(any_text(dice, 8, true))));
  }
  if (kind == 3 && group.size() > 0) {
    group.add(arena, "", Value::text(arena.copy("x" + any_text(dice, 8, true))));
    return group;
  }
  const std::uint64_t children = 1 + (dice.one_in(8) ? 30 : dice.below(4));
  for (std::uint64_t n = 0; n < children; ++n) {
    Value child = any_element(dice, arena, space, depth - 1);
    if (dice.one_in(4)) {
      Value list = Value::list();
      list.push(arena, child);
      for (std::uint64_t more = 1 + dice.below(3); more > 0; --more) {
        list.push(arena, any_element(dice, arena, space, depth - 1));
      }
      child = list;
    }
    group.add(arena, arena.copy(any_xml_name(dice, space, n)), child);
  }
  return group;
}

// Some bytes changed, cut, doubled or put in.
inline std::string mutated(Dice& dice, std::string bytes) {
  static constexpr std::string_view kSharp = "\"'<>&;,\\/[]{}:\n\r\t !?-]\xFF\xC3\xED";
  for (std::uint64_t n = 1 + dice.below(4); n > 0 && !bytes.empty(); --n) {
    const std::size_t at = dice.below(bytes.size());
    switch (dice.below(5)) {
      case 0:
        bytes[at] = static_cast<char>(dice.below(256));
        break;
      case 1:
        bytes[at] = kSharp[dice.below(kSharp.size())];
        break;
      case 2:
        bytes.erase(at, 1 + dice.below(8));
        break;
      case 3:
        bytes.insert(at, 1, kSharp[dice.below(kSharp.size())]);
        break;
      default:
        bytes.insert(at, bytes.substr(dice.below(bytes.size()), dice.below(20)));
        break;
    }
  }
  return bytes;
}

}  // namespace portage::format
