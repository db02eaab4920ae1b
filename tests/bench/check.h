// Compares what senders had acknowledged with what sinks got.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

namespace bench {

inline double quantile(std::vector<std::int64_t>& values, double q) {
  if (values.empty()) return 0;
  const auto at = static_cast<std::size_t>(q * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(at), values.end());
  return static_cast<double>(values[at]);
}

int main_check(int argc, char** argv);

}  // namespace bench
