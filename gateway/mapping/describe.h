// Words for each rule, in English and French, from the text of the map alone. Pure.
#pragma once

#include <vector>

#include "gateway/mapping/ast.h"
#include "gateway/mapping/findings.h"
#include "gateway/mapping/mapping.h"

namespace portage::mapping {

std::vector<FieldStory> stories(const File& file, std::string_view source,
                                const Findings& findings);

}  // namespace portage::mapping
