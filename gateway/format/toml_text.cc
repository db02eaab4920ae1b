#include "gateway/format/toml_text.h"

#include <algorithm>

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
  std::uint32_t open = 0, dots = 0;
  char last = '\n';  // the last character that was no blank
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\'') {
      // Elsewhere it opens no text, and toml++ would go on to read what follows as a bare value.
      if (std::string_view("\n=,[{.").find(last) == std::string_view::npos) {
        return TomlFault{What::character, i};
      }
      i = end_of_text(text, i);
    } else if (c == '#') {
      i = std::min(text.find('\n', i), text.size());
      dots = 0;
    } else if (byte >= 0x7f || (byte < 0x20 && c != '\t' && c != '\n' && c != '\r')) {
      return TomlFault{What::character, i};
    } else if (c == '[' || c == '{') {
      if (++open > depth) return TomlFault{What::too_deep, i};
    } else if (c == ']' || c == '}') {
      if (open > 0) --open;
    } else if (c == '.') {
      if (++dots > depth) return TomlFault{What::too_deep, i};
    } else if (c == '\n' || c == '=' || c == ',') {
      dots = 0;
    }
    if (c == '#') last = '\n';
    if (c != ' ' && c != '\t' && c != '\r' && c != '#') last = c;
  }
  return std::nullopt;
}

}  // namespace portage::format
