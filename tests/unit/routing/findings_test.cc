// Planted mistakes in rules: each found at its own place with its own code.
#include <gtest/gtest.h>

#include <random>

#include "gateway/base/catalogue.h"
#include "tests/unit/routing/shipped.h"

namespace portage::routing {
namespace {

const std::vector<KindFields>& vocabulary() {
  static const std::vector<KindFields> kKinds = {
      {"referral",
       {{"program", {"OW", "ODSP", "EO"}}, {"origin", {"CASEWORKER", "SELF", "AUTOMATIC"}}}},
      {"referral-decision", {{"status", {"accepted", "declined"}}}},
      {"referral-status", {{"status", {}}}}};
  return kKinds;
}

LoadedRules load(std::string_view toml) {
  return load_rules({{"routes/r.toml", std::string(toml)}}, shipped().directory(), &vocabulary());
}

// A good rule with one line replaced; line 1 is [[rule]], then id, kind, to, from, description.
std::string rule(std::string_view id, std::string_view body) {
  return "[[rule]]\nid = \"" + std::string(id) + "\"\n" + std::string(body) +
         "\ndescription = { en = \"An answer.\", fr = \"Une réponse.\" }\n";
}

struct Planted {
  const char* body;  // after [[rule]] and id
  const char* code;
  std::uint32_t line, column;
  const char* suggestion;
};

void expect_finding(const std::vector<base::Finding>& findings, const Planted& p) {
  std::string all;
  const base::Finding* found = nullptr;
  for (const base::Finding& f : findings) {
    all +=
        f.code + " " + std::to_string(f.place.line) + ":" + std::to_string(f.place.column) + "\n";
    if (f.code == p.code && found == nullptr) found = &f;
  }
  ASSERT_NE(found, nullptr) << p.code << " not found; instead:\n" << all;
  EXPECT_EQ(findings.size(), 1u) << all;
  EXPECT_EQ(found->place.file, "routes/r.toml");
  EXPECT_EQ(found->place.line, p.line) << all;
  EXPECT_EQ(found->place.column, p.column) << all;
  EXPECT_EQ(found->suggestion, p.suggestion);
  ASSERT_NE(base::catalogue_find(found->code), nullptr);
  const std::string en = base::say(found->code, base::Language::english, found->arguments);
  const std::string fr = base::say(found->code, base::Language::french, found->arguments);
  EXPECT_EQ(en.find('{' + std::string("word")), std::string::npos) << en;
  EXPECT_NE(en, fr);
}

class RulesPlanted : public testing::TestWithParam<Planted> {};

TEST_P(RulesPlanted, IsFoundAtItsPlace) {
  const LoadedRules loaded = load(rule("r", GetParam().body));
  expect_finding(loaded.findings, GetParam());
}

#define KIND "kind = \"referral\"\n"
#define TO "to = \"ssm-halton\"\n"
#define FROM "from = 2020-01-01"

INSTANTIATE_TEST_SUITE_P(
    Mistakes, RulesPlanted,
    testing::Values(
        // Names nobody has.
        Planted{KIND "to = \"ssm-haltn\"\n" FROM, "rules.unknown_receiver", 4, 6, "ssm-halton"},
        Planted{KIND "to = \"place.system_manager\"\n" FROM, "rules.unknown_receiver", 4, 6,
                "place.system-manager"},
        Planted{KIND "to = \"answer.sendr\"\n" FROM, "rules.unknown_receiver", 4, 6,
                "answer.sender"},
        Planted{KIND TO "copy = [\"prov-intake\", \"prov-benefit\"]\n" FROM,
                "rules.unknown_receiver", 5, 24, "prov-benefits"},
        Planted{"kind = \"referal\"\n" TO FROM, "rules.unknown_kind", 3, 8, "referral"},
        Planted{"kind = [\"referral\", \"referral-statu\"]\n" TO FROM, "rules.unknown_kind", 3, 21,
                "referral-status"},
        Planted{"kind = \"zzz\"\n" TO FROM, "rules.unknown_kind", 3, 8, ""},
        Planted{KIND TO "sender = \"prov-intak\"\n" FROM, "rules.unknown_sender", 5, 10,
                "prov-intake"},
        Planted{KIND TO "sender = [\"provder\"]\n" FROM, "rules.unknown_sender", 5, 11, "provider"},
        Planted{KIND TO "sender = \"answer.reciever\"\n" FROM, "rules.unknown_sender", 5, 10,
                "answer.receiver"},
        Planted{KIND TO "role = \"employement\"\n" FROM, "rules.unknown_role", 5, 8, "employment"},
        Planted{KIND TO "role = \"system manager\"\n" FROM, "rules.unknown_role", 5, 8,
                "system-manager"},
        Planted{KIND TO "role = \"x\"\n" FROM, "rules.unknown_role", 5, 8, ""},
        // Fields and codes.
        Planted{KIND TO "when = { progam = \"OW\" }\n" FROM, "rules.unknown_field", 5, 10,
                "program"},
        Planted{KIND TO "when.orign = \"SELF\"\n" FROM, "rules.unknown_field", 5, 6, "origin"},
        Planted{KIND TO "when = { status = \"accepted\" }\n" FROM, "rules.unknown_field", 5, 10,
                ""},
        Planted{KIND TO "when = { program = \"OWW\" }\n" FROM, "rules.unknown_code", 5, 20, "OW"},
        Planted{KIND TO "when = { program = [\"OW\", \"OSDP\"] }\n" FROM, "rules.unknown_code", 5,
                27, "ODSP"},
        Planted{KIND TO "when = { origin = \"AUTOMATED\" }\n" FROM, "rules.unknown_code", 5, 19,
                "AUTOMATIC"},
        Planted{KIND TO "when = { program = [\"OW\", \"OW\"] }\n" FROM, "rules.repeated", 5, 27,
                ""},
        Planted{"kind = [\"referral\", \"referral\"]\n" TO FROM, "rules.repeated", 3, 21, ""},
        Planted{KIND TO "when = { origin = [\"SELF\", \"\", \"SELF\"] }\n" FROM, "rules.repeated",
                5, 32, ""},
        // Days.
        Planted{KIND TO "from = \"catchment.integrated-start\"", "rules.unknown_day", 5, 8,
                "catchment.integrated_start"},
        Planted{KIND TO "before = \"catchment.start\"\nfrom = 2020-01-01", "rules.unknown_day", 5,
                10, ""},
        Planted{KIND TO "from = \"2020-01-01\"", "rules.unknown_day", 5, 8, ""},
        Planted{KIND TO "from = 2024-01-01\nuntil = 2023-12-31", "rules.turned_dates", 5, 8, ""},
        Planted{KIND TO "from = 2024-01-01\nbefore = 2024-01-01", "rules.turned_dates", 5, 8, ""},
        Planted{KIND TO "from = 2026-01-01\nbefore = \"catchment.integrated_start\"",
                "rules.turned_dates", 5, 8, ""},
        Planted{KIND TO, "rules.undated", 1, 1, ""},
        Planted{KIND TO FROM "\nuntil = 2024-01-01\nbefore = 2024-01-02", "rules.two_ends", 7, 10,
                ""},
        Planted{KIND TO "from = 12", "rules.wrong_type", 5, 8, ""},
        // Keys.
        Planted{KIND TO "form = 2020-01-01\n" FROM, "rules.unknown_key", 5, 1, "from"},
        Planted{KIND TO "kinds = \"referral\"\n" FROM, "rules.unknown_key", 5, 1, "kind"},
        Planted{KIND TO "coppy = \"prov-intake\"\n" FROM, "rules.unknown_key", 5, 1, "copy"},
        Planted{TO FROM, "rules.missing_key", 1, 1, ""},
        Planted{KIND FROM, "rules.missing_key", 1, 1, ""},
        Planted{KIND TO FROM "\nsender = 7", "rules.wrong_type", 6, 10, ""},
        Planted{KIND TO FROM "\nsender = []", "rules.wrong_type", 6, 10, ""},
        Planted{KIND TO FROM "\nwhen = \"OW\"", "rules.wrong_type", 6, 8, ""},
        // Syntax, of which only the first fault is known.
        Planted{KIND TO "from = 2020-13-01", "rules.syntax", 5, 15, ""},
        Planted{KIND TO "from = 2020-01-01\nfrom = 2021-01-01", "rules.repeated_key", 6, 8, ""},
        Planted{KIND "to = \"ssm-halton\n" FROM, "rules.syntax", 4, 17, ""}));

TEST(RulesFindings, TheGoodRuleHasNone) {
  EXPECT_TRUE(load(rule("r", KIND TO FROM)).findings.empty());
  EXPECT_EQ(load(rule("r", KIND TO FROM)).rules.size(), 1u);
}

TEST(RulesFindings, IdsAreKeptApart) {
  const std::string two =
      rule("r", KIND "to = \"ssm-peel\"\nfrom = 2020-01-01\nuntil = 2020-12-31") +
      rule("r", KIND TO "from = 2021-01-01");
  expect_finding(load(two).findings, {"", "rules.duplicate_id", 9, 6, ""});
  expect_finding(load(rule("R 1", KIND TO FROM)).findings, {"", "rules.bad_id", 2, 6, ""});
  expect_finding(load(rule("", KIND TO FROM)).findings, {"", "rules.bad_id", 2, 6, ""});
}

TEST(RulesFindings, ADescriptionIsNeededInBothLanguages) {
  const std::string text =
      "[[rule]]\nid = \"r\"\n" KIND TO FROM "\ndescription = { en = \"Only.\" }\n";
  expect_finding(load(text).findings, {"", "rules.missing_key", 1, 1, ""});
}

struct Pair {
  const char* first;
  const char* second;
  const char* day;  // of the overlap, or nullptr: none
};

class RulesOverlap : public testing::TestWithParam<Pair> {};

TEST_P(RulesOverlap, IsFoundOnItsFirstDay) {
  const Pair& pair = GetParam();
  const LoadedRules loaded = load(rule("a", pair.first) + rule("b", pair.second));
  std::string day;
  for (const base::Finding& f : loaded.findings) {
    EXPECT_EQ(f.code, "rules.overlap");
    for (const auto& [key, value] : f.arguments) {
      if (key == "day") day = value;
    }
  }
  EXPECT_EQ(day, pair.day == nullptr ? "" : pair.day);
  EXPECT_EQ(loaded.findings.size(), pair.day == nullptr ? 0u : 1u);
}

INSTANTIATE_TEST_SUITE_P(
    Pairs, RulesOverlap,
    testing::Values(Pair{KIND TO "from = 2020-01-01\nuntil = 2023-04-01",
                         KIND TO "from = 2023-04-01", "2023-04-01"},
                    Pair{KIND TO "from = 2020-01-01\nbefore = 2023-04-01",
                         KIND TO "from = 2023-04-01", nullptr},
                    Pair{KIND TO "before = \"catchment.integrated_start\"",
                         KIND TO "from = \"catchment.integrated_start\"", nullptr},
                    Pair{KIND TO "until = \"catchment.integrated_start\"",
                         KIND TO "from = \"catchment.integrated_start\"", "2024-01-01"},
                    Pair{KIND TO "before = \"catchment.integrated_start\"",
                         KIND TO "from = 2025-02-28", "2025-02-28"},
                    Pair{KIND TO "before = \"catchment.integrated_start\"",
                         KIND TO "from = 2025-03-01", nullptr},
                    Pair{KIND TO FROM "\nwhen = { program = \"OW\" }",
                         KIND TO FROM "\nwhen = { program = \"ODSP\" }", nullptr},
                    Pair{KIND TO FROM "\nwhen = { program = [\"OW\", \"EO\"] }",
                         KIND TO FROM "\nwhen = { program = [\"ODSP\", \"EO\"] }", "2020-01-01"},
                    Pair{KIND TO FROM "\nwhen = { program = \"OW\" }",
                         KIND TO FROM "\nwhen = { origin = \"SELF\" }", "2020-01-01"},
                    Pair{KIND TO FROM "\nwhen = { program = \"OW\", origin = \"SELF\" }",
                         KIND TO FROM "\nwhen = { origin = [\"CASEWORKER\", \"\"] }", nullptr},
                    Pair{KIND TO FROM "\nsender = \"prov-intake\"",
                         KIND TO FROM "\nsender = \"cmsm-peel\"", nullptr},
                    Pair{KIND TO FROM "\nsender = \"service-manager\"",
                         KIND TO FROM "\nsender = \"cmsm-peel\"", "2020-01-01"},
                    Pair{KIND TO FROM "\nsender = \"service-manager\"",
                         KIND TO FROM "\nsender = \"odsp-office\"", nullptr},
                    Pair{KIND TO FROM "\nsender = \"service-manager\"",
                         KIND TO FROM "\nsender = \"delivery-agent\"", "2020-01-01"},
                    Pair{KIND TO FROM, "kind = \"referral-status\"\n" TO FROM, nullptr},
                    Pair{"kind = [\"referral\", \"referral-status\"]\n" TO FROM, KIND TO FROM,
                         "2020-01-01"}));

TEST(RulesDecide, TestsFieldsSendersAndCopies) {
  const LoadedRules loaded = load(
      rule("automatic", KIND "to = \"place.system-manager\"\ncopy = [\"place.service-manager\"]\n"
                             "sender = \"prov-intake\"\nwhen = { origin = \"AUTOMATIC\" }\n"
                             "from = 2025-11-10") +
      rule("other", KIND "to = \"cmsm-halton\"\nwhen = { origin = [\"SELF\", \"\"] }\n" FROM));
  ASSERT_TRUE(loaded.findings.empty()) << loaded.findings[0].code;
  const auto ask = [&](std::string_view from, std::string_view origin, std::string_view date) {
    Facts facts = referral(from, "L6H", date);
    if (!origin.empty()) facts.fields.emplace("origin", origin);
    return loaded.rules.decide(shipped().directory(), facts).receivers;
  };
  const auto automatic = ask("prov-intake", "AUTOMATIC", "2025-11-10");
  ASSERT_EQ(automatic.size(), 2u);
  EXPECT_EQ(automatic[0].party, "ssm-halton");
  EXPECT_FALSE(automatic[0].copy);
  EXPECT_EQ(automatic[1].party, "cmsm-halton");
  EXPECT_TRUE(automatic[1].copy);
  EXPECT_EQ(automatic[1].reason, "route.copy");
  EXPECT_EQ(ask("prov-intake", "AUTOMATIC", "2025-11-09")[0].reason, "route.no_rule");
  EXPECT_EQ(ask("cmsm-peel", "AUTOMATIC", "2025-11-10")[0].reason, "route.no_rule");
  EXPECT_EQ(ask("cmsm-peel", "SELF", "2025-11-10")[0].rule, "other");
  EXPECT_EQ(ask("cmsm-peel", "", "2025-11-10")[0].rule, "other");
  EXPECT_EQ(ask("cmsm-peel", "CASEWORKER", "2025-11-10")[0].reason, "route.no_rule");
}

TEST(RulesDecide, AnUnknownContractDayIsNeverGuessed) {
  const LoadedRules loaded = load(rule("r", KIND "to = \"place.system-manager\"\n"
                                                 "from = \"catchment.contracts_move\""));
  ASSERT_TRUE(loaded.findings.empty());
  const auto ask = [&](std::string_view place) {
    return loaded.rules.decide(shipped().directory(), referral("cmsm-peel", place, "2020-06-01"))
        .receivers[0];
  };
  EXPECT_EQ(ask("M5V").reason, "route.unknown_day");
  EXPECT_EQ(ask("M5V").party, "desk");
  EXPECT_EQ(ask("L6H").reason, "route.no_rule");  // in April 2022 at the earliest
  EXPECT_EQ(ask("L8P").party, "ssm-hamilton-niagara");
}

TEST(RulesHostile, BytesOfAnyKindAreRefusedWithoutACrash) {
  const std::string deep(100'000, '[');
  EXPECT_EQ(load(deep).findings.at(0).code, "rules.too_deep");
  EXPECT_EQ(load("a" + std::string(100'000, '.') + "b = 1").findings.at(0).code, "rules.too_deep");
  EXPECT_EQ(load("x = " + std::string(50'000, '{')).findings.at(0).code, "rules.too_deep");
  EXPECT_EQ(load("a = \"\xff\"").findings.at(0).code, "rules.utf8");
  EXPECT_EQ(load(std::string(2u << 20, '#')).findings.at(0).code, "rules.too_large");
  EXPECT_EQ(load("rule = 3").findings.at(0).code, "rules.wrong_type");
  EXPECT_EQ(load("[[rules]]\nid = \"r\"").findings.at(0).suggestion, "rule");
  std::mt19937 random(7);
  const std::string whole = shipped_rule_files()[0].second;
  for (int round = 0; round < 2000; ++round) {
    std::string text = whole;
    if (round % 2 == 0) text.resize(random() % text.size());
    for (int i = 0; i < 3 && !text.empty(); ++i) {
      text[random() % text.size()] = static_cast<char>(random() % 128);
    }
    for (const base::Finding& f : load(text).findings) {
      ASSERT_NE(base::catalogue_find(f.code), nullptr) << f.code;
      ASSERT_GT(f.place.line, 0u) << f.code;
    }
  }
}

}  // namespace
}  // namespace portage::routing
