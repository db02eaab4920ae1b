// Decimal: a number written in digits, compared exactly and without any memory of its own. "1.0",
// "1" and "10e-1" are equal. Costs time in proportion to the digits written, never to the exponent:
// "1e1000000" is as cheap as "1e1". Exponents are held to +-10^17. A Decimal is a view: the text
// must outlive it. Pure; knows nothing of floating point.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace portage::schema {

class Decimal {
 public:
  Decimal() = default;  // zero
  // JSON's number syntax, and for XSD a leading '+' and a missing part on one side of the dot. The
  // caller has checked the syntax; anything else gives some number, never a fault.
  static Decimal from(std::string_view digits);

  bool zero() const { return digits_.empty(); }
  bool negative() const { return negative_; }
  bool integer() const { return zero() || low_ >= 0; }
  std::uint64_t fraction_digits() const;  // after the last significant one: "1.50" has 1
  std::uint64_t total_digits() const;     // as XSD counts them: "100" has 3, "0.01" has 2
  std::optional<std::int64_t> as_int64() const;
  // This is a whole number times `divisor`; fast for divisors with at most 18 significant digits.
  bool multiple_of(const Decimal& divisor) const;
  std::uint64_t significant_digits() const { return zero() ? 0 : span_of_digits(); }
  std::uint64_t hash() const;

  friend int compare(const Decimal& a, const Decimal& b);  // -1, 0, 1

 private:
  std::uint64_t span_of_digits() const { return static_cast<std::uint64_t>(top_ - low_) + 1; }
  std::string_view digits_;  // from the first to the last digit that is not 0; may hold a '.'
  std::int64_t top_ = 0;     // the power of ten of the first of them
  std::int64_t low_ = 0;     // and of the last
  bool negative_ = false;
};

int compare(const Decimal& a, const Decimal& b);

}  // namespace portage::schema
