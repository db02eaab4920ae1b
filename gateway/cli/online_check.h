// What only the world can tell of a sound configuration: do addresses answer, do certificates still
// hold, can folders be written, is there room on the disk. Asks each once, with a limit of time.
// Sends no record; a partner sees one OPTIONS request.
#pragma once

#include <vector>

#include "gateway/config/config.h"

namespace portage::cli {

// Appends the findings (online.…); gives the number of things asked.
std::size_t check_online(const config::Config& config, std::vector<base::Finding>& findings);

}  // namespace portage::cli
