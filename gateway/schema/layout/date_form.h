// DateForm: how a column writes dates and times: "dd/MM/yyyy", "yyyyMMdd", "yyyy-MM-dd HH:mm".
// Letters are those of Unicode's date patterns (yyyy yy MM M dd d DDD HH mm ss); text in '…' and
// every other character stands for itself. Checks only; reading dates is the mapping's work.
// Immutable.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace portage::schema {

class DateForm {
 public:
  static std::optional<DateForm> from(std::string_view pattern);
  bool fits(std::string_view text) const;

 private:
  struct Part {
    char letter = 0;  // 0: `literal`
    int digits = 0;   // at least
    int most_digits = 0;
    std::string literal;
  };
  std::vector<Part> parts_;
};

}  // namespace portage::schema
