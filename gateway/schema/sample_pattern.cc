// A text that a pattern matches. It reads the part of RE2's syntax that schemas come to: groups,
// alternatives, sets, escapes, repetition. What it can't read gives an odd text, and the schema's
// check says no: it is a source of tries, not a proof.
#include <algorithm>

#include "gateway/base/utf8.h"
#include "gateway/schema/pattern_syntax.h"
#include "gateway/schema/sample.h"

namespace portage::schema {
namespace {

using Ranges = std::vector<std::pair<std::uint32_t, std::uint32_t>>;

struct Piece {
  enum class Kind { set, sequence, choice, repeat } kind = Kind::sequence;
  Ranges ranges;
  bool negated = false;
  std::vector<Piece> parts;
  int least = 1, most = 1;
};

void append(std::uint32_t c, std::string& out) {
  if (c < 0x80) {
    out += static_cast<char>(c);
  } else if (c < 0x800) {
    out += static_cast<char>(0xC0 | (c >> 6));
    out += static_cast<char>(0x80 | (c & 63));
  } else if (c < 0x10000) {
    out += static_cast<char>(0xE0 | (c >> 12));
    out += static_cast<char>(0x80 | ((c >> 6) & 63));
    out += static_cast<char>(0x80 | (c & 63));
  } else {
    out += static_cast<char>(0xF0 | (c >> 18));
    out += static_cast<char>(0x80 | ((c >> 12) & 63));
    out += static_cast<char>(0x80 | ((c >> 6) & 63));
    out += static_cast<char>(0x80 | (c & 63));
  }
}

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  Piece choice() {
    Piece all;
    all.kind = Piece::Kind::choice;
    all.parts.push_back(sequence());
    while (ahead('|')) all.parts.push_back(sequence());
    return all;
  }

 private:
  bool done() const { return at_ >= text_.size(); }
  bool ahead(char c) {
    if (done() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  Piece sequence() {
    Piece all;
    while (!done() && text_[at_] != '|' && text_[at_] != ')') {
      Piece one = atom();
      repeat(one);
      all.parts.push_back(std::move(one));
    }
    return all;
  }

  Piece atom() {
    if (ahead('(')) {
      if (ahead('?')) {
        while (!done() && text_[at_] != ':' && text_[at_] != ')' && text_[at_] != '>') ++at_;
        if (!done() && text_[at_] != ')') ++at_;
      }
      ++depth_;
      Piece inner = depth_ < 50 ? choice() : Piece();
      --depth_;
      ahead(')');
      return inner;
    }
    Piece one;
    one.kind = Piece::Kind::set;
    if (ahead('[')) {
      one.negated = ahead('^');
      bool first = true;
      while (!done() && (text_[at_] != ']' || first)) {
        first = false;
        element(one.ranges, true);
      }
      ahead(']');
      return one;
    }
    if (ahead('.')) {
      one.ranges = {{'a', 'z'}, {'0', '9'}};
      return one;
    }
    if (text_[at_] == '^' || text_[at_] == '$') {
      ++at_;
      return Piece();
    }
    if (text_[at_] == '\\' && at_ + 1 < text_.size() &&
        std::string_view("AzbB").find(text_[at_ + 1]) != std::string_view::npos) {
      at_ += 2;
      return Piece();
    }
    element(one.ranges, false);
    return one;
  }

  // One character or class; in a set also a range.
  void element(Ranges& into, bool in_set) {
    const std::size_t before = into.size();
    character(into);
    const bool single = into.size() == before + 1 && into.back().first == into.back().second;
    if (!in_set || !single || at_ + 1 >= text_.size() || text_[at_] != '-' ||
        text_[at_ + 1] == ']') {
      return;
    }
    ++at_;
    Ranges end;
    character(end);
    if (!end.empty()) into.back().second = std::max(into.back().first, end.front().first);
  }

  void character(Ranges& into) {
    if (text_[at_] != '\\' || at_ + 1 >= text_.size()) {
      const std::uint32_t c = base::next_code_point(text_, at_);
      into.push_back({c, c});
      return;
    }
    ++at_;
    const char c = text_[at_++];
    switch (c) {
      case 'd':
        return into.push_back({'0', '9'});
      case 'w':
        into.insert(into.end(), {{'a', 'z'}, {'A', 'Z'}, {'0', '9'}});
        return;
      case 's':
        return into.push_back({' ', ' '});
      case 'D':
      case 'W':
      case 'S':
        return into.push_back({c == 'W' ? '-' : 'a', c == 'W' ? '-' : 'z'});
      case 'n':
        return into.push_back({'\n', '\n'});
      case 't':
        return into.push_back({'\t', '\t'});
      case 'x':
        return hexadecimal(into);
      case 'p':
      case 'P':
        return property(into);
      default:
        --at_;
        const std::uint32_t plain = base::next_code_point(text_, at_);
        into.push_back({plain, plain});
    }
  }

  void hexadecimal(Ranges& into) {
    const bool braces = ahead('{');
    std::uint32_t value = 0;
    for (int i = 0; !done() && i < (braces ? 6 : 2); ++i) {
      const char c = text_[at_];
      const int digit = c >= '0' && c <= '9'   ? c - '0'
                        : c >= 'a' && c <= 'f' ? c - 'a' + 10
                        : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                               : -1;
      if (digit < 0) break;
      value = value * 16 + static_cast<std::uint32_t>(digit);
      ++at_;
    }
    if (braces) ahead('}');
    into.push_back({value, value});
  }

  void property(Ranges& into) {
    const std::size_t end = std::min(text_.find('}', at_), text_.size());
    const std::string_view name =
        text_.substr(std::min(at_ + 1, end), end - std::min(at_ + 1, end));
    at_ = std::min(end + 1, text_.size());
    if (name.starts_with("N")) return into.push_back({'0', '9'});
    if (name == "Lu") return into.push_back({'A', 'Z'});
    if (name.starts_with("Z")) return into.push_back({' ', ' '});
    if (name.starts_with("P")) return into.push_back({'-', '.'});
    into.insert(into.end(), {{'a', 'z'}, {0xE0, 0xF6}});
    if (name == "L") into.push_back({'A', 'Z'});
  }

  void repeat(Piece& one) {
    int least = 1, most = 1;
    if (ahead('*')) {
      least = 0, most = 3;
    } else if (ahead('+')) {
      most = 4;
    } else if (ahead('?')) {
      least = 0;
    } else if (!done() && text_[at_] == '{') {
      ++at_;
      least = number();
      most = least;
      if (ahead(',')) most = !done() && text_[at_] == '}' ? least + 3 : number();
      ahead('}');
    } else {
      return;
    }
    ahead('?');
    Piece all;
    all.kind = Piece::Kind::repeat;
    all.least = least;
    all.most = std::max(least, most);
    all.parts.push_back(std::move(one));
    one = std::move(all);
  }

  int number() {
    int value = 0;
    while (!done() && text_[at_] >= '0' && text_[at_] <= '9') {
      value = std::min(1000, value * 10 + (text_[at_++] - '0'));
    }
    return value;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  int depth_ = 0;
};

bool within(const Ranges& ranges, std::uint32_t c) {
  return std::any_of(ranges.begin(), ranges.end(),
                     [&](const auto& range) { return range.first <= c && c <= range.second; });
}

void write(const Piece& piece, Dice& dice, std::string& out) {
  if (out.size() > 4'000) return;
  switch (piece.kind) {
    case Piece::Kind::set: {
      if (piece.negated) {
        for (int tries = 0; tries < 40; ++tries) {
          const auto c = static_cast<std::uint32_t>(dice.between(0x20, 0x7E));
          if (!within(piece.ranges, c)) return append(c, out);
        }
        return append(0xE9, out);
      }
      if (piece.ranges.empty()) return;
      const auto& [low, high] = piece.ranges[dice.below(piece.ranges.size())];
      std::uint32_t c = low + static_cast<std::uint32_t>(dice.below(high - low + 1));
      // A set that goes up to the end of Unicode rarely means it.
      if (high > 0x2FFF && low < 0x7E) {
        c = std::max<std::uint32_t>(low, 0x20) + static_cast<std::uint32_t>(dice.below(0x5E));
      }
      if (c >= 0xD800 && c <= 0xDFFF) c = low;
      return append(c, out);
    }
    case Piece::Kind::sequence:
      for (const Piece& part : piece.parts) write(part, dice, out);
      return;
    case Piece::Kind::choice:
      return write(piece.parts[dice.below(piece.parts.size())], dice, out);
    case Piece::Kind::repeat: {
      const std::int64_t most = dice.one_in(8) ? piece.most : std::min(piece.most, piece.least + 8);
      const std::int64_t count = dice.between(piece.least, most);
      for (std::int64_t i = 0; i < count; ++i) write(piece.parts.front(), dice, out);
      return;
    }
  }
}

}  // namespace

std::string sample_of_pattern(std::string_view re2, Dice& dice) {
  std::string out;
  write(Reader(re2).choice(), dice, out);
  return out;
}

}  // namespace portage::schema
