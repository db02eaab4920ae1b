// Schemas damaged at random: loading them gives findings or a schema that works, never a crash or a
// hang.
#include <gtest/gtest.h>

#include <random>

#include "gateway/base/catalogue.h"
#include "gateway/format/format.h"
#include "tests/unit/schema/suite.h"
#include "tests/unit/schema/xsd_sample.h"

namespace portage::schema {
namespace {

void expect_known(const Loaded& loaded) {
  bool error = false;
  for (const base::Finding& finding : loaded.findings) {
    ASSERT_NE(base::catalogue_find(finding.code), nullptr) << finding.code;
    error = error || finding.severity == base::Severity::error;
  }
  ASSERT_EQ(loaded.schema == nullptr, error);
}

void gather(record::Value& value, std::vector<record::Value*>& all) {
  all.push_back(&value);
  for (record::Value& item : value.items()) gather(item, all);
  for (record::Member& member : value.members()) gather(member.value, all);
}

TEST(DamagedSchemas, InJsonGiveFindingsOrWork) {
  const std::filesystem::path root = PORTAGE_SOURCE_DIR;
  const std::string referral = read_file(root / "schemas/records/referral@1.schema.json");
  const std::string cases =
      read_file(root / "tests/golden/schema_2020_12/unevaluatedProperties.json");
  record::Document instance;
  ASSERT_TRUE(
      format::read_json(read_file(root / "schemas/records/examples/referral.json"), {}, instance)
          .ok());
  int worked = 0, refused = 0;
  for (std::uint32_t seed = 0; seed < 1500; ++seed) {
    std::mt19937 random(seed);
    record::Document document;
    ASSERT_TRUE(format::read_json(seed % 3 == 0 ? referral : cases, {}, document).ok());
    record::Value* schema = &document.root;
    if (seed % 3 != 0)
      schema = document.root.items()[random() % document.root.size()].find("schema");
    for (int change = 0; change < 3; ++change) {
      std::vector<record::Value*> from, to;
      gather(document.root, from);
      gather(*schema, to);
      const record::Value copy = record::clone(*from[random() % from.size()], document.arena);
      *to[random() % to.size()] = copy;
      if (copy.size() > 200) break;
    }
    std::string text;
    format::write_json(*schema, text);
    const Loaded loaded = load_json_schema(text, "damaged.json", {});
    expect_known(loaded);
    ++(loaded.schema ? worked : refused);
    if (loaded.schema) loaded.schema->check(instance.root);
  }
  EXPECT_GT(worked, 100);
  EXPECT_GT(refused, 100);
}

TEST(DamagedSchemas, InXsdGiveFindingsOrWork) {
  record::Document instance;
  ASSERT_TRUE(format::read_xml(kSampleXml, {}, instance).ok());
  int worked = 0, refused = 0;
  for (std::uint32_t seed = 0; seed < 1500; ++seed) {
    std::mt19937 random(seed);
    std::string text(kSampleXsd);
    for (std::uint32_t change = 0; change < 1 + seed % 3; ++change) {
      // The text of one attribute in the place of another's, or a tag less.
      std::vector<std::pair<std::size_t, std::size_t>> spans, tags;
      for (std::size_t at = 200; (at = text.find("=\"", at)) != std::string::npos;) {
        const std::size_t end = text.find('"', at + 2);
        spans.emplace_back(at + 2, end - at - 2);
        at = end;
      }
      for (std::size_t at = 200; (at = text.find('<', at)) != std::string::npos; ++at) {
        tags.emplace_back(at, text.find('>', at) + 1 - at);
      }
      const auto [to, length] = spans[random() % spans.size()];
      const auto [from, size] = spans[random() % spans.size()];
      const auto [tag, tag_size] = tags[random() % tags.size()];
      if (random() % 4 == 0) {
        if (text.substr(tag, tag_size).ends_with("/>")) text.erase(tag, tag_size);
      } else {
        text.replace(to, length, text.substr(from, size));
      }
    }
    const Loaded loaded = load_xsd(text, "damaged.xsd");
    expect_known(loaded);
    ++(loaded.schema ? worked : refused);
    if (loaded.schema) loaded.schema->check(instance.root);
  }
  EXPECT_GT(worked, 100);
  EXPECT_GT(refused, 100);
}

TEST(DamagedSchemas, InTomlGiveFindingsOrWork) {
  const std::string layout = read_file(std::filesystem::path(PORTAGE_SOURCE_DIR) /
                                       "schemas/parties/halton/referral@2.toml");
  for (std::uint32_t seed = 0; seed < 500; ++seed) {
    std::mt19937 random(seed);
    std::string text = layout;
    for (int change = 0; change < 3; ++change) {
      const std::size_t at = random() % text.size(), size = random() % 12;
      if (random() % 2 == 0)
        text.erase(at, size);
      else
        text.insert(at, text.substr(random() % text.size(), size));
    }
    expect_known(load_layout(text, "damaged.toml"));
  }
}

}  // namespace
}  // namespace portage::schema
