// Fmt: the one layout of a mapping file. Lines stay lines; blanks between words, indents, arrows
// and bars in columns, blank lines and the end of the file are made the same everywhere; comments
// are kept. What comes out has the same tokens as what went in, so it means the same, and is its
// own layout. Pure; any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace portage::mapping {

// Nothing if the source holds something that is no token of the language (M101 says where).
std::optional<std::string> formatted(std::string_view source);

}  // namespace portage::mapping
