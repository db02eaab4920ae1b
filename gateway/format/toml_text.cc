#include "gateway/format/toml_text.h"

#include <algorithm>
#include <string>

namespace portage::format {

namespace {

// The offset of the last byte of the text that opens at `i`: its closing quote, or the end of its
// line or of the file where it is never closed.
std::size_t end_of_text(std::string_view text, std::size_t i) {
  const char quote = text[i];
  const std::string_view three = text.substr(i, 3);
  const bool multi = three.size() == 3 && three[1] == quote && three[2] == quote;
  i += multi ? 3 : 1;
  for (; i < text.size(); ++i) {
    if (quote == '"' && text[i] == '\\') {
      ++i;
    } else if (!multi && text[i] == '\n') {
      return i - 1;
    } else if (text[i] == quote && (!multi || text.substr(i, 3) == three)) {
      return multi ? i + 2 : i;
    }
  }
  return text.size();
}

}  // namespace

std::optional<TomlFault> toml_fault(std::string_view text, std::uint32_t depth) {
  using What = TomlFault::What;
  std::string open;  // '[' an array, '{' an inline table, 'h' the header of a table
  std::uint32_t dots = 0;
  char last = '\n';                   // the last character that was no blank
  bool value = false, begun = false;  // a value may stand here; some of it was read
  const auto refused = [](What what, std::size_t at) { return TomlFault{what, at}; };
  const auto line_ends = [&] {
    dots = 0;
    last = '\n';
    if (open.empty() || open.back() != '[') value = begun = false;
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\n') {
      line_ends();
      continue;
    }
    if (c == '#') {
      i = std::min(text.find('\n', i), text.size());
      line_ends();
      continue;
    }
    if (c == ' ' || c == '\t' || c == '\r') continue;
    // Behind a bare value nothing of this kind may stand; toml++ would read on, as a bare value.
    const bool opens = c == '"' || c == '\'' || c == '=' || c == '[' || c == '{';
    if (opens && value && begun) return refused(What::character, i);
    if (c == '"' || c == '\'') {
      // Elsewhere it opens no text.
      if (std::string_view("\n=,[{.").find(last) == std::string_view::npos) {
        return refused(What::character, i);
      }
      i = end_of_text(text, i);
      begun = value;
    } else if (byte >= 0x7f || byte < 0x20) {
      return refused(What::character, i);
    } else if (c == '[' || c == '{') {
      if (open.size() >= depth) return refused(What::too_deep, i);
      open += c == '{' ? '{' : value ? '[' : 'h';
      if (c == '{') value = false;
    } else if (c == ']' || c == '}') {
      begun = value = !open.empty() && open.back() != 'h';
      if (!open.empty()) open.pop_back();
    } else if (c == '.') {
      if (++dots > depth) return refused(What::too_deep, i);
      begun = value;
    } else if (c == ',' || c == '=') {
      dots = 0;
      value = c == '=' || (!open.empty() && open.back() == '[');
      begun = false;
    } else {
      begun = value;
    }
    last = c;
  }
  return std::nullopt;
}

}  // namespace portage::format
