// Whole verbs in this process: what goes to which stream, and the exit code.
#include "gateway/cli/verbs.h"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/wait.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <mutex>
#include <sstream>

#include "gateway/cli/tree.h"
#include "gateway/format/format.h"
#include "gateway/http/http.h"

namespace portage::cli {
namespace {

const std::string kRoot = PORTAGE_SOURCE_DIR;

struct Ran {
  int exit;
  std::string out, err;
};

Ran portage(std::vector<std::string> arguments, const std::string& socket = "") {
  Surroundings around;
  around.locale = "C.UTF-8";
  around.config = kRoot + "/config/portage.toml";
  around.socket = socket;
  std::ostringstream out, err;
  const int exit = run(arguments, around, out, err);
  return {exit, out.str(), err.str()};
}

class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "portage-cli-XXXXXX").string();
    path_ = mkdtemp(name.data());
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  std::string write(const std::string& name, const std::string& text) const {
    std::ofstream(path_ / name, std::ios::binary) << text;
    return (path_ / name).string();
  }
  std::string path(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

// A gateway that answers from a table and remembers what it was asked.
class FakeGateway {
 public:
  explicit FakeGateway(std::vector<std::pair<std::string, http::Response>> answers)
      : answers_(std::move(answers)), loops_(http::make_loops(1)) {
    http::ServerOptions options;
    options.unix_path = folder_.path("s.sock");
    auto server = http::listen(*loops_, options, [this](std::shared_ptr<http::Exchange> exchange) {
      const http::Request& request = exchange->request();
      {
        std::lock_guard hold(lock_);
        asked_ += request.method + " " + request.target + " " +
                  std::string(http::header(request.headers, "content-type")) + "\n" + request.body;
      }
      for (const auto& [path, answer] : answers_) {
        if (request.path == path) return exchange->respond(answer);
      }
      exchange->respond({404,
                         {{"content-type", "application/problem+json"}},
                         R"({"status":404,"code":"api.not_found","detail":"There is none."})"});
    });
    EXPECT_TRUE(server.ok());
    if (server.ok()) server_ = std::move(server).value();
  }
  ~FakeGateway() {
    server_.reset();
    loops_->stop(100);
  }
  std::string socket() const { return folder_.path("s.sock"); }
  std::string asked() const {
    std::lock_guard hold(lock_);
    return asked_;
  }

 private:
  Folder folder_;
  mutable std::mutex lock_;
  std::string asked_;
  std::vector<std::pair<std::string, http::Response>> answers_;
  std::unique_ptr<http::Loops> loops_;
  std::unique_ptr<http::Server> server_;
};

http::Response json(std::string body, int status = 200) {
  return {status, {{"content-type", "application/json"}}, std::move(body)};
}

TEST(CliValidate, PassesTheShippedConfiguration) {
  const Ran ran = portage({"validate"});
  EXPECT_EQ(ran.exit, kDone) << ran.out << ran.err;
  EXPECT_NE(ran.out.find("✓  mappings"), std::string::npos) << ran.out;
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

TEST(CliOnline, ExitsThreeWhenNoGatewayAnswers) {
  Folder folder;
  for (const std::vector<std::string>& verb : {std::vector<std::string>{"status"},
                                               {"trace", "1YHT15Q"},
                                               {"records", "list"},
                                               {"quarantine", "list"},
                                               {"events"}}) {
    const Ran ran = portage(verb, folder.path("none.sock"));
    EXPECT_EQ(ran.exit, kCouldNotCheck) << verb.front();
    EXPECT_EQ(ran.out, "");
    EXPECT_NE(ran.err.find("none.sock"), std::string::npos) << ran.err;
  }
}

TEST(CliOnline, AsksForWhatWasWishedAndPrintsIds) {
  FakeGateway gateway({{"/v1/records", json(R"({"items":[{"id":"AAA"},{"id":"BBB"}]})")}});
  const Ran ran =
      portage({"records", "list", "--where", "party=a&b age>10m", "--limit", "7", "-o", "id"},
              gateway.socket());
  EXPECT_EQ(ran.exit, kDone) << ran.err;
  EXPECT_EQ(ran.out, "AAA\nBBB\n");
  EXPECT_NE(gateway.asked().find("GET /v1/records?where=party%3Da%26b%20age%3E10m&limit=7 "),
            std::string::npos)
      << gateway.asked();
  const Ran slip = portage({"records", "list", "--where", "sate=waiting"}, gateway.socket());
  EXPECT_EQ(slip.exit, kWrongUse);
  EXPECT_NE(slip.err.find("did you mean \"state\"?"), std::string::npos) << slip.err;
}

TEST(CliOnline, TurnsARefusalIntoAnExitCodeAndWords) {
  const auto problem = [](int status) {
    return http::Response{status,
                          {{"content-type", "application/problem+json"}},
                          R"({"status":1,"code":"x.y","detail":"Said why.","errors":[{"code":"x.z",
                             "pointer":"/a","line":2,"column":3,"detail":"Not a date.","rule":"m:1"}]})"};
  };
  const std::vector<std::pair<int, int>> codes = {
      {400, kFound}, {401, kNotAllowed}, {403, kNotAllowed},    {404, kNotFound}, {409, kUnsafe},
      {422, kFound}, {429, kTryLater},   {500, kCouldNotCheck}, {503, kTryLater}};
  Folder folder;
  const std::string file = folder.write("r.json", "{}");
  for (const auto& [status, exit] : codes) {
    FakeGateway gateway({{"/v1/in/prov-intake", problem(status)}});
    const Ran ran = portage({"send", file, "--as", "prov-intake"}, gateway.socket());
    EXPECT_EQ(ran.exit, exit) << status;
    EXPECT_EQ(ran.out, "");
    EXPECT_NE(ran.err.find("Said why.  (x.y)"), std::string::npos) << ran.err;
    EXPECT_NE(ran.err.find("x.z  2:3  /a  (m:1)  Not a date."), std::string::npos) << ran.err;
  }
}

TEST(CliSend, ChoosesTheContentTypeAndPrintsTheReceiptsId) {
  FakeGateway gateway(
      {{"/v1/in/prov-intake", json(R"({"schema":"portage.receipt/1","id":"01ABC"})", 202)},
       {"/v1/in/cmsm-halton", json(R"({"submission":4})", 202)}});
  Folder folder;
  const Ran plain = portage({"send", folder.write("a.json", "{\"x\":1}"), "--as", "prov-intake",
                             "--kind", "referral", "--id", "A-1", "-o", "id"},
                            gateway.socket());
  EXPECT_EQ(plain.exit, kDone) << plain.err;
  EXPECT_EQ(plain.out, "01ABC\n");
  EXPECT_NE(gateway.asked().find("POST /v1/in/prov-intake application/json\n{\"x\":1}"),
            std::string::npos)
      << gateway.asked();
  portage({"send", folder.write("b.json", " {\"specversion\":\"1.0\"}"), "--as", "prov-intake"},
          gateway.socket());
  EXPECT_NE(gateway.asked().find("application/cloudevents+json"), std::string::npos);
  const Ran batch =
      portage({"send", folder.write("c.csv", "A\n1\n"), "--as", "cmsm-halton"}, gateway.socket());
  EXPECT_NE(gateway.asked().find("text/csv"), std::string::npos);
  EXPECT_NE(batch.out.find("submission 4"), std::string::npos) << batch.out;
  EXPECT_EQ(portage({"send", folder.path("a.json")}, gateway.socket()).exit, kWrongUse);
  EXPECT_EQ(portage({"send", folder.path("gone"), "--as", "x"}, gateway.socket()).exit,
            kCouldNotCheck);
}

TEST(CliQuarantine, NeedsAReasonToActAndTellsHowMany) {
  FakeGateway gateway({{"/v1/quarantine/retry", json(R"({"retried":3})")}});
  EXPECT_EQ(portage({"quarantine", "retry", "--receiver", "x"}, gateway.socket()).exit, kWrongUse);
  EXPECT_EQ(portage({"quarantine", "retry", "--reason", "x"}, gateway.socket()).exit, kWrongUse);
  EXPECT_EQ(gateway.asked(), "");
  const Ran ran =
      portage({"quarantine", "retry", "--receiver", "ssm-halton", "--reason", "back \"up\""},
              gateway.socket());
  EXPECT_EQ(ran.exit, kDone);
  EXPECT_EQ(ran.out, "✓ 3 tried again\n");
  EXPECT_NE(gateway.asked().find(R"({"receiver":"ssm-halton","reason":"back \"up\""})"),
            std::string::npos)
      << gateway.asked();
}

TEST(CliQuarantine, ListsOnlyWhatWhereAsksForAndRefusesWhatItCantHonour) {
  FakeGateway gateway({{"/v1/quarantine", json(R"({"groups":[
      {"receiver":"a","cause":"x","count":1,"oldest":"2020-01-01T00:00:00Z"},
      {"receiver":"b","cause":"y","count":1,"oldest":"2020-01-01T00:00:00Z"}],"refusals":[]})")}});
  EXPECT_EQ(portage({"quarantine", "list", "-o", "id"}, gateway.socket()).out, "a x\nb y\n");
  EXPECT_EQ(
      portage({"quarantine", "list", "-o", "id", "--where", "party=b age>1d"}, gateway.socket())
          .out,
      "b y\n");
  EXPECT_EQ(portage({"quarantine", "list", "-o", "id", "--where", "age<1d"}, gateway.socket()).out,
            "");
  EXPECT_EQ(portage({"quarantine", "list", "--where", "kind=referral"}, gateway.socket()).exit,
            kWrongUse);
}

TEST(CliTrace, UnderstandsAnEndingAsListsPrintIt) {
  FakeGateway gateway({{"/v1/records/1YHT15Q", json(R"({"id":"01M7JG9TNEQZG1GQMXE1YHT15Q"})")}});
  for (const char* id : {"1YHT15Q", "…1YHT15Q", "...1YHT15Q"}) {
    EXPECT_EQ(portage({"trace", id, "-o", "id"}, gateway.socket()).out,
              "01M7JG9TNEQZG1GQMXE1YHT15Q\n");
  }
  EXPECT_EQ(portage({"trace", "../status"}, gateway.socket()).exit, kNotFound);
  EXPECT_EQ(gateway.asked().find("GET /v1/status"), std::string::npos);
  EXPECT_EQ(portage({"trace", "ZZZZZZZ"}, gateway.socket()).exit, kNotFound);
}

TEST(CliTrace, FindsARecordByItsSendersNumberAndAsksWhereThereAreTwo) {
  FakeGateway one({{"/v1/records", json(R"({"items":[{"id":"AAAAAAAA"}]})")},
                   {"/v1/records/AAAAAAAA", json(R"({"id":"AAAAAAAA"})")}});
  EXPECT_EQ(portage({"trace", "H-2026/17", "-o", "id"}, one.socket()).out, "AAAAAAAA\n");
  EXPECT_NE(one.asked().find("where=id%3DH-2026%2F17"), std::string::npos) << one.asked();
  FakeGateway two({{"/v1/records", json(R"({"items":[{"id":"AAAAAAAA"},{"id":"BBBBBBBB"}]})")}});
  const Ran ran = portage({"trace", "H-2026-17"}, two.socket());
  EXPECT_EQ(ran.exit, kWrongUse);
  EXPECT_NE(ran.err.find("AAAAAAA"), std::string::npos) << ran.err;
}

TEST(CliEvents, KeepsWhatWhereAsksFor) {
  const char* lines =
      "{\"seq\":1,\"event\":\"record.accepted\",\"party\":\"a\"}\n"
      "{\"seq\":2,\"event\":\"record.accepted\",\"party\":\"b\",\"peer\":\"a\"}\n"
      "{\"seq\":3,\"event\":\"record.accepted\",\"party\":\"c\"}\n";
  FakeGateway gateway({{"/v1/events", {200, {{"content-type", "application/x-ndjson"}}, lines}}});
  EXPECT_EQ(portage({"events", "--where", "party=a", "-o", "id"}, gateway.socket()).out, "1\n2\n");
  EXPECT_EQ(portage({"events", "--limit", "1", "-o", "id"}, gateway.socket()).out, "3\n");
  EXPECT_EQ(portage({"events", "--where", "state=waiting"}, gateway.socket()).exit, kWrongUse);
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
