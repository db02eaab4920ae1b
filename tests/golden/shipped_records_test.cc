// The examples beside the canonical schemas: the good ones are valid, and each bad twin has the
// fault that cases.csv says, at the place that it says.
#include <gtest/gtest.h>

#include <algorithm>

#include "gateway/base/text.h"
#include "gateway/format/format.h"
#include "tests/golden/shipped.h"

namespace portage::golden {
namespace {

constexpr const char* kFolder = "schemas/records/examples/";

struct Case {
  std::string file, schema, fault, pointer;
};

std::vector<Case> cases() {
  std::vector<Case> out;
  const auto text = read_file(std::string(kFolder) + "cases.csv");
  if (!text) return out;
  for (const std::string_view line : base::split(*text, '\n')) {
    const auto cells = base::split(line, ',');
    if (cells.size() != 4 || cells[0] == "file") continue;
    out.push_back({std::string(cells[0]), std::string(cells[1]), std::string(cells[2]),
                   std::string(cells[3])});
  }
  return out;
}

TEST(ShippedExamples, AreValidOrHaveTheFaultThatIsSaid) {
  ASSERT_GE(cases().size(), 26u);
  for (const Case& one : cases()) {
    const schema::Schema* schema = shipped().schemas.find(one.schema);
    ASSERT_NE(schema, nullptr) << one.schema;
    const auto bytes = read_file(kFolder + one.file);
    ASSERT_TRUE(bytes.has_value()) << one.file;
    record::Document document;
    ASSERT_TRUE(format::read_json(*bytes, format::Limits{}, document).ok()) << one.file;
    const auto faults = schema->check(document.root);
    std::string seen;
    for (const schema::Fault& fault : faults) seen += fault.code + " " + fault.pointer + "\n";
    if (one.fault.empty()) {
      EXPECT_EQ(seen, "") << one.file;
    } else {
      EXPECT_EQ(faults.size(), 1u) << one.file << "\n" << seen;
      EXPECT_EQ(seen, "schema." + one.fault + " " + one.pointer + "\n") << one.file;
    }
  }
}

TEST(ShippedExamples, AreAllNamedInCases) {
  const auto named = cases();
  for (const std::string& path : files_below(kFolder, ".json")) {
    const std::string name = std::filesystem::path(path).filename().string();
    EXPECT_TRUE(std::any_of(named.begin(), named.end(), [&](const Case& one) {
      return one.file == name;
    })) << name;
  }
}

TEST(ShippedBench, ReferralIsAboutTwoKilobytesAndValid) {
  const auto bytes = read_file("tests/bench/referral.json");
  ASSERT_TRUE(bytes.has_value());
  EXPECT_GE(bytes->size(), 1'900u);
  EXPECT_LE(bytes->size(), 2'100u);
  const schema::Schema* schema = shipped().schemas.find("province/referral@1");
  ASSERT_NE(schema, nullptr);
  record::Document document;
  ASSERT_TRUE(format::read_json(*bytes, format::Limits{}, document).ok());
  EXPECT_TRUE(schema->check(document.root).empty());
}

}  // namespace
}  // namespace portage::golden
