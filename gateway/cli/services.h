// What the verbs about services share. For one run.
#pragma once

#include <optional>
#include <string>

#include "gateway/cli/io.h"
#include "gateway/services/services.h"

namespace portage::cli {

// --at, or today; nothing, and a complaint, if it is no day.
std::optional<base::Day> day_asked(const Options& options, const Io& io);

// The HSDS files at `path`, a file or a folder, sorted. False, and a complaint, if it can't be
// read.
bool gather(const std::string& path, services::ServiceFiles& into, const Io& io);

}  // namespace portage::cli
