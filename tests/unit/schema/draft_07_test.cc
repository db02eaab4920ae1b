// The mandatory cases of draft-07 from Debian's package json-schema-test-suite. Formats annotate
// and the suite's remotes are preloaded; nothing else differs from the gateway's own way of
// checking.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/unit/schema/suite.h"

namespace portage::schema {
namespace {

const std::filesystem::path kSuite = "/usr/share/json-schema-test-suite";

JsonOptions suite_options() {
  JsonOptions options;
  options.assert_formats = false;
  options.draft_07 = true;
  const std::filesystem::path remotes = kSuite / "remotes";
  for (const auto& entry : std::filesystem::recursive_directory_iterator(remotes)) {
    if (!entry.is_regular_file()) continue;
    const std::string path = std::filesystem::relative(entry.path(), remotes).string();
    options.documents.push_back({"http://localhost:1234/" + path, read_file(entry.path())});
  }
  return options;
}

SuiteCount run_folder(const std::filesystem::path& folder, const JsonOptions& options) {
  SuiteCount count;
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".json") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  for (const auto& file : files) run_suite_file(file, options, {}, count);
  return count;
}

TEST(JsonSchemaDraft07, PassesEveryMandatoryCaseOfTheSuite) {
  ASSERT_TRUE(std::filesystem::exists(kSuite / "tests/draft7")) << "install json-schema-test-suite";
  const SuiteCount count = run_folder(kSuite / "tests/draft7", suite_options());
  for (const std::string& name : count.failed) ADD_FAILURE() << name;
  RecordProperty("files", count.files);
  RecordProperty("cases", count.cases);
  std::printf("draft-07 mandatory: %d files, %d cases, %zu failed\n", count.files, count.cases,
              count.failed.size());
  EXPECT_EQ(count.files, 35);  // of the package's version 2.0.0
  EXPECT_EQ(count.cases, 423);
}

TEST(JsonSchemaDraft07, PassesTheSuitesFormatCases) {
  JsonOptions options = suite_options();
  options.assert_formats = true;
  const SuiteCount count = run_folder(kSuite / "tests/draft7/optional/format", options);
  for (const std::string& name : count.failed) ADD_FAILURE() << name;
  std::printf("draft-07 formats: %d files, %d cases, %zu failed\n", count.files, count.cases,
              count.failed.size());
}

}  // namespace
}  // namespace portage::schema
