#include "gateway/cli/maps.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "gateway/base/text.h"
#include "gateway/cli/offline.h"
#include "gateway/config/flows.h"

namespace portage::cli {
namespace {

namespace fs = std::filesystem;

// "mapping halton/referral 3" -> "halton/referral"; comments and empty lines may stand before it.
std::string name_in(std::string_view text) {
  for (const std::string_view line : base::split(text, '\n')) {
    const std::string_view words = base::trim(line);
    if (words.empty() || words.front() == '#') continue;
    if (!words.starts_with("mapping ")) return {};
    const std::string_view rest = base::trim(words.substr(8));
    return std::string(rest.substr(0, rest.find_first_of(" \t")));
  }
  return {};
}

bool add_file(const std::string& path, std::vector<MapFile>& into, const Io& io) {
  auto text = read_input(path, io);
  if (!text) return false;
  std::string name = name_in(*text);
  into.push_back(MapFile{path, std::move(*text), std::move(name)});
  return true;
}

}  // namespace

bool find_maps(const std::vector<std::string>& places, std::vector<MapFile>& into, const Io& io) {
  bool whole = true;
  std::vector<std::string> paths;
  for (const std::string& place : places) {
    std::error_code failed;
    if (!fs::is_directory(place, failed)) {
      paths.push_back(fs::path(place).lexically_normal().string());
      continue;
    }
    fs::recursive_directory_iterator it(place, failed), end;
    for (; !failed && it != end; it.increment(failed)) {
      if (it->path().extension() == ".map") {
        paths.push_back(it->path().lexically_normal().string());
      }
    }
    if (failed) {
      io.complain("cli.file_unread", {{"file", place}});
      whole = false;
    }
  }
  std::sort(paths.begin(), paths.end());
  for (const std::string& path : paths) whole = add_file(path, into, io) && whole;
  return whole;
}

bool maps_meant(const std::vector<std::string>& words, const config::Config& config, const Io& io,
                std::vector<MapFile>& into, int& exit) {
  std::vector<std::string> paths, names;
  for (const std::string& word : words) {
    std::error_code failed;
    (fs::exists(word, failed) || word.ends_with(".map") ? paths : names).push_back(word);
  }
  std::vector<MapFile> all;
  if ((words.empty() || !names.empty()) && !find_maps({config.mappings_folder}, all, io)) {
    exit = kCouldNotCheck;
    return false;
  }
  if (!paths.empty() && !find_maps(paths, into, io)) {
    exit = kCouldNotCheck;
    return false;
  }
  for (const std::string& name : names) {
    const std::size_t before = into.size();
    for (const MapFile& map : all) {
      if (map.name.find(name) != std::string::npos) into.push_back(map);
    }
    if (into.size() > before) continue;
    std::vector<std::string> known;
    for (const MapFile& map : all) known.push_back(map.name);
    io.complain("config.unknown_mapping", {{"name", name}});
    io.suggest(name, known);
    exit = kNotFound;
    return false;
  }
  if (words.empty()) into = std::move(all);
  if (!into.empty()) return true;
  io.complain("cli.no_maps", {{"folder", words.empty() ? config.mappings_folder : words.front()}});
  exit = kNotFound;
  return false;
}

std::optional<std::string> case_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return std::nullopt;
  return std::string(std::istreambuf_iterator<char>(in), {});
}

mapping::World world_of(const config::Config& config) {
  mapping::World world;
  world.schema = [&config](std::string_view name) { return config.schemas.find(name); };
  world.table = [&config](std::string_view name) { return config.table(name); };
  return world;
}

CompiledMaps compile_maps(const std::vector<MapFile>& maps, const config::Config& config,
                          bool checking) {
  CompiledMaps out;
  mapping::World world = world_of(config);
  const config::Permits permits(config);
  if (checking) {
    world.permits = [&permits](std::string_view theirs, std::string_view ours) {
      return permits.of(theirs, ours);
    };
    world.exists = [](const std::string& file) {
      std::error_code not_seen;
      return fs::exists(file, not_seen);
    };
  }
  const auto take = [&](std::vector<base::Finding>&& findings) {
    std::move(findings.begin(), findings.end(), std::back_inserter(out.findings));
  };
  for (const MapFile& map : maps) {
    mapping::Compiled compiled = mapping::compile(map.text, map.path, world);
    take(std::move(compiled.findings));
    if (compiled.mapping) take(out.set.add(std::move(compiled.mapping)));
  }
  return out;
}

std::optional<mapping::MappingSet> mapping_named(std::string& name, const config::Config& config,
                                                 const Io& io, int& exit) {
  std::vector<MapFile> maps, chosen;
  const bool is_file = name.ends_with(".map");
  if (!find_maps({is_file ? name : config.mappings_folder}, maps, io)) {
    exit = kCouldNotCheck;
    return std::nullopt;
  }
  std::vector<std::string> known;
  for (MapFile& map : maps) {
    known.push_back(map.name);
    if (is_file || map.name == name) chosen.push_back(std::move(map));
  }
  if (chosen.empty()) {
    io.complain("config.unknown_mapping", {{"name", name}});
    io.suggest(name, known);
    exit = kNotFound;
    return std::nullopt;
  }
  name = chosen.front().name;
  CompiledMaps compiled = compile_maps(chosen, config);
  for (const base::Finding& finding : compiled.findings) {
    if (finding.severity != base::Severity::error) continue;
    io.err << config::render(finding, io.style.french());
    exit = kFound;
  }
  if (exit == kFound) return std::nullopt;
  return std::move(compiled.set);
}

}  // namespace portage::cli
