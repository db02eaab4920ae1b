// Compiles a whole small map and runs it both ways.
#include "tests/unit/mapping/world.h"

namespace portage::mapping::testing {
namespace {

constexpr std::string_view kTheirs =
    R"({"Ref":"A-1","Who":{"Last":"Roy","First":"Eva"},"Born":"09/05/1990","Lang":"F","Active":"Y",)"
    R"("Amount":"12.50","Count":2,"Postal":"l6h1a1","Needs":"J;H","Tags":["a","b"],)"
    R"("Phones":[{"Use":"H","Number":"(905) 555-0123"},{"Use":"C","Number":"905.555.0124"}],)"
    R"("Seen":"2023-03-31T23:30:00-04:00"})";
constexpr std::string_view kRecord =
    R"({"id":"A-1","name":{"family":"Roy","given":"Eva"},"born":"1990-05-09","lang":"fr","active":true,)"
    R"("cents":1250,"postal":"L6H 1A1","needs":["work","home"],"tags":["a","b"],)"
    R"("phones":[{"kind":"home","number":"+19055550123"},{"kind":"cell","number":"+19055550124"}],)"
    R"("seen":"2023-03-31T23:30:00-04:00"})";

const Mapping& whole() {
  static const Compiled kCompiled = compiled(map_with({}));
  EXPECT_TRUE(kCompiled.mapping) << told(kCompiled.findings);
  return *kCompiled.mapping;
}

TEST(MappingRun, ReadsTheirsIntoOursInTheOrderOfTheSchema) {
  const Ran in = ran(whole(), Way::in, kTheirs);
  ASSERT_TRUE(in.result.ok()) << in.result.refusals[0].code << in.result.refusals[0].pointer;
  EXPECT_EQ(in.json(), kRecord);
  EXPECT_EQ(base::format_day(in.result.date), "2023-03-31");
}

TEST(MappingRun, WhatIsSentComesBackTheSame) {
  const Ran out = ran(whole(), Way::out, kRecord);
  ASSERT_TRUE(out.result.ok());
  EXPECT_NE(out.json().find(R"("Count":2)"), std::string::npos) << out.json();
  EXPECT_NE(out.json().find(R"("Remark":null)"), std::string::npos) << out.json();
  EXPECT_NE(out.json().find(R"("Needs":"W;H")"), std::string::npos) << out.json();
  const Ran back = ran(whole(), Way::in, out.json());
  ASSERT_TRUE(back.result.ok()) << back.result.refusals[0].code << back.result.refusals[0].pointer;
  EXPECT_EQ(back.json(), kRecord);
}

TEST(MappingRun, TheRecordsDayPicksTheRow) {
  std::string later(kRecord);
  later.replace(later.find("2023-03-31T"), 11, "2024-01-01T");
  const Ran out = ran(whole(), Way::out, later);
  EXPECT_NE(out.json().find(R"("Needs":"W;L")"), std::string::npos) << out.json();
}

TEST(MappingRun, CollectsEveryRefusalWithItsPlace) {
  std::string bad(kTheirs);
  bad.replace(bad.find("09/05/1990"), 10, "9/5/1990  ");
  bad.replace(bad.find("905.555.0124"), 12, "call my mum!");
  bad.replace(bad.find("J;H"), 3, "J;?");
  bad.replace(bad.find("\"Count\":2"), 9, "\"Count\":3");
  const Ran in = ran(whole(), Way::in, bad);
  std::map<std::string, std::string> seen;
  for (const Refusal& r : in.result.refusals) seen[r.pointer] = r.code;
  EXPECT_EQ(seen["/Born"], "date.unreadable");
  EXPECT_EQ(seen["/Phones/1/Number"], "phone.unreadable");
  EXPECT_EQ(seen["/Needs"], "code.unknown");
  EXPECT_EQ(in.result.refusals.size(), 3u);  // the count is verified only when all else was read
  for (const Refusal& r : in.result.refusals) {
    EXPECT_GT(r.at, 0u) << r.pointer;
    for (const auto& [name, value] : r.arguments)
      EXPECT_EQ(value.find("mum"), std::string::npos) << name;
  }
}

TEST(MappingRun, AComputedFieldIsVerifiedComingIn) {
  std::string bad(kTheirs);
  bad.replace(bad.find("\"Count\":2"), 9, "\"Count\":3");
  const Ran in = ran(whole(), Way::in, bad);
  ASSERT_EQ(in.result.refusals.size(), 1u);
  EXPECT_EQ(in.result.refusals[0].code, "check.failed");
  EXPECT_EQ(in.result.refusals[0].pointer, "/Count");
}

TEST(MappingRun, MissingFlowsThroughAndMakesNothing) {
  const Ran in = ran(
      whole(), Way::in,
      R"({"Ref":"A","Who":{"Last":"Roy"},"Born":"09/05/1990","Count":0,"Seen":"2023-03-31T10:00:00Z"})");
  ASSERT_TRUE(in.result.ok()) << in.result.refusals[0].code << in.result.refusals[0].pointer;
  EXPECT_EQ(
      in.json(),
      R"({"id":"A","name":{"family":"Roy"},"born":"1990-05-09","seen":"2023-03-31T10:00:00Z"})");
}

struct RuleCase {
  std::string key, rule, theirs, wanted;  // wanted: a part of the result, or !code at pointer
};

TEST(MappingRun, Rules) {
  const std::string head = R"({"Ref":"A","Who":{"Last":"Roy"},"Born":"09/05/1990","Count":0,)";
  const std::vector<RuleCase> cases = {
      {"remark", "remark <- Remark | nothing null ?? \"none\"", "", R"("remark":"none")"},
      {"remark", "remark <- Remark | nothing null \"N/A\"", R"("Remark":"N/A",)",
       R"({"id":"A","name":{"family":"Roy"},"born")"},
      {"remark", "remark <- Remark | nothing null ?? reject \"remark.wanted\"", "",
       "!remark.wanted"},
      {"cents", "cents <- Amount | cents else 7", R"("Amount":"x",)", R"("cents":7)"},
      {"cents", "cents <- Amount | cents else note \"amount.bad\"", R"("Amount":"x",)",
       R"("seen")"},
      {"cents", "cents <- Amount | cents else reject \"amount.bad\"", R"("Amount":"x",)",
       "!amount.bad"},
      {"cents", "cents <- Count + 2 * 3", "", R"("cents":6)"},
      {"active", "active <- Count = 0 and not has Remark", "", R"("active":true)"},
      {"active", "active <- Lang in [\"E\", \"F\"]", R"("Lang":"X",)", R"("active":false)"},
      {"active", "active <- Ref != \"A\" or Count >= 1", "", R"("active":false)"},
      {"lang", "lang <- if Lang = \"F\" then \"fr\" else \"en\"", R"("Lang":"F",)",
       R"("lang":"fr")"},
      {"lang", "lang <- Lang | code { \"fr\" <- \"F\", \"und\" <- any }", R"("Lang":"E",)",
       R"("lang":"und")"},
      {"id", "id <- words(Who.Last, Who.First, Ref)\n\"x\" -> Ref", "", R"("id":"Roy A")"},
      {"id", "id <- first(Remark, Ref)\n\"x\" -> Ref", "", R"("id":"A")"},
      {"id", "let both <- words(Ref, Ref)\nid <- both\n\"x\" -> Ref", "", R"("id":"A A")"},
      {"tags", "tags <- Tags | each (upper) | where (it != \"B\")\ntags -> Tags",
       R"("Tags":["a","b","c"],)", R"("tags":["A","C"])"},
      {"family", "name <-> Who {\n  family <-> Last\n}", "", R"("name":{"family":"Roy"})"},
      {"family", "def person { family <-> Last }\nname <-> Who { use person }", "",
       R"("name":{"family":"Roy"})"},
      {"family", "place who is Who\nname.family <-> who.Last", "", R"("name":{"family":"Roy"})"},
      {"extra", "require Count < 5 else reject \"too.many\"", "", R"("id":"A")"},
      {"extra", "require Count > 5 else reject \"too.few\"", "", "!too.few"},
      {"remark",
       "when <- Count = 0 { remark <- \"zero\" }\nwhen <- Count != 0 { remark <- \"some\" }", "",
       R"("remark":"zero")"},
      {"born", "born <- Born | date \"dd/MM/yyyy\"\nborn | date_not -> Born", "", "!compile"},
  };
  for (const RuleCase& c : cases) {
    std::map<std::string, std::string> rules = {{c.key, c.rule}};
    if (c.rule.find("given") == std::string::npos && c.key == "family")
      rules["given"] = "name.given <-> Who.First";
    std::string source = map_with(rules);
    const Compiled compiled_map = compiled(source);
    if (c.wanted == "!compile") {
      EXPECT_FALSE(compiled_map.mapping);
      continue;
    }
    // One-way rules leave fields unexplained the other way; that is another test's matter.
    std::string problems;
    for (const base::Finding& f : compiled_map.findings) {
      if (f.severity == base::Severity::error && f.code != "M222" && f.code != "M221")
        problems += f.code + " ";
    }
    EXPECT_EQ(problems, "") << c.rule << "\n" << told(compiled_map.findings);
    if (!compiled_map.mapping) {
      // Say what becomes of the field on the other way.
      std::string ignores;
      for (const base::Finding& f : compiled_map.findings) {
        if (f.code != "M222") continue;
        std::string path, side, way;
        for (const auto& [name, value] : f.arguments) {
          if (name == "path") path = value;
          if (name == "side") side = value;
          if (name == "way") way = value;
        }
        ignores += "ignore " + way + " " + side + " " + path + " because \"test\"\n";
      }
      source += ignores;
    }
    const Compiled again = compiled(source);
    ASSERT_TRUE(again.mapping) << c.rule << "\n" << told(again.findings);
    const Ran in =
        ran(*again.mapping, Way::in, head + c.theirs + R"("Seen":"2023-03-31T10:00:00Z"})");
    if (c.wanted.starts_with('!')) {
      ASSERT_EQ(in.result.refusals.size(), 1u) << c.rule << in.json();
      EXPECT_EQ(in.result.refusals[0].code, c.wanted.substr(1)) << c.rule;
      continue;
    }
    ASSERT_TRUE(in.result.ok()) << c.rule << " " << in.result.refusals[0].code;
    EXPECT_NE(in.json().find(c.wanted), std::string::npos) << c.rule << "\n" << in.json();
    EXPECT_EQ(in.result.notes.size(), c.rule.find("else note") == std::string::npos ? 0u : 1u)
        << c.rule;
  }
}

TEST(MappingRun, SelectorsSearchComingInAndMakeGoingOut) {
  const std::string rule =
      "phones[kind = \"home\"].number <-> Phones[Use = \"H\"].Number | phone\n"
      "phones[kind = \"cell\"].number <-> Phones[Use = \"C\"].Number | phone \"local\"";
  const Compiled c =
      compiled(map_with({{"phones", rule}, {"count", "ignore theirs Count because \"test\""}}));
  ASSERT_TRUE(c.mapping) << told(c.findings);
  const Ran in = ran(*c.mapping, Way::in, kTheirs);
  ASSERT_TRUE(in.result.ok()) << in.result.refusals[0].code;
  EXPECT_EQ(in.json(), kRecord);
  const Ran out = ran(*c.mapping, Way::out, kRecord);
  EXPECT_NE(out.json().find(
                R"([{"Use":"H","Number":"+19055550123"},{"Use":"C","Number":"905-555-0124"}])"),
            std::string::npos)
      << out.json();
  std::string two(kTheirs);
  two.replace(two.find("\"Use\":\"C\""), 9, "\"Use\":\"H\"");
  const Ran many = ran(*c.mapping, Way::in, two);
  ASSERT_EQ(many.result.refusals.size(), 1u);
  EXPECT_EQ(many.result.refusals[0].code, "many");
}

TEST(MappingRun, ExplainNamesSourceRuleAndSteps) {
  record::Document from, into;
  ASSERT_TRUE(format::read_json(kTheirs, {}, from).ok());
  std::vector<Provenance> explained;
  RunContext context;
  context.explain = &explained;
  ASSERT_TRUE(run(whole(), Way::in, from.root, context, into).ok());
  const Provenance* born = nullptr;
  for (const Provenance& p : explained) {
    if (p.target == "born") born = &p;
  }
  ASSERT_NE(born, nullptr);
  EXPECT_EQ(born->sources, "Born");
  EXPECT_EQ(born->before, "09/05/1990");
  EXPECT_EQ(born->after, "1990-05-09");
  ASSERT_EQ(born->steps.size(), 1u);
  EXPECT_EQ(born->steps[0].name, "date \"dd/MM/yyyy\"");
  EXPECT_EQ(born->rule.substr(0, 9), "acme.map:");
}

TEST(MappingRun, TheResultOutlivesTheMapping) {
  record::Document into;
  {
    const Compiled c = compiled(map_with({}));
    ASSERT_TRUE(c.mapping);
    record::Document from;
    ASSERT_TRUE(format::read_json(kTheirs, {}, from).ok());
    ASSERT_TRUE(run(*c.mapping, Way::in, from.root, {}, into).ok());
  }
  std::string json;
  format::write_json(into.root, json);
  EXPECT_EQ(json, kRecord);
}

TEST(MappingSetOf, PicksTheVersionOfTheDayAndReportsOverlapsAndGaps) {
  const auto version = [](int n, const std::string& days) {
    std::string source = map_with({});
    source.replace(source.find("mapping acme/tree 1"), 19,
                   "mapping acme/tree " + std::to_string(n));
    source.replace(source.find("2020-01-01 .."), 13, days);
    const Compiled c = compiled(source);
    EXPECT_TRUE(c.mapping) << told(c.findings);
    return c.mapping;
  };
  MappingSet set;
  EXPECT_TRUE(set.add(version(1, "2020-01-01 .. 2022-12-31")).empty());
  EXPECT_TRUE(set.add(version(2, "2023-01-01 .. 2023-12-31")).empty());
  const auto gap = set.add(version(3, "2024-02-01 .."));
  ASSERT_EQ(gap.size(), 1u);
  EXPECT_EQ(gap[0].code, "M412");
  EXPECT_EQ(set.pick("acme/tree", *base::day_from(2022, 12, 31))->version(), 1u);
  EXPECT_EQ(set.pick("acme/tree", *base::day_from(2023, 1, 1))->version(), 2u);
  EXPECT_EQ(set.pick("acme/tree", *base::day_from(2024, 1, 15)), nullptr);
  const auto overlap = set.add(version(4, "2023-06-01 .. 2023-07-01"));
  ASSERT_FALSE(overlap.empty());
  EXPECT_EQ(overlap[0].code, "M411");
  record::Document from;
  ASSERT_TRUE(format::read_json(kTheirs, {}, from).ok());
  Refusal why;
  EXPECT_EQ(set.pick_in("acme/tree", from.root, base::kLastDay, why)->version(), 2u);
}

}  // namespace
}  // namespace portage::mapping::testing
