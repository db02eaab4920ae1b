// The offline verbs, whole: what goes to which stream, and the exit code.
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <iterator>

#include "tests/unit/cli/program.h"

namespace portage::cli {
namespace {

TEST(CliValidate, PassesTheShippedConfiguration) {
  const Ran ran = portage({"validate"});
  EXPECT_EQ(ran.exit, kDone) << ran.out << ran.err;
  EXPECT_NE(ran.out.find("✓  agreements"), std::string::npos) << ran.out;
  EXPECT_NE(ran.out.find("0 errors"), std::string::npos) << ran.out;
  EXPECT_EQ(ran.err, "");
}

TEST(CliValidate, TellsAProblemFromAFileThatCantBeRead) {
  Folder folder;
  const std::string file = folder.write("portage.toml", "[gateway]\nlops = 1\n");
  const Ran wrong = portage({"validate", "--config", file});
  EXPECT_EQ(wrong.exit, kFound);
  EXPECT_NE(wrong.out.find("portage.toml:2:1  error config.unknown_key"), std::string::npos)
      << wrong.out;
  EXPECT_NE(wrong.out.find("did you mean \"loops\"?"), std::string::npos) << wrong.out;
  const Ran missing = portage({"validate", "--config", folder.path("none.toml")});
  EXPECT_EQ(missing.exit, kCouldNotCheck);
  EXPECT_EQ(missing.out, "");
  EXPECT_NE(missing.err.find("none.toml"), std::string::npos);
}

TEST(CliValidate, WritesOneFindingALineAsJson) {
  Folder folder;
  const std::string file = folder.write("portage.toml", "[gateway]\nlops = 1\nlanguage = 7\n");
  const Ran ran = portage({"validate", "--config", file, "-o", "jsonl"});
  EXPECT_EQ(ran.exit, kFound);
  std::istringstream lines(ran.out);
  std::size_t ours = 0;
  for (std::string line; std::getline(lines, line);) {
    record::Document tree;
    ASSERT_TRUE(format::read_json(line, format::Limits{}, tree).ok()) << line;
    const View finding(tree.root);
    EXPECT_NE(finding["message"].text(), "");
    ours +=
        finding["code"].text() == "config.unknown_key" || finding["code"].text() == "config.type";
  }
  EXPECT_EQ(ours, 2u);
}

TEST(CliRouteExplain, ChangesItsAnswerOnTheDay) {
  const std::vector<std::string> ask = {"route",  "explain",     "--kind",  "referral",
                                        "--from", "cmsm-halton", "--place", "L6H",
                                        "-o",     "id",          "--at"};
  std::vector<std::string> before = ask, after = ask;
  before.push_back("2023-03-31");
  after.push_back("2023-04-01");
  EXPECT_EQ(portage(before).out, "cmsm-halton\n");
  EXPECT_EQ(portage(after).out, "ssm-halton\n");
  const Ran why = portage({"route", "explain", "--kind", "referral", "--from", "cmsm-halton",
                           "--place", "L6H", "--at", "2023-03-31"});
  EXPECT_EQ(why.exit, kDone) << why.err;
  EXPECT_NE(why.out.find("2023-04-01"), std::string::npos) << why.out;
  EXPECT_NE(why.out.find("postal_areas.csv:"), std::string::npos) << why.out;
}

TEST(CliRouteExplain, NamesWhatItDoesNotKnow) {
  const auto ask = [](const char* kind, const char* from, const char* at, const char* with) {
    return portage({"route", "explain", "--kind", kind, "--from", from, "--place", "L6H", "--at",
                    at, "--with", with});
  };
  EXPECT_EQ(ask("referal", "cmsm-halton", "today", "program=OW").exit, kNotFound);
  const Ran party = ask("referral", "cmsm-haltn", "today", "program=OW");
  EXPECT_EQ(party.exit, kNotFound);
  EXPECT_NE(party.err.find("did you mean \"cmsm-halton\"?"), std::string::npos) << party.err;
  EXPECT_EQ(ask("referral", "cmsm-halton", "31/03/2023", "program=OW").exit, kWrongUse);
  EXPECT_EQ(ask("referral", "cmsm-halton", "today", "program").exit, kWrongUse);
  EXPECT_EQ(ask("referral", "cmsm-halton", "today", "nothing=1").exit, kWrongUse);
}

TEST(CliMap, ChecksAndTestsTheShippedMappings) {
  const Ran check = portage({"map", "check"});
  EXPECT_EQ(check.exit, kDone) << check.out << check.err;
  const Ran one = portage({"map", "check", kRoot + "/mappings/halton", "-o", "id"});
  EXPECT_EQ(one.out, "halton/decision 1\nhalton/referral 1\nhalton/status 1\n");
  const Ran test = portage({"map", "test"});
  EXPECT_EQ(test.exit, kDone) << test.out;
  EXPECT_NE(test.out.find(" 0 failed"), std::string::npos) << test.out;
  EXPECT_EQ(portage({"map", "test", "no such test"}).exit, kNotFound);
}

TEST(CliMap, FindsAFaultInAMappingAndATestThatFails) {
  Folder folder;
  std::ifstream in(kRoot + "/mappings/halton/decision.map");
  std::string text(std::istreambuf_iterator<char>(in), {});
  const std::string broken = folder.write("broken.map", text + "\nnosuch.field <- RESULT\n");
  const Ran check = portage({"map", "check", broken});
  EXPECT_EQ(check.exit, kFound);
  EXPECT_NE(check.out.find("M201"), std::string::npos) << check.out;
  const std::string failing =
      folder.write("failing.map", text + "\ntest \"no such file\" \"none.json\" <- \"none.csv\"\n");
  const Ran test = portage({"map", "test", failing});
  EXPECT_EQ(test.exit, kFound) << test.out;
  EXPECT_NE(test.out.find("no such file"), std::string::npos) << test.out;
  EXPECT_EQ(portage({"map", "check", folder.path("gone.map")}).exit, kCouldNotCheck);
}

TEST(CliMap, RunsAFileBothWays) {
  const std::string cases = kRoot + "/mappings/halton/cases/";
  const Ran in = portage({"map", "run", "halton/referral", cases + "full.csv"});
  EXPECT_EQ(in.exit, kDone) << in.err;
  record::Document tree;
  ASSERT_TRUE(format::read_json(in.out, format::Limits{}, tree).ok()) << in.out;
  EXPECT_EQ(View(tree.root)["program"].text(), "OW");
  const Ran out = portage({"map", "run", "halton/referral", cases + "full.json", "--way", "out"});
  EXPECT_EQ(out.exit, kDone) << out.err;
  EXPECT_TRUE(out.out.starts_with("CASE_NO,REF_NO,")) << out.out;
  const Ran bad = portage({"map", "run", "halton/referral", cases + "bad_dob.csv"});
  EXPECT_EQ(bad.exit, kFound);
  EXPECT_EQ(bad.out, "");
  EXPECT_NE(bad.err.find("date.unreadable  row 1, DOB"), std::string::npos) << bad.err;
  EXPECT_EQ(portage({"map", "run", "halton/referal", cases + "full.csv"}).exit, kNotFound);
}

TEST(CliMap, MasksWhatIsPersonalBesideAFileThatMayBeReal) {
  const std::string sample = kRoot + "/mappings/halton/cases/full.csv";
  const Ran open = portage({"map", "run", "halton/referral", sample, "--beside"});
  EXPECT_EQ(open.exit, kDone) << open.err;
  EXPECT_NE(open.out.find("Tremblay"), std::string::npos) << open.out;
  Folder folder;
  std::ifstream in(sample, std::ios::binary);
  const std::string real =
      folder.write("real.csv", std::string(std::istreambuf_iterator<char>(in), {}));
  for (const char* form : {"table", "json"}) {
    const Ran ran = portage({"map", "run", "halton/referral", real, "--beside", "-o", form});
    EXPECT_EQ(ran.out.find("Tremblay"), std::string::npos) << ran.out;
    EXPECT_NE(ran.out.find("▒▒▒▒·"), std::string::npos) << ran.out;
  }
}

TEST(CliMap, ExplainsAFieldInBothLanguages) {
  const Ran english = portage({"map", "explain", "halton/referral", "--field", "date_of_birth"});
  EXPECT_EQ(english.exit, kDone) << english.err;
  EXPECT_NE(english.out.find("DOB"), std::string::npos) << english.out;
  const Ran french =
      portage({"map", "explain", "halton/referral", "--field", "date_of_birth", "--lang", "fr"});
  EXPECT_NE(french.out, english.out);
  const Ran none = portage({"map", "explain", "halton/referral", "--field", "date_of_brith"});
  EXPECT_EQ(none.exit, kNotFound);
  EXPECT_NE(none.err.find("did you mean \"date_of_birth\"?"), std::string::npos) << none.err;
}

TEST(CliHelpCode, SaysWhatACodeMeansAndWhoActs) {
  const Ran ran = portage({"help", "config.unknown_kind", "--lang", "fr"});
  EXPECT_EQ(ran.exit, kDone);
  EXPECT_NE(ran.out.find("Aucun type d'enregistrement"), std::string::npos) << ran.out;
  EXPECT_NE(ran.out.find("À qui d'agir : exploitant"), std::string::npos) << ran.out;
  EXPECT_EQ(portage({"help", "config.unknown_knd"}).exit, kNotFound);
  EXPECT_EQ(portage({"help"}).exit, kDone);
}

TEST(CliProgram, PrintsToTheRightStreamAndExitsWithTheCode) {
  const std::string program = std::string(PORTAGE_BINARY_DIR) + "/portage";
  ASSERT_TRUE(std::filesystem::exists(program)) << program;
  Folder folder;
  const auto exit_of = [&](const std::string& arguments) {
    const std::string command = program + " " + arguments + " >" + folder.path("out") + " 2>" +
                                folder.path("err") + " </dev/null";
    return WEXITSTATUS(std::system(command.c_str()));
  };
  const auto size = [&](const char* name) { return std::filesystem::file_size(folder.path(name)); };
  EXPECT_EQ(exit_of("version"), 0);
  EXPECT_GT(size("out"), 0u);
  EXPECT_EQ(exit_of("--help"), 0);
  EXPECT_EQ(exit_of("nonsense"), 2);
  EXPECT_EQ(size("out"), 0u);
  EXPECT_GT(size("err"), 0u);
  EXPECT_EQ(exit_of("validate --config /nonexistent"), 3);
  EXPECT_EQ(exit_of("status --socket /nonexistent"), 3);
  EXPECT_EQ(exit_of("validate --config " + folder.write("bad.toml", "x = ")), 1);
  EXPECT_EQ(exit_of("validate --config " + kRoot + "/config/portage.toml"), 0);
}

}  // namespace
}  // namespace portage::cli
