// What the translators of ECMA-262 and of XSD expressions to RE2's syntax have in common: the text
// that is read, what has been written, groups, repetitions and sets. For one expression, on one
// thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/base/result.h"
#include "gateway/base/utf8.h"
#include "gateway/schema/pattern_syntax.h"

namespace portage::schema {

class PatternTranslator {
 protected:
  explicit PatternTranslator(std::string_view source) : source_(source) {}
  virtual ~PatternTranslator() = default;
  virtual void one() = 0;                // reads the next atom, group or repetition
  virtual void escape(bool in_set) = 0;  // what follows a backslash
  virtual bool refused_in_set() { return false; }

  base::Result<std::string> translate(std::string_view before, std::string_view after);

  void fail(std::string_view why);
  // Right for the language, only not for us; {at} is about where in the expression.
  void unsupported(std::string_view what, std::string_view code = "schema.pattern_unsupported");
  bool ahead(std::string_view text) const { return source_.substr(at_).starts_with(text); }

  void begin_atom() {
    atom_ = out_.size();
    repeatable_ = true;
  }
  void literal() {
    begin_atom();
    append_literal(base::next_code_point(source_, at_), out_);
  }
  // What is no atom: nothing to repeat stands before the next one.
  void between(std::string_view written) {
    out_ += written;
    repeatable_ = false;
    ++at_;
  }
  void begin_group();
  void end_group();
  int number_at(std::size_t& at) const;  // -1 if there is none
  // The last atom as often as said; most < 0 = without end.
  void repeat(int least, int most);
  void quantify(char c);
  void members_of_set();  // up to its ]
  void in_class(std::string_view inside, bool in_set);
  std::optional<std::string_view> property();  // "{Lu}" -> "Lu"

  std::string_view source_;
  std::size_t at_ = 0;
  std::string out_;
  std::size_t atom_ = 0;      // where the last atom begins in out_
  bool repeatable_ = false;   // there is one to repeat
  bool after_class_ = false;  // in a set: what stands last is a class such as \d
  std::vector<std::size_t> open_;
  std::optional<base::Error> failed_;
};

}  // namespace portage::schema
