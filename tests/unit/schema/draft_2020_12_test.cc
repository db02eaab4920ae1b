// Our own cases for 2020-12, keyword by keyword, and the formats when they are asserted.
#include <gtest/gtest.h>

#include "gateway/base/catalogue.h"
#include "gateway/format/format.h"
#include "gateway/schema/formats.h"
#include "tests/unit/schema/suite.h"

namespace portage::schema {
namespace {

TEST(JsonSchema2020, PassesOurCasesForEveryKeyword) {
  const std::filesystem::path folder =
      std::filesystem::path(PORTAGE_SOURCE_DIR) / "tests/golden/schema_2020_12";
  JsonOptions options;
  options.assert_formats = false;
  options.documents = remotes(folder / "remotes");
  const SuiteCount count = run_folder(folder, options);
  for (const std::string& name : count.failed) ADD_FAILURE() << name;
  tell("2020-12, our cases", count);
  EXPECT_GE(count.files, 43);
  EXPECT_GE(count.cases, 1300);
}

TEST(JsonSchema2020, AssertsFormatsByTheirRfcs) {
  const std::filesystem::path folder =
      std::filesystem::path(PORTAGE_SOURCE_DIR) / "tests/golden/schema_formats";
  const SuiteCount count = run_folder(folder, {});
  for (const std::string& name : count.failed) ADD_FAILURE() << name;
  tell("formats, our cases", count);
  EXPECT_GE(count.files, 5);
  EXPECT_GE(count.cases, 178);
}

TEST(JsonSchema2020, AssertsEveryFormatItKnows) {
  struct Case {
    const char* format;
    std::vector<const char*> good, bad;
  };
  const std::vector<Case> cases = {
      {"date", {"2024-02-29"}, {"2023-02-29", "2024-2-9", "2024-02-29Z", ""}},
      {"time",
       {"10:00:00Z", "23:59:60Z", "18:59:60-05:00", "10:00:00.5+01:30"},
       {"10:00:00", "24:00:00Z", "12:00:60Z", "10:00:00+24:00", "1:00:00Z"}},
      {"date-time",
       {"2024-02-29T10:00:00Z", "2024-02-29t10:00:00.123-05:00"},
       {"2024-02-29 10:00:00Z", "2024-02-29T10:00:00", "2023-02-29T10:00:00Z"}},
      {"duration",
       {"P1Y", "P1Y2M3DT4H5M6S", "PT36H", "P4W"},
       {"P", "PT", "P1YT", "1Y", "P1D2Y", "P1Y2D"}},
      {"email",
       {"a@b.ca", "\"a b\"@b.ca", "a@[127.0.0.1]"},
       {"a", "a@", "a..b@c.ca", "@b.ca", "a@-b.ca"}},
      {"hostname", {"a.b-c.ca", "localhost"}, {"", "a..b", "-a", "a_b", "a-"}},
      {"ipv4", {"0.0.0.0", "255.1.2.3"}, {"256.1.1.1", "1.1.1", "01.1.1.1", "1.1.1.1.1"}},
      {"ipv6",
       {"::", "::1", "1:2:3:4:5:6:7:8", "1::8", "::ffff:1.2.3.4"},
       {":", "1:2:3:4:5:6:7:8:9", "1::2::3", "12345::", "::1%eth0", "1:2:3:4:5:6:7:"}},
      {"uri",
       {"http://a.ca/b?c#d", "urn:x:y", "mailto:a@b.ca"},
       {"/a", "a b:c", "http://a b", "http://a/%zz"}},
      {"uri-reference", {"/a", "#x", "", "a/b?c"}, {"\\a", "#a#b", "a b"}},
      {"iri", {"http://\xC3\xA9.ca/"}, {"/a"}},
      {"uri-template", {"/a/{b}", "{?x,y*}"}, {"/a/{b", "/a/b}", "{}"}},
      {"uuid",
       {"2eb8aa08-aa98-11ea-b4aa-73b441d16380"},
       {"2eb8aa08aa9811eab4aa73b441d16380", "2eb8aa08-aa98-11ea-b4aa-73b441d1638g"}},
      {"json-pointer", {"", "/a/~0~1"}, {"a", "/~2", "/~"}},
      {"relative-json-pointer", {"0", "1/a", "2#"}, {"-1", "01", "/a"}},
      {"regex", {"^a+$", "(?=a)"}, {"(", "a**", "\\a"}},
      {"postal", {"L6H 1A1"}, {"L6H1A1", "l6h 1a1", "66H 1A1"}},
      {"phone", {"+14165550123"}, {"4165550123", "+0165550123", "+1416"}}};
  std::size_t known = 0;
  for (const Case& one : cases) {
    const FormatCheck check = format_check(one.format);
    ASSERT_TRUE(check) << one.format;
    ++known;
    for (const char* text : one.good) EXPECT_TRUE(check(text)) << one.format << " " << text;
    for (const char* text : one.bad) EXPECT_FALSE(check(text)) << one.format << " " << text;
    const Loaded loaded =
        load_json_schema(R"({"format": ")" + std::string(one.format) + "\"}", "f", {});
    ASSERT_TRUE(loaded.schema) << one.format;
    EXPECT_EQ(loaded.schema->check(record::Value::text(one.bad.front())).size(), 1u) << one.format;
    EXPECT_TRUE(loaded.schema->check(record::Value::text(one.good.front())).empty()) << one.format;
    EXPECT_TRUE(loaded.schema->check(record::Value::number("1")).empty());
  }
  EXPECT_EQ(known + 3, format_names().size());  // idn-email, idn-hostname, iri-reference: the suite
}

std::vector<Fault> faults(std::string_view schema, std::string_view instance) {
  const Loaded loaded = load_json_schema(schema, "s.json", {});
  EXPECT_TRUE(loaded.schema) << schema;
  record::Document document;
  EXPECT_TRUE(format::read_json(instance, {}, document).ok());
  return loaded.schema ? loaded.schema->check(document.root) : std::vector<Fault>{};
}

TEST(JsonSchemaFaults, NameThePlaceAndNeverTheValue) {
  const std::string_view schema = R"({"type": "object", "required": ["a", "b"],
    "properties": {"a": {"type": "array", "items": {"properties": {"c~/d": {"maxLength": 2}}}},
                   "b": {"enum": ["x", "y"]}, 
                   "n": {"anyOf": [{"type": "null"}, {"minLength": 3, "type": "string"}]}},
    "additionalProperties": false})";
  const std::string_view instance = R"({"a": [{}, {"c~/d": "SECRET"}], "nn": "SECRET", "n": "S"})";
  const std::vector<Fault> found = faults(schema, instance);
  std::string all;
  for (const Fault& fault : found) {
    all += fault.pointer + ":" + fault.code + "@" + std::to_string(fault.at) + " ";
    EXPECT_NE(base::catalogue_find(fault.code), nullptr) << fault.code;
    for (const auto& [name, value] : fault.arguments) EXPECT_EQ(value.find("SECRET"), value.npos);
  }
  EXPECT_EQ(all,
            "/a/1/c~0~1d:schema.max_length@20 /nn:schema.unknown_near@38 /n:schema.min_length@53 "
            "/b:schema.required@0 ");
  EXPECT_EQ(found[1].arguments.at(0).second, "n");
}

TEST(JsonSchemaFaults, OfADocumentHaveLineAndColumn) {
  const Loaded loaded = load_json_schema(R"({"items": {"type": "integer"}})", "s", {});
  const auto found = check_document(*loaded.schema, "[1,\n  \"\u00e9\", null]");
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[1].place.line, 2u);
  EXPECT_EQ(found[1].place.column, 8u);
  EXPECT_EQ(found[1].place.pointer, "/2");
  EXPECT_EQ(check_document(*loaded.schema, "[1,").at(0).code, "json.truncated");
}

TEST(JsonSchemaFaults, AreAtMostAsManyAsAsked) {
  const Loaded loaded = load_json_schema(R"({"items": {"type": "integer"}})", "s", {});
  record::Document document;
  ASSERT_TRUE(format::read_json(R"(["a", "b", "c", "d"])", {}, document).ok());
  EXPECT_EQ(loaded.schema->check(document.root, 2).size(), 2u);
  EXPECT_EQ(loaded.schema->check(document.root).size(), 4u);
}

struct Mistake {
  const char* schema;
  const char* code;
  std::uint32_t line, column;
};

TEST(JsonSchemaFindings, NameEveryMistakeWithLineAndColumn) {
  const std::vector<Mistake> mistakes = {
      {"{\n  \"type\": \"text\"}", "schema.keyword", 2, 11},
      {"{\"minLength\": -1}", "schema.keyword", 1, 15},
      {"{\"maxItems\": 1.5}", "schema.keyword", 1, 14},
      {"{\"required\": \"a\"}", "schema.keyword", 1, 14},
      {"{\"required\": [1]}", "schema.keyword", 1, 15},
      {"{\"properties\": []}", "schema.keyword", 1, 16},
      {"{\"properties\": {\"a\": 1}}", "schema.keyword", 1, 22},
      {"{\"allOf\": []}", "schema.keyword", 1, 11},
      {"{\"multipleOf\": 0}", "schema.keyword", 1, 16},
      {"{\"enum\": 1}", "schema.keyword", 1, 10},
      {"{\"$defs\": {\"unused\": {\"type\": 1}}}", "schema.keyword", 1, 31},
      {"{\"$ref\": \"#/$defs/a\"}", "schema.reference_unknown", 1, 10},
      {"{\"$ref\": \"http://localhost/a.json\"}", "schema.reference_unknown", 1, 10},
      {"{\"$ref\": \"file:///etc/passwd\"}", "schema.reference_unknown", 1, 10},
      {"{\"$ref\": \"#nowhere\"}", "schema.reference_unknown", 1, 10},
      {"{\"$schema\": \"http://x.test/none\"}", "schema.dialect_unknown", 1, 13},
      {"{\"pattern\": \"(?=a)\"}", "schema.pattern_look_around", 1, 13},
      {"{\"pattern\": \"(?<!a)b\"}", "schema.pattern_look_around", 1, 13},
      {"{\"pattern\": \"(a)\\\\1\"}", "schema.pattern_unsupported", 1, 13},
      {"{\"pattern\": \"a(\"}", "schema.pattern_wrong", 1, 13},
      {"{\"patternProperties\": {\"[\": true}}", "schema.pattern_wrong", 1, 29},
      {"{\"$ref\": \"#\"}", "schema.reference_loop", 1, 1},
      {"{\"anyOf\": [{\"$ref\": \"#/$defs/a\"}], \"$defs\": {\"a\": {\"not\": {\"$ref\": "
       "\"#/$defs/a\"}}}}",
       "schema.reference_loop", 1, 0},
      {"[]", "schema.not_a_schema", 1, 1},
      {"{\"$id\": \"a@1#x\"}", "schema.id_fragment", 1, 9},
      {"{\"$defs\": {\"a\": {\"$anchor\": \"x\"}, \"b\": {\"$anchor\": \"x\"}}}", "schema.same_id",
       1, 0},
      {"{\"portage\": {\"clas\": \"public\"}}", "schema.mark_unknown", 1, 22},
      {"{\"portage\": {\"class\": \"secret\"}}", "schema.mark_wrong", 1, 23},
      {"{\"type\": \"string\", \"portage\": {\"date\": true}}", "schema.mark_date", 1, 1},
      {"{\"type\": \"object\"", "json.truncated", 1, 0},
      {"{\"type\": \"object\", \"type\": \"object\"}", "json.duplicate_key", 1, 0},
  };
  for (const Mistake& mistake : mistakes) {
    const Loaded loaded = load_json_schema(mistake.schema, "s.json", {});
    EXPECT_FALSE(loaded.schema) << mistake.schema;
    ASSERT_FALSE(loaded.findings.empty()) << mistake.schema;
    const base::Finding& first = loaded.findings.front();
    if (std::string(mistake.code).starts_with("json.")) continue;  // the reader's own words
    EXPECT_EQ(first.code, mistake.code) << mistake.schema;
    EXPECT_NE(base::catalogue_find(first.code), nullptr) << first.code;
    EXPECT_EQ(first.place.file, "s.json");
    EXPECT_EQ(first.place.line, mistake.line) << mistake.schema;
    if (mistake.column > 0) EXPECT_EQ(first.place.column, mistake.column) << mistake.schema;
  }
  const Loaded typo = load_json_schema(R"({"propertis": {}, "format": "emial"})", "s", {});
  ASSERT_TRUE(typo.schema);
  ASSERT_EQ(typo.findings.size(), 2u);
  EXPECT_EQ(typo.findings[0].suggestion, "properties");
  EXPECT_EQ(typo.findings[1].suggestion, "email");
  EXPECT_EQ(typo.findings[1].severity, base::Severity::warning);
}

TEST(JsonSchemaLibrary, ResolvesSchemasByName) {
  const Loaded part = load_json_schema(
      R"({"$id": "address@1", "type": "object",
          "properties": {"postal": {"format": "postal", "type": "string"}}})",
      "a.json", {});
  ASSERT_TRUE(part.schema);
  const Loaded whole = load_json_schema(
      R"({"$id": "halton/referral@2", "properties": {"home": {"$ref": "address@1"}}})", "r.json",
      {part.schema});
  ASSERT_TRUE(whole.schema) << whole.findings.at(0).code;
  EXPECT_EQ(whole.schema->name(), "halton/referral@2");
  EXPECT_EQ(whole.schema->shape().at("home.postal")->format, "postal");
  record::Document document;
  ASSERT_TRUE(format::read_json(R"({"home": {"postal": "x"}})", {}, document).ok());
  EXPECT_EQ(whole.schema->check(document.root).at(0).pointer, "/home/postal");
  JsonOptions options;
  options.documents.push_back({"", R"({"$id": "http://x.test/by-id", "type": "integer"})"});
  const Loaded by_id = load_json_schema(R"({"$ref": "http://x.test/by-id"})", "i", {}, options);
  ASSERT_TRUE(by_id.schema);
  EXPECT_EQ(by_id.schema->check(record::Value::null()).size(), 1u);
  SchemaSet set;
  set.add(whole.schema);
  EXPECT_EQ(set.find("halton/referral@2"), whole.schema.get());
  EXPECT_EQ(set.find("nothing@1"), nullptr);
}

}  // namespace
}  // namespace portage::schema
