// ECMA-262 regular expressions (with the `u` flag) -> RE2.
#include <optional>

#include "gateway/schema/pattern.h"
#include "gateway/schema/pattern_syntax.h"

namespace portage::schema {
namespace {

class EcmaTranslator {
 public:
  explicit EcmaTranslator(std::string_view source) : source_(source) {}

  base::Result<std::string> run() {
    while (at_ < source_.size() && !failed_) one();
    if (failed_) return *failed_;
    if (!open_.empty()) return wrong("missing )");
    return std::move(out_);
  }

 private:
  base::Error wrong(std::string_view why) {
    return base::make_error(base::ErrorKind::invalid, "schema.pattern_wrong",
                            {{"why", std::string(why)}});
  }
  void fail(std::string_view why) { failed_ = wrong(why); }
  void unsupported(std::string_view what) {
    failed_ = base::make_error(base::ErrorKind::unsupported, "schema.pattern_unsupported",
                               {{"what", std::string(what)}});
  }
  bool ahead(std::string_view text) const { return source_.substr(at_).starts_with(text); }
  void begin_atom() {
    atom_ = out_.size();
    repeatable_ = true;
  }

  void one() {
    const char c = source_[at_];
    switch (c) {
      case '^':
        out_ += "\\A";
        repeatable_ = false;
        ++at_;
        return;
      case '$':
        out_ += "\\z";
        repeatable_ = false;
        ++at_;
        return;
      case '|':
        out_ += '|';
        repeatable_ = false;
        ++at_;
        return;
      case '.':
        begin_atom();
        out_ += "[^\\n\\r\\x{2028}\\x{2029}]";
        ++at_;
        return;
      case '(':
        open_group();
        return;
      case ')':
        if (open_.empty()) return fail("unexpected )");
        out_ += ')';
        atom_ = open_.back();
        open_.pop_back();
        repeatable_ = true;
        ++at_;
        return;
      case '[':
        begin_atom();
        set();
        return;
      case '\\':
        begin_atom();
        ++at_;
        escape(false);
        return;
      case '*':
      case '+':
      case '?':
      case '{':
        quantifier();
        return;
      default:
        begin_atom();
        append_literal(next_code_point(source_, at_), out_);
    }
  }

  void open_group() {
    ++at_;
    const std::size_t start = out_.size();
    if (ahead("?=") || ahead("?!")) return unsupported("look-ahead");
    if (ahead("?<=") || ahead("?<!")) return unsupported("look-behind");
    if (ahead("?:")) {
      at_ += 2;
    } else if (ahead("?<")) {
      const std::size_t end = source_.find('>', at_);
      if (end == std::string_view::npos) return fail("group name without >");
      at_ = end + 1;
    } else if (ahead("?")) {
      return fail("unknown kind of group");
    }
    if (open_.size() >= 200) return fail("more than 200 groups inside each other");
    out_ += "(?:";
    open_.push_back(start);
    repeatable_ = false;
  }

  // {2}, {2,}, {2,5}; nothing if the brace is a plain character.
  struct Repetition {
    int least;
    int most;
    std::size_t end;
  };
  std::optional<Repetition> braces() const {
    std::size_t i = at_ + 1;
    const auto number = [&]() -> int {
      if (i >= source_.size() || source_[i] < '0' || source_[i] > '9') return -1;
      int value = 0;
      for (; i < source_.size() && source_[i] >= '0' && source_[i] <= '9'; ++i) {
        value = std::min(kMostRepetitions + 1, value * 10 + (source_[i] - '0'));
      }
      return value;
    };
    const int least = number();
    if (least < 0) return std::nullopt;
    int most = least;
    if (i < source_.size() && source_[i] == ',') {
      ++i;
      most = number();
    }
    if (i >= source_.size() || source_[i] != '}') return std::nullopt;
    return Repetition{least, most, i + 1};
  }

  void quantifier() {
    const char c = source_[at_];
    if (c == '{') {
      const std::optional<Repetition> found = braces();
      if (!found) {
        begin_atom();
        out_ += "\\{";
        ++at_;
        return;
      }
      if (!repeatable_) return fail("nothing to repeat");
      if (found->least > kMostRepetitions || found->most > kMostRepetitions) {
        return fail("more than 20000 repetitions");
      }
      if (found->most >= 0 && found->most < found->least) return fail("{m,n} with m above n");
      const std::string atom = out_.substr(atom_);
      out_.resize(atom_);
      if (atom.size() > 100'000) return fail("expression too long");
      append_repeated(atom, found->least, found->most, out_);
      if (out_.size() > 1'000'000) return fail("expression too long");
      at_ = found->end;
    } else {
      if (!repeatable_) return fail("nothing to repeat");
      out_ += c;
      ++at_;
    }
    if (ahead("?")) {  // lazy: the same texts match
      ++at_;
    }
    repeatable_ = false;
  }

  void set() {
    ++at_;
    const bool negated = ahead("^");
    if (negated) ++at_;
    if (ahead("]")) {
      out_ += negated ? "[\\x{0}-\\x{10ffff}]" : "[^\\x{0}-\\x{10ffff}]";
      ++at_;
      return;
    }
    out_ += negated ? "[^" : "[";
    bool starts_range = false;  // what stands last is one character
    while (at_ < source_.size() && source_[at_] != ']' && !failed_) {
      if (source_[at_] == '\\') {
        ++at_;
        escape(true);
        starts_range = !after_class_;
      } else if (source_[at_] == '-' && starts_range && !ahead("-]")) {
        out_ += '-';
        ++at_;
        range_operand();
        starts_range = false;
      } else {
        append_literal(next_code_point(source_, at_), out_);
        starts_range = true;
      }
    }
    after_class_ = false;
    if (failed_) return;
    if (at_ >= source_.size()) return fail("missing ]");
    ++at_;
    out_ += ']';
  }

  void range_operand() {
    if (at_ >= source_.size()) return;
    if (source_[at_] == '\\') {
      ++at_;
      escape(true);
      if (after_class_) fail("a range that ends in a class");
      return;
    }
    append_literal(next_code_point(source_, at_), out_);
  }

  std::optional<std::uint32_t> hexadecimal(std::size_t digits) {
    if (at_ + digits > source_.size()) return std::nullopt;
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < digits; ++i) {
      const char c = source_[at_ + i];
      std::uint32_t digit;
      if (c >= '0' && c <= '9')
        digit = static_cast<std::uint32_t>(c - '0');
      else if (c >= 'a' && c <= 'f')
        digit = static_cast<std::uint32_t>(c - 'a' + 10);
      else if (c >= 'A' && c <= 'F')
        digit = static_cast<std::uint32_t>(c - 'A' + 10);
      else
        return std::nullopt;
      value = value * 16 + digit;
    }
    at_ += digits;
    return value;
  }

  void code_point_escape() {
    if (ahead("{")) {
      const std::size_t end = source_.find('}', at_);
      if (end == std::string_view::npos || end - at_ < 2 || end - at_ > 7) return fail("bad \\u{}");
      ++at_;
      const auto value = hexadecimal(end - at_);
      if (!value || *value > 0x10FFFF) return fail("bad \\u{}");
      ++at_;
      return append_literal(*value, out_);
    }
    auto value = hexadecimal(4);
    if (!value) return fail("bad \\u");
    if (*value >= 0xD800 && *value < 0xDC00 && ahead("\\u")) {
      at_ += 2;
      const auto low = hexadecimal(4);
      if (!low || *low < 0xDC00 || *low > 0xDFFF) return fail("lone surrogate");
      value = 0x10000 + ((*value - 0xD800) << 10) + (*low - 0xDC00);
    }
    if (*value >= 0xD800 && *value <= 0xDFFF) return fail("lone surrogate");
    append_literal(*value, out_);
  }

  void property(bool negated) {
    const std::size_t end = source_.find('}', at_);
    if (!ahead("{") || end == std::string_view::npos) return fail("bad \\p");
    const std::string_view name = source_.substr(at_ + 1, end - at_ - 1);
    at_ = end + 1;
    after_class_ = true;
    if (name == "ASCII" || name == "Any") {
      if (negated) return unsupported("\\P of this property");
      out_ += name == "Any" ? "\\x{0}-\\x{10ffff}" : "\\x{0}-\\x{7f}";
      return;
    }
    const std::string_view known = property_name(name);
    if (known.empty()) return unsupported("this \\p property");
    out_ += negated ? "\\P{" : "\\p{";
    out_.append(known).append("}");
  }

  void escape(bool in_set) {
    after_class_ = false;
    if (at_ >= source_.size()) return fail("\\ at the end");
    const char c = source_[at_++];
    const auto in_class = [&](std::string_view inside) {
      after_class_ = true;
      if (in_set)
        out_ += inside;
      else
        out_.append("[").append(inside).append("]");
    };
    switch (c) {
      case 'd':
        return in_class("0-9");
      case 'D':
        return in_class("\\x{0}-/:-\\x{10ffff}");
      case 'w':
        return in_class("0-9A-Za-z_");
      case 'W':
        return in_class("\\x{0}-/:-@\\[-^`{-\\x{10ffff}");
      case 's':
        return in_class(kEcmaSpace);
      case 'S':
        return in_class(kEcmaNotSpace);
      case 'b':
        if (in_set) return append_literal(8, out_);
        repeatable_ = false;
        out_ += "\\b";
        return;
      case 'B':
        if (in_set) return fail("\\B in a set");
        repeatable_ = false;
        out_ += "\\B";
        return;
      case 'n':
        return append_literal('\n', out_);
      case 'r':
        return append_literal('\r', out_);
      case 't':
        return append_literal('\t', out_);
      case 'v':
        return append_literal('\v', out_);
      case 'f':
        return append_literal('\f', out_);
      case 'c': {
        if (at_ >= source_.size()) return fail("bad \\c");
        const char letter = source_[at_++];
        const bool ok = (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z');
        if (!ok) return fail("bad \\c");
        return append_literal(static_cast<std::uint32_t>(letter) & 31, out_);
      }
      case 'x': {
        const auto value = hexadecimal(2);
        if (!value) return fail("bad \\x");
        return append_literal(*value, out_);
      }
      case 'u':
        return code_point_escape();
      case 'p':
      case 'P': {
        if (!in_set) out_ += '[';
        property(c == 'P');
        if (!in_set) out_ += ']';
        return;
      }
      case 'k':
        return unsupported("back references");
      case '0':
        if (at_ < source_.size() && source_[at_] >= '0' && source_[at_] <= '9') {
          return fail("octal escape");
        }
        return append_literal(0, out_);
      default:
        break;
    }
    if (c >= '1' && c <= '9') return unsupported("back references");
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (letter) return fail("unknown escape");
    --at_;
    append_literal(next_code_point(source_, at_), out_);
  }

  std::string_view source_;
  std::size_t at_ = 0;
  std::string out_;
  std::size_t atom_ = 0;      // where the last atom begins in out_
  bool repeatable_ = false;   // there is one to repeat
  bool after_class_ = false;  // in a set: what stands last is a class such as \d
  std::vector<std::size_t> open_;
  std::optional<base::Error> failed_;
};

}  // namespace

base::Result<std::string> re2_from_ecma(std::string_view source) {
  if (source.size() > 10'000) {
    return base::make_error(base::ErrorKind::invalid, "schema.pattern_large");
  }
  return EcmaTranslator(source).run();
}

}  // namespace portage::schema
