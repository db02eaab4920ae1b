// ECMA-262 regular expressions (with the `u` flag) -> RE2.
#include <optional>

#include "gateway/base/utf8.h"
#include "gateway/schema/pattern.h"
#include "gateway/schema/pattern_translator.h"

namespace portage::schema {
namespace {

constexpr std::string_view kLookAround = "schema.pattern_look_around";

class EcmaTranslator final : PatternTranslator {
 public:
  explicit EcmaTranslator(std::string_view source) : PatternTranslator(source) {}
  base::Result<std::string> run() { return translate({}, {}); }

 private:
  void one() override {
    const char c = source_[at_];
    switch (c) {
      case '^':
        return between("\\A");
      case '$':
        return between("\\z");
      case '|':
        return between("|");
      case '.':
        begin_atom();
        out_ += "[^\\n\\r\\x{2028}\\x{2029}]";
        ++at_;
        return;
      case '(':
        open_group();
        return;
      case ')':
        return end_group();
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
        literal();
    }
  }

  void open_group() {
    ++at_;
    if (ahead("?=") || ahead("?!")) return unsupported("look-ahead", kLookAround);
    if (ahead("?<=") || ahead("?<!")) return unsupported("look-behind", kLookAround);
    if (ahead("?:")) {
      at_ += 2;
    } else if (ahead("?<")) {
      const std::size_t end = source_.find('>', at_);
      if (end == std::string_view::npos) return fail("group name without >");
      at_ = end + 1;
    } else if (ahead("?")) {
      return fail("unknown kind of group");
    }
    begin_group();
  }

  // {2}, {2,}, {2,5}; nothing if the brace is a plain character.
  struct Repetition {
    int least;
    int most;
    std::size_t end;
  };
  std::optional<Repetition> braces() const {
    std::size_t i = at_ + 1;
    const int least = number_at(i);
    if (least < 0) return std::nullopt;
    int most = least;
    if (i < source_.size() && source_[i] == ',') {
      ++i;
      most = number_at(i);
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
      repeat(found->least, found->most);
      at_ = found->end;
    } else {
      quantify(c);
    }
    if (ahead("?")) ++at_;  // lazy: the same texts match
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
    members_of_set();
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
    const std::optional<std::string_view> found = PatternTranslator::property();
    if (!found) return;
    const std::string_view name = *found;
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

  void escape(bool in_set) override {
    after_class_ = false;
    if (at_ >= source_.size()) return fail("\\ at the end");
    const char c = source_[at_++];
    switch (c) {
      case 'd':
        return in_class("0-9", in_set);
      case 'D':
        return in_class("\\x{0}-/:-\\x{10ffff}", in_set);
      case 'w':
        return in_class("0-9A-Za-z_", in_set);
      case 'W':
        return in_class("\\x{0}-/:-@\\[-^`{-\\x{10ffff}", in_set);
      case 's':
        return in_class(kEcmaSpace, in_set);
      case 'S':
        return in_class(kEcmaNotSpace, in_set);
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
    append_literal(base::next_code_point(source_, at_), out_);
  }
};

}  // namespace

base::Result<std::string> re2_from_ecma(std::string_view source) {
  return EcmaTranslator(source).run();
}

}  // namespace portage::schema
