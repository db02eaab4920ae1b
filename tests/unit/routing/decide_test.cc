#include <gtest/gtest.h>

#include <set>

#include "gateway/base/catalogue.h"
#include "tests/unit/routing/shipped.h"

namespace portage::routing {
namespace {

using directory::Certainty;
using directory::day;
using directory::PostalArea;

TEST(RoutingShipped, RulesHaveNoFindings) {
  for (const base::Finding& f : shipped().rules.findings) {
    ADD_FAILURE() << f.place.file << ":" << f.place.line << ":" << f.place.column << " " << f.code;
  }
  EXPECT_EQ(shipped().rules.rules.size(), 6u);
}

TEST(RoutingCutOver, OakvilleGoesToHaltonAndThenToItsSystemManager) {
  const Decision before = shipped().ask(referral("cmsm-halton", "L6H", "2023-03-31"));
  ASSERT_EQ(before.receivers.size(), 1u);
  EXPECT_EQ(before.receivers[0].party, "cmsm-halton");
  EXPECT_EQ(before.receivers[0].role, "employment");
  EXPECT_EQ(before.receivers[0].rule, "employment-before-start");
  EXPECT_EQ(before.receivers[0].reason, "route.rule");
  EXPECT_FALSE(before.receivers[0].marked);
  EXPECT_EQ(before.catchment, "halton");
  EXPECT_EQ(before.certainty, Certainty::high);

  const Decision after = shipped().ask(referral("cmsm-halton", "L6H", "2023-04-01"));
  ASSERT_EQ(after.receivers.size(), 1u);
  EXPECT_EQ(after.receivers[0].party, "ssm-halton");
  EXPECT_EQ(after.receivers[0].role, "system-manager");
  EXPECT_EQ(after.receivers[0].rule, "employment-after-start");
}

// What the rules must give, said a second time and without them: from the domain's own table.
struct Expected {
  std::string party, reason;
  bool marked;
};
Expected expected(const PostalArea& area, std::string_view from, base::Day date) {
  const Certainty c = area.catchment_certainty, m = area.service_manager_certainty;
  if (c == Certainty::low || c == Certainty::unknown)
    return {"desk", "route.uncertain_place", false};
  const directory::Catchment* catchment = shipped().directory().catchment(area.catchment);
  const bool medium = c == Certainty::medium;
  if (date >= catchment->integrated_start) return {"ssm-" + catchment->id, "route.rule", medium};
  if (m == Certainty::high || m == Certainty::medium) {
    return {area.service_manager, "route.rule", medium || m == Certainty::medium};
  }
  std::set<std::string, std::less<>> candidates(area.other_service_managers.begin(),
                                                area.other_service_managers.end());
  candidates.insert(area.service_manager);
  if (candidates.contains(from)) return {std::string(from), "route.sender_is_candidate", true};
  return {"desk", "route.uncertain_manager", false};
}

void expect_answer(const PostalArea& area, std::string_view from, base::Day date) {
  const Decision got = shipped().ask(referral(from, area.fsa, date));
  const Expected want = expected(area, from, date);
  ASSERT_EQ(got.receivers.size(), 1u);
  const std::string where =
      area.fsa + " from " + std::string(from) + " on " + base::format_day(date);
  EXPECT_EQ(got.receivers[0].party, want.party) << where;
  EXPECT_EQ(got.receivers[0].reason, want.reason) << where;
  EXPECT_EQ(got.receivers[0].marked, want.marked) << where;
}

class EveryCatchment : public testing::TestWithParam<std::string> {};

TEST_P(EveryCatchment, ChangesOnItsOwnDayForPlacesOfEachCertainty) {
  const directory::Catchment* catchment = shipped().directory().catchment(GetParam());
  ASSERT_NE(catchment, nullptr);
  const base::Day start = catchment->integrated_start;
  std::size_t places = 0, changed = 0;
  for (const PostalArea& area : shipped().directory().places()) {
    if (area.catchment != catchment->id) continue;
    ++places;
    for (const base::Day date : {day_before(start), start}) {
      for (const char* from : {"prov-intake", "odsp-ottawa", "cmsm-halton"}) {
        expect_answer(area, from, date);
      }
      expect_answer(area, area.service_manager, date);
      for (const std::string& other : area.other_service_managers) expect_answer(area, other, date);
    }
    const auto on = [&](base::Day d) {
      return shipped().ask(referral(area.service_manager, area.fsa, d)).receivers[0].party;
    };
    if (on(day_before(start)) == on(start)) continue;
    ++changed;
    EXPECT_EQ(on(start), "ssm-" + catchment->id) << area.fsa;
    EXPECT_EQ(on(day_before(start)), area.service_manager) << area.fsa;
    EXPECT_EQ(on({start.since_1970 - 200}), area.service_manager) << area.fsa;
    EXPECT_EQ(on(day("2030-12-31")), "ssm-" + catchment->id) << area.fsa;
  }
  EXPECT_GT(places, 0u);
  EXPECT_GT(changed, 0u);
}

INSTANTIATE_TEST_SUITE_P(Ontario, EveryCatchment,
                         testing::Values("durham", "halton", "hamilton-niagara",
                                         "kingston-pembroke", "kitchener-waterloo-barrie", "london",
                                         "muskoka-kawarthas", "northeast", "northwest", "ottawa",
                                         "peel", "stratford-bruce", "toronto", "windsor-sarnia",
                                         "york"),
                         [](const auto& suite) {
                           std::string name = suite.param;
                           std::erase(name, '-');
                           return name;
                         });

TEST(RoutingCutOver, TheFifteenDaysAreTheDomains) {
  std::map<std::string, int> days;
  for (const auto& [id, c] : shipped().directory().catchments()) {
    ++days[base::format_day(c.integrated_start)];
  }
  const std::map<std::string, int> want = {{"2021-01-01", 3},
                                           {"2023-04-01", 3},
                                           {"2023-10-01", 1},
                                           {"2024-01-01", 5},
                                           {"2025-03-01", 3}};
  EXPECT_EQ(days, want);
}

TEST(RoutingPlaces, EveryAreaHasAnAnswerOnEveryOfTwentyDays) {
  std::size_t asked = 0, desk = 0;
  for (const PostalArea& area : shipped().directory().places()) {
    for (int i = 0; i < 20; ++i) {
      const base::Day date{18262 + i * 200};
      const Decision got = shipped().ask(referral("cmsm-halton", area.fsa, date));
      ++asked;
      ASSERT_EQ(got.receivers.size(), 1u);
      ASSERT_NE(shipped().directory().party(got.receivers[0].party), nullptr);
      ASSERT_NE(base::catalogue_find(got.receivers[0].reason), nullptr) << got.receivers[0].reason;
      if (got.receivers[0].party == "desk") {
        ++desk;
        EXPECT_NE(got.receivers[0].reason, "route.no_rule");
      } else {
        EXPECT_FALSE(got.receivers[0].rule.empty());
        EXPECT_EQ(got.catchment, area.catchment);
      }
    }
  }
  EXPECT_EQ(asked, 527u * 20u);
  EXPECT_GT(
      desk,
      8u * 20u - 1u);  // the eight low ones on every day, and uncertain managers before the start
}

TEST(RoutingPlaces, MediumIsMarkedAndLowIsNeverGuessed) {
  const Decision medium = shipped().ask(referral("cmsm-halton", "L0P", "2024-06-01"));
  EXPECT_EQ(medium.receivers[0].party, "ssm-halton");
  EXPECT_TRUE(medium.receivers[0].marked);
  EXPECT_EQ(medium.certainty, Certainty::medium);
  const Decision low = shipped().ask(referral("cmsm-york", "L0E", "2024-06-01"));
  EXPECT_EQ(low.receivers[0].party, "desk");
  EXPECT_EQ(low.receivers[0].reason, "route.uncertain_place");
  EXPECT_EQ(low.certainty, Certainty::low);
  EXPECT_EQ(low.catchment, "");
}

TEST(RoutingPlaces, AnUnknownOrMissingPlaceGoesToTheDesk) {
  for (const char* place : {"H0H 0H0", "A1A", "L6", "???", "L6H 1A", "l6h-", "1L6"}) {
    const Decision got = shipped().ask(referral("cmsm-halton", place, "2024-06-01"));
    ASSERT_EQ(got.receivers.size(), 1u);
    if (std::string_view(place) == "l6h-") {
      EXPECT_EQ(got.receivers[0].party, "ssm-halton");
      continue;
    }
    EXPECT_EQ(got.receivers[0].party, "desk") << place;
    EXPECT_EQ(got.receivers[0].reason, "route.unknown_place") << place;
  }
  const Decision none = shipped().ask(referral("cmsm-halton", "", "2024-06-01"));
  EXPECT_EQ(none.receivers[0].reason, "route.no_place");
  EXPECT_EQ(none.receivers[0].role, "desk");
}

TEST(RoutingPlaces, AKindWithoutARuleGoesToTheDesk) {
  Facts facts = referral("cmsm-halton", "L6H", "2024-06-01");
  facts.kind = "payment-batch";
  EXPECT_EQ(shipped().ask(facts).receivers[0].reason, "route.no_rule");
  EXPECT_EQ(shipped().ask(facts).receivers[0].party, "desk");
}

Facts answer(std::string_view kind, std::string_view from, std::string_view date) {
  Facts facts;
  facts.kind = kind;
  facts.from = from;
  facts.date = day(date);
  return facts;
}

TEST(RoutingAnswers, GoToTheSenderOfTheirReferralWhateverTheDay) {
  for (const char* kind : {"referral-decision", "referral-status"}) {
    Facts facts = answer(kind, "ssm-halton", "2029-01-01");
    facts.earlier = Facts::Earlier{true, "odsp-halton", {"ssm-halton"}};
    const Decision got = shipped().ask(facts);
    ASSERT_EQ(got.receivers.size(), 1u);
    EXPECT_EQ(got.receivers[0].party, "odsp-halton");
    EXPECT_EQ(got.receivers[0].reason, "route.answer");
    EXPECT_EQ(got.receivers[0].rule, "answer-to-sender");
    EXPECT_FALSE(got.unmatched);
  }
}

TEST(RoutingAnswers, BeforeTheirReferralIsHereWaitUnmatched) {
  for (const bool asked : {false, true}) {
    Facts facts = answer("referral-decision", "ssm-halton", "2024-01-01");
    if (asked) facts.earlier = Facts::Earlier{};
    const Decision got = shipped().ask(facts);
    EXPECT_TRUE(got.unmatched);
    ASSERT_EQ(got.receivers.size(), 1u);
    EXPECT_EQ(got.receivers[0].party, "desk");
    EXPECT_EQ(got.receivers[0].reason, "route.unmatched");
  }
}

TEST(RoutingAnswers, OfAPartyThatNeverGotTheReferralGoToTheDesk) {
  Facts facts = answer("referral-decision", "ssm-peel", "2024-01-01");
  facts.earlier = Facts::Earlier{true, "cmsm-halton", {"ssm-halton"}};
  const Decision got = shipped().ask(facts);
  EXPECT_EQ(got.receivers[0].party, "desk");
  EXPECT_FALSE(got.unmatched);
  facts.from = "eo-halton-01";  // a provider answers for its system manager
  EXPECT_EQ(shipped().ask(facts).receivers[0].party, "cmsm-halton");
}

TEST(RoutingData, AnEditedStartChangesTheAnswerWithoutARebuild) {
  directory::DirectoryFiles files = directory::shipped_files();
  directory::edit(directory::bytes_of(files, "catchments.csv"),
                  "Fedcap Canada,,2022-04..2023-03,2023-04-01",
                  "Fedcap Canada,,2022-04..2023-03,2023-05-15");
  const directory::LoadedDirectory edited = directory::load_directory(files);
  ASSERT_TRUE(edited.findings.empty());
  const LoadedRules rules = load_rules(shipped_rule_files(), edited.directory);
  ASSERT_TRUE(rules.findings.empty());
  const auto ask = [&](std::string_view date) {
    return rules.rules.decide(edited.directory, referral("cmsm-halton", "L6H", date))
        .receivers[0]
        .party;
  };
  EXPECT_EQ(ask("2023-04-01"), "cmsm-halton");
  EXPECT_EQ(ask("2023-05-14"), "cmsm-halton");
  EXPECT_EQ(ask("2023-05-15"), "ssm-halton");
  EXPECT_EQ(shipped().ask(referral("cmsm-halton", "L6H", "2023-04-01")).receivers[0].party,
            "ssm-halton");
}

TEST(RoutingData, AReplacedSystemManagerGetsTheRecordsOfItsDays) {
  directory::DirectoryFiles files = directory::shipped_files();
  directory::bytes_of(files, "roles.csv") +=
      "ssm-peel,system-manager,halton,2028-04-01,,high,ours,\n";
  const directory::LoadedDirectory edited = directory::load_directory(files);
  ASSERT_TRUE(edited.findings.empty());
  const LoadedRules rules = load_rules(shipped_rule_files(), edited.directory);
  const auto ask = [&](std::string_view date) {
    return rules.rules.decide(edited.directory, referral("cmsm-halton", "L6H", date)).receivers[0];
  };
  EXPECT_EQ(ask("2028-03-31").party, "ssm-halton");
  EXPECT_EQ(ask("2028-04-01").party, "ssm-peel");
}

}  // namespace
}  // namespace portage::routing
