#include "gateway/schema/layout/date_form.h"

#include "gateway/base/time.h"

namespace portage::schema {

std::optional<DateForm> DateForm::from(std::string_view pattern) {
  DateForm form;
  const auto literal = [&](std::string_view text) {
    if (form.parts_.empty() || form.parts_.back().letter != 0) form.parts_.emplace_back();
    form.parts_.back().literal += text;
  };
  while (!pattern.empty()) {
    const char c = pattern.front();
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (c == '\'') {
      const std::size_t end = pattern.find('\'', 1);
      if (end == std::string_view::npos) return std::nullopt;
      literal(end == 1 ? "'" : pattern.substr(1, end - 1));
      pattern.remove_prefix(end + 1);
      continue;
    }
    if (!letter) {
      literal(pattern.substr(0, 1));
      pattern.remove_prefix(1);
      continue;
    }
    std::size_t run = 0;
    while (run < pattern.size() && pattern[run] == c) ++run;
    Part part;
    part.letter = c;
    const bool year = c == 'y' && (run == 4 || run == 2);
    const bool other = std::string_view("MdHms").find(c) != std::string_view::npos && run <= 2;
    const bool of_year = c == 'D' && run == 3;
    if (!year && !other && !of_year) return std::nullopt;
    part.digits = static_cast<int>(run);
    part.most_digits = run == 1 ? 2 : static_cast<int>(run);
    form.parts_.push_back(std::move(part));
    pattern.remove_prefix(run);
  }
  return form.parts_.empty() ? std::nullopt : std::optional(std::move(form));
}

bool DateForm::fits(std::string_view text) const {
  int year = 2000, month = 1, day = 1, of_year = 1;
  for (const Part& part : parts_) {
    if (part.letter == 0) {
      if (!text.starts_with(part.literal)) return false;
      text.remove_prefix(part.literal.size());
      continue;
    }
    int value = 0, digits = 0;
    while (digits < part.most_digits && static_cast<std::size_t>(digits) < text.size() &&
           text[static_cast<std::size_t>(digits)] >= '0' &&
           text[static_cast<std::size_t>(digits)] <= '9') {
      value = value * 10 + (text[static_cast<std::size_t>(digits)] - '0');
      ++digits;
    }
    if (digits < part.digits) return false;
    text.remove_prefix(static_cast<std::size_t>(digits));
    switch (part.letter) {
      case 'y':
        year = part.digits == 2 ? 2000 + value : value;
        break;
      case 'M':
        month = value;
        break;
      case 'd':
        day = value;
        break;
      case 'D':
        of_year = value;
        break;
      case 'H':
        if (value > 23) return false;
        break;
      default:
        if (value > 59) return false;
    }
  }
  const bool leap = base::day_from(year, 2, 29).has_value();
  if (of_year < 1 || of_year > (leap ? 366 : 365)) return false;
  return text.empty() && base::day_from(year, month, day).has_value();
}

}  // namespace portage::schema
