// XSD 1.0 regular expressions -> RE2. They match whole texts, and '^' and '$' are plain characters
// in them.
#include <optional>
#include <vector>

#include "gateway/schema/pattern.h"
#include "gateway/schema/pattern_syntax.h"

namespace portage::schema {
namespace {

class XsdTranslator {
 public:
  explicit XsdTranslator(std::string_view source) : source_(source) {}

  base::Result<std::string> run() {
    out_ = "(?:";
    while (at_ < source_.size() && !failed_) one();
    if (failed_) return *failed_;
    if (!open_.empty()) return wrong("missing )");
    out_ += ')';
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
      case '|':
        out_ += '|';
        repeatable_ = false;
        ++at_;
        return;
      case '.':
        begin_atom();
        out_ += "[^\\n\\r]";
        ++at_;
        return;
      case '(':
        ++at_;
        if (ahead("?")) return fail("nothing to repeat");
        if (open_.size() >= 200) return fail("more than 200 groups inside each other");
        open_.push_back(out_.size());
        out_ += "(?:";
        repeatable_ = false;
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
        if (!repeatable_) return fail("nothing to repeat");
        out_ += c;
        ++at_;
        repeatable_ = false;
        return;
      case '{':
        return braces();
      default:
        begin_atom();
        append_literal(next_code_point(source_, at_), out_);
    }
  }

  int number() {
    if (at_ >= source_.size() || source_[at_] < '0' || source_[at_] > '9') return -1;
    int value = 0;
    for (; at_ < source_.size() && source_[at_] >= '0' && source_[at_] <= '9'; ++at_) {
      value = std::min(kMostRepetitions + 1, value * 10 + (source_[at_] - '0'));
    }
    return value;
  }

  void braces() {
    if (!repeatable_) return fail("nothing to repeat");
    ++at_;
    const int least = number();
    int most = least;
    if (ahead(",")) {
      ++at_;
      most = number();
    }
    if (least < 0 || !ahead("}")) return fail("bad {}");
    ++at_;
    if (most >= 0 && most < least) return fail("{m,n} with m above n");
    if (least > kMostRepetitions || most > kMostRepetitions) {
      return fail("more than 20000 repetitions");
    }
    const std::string atom = out_.substr(atom_);
    out_.resize(atom_);
    if (atom.size() > 100'000) return fail("expression too long");
    append_repeated(atom, least, most, out_);
    if (out_.size() > 1'000'000) return fail("expression too long");
    repeatable_ = false;
  }

  void set() {
    ++at_;
    out_ += '[';
    if (ahead("^")) {
      out_ += '^';
      ++at_;
    }
    if (ahead("]")) return fail("empty []");
    bool starts_range = false;
    while (at_ < source_.size() && source_[at_] != ']' && !failed_) {
      if (ahead("-[")) return unsupported("subtraction of sets");
      if (ahead("[")) return fail("[ in a set needs a \\ before it");
      if (source_[at_] == '\\') {
        ++at_;
        escape(true);
        starts_range = !after_class_;
      } else if (source_[at_] == '-' && starts_range && !ahead("-]")) {
        out_ += '-';
        ++at_;
        if (ahead("\\")) {
          ++at_;
          escape(true);
          if (after_class_) return fail("a range that ends in a class");
        } else if (at_ < source_.size()) {
          append_literal(next_code_point(source_, at_), out_);
        }
        starts_range = false;
      } else {
        append_literal(next_code_point(source_, at_), out_);
        starts_range = true;
      }
    }
    if (failed_) return;
    if (at_ >= source_.size()) return fail("missing ]");
    ++at_;
    out_ += ']';
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
      case 'n':
        return append_literal('\n', out_);
      case 'r':
        return append_literal('\r', out_);
      case 't':
        return append_literal('\t', out_);
      case 'd':
        return in_class("\\p{Nd}");
      case 'D':
        return in_class("\\P{Nd}");
      case 's':
        return in_class("\\t\\n\\r ");
      case 'S':
        return in_class("\\x{0}-\\x{8}\\x{b}\\x{c}\\x{e}-\\x{1f}!-\\x{10ffff}");
      case 'w':
        return in_class("\\p{L}\\p{M}\\p{N}\\p{S}");
      case 'W':
        if (in_set) return unsupported("\\W in a set");
        return in_class("^\\p{L}\\p{M}\\p{N}\\p{S}");
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
    const std::size_t end = source_.find('}', at_);
    if (!ahead("{") || end == std::string_view::npos) return fail("bad \\p");
    const std::string_view name = source_.substr(at_ + 1, end - at_ - 1);
    at_ = end + 1;
    after_class_ = true;
    if (name.size() > 2 || property_name(name).empty()) {
      return unsupported("this \\p property");
    }
    if (!in_set) out_ += '[';
    out_.append(negated ? "\\P{" : "\\p{").append(name).append("}");
    if (!in_set) out_ += ']';
  }

  std::string_view source_;
  std::size_t at_ = 0;
  std::string out_;
  std::size_t atom_ = 0;
  bool repeatable_ = false;
  bool after_class_ = false;
  std::vector<std::size_t> open_;
  std::optional<base::Error> failed_;
};

}  // namespace

base::Result<std::string> re2_from_xsd(std::string_view source) {
  if (source.size() > 10'000) {
    return base::make_error(base::ErrorKind::invalid, "schema.pattern_large");
  }
  return XsdTranslator(source).run();
}

}  // namespace portage::schema
