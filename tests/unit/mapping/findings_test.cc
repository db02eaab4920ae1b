// Planted mistakes: each is found under its own code and, where «…» marks it, in its own place. And
// maps that look wrong but are right give no finding.
#include "gateway/base/text.h"
#include "tests/unit/mapping/world.h"

namespace portage::mapping::testing {
namespace {

struct Planted {
  std::string key, rule, code, suggestion = {};
};

void expect_found(const Planted& p) {
  std::string source = map_with({{p.key, p.rule}});
  const std::size_t open = source.find("«");
  std::uint32_t line = 0, column = 0, end = 0;
  if (open != std::string::npos) {
    source.erase(open, 2);
    const std::size_t close = source.find("»");
    ASSERT_NE(close, std::string::npos) << p.rule;
    source.erase(close, 2);
    line = base::line_column(source, open).line;
    column = base::line_column(source, open).column;
    end = column + static_cast<std::uint32_t>(base::code_points(source.substr(open, close - open)));
  }
  const Compiled c = compiled(source);
  const base::Finding* found = nullptr;
  for (const base::Finding& f : c.findings) {
    if (f.code == p.code && (line == 0 || (f.place.line == line && f.place.column == column)))
      found = &f;
  }
  ASSERT_NE(found, nullptr) << p.code << " for " << p.rule << "\n" << told(c.findings);
  if (line != 0) EXPECT_EQ(found->end_column, end) << p.rule;
  if (!p.suggestion.empty()) EXPECT_EQ(found->suggestion, p.suggestion) << p.rule;
  if (found->severity == base::Severity::error) EXPECT_FALSE(c.mapping);
  const std::string text = base::say(found->code, base::Language::english, found->arguments);
  EXPECT_NE(text, found->code);
  EXPECT_EQ(text.find('{', 0) == std::string::npos || text.find("{ \"") != std::string::npos ||
                text.find("code {") != std::string::npos,
            true)
      << text;
}

TEST(MappingFindings, SyntaxFaultsAreFoundInTheirPlace) {
  for (const Planted& p :
       std::vector<Planted>{{"cents", "cents <-> «\n»cents", "M101"},
                            {"cents", "cents «=> Amount»", "M101"},
                            {"cents", "cents <- (Count + 1«\n»", "M101"},
                            {"cents", "cents <- if Count = 1 then 2«\n»", "M101"},
                            {"cents", "cents <-> Amount | «|» cents", "M101"},
                            {"cents", "cents <-> Amount | cents «}»", "M101"},
                            {"cents", "each phones <-> Phones\nkind <-> Use", "M101"},
                            {"cents", "ignore theirs Amount «\n»", "M101"},
                            {"cents", "cents + 1 <- Amount", "M101"},
                            {"cents", "cents <- \"open", "M101"},
                            {"cents", "cents <- phones[kind «>» 1].number", "M101"},
                            {"test", "test «reject_it»", "M101"}}) {
    const std::string source = map_with({{p.key, p.rule}});
    std::string clean;
    for (std::size_t i = 0; i < source.size(); ++i) {
      if (source.compare(i, 2, "«") == 0 || source.compare(i, 2, "»") == 0) {
        ++i;
        continue;
      }
      clean += source[i];
    }
    const Compiled c = compiled(clean);
    bool found = false;
    const std::uint32_t line = base::line_column(clean, clean.find(p.rule.substr(0, 4))).line;
    for (const base::Finding& f : c.findings)
      found = found || (f.code == "M101" && f.place.line >= line);
    EXPECT_TRUE(found) << p.rule << "\n" << told(c.findings);
    EXPECT_FALSE(c.mapping);
  }
}

TEST(MappingFindings, EveryFaultOfAFileIsReportedAtOnce) {
  const Compiled c = compiled(map_with({{"cents", "cents <-> Amuont | cents"},
                                        {"lang", "lang <->"},
                                        {"born", "born <-> Born | daet \"dd/MM/yyyy\""},
                                        {"tags", "tags <-> Ref"}}));
  std::set<std::string> codes;
  for (const base::Finding& f : c.findings) codes.insert(f.code);
  EXPECT_TRUE(codes.contains("M101") && codes.contains("M201") && codes.contains("M102") &&
              codes.contains("M202"))
      << told(c.findings);
}

TEST(MappingFindings, Names) {
  for (const Planted& p : std::vector<Planted>{
           {"born", "born <-> Born | «daet» \"dd/MM/yyyy\"", "M102", "date"},
           {"born", "born <- «dates»(Born)", "M102", "date"},
           {"cents", "cents <-> Amount | «cnets»", "M102", "cents"},
           {"tags", "tags <- Tags | each («uper»)", "M102", "upper"},
           {"id", "id <- «word»(Ref)", "M102"},
           {"needs", "needs <-> Needs | splt \";\" | each (code need)", "M102", "split"},
           {"postal", "postal <-> Postal | «postl»", "M102", "postal"},
           {"phones", "phones[kind = \"home\"].number <-> Phones[Use = \"H\"].Number | «phon»",
            "M102", "phone"},
           {"born", "born <-> Born | «date»", "M103"},
           {"born", "born <-> Born | date «7»", "M103"},
           {"born", "born <-> Born | date \"dd/MM/yyyy\" «9»", "M103"},
           {"id", "id <- Ref | take «\"3\"»", "M103"},
           {"seen", "seen <- Born | date \"dd/MM/yyyy\" | at \"00:00\" «\"America/Montreal\"»",
            "M103"},
           {"needs", "needs <-> Needs | split | each (code need)", "M103"},
           {"id", "id <- «before(Ref)»", "M103"},
           {"remark", "remark <-> Remark | «nothing»", "M103"},
           {"needs", "needs <-> Needs | split \";\" | each (code «nead»)", "M104"},
           {"id", "id <-> «x:Ref»", "M104"},
           {"family", "use «person»", "M104"},
           {"family", "use «persn»\ndef person { name.family <-> Who.Last }", "M104", "person"},
           {"extra", "let «id» -> cents", "M105"},
           {"extra", "let a <- Ref\nlet «a» <- Born", "M105"},
           {"extra", "place «Who» is Who", "M105"},
           {"extra", "each phones <-> Phones as «root» { }", "M105"},
           {"extra", "def a { use «a» }\nuse a", "M106"},
           {"extra", "def a { use b }\ndef b { use «a» }\nuse a", "M106"},
           {"extra", "each phones <- Phones by «Uze» as u { }", "M201", "Use"},
           {"born", "born <-> Born | date «\"dd/mm/yyyy\"»", "M111"},
           {"born", "born <-> Born | date «\"dd/MM\"»", "M110"},
           {"born", "born <-> Born | date «\"ddMMyy\"»", "M110"},
           {"born", "born <-> Born | date «\"yyyyMMdd DDD\"»", "M110"},
           {"born", "born <-> Born | date «\"d/M/yyyy hh\"»", "M111"}}) {
    std::string rule = p.rule;
    expect_found(p);
  }
}

TEST(MappingFindings, PathsAndTypes) {
  for (const Planted& p : std::vector<Planted>{
           {"id", "id <-> «Reff»", "M201", "Ref"},
           {"family", "name.family <-> Who.«Lst»", "M201", "Last"},
           {"family", "name.«famly» <-> Who.Last", "M201", "family"},
           {"family", "«nam».family <-> Who.Last", "M201", "name"},
           {"id", "id <-> Ref.«x»", "M201"},
           {"phones", "phones[«knd» = \"home\"].number <-> Phones[Use = \"H\"].Number | phone",
            "M201", "kind"},
           {"phones", "each phones <-> Phones { «knd» <-> Use }", "M201", "kind"},
           {"extra", "ignore theirs «Reff» because \"x\"", "M201", "Ref"},
           {"born", "«born» <-> Born", "M202", "date PATTERN"},
           {"active", "«active» <-> Active", "M202"},
           {"cents", "«cents» <-> Amount", "M202", "integer"},
           {"needs", "«needs» <- Needs", "M202"},
           {"cents", "cents <- «Amount» + 1", "M202"},
           {"active", "active <- «Count = Amount»", "M202"},
           {"active", "active <- if «Ref» then true else false", "M202"},
           {"id", "id <- Count | «trim»", "M202"},
           {"family", "name.family <- «Who»", "M202"},
           {"born", "born <- Seen", "M202", "day \"America/Toronto\""},
           {"family", "«name.family» <-> Who.First", "M203"},
           {"born", "«born» <- Amount | date \"dd/MM/yyyy\"", "M203"},
           {"id", "«id» <- Remark | nothing null", "M203"},
           {"id", "«id» <- Ref | trim else note \"x.y\"", "M203"},
           {"seen", "«seen» <- Amount | datetime", "M203"},
           {"id", "«id» <- Ref | after \"-\"", "M203"},
           {"id", "«id» <- if Count = 1 then Ref else Postal", "M203"},
           {"id", "«id» <- first(Postal, Amount)", "M203"},
           {"remark", "«remark» <- \"much longer than ten\"", "M204"},
           {"remark", "«remark» <- name_uuid(Ref)", "M204"},
           {"remark", "«remark» <- \"\"", "M204"},
           {"remark", "«remark» <- if Count = 1 then \"short\" else \"not so short at all\"",
            "M204"},
           {"cents",
            "cents <- Amount | cents\n\"a text of more than twenty characters\" -> «Amount»",
            "M204"},
           {"cents", "«cents» <- 100001", "M205"},
           {"cents", "«cents» <- -1", "M205"},
           {"cents", "cents <- count(Phones)\n-3 -> «Count»", "M205"},
           {"tags", "tags <-> Phones.«Number»", "M206"},
           {"phones", "phones.«number» <- Phones[Use = \"H\"].Number | phone", "M206"},
           {"id", "«id» <- Tags", "M206"},
           {"id", "id <- «Tags» | trim", "M206"},
           {"id", "id <- words(«Tags»)", "M206"},
           {"phones", "phones[kind = \"home\"].number <- Phones.«Number»", "M206"},
           {"id", "id <-> Ref«[1]»", "M206"},
           {"phones", "«phones» <-> Phones { kind <-> Use }", "M206"},
           {"family", "«name.family» <- \"roy\"", "M207"},
           {"family", "«name.family» <- \"Roy Smith\"", "M207"},
           {"lang", "«lang» <- \"de\"", "M208"},
           {"lang",
            "«lang» <-> Lang | code { \"en\" <-> \"E\", \"fra\" <-> \"F\", \"und\" <-> \"X\" }",
            "M208"},
           {"source", "\"PORTGE\" -> «Source»", "M208", "PORTAGE"},
           {"phones", "phones[kind = «\"hom\"»].number <- Phones[Use = \"H\"].Number | phone",
            "M208", "home"},
           {"active", "active <- Lang = «\"D\"»", "M208"},
           {"active", "active <- Lang in «[\"E\", \"Q\"]»", "M208"},
           {"lang", "lang <- if Lang = «\"e\"» then \"en\" else \"fr\"", "M208"},
           {"source", "«Source» <- \"x\"", "M201"},
           {"active",
            "let a <- Active | code { true <- \"Y\", false <- \"N\" }\nactive <- if «a» then true "
            "else false",
            "M209"},
           {"remark", "«remark» <-> Remark", "M213"},
           {"remark", "remark <- Remark | «trim»", "M214"},
           {"remark", "remark <- Remark | «upper» | nothing null", "M214"}}) {
    expect_found(p);
  }
}

TEST(MappingFindings, WhatIsLeftOut) {
  for (const Planted& p : std::vector<Planted>{
           {"id", "id -> Ref", "M221"},
           {"id", "id <- Ref", "M221"},
           {"family", "", "M221"},
           {"born", "", "M221"},
           {"seen", "seen -> Seen", "M221"},
           {"phones",
            "each phones <-> Phones {\n  kind <-> Use | code { \"home\" <-> \"H\", \"cell\" <-> "
            "\"C\" }\n}",
            "M221"},
           {"phones", "each phones <-> Phones {\n  number <-> Number | phone\n}", "M221"},
           {"family", "name.family -> Who.Last", "M221"},
           {"cents", "", "M222"},
           {"cents", "cents <- Amount | cents", "M222"},
           {"cents", "cents | words -> Amount", "M222"},
           {"needs", "", "M222"},
           {"tags", "", "M222"},
           {"phones", "", "M222"},
           {"given", "", "M222"},
           {"ignores", "ignore ours nick because \"x\"", "M222"},
           {"remark", "remark <- \"x\"", "M223"},
           {"ignores", "ignore in theirs Source because \"x\"\nignore out ours nick because \"x\"",
            "M223"},
           {"extra", "ignore theirs «Ref» because \"x\"", "M224"},
           {"extra", "ignore in theirs «Who.Last» because \"x\"", "M224"},
           {"extra", "ignore out ours «cents» because \"x\"", "M224"},
           {"extra", "ignore ours id, «nick» because \"x\"", "M224"},
           {"id", "id <-> Ref\n«id <- words(Ref, Ref)»", "M241"},
           {"cents", "cents <-> Amount | cents\n«\"12\" -> Amount»", "M241"},
           {"phones",
            "phones[kind = \"home\"].number <- Phones[Use = \"H\"].Number | phone\n«phones[kind = "
            "\"home\"].kind <- \"cell\"»",
            "M241"},
           {"extra", "when <- Count = 1 { «remark <- \"a\"» }", "M241"}}) {
    expect_found(p);
  }
}

TEST(MappingFindings, BothWays) {
  for (const Planted& p : std::vector<Planted>{
           {"id", "id <-> Ref | «upper»", "M301"},
           {"id", "id <-> Ref | «cut 3»", "M301"},
           {"id", "id <-> Ref | «latin»", "M301"},
           {"id", "id -> Ref | «lower»\nid <- Ref", "M301"},
           {"tags", "tags <-> Tags | each («upper»)", "M301"},
           {"seen", "seen <-> Born | «at \"00:00\" \"UTC\"»", "M301"},
           {"id", "id <-> Ref | «before \" \"»", "M301"},
           {"id", "id <-> Ref | «take 3»", "M301"},
           {"id", "id <-> «Ref | trim»", "M311"},
           {"given", "name.given <-> «Who.First | trim»", "M311"},
           {"tags", "tags <-> «Tags | each (trim)»", "M311"},
           {"postal", "id <-> «Ref | postal»\npostal <-> Postal | postal", "M311"},
           {"lang",
            "lang <-> Lang | code { \"en\" <-> \"E\", \"fr\" <-> \"F\", «\"und\" <-> \"F\"» }",
            "M407"},
           {"tags", "tags <-> «Needs | split \";\"»\nneeds <- [\"work\"]", "M312"},
           {"tags", "tags <-> «Needs | split \" \"»\nneeds <- [\"work\"]", "M312"},
           {"phones", "phones«[kind = \"home\"]».number <-> Phones[Use = \"H\"].Number | phone",
            "M332"},
           {"phones",
            "phones[kind = \"cell\"].number -> Phones[Use = \"C\"].Number\nignore in theirs Phones "
            "because \"x\"",
            "M332"},
           {"lang", "lang <-> Lang | «code { \"en\" <-> \"E\", \"fr\" <-> \"F\" }»", "M401"},
           {"lang", "lang <- Lang | «code { \"en\" <- \"E\", \"fr\" <- \"F\" }»", "M401"},
           {"lang", "lang <-> Lang | «code { \"en\" <-> \"E\", \"fr\" <-> \"F\", \"und\" <- any }»",
            "M401"},
           {"active", "active <-> Active | «code { true <-> \"Y\" }»", "M401"},
           {"active", "active <-> Active | «code need»", "M401"},
           {"lang",
            "lang <-> Lang | «code { \"en\" <-> \"E\", \"fr\" <-> \"F\", \"und\" <-> \"X\", \"en\" "
            "<- \"G\" }»",
            "M402"},
           {"lang",
            "lang <-> Lang | code { \"en\" <-> \"E\", \"fr\" <-> \"F\", \"und\" <-> \"X\", «\"en\" "
            "<- \"E\"» }",
            "M407"},
           {"lang",
            "lang <-> Lang | code { \"en\" <-> \"E\", \"fr\" <-> \"F\", \"und\" <-> \"X\", «any <- "
            "\"Z\"» }",
            "M103"}}) {
    expect_found(p);
  }
}

TEST(MappingFindings, HeadersAndTests) {
  const std::string whole = map_with({});
  const auto with = [&](const std::string& from, const std::string& to) {
    std::string source = whole;
    source.replace(source.find(from), from.size(), to);
    return source;
  };
  const std::vector<std::pair<std::string, std::string>> cases = {
      {with("mapping acme/tree 1\n", ""), "M107"},
      {with("ours person@1\n", ""), "M107"},
      {with("theirs acme/tree@1\n", ""), "M107"},
      {with("dated Seen | datetime | day \"America/Toronto\"\n", ""), "M107"},
      {with("ours person@1", "ours persn@1"), "M104"},
      {with("ours person@1", "ours person"), "M101"},
      {with("ours person@1", "ours list of person@1"), "M201"},
      {with("2020-01-01 ..", "2020-01-01 .. 2019-01-01"), "M406"},
      {with("2020-01-01 ..", "2020-02-30 .."), "M101"},
      {with("dated Seen | datetime | day \"America/Toronto\"", "dated Seen"), "M202"},
      {with("dated Seen | datetime | day \"America/Toronto\"", "dated Ref | code need"), "M414"},
      {with("test \"one\" \"a.json\" <-> \"b.json\"\n", ""), "M702"},
      {with("dated Seen | datetime | day \"America/Toronto\"", "dated envelope\nbatch whole"),
       "M103"},
  };
  for (const auto& [source, code] : cases) {
    const Compiled c = compiled(source);
    const bool found =
        std::any_of(c.findings.begin(), c.findings.end(),
                    [&code = code](const base::Finding& f) { return f.code == code; });
    EXPECT_TRUE(found) << code << "\n" << told(c.findings);
  }
}

TEST(MappingFindings, MapsThatLookWrongButAreRight) {
  const std::vector<std::pair<std::string, std::string>> right = {
      {"id", "id <-> Ref | strip \"A-\""},
      {"id", "id <-> root.Ref"},
      {"id", "`id` <-> `Ref`"},
      {"family", "name.family <-> Who.Last | trim"},
      {"family", "name { }\nname.family <-> Who.Last"},
      {"born", "born <-> Born | date \"yyyyMMdd\""},
      {"born", "born <-> Born\n  | date \"dd/MM/yyyy\"   # a line that goes on"},
      {"born", "born <- Born | date \"dd/MM/yyyy\"\nborn -> Born | date \"dd/MM/yyyy\""},
      {"lang",
       "lang <-> Lang | code { \"en\" <-> \"E\", \"fr\" <-> \"F\", \"und\" <- any, any -> \"X\" }"},
      {"lang",
       "lang <-> Lang | code {\n  \"en\" <-> \"E\",\n  \"fr\" <-> \"F\",\n  reject <- any,\n  any "
       "-> reject\n}"},
      {"lang",
       "lang <-> Lang | code { \"en\" <-> \"E\", \"fr\" <-> \"F\", \"und\" <-> \"X\" } ?? \"und\""},
      {"active", "active <-> Active | code { true <-> \"Y\", false <-> \"N\" } ?? false"},
      {"cents",
       "cents <- Count * 100\ncents | words -> Amount\nignore theirs Amount because \"x\""},
      {"needs", "needs <-> Needs | split \";\" | each (code need { \"other\" <- any })"},
      {"remark", "remark <-> Remark | nothing null \"N/A\""},
      {"remark", "remark <- Remark | nothing null | cut 10\nremark -> Remark"},
      {"source", "if active ?? false then \"PORTAGE\" else \"OTHER\" -> Source"},
      {"family",
       "when <- Count = 1 { name.family <- Who.Last }\nwhen <- Count != 1 { name.family <- \"Roy\" "
       "}\nname.family -> Who.Last"},
      {"family", "place w is Who\nname.family <-> w.Last"},
      {"postal", "postal <-> Postal | postal else note \"postal.bad\""},
      {"count",
       "count(phones) -> Count\nrequire count(Phones) = (Count ?? 0) else reject \"count.wrong\""},
      {"count", "count(phones[kind = \"home\"]) -> Count\nignore in theirs Count because \"x\""},
  };
  for (const auto& [key, rule] : right) {
    std::string text = rule;
    if (text.starts_with("name { }\n")) text.erase(0, 9);
    const Compiled c = compiled(map_with({{key, text}}));
    EXPECT_TRUE(c.mapping) << rule << "\n" << told(c.findings);
    EXPECT_TRUE(c.findings.empty()) << rule << "\n" << told(c.findings);
  }
}

}  // namespace
}  // namespace portage::mapping::testing
