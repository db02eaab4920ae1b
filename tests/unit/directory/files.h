// The shipped data of config/places, and small edits of it for tests. Reads files of the source
// tree.
#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>
#include <string_view>

#include "gateway/directory/directory.h"

namespace portage::directory {

inline std::string read_source_file(const std::string& name) {
  std::ifstream in(std::string(PORTAGE_SOURCE_DIR) + "/" + name, std::ios::binary);
  EXPECT_TRUE(in.good()) << name;
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

inline DirectoryFiles shipped_files() {
  DirectoryFiles files;
  for (const char* name : {"sources.csv", "parties.csv", "catchments.csv", "service_managers.csv",
                           "odsp_offices.csv", "roles.csv", "postal_areas.csv",
                           "organisations.csv", "municipalities.csv", "first_nation_sites.csv",
                           "sites.csv"}) {
    files.files.emplace_back(std::string("places/") + name,
                             read_source_file(std::string("config/places/") + name));
  }
  return files;
}

inline std::string& bytes_of(DirectoryFiles& files, std::string_view name) {
  for (auto& [path, bytes] : files.files) {
    if (path.ends_with(name)) return bytes;
  }
  ADD_FAILURE() << "no file " << name;
  return files.files.front().second;
}

// Replaces the one place where `from` stands; fails the test if there is none.
inline void edit(std::string& bytes, std::string_view from, std::string_view to) {
  const std::size_t at = bytes.find(from);
  ASSERT_NE(at, std::string::npos) << from;
  bytes.replace(at, from.size(), to);
}

// The line on which `text` first stands, from 1.
inline std::uint32_t line_of(std::string_view bytes, std::string_view text) {
  const std::size_t at = bytes.find(text);
  EXPECT_NE(at, std::string_view::npos) << text;
  std::uint32_t line = 1;
  for (std::size_t i = 0; i < at && i < bytes.size(); ++i) line += bytes[i] == '\n' ? 1u : 0u;
  return line;
}

inline base::Day day(std::string_view text) {
  const auto parsed = base::parse_day(text);
  EXPECT_TRUE(parsed.has_value()) << text;
  return parsed.value_or(base::Day{});
}

}  // namespace portage::directory
