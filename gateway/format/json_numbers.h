// Numbers of JSON that no double can hold. RapidJSON refuses them even where it keeps all digits as
// text, so for those who want them they are hidden from it. Pure; one pass over the text.
#pragma once

#include <cstddef>

namespace portage::format {

// Overwrites every number of `json` that may be beyond a double's range with a small one of the
// same length. What is no number by JSON's grammar stays as it is.
void hide_wide_numbers(char* json, std::size_t size);

}  // namespace portage::format
