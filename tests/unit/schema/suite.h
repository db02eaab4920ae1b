// Runs files in the form of the JSON Schema test suite: [{description, schema, tests:
// [{description, data, valid}]}]. Every case that is not as the file says it is printed.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "gateway/schema/schema.h"

namespace portage::schema {

struct SuiteCount {
  int files = 0;
  int cases = 0;
  std::vector<std::string> failed;  // "file: schema: case"
};

std::string read_file(const std::filesystem::path& path);
void run_suite_file(const std::filesystem::path& path, const JsonOptions& options,
                    const Schemas& library, SuiteCount& count);

// Every *.json in the folder itself, in order.
SuiteCount run_folder(const std::filesystem::path& folder, const JsonOptions& options);
// Every document below the folder, under http://localhost:1234/ as the suite has it.
std::vector<NamedText> remotes(const std::filesystem::path& folder);
// "NAME: 35 files, 423 of 423 cases passed"
void tell(const char* name, const SuiteCount& count);

}  // namespace portage::schema
