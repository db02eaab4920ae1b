// Checks of rules against each other. Inside this room only; pure.
#pragma once

#include <vector>

#include "gateway/routing/rule.h"

namespace portage::routing {

// Two rules that would both answer for the same facts on one day: a finding at the later one, with
// the first such day and area.
void check_overlaps(const Rules& rules, const directory::Directory& directory,
                    std::vector<base::Finding>& findings);

// Whether some record could pass both rules' senders and fields, dates aside.
bool may_meet(const Rules::Rule& a, const Rules::Rule& b, const directory::Directory& directory);

}  // namespace portage::routing
