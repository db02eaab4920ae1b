// A whole configuration in a folder of its own: the shipped places, routes, schemas, tables and
// mappings, with a portage.toml and party files that each test writes. Removed afterwards.
#pragma once

#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "gateway/config/config.h"

namespace portage::config {

class Planted {
 public:
  Planted() {
    std::string name = (std::filesystem::temp_directory_path() / "portage-config-XXXXXX").string();
    folder_ = mkdtemp(name.data());
    std::filesystem::create_directory(folder_ / "parties");
    write("settings.toml", "");  // a file where some tests want a folder
  }
  ~Planted() {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  Planted(const Planted&) = delete;
  Planted& operator=(const Planted&) = delete;

  std::string path(const std::string& name) const { return (folder_ / name).string(); }
  void write(const std::string& name, const std::string& text) const {
    std::filesystem::create_directories((folder_ / name).parent_path());
    std::ofstream(folder_ / name, std::ios::binary) << text;
  }
  // portage.toml: `text`, then [paths] that lead to the shipped data.
  void settings(const std::string& text) const {
    const std::string root = PORTAGE_SOURCE_DIR;
    write("portage.toml", text + "\n[paths]\nplaces = \"" + root + "/config/places\"\nroutes = \"" +
                              root + "/config/routes\"\nmappings = \"" + root +
                              "/mappings\"\ntables = \"" + root +
                              "/mappings/tables\"\nschemas = \"" + root + "/schemas\"\n");
  }
  void sound_settings() const {
    settings(
        "[gateway]\nstate = \"state\"\n[[listener]]\nname = \"operator\"\n"
        "unix = \"admin.sock\"\nidentity = \"operator\"\n");
  }
  void party(const std::string& name, const std::string& text) const {
    write("parties/" + name + ".toml", text);
  }
  // Without what is told of the shipped mappings, and of names that a planted file does not keep
  // to.
  Loaded load() const {
    Loaded loaded = config::load(path("portage.toml"));
    std::erase_if(loaded.findings, [](const base::Finding& finding) {
      return finding.severity != base::Severity::error &&
             (finding.code.starts_with("M") || finding.code.starts_with("style.") ||
              finding.code == "agreements.no_way_out");
    });
    return loaded;
  }

 private:
  std::filesystem::path folder_;
};

// The finding with that code, or nullptr.
inline const base::Finding* finding_of(const Loaded& loaded, std::string_view code) {
  for (const base::Finding& finding : loaded.findings) {
    if (finding.code == code) return &finding;
  }
  return nullptr;
}

inline std::string all_of(const Loaded& loaded) {
  std::string out;
  for (const base::Finding& finding : loaded.findings) out += render(finding, false);
  return out;
}

}  // namespace portage::config
