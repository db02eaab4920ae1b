// Mappings for the map verbs: found by name or file, compiled against the configuration's words.
// For one run.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gateway/cli/io.h"
#include "gateway/config/config.h"

namespace portage::cli {

struct MapFile {
  std::string path, text, name;  // name: of its first line, or empty
};

// Every *.map at these files and folders, sorted; a complaint for what is not there.
bool find_maps(const std::vector<std::string>& places, std::vector<MapFile>& into, const Io& io);

// What words mean: a .map file, a folder, a mapping's name or a part of one; without words all. A
// complaint and `exit` for what means nothing.
bool maps_meant(const std::vector<std::string>& words, const config::Config& config, const Io& io,
                std::vector<MapFile>& into, int& exit);

mapping::World world_of(const config::Config& config);

// A case file's bytes; nothing if it is not there.
std::optional<std::string> case_file(const std::string& path);

struct CompiledMaps {
  mapping::MappingSet set;
  std::vector<base::Finding> findings;
};
// `checking`: a test's file that is not there is a finding too, and so is, if the configuration
// has agreements, a field that may not be sent.
CompiledMaps compile_maps(const std::vector<MapFile>& maps, const config::Config& config,
                          bool checking = false);

// All versions of the mapping of that name (or in that file), compiled; findings that are errors
// are told and set `exit`. `name` becomes the mapping's own name.
std::optional<mapping::MappingSet> mapping_named(std::string& name, const config::Config& config,
                                                 const Io& io, int& exit);

}  // namespace portage::cli
