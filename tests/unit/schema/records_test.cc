// The canonical records: what their schemas accept and refuse, and the shapes that mappings see.
#include <gtest/gtest.h>

#include "gateway/base/text.h"
#include "gateway/format/format.h"
#include "tests/unit/schema/suite.h"

namespace portage::schema {
namespace {

const std::filesystem::path kRecords =
    std::filesystem::path(PORTAGE_SOURCE_DIR) / "schemas/records";

Loaded load_record(const std::string& name) {
  const std::filesystem::path path = kRecords / (name + ".schema.json");
  return load_json_schema(read_file(path), path.filename().string(), {});
}

TEST(RecordSchemas, LoadWithoutAFinding) {
  for (const char* name : {"referral@1", "referral-decision@1", "referral-status@1"}) {
    const Loaded loaded = load_record(name);
    for (const base::Finding& finding : loaded.findings) {
      ADD_FAILURE() << name << " " << finding.code << " line " << finding.place.line;
    }
    ASSERT_TRUE(loaded.schema);
    EXPECT_EQ(loaded.schema->name(), name);
  }
}

TEST(RecordSchemas, RefuseTheirBadExamplesAtTheRightPlace) {
  const auto code_of = [](std::string_view word) {
    return "schema." + std::string(word == "unique" ? "unique_member" : word);
  };
  const std::string cases = read_file(kRecords / "examples/cases.csv");
  int run = 0;
  for (const std::string_view line : base::split(cases, '\n')) {
    const auto cells = base::split(base::trim(line), ',');
    if (cells.size() != 4 || cells[0] == "file") continue;
    ++run;
    const Loaded loaded =
        cells[1] == "envelope@1"
            ? load_json_schema(read_file(kRecords / "envelope.schema.json"), "e", {})
            : load_record(std::string(cells[1]));
    ASSERT_TRUE(loaded.schema) << cells[1];
    record::Document document;
    const std::string text = read_file(kRecords / "examples" / cells[0]);
    ASSERT_TRUE(format::read_json(text, {}, document).ok()) << cells[0];
    const std::vector<Fault> faults = loaded.schema->check(document.root);
    if (cells[2].empty()) {
      EXPECT_TRUE(faults.empty()) << cells[0] << " " << faults.front().code;
      continue;
    }
    bool found = false;
    std::string seen;
    for (const Fault& fault : faults) {
      found = found || (fault.code == code_of(cells[2]) && fault.pointer == cells[3]);
      seen += fault.code + " " + fault.pointer + "; ";
    }
    EXPECT_TRUE(found) << cells[0] << ": " << seen;
  }
  EXPECT_GE(run, 20);
}

TEST(RecordSchemas, GiveShapesThatMappingsCanUse) {
  const Loaded loaded = load_record("referral@1");
  ASSERT_TRUE(loaded.schema);
  const Shape& shape = loaded.schema->shape();
  EXPECT_EQ(shape.type, Type::group);
  EXPECT_FALSE(shape.open);
  const Shape* family = shape.at("applicant.family");
  ASSERT_TRUE(family);
  EXPECT_TRUE(family->required);
  EXPECT_EQ(family->max_length, 60u);
  EXPECT_EQ(family->type, Type::text);
  const Shape* number = shape.at("contact.phones.number");
  ASSERT_TRUE(number);
  EXPECT_EQ(number->format, "phone");
  EXPECT_EQ(shape.at("sams_member_id")->pattern, "[0-9]{9}");
  EXPECT_EQ(shape.at("contact.phones")->type, Type::list);
  EXPECT_TRUE(shape.at("contact.phones")->unordered);
  EXPECT_EQ(shape.at("date_of_birth")->type, Type::date);
  EXPECT_EQ(shape.at("requested_at")->type, Type::datetime);
  EXPECT_TRUE(shape.at("requested_at")->marks.date);
  EXPECT_TRUE(shape.at("referral_id")->marks.key);
  EXPECT_EQ(shape.at("catchment_id")->marks.filled, "route");
  EXPECT_EQ(shape.at("program")->code_table, "program");
  EXPECT_EQ(shape.at("program")->marks.sensitivity, Class::program);
  EXPECT_EQ(shape.at("applicant.family")->marks.sensitivity, Class::personal);
  EXPECT_EQ(shape.at("mandatory")->type, Type::boolean);
  EXPECT_EQ(shape.at("program")->values.size(), 5u);
  EXPECT_FALSE(shape.at("program")->description_fr.empty());
  EXPECT_EQ(shape.at("nothing.here"), nullptr);
}

}  // namespace
}  // namespace portage::schema
