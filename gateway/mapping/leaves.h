// The single values that stand at a path of a document, whatever lists are on the way: for tests
// that compare one field of two documents. Selectors of the path are passed over. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "gateway/record/value.h"

namespace portage::mapping {

// "kind:text" of every leaf below the path, in order. Names are compared without prefix or
// namespace.
std::vector<std::string> leaves_at(const record::Value& root, std::string_view path);

}  // namespace portage::mapping
