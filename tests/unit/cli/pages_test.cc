// What a person reads, from the daemon's JSON, letter by letter.
#include "gateway/cli/pages.h"

#include <gtest/gtest.h>

#include "gateway/format/format.h"

namespace portage::cli {
namespace {

struct Json {
  explicit Json(std::string_view text) {
    const base::Status read = format::read_json(text, format::Limits{}, document);
    EXPECT_TRUE(read.ok());
  }
  View view() const { return View(document.root); }
  record::Document document;
};

Style style(bool french = false) {
  Style out;
  out.language = french ? base::Language::french : base::Language::english;
  out.now = *base::parse_instant("2026-11-16T15:44:20Z");
  return out;
}

constexpr const char* kStatus = R"({"name":"portage","version":"0.1.0","generation":2,
  "started_at":"2026-11-16T11:40:00Z","ready":true,
  "totals":{"records":1204,"refusals":3,"duplicates":5,
            "accepted":1210,"delivered":1160,"waiting":38,"quarantined":3,"withdrawn":9},
  "receivers":[
   {"party":"ssm-halton","accepted":1000,"delivered":1000,"waiting":0,"quarantined":0,"withdrawn":0,
    "oldest_waiting":null,"state":"ok","last_error":null},
   {"party":"desk","accepted":2,"delivered":0,"waiting":2,"quarantined":0,"withdrawn":0,
    "oldest_waiting":"2026-11-16T15:40:20Z","state":"mailbox","last_error":null},
   {"party":"odsp-halton","accepted":163,"delivered":160,"waiting":0,"quarantined":3,"withdrawn":0,
    "oldest_waiting":null,"state":"ok","last_error":null},
   {"party":"cmsm-peel","accepted":45,"delivered":0,"waiting":36,"quarantined":0,"withdrawn":9,
    "oldest_waiting":"2026-11-16T15:38:08Z","state":"down","last_error":"http.connect"}],
  "disk":{"commits":702,"syncs":702,"free_bytes":76450000000,"refusing":false},
  "config":{"digest":"5d0c"}})";

TEST(CliStatusPage, ShowsTheSumAndTheWorstFirst) {
  EXPECT_EQ(status_page(Json(kStatus).view(), false, style()),
            R"(portage  0.1.0  ready  up 4h 04m  generation 2
accepted 1,210 = delivered 1,160 + waiting 38 + quarantined 3 + withdrawn 9  ✓
1,204 records, 3 refused, 5 repeats
disk: 71.1 GB free, 702 commits, 702 syncs

RECEIVER     STATE    OLDEST  WAITING  DELIVERED  QUARANTINED  WITHDRAWN  ACCEPTED  LAST ERROR
cmsm-peel    down     6m 12s       36          0            0          9        45  http.connect
odsp-halton  ok            -        0        160            3          0       163
desk         mailbox  4m 00s        2          0            0          0         2
ssm-halton   ok            -        0      1,000            0          0     1,000
)");
}

TEST(CliStatusPage, SpeaksFrench) {
  const std::string page = status_page(Json(kStatus).view(), false, style(true));
  EXPECT_NE(page.find("portage  0.1.0  prête  en service depuis 4h 04m  génération 2\n"
                      "acceptés 1 210 = livrés 1 160 + en attente 38 + en quarantaine 3 + "
                      "retirés 9  ✓\n1 204 enregistrements, 3 refus, 5 répétitions\n"
                      "disque : 71,1 Go libres"),
            std::string::npos)
      << page;
  EXPECT_NE(page.find("cmsm-peel     en panne  "), std::string::npos) << page;
}

TEST(CliStatusPage, SaysWhenTheSumDoesNotHold) {
  const std::string page = status_page(
      Json(R"({"totals":{"accepted":3,"delivered":1},"receivers":[]})").view(), false, style());
  EXPECT_NE(page.find("✗"), std::string::npos) << page;
}

TEST(CliStatusPage, InBriefHasTheWorstThreeAndWhatToDoNext) {
  const std::string page = status_page(Json(kStatus).view(), true, style());
  EXPECT_NE(page.find("and 1 more: portage status"), std::string::npos) << page;
  EXPECT_EQ(page.find("ssm-halton"), std::string::npos) << page;
  EXPECT_NE(page.find("Next: portage records list"), std::string::npos) << page;
}

constexpr const char* kTrace = R"({"id":"01M7JG9TNEQZG1GQMXE1YHT15Q",
  "accepted_at":"2026-11-16T15:41:07.122000Z","kind":"referral","version":1,"party":"cmsm-halton",
  "source_id":"H-2026-00417","date":"2026-11-16","digest":"sha256:9c1f00000000000000000000e07a",
  "content_type":"text/csv","form":"halton/referral@2","submission":4,"row":3,
  "story":{"received_at":"2026-11-16T15:41:07.118000Z","admit_us":20,"read_us":130,
    "translate_us":310,"route_us":350,"bytes":2104,"schema":"halton/referral@2",
    "mapping":"halton/referral 1","canonical":"referral@1","rule":"employment-after-start",
    "catchment":"halton","certainty":"high","generation":2,
    "notes":[{"code":"phone.unreadable","pointer":"CELL_TEL","rule":"referral.map:35"}]},
  "deliveries":[{"receiver":"ssm-halton","state":"delivered","attempts":2,"due":null,
    "role":"system-manager","rule":"employment-after-start","reason":"route.rule","marked":false,
    "log":[{"attempt":1,"at":"2026-11-16T15:41:07.130000Z","took_us":3000,"result":"waiting",
            "code":"http.nosuch","detail":"HTTP 503","mapping":"ssm/referral 1"},
           {"attempt":2,"at":"2026-11-16T15:41:07.700000Z","took_us":84000,"result":"delivered",
            "code":"delivered","detail":"HTTP 202","mapping":"ssm/referral 1"}]}],
  "answers":[{"id":"01M7JH00000000000000ZB7XW3","kind":"referral-decision","party":"ssm-halton",
    "accepted_at":"2026-11-16T15:43:31.402000Z",
    "deliveries":[{"receiver":"cmsm-halton","state":"delivered"}]}],
  "fields":[{"received":"LAST_NAME","canonical":"applicant.family","sent":"s:Family",
     "rule":"referral.map:23, referral.map:9","before":"▒▒▒▒·7F3KQ","after":"▒▒▒▒·7F3KQ",
     "class":"personal"},
    {"received":"LANG","canonical":"language","sent":"s:Language","rule":"referral.map:28",
     "before":"▒▒▒▒·AAAAA","after":"▒▒▒▒·BBBBB","class":"personal"},
    {"received":"CA_REF","canonical":"ca_module1_ref","sent":"","rule":"referral.map:44",
     "before":"C-1","after":"C-1","class":"program"}]})";

TEST(CliTracePage, ShowsEveryStepAttemptAnswerAndField) {
  EXPECT_EQ(trace_page(Json(kTrace).view(), style()),
            R"(01M7JG9TNEQZG1GQMXE1YHT15Q   referral@1   delivered
cmsm-halton → ssm-halton      2026-11-16 10:41:07   their id H-2026-00417   date 2026-11-16

  10:41:07.118  cmsm-halton  received    text/csv   halton/referral@2   2,104 bytes   row 3 of submission 4
     + 0.02 ms  gateway      admitted    cmsm-halton may send referral
     + 0.13 ms  gateway      checked     holds by halton/referral@2
     + 0.31 ms  gateway      translated  by halton/referral 1 into referral@1
     + 0.35 ms  gateway      routed      → ssm-halton   rule employment-after-start   catchment halton (high)
     + 4.00 ms  gateway      committed   on disk; receipt sent   sha256:9c1f0000…e07a
       + 15 ms  ssm-halton   try 1       failed, to be tried again   ssm/referral 1   HTTP 503   http.nosuch   took 3.00 ms
      + 666 ms  ssm-halton   try 2       delivered   ssm/referral 1   HTTP 202   took 84 ms
  10:43:31.402  ssm-halton   answered    referral-decision   …0ZB7XW3   cmsm-halton delivered
  ! phone.unreadable  CELL_TEL  (referral.map:35)

  RECEIVED   CANONICAL         SENT        BEFORE      AFTER                 RULE
  LAST_NAME  applicant.family  s:Family    ▒▒▒▒·7F3KQ  ▒▒▒▒·7F3KQ  same      referral.map:23, referral.map:9
  LANG       language          s:Language  ▒▒▒▒·AAAAA  ▒▒▒▒·BBBBB  changed   referral.map:28
  CA_REF     ca_module1_ref                C-1         C-1         not sent  referral.map:44
)");
}

TEST(CliTracePage, SpeaksFrench) {
  const std::string page = trace_page(Json(kTrace).view(), style(true));
  for (const char* part :
       {"referral@1   livré\n", "leur numéro H-2026-00417   daté du 2026-11-16",
        "2 104 octets   ligne 3 du dépôt 4", "+ 0,13 ms  passerelle   vérifié",
        "par halton/referral 1 en referral@1", "règle employment-after-start",
        "zone halton (élevée)", "essai 2  livré", "inchangé", "non envoyé", "REÇU"}) {
    EXPECT_NE(page.find(part), std::string::npos) << part << "\n" << page;
  }
}

TEST(CliTracePage, SaysWhatIsStillWaitingAndWhenItIsTriedAgain) {
  const std::string page = trace_page(Json(R"({"id":"X","accepted_at":"2026-11-16T15:41:07Z",
      "kind":"referral","party":"a","deliveries":[{"receiver":"b","state":"waiting","attempts":1,
      "due":"2026-11-16T15:44:50Z","cause":"some.code","log":[]}]})")
                                          .view(),
                                      style());
  EXPECT_NE(page.find("b  waiting  some.code  next try in 30s"), std::string::npos) << page;
}

TEST(CliTracePage, BearsAnAnswerThatLacksEverything) {
  EXPECT_FALSE(trace_page(Json("{}").view(), style()).empty());
  EXPECT_FALSE(trace_page(Json("[]").view(), style()).empty());
  EXPECT_FALSE(status_page(Json("{}").view(), true, style()).empty());
  EXPECT_FALSE(records_page(Json("null").view(), style()).empty());
}

TEST(CliRecordsPage, ShowsTheEndOfEachIdAndWhereItStands) {
  const char* json = R"({"items":[{"id":"01M7JG9TNEQZG1GQMXE1YHT15Q",
    "accepted_at":"2026-11-16T15:41:07.122Z","kind":"referral","version":1,"party":"cmsm-halton",
    "source_id":"H-1","date":"2026-11-16","deliveries":[
     {"receiver":"ssm-halton","state":"waiting","attempts":3,"due":null,"cause":"http.connect"}]}]})";
  EXPECT_EQ(records_page(Json(json).view(), style()),
            "RECORD    ACCEPTED             KIND      FROM         THEIR ID  DATE        TO\n"
            "…1YHT15Q  2026-11-16 10:41:07  referral  cmsm-halton  H-1       2026-11-16  "
            "ssm-halton waiting (3)\n");
  EXPECT_EQ(records_page(Json(R"({"items":[]})").view(), style()), "No record fits.\n");
}

TEST(CliQuarantinePage, GroupsByCauseAndShowsRefusalsByPlace) {
  const char* json = R"({"groups":[{"receiver":"odsp-halton","cause":"some.cause","count":2,
    "oldest":"2026-11-16T14:42:20Z"}],"refusals":[{"id":1,"at":"2026-11-16T15:00:00Z",
    "party":"cmsm-halton","kind":"referral","code":"some.code","pointer":"DOB","line":7,"column":12,
    "submission":4,"row":6}]})";
  EXPECT_EQ(quarantine_page(Json(json).view(), style()),
            R"(CAUSE       RECEIVER     COUNT  OLDEST  WHO ACTS  NEXT STEP
some.cause  odsp-halton      2  1h 02m            portage quarantine show --receiver odsp-halton --cause some.cause

Refused before acceptance; the sender acts:
CODE       FROM         KIND      PLACE             AT
some.code  cmsm-halton  referral  row 6, DOB  7:12  2026-11-16 10:00:00
)");
  EXPECT_EQ(quarantine_page(Json(R"({"groups":[],"refusals":[]})").view(), style(true)),
            "Rien n'est en quarantaine.\n");
}

TEST(CliEventLine, NamesPartiesAndTheRecordsEnding) {
  const char* json = R"({"seq":7,"at":"2026-11-16T15:41:07.118Z","level":"debug",
    "event":"delivery.delivered","party":"cmsm-halton","peer":"ssm-halton","kind":"referral",
    "record":"01M7JG9TNEQZG1GQMXE1YHT15Q","detail":"HTTP 202"})";
  EXPECT_EQ(event_line(Json(json).view(), style()),
            "10:41:07.118  delivered  cmsm-halton → ssm-halton  referral  …1YHT15Q  HTTP 202");
  Style plain = style(true);
  plain.utf8 = false;
  EXPECT_EQ(event_line(Json(json).view(), plain),
            "10:41:07.118  livré  cmsm-halton -> ssm-halton  referral  ...1YHT15Q  HTTP 202");
  EXPECT_NE(event_line(Json(R"({"event":"new.sort"})").view(), style()).find("new.sort"),
            std::string::npos);
}

}  // namespace
}  // namespace portage::cli
