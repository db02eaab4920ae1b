// What `portage map` can list of itself. Pure but for what they print.
#pragma once

#include "gateway/cli/io.h"
#include "gateway/cli/options.h"
#include "gateway/mapping/mapping.h"

namespace portage::cli {

// `portage map check --list-findings`: every code with a line.
int list_findings(const Options& options, const Io& io);

}  // namespace portage::cli
