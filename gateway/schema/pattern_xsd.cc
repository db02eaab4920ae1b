// XSD 1.0 regular expressions -> RE2. They match whole texts, and '^' and '$' are plain characters
// in them.
#include <optional>

#include "gateway/schema/pattern.h"
#include "gateway/schema/pattern_translator.h"

namespace portage::schema {
namespace {

class XsdTranslator final : PatternTranslator {
 public:
  explicit XsdTranslator(std::string_view source) : PatternTranslator(source) {}
  base::Result<std::string> run() { return translate("(?:", ")"); }

 private:
  void one() override {
    const char c = source_[at_];
    switch (c) {
      case '|':
        return between("|");
      case '.':
        begin_atom();
        out_ += "[^\\n\\r]";
        ++at_;
        return;
      case '(':
        ++at_;
        if (ahead("?")) return fail("nothing to repeat");
        return begin_group();
      case ')':
        return end_group();
      case '[':
        begin_atom();
        return set();
      case ']':
      case '}':
        return fail("] and } need a \\ before them");
      case '\\':
        begin_atom();
        ++at_;
        return escape(false);
      case '*':
      case '+':
      case '?':
        return quantify(c);
      case '{':
        return braces();
      default:
        literal();
    }
  }

  void braces() {
    if (!repeatable_) return fail("nothing to repeat");
    ++at_;
    const int least = number_at(at_);
    int most = least;
    if (ahead(",")) {
      ++at_;
      most = number_at(at_);
    }
    if (least < 0 || !ahead("}")) return fail("bad {}");
    ++at_;
    repeat(least, most);
  }

  bool refused_in_set() override {
    if (ahead("-[")) unsupported("subtraction of sets");
    if (ahead("[")) fail("[ in a set needs a \\ before it");
    return failed_.has_value();
  }

  void set() {
    ++at_;
    out_ += '[';
    if (ahead("^")) {
      out_ += '^';
      ++at_;
    }
    if (ahead("]")) return fail("empty []");
    members_of_set();
  }

  void escape(bool in_set) override {
    after_class_ = false;
    if (at_ >= source_.size()) return fail("\\ at the end");
    const char c = source_[at_++];
    switch (c) {
      case 'n':
        return append_literal('\n', out_);
      case 'r':
        return append_literal('\r', out_);
      case 't':
        return append_literal('\t', out_);
      case 'd':
        return in_class("\\p{Nd}", in_set);
      case 'D':
        return in_class("\\P{Nd}", in_set);
      case 's':
        return in_class("\\t\\n\\r ", in_set);
      case 'S':
        return in_class("\\x{0}-\\x{8}\\x{b}\\x{c}\\x{e}-\\x{1f}!-\\x{10ffff}", in_set);
      case 'w':
        return in_class("\\p{L}\\p{M}\\p{N}\\p{S}", in_set);
      case 'W':
        if (in_set) return unsupported("\\W in a set");
        return in_class("^\\p{L}\\p{M}\\p{N}\\p{S}", in_set);
      case 'i':
      case 'I':
      case 'c':
      case 'C':
        return unsupported("\\i and \\c");
      case 'p':
      case 'P':
        return property(c == 'P', in_set);
      default:
        break;
    }
    if (std::string_view("\\|.-^?*+{}()[]").find(c) == std::string_view::npos) {
      return fail("unknown escape");
    }
    append_literal(static_cast<unsigned char>(c), out_);
  }

  void property(bool negated, bool in_set) {
    const std::optional<std::string_view> found = PatternTranslator::property();
    if (!found) return;
    const std::string_view name = *found;
    if (name.size() > 2 || property_name(name).empty()) {
      return unsupported("this \\p property");
    }
    if (!in_set) out_ += '[';
    out_.append(negated ? "\\P{" : "\\p{").append(name).append("}");
    if (!in_set) out_ += ']';
  }
};

}  // namespace

base::Result<std::string> re2_from_xsd(std::string_view source) {
  return XsdTranslator(source).run();
}

}  // namespace portage::schema
