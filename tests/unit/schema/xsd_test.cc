#include <gtest/gtest.h>

#include "gateway/base/catalogue.h"
#include "gateway/format/format.h"
#include "tests/unit/schema/suite.h"

namespace portage::schema {
namespace {

std::string findings_of(const Loaded& loaded) {
  std::string out;
  for (const base::Finding& finding : loaded.findings) {
    out += std::to_string(finding.place.line) + ": " + finding.code + " " +
           base::say(finding.code, base::Language::english, finding.arguments) + "; ";
  }
  return out;
}

TEST(Xsd, ReadsThePartiesOwn) {
  for (const char* kind : {"referral@1", "decision@1", "status@1"}) {
    const std::filesystem::path path =
        std::filesystem::path(PORTAGE_SOURCE_DIR) / "schemas/parties/ssm" / (std::string(kind) + ".xsd");
    const Loaded loaded = load_xsd(read_file(path), path.filename().string());
    EXPECT_EQ(findings_of(loaded), "") << kind;
    ASSERT_TRUE(loaded.schema);
    EXPECT_EQ(loaded.schema->name(), std::string("ssm/") + kind);
    const Shape& shape = loaded.schema->shape();
    ASSERT_EQ(shape.members.size(), 1u);
    EXPECT_TRUE(shape.members[0].required);
    EXPECT_EQ(shape.members[0].type, Type::group);
  }
}

}  // namespace
}  // namespace portage::schema
