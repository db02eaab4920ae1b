#include "gateway/schema/pattern_translator.h"

#include <algorithm>

#include "gateway/base/text.h"
#include "gateway/base/utf8.h"

namespace portage::schema {

base::Result<std::string> PatternTranslator::translate(std::string_view before,
                                                       std::string_view after) {
  if (source_.size() > 10'000) {
    return base::make_error(base::ErrorKind::invalid, "schema.pattern_large");
  }
  out_ = before;
  while (at_ < source_.size() && !failed_) one();
  if (!failed_ && !open_.empty()) fail("missing )");
  if (failed_) return *failed_;
  out_ += after;
  return std::move(out_);
}

void PatternTranslator::fail(std::string_view why) {
  failed_ = base::make_error(base::ErrorKind::invalid, "schema.pattern_wrong",
                             {{"why", std::string(why)}});
}

void PatternTranslator::unsupported(std::string_view what, std::string_view code) {
  const std::size_t place = base::code_points(source_.substr(0, at_));
  failed_ = base::make_error(base::ErrorKind::unsupported, code,
                             {{"what", std::string(what)}, {"at", std::to_string(place)}});
}

void PatternTranslator::begin_group() {
  if (open_.size() >= 200) return fail("more than 200 groups inside each other");
  open_.push_back(out_.size());
  out_ += "(?:";
  repeatable_ = false;
}

void PatternTranslator::end_group() {
  if (open_.empty()) return fail("unexpected )");
  out_ += ')';
  atom_ = open_.back();
  open_.pop_back();
  repeatable_ = true;
  ++at_;
}

int PatternTranslator::number_at(std::size_t& at) const {
  if (at >= source_.size() || source_[at] < '0' || source_[at] > '9') return -1;
  int value = 0;
  for (; at < source_.size() && source_[at] >= '0' && source_[at] <= '9'; ++at) {
    value = std::min(kMostRepetitions + 1, value * 10 + (source_[at] - '0'));
  }
  return value;
}

void PatternTranslator::repeat(int least, int most) {
  if (!repeatable_) return fail("nothing to repeat");
  if (least > kMostRepetitions || most > kMostRepetitions) {
    return fail("more than 20000 repetitions");
  }
  if (most >= 0 && most < least) return fail("{m,n} with m above n");
  const std::string atom = out_.substr(atom_);
  out_.resize(atom_);
  if (atom.size() > 100'000) return fail("expression too long");
  append_repeated(atom, least, most, out_);
  if (out_.size() > 1'000'000) return fail("expression too long");
  repeatable_ = false;
}

void PatternTranslator::quantify(char c) {
  if (!repeatable_) return fail("nothing to repeat");
  out_ += c;
  ++at_;
  repeatable_ = false;
}

void PatternTranslator::members_of_set() {
  bool starts_range = false;  // what stands last is one character
  while (at_ < source_.size() && source_[at_] != ']' && !failed_) {
    if (refused_in_set()) return;
    if (source_[at_] == '-' && starts_range && !ahead("-]")) {
      out_ += '-';
      ++at_;
      if (ahead("\\")) {
        ++at_;
        escape(true);
        if (after_class_) return fail("a range that ends in a class");
      } else if (at_ < source_.size()) {
        append_literal(base::next_code_point(source_, at_), out_);
      }
      starts_range = false;
    } else if (source_[at_] == '\\') {
      ++at_;
      escape(true);
      starts_range = !after_class_;
    } else {
      append_literal(base::next_code_point(source_, at_), out_);
      starts_range = true;
    }
  }
  after_class_ = false;
  if (failed_) return;
  if (at_ >= source_.size()) return fail("missing ]");
  ++at_;
  out_ += ']';
}

void PatternTranslator::in_class(std::string_view inside, bool in_set) {
  after_class_ = true;
  if (in_set)
    out_ += inside;
  else
    out_.append("[").append(inside).append("]");
}

std::optional<std::string_view> PatternTranslator::property() {
  const std::size_t end = source_.find('}', at_);
  if (!ahead("{") || end == std::string_view::npos) {
    fail("bad \\p");
    return std::nullopt;
  }
  const std::string_view name = source_.substr(at_ + 1, end - at_ - 1);
  at_ = end + 1;
  after_class_ = true;
  return name;
}

}  // namespace portage::schema
