// Codes: on which days they lack a row (M401), and which of them the cases hold. And what decides
// beside the rules, as `map diff` sees it.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "gateway/mapping/mapping.h"

namespace portage::mapping {
namespace {

// `marks`: of the field of ours; `column`: how the column's codes are said.
class World {
 public:
  World(const std::string& marks, const std::string& column) {
    take(schema::load_json_schema(
        R"({"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "visit@1",
            "title": "V", "description": "V.", "portage": {"class": "program"},
            "type": "object", "additionalProperties": false, "required": ["state", "seen"],
            "properties": {
              "state": {"type": "string", "enum": ["open", "held"], "portage": {)" +
            marks + R"(}},
              "other": {"type": "string", "enum": ["a", "b", "c"]},
              "seen": {"type": "string", "format": "date", "portage": {"date": true}}}})",
        "visit@1.schema.json", {}));
    take(schema::load_layout(
        "schema = \"acme/visit@1\"\nformat = \"csv\"\nclass = \"program\"\n"
        "[[column]]\nname = \"STATE\"\ntype = \"text\"\nrequired = true\n" +
            column +
            "\n[[column]]\nname = \"OTHER\"\ntype = \"text\"\nvalues = [\"a\", \"b\", \"c\"]\n"
            "[[column]]\nname = \"SEEN\"\ntype = \"text\"\nmax_length = 10\n"
            "required = true\n",
        "visit@1.toml"));
    const std::string head = "ours,theirs,way,label_en,label_fr,valid_from,valid_until\n";
    table("ended", head + "open,O,both,O,O,,\nheld,H,both,H,H,,2022-12-31\n");
    table("whole",
          head + "open,O,both,O,O,,\nheld,H,both,H,H,,2022-12-31\nheld,H,both,H,H,2023-01-01,\n");
    table("state", head + "open,open,both,O,O,,\nheld,held,both,H,H,,2022-12-31\n");
    table("column", head + "O,O,both,O,O,,\nH,H,both,H,H,,2022-12-31\n");
    world_.schema = [this](std::string_view name) { return schemas_.find(name); };
    world_.table = [this](std::string_view name) -> const directory::CodeTable* {
      const auto it = tables_.find(name);
      return it == tables_.end() ? nullptr : &it->second;
    };
  }
  const mapping::World& world() const { return world_; }

  Compiled compiled(const std::string& rule, const std::string& days = "2020-01-01 ..") const {
    return compile("mapping acme/visit 1\nours visit@1\ntheirs acme/visit@1\neffective " + days +
                       "\ndated SEEN | date \"yyyy-MM-dd\"\nseen <-> SEEN | date \"yyyy-MM-dd\"\n"
                       "other <-> OTHER\n" +
                       rule + "\ntest \"one\" \"a.json\" <-> \"a.csv\"\n",
                   "visit.map", world_);
  }
  std::string found(const std::string& rule, const std::string& days = "2020-01-01 ..") const {
    std::string all;
    for (const base::Finding& f : compiled(rule, days).findings) {
      all += f.code + (f.severity == base::Severity::error  ? " error"
                       : f.severity == base::Severity::note ? " note"
                                                            : " warning");
      for (const auto& [name, value] : f.arguments) all += " " + value;
      all += "\n";
    }
    return all;
  }

 private:
  void take(const schema::Loaded& loaded) {
    for (const base::Finding& f : loaded.findings) ADD_FAILURE() << f.code;
    if (loaded.schema) schemas_.add(loaded.schema);
  }
  void table(const std::string& name, const std::string& text) {
    directory::LoadedTable loaded = directory::load_table(name, text, name + ".csv");
    for (const base::Finding& f : loaded.findings) ADD_FAILURE() << f.code;
    if (loaded.table) tables_.emplace(name, std::move(*loaded.table));
  }
  schema::SchemaSet schemas_;
  std::map<std::string, directory::CodeTable, std::less<>> tables_;
  mapping::World world_;
};

const std::string kCodes = "values = [\"O\", \"H\"]";

TEST(CodesOfDays, ACodeTheSchemaAllowsNeedsARowOnEveryDay) {
  const World plain(R"("class": "program")", kCodes);
  const std::string in = "M401 error H theirs ended (2023-01-01 ..)\n";
  const std::string out = "M401 error held ours ended (2023-01-01 ..)\n";
  EXPECT_EQ(plain.found("state <-> STATE | code ended"), in + out);
  EXPECT_EQ(plain.found("state <-> STATE | code whole"), "");
  EXPECT_EQ(plain.found("state <-> STATE | code ended", "2020-01-01 .. 2022-12-31"), "");
  EXPECT_EQ(plain.found("state <-> STATE | code ended", "2020-01-01 .. 2023-06-30"),
            "M401 error H theirs ended (2023-01-01 .. 2023-06-30)\n"
            "M401 error held ours ended (2023-01-01 .. 2023-06-30)\n");
  // A later row of another table does not help what a `let` reads.
  EXPECT_NE(
      plain.found("let s <- STATE | code ended\nstate <- s\nstate -> STATE | code whole").find(in),
      std::string::npos);
}

TEST(CodesOfDays, ASchemasOwnCodeMayBeDated) {
  // Ours knows no such code on those days: it can't come, and what theirs has becomes nothing.
  const World ours(R"("class": "program", "codes": "state")", kCodes);
  EXPECT_EQ(ours.found("state <-> STATE | code ended"),
            "M401 note H theirs ended (2023-01-01 ..)\n");
  const World both(R"("class": "program", "codes": "state")", "codes = \"column\"");
  EXPECT_EQ(both.found("state <-> STATE | code ended"), "");
}

TEST(CodesSeen, AreCountedInTheCasesOfEachWay) {
  const World plain(R"("class": "program")", kCodes);
  Compiled c = plain.compiled("state <-> STATE | code whole");
  ASSERT_TRUE(c.mapping);
  const auto read = [](const std::string& name) -> std::optional<std::string> {
    if (name == "a.csv") return "STATE,OTHER,SEEN\nO,a,2024-01-01\nO,b,2024-01-01\n";
    return "[{\"state\": \"held\", \"other\": \"a\", \"seen\": \"2024-01-01\"}]";
  };
  count_codes(*c.mapping, plain.world(), read, c.coverage);
  std::string all;
  for (const Coverage& way : c.coverage) {
    for (const Coverage::Coded& field : way.coded) {
      all += field.path + " " + std::to_string(field.seen.size()) + "/" +
             std::to_string(field.codes.size());
      for (const std::string& code : field.seen) all += " " + code;
      all += "\n";
    }
  }
  EXPECT_EQ(all, "STATE 1/2 O\nOTHER 2/3 a b\nstate 1/2 held\nother 1/3 a\n");
}

TEST(Clauses, TellWhatDecidesBesideTheRules) {
  const World plain(R"("class": "program")", kCodes);
  const auto told = [&](const std::string& rules) {
    const Compiled c = plain.compiled(rules);
    EXPECT_TRUE(c.mapping) << plain.found(rules);
    std::string all;
    if (!c.mapping) return all;
    for (const ClauseStory& clause : clauses(*c.mapping)) {
      if (clause.what != "dated") all += clause.what + " " + clause.way + " " + clause.text + "\n";
    }
    for (const FieldStory& story : describe(*c.mapping)) {
      if (!story.when_in.empty() || !story.when_out.empty()) {
        all += story.ours + ": " + story.when_in + " | " + story.when_out + "\n";
      }
    }
    return all;
  };
  const std::string rest = "state -> STATE | code whole\n";
  EXPECT_EQ(told(rest + "let s   <- STATE | code whole # why\nstate <- s"),
            "let s <- STATE | code whole\n");
  EXPECT_EQ(told("state <-> STATE | code whole\nrequire  STATE != \"H\" else reject \"acme.held\""),
            "require acme.held <- STATE != \"H\" else reject \"acme.held\"\n");
  EXPECT_EQ(told(rest + "when <- OTHER = \"a\" {\n  state <- \"open\"\n}\n"
                        "when <- OTHER != \"a\" {\n  state <- STATE | code whole\n}"),
            "state: OTHER = \"a\" | \nstate: OTHER != \"a\" | \n");
  EXPECT_EQ(told(rest + "def d {\n  state <- STATE | code whole\n}\nuse d"), "use d <-> \n");
}

}  // namespace
}  // namespace portage::mapping
