// The verbs that talk to a gateway, against one that answers from a table.
#include <gtest/gtest.h>

#include "tests/unit/cli/program.h"

namespace portage::cli {
namespace {

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

}  // namespace
}  // namespace portage::cli
