#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "gateway/base/catalogue.h"
#include "tests/unit/schema/suite.h"

namespace portage::schema {
namespace {

constexpr std::string_view kLayout = R"(schema = "halton/referral@2"
format = "csv"
delimiter = ";"
charset = "cp1252"
line_end = "crlf"
class = "program"
[[column]]
name = "CASE"
required = true
max_length = 5
pattern = "^[A-Z][0-9]+$"
[[column]]
name = "DOB"
type = "date"
format = "dd/MM/yyyy"
class = "personal"
aliases = ["BIRTH", "NAISSANCE"]
[[column]]
name = "SINCE"
type = "date"
[[column]]
name = "YN"
values = ["Y", "N"]
[[column]]
name = "CENTS"
type = "integer"
minimum = 0
maximum = 100
[[column]]
name = "HOURS"
type = "decimal"
decimals = 2
)";

std::vector<Fault> check_row(const Schema& schema,
                             std::vector<std::pair<std::string_view, std::string_view>> cells) {
  record::Document row;
  row.root = record::Value::group();
  std::uint32_t at = 1;
  for (const auto& [name, text] : cells) {
    row.root.add(row.arena, name, record::Value::text(text, at++));
  }
  return schema.check(row.root);
}

std::string codes(const std::vector<Fault>& faults) {
  std::string out;
  for (const Fault& fault : faults) out += fault.pointer + ":" + fault.code + " ";
  return out;
}

TEST(Layout, ChecksEveryKindOfColumn) {
  const Loaded loaded = load_layout(kLayout, "halton.toml");
  ASSERT_TRUE(loaded.schema) << loaded.findings.at(0).code;
  const Schema& schema = *loaded.schema;
  EXPECT_EQ(schema.name(), "halton/referral@2");
  EXPECT_EQ(schema.format(), format::Format::csv);
  EXPECT_EQ(schema.table()->delimiter, ';');
  EXPECT_TRUE(schema.table()->crlf);
  EXPECT_EQ(schema.table()->column("NAISSANCE")->name, "DOB");
  EXPECT_EQ(schema.table()->column("NAME"), nullptr);
  EXPECT_EQ(codes(check_row(schema, {{"CASE", "A1"},
                                     {"DOB", "29/02/2024"},
                                     {"SINCE", "2024-02-29"},
                                     {"YN", "N"},
                                     {"CENTS", "100"},
                                     {"HOURS", "-7.25"}})),
            "");
  EXPECT_EQ(codes(check_row(schema, {{"HOURS", "1"}, {"CASE", "B2"}})), "");  // any order
  EXPECT_EQ(codes(check_row(schema, {{"YN", "Y"}})), "CASE:schema.required ");
  EXPECT_EQ(codes(check_row(schema, {{"CASE", ""}})), "CASE:schema.required ");
  EXPECT_EQ(codes(check_row(schema, {{"CASE", "A12345"}})), "CASE:schema.max_length ");
  EXPECT_EQ(codes(check_row(schema, {{"CASE", "1A"}})), "CASE:schema.pattern ");
  EXPECT_EQ(codes(check_row(schema, {{"CASE", "A1"}, {"CAES", "A1"}})),
            "CAES:schema.unknown_near ");
  EXPECT_EQ(codes(check_row(schema, {{"CASE", "A1"}, {"DOB", "30/02/2024"}})),
            "DOB:schema.format ");
  EXPECT_EQ(codes(check_row(schema, {{"CASE", "A1"}, {"DOB", "1/2/2024"}})), "DOB:schema.format ");
  EXPECT_EQ(codes(check_row(schema, {{"CASE", "A1"}, {"SINCE", "29/02/2024"}})),
            "SINCE:schema.format ");
  EXPECT_EQ(codes(check_row(schema, {{"CASE", "A1"}, {"YN", "y"}})), "YN:schema.enum ");
  EXPECT_EQ(codes(check_row(schema, {{"CASE", "A1"}, {"CENTS", "101"}})), "CENTS:schema.maximum ");
  EXPECT_EQ(codes(check_row(schema, {{"CASE", "A1"}, {"CENTS", "1.0"}})), "CENTS:schema.type ");
  EXPECT_EQ(codes(check_row(schema, {{"CASE", "A1"}, {"HOURS", "1.005"}})),
            "HOURS:schema.fraction_digits ");
  EXPECT_EQ(codes(check_row(schema, {{"CASE", "A1"}, {"HOURS", "1e3"}})), "HOURS:schema.type ");
}

TEST(Layout, ChecksAFileRowByRow) {
  const Loaded loaded = load_layout(kLayout, "halton.toml");
  ASSERT_TRUE(loaded.schema);
  const std::string file =
      "CASE;NAISSANCE;YN\r\nA1;29/02/2024;Y\r\nA2;30/02/2024;Q\r\n;01/01/2024;\r\nA3;\"x\r\n";
  std::string found;
  for (const PlacedFault& fault : check_document(*loaded.schema, file)) {
    found += std::to_string(fault.place.line) + " " + fault.place.pointer + " " + fault.code + "; ";
    EXPECT_NE(base::catalogue_find(fault.code), nullptr) << fault.code;
  }
  EXPECT_TRUE(
      found.starts_with("3 row 2, DOB schema.format; 3 row 2, YN schema.enum; "
                        "4 row 3, CASE schema.required; 5 "))
      << found;
}

TEST(Layout, GivesTheShapeOfARow) {
  const Loaded loaded = load_layout(kLayout, "halton.toml");
  ASSERT_TRUE(loaded.schema);
  const Shape& row = loaded.schema->shape();
  EXPECT_EQ(row.type, Type::group);
  EXPECT_FALSE(row.open);
  ASSERT_EQ(row.members.size(), 6u);
  EXPECT_TRUE(row.find("CASE")->required);
  EXPECT_EQ(row.find("CASE")->min_length, 1u);
  EXPECT_EQ(row.find("CASE")->marks.sensitivity, Class::program);
  EXPECT_EQ(row.find("DOB")->type, Type::text);
  EXPECT_EQ(row.find("DOB")->format, "dd/MM/yyyy");
  EXPECT_EQ(row.find("DOB")->marks.sensitivity, Class::personal);
  EXPECT_EQ(row.find("SINCE")->type, Type::date);
  EXPECT_EQ(row.find("YN")->values, (std::vector<std::string>{"Y", "N"}));
}

TEST(Layout, NamesEveryMistakeWithItsPlace) {
  const Loaded loaded = load_layout(R"toml(schema = "x/y@1"
format = "csv"
delimeter = ";"
[[column]]
name = "A"
type = "dat"
[[column]]
name = "A"
max_length = -1
class = "secret"
pattern = "(?=a)"
)toml",
                                    "x.toml");
  EXPECT_FALSE(loaded.schema);
  std::string found;
  for (const base::Finding& finding : loaded.findings) {
    found += std::to_string(finding.place.line) + ":" + finding.code + " ";
    EXPECT_NE(base::catalogue_find(finding.code), nullptr) << finding.code;
    if (finding.code == "layout.unknown_key") EXPECT_EQ(finding.suggestion, "delimiter");
  }
  EXPECT_EQ(found,
            "3:layout.unknown_key 6:layout.value 9:layout.value 10:layout.value "
            "11:schema.pattern_look_around 7:layout.same_column ");
  EXPECT_EQ(load_layout("schema = ", "x.toml").findings.at(0).code, "layout.syntax");
  EXPECT_EQ(load_layout("a = " + std::string(100000, '['), "x").findings.at(0).code,
            "layout.too_deep");
  EXPECT_EQ(load_layout("\xff", "x").findings.at(0).code, "layout.utf8");
  EXPECT_EQ(load_layout("schema = \"a\"\nschema = \"b\"", "x").findings.at(0).code,
            "layout.repeated_key");
}

TEST(Layout, ReadsThePartiesOwn) {
  int count = 0;
  const std::filesystem::path parties =
      std::filesystem::path(PORTAGE_SOURCE_DIR) / "schemas/parties";
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(parties)) {
    const std::string extension = entry.path().extension().string();
    if (extension == ".toml" || extension == ".json") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  Schemas library;  // a schema may name one that stands before it
  for (const std::filesystem::path& path : files) {
    ++count;
    const std::string text = read_file(path);
    const std::string file = path.filename().string();
    const Loaded loaded = path.extension() == ".toml" ? load_layout(text, file)
                                                      : load_json_schema(text, file, library);
    for (const base::Finding& finding : loaded.findings) {
      ADD_FAILURE() << path << ":" << finding.place.line << " "
                    << base::say(finding.code, base::Language::english, finding.arguments);
    }
    ASSERT_TRUE(loaded.schema) << path;
    if (loaded.schema->format() == format::Format::json) library.push_back(loaded.schema);
  }
  EXPECT_GE(count, 8);
}

}  // namespace
}  // namespace portage::schema
