// The mandatory cases of draft-07 from Debian's package json-schema-test-suite. Formats annotate
// and the suite's remotes are preloaded; nothing else differs from the gateway's own way of
// checking.
#include <gtest/gtest.h>

#include "tests/unit/schema/suite.h"

namespace portage::schema {
namespace {

const std::filesystem::path kSuite = "/usr/share/json-schema-test-suite";

JsonOptions suite_options() {
  JsonOptions options;
  options.assert_formats = false;
  options.draft = Draft::draft_07;
  options.documents = remotes(kSuite / "remotes");
  return options;
}

TEST(JsonSchemaDraft07, PassesEveryMandatoryCaseOfTheSuite) {
  ASSERT_TRUE(std::filesystem::exists(kSuite / "tests/draft7")) << "install json-schema-test-suite";
  const SuiteCount count = run_folder(kSuite / "tests/draft7", suite_options());
  for (const std::string& name : count.failed) ADD_FAILURE() << name;
  RecordProperty("files", count.files);
  RecordProperty("cases", count.cases);
  tell("draft-07, mandatory", count);
  EXPECT_EQ(count.files, 35);  // of the package's version 2.0.0
  EXPECT_EQ(count.cases, 423);
}

TEST(JsonSchemaDraft07, PassesTheSuitesFormatCases) {
  JsonOptions options = suite_options();
  options.assert_formats = true;
  const SuiteCount count = run_folder(kSuite / "tests/draft7/optional/format", options);
  for (const std::string& name : count.failed) ADD_FAILURE() << name;
  tell("draft-07, formats", count);
  EXPECT_GE(count.files, 16);
}

TEST(JsonSchemaDraft07, PassesTheSuitesOptionalCases) {
  // But for content.json, which wants contentEncoding asserted; ours annotates, as 2020-12 says.
  SuiteCount count;
  JsonOptions options = suite_options();
  options.assert_formats = true;
  for (const char* name : {"bignum", "ecmascript-regex", "zeroTerminatedFloats"}) {
    run_suite_file(kSuite / "tests/draft7/optional" / (std::string(name) + ".json"), options, {},
                   count);
  }
  for (const std::string& name : count.failed) ADD_FAILURE() << name;
  tell("draft-07, optional", count);
  EXPECT_EQ(count.files, 3);
}

}  // namespace
}  // namespace portage::schema
