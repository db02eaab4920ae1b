// The tools around mappings, run as a person runs them.
#include <iterator>

#include "tests/unit/cli/program.h"

namespace portage::cli {
namespace {

namespace fs = std::filesystem;

std::string text_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(in), {});
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  EXPECT_NE(at, text.npos) << from;
  return at == text.npos ? text : text.replace(at, from.size(), to);
}

const std::string kMap = kRoot + "/mappings/halton/status.map";

TEST(CliMapCoverage, CountsFieldsAndFailsUnderTheBound) {
  const Ran all = portage({"map", "coverage", "--fail-under", "100"});
  EXPECT_EQ(all.exit, kDone) << all.out << all.err;
  EXPECT_NE(all.out.find("100 %"), std::string::npos) << all.out;
  EXPECT_EQ(all.out.find("99 %"), std::string::npos);
  // Without its reason a field is open.
  std::string text = text_of(kRoot + "/mappings/halton/referral.map");
  const std::size_t line = text.find("ignore theirs SIN");
  ASSERT_NE(line, text.npos);
  text.erase(line, text.find('\n', line) + 1 - line);
  const Folder folder;
  const std::string file = folder.write("referral.map", text);
  const Ran open = portage({"map", "coverage", file, "--fail-under", "100"});
  EXPECT_EQ(open.exit, kFound) << open.out;
  EXPECT_NE(open.out.find("halton/referral in: SIN is neither used"), std::string::npos)
      << open.out;
  EXPECT_EQ(portage({"map", "coverage", file, "--fail-under", "90"}).exit, kDone);
  EXPECT_EQ(portage({"map", "coverage", file, "--fail-under", "101"}).exit, kWrongUse);
  const Ran json = portage({"map", "coverage", file, "-o", "json", "--fail-under", "100"});
  EXPECT_NE(json.out.find(R"("unexplained":["SIN"])"), std::string::npos) << json.out;
  // Its cases do not lie beside it, so they hold no code.
  EXPECT_NE(
      json.out.find(R"({"path":"PROGRAM","codes":5,"seen":0,"unseen":["1","2","3","4","9"]})"),
      std::string::npos)
      << json.out;
  const Ran beside = portage({"map", "coverage", "halton/referral", "-o", "json"});
  EXPECT_EQ(beside.out.find(R"("path":"PROGRAM","codes":5,"seen":0)"), std::string::npos)
      << beside.out;
}

TEST(CliMapFmt, ChecksAndRewrites) {
  const Folder folder;
  const std::string text = text_of(kMap);
  const std::string file = folder.write("status.map", text);
  portage({"map", "fmt", file});
  EXPECT_EQ(portage({"map", "fmt", "--check", file}).exit, kDone);
  const std::string tidy = text_of(file);
  folder.write("status.map", "\n\n" + replaced(tidy, "mapping halton", "mapping   halton"));
  const Ran check = portage({"map", "fmt", "--check", file});
  EXPECT_EQ(check.exit, kFound);
  EXPECT_EQ(check.out, file + "\n");
  EXPECT_NE(check.err.find("+mapping halton"), std::string::npos) << check.err;
  EXPECT_EQ(portage({"map", "fmt", file}).exit, kDone);
  EXPECT_EQ(text_of(file), tidy);
  // Its meaning is the same: the compiler sees no difference.
  const Ran diff = portage({"map", "diff", kMap, file});
  EXPECT_EQ(diff.exit, kDone) << diff.out << diff.err;
}

TEST(CliMapDiff, TellsTargetsThatChanged) {
  const Folder folder;
  const std::string text = text_of(kRoot + "/mappings/halton/referral.map");
  std::string next = replaced(text, "mapping halton/referral 1", "mapping halton/referral 2");
  next = replaced(next, "\"PORTAGE\"", "\"GATEWAY\"");
  const std::string before = folder.write("a.map", text), after = folder.write("b.map", next);
  EXPECT_EQ(portage({"map", "diff", before, before}).exit, kDone);
  const Ran ran = portage({"map", "diff", before, after});
  EXPECT_EQ(ran.exit, kFound) << ran.err;
  EXPECT_NE(ran.out.find("version"), std::string::npos) << ran.out;
  EXPECT_NE(ran.out.find("out  CREATED_BY"), std::string::npos) << ran.out;
  EXPECT_NE(ran.out.find("+ \"GATEWAY\""), std::string::npos) << ran.out;
  EXPECT_EQ(ran.out.find("DOB"), std::string::npos) << ran.out;
  EXPECT_EQ(portage({"map", "diff", before, folder.path("none.map")}).exit, kCouldNotCheck);
  // What decides beside the rules counts too.
  std::string days = replaced(text, "dated   ", "dated   envelope # ");
  const Ran dated = portage({"map", "diff", before, folder.write("b.map", days)});
  EXPECT_EQ(dated.exit, kFound) << dated.err;
  EXPECT_NE(dated.out.find("+ envelope"), std::string::npos) << dated.out;
}

TEST(CliMapDoc, WritesAPageInBothLanguages) {
  const Ran english = portage({"map", "doc", "halton/referral"});
  EXPECT_EQ(english.exit, kDone) << english.err;
  EXPECT_NE(english.out.find("# halton/referral 1"), std::string::npos);
  EXPECT_NE(english.out.find("`date_of_birth`"), std::string::npos) << english.out;
  EXPECT_NE(english.out.find("## Not carried"), std::string::npos);
  const Ran french = portage({"map", "doc", "halton/referral", "--lang", "fr"});
  EXPECT_NE(french.out.find("## Non transmis"), std::string::npos);
  for (const Ran* page : {&english, &french}) {
    std::istringstream lines(page->out);
    for (std::string line; std::getline(lines, line);) {
      if (line.starts_with("|")) EXPECT_TRUE(line.ends_with("|")) << line;
    }
  }
}

TEST(CliMapNew, BeginsAMappingThatIsNotDoneYet) {
  const Ran ran = portage({"map", "new", "--from", "halton/referral@2", "--to", "referral@1"});
  EXPECT_EQ(ran.exit, kDone) << ran.err;
  EXPECT_NE(ran.out.find("mapping halton/referral 1"), std::string::npos) << ran.out;
  EXPECT_NE(ran.out.find("#   DOB "), std::string::npos) << ran.out;
  EXPECT_NE(ran.err.find("left to decide"), std::string::npos) << ran.err;
  const Folder folder;
  const std::string file = folder.write("new.map", ran.out);
  EXPECT_EQ(portage({"map", "fmt", "--check", file}).exit, kDone);
  EXPECT_EQ(portage({"map", "check", file}).exit, kFound);
  EXPECT_EQ(portage({"map", "new", "--from", "halton/referal@2", "--to", "referral@1"}).exit,
            kNotFound);
}

TEST(CliCodesCheck, FindsEveryPlantedMistake) {
  const Ran shipped = portage({"codes", "check"});
  EXPECT_EQ(shipped.exit, kDone) << shipped.out;
  const Folder folder;
  const std::string good = text_of(kRoot + "/mappings/tables/urgency.csv");
  const std::size_t at = good.find("standard,");
  ASSERT_NE(at, good.npos);
  const std::string row = good.substr(at, good.find('\n', at) + 1 - at);
  std::string none = row;
  for (int i = 0; i < 2; ++i)
    none = replaced(none, i == 0 ? "standard," : ",standard,", i == 0 ? "soon," : ",soon,");
  folder.write("urgency.csv", replaced(good + none, "Courant", ""));
  const Ran ran = portage({"codes", "check", folder.path("")});
  EXPECT_EQ(ran.exit, kFound);
  EXPECT_NE(ran.out.find("codes.not_in_schema"), std::string::npos) << ran.out;
  EXPECT_NE(ran.out.find("codes.label"), std::string::npos) << ran.out;
  folder.write("urgency.csv", good.substr(0, at));
  folder.write("twice.csv", good + row);
  const Ran other = portage({"codes", "check", folder.path("")});
  EXPECT_NE(other.out.find("codes.no_row"), std::string::npos) << other.out;
  EXPECT_NE(other.out.find("M403"), std::string::npos) << other.out;
}

TEST(CliMapTest, TakesNamesFilesAndFoldersAndRewritesWhatWasExpected) {
  EXPECT_EQ(portage({"map", "test", "halton"}).exit, kDone);
  EXPECT_EQ(portage({"map", "test", kRoot + "/mappings/halton"}).exit, kDone);
  EXPECT_EQ(portage({"map", "check", "halton"}).exit, kDone);
  EXPECT_EQ(portage({"map", "check", kRoot + "/mappings/halton"}).exit, kDone);
  EXPECT_EQ(portage({"map", "check", "haltn/referral"}).exit, kNotFound);
  const Folder folder;
  fs::copy(kRoot + "/mappings/halton/cases", folder.path("cases"), fs::copy_options::recursive);
  const std::string file =
      folder.write("referral.map", text_of(kRoot + "/mappings/halton/referral.map"));
  const std::string expected = folder.path("cases/full_in.json");
  const std::string before = text_of(expected);
  std::ofstream(expected) << replaced(before, "\"urgency\"", "\"urgency_\"");
  EXPECT_NE(portage({"map", "test", file}).out.find("in: urgency_ is missing"), std::string::npos);
  const Ran french = portage({"map", "test", file, "--lang", "fr"});
  EXPECT_EQ(french.exit, kFound);
  EXPECT_NE(french.out.find("entrée : urgency_ manque"), std::string::npos) << french.out;
  const Ran ran = portage({"map", "test", file, "--update"});
  EXPECT_EQ(ran.exit, kFound);
  EXPECT_NE(ran.out.find("\"urgency_\""), std::string::npos) << ran.out;
  EXPECT_EQ(portage({"map", "test", file}).exit, kDone);
}

TEST(CliMapTest, AFileThatIsNotThereIsFoundAndCanBeWritten) {
  const Folder folder;
  fs::copy(kRoot + "/mappings/halton/cases", folder.path("cases"), fs::copy_options::recursive);
  const std::string file =
      folder.write("referral.map", text_of(kRoot + "/mappings/halton/referral.map"));
  EXPECT_EQ(portage({"map", "check", file}).exit, kDone);
  const std::string expected = folder.path("cases/full_in.json");
  const std::string before = text_of(expected);
  fs::remove(expected);
  const Ran check = portage({"map", "check", file});
  EXPECT_EQ(check.exit, kFound);
  EXPECT_NE((check.out + check.err).find("M701"), std::string::npos) << check.out << check.err;
  EXPECT_EQ(portage({"map", "test", file}).exit, kFound);
  EXPECT_FALSE(fs::exists(expected));
  EXPECT_EQ(portage({"map", "test", file, "--update"}).exit, kFound);
  EXPECT_EQ(portage({"map", "check", file}).exit, kDone);
  EXPECT_EQ(portage({"map", "test", file}).exit, kDone);
  // What is no JSON yet is written over too.
  std::ofstream(expected) << "\n";
  EXPECT_EQ(portage({"map", "test", file, "--update"}).exit, kFound);
  EXPECT_EQ(portage({"map", "test", file}).exit, kDone);
}

TEST(CliMapTest, SeveralRecordsMayStandOneALineAsMapRunWritesThem) {
  const Folder folder;
  fs::copy(kRoot + "/mappings/works/cases", folder.path("cases"), fs::copy_options::recursive);
  const std::string file = folder.write("exit.map", text_of(kRoot + "/mappings/works/exit.map"));
  const Ran ran = portage({"map", "run", file, folder.path("cases/three.csv")});
  ASSERT_EQ(ran.exit, kDone) << ran.err;
  EXPECT_EQ(std::count(ran.out.begin(), ran.out.end(), '\n'), 3) << ran.out;
  std::ofstream(folder.path("cases/three.json")) << ran.out;
  const Ran test = portage({"map", "test", file});
  EXPECT_EQ(test.exit, kDone) << test.out;
  std::ofstream(folder.path("cases/three.json")) << replaced(ran.out, "EMPLOYED", "OTHER");
  EXPECT_EQ(portage({"map", "test", file}).exit, kFound);
}

TEST(CliMapTest, TriesMadeRecordsWithTheSameSeedTheSameWay) {
  const Ran ran = portage({"map", "test", "halton/referral", "--property", "40", "--seed", "7"});
  EXPECT_EQ(ran.exit, kDone) << ran.out << ran.err;
  EXPECT_NE(ran.out.find("seed 7"), std::string::npos) << ran.out;
  EXPECT_NE(ran.out.find("80 records"), std::string::npos) << ran.out;  // of the one mapping meant
  EXPECT_EQ(portage({"map", "test", "haltn/referral", "--property", "4"}).exit, kNotFound);
  const Ran a = portage({"map", "test", "ssm/status", "--property", "40", "-o", "json"});
  const Ran b = portage({"map", "test", "ssm/status", "--property", "40", "-o", "json"});
  EXPECT_EQ(a.out, b.out);
}

TEST(CliHelpCode, ShowsBlanksAndNoHttpForWhatStandsInFiles) {
  const Ran ran = portage({"help", "M222"});
  EXPECT_EQ(ran.exit, kDone);
  EXPECT_NE(ran.out.find("<path>"), std::string::npos) << ran.out;
  EXPECT_EQ(ran.out.find("HTTP"), std::string::npos) << ran.out;
  EXPECT_NE(portage({"help", "schema.required"}).out.find("HTTP 422"), std::string::npos);
}

}  // namespace
}  // namespace portage::cli
