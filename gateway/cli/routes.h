// What the route verbs share: the kinds of record with the fields that their schemas mark for
// routing.
#pragma once

#include <vector>

#include "gateway/config/config.h"

namespace portage::cli {

std::vector<routing::KindFields> kinds_of(const config::Config& config);

}  // namespace portage::cli
