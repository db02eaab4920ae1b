#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "gateway/format/documents.h"
#include "gateway/schema/schema.h"

namespace portage::schema {
namespace {

std::string file_text(const std::string& path) {
  std::ifstream in(std::string(PORTAGE_SOURCE_DIR) + "/" + path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::shared_ptr<const Schema> cpa() {
  const Loaded loaded =
      load_layout(file_text("schemas/parties/cpa/payments@1.toml"), "payments@1.toml");
  for (const base::Finding& f : loaded.findings) {
    ADD_FAILURE() << f.code << " " << f.place.line << " " << f.arguments.front().second;
  }
  return loaded.schema;
}

std::string segment(const std::string& amount, const std::string& name) {
  std::string s = "600" + amount + "026303" + "000100002" + "12345678    ";
  s += std::string(22, '0') + "000" + "SAMPLE REGION  ";
  s += name + std::string(30 - name.size(), ' ') + std::string(30, ' ') + std::string(10, ' ');
  s += "X-1                " + std::string(9, '0') + std::string(12, ' ') + std::string(15, ' ');
  s += std::string(22, ' ') + "  " + std::string(11, '0');
  EXPECT_EQ(s.size(), 240u);
  return s;
}

std::string padded(std::string line) {
  line.resize(1464, ' ');
  return line + "\r\n";
}

// Eight credits on two records, one debit; made by hand, after the standard's table.
std::string sample() {
  const std::string control = "00000000010042";
  std::string out =
      padded("A000000001" + control + "026300" + "00320" + std::string(20, ' ') + "CAD");
  std::string first = "C000000002" + control, second = "C000000003" + control;
  for (int i = 0; i < 6; ++i) first += segment("0000010000", "PAYEE " + std::to_string(i));
  for (int i = 6; i < 8; ++i) second += segment("0000000001", "PAYEE " + std::to_string(i));
  out += padded(first) + padded(second);
  out += padded("D000000004" + control + segment("0000050000", "PAYOR"));
  std::string trailer = "Z000000005" + control + "00000000050000" + "00000001" + "00000000060002" +
                        "00000008" + std::string(44, '0');
  return out + padded(trailer);
}

TEST(Cpa005, ReadsHeaderSegmentsAndDebits) {
  const auto schema = cpa();
  ASSERT_NE(schema, nullptr);
  record::Document tree;
  const base::Status status = format::read_document(schema->wire(), sample(), {}, tree);
  ASSERT_TRUE(status.ok()) << status.error().code << " " << status.error().place.pointer;
  EXPECT_TRUE(schema->check(tree.root).empty());
  EXPECT_EQ(tree.root.find("header")->find("FILE_NO")->as_text(), "0042");
  const record::Value& credits = *tree.root.find("credit");
  ASSERT_EQ(credits.size(), 8u);
  EXPECT_EQ(credits.items()[0].find("AMOUNT")->as_text(), "100.00");
  EXPECT_EQ(credits.items()[7].find("NAME")->as_text(), "PAYEE 7");
  EXPECT_EQ(credits.items()[7].find("AMOUNT")->as_text(), "0.01");
  EXPECT_EQ(credits.items()[0].find("TRACE"), nullptr);
  EXPECT_EQ(tree.root.find("debit")->size(), 1u);
}

TEST(Cpa005, WritesTheSameBytesAndTheTotals) {
  const auto schema = cpa();
  ASSERT_NE(schema, nullptr);
  record::Document tree;
  ASSERT_TRUE(format::read_document(schema->wire(), sample(), {}, tree).ok());
  std::string out;
  const base::Status status = format::write_document(schema->wire(), tree.root, out);
  ASSERT_TRUE(status.ok()) << status.error().code << " " << status.error().place.pointer;
  EXPECT_EQ(out, sample());
}

TEST(Cpa005, VerifiesEveryTotalAndCount) {
  const auto schema = cpa();
  ASSERT_NE(schema, nullptr);
  const std::string good = sample();
  const std::size_t trailer = 4 * 1466;
  const auto code = [&](std::size_t at, char c) {
    std::string bad = good;
    bad[at] = c;
    record::Document tree;
    const base::Status status = format::read_document(schema->wire(), bad, {}, tree);
    return status.ok() ? std::string("read")
                       : status.error().code + " " + status.error().place.pointer;
  };
  EXPECT_EQ(code(trailer + 24 + 13, '1'), "fixed.total line 5, DEBIT_TOTAL");
  EXPECT_EQ(code(trailer + 38 + 7, '2'), "fixed.total line 5, DEBIT_COUNT");
  EXPECT_EQ(code(trailer + 46 + 13, '3'), "fixed.total line 5, CREDIT_TOTAL");
  EXPECT_EQ(code(trailer + 60 + 7, '9'), "fixed.total line 5, CREDIT_COUNT");
  EXPECT_EQ(code(1466 + 24 + 12, '1'), "fixed.total line 5, CREDIT_TOTAL");
  EXPECT_EQ(code(1466 + 23, '3'), "fixed.copy line 2");
  EXPECT_EQ(code(1466 + 9, '3'), "fixed.line_number line 2");
  EXPECT_EQ(code(1466, 'E'), "fixed.line_type line 2");
}

std::string findings(std::string_view toml) {
  std::string out;
  for (const base::Finding& f : load_layout(toml, "x.toml").findings) {
    out += f.code + ":" + std::to_string(f.place.line) + " ";
  }
  return out;
}

constexpr std::string_view kSmall = R"(schema = "x/y@1"
format = "fixed"
width = 10
document = "row"
[[line]]
name = "row"
[[line.field]]
name = "A"
width = 4
type = "integer"
[[line.field]]
name = "B"
width = 3
occurs = 2
[[line]]
name = "more"
tag = "M"
under = "row"
)";

TEST(FixedLayout, ReportsEveryMistakeAtOnce) {
  const auto with = [](std::string_view from, std::string_view to) {
    std::string text(kSmall);
    const std::size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos);
    text.replace(at, from.size(), to);
    return findings(text);
  };
  EXPECT_EQ(with("name = \"row\"", "name = \"row\"\ntag = \"R\""), "");
  EXPECT_EQ(findings(kSmall), "layout.value:5 ");  // an untagged line that is not the last
  const std::string tagged = "name = \"row\"\ntag = \"R\"";
  EXPECT_EQ(with("name = \"row\"", tagged + "\nunder = \"nobody\""), "layout.reference:5 ");
  EXPECT_NE(with("width = 4", "width = 5").find("layout.place:11"), std::string::npos);
  EXPECT_NE(with("width = 4", "width = 0").find("layout.place:7"), std::string::npos);
  EXPECT_NE(with("name = \"B\"", "name = \"A\"").find("layout.same_column:11"), std::string::npos);
  EXPECT_NE(with("type = \"integer\"", "implied = 2").find("layout.value:10"), std::string::npos);
  EXPECT_NE(with("type = \"integer\"", "sign = \"trailing\"").find("layout.value:10"),
            std::string::npos);
  EXPECT_NE(with("width = 10", "width = 0").find("layout.value:3"), std::string::npos);
  EXPECT_NE(with("occurs = 2", "ocurs = 2").find("layout.unknown_key:14"), std::string::npos);
}

TEST(FixedLayout, ARequiredFieldIsNotEmpty) {
  std::string text(kSmall);
  text.replace(text.find("name = \"row\""), 12, "name = \"row\"\ntag = \" \"");
  text.replace(text.find("type = \"integer\""), 16, "required = true");
  const Loaded loaded = load_layout(text, "x.toml");
  ASSERT_NE(loaded.schema, nullptr);
  record::Document row;
  for (const char* json : {"{}", R"({"A":""})"}) {
    ASSERT_TRUE(format::read_json(json, {}, row).ok());
    const std::vector<Fault> faults = loaded.schema->check(row.root);
    ASSERT_EQ(faults.size(), 1u) << json;
    EXPECT_EQ(faults[0].code + faults[0].pointer, "schema.required/A");
  }
  ASSERT_TRUE(format::read_json(R"({"A":"1","B":["x","yyyy"]})", {}, row).ok());
  ASSERT_EQ(loaded.schema->check(row.root).size(), 1u);
  EXPECT_EQ(loaded.schema->check(row.root)[0].pointer, "/B/1");
}

TEST(FixedLayout, ShapesKnowWhatAFieldCanHold) {
  std::string text(kSmall);
  text.replace(text.find("name = \"row\""), 12, "name = \"row\"\ntag = \" \"");
  const Loaded loaded = load_layout(text, "x.toml");
  ASSERT_NE(loaded.schema, nullptr);
  const Shape& row = loaded.schema->shape();
  EXPECT_EQ(row.at("A")->maximum, 9999);
  EXPECT_EQ(row.at("A")->minimum, 0);
  ASSERT_EQ(row.at("B")->type, Type::list);
  EXPECT_EQ(row.at("B")->max_items, 2u);
  EXPECT_EQ(row.at("B")->item->max_length, 3u);
}

}  // namespace
}  // namespace portage::schema
