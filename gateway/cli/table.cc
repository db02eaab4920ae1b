#include "gateway/cli/table.h"

#include <algorithm>

#include "gateway/base/text.h"

namespace portage::cli {
namespace {

void measure(const std::vector<TextCell>& row, std::vector<std::size_t>& widths) {
  if (widths.size() < row.size()) widths.resize(row.size(), 0);
  for (std::size_t i = 0; i < row.size(); ++i) {
    widths[i] = std::max(widths[i], base::code_points(row[i].text));
  }
}

void append(const std::vector<TextCell>& row, const std::vector<std::size_t>& widths,
            std::size_t indent, bool header, const Style& style, std::string& out) {
  std::string line(indent, ' ');
  for (std::size_t i = 0; i < row.size(); ++i) {
    const TextCell& cell = row[i];
    const std::string padding(widths[i] - base::code_points(cell.text), ' ');
    if (cell.right) line += padding;
    line += tone(header ? Tone::faint : cell.tone, cell.text, style);
    if (!cell.right) line += padding;
    if (i + 1 < row.size()) line += "  ";
  }
  line.erase(line.find_last_not_of(' ') + 1);
  out += line + '\n';
}

}  // namespace

TextCell number_cell(std::uint64_t number, const Style& style, Tone what) {
  return TextCell(thousands(number, style), what, true);
}

std::string TextTable::text(const Style& style, std::size_t indent) const {
  std::vector<std::size_t> widths;
  measure(header_, widths);
  for (const auto& row : rows_) measure(row, widths);
  std::string out;
  if (!header_.empty()) append(header_, widths, indent, true, style, out);
  for (const auto& row : rows_) append(row, widths, indent, false, style, out);
  return out;
}

}  // namespace portage::cli
