// Source text -> File. Every syntax fault is reported (M101) and the parser goes on with the next
// line, so that one reading finds them all. One thread; the result owns its texts.
#pragma once

#include <string_view>

#include "gateway/mapping/ast.h"
#include "gateway/mapping/findings.h"

namespace portage::mapping {

File parse(std::string_view source, Findings& findings);

// One expression alone, as in the examples of the function table.
ExprPtr parse_expression(std::string_view source, Findings& findings);

}  // namespace portage::mapping
