// portage map fmt: mappings in their one layout; --check only says which are not.
#include <filesystem>
#include <fstream>

#include "gateway/cli/line_diff.h"
#include "gateway/cli/maps.h"
#include "gateway/cli/offline.h"
#include "gateway/cli/verbs.h"
#include "gateway/mapping/fmt.h"

namespace portage::cli {
namespace {

// The new text stands whole or not at all.
bool replace_file(const std::string& path, const std::string& text) {
  const std::string beside = path + ".new";
  std::ofstream out(beside, std::ios::binary | std::ios::trunc);
  out << text;
  out.close();
  std::error_code failed;
  if (!out) {
    std::filesystem::remove(beside, failed);
    return false;
  }
  std::filesystem::rename(beside, path, failed);
  return !failed;
}

}  // namespace

int map_fmt(const Options& options, const Io& io) {
  std::vector<MapFile> maps;
  int exit = kDone;
  std::vector<std::string> places = options.names;
  if (places.empty()) {
    const auto config = load_config(options, io, config::Scope::words, exit);
    if (!config) return exit;
    places.push_back(config->mappings_folder);
  }
  if (!find_maps(places, maps, io)) return kCouldNotCheck;
  std::size_t changed = 0;
  for (const MapFile& map : maps) {
    const auto tidy = mapping::formatted(map.text);
    if (!tidy) {
      io.complain("cli.fmt.unreadable", {{"file", map.path}});
      exit = kFound;
      continue;
    }
    if (*tidy == map.text) continue;
    ++changed;
    if (options.check_only) {
      io.out << map.path << '\n';
      io.err << line_diff(map.text, *tidy);
      exit = kFound;
    } else if (replace_file(map.path, *tidy)) {
      io.out << map.path << '\n';
    } else {
      io.complain("cli.file_unwritten", {{"file", map.path}});
      return kCouldNotCheck;
    }
  }
  io.err << io.style.say(options.check_only ? "cli.fmt.checked" : "cli.fmt.done",
                         {{"n", thousands(maps.size(), io.style)},
                          {"changed", thousands(changed, io.style)}})
         << '\n';
  return exit;
}

}  // namespace portage::cli
