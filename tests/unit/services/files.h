// The shipped services on the shipped directory, and small packages of a test's own.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "gateway/services/services.h"
#include "tests/unit/directory/files.h"

namespace portage::services {

inline const directory::Directory& shipped_directory() {
  static const directory::LoadedDirectory kLoaded =
      directory::load_directory(directory::shipped_files());
  return kLoaded.directory;
}

inline ServiceFiles shipped_services() {
  namespace fs = std::filesystem;
  ServiceFiles files;
  const fs::path top = fs::path(PORTAGE_SOURCE_DIR) / "config/services";
  for (const auto& entry : fs::recursive_directory_iterator(top)) {
    if (entry.path().extension() != ".csv") continue;
    const std::string name = entry.path().lexically_relative(PORTAGE_SOURCE_DIR).string();
    files.files.emplace_back(name, directory::read_source_file(name));
  }
  std::sort(files.files.begin(), files.files.end());
  return files;
}

inline directory::CodeTable shipped_languages() {
  auto loaded = directory::load_table(
      "language", directory::read_source_file("mappings/tables/language.csv"), "language.csv");
  EXPECT_TRUE(loaded.table.has_value());
  return std::move(*loaded.table);
}

inline LoadedServices load(const ServiceFiles& files) {
  static const directory::CodeTable kLanguages = shipped_languages();
  return load_services(files, shipped_directory(), &kLanguages, nullptr);
}

// A vocabulary and an organisation, for tests that bring their own services.csv.
inline ServiceFiles small(std::string services, std::string more_name = {}, std::string more = {}) {
  ServiceFiles files;
  files.files = {{"t/taxonomies.csv", "id,name,description\nn,Needs,Needs\n"},
                 {"t/taxonomy_terms.csv",
                  "id,code,name,description,parent_id,name_fr,words_en,words_fr\n"
                  "housing,housing,Housing,A home,,Logement,home,loyer\n"
                  "shelter,shelter,Shelter,For a night,housing,Refuge,,\n"},
                 {"t/organizations.csv", "id,name,description,party\norg,Org,An organisation,\n"},
                 {"t/services.csv", std::move(services)}};
  if (!more_name.empty()) files.files.emplace_back(std::move(more_name), std::move(more));
  return files;
}

inline std::string codes(const std::vector<base::Finding>& findings) {
  std::string out;
  for (const base::Finding& f : findings) {
    out += (out.empty() ? "" : " ") + f.code + "@" + std::to_string(f.place.line) + ":" +
           std::to_string(f.place.column);
  }
  return out;
}

inline base::Day day(std::string_view text) { return directory::day(text); }

}  // namespace portage::services
