// Reads the common part of regular expressions (RE2 syntax: classes, groups, choices, counts) far
// enough to say how long a match can be and which characters it can begin with, end with and hold.
#include <algorithm>

#include "gateway/mapping/abstract.h"

namespace portage::mapping {
namespace {

using Facts = RegexFacts;

std::uint32_t plus(std::uint32_t a, std::uint32_t b) {
  return a > UINT32_MAX - b ? UINT32_MAX : a + b;
}
std::uint32_t times(std::uint32_t a, std::uint32_t n) {
  if (a == 0 || n == 0) return 0;
  return a > UINT32_MAX / n ? UINT32_MAX : a * n;
}

Facts empty_match() {
  Facts f;
  f.min_length = f.max_length = 0;
  f.nullable = true;
  return f;
}

Facts sequence(const Facts& a, const Facts& b) {
  Facts f;
  f.min_length = plus(a.min_length, b.min_length);
  f.max_length = plus(a.max_length, b.max_length);
  f.chars = a.chars;
  f.chars.add(b.chars);
  f.first = a.first;
  if (a.nullable) f.first.add(b.first);
  f.last = b.last;
  if (b.nullable) f.last.add(a.last);
  f.nullable = a.nullable && b.nullable;
  f.states = plus(a.states, b.states);
  return f;
}

Facts choice(const Facts& a, const Facts& b) {
  Facts f;
  f.min_length = std::min(a.min_length, b.min_length);
  f.max_length = std::max(a.max_length, b.max_length);
  f.chars = a.chars;
  f.chars.add(b.chars);
  f.first = a.first;
  f.first.add(b.first);
  f.last = a.last;
  f.last.add(b.last);
  f.nullable = a.nullable || b.nullable;
  f.states = plus(a.states, b.states);
  return f;
}

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}
  std::optional<Facts> all() {
    Facts f = alternatives(0);
    if (bad_ || at_ != text_.size()) return std::nullopt;
    return f;
  }
  bool deep() const { return deep_; }

 private:
  bool more() const { return at_ < text_.size() && !bad_; }

  Facts alternatives(int depth) {
    if (depth > 20) bad_ = deep_ = true;
    Facts f = branch(depth);
    while (more() && text_[at_] == '|') {
      ++at_;
      f = choice(f, branch(depth));
    }
    return f;
  }

  Facts branch(int depth) {
    Facts f = empty_match();
    while (more() && text_[at_] != '|' && text_[at_] != ')') {
      if (text_[at_] == '^' || text_[at_] == '$') {  // anchored anyway
        ++at_;
        continue;
      }
      const std::string_view rest = text_.substr(at_);
      if (rest.starts_with("\\A") || rest.starts_with("\\z")) {
        at_ += 2;
        continue;
      }
      f = sequence(f, repeated(atom(depth)));
    }
    return f;
  }

  Facts repeated(const Facts& one) {
    if (!more()) return one;
    std::uint32_t least = 1, most = 1;
    switch (text_[at_]) {
      case '*':
        least = 0;
        most = UINT32_MAX;
        break;
      case '+':
        most = UINT32_MAX;
        break;
      case '?':
        least = 0;
        break;
      case '{': {
        std::size_t i = at_ + 1;
        const auto number = [&](std::uint32_t& into) {
          const std::size_t start = i;
          into = 0;
          while (i < text_.size() && text_[i] >= '0' && text_[i] <= '9' && i - start < 6) {
            into = into * 10 + static_cast<std::uint32_t>(text_[i++] - '0');
          }
          return i > start;
        };
        if (!number(least)) bad_ = true;
        most = least;
        if (i < text_.size() && text_[i] == ',') {
          ++i;
          if (!number(most)) most = UINT32_MAX;
        }
        if (i >= text_.size() || text_[i] != '}') bad_ = true;
        at_ = i;
        break;
      }
      default:
        return one;
    }
    ++at_;
    if (more() && (text_[at_] == '?' || text_[at_] == '+')) ++at_;
    Facts f = one;
    f.min_length = times(one.min_length, least);
    f.max_length = times(one.max_length, most);
    f.nullable = one.nullable || least == 0;
    f.states = times(one.states, most == UINT32_MAX ? plus(least, 1) : most);
    if (most == 0) return empty_match();
    return f;
  }

  Facts single(const CharSet& set) {
    Facts f;
    f.min_length = f.max_length = f.states = 1;
    f.chars = f.first = f.last = set;
    return f;
  }

  static CharSet complement(CharSet set) {
    set.low = ~set.low;
    set.high = ~set.high;
    set.other = true;  // a class names ASCII characters only, or bad_ is set
    return set;
  }

  bool escape(CharSet& into) {
    if (at_ >= text_.size()) return false;
    const char c = text_[at_++];
    CharSet word = CharSet::range('0', '9');
    word.add(CharSet::range('a', 'z'));
    word.add(CharSet::range('A', 'Z'));
    word.add('_');
    switch (c) {
      case 'd':
        into = CharSet::range('0', '9');
        return true;
      case 'D':
        into = complement(CharSet::range('0', '9'));
        return true;
      case 's':
        into = CharSet::of(" \t\n\r\f");
        return true;
      case 'S':
        into = complement(CharSet::of(" \t\n\r\f"));
        return true;
      case 'w':
        into = word;
        return true;
      case 'W':
        into = complement(word);
        return true;
      case 't':
        into = CharSet::of("\t");
        return true;
      case 'n':
        into = CharSet::of("\n");
        return true;
      case 'r':
        into = CharSet::of("\r");
        return true;
      case 'x': {
        std::uint32_t point = 0;
        if (!code_point(point)) return false;
        into = CharSet::none();
        point_ = point;
        into.add(point < 128 ? static_cast<char>(point) : '\x80');
        return true;
      }
      case 'p':
      case 'P': {  // \p{L}: any letters, ASCII ones and others
        if (at_ < text_.size() && text_[at_] == '{') {
          const std::size_t end = text_.find('}', at_);
          if (end == std::string_view::npos) return false;
          const std::string_view name = text_.substr(at_ + 1, end - at_ - 1);
          at_ = end + 1;
          if (c == 'p' && (name == "L" || name == "Lu" || name == "Ll")) {
            into = CharSet::none();
            if (name != "Ll") into.add(CharSet::range('A', 'Z'));
            if (name != "Lu") into.add(CharSet::range('a', 'z'));
            into.other = true;
            return true;
          }
        }
        into = CharSet{};
        return true;
      }
      default:
        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'))
          return false;
        into = CharSet::none();
        into.add(c);
        return true;
    }
  }

  Facts atom(int depth) {
    const char c = text_[at_++];
    if (c == '(') {
      if (text_.substr(at_).starts_with("?:")) {
        at_ += 2;
      } else if (text_.substr(at_).starts_with("?s:")) {
        at_ += 3;
      } else if (text_.substr(at_).starts_with("?")) {
        bad_ = true;
        return empty_match();
      }
      Facts f = alternatives(depth + 1);
      if (!more() || text_[at_] != ')') {
        bad_ = true;
      } else {
        ++at_;
      }
      return f;
    }
    if (c == '[') return single(bracket());
    if (c == '.') return single(CharSet{});
    if (c == '\\') {
      CharSet set;
      if (!escape(set)) bad_ = true;
      return single(set);
    }
    if (c == '*' || c == '+' || c == '?' || c == ']' || c == '{' || c == '}') bad_ = true;
    CharSet set = CharSet::none();
    set.add(c);
    while (at_ < text_.size() && (static_cast<unsigned char>(text_[at_]) & 0xC0) == 0x80) ++at_;
    return single(set);
  }

  // After "\x": two hexadecimal digits, or some in braces.
  bool code_point(std::uint32_t& point) {
    const bool braces = at_ < text_.size() && text_[at_] == '{';
    if (braces) ++at_;
    std::size_t n = 0;
    while (at_ < text_.size() && n < (braces ? 8u : 2u)) {
      const char c = text_[at_];
      const int digit = c >= '0' && c <= '9'   ? c - '0'
                        : c >= 'a' && c <= 'f' ? c - 'a' + 10
                        : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                               : -1;
      if (digit < 0) break;
      point = point * 16 + static_cast<std::uint32_t>(digit);
      ++at_;
      ++n;
    }
    if (braces) {
      if (at_ >= text_.size() || text_[at_] != '}') return false;
      ++at_;
    }
    return n > 0;
  }

  // One member of a class; `point` is its code point if it is a single character.
  CharSet member(std::optional<std::uint32_t>& point) {
    CharSet set = CharSet::none();
    const char c = text_[at_++];
    point.reset();
    if (c == '\\') {
      point_.reset();
      const std::size_t from = at_;
      if (!escape(set)) bad_ = true;
      if (point_) {
        point = point_;
      } else if (from < text_.size() && at_ == from + 1 &&
                 std::string_view("dDsSwWpP").find(text_[from]) == std::string_view::npos) {
        for (int k = 0; k < 128; ++k) {
          if (set.has(static_cast<char>(k))) point = static_cast<std::uint32_t>(k);
        }
      }
      return set;
    }
    set.add(c);
    if (static_cast<unsigned char>(c) < 128) {
      point = static_cast<unsigned char>(c);
    } else {
      point = 0x80;
      while (at_ < text_.size() && (static_cast<unsigned char>(text_[at_]) & 0xC0) == 0x80) ++at_;
    }
    return set;
  }

  CharSet bracket() {
    CharSet set = CharSet::none();
    bool negative = false;
    if (more() && text_[at_] == '^') {
      negative = true;
      ++at_;
    }
    bool first = true;
    while (more() && (text_[at_] != ']' || first)) {
      first = false;
      if (text_.substr(at_).starts_with("[:")) bad_ = true;
      std::optional<std::uint32_t> from, to;
      set.add(member(from));
      if (at_ + 1 >= text_.size() || text_[at_] != '-' || text_[at_ + 1] == ']') continue;
      ++at_;
      set.add(member(to));
      if (!from || !to || *to < *from) {
        bad_ = true;
        break;
      }
      for (std::uint32_t k = *from; k <= std::min<std::uint32_t>(*to, 127); ++k)
        set.add(static_cast<char>(k));
    }
    if (!more()) {
      bad_ = true;
      return set;
    }
    ++at_;
    return negative ? complement(set) : set;
  }

  std::optional<std::uint32_t> point_;
  std::string_view text_;
  std::size_t at_ = 0;
  bool bad_ = false, deep_ = false;
};

constexpr std::size_t kMostText = 16'000;
constexpr std::uint32_t kMostStates = 2'000;

}  // namespace

std::optional<RegexFacts> regex_facts(std::string_view pattern) {
  if (pattern.size() > kMostText) return std::nullopt;
  return Reader(pattern).all();
}

bool regex_too_large(std::string_view pattern) {
  if (pattern.size() > kMostText) return true;
  Reader reader(pattern);
  const std::optional<RegexFacts> facts = reader.all();
  return facts ? facts->states > kMostStates : reader.deep();
}

}  // namespace portage::mapping
