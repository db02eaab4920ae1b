// The shipped schemas, tables and maps: they load without a finding, the maps compile, and every
// test written in a map passes, from raw bytes to raw bytes.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/golden/shipped.h"

namespace portage::golden {
namespace {

std::vector<base::Finding> errors_of(const std::vector<base::Finding>& findings) {
  std::vector<base::Finding> out;
  std::copy_if(
      findings.begin(), findings.end(), std::back_inserter(out),
      [](const base::Finding& finding) { return finding.severity == base::Severity::error; });
  return out;
}

TEST(ShippedSchemas, LoadWithoutAFinding) {
  EXPECT_EQ(describe(shipped().schema_findings), "");
  for (const char* name :
       {"referral@1", "referral-decision@1", "referral-status@1", "envelope@1", "halton/referral@2",
        "halton/decision@1", "halton/status@1", "province/referral@1", "province/decision@1",
        "province/status@1", "ssm/referral@1", "ssm/decision@1", "ssm/status@1", "odsp/referral@1",
        "odsp/decision@1", "odsp/status@1"}) {
    EXPECT_NE(shipped().schemas.find(name), nullptr) << name;
  }
}

TEST(ShippedSchemas, ReferralHasEachMarkOnceAndItsKeyIsNoPersonalField) {
  const schema::Schema* referral = shipped().schemas.find("referral@1");
  ASSERT_NE(referral, nullptr);
  const schema::Shape& shape = referral->shape();
  ASSERT_NE(shape.at("referral_id"), nullptr);
  EXPECT_TRUE(shape.at("referral_id")->marks.key);
  EXPECT_EQ(shape.at("referral_id")->marks.sensitivity, schema::Class::program);
  ASSERT_NE(shape.at("contact.address.postal"), nullptr);
  EXPECT_TRUE(shape.at("contact.address.postal")->marks.place);
  ASSERT_NE(shape.at("requested_at"), nullptr);
  EXPECT_TRUE(shape.at("requested_at")->marks.date);
  ASSERT_NE(shape.at("sams_member_id"), nullptr);
  EXPECT_TRUE(shape.at("sams_member_id")->marks.lane);
  ASSERT_NE(shape.at("catchment_id"), nullptr);
  EXPECT_EQ(shape.at("catchment_id")->marks.filled, "route");
  EXPECT_FALSE(shape.at("catchment_id")->required);
  ASSERT_NE(shape.at("accommodation_need"), nullptr);
  EXPECT_EQ(shape.at("accommodation_need")->marks.sensitivity, schema::Class::sensitive);
  for (const char* answer : {"referral-decision@1", "referral-status@1"}) {
    const schema::Schema* schema = shipped().schemas.find(answer);
    ASSERT_NE(schema, nullptr) << answer;
    EXPECT_EQ(schema->shape().at("referral_id")->marks.refers, "referral") << answer;
  }
}

// A social insurance number or health information has a place in forms only, where a map leaves it
// behind.
TEST(ShippedSchemas, NoCanonicalRecordHasAnIdentifier) {
  const std::function<void(const schema::Shape&, const std::string&)> look =
      [&](const schema::Shape& shape, const std::string& path) {
        EXPECT_NE(shape.marks.sensitivity, schema::Class::identifier) << path;
        for (const schema::Shape& member : shape.members) look(member, path + "." + member.name);
        if (shape.item) look(*shape.item, path);
      };
  for (const char* name : {"referral@1", "referral-decision@1", "referral-status@1"}) {
    const schema::Schema* schema = shipped().schemas.find(name);
    ASSERT_NE(schema, nullptr) << name;
    look(schema->shape(), name);
  }
}

TEST(ShippedTables, LoadWithoutAFindingAndHaveBothLanguages) {
  EXPECT_EQ(describe(shipped().table_findings), "");
  EXPECT_GE(shipped().tables.size(), 29u);
  for (const auto& [name, table] : shipped().tables) {
    for (const directory::CodeRow& row : table.rows()) {
      EXPECT_FALSE(row.label_en.empty()) << name << " " << row.ours;
      EXPECT_FALSE(row.label_fr.empty()) << name << " " << row.ours;
    }
  }
}

TEST(ShippedTables, HoldEveryCodeThatACanonicalFieldAllows) {
  int looked = 0;
  const std::function<void(const schema::Shape&)> look = [&](const schema::Shape& shape) {
    if (!shape.code_table.empty()) {
      const auto table = shipped().tables.find(shape.code_table);
      ASSERT_NE(table, shipped().tables.end()) << shape.code_table;
      for (const std::string& code : shape.values) {
        EXPECT_NE(table->second.out(code, *base::parse_day("2026-11-22")), nullptr)
            << shape.code_table << " " << code;
        ++looked;
      }
    }
    for (const schema::Shape& member : shape.members) look(member);
    if (shape.item) look(*shape.item);
  };
  for (const char* name : {"referral@1", "referral-decision@1", "referral-status@1"}) {
    const schema::Schema* schema = shipped().schemas.find(name);
    ASSERT_NE(schema, nullptr) << name;
    look(schema->shape());
  }
  EXPECT_GT(looked, 60);
}

TEST(ShippedMaps, CompileWithoutAnError) {
  ASSERT_GE(shipped().maps.size(), 13u);
  for (const Shipped::Map& map : shipped().maps) {
    EXPECT_EQ(describe(errors_of(map.compiled.findings)), "") << map.path;
    EXPECT_NE(map.compiled.mapping, nullptr) << map.path;
  }
}

TEST(ShippedMaps, PassTheirOwnTests) {
  std::size_t run = 0;
  for (const Shipped::Map& map : shipped().maps) {
    if (!map.compiled.mapping) {
      ADD_FAILURE() << map.path << " does not compile";
      continue;
    }
    const auto folder = std::filesystem::path(map.path).parent_path();
    const auto outcomes =
        mapping::run_tests(*map.compiled.mapping, shipped().world(),
                           [&](const std::string& path) { return read_file(folder / path); });
    EXPECT_GE(outcomes.size(), 2u) << map.path;
    for (const mapping::TestOutcome& outcome : outcomes) {
      EXPECT_TRUE(outcome.passed) << map.path << ":" << outcome.line << " \"" << outcome.name
                                  << "\"\n"
                                  << outcome.detail;
      ++run;
    }
  }
  EXPECT_GE(run, 50u);
}

// Every case file is named by a test; a file that nobody reads proves nothing.
TEST(ShippedMaps, NameEveryCaseFile) {
  for (const Shipped::Map& map : shipped().maps) {
    ASSERT_TRUE(read_file(map.path).has_value());
  }
  for (const char* party : {"halton", "province", "ssm", "odsp", "canonical"}) {
    std::string text;
    for (const std::string& map : files_below(std::string("mappings/") + party, ".map")) {
      text += *read_file(map);
    }
    for (const std::string& path : files_below(std::string("mappings/") + party + "/cases", "")) {
      const std::string name = "cases/" + std::filesystem::path(path).filename().string();
      EXPECT_NE(text.find("\"" + name + "\""), std::string::npos) << path;
    }
  }
}

}  // namespace
}  // namespace portage::golden
