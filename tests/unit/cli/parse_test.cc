#include "gateway/cli/parse.h"

#include <gtest/gtest.h>

namespace portage::cli {
namespace {

Surroundings quiet() {
  Surroundings around;
  around.locale = "C.UTF-8";
  return around;
}

TEST(CliParse, PutsCommonFlagsAnywhere) {
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"-o", "json", "--lang", "fr", "status"},
        std::vector<std::string>{"status", "--lang=fr", "--output", "json"}}) {
    const Parsed parsed = parse(arguments, quiet());
    ASSERT_TRUE(parsed.options.has_value()) << parsed.err;
    EXPECT_EQ(parsed.options->verb, Verb::status);
    EXPECT_EQ(parsed.options->output, Output::json);
    EXPECT_EQ(parsed.options->language, base::Language::french);
    EXPECT_FALSE(parsed.options->brief);
  }
}

TEST(CliParse, ReadsRouteExplain) {
  const Parsed parsed =
      parse({"route", "explain", "--kind", "referral", "--from", "cmsm-halton", "--place", "L6H",
             "--at", "2023-03-31", "--with", "program=OW", "--with", "urgency=urgent", "-o", "id"},
            quiet());
  ASSERT_TRUE(parsed.options.has_value()) << parsed.err;
  EXPECT_EQ(parsed.options->verb, Verb::route_explain);
  EXPECT_EQ(parsed.options->kind, "referral");
  EXPECT_EQ(parsed.options->at, "2023-03-31");
  EXPECT_EQ(parsed.options->with, (std::vector<std::string>{"program=OW", "urgency=urgent"}));
  EXPECT_EQ(parsed.options->output, Output::id);
}

TEST(CliParse, WithNoVerbMeansStatusInBrief) {
  const Parsed parsed = parse({}, quiet());
  ASSERT_TRUE(parsed.options.has_value());
  EXPECT_EQ(parsed.options->verb, Verb::status);
  EXPECT_TRUE(parsed.options->brief);
}

TEST(CliParse, TakesTheSurroundingsUnlessAFlagSaysOtherwise) {
  Surroundings around = quiet();
  around.config = "from-env.toml";
  around.socket = "env.sock";
  around.lang = "fr_CA.UTF-8";
  const Parsed first = parse({"validate"}, around);
  EXPECT_EQ(first.options->config, "from-env.toml");
  EXPECT_EQ(first.options->socket, "env.sock");
  EXPECT_EQ(first.options->language, base::Language::french);
  const Parsed second = parse({"validate", "--config", "flag.toml", "--lang", "en"}, around);
  EXPECT_EQ(second.options->config, "flag.toml");
  EXPECT_EQ(second.options->language, base::Language::english);
}

TEST(CliParse, ColoursATerminalOnly) {
  Surroundings around = quiet();
  EXPECT_FALSE(parse({"status"}, around).options->color);
  around.terminal = true;
  EXPECT_TRUE(parse({"status"}, around).options->color);
  EXPECT_FALSE(parse({"status", "--no-color"}, around).options->color);
  around.no_color = true;
  EXPECT_FALSE(parse({"status"}, around).options->color);
}

TEST(CliParse, DrawsSymbolsInAUtf8LocaleOnly) {
  EXPECT_TRUE(parse({"status"}, quiet()).options->utf8);
  EXPECT_FALSE(parse({"status", "--ascii"}, quiet()).options->utf8);
  EXPECT_FALSE(parse({"status"}, Surroundings{}).options->utf8);
}

struct Wrong {
  std::vector<std::string> arguments;
  std::string says;
};
class CliRefuses : public testing::TestWithParam<Wrong> {};

TEST_P(CliRefuses, WithExitTwoAndAWayOut) {
  const Parsed parsed = parse(GetParam().arguments, quiet());
  EXPECT_FALSE(parsed.options.has_value());
  EXPECT_EQ(parsed.exit, kWrongUse);
  EXPECT_EQ(parsed.out, "");
  EXPECT_NE(parsed.err.find(GetParam().says), std::string::npos) << parsed.err;
}

INSTANTIATE_TEST_SUITE_P(
    Slips, CliRefuses,
    testing::Values(Wrong{{"vaildate"}, "did you mean \"validate\"?"},
                    Wrong{{"status", "--ouput", "json"}, "did you mean \"--output\"?"},
                    Wrong{{"status", "-o", "yaml"}, "table, json, jsonl, id"},
                    Wrong{{"status", "--lang", "de"}, "en, fr"},
                    Wrong{{"route", "explain", "--from", "x"}, "--kind is needed"},
                    Wrong{{"trace"}, "is needed"}, Wrong{{"map"}, "A verb is needed"},
                    Wrong{{"quarantine", "lst"}, "did you mean \"list\"?"},
                    Wrong{{"map", "run", "a", "b", "--way", "up"}, "in, out"},
                    Wrong{{"records", "list", "--limit", "many"}, "--limit"},
                    Wrong{{"records", "list", "--limit", "0"}, "--limit"},
                    Wrong{{"trace", "a", "b"}, "Wrong number of values for id"}));

TEST(CliHelp, HasExamplesForEveryVerbInBothLanguages) {
  const std::vector<std::vector<std::string>> verbs = {{},
                                                       {"validate"},
                                                       {"map"},
                                                       {"map", "check"},
                                                       {"map", "run"},
                                                       {"map", "test"},
                                                       {"map", "explain"},
                                                       {"route", "explain"},
                                                       {"resolve"},
                                                       {"services"},
                                                       {"services", "needs"},
                                                       {"services", "list"},
                                                       {"services", "show"},
                                                       {"services", "nearest"},
                                                       {"services", "import"},
                                                       {"send"},
                                                       {"trace"},
                                                       {"records", "list"},
                                                       {"quarantine", "list"},
                                                       {"quarantine", "show"},
                                                       {"quarantine", "retry"},
                                                       {"status"},
                                                       {"events"},
                                                       {"version"}};
  for (std::vector<std::string> verb : verbs) {
    verb.push_back("--help");
    const Parsed english = parse(verb, quiet());
    verb.push_back("--lang=fr");
    const Parsed french = parse(verb, quiet());
    EXPECT_EQ(english.exit, 0);
    EXPECT_NE(english.out.find("Examples:"), std::string::npos) << english.out;
    EXPECT_NE(french.out.find("Exemples :"), std::string::npos) << french.out;
    EXPECT_EQ(english.out.find("cli."), std::string::npos) << english.out;
    EXPECT_EQ(french.out.find("cli."), std::string::npos) << french.out;
    EXPECT_NE(french.out.find("Emploi:"), std::string::npos) << french.out;
    for (const char* word : {"Options", "Subcommands", "Usage", "Examples"}) {
      EXPECT_EQ(french.out.find(word), std::string::npos) << french.out;
    }
  }
}

}  // namespace
}  // namespace portage::cli
