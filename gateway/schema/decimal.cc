#include "gateway/schema/decimal.h"

#include <algorithm>
#include <string>

namespace portage::schema {
namespace {

constexpr std::int64_t kMostExponent = 100'000'000'000'000'000;

__extension__ using Wide = unsigned __int128;

std::uint64_t times(std::uint64_t a, std::uint64_t b, std::uint64_t modulus) {
  return static_cast<std::uint64_t>(static_cast<Wide>(a) * b % modulus);
}

// 10^exponent modulo `modulus`.
std::uint64_t power_of_ten(std::uint64_t exponent, std::uint64_t modulus) {
  std::uint64_t result = 1 % modulus;
  std::uint64_t base = 10 % modulus;
  for (; exponent > 0; exponent >>= 1) {
    if (exponent & 1) result = times(result, base, modulus);
    base = times(base, base, modulus);
  }
  return result;
}

// A number below a divisor of many digits, in decimal digits, the highest first. Slow and plain:
// only a schema with a divisor of more than 18 digits comes here.
class Remainder {
 public:
  explicit Remainder(std::string divisor)
      : divisor_(std::move(divisor)), digits_(divisor_.size() + 1, '\0') {}

  // this * 10 + digit, modulo the divisor.
  void push(char digit) {
    std::copy(digits_.begin() + 1, digits_.end(), digits_.begin());
    digits_.back() = digit;
    while (!below()) subtract();
  }
  void times(const Remainder& other) {
    const std::string factor = digits_;
    std::fill(digits_.begin(), digits_.end(), '\0');
    for (const char digit : factor) {
      push('\0');
      for (char i = 0; i < digit; ++i) add(other);
    }
  }
  bool zero() const {
    return std::all_of(digits_.begin(), digits_.end(), [](char c) { return c == 0; });
  }

 private:
  bool below() const {
    if (digits_.front() != 0) return false;
    return std::lexicographical_compare(digits_.begin() + 1, digits_.end(), divisor_.begin(),
                                        divisor_.end());
  }
  void subtract() {
    int borrow = 0;
    for (std::size_t i = divisor_.size(); i-- > 0;) {
      int digit = digits_[i + 1] - divisor_[i] - borrow;
      borrow = digit < 0 ? 1 : 0;
      if (digit < 0) digit += 10;
      digits_[i + 1] = static_cast<char>(digit);
    }
    digits_.front() = static_cast<char>(digits_.front() - borrow);
  }
  void add(const Remainder& other) {
    int carry = 0;
    for (std::size_t i = digits_.size(); i-- > 0;) {
      const int digit = digits_[i] + other.digits_[i] + carry;
      carry = digit > 9 ? 1 : 0;
      digits_[i] = static_cast<char>(digit % 10);
    }
    while (!below()) subtract();
  }

  std::string divisor_;
  std::string digits_;
};

bool divides(std::string_view divisor, std::string_view digits, std::uint64_t shift) {
  std::string plain;
  for (const char c : divisor) {
    if (c != '.') plain.push_back(static_cast<char>(c - '0'));
  }
  Remainder rest(plain), base(plain);
  for (const char c : digits) {
    if (c != '.') rest.push(static_cast<char>(c - '0'));
  }
  base.push(1);
  base.push(0);
  for (; shift > 0; shift >>= 1) {
    if (shift & 1) rest.times(base);
    const Remainder square = base;
    base.times(square);
  }
  return rest.zero();
}

std::int64_t exponent_of(std::string_view text) {
  bool negative = false;
  if (!text.empty() && (text.front() == '-' || text.front() == '+')) {
    negative = text.front() == '-';
    text.remove_prefix(1);
  }
  std::int64_t value = 0;
  for (const char c : text) {
    value = std::min(kMostExponent, value * 10 + (c - '0'));
  }
  return negative ? -value : value;
}

}  // namespace

Decimal Decimal::from(std::string_view text) {
  Decimal d;
  if (!text.empty() && (text.front() == '-' || text.front() == '+')) {
    d.negative_ = text.front() == '-';
    text.remove_prefix(1);
  }
  std::int64_t exponent = 0;
  const std::size_t e = text.find_first_of("eE");
  if (e != std::string_view::npos) {
    exponent = exponent_of(text.substr(e + 1));
    text = text.substr(0, e);
  }
  const std::size_t first = text.find_first_not_of("0.");
  if (first == std::string_view::npos) {
    d.negative_ = false;
    return d;
  }
  const std::size_t last = text.find_last_not_of("0.");
  const std::size_t dot = std::min(text.find('.'), text.size());
  // The power of ten of the digit at `i`; the dot takes one place.
  const auto power = [&](std::size_t i) {
    const auto whole = static_cast<std::int64_t>(dot);
    const auto place = static_cast<std::int64_t>(i);
    return (i < dot ? whole - 1 - place : whole - place) + exponent;
  };
  d.top_ = power(first);
  d.low_ = power(last);
  d.digits_ = text.substr(first, last - first + 1);
  return d;
}

std::uint64_t Decimal::fraction_digits() const {
  return zero() || low_ >= 0 ? 0 : static_cast<std::uint64_t>(-low_);
}

std::uint64_t Decimal::total_digits() const {
  if (zero()) return 1;
  const std::int64_t top = std::max<std::int64_t>(top_, -1);
  const std::int64_t low = std::min<std::int64_t>(low_, 0);
  return static_cast<std::uint64_t>(top - low) + 1;
}

std::optional<std::int64_t> Decimal::as_int64() const {
  if (zero()) return 0;
  if (low_ < 0 || top_ > 18) return std::nullopt;
  std::uint64_t value = 0;
  for (const char c : digits_) {
    if (c != '.') value = value * 10 + static_cast<std::uint64_t>(c - '0');
  }
  for (std::int64_t i = 0; i < low_; ++i) value *= 10;  // at most 10^19 - 1: fits 64 bits
  const std::uint64_t most = static_cast<std::uint64_t>(INT64_MAX) + (negative_ ? 1 : 0);
  if (value > most) return std::nullopt;
  return negative_ ? static_cast<std::int64_t>(~value + 1) : static_cast<std::int64_t>(value);
}

bool Decimal::multiple_of(const Decimal& divisor) const {
  if (zero()) return true;
  if (divisor.zero()) return false;
  // Our digits end in one that is not 0, so they cannot hold a power of ten that the divisor has
  // left over.
  if (low_ < divisor.low_) return false;
  if (divisor.span_of_digits() > 18) {
    return divides(divisor.digits_, digits_, static_cast<std::uint64_t>(low_ - divisor.low_));
  }
  std::uint64_t modulus = 0;
  for (const char c : divisor.digits_) {
    if (c != '.') modulus = modulus * 10 + static_cast<std::uint64_t>(c - '0');
  }
  std::uint64_t rest = 0;
  for (const char c : digits_) {
    if (c != '.') {
      rest = static_cast<std::uint64_t>(
          (static_cast<Wide>(rest) * 10 + static_cast<std::uint64_t>(c - '0')) % modulus);
    }
  }
  const auto shift = static_cast<std::uint64_t>(low_ - divisor.low_);
  return times(rest, power_of_ten(shift, modulus), modulus) == 0;
}

std::uint64_t Decimal::hash() const {
  std::uint64_t h = negative_ ? 0x9E3779B97F4A7C15u : 0xC2B2AE3D27D4EB4Fu;
  for (const char c : digits_) {
    if (c != '.') h = (h ^ static_cast<unsigned char>(c)) * 0x100000001B3u;
  }
  return h ^ (zero() ? 0 : static_cast<std::uint64_t>(top_) * 0x9E3779B97F4A7C15u);
}

int compare(const Decimal& a, const Decimal& b) {
  if (a.zero() && b.zero()) return 0;
  if (a.zero()) return b.negative_ ? 1 : -1;
  if (b.zero()) return a.negative_ ? -1 : 1;
  if (a.negative_ != b.negative_) return a.negative_ ? -1 : 1;
  const int sign = a.negative_ ? -1 : 1;
  if (a.top_ != b.top_) return a.top_ < b.top_ ? -sign : sign;
  std::size_t i = 0, j = 0;
  while (true) {
    if (i < a.digits_.size() && a.digits_[i] == '.') ++i;
    if (j < b.digits_.size() && b.digits_[j] == '.') ++j;
    const bool a_ends = i >= a.digits_.size(), b_ends = j >= b.digits_.size();
    if (a_ends || b_ends) {
      // Neither ends in 0, so the one with more digits is the greater.
      return a_ends && b_ends ? 0 : (a_ends ? -sign : sign);
    }
    if (a.digits_[i] != b.digits_[j]) return a.digits_[i] < b.digits_[j] ? -sign : sign;
    ++i;
    ++j;
  }
}

}  // namespace portage::schema
