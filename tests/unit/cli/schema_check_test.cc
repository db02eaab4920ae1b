// portage schema check, run as a person runs it: files in, exit code and lines out.
#include <iterator>

#include "tests/unit/cli/program.h"

namespace portage::cli {
namespace {

namespace fs = std::filesystem;

std::string text_of(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(in), {});
}

// Every golden case goes through files and the command line, as the official suite does.
TEST(CliSchemaCheck, GivesTheExitCodeOfEveryGoldenCase) {
  const fs::path golden = fs::path(kRoot) / "tests/golden/schema_2020_12";
  const Folder folder;
  int cases = 0;
  for (const auto& entry : fs::directory_iterator(golden)) {
    if (entry.path().extension() != ".json") continue;
    record::Document document;
    ASSERT_TRUE(format::read_json(text_of(entry.path()), {}, document).ok()) << entry.path();
    for (const record::Value& group : document.root.items()) {
      std::string schema;
      format::write_json(*group.find("schema"), schema);
      const std::string schema_file = folder.write("schema.json", schema);
      // One run for all that is valid; each that is not alone.
      std::vector<std::string> arguments = {"schema", "check", "--remotes",
                                            (golden / "remotes").string(), schema_file};
      std::vector<std::string> valid = arguments;
      for (const record::Value& one : group.find("tests")->items()) {
        ++cases;
        std::string data;
        format::write_json(*one.find("data"), data);
        const std::string file = folder.write(std::to_string(cases) + ".json", data);
        if (one.find("valid")->as_bool()) {
          valid.push_back(file);
          continue;
        }
        arguments.push_back(file);
        const Ran ran = portage(arguments);
        arguments.pop_back();
        EXPECT_EQ(ran.exit, kFound) << entry.path() << group.find("description")->as_text() << ": "
                                    << one.find("description")->as_text() << ran.err;
        EXPECT_NE(ran.out, "");
      }
      if (valid.size() == arguments.size()) continue;
      const Ran ran = portage(valid);
      EXPECT_EQ(ran.exit, kDone) << entry.path() << group.find("description")->as_text() << ran.out
                                 << ran.err;
      EXPECT_EQ(ran.out, "");
    }
  }
  EXPECT_GT(cases, 1300);
}

TEST(CliSchemaCheck, PrintsOnePointerALine) {
  const Folder folder;
  const std::string schema = folder.write(
      "s.json",
      R"({"required": ["z"], "properties": {"a": {"items": {"type": "integer"}}, "m": false}})");
  const std::string file = folder.write("d.json", "{\"a\": [1,\n \"SECRET\"], \"m\": 1}");
  const Ran ran = portage({"schema", "check", schema, file});
  EXPECT_EQ(ran.exit, kFound);
  std::vector<std::string> pointers;
  std::istringstream lines(ran.out);
  for (std::string line; std::getline(lines, line);) {
    pointers.push_back(line.substr(0, line.find(' ')));
  }
  EXPECT_EQ(pointers, (std::vector<std::string>{"/a/1", "/m", "/z"})) << ran.out;
  EXPECT_NE(ran.out.find("/a/1  schema.type  " + file + ":2:2"), std::string::npos) << ran.out;
  EXPECT_EQ(ran.out.find("SECRET"), std::string::npos);
  EXPECT_EQ(portage({"schema", "check", schema, folder.write("root.json", "1")}).exit, kDone);
  const Ran root = portage({"schema", "check", folder.write("f.json", "false"), file});
  EXPECT_EQ(root.out.substr(0, 7), "(root) ") << root.out;
  const Ran broken = portage({"schema", "check", schema, folder.write("b.json", "{\"a\": ")});
  EXPECT_EQ(broken.exit, kFound);
  EXPECT_NE(broken.out.find("json.truncated"), std::string::npos) << broken.out;
  const Ran json = portage({"schema", "check", schema, file, "-o", "json"});
  EXPECT_NE(json.out.find(R"("pointer":"/a/1","code":"schema.type","line":2)"), std::string::npos)
      << json.out;
}

TEST(CliSchemaCheck, JudgesNestingUpToTheDepthAsked) {
  const Folder folder;
  const std::string schema = folder.write(
      "s.json", R"({"$ref": "#/$defs/a", "$defs": {"a": {"allOf": [{"$ref": "#/$defs/b"}]},
                    "b": {"type": "array", "items": {"oneOf": [false, {"$ref": "#"}]}}}})");
  const auto lists = [&](std::size_t n) {
    return folder.write(std::to_string(n) + ".json", std::string(n, '[') + std::string(n, ']'));
  };
  EXPECT_EQ(portage({"schema", "check", schema, lists(1000)}).exit, kDone);
  const Ran deeper = portage({"schema", "check", schema, lists(1001)});
  EXPECT_EQ(deeper.exit, kFound);
  EXPECT_NE(deeper.out.find("json.depth"), std::string::npos) << deeper.out;
  EXPECT_EQ(portage({"schema", "check", schema, lists(5000), "--depth", "5000"}).exit, kDone);
  EXPECT_EQ(portage({"schema", "check", schema, lists(5001), "--depth", "5000"}).exit, kFound);
  EXPECT_EQ(portage({"schema", "check", schema, lists(12), "--depth", "11"}).exit, kFound);
  EXPECT_EQ(portage({"schema", "check", schema, lists(1), "--depth", "5001"}).exit, kWrongUse);
  // A schema that goes round in itself runs into the bound and not into the end of the stack.
  const std::string round =
      folder.write("r.json", R"({"$id": "http://x.test/a", "$dynamicAnchor": "n", "$ref": "b",
          "$defs": {"b": {"$id": "b", "$dynamicRef": "#n", "$defs": {"c": {"$dynamicAnchor": "n"}}}}})");
  const Ran ended = portage({"schema", "check", round, lists(1), "--depth", "5000"});
  EXPECT_EQ(ended.exit, kFound);
  EXPECT_NE(ended.out.find("schema.budget"), std::string::npos) << ended.out;
  const Ran shallow = portage({"schema", "check", round, lists(1), "--depth", "64"});
  EXPECT_NE(shallow.out.find("schema.too_deep"), std::string::npos) << shallow.out;
}

TEST(CliSchemaCheck, JudgesNumbersBeyondADoubleByTheirDigits) {
  const Folder folder;
  const fs::path golden = fs::path(kRoot) / "tests/golden/schema_numbers";
  int cases = 0;
  for (const auto& entry : fs::directory_iterator(golden)) {
    std::istringstream lines(text_of(entry.path()));
    std::string schema;
    for (std::string line; std::getline(lines, line);) {
      const std::string data = line.size() > 2 ? line.substr(2) : "";
      if (line.starts_with("# ") || line.empty()) continue;
      if (line.starts_with("S ")) {
        schema = folder.write("s.json", data);
        continue;
      }
      ++cases;
      ASSERT_TRUE(line.starts_with("+ ") || line.starts_with("- ")) << line;
      const Ran ran = portage({"schema", "check", schema, folder.write("d.json", data)});
      EXPECT_EQ(ran.exit, line[0] == '+' ? kDone : kFound) << text_of(schema) << line << ran.err;
      EXPECT_EQ(ran.out.find("json."), std::string::npos) << ran.out;
    }
  }
  EXPECT_GE(cases, 40);
}

TEST(CliSchemaCheck, RefusesAWrongSchemaWith78) {
  const Folder folder;
  const std::string data = folder.write("d.json", "{}");
  for (const char* wrong :
       {R"({"type": "intger"})", R"({"$ref": "#/$defs/none"})", R"({"minLength": -1})", "[]", "{",
        R"({"$schema": "http://x.test/unknown"})", R"({"$ref": "http://x.test/elsewhere.json"})",
        R"({"pattern": "("})", R"({"$ref": "#"})"}) {
    const Ran ran = portage({"schema", "check", folder.write("s.json", wrong), data});
    EXPECT_EQ(ran.exit, kConfiguration) << wrong << ran.out;
    EXPECT_NE(ran.err.find("s.json:1:"), std::string::npos) << ran.err;
  }
  EXPECT_EQ(portage({"schema", "check", folder.path("none.json"), data}).exit, kCouldNotCheck);
  EXPECT_EQ(portage({"schema", "check", folder.write("s.json", "{}"), folder.path("none")}).exit,
            kCouldNotCheck);
  EXPECT_EQ(portage({"schema", "check", "nobody/nothing@7", data}).exit, kNotFound);
}

TEST(CliSchemaCheck, AssertsFormatsAndAssumesDraftsOnlyWhenAsked) {
  const Folder folder;
  const std::string schema = folder.write("s.json", R"({"format": "date"})");
  const std::string data = folder.write("d.json", "\"31/03/2023\"");
  EXPECT_EQ(portage({"schema", "check", schema, data}).exit, kDone);
  EXPECT_EQ(portage({"schema", "check", schema, data, "--formats", "assert"}).exit, kFound);
  const std::string old = folder.write("o.json", R"({"$ref": "#/definitions/a", "maxLength": 1,
                                 "definitions": {"a": {"type": "string"}}})");
  EXPECT_EQ(portage({"schema", "check", old, data}).exit, kFound);
  EXPECT_EQ(portage({"schema", "check", old, data, "--draft", "draft-07"}).exit, kDone);
  EXPECT_EQ(portage({"schema", "check", old, data, "--draft", "draft-7"}).exit, kWrongUse);
}

TEST(CliSchemaCheck, ChecksByTheGatewaysOwnSchemasInEveryFormat) {
  const std::string cases = kRoot + "/mappings/";
  EXPECT_EQ(portage({"schema", "check", "referral@1", cases + "halton/cases/full.json"}).exit,
            kDone);
  EXPECT_EQ(portage({"schema", "check", "halton/referral@2", cases + "halton/cases/full.csv"}).exit,
            kDone);
  EXPECT_EQ(portage({"schema", "check", kRoot + "/schemas/parties/ssm/referral@1.xsd",
                     cases + "ssm/cases/full.xml"})
                .exit,
            kDone);
  const Folder folder;
  const Ran wrong = portage({"schema", "check", "ssm/referral@1", folder.write("a.xml", "<a/>")});
  EXPECT_EQ(wrong.exit, kFound);
  EXPECT_NE(wrong.out.find("schema.document_element"), std::string::npos) << wrong.out;
}

}  // namespace
}  // namespace portage::cli
