// The whole shipped network for tests of the proof: every rule, every kind of record, the places,
// as bytes in memory that a test may edit first.
#pragma once

#include <filesystem>
#include <map>

#include "gateway/routing/prove.h"
#include "gateway/schema/schema.h"
#include "tests/unit/directory/files.h"

namespace portage::routing {

// Files below config/, by name: "routes/employment.toml".
using ConfigFiles = std::map<std::string, std::string>;

inline ConfigFiles shipped_config() {
  ConfigFiles out;
  for (const char* folder : {"routes", "places"}) {
    const std::string path = std::string(PORTAGE_SOURCE_DIR) + "/config/" + folder;
    for (const auto& entry : std::filesystem::directory_iterator(path)) {
      const std::string name = std::string(folder) + "/" + entry.path().filename().string();
      out[name] = directory::read_source_file("config/" + name);
    }
  }
  return out;
}

// The newest schema of every kind, with the fields that rules may test.
inline const std::vector<KindFields>& all_kinds() {
  static const std::vector<KindFields> kKinds = [] {
    std::map<std::string, std::string> newest;
    const std::string folder = std::string(PORTAGE_SOURCE_DIR) + "/schemas/records";
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
      const std::string name = entry.path().filename().string();
      const std::size_t at = name.find('@');
      if (at == std::string::npos) continue;
      std::string& held = newest[name.substr(0, at)];
      held = std::max(held, name);  // versions have one digit here
    }
    std::vector<KindFields> out;
    std::vector<std::shared_ptr<const schema::Schema>> schemas;
    for (const auto& [kind, name] : newest) {
      const schema::Loaded loaded = schema::load_json_schema(
          directory::read_source_file("schemas/records/" + name), name, schemas);
      EXPECT_NE(loaded.schema, nullptr) << name;
      if (loaded.schema) out.push_back(fields_of(kind, loaded.schema->shape()));
    }
    return out;
  }();
  return kKinds;
}

struct Network {
  directory::LoadedDirectory places;
  LoadedRules rules;
  explicit Network(const ConfigFiles& config) {
    directory::DirectoryFiles files;
    std::vector<std::pair<std::string, std::string>> routes;
    for (const auto& [name, bytes] : config) {
      (name.starts_with("routes/") ? routes : files.files).emplace_back(name, bytes);
    }
    places = directory::load_directory(files);
    rules = load_rules(routes, places.directory, &all_kinds());
  }
  Proof prove() const { return routing::prove(rules.rules, places.directory, all_kinds()); }
};

}  // namespace portage::routing
