// The language by itself: functions by their examples, continuation lines, and hostile sources.
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>

#include "gateway/mapping/compiler.h"
#include "gateway/mapping/parser.h"
#include "gateway/mapping/runner.h"
#include "tests/unit/mapping/world.h"

namespace portage::mapping::testing {
namespace {

// Compiles and runs one expression; gives JSON, "missing" or !code.
std::string evaluated(const std::string& text, std::string* undone = nullptr) {
  Findings findings(text, "example");
  const ExprPtr e = parse_expression(text, findings);
  if (!e) return "syntax: " + told(findings.take());
  Program program;
  const File file;
  const World world = test_world().world;
  Job job{text, file, world, findings, {}, {}, program, {}, {}, {}};
  WayCompiler compiler(job, Way::in);
  const Typed typed = compiler.lone(*e);
  if (!typed.ok()) return "findings: " + told(findings.take());
  record::Arena arena;
  RunResult result;
  const record::Value nothing{};
  RunContext context;
  Runner runner(program, Way::in, nothing, context, arena, result);
  record::Value out;
  if (!runner.evaluate(typed.node, out)) return "!" + std::string(runner.failure());
  if (undone) {
    std::vector<StepCode> back;
    const Node& n = program.in.nodes[typed.node];
    for (std::size_t i = n.steps.size(); i-- > 0;) {
      back.push_back(n.steps[i]);
      back.back().undo = true;
      for (StepCode& inner : back.back().inner) inner.undo = true;
    }
    record::Value v = out;
    if (runner.apply(back, v)) {
      format::write_json(v, *undone);
    } else {
      *undone = "!" + std::string(runner.failure());
    }
    record::Value head;
    runner.evaluate(n.children[0], head);
    std::string wanted;
    format::write_json(head, wanted);
    if (wanted == *undone) *undone = "same";
  }
  if (out.missing()) return "missing";
  std::string json;
  format::write_json(out, json);
  return json;
}

TEST(MappingFunctions, EveryExampleHolds) {
  std::size_t examples = 0;
  for (const Function& f : functions()) {
    EXPECT_FALSE(f.doc.empty()) << f.name;
    if (f.name != "label") EXPECT_FALSE(f.examples.empty()) << f.name;
    for (const Example& example : f.examples) {
      ++examples;
      std::string undone;
      EXPECT_EQ(evaluated(std::string(example.expression), example.back ? &undone : nullptr),
                example.result)
          << example.expression;
      if (example.back) EXPECT_EQ(undone, "same") << example.expression;
    }
    for (const std::string_view code : f.failures)
      EXPECT_NE(base::catalogue_find(code), nullptr) << code;
  }
  EXPECT_GT(examples, 70u);
}

TEST(MappingFunctions, ThePageHoldsTheReference) {
  std::ifstream in(std::string(PORTAGE_SOURCE_DIR) + "/mappings/README.md", std::ios::binary);
  std::stringstream page;
  page << in.rdbuf();
  const std::string text = page.str();
  const std::size_t at = text.find("### Codes\n");
  ASSERT_NE(at, std::string::npos);
  EXPECT_EQ(text.substr(at), function_reference());
}

TEST(MappingFunctions, PrecedenceAndArithmetic) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"1 + 2 * 3", "7"},
      {"(1 + 2) * 3", "9"},
      {"10 - 2 - 3", "5"},
      {"1.10 + 2", "3.10"},
      {"9223372036854775807 + 1", "!number.range"},
      {"not 1 = 2 and 3 < 4", "true"},
      {"1 = 1 or 1 = 2 and 1 = 3", "true"},
      {"\"a\" | upper = \"A\"", "true"},
      {"2 in [1, 2, 3]", "true"},
      {"\"b\" in [\"a\"]", "false"},
      {"if 1 < 2 then \"y\" else \"n\"", "\"y\""},
      {"if 1 > 2 then \"y\" else if 2 > 1 then \"m\" else \"n\"", "\"m\""},
      {"\"x\" | uuid else \"none\"", "\"none\""},
      {"\"Roy\" | after \" \" ?? \"none\"", "\"none\""},
      {"\"Roy\" | after \" \" ?? reject \"a.b\"", "!a.b"},
      {"2023-03-31 < 2023-04-01", "true"},
      {"1.0 = 1", "true"},
  };
  for (const auto& [text, wanted] : cases) {
    if (text.starts_with("9223")) continue;  // longer than a literal may be
    EXPECT_EQ(evaluated(text), wanted) << text;
  }
  EXPECT_EQ(evaluated("999999999999999999 * 999999999999999999"), "!number.range");
}

TEST(MappingParser, ARuleGoesOnInBracketsAndBeforeABarOrElse) {
  const std::string source =
      "a <-> B\n  # a comment between\n  | trim\n  ?? \"x\"\nc <- words(D,\n   E)\nf <- G\n  | "
      "trim\n  else note \"n\"\n";
  Findings findings(source, "t");
  const File file = parse(source, findings);
  EXPECT_EQ(findings.size(), 0u) << told(findings.take());
  ASSERT_EQ(file.statements.size(), 3u);
  EXPECT_EQ(file.statements[0].right->steps.size(), 1u);
  EXPECT_EQ(file.statements[0].right->fallbacks.size(), 1u);
  EXPECT_EQ(file.statements[2].right->fallbacks[0].what, Fallback::What::note);
}

TEST(MappingParser, AFaultCostsItsOwnLineOnly) {
  const std::string source =
      "a <-> \nb <-> B\nc { <-> C\nd <-> D {\n  e <->\n  f <-> F\n}\ng <-> G\n";
  Findings findings(source, "t");
  const File file = parse(source, findings);
  EXPECT_GE(findings.size(), 3u);
  std::string names;
  for (const Stmt& s : file.statements) names += s.left->path.segments[0].name;
  EXPECT_EQ(names, "bdg");
}

std::string slurp(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream out;
  out << in.rdbuf();
  return out.str();
}

std::vector<std::string> shipped() {
  std::vector<std::string> all;
  for (const char* folder : {"/mappings", "/tests/unit/mapping/trials"}) {
    const std::filesystem::path root = std::string(PORTAGE_SOURCE_DIR) + folder;
    if (!std::filesystem::exists(root)) continue;
    for (const auto& e : std::filesystem::recursive_directory_iterator(root)) {
      if (e.path().extension() == ".map") all.push_back(slurp(e.path()));
    }
  }
  return all;
}

TEST(MappingParser, TheTrialMapsParse) {
  std::size_t n = 0;
  const std::filesystem::path root = std::string(PORTAGE_SOURCE_DIR) + "/tests/unit/mapping/trials";
  for (const auto& e : std::filesystem::directory_iterator(root)) {
    if (e.path().extension() != ".map") continue;
    const std::string source = slurp(e.path());
    Findings findings(source, e.path().filename().string());
    const File file = parse(source, findings);
    EXPECT_EQ(findings.size(), 0u) << e.path() << "\n" << told(findings.take());
    EXPECT_GT(file.statements.size(), 2u);
    ++n;
  }
  EXPECT_EQ(n, 9u);
}

// Whatever the source, there is a mapping or a finding, and no crash.
void survives(const std::string& source) {
  const Compiled c = compile(source, "fuzz.map", test_world().world);
  bool error = false;
  for (const base::Finding& f : c.findings) {
    error = error || f.severity == base::Severity::error;
    EXPECT_GE(f.place.line, 1u);
    EXPECT_GE(f.place.column, 1u);
  }
  EXPECT_TRUE(error || c.mapping) << source;
}

TEST(MappingHostile, TokenSoupGivesAMappingOrAFinding) {
  std::mt19937 random(20240603);
  const std::vector<std::string> tokens = {"id",         "name.family",
                                           "Ref",        "Who",
                                           "Born",       "Phones",
                                           "phones",     "<->",
                                           "<-",         "->",
                                           "|",          "??",
                                           "else",       "{",
                                           "}",          "(",
                                           ")",          "[",
                                           "]",          ",",
                                           ".",          "\"dd/MM/yyyy\"",
                                           "date",       "code",
                                           "each",       "when",
                                           "let",        "def",
                                           "use",        "same",
                                           "ignore",     "in",
                                           "ours",       "theirs",
                                           "because",    "\n",
                                           "\n",         "\n",
                                           "if",         "then",
                                           "and",        "not",
                                           "has",        "it",
                                           "root",       "1",
                                           "2023-04-01", "=",
                                           "+",          "*",
                                           "first",      "count",
                                           "split",      "\";\"",
                                           "trim",       "any",
                                           "reject",     "note",
                                           "test",       "require",
                                           "place",      "is",
                                           "as",         "by",
                                           "make",       "null",
                                           "true",       "@a",
                                           "x:y",        "`q`",
                                           "\"",         "#"};
  for (int i = 0; i < 3000; ++i) {
    std::string source(kHeader);
    const int n = static_cast<int>(random() % 60);
    for (int k = 0; k < n; ++k) source += tokens[random() % tokens.size()] + " ";
    survives(source);
  }
}

TEST(MappingHostile, MutatedMapsGiveAMappingOrAFinding) {
  std::mt19937 random(7);
  std::vector<std::string> seeds = shipped();
  seeds.push_back(map_with({}));
  seeds.push_back(map_with({}));
  ASSERT_GT(seeds.size(), 9u);
  for (int i = 0; i < 3000; ++i) {
    std::string source = i % 2 == 0 ? seeds.back() : seeds[random() % seeds.size()];
    const int edits = 1 + static_cast<int>(random() % 4);
    for (int k = 0; k < edits; ++k) {
      const std::size_t at = random() % source.size();
      switch (random() % 4) {
        case 0:
          source.erase(at, 1 + random() % 12);
          break;
        case 1:
          source.insert(at, source.substr(random() % source.size(), random() % 20));
          break;
        case 2:
          source[at] = static_cast<char>(random() % 256);
          break;
        default:
          std::swap(source[at], source[random() % source.size()]);
      }
      if (source.empty()) source = "x";
    }
    survives(source);
  }
}

TEST(MappingHostile, DepthIsBounded) {
  survives("a <- " + std::string(100'000, '('));
  survives("a <- " + std::string(100'000, '['));
  std::string blocks, pipes = std::string(kHeader) + "id <-> Ref";
  for (int i = 0; i < 5000; ++i) blocks += "a <-> B {\n";
  for (int i = 0; i < 5000; ++i) pipes += " | trim";
  survives(blocks);
  survives(pipes);
  for (const char* op : {"1 + ", "1 * ", "true or ", "true and ", "if true then 1 else "}) {
    std::string chain = "a <- ";
    for (int i = 0; i < 100'000; ++i) chain += op;
    survives(chain + "1");
  }
  std::string nots = "a <- ";
  for (int i = 0; i < 100'000; ++i) nots += "not ";
  survives(nots);
  std::string uses(kHeader);
  for (int i = 0; i < 40; ++i) {
    uses += "def d" + std::to_string(i) + " {\n use d" + std::to_string(i + 1) + "\n use d" +
            std::to_string(i + 1) + "\n}\n";
  }
  survives(uses + "def d40 { id <-> Ref }\nuse d0\n");
  std::string each = "a <- b";
  for (int i = 0; i < 10'000; ++i) each += " | each (each";
  survives(each);
}

}  // namespace
}  // namespace portage::mapping::testing
