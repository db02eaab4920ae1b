// Date patterns of the parties: "dd/MM/yyyy", "yyyyMMdd", "M/d/yyyy", "'0'yyDDD" with a century.
// Compiled once; reading and writing allocate nothing. Immutable, any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/base/time.h"

namespace portage::mapping {

class DatePattern {
 public:
  // Nothing if the pattern does not fix one day, or has a letter that means nothing here; `why`
  // says so in a word the finding quotes. `century` (such as 2000) is needed by yy, and only by it;
  // 0 = none given.
  static std::optional<DatePattern> compile(std::string_view pattern, int century,
                                            std::string& why);

  std::optional<base::Day> read(std::string_view text) const;
  // False if the day cannot be written so (its year is outside the century). `out` needs room for
  // 64 bytes.
  bool write(base::Day day, char* out, std::size_t& size) const;

  const std::string& text() const { return text_; }
  std::size_t min_size() const { return min_size_; }
  std::size_t max_size() const { return max_size_; }
  int century() const { return century_; }
  // Every character that a written date can hold, once each.
  std::string characters() const;

 private:
  enum class Part : std::uint8_t { year4, year2, month2, month, day2, day, ordinal, literal };
  struct Piece {
    Part part;
    char literal = 0;
  };
  std::string text_;
  std::vector<Piece> pieces_;
  int century_ = 0;
  bool by_ordinal_ = false;
  std::size_t min_size_ = 0, max_size_ = 0;
};

}  // namespace portage::mapping
