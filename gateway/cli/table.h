// A table of text: columns as wide as their widest cell, without borders, so that it pastes
// anywhere. Widths count code points; colours are added after the padding. Values; pure.
#pragma once

#include <string>
#include <vector>

#include "gateway/cli/style.h"

namespace portage::cli {

struct TextCell {
  TextCell(std::string text_, Tone tone_ = Tone::plain, bool right_ = false)  // NOLINT: implicit
      : text(std::move(text_)), tone(tone_), right(right_) {}
  TextCell(const char* text_) : text(text_) {}  // NOLINT: implicit
  std::string text;
  Tone tone = Tone::plain;
  bool right = false;  // numbers
};
TextCell number_cell(std::uint64_t number, const Style& style, Tone tone = Tone::plain);

class TextTable {
 public:
  explicit TextTable(std::vector<TextCell> header) : header_(std::move(header)) {}
  TextTable() = default;  // no header
  void add(std::vector<TextCell> row) { rows_.push_back(std::move(row)); }
  bool empty() const { return rows_.empty(); }
  // Each line begins with `indent` blanks and ends with "\n"; blanks at its end are cut.
  std::string text(const Style& style, std::size_t indent = 0) const;

 private:
  std::vector<TextCell> header_;
  std::vector<std::vector<TextCell>> rows_;
};

}  // namespace portage::cli
