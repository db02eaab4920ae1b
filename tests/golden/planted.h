// Cases of tests/golden/mapping_mistakes and mapping_correct: each is one small mapping, put
// together with its base, and what must be found in it. Their format is in
// mapping_mistakes/README.md.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "gateway/base/error.h"

namespace portage::golden {

struct Planted {
  std::string name;    // "M201/misspelt.map"
  std::string source;  // what is compiled: base and text, without marks
  std::string code, suggestion;
  base::Severity severity = base::Severity::error;
  std::vector<std::string> also;
  std::uint32_t line = 0, column = 0, end_column = 0;  // in source; line 0: none wanted
  std::string problem;                                 // why the case itself can't be read
};

// The cases that are one file, below a folder, sorted.
std::vector<Planted> planted_below(const std::string& folder);
// Folders with an `expect` file.
std::vector<std::filesystem::path> planted_folders(const std::string& folder);

// What went wrong with a case; empty if it is as it should be.
std::string failure_of(const Planted& planted);
std::string failure_of_folder(const std::filesystem::path& folder);

}  // namespace portage::golden
