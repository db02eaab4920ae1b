#include "gateway/cli/line_diff.h"

#include <algorithm>
#include <cstdint>
#include <vector>

#include "gateway/base/text.h"

namespace portage::cli {
namespace {

constexpr std::size_t kMostLines = 4'000;

struct Row {
  char sign;
  std::string_view text;
};

// Longest common subsequence: small files, so the plain table will do.
std::vector<Row> rows_of(const std::vector<std::string_view>& a,
                         const std::vector<std::string_view>& b) {
  const std::size_t width = b.size() + 1;
  std::vector<std::uint16_t> length((a.size() + 1) * width, 0);
  for (std::size_t i = a.size(); i-- > 0;) {
    for (std::size_t j = b.size(); j-- > 0;) {
      const std::uint16_t down = length[(i + 1) * width + j], right = length[i * width + j + 1];
      length[i * width + j] = a[i] == b[j]
                                  ? static_cast<std::uint16_t>(length[(i + 1) * width + j + 1] + 1)
                                  : std::max(down, right);
    }
  }
  std::vector<Row> rows;
  std::size_t i = 0, j = 0;
  while (i < a.size() || j < b.size()) {
    if (i < a.size() && j < b.size() && a[i] == b[j]) {
      rows.push_back({' ', a[i++]});
      ++j;
    } else if (j == b.size() ||
               (i < a.size() && length[(i + 1) * width + j] >= length[i * width + j + 1])) {
      rows.push_back({'-', a[i++]});
    } else {
      rows.push_back({'+', b[j++]});
    }
  }
  return rows;
}

}  // namespace

std::string line_diff(std::string_view before, std::string_view after) {
  if (before == after) return {};
  const auto a = base::split(before, '\n'), b = base::split(after, '\n');
  if (a.size() > kMostLines || b.size() > kMostLines) return "-…\n+…\n";
  const std::vector<Row> rows = rows_of(a, b);
  std::string out;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const bool near = rows[i].sign != ' ' || (i > 0 && rows[i - 1].sign != ' ') ||
                      (i + 1 < rows.size() && rows[i + 1].sign != ' ');
    if (near) out.append(1, rows[i].sign).append(rows[i].text).append("\n");
  }
  return out;
}

}  // namespace portage::cli
