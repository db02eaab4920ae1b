// portage map test --property N: what must hold for every record, tried on made ones.
#pragma once

#include "gateway/cli/maps.h"

namespace portage::cli {

// The exit code: kFound if something does not hold.
// Those mappings only whose name holds `filter`.
int map_property(const Options& options, const CompiledMaps& maps, const std::string& filter,
                 const config::Config& config, const Io& io);

}  // namespace portage::cli
