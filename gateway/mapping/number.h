// Exact decimals: 128-bit units with up to nine places. No floating point. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "gateway/record/value.h"

namespace portage::mapping {

struct Decimal {
  __int128 units = 0;
  int places = 0;  // 0 … 9
};

// An optional sign, digits, optionally a point and up to nine digits; blanks are not allowed.
std::optional<Decimal> parse_decimal(std::string_view text);
std::optional<std::int64_t> parse_integer(std::string_view text);
// As JSON digits; trailing zeros are kept as places say.
std::string_view write_decimal(Decimal d, record::Arena& arena);
std::string_view write_integer(std::int64_t n, record::Arena& arena);

std::optional<Decimal> add(Decimal a, Decimal b);
std::optional<Decimal> subtract(Decimal a, Decimal b);
std::optional<Decimal> multiply(Decimal a, Decimal b);
int compare(Decimal a, Decimal b);  // -1, 0, 1

}  // namespace portage::mapping
