// The shipped agreements over the shipped schemas and places, for tests.
#pragma once

#include <filesystem>

#include "gateway/agreements/consents.h"
#include "gateway/format/format.h"
#include "gateway/schema/schema.h"
#include "tests/unit/directory/files.h"

namespace portage::agreements {

struct World {
  directory::LoadedDirectory places = directory::load_directory(directory::shipped_files());
  std::vector<std::shared_ptr<const schema::Schema>> schemas;
  std::vector<KindShape> kinds;
  std::optional<directory::CodeTable> purposes;

  World() {
    const std::string folder = std::string(PORTAGE_SOURCE_DIR) + "/schemas/records";
    std::map<std::string, std::string> newest;  // kind -> file; versions have one digit here
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
      const std::string name = entry.path().filename().string();
      const std::size_t at = name.find('@');
      if (at == std::string::npos || !name.ends_with(".schema.json")) continue;
      std::string& held = newest[name.substr(0, at)];
      held = std::max(held, name);
    }
    for (const auto& [kind, name] : newest) {
      schema::Loaded loaded = schema::load_json_schema(
          directory::read_source_file("schemas/records/" + name), name, schemas);
      EXPECT_NE(loaded.schema, nullptr) << name;
      if (!loaded.schema) continue;
      schemas.push_back(loaded.schema);
      kinds.push_back({kind, &schemas.back()->shape()});
    }
    purposes =
        directory::load_table("consent_purpose",
                              directory::read_source_file("mappings/tables/consent_purpose.csv"),
                              "consent_purpose.csv")
            .table;
  }
  const schema::Schema& schema(std::string_view kind) const {
    for (std::size_t i = 0; i < kinds.size(); ++i) {
      if (kinds[i].kind == kind) return *schemas[i];
    }
    ADD_FAILURE() << kind;
    return *schemas.front();
  }
  LoadedAgreements load(const std::string& toml) const {
    return load_agreements({{"a.toml", toml}}, places.directory, kinds,
                           purposes ? &*purposes : nullptr);
  }
};

inline const World& world() {
  static const World kWorld;
  return kWorld;
}

inline const LoadedAgreements& shipped() {
  static const LoadedAgreements kLoaded = [] {
    std::vector<std::pair<std::string, std::string>> files;
    const std::string folder = std::string(PORTAGE_SOURCE_DIR) + "/config/agreements";
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
      const std::string name = "config/agreements/" + entry.path().filename().string();
      files.emplace_back(name, directory::read_source_file(name));
    }
    return load_agreements(files, world().places.directory, world().kinds, &*world().purposes);
  }();
  return kLoaded;
}

inline base::Day day(std::string_view text) { return directory::day(text); }

}  // namespace portage::agreements
