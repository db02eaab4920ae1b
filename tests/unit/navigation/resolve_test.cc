// One question, one answer, on the shipped configuration.
#include <gtest/gtest.h>

#include <map>

#include "gateway/navigation/navigation.h"

namespace portage::navigation {
namespace {

const config::Config& shipped() {
  static const config::Loaded kLoaded =
      config::load(std::string(PORTAGE_SOURCE_DIR) + "/config/portage.toml");
  return *kLoaded.config;
}

base::Day day(std::string_view text) { return base::parse_day(text).value_or(base::Day{}); }

Question ask(std::string need, std::string place, std::string at = "2026-11-22") {
  Question out;
  out.need = std::move(need);
  out.place = std::move(place);
  out.at = day(at);
  return out;
}

std::string owner(const Answer& answer) {
  if (!answer.owner) return answer.problem;
  return answer.owner->party.empty() ? answer.owner->service->organization : answer.owner->party;
}

// The rules that route a record of that kind for the place, as the pipeline would ask them.
routing::Decision routed(const std::string& kind, const std::string& place, base::Day at,
                         const std::string& municipality = "") {
  routing::Facts facts;
  facts.kind = kind;
  facts.from = "prov-intake";
  facts.place = place;
  facts.municipality = municipality;
  facts.date = at;
  facts.services = &shipped().services;
  return shipped().rules.decide(shipped().directory, facts);
}

TEST(NavigationResolve, AgreesWithRoutingInEveryPostalAreaOnBothSidesOfEveryCutOver) {
  std::vector<base::Day> days = {day("2020-01-01"), day("2026-11-22")};
  for (const auto& [id, catchment] : shipped().directory.catchments()) {
    days.push_back(catchment.integrated_start);
    days.push_back({catchment.integrated_start.since_1970 - 1});
  }
  std::size_t sure = 0, asked = 0;
  std::map<std::string, int> catchments;
  for (const directory::PostalArea& area : shipped().directory.places()) {
    for (const base::Day at : days) {
      Question question = ask("employment", area.fsa);
      question.at = at;
      const Answer answer = resolve(shipped(), question);
      const routing::Decision decision = routed("referral", area.fsa, at);
      const routing::Receiver& receiver = decision.receivers.front();
      if (receiver.role == "desk") {
        ASSERT_EQ(answer.problem, "services.uncertain_place") << area.fsa << receiver.reason;
        ASSERT_FALSE(answer.choices.empty()) << area.fsa;
        ++asked;
        continue;
      }
      ASSERT_EQ(owner(answer), receiver.party) << area.fsa << " " << base::format_day(at);
      ASSERT_EQ(answer.owner->role, receiver.role) << area.fsa;
      ASSERT_EQ(answer.rule, receiver.rule) << area.fsa;
      ++catchments[decision.catchment];
      ++sure;
    }
  }
  EXPECT_EQ(catchments.size(), 15u);
  EXPECT_GT(sure, 10'000u);
  EXPECT_GT(asked, 0u);
}

TEST(NavigationResolve, ANamedMunicipalitySettlesWhatThePostalAreaDoesNot) {
  for (const char* need : {"employment", "social-housing", "child-care"}) {
    const Answer unsure = resolve(shipped(), ask(need, "K0A", "2020-06-01"));
    if (unsure.owner) continue;  // the catchment alone may be enough
    ASSERT_EQ(unsure.problem, "services.uncertain_place") << need;
    ASSERT_EQ(unsure.choices.size(), 3u) << need;
    for (const Choice& choice : unsure.choices) {
      Question question = ask(need, "K0A", "2020-06-01");
      question.municipality = choice.party;
      EXPECT_EQ(owner(resolve(shipped(), question)), choice.server) << need << choice.party;
      EXPECT_EQ(choice.server, choice.party) << need;
    }
  }
}

TEST(NavigationResolve, FiveNeedsInFivePlaces) {
  const std::map<std::string, std::pair<std::string, std::string>> kPlaces = {
      {"L6H", {"cmsm-halton", "ssm-halton"}},
      {"K1N", {"cmsm-ottawa", "ssm-ottawa"}},
      {"P7B", {"dssab-thunder-bay", "ssm-northwest"}},
      {"N9A", {"cmsm-windsor", "ssm-windsor-sarnia"}},
      {"M5A", {"cmsm-toronto", "ssm-toronto"}}};
  for (const auto& [place, who] : kPlaces) {
    EXPECT_EQ(owner(resolve(shipped(), ask("Employment services", place))), who.second);
    EXPECT_EQ(owner(resolve(shipped(), ask("logement", place))), who.first);
    EXPECT_EQ(owner(resolve(shipped(), ask("daycare", place))), who.first);
    EXPECT_EQ(owner(resolve(shipped(), ask("santé mentale", place))), "connexontario");
    EXPECT_EQ(owner(resolve(shipped(), ask("EI", place))), "service-canada");
  }
}

TEST(NavigationResolve, SaysWhatToSendAndWhyWithRows) {
  const Answer answer = resolve(shipped(), ask("employment", "L6H 1A1"));
  EXPECT_EQ(answer.place, "L6H");
  EXPECT_EQ(answer.send.kind, "referral");
  std::vector<std::string> fields;
  for (const Field& field : answer.send.fields) fields.push_back(field.name);
  EXPECT_NE(std::find(fields.begin(), fields.end(), "referral_id"), fields.end());
  std::map<std::string, directory::SourceRow> rows;
  for (const Step& step : answer.why) rows[step.key] = step.where;
  EXPECT_TRUE(rows["navigation.why.postal"].file.ends_with("postal_areas.csv"));
  EXPECT_TRUE(rows["navigation.why.rule"].file.ends_with("employment.toml"));
  EXPECT_TRUE(rows["navigation.why.service_from"].file.ends_with("offers.csv"));
  EXPECT_GT(rows["navigation.why.rule"].line, 0u);
  // Of a postal code the first half alone is shown.
  for (const base::Language language : {base::Language::english, base::Language::french}) {
    const Question question = ask("employment", "L6H 1A1");
    EXPECT_EQ(answer_text(shipped(), question, answer, language).find("1A1"), std::string::npos);
    EXPECT_EQ(answer_json(shipped(), question, answer, language).find("1A1"), std::string::npos);
  }
}

TEST(NavigationResolve, AHelplineIsReachedByTelephone) {
  const Answer answer = resolve(shipped(), ask("mental-health", "L6H"));
  EXPECT_TRUE(answer.send.kind.empty());
  ASSERT_EQ(answer.send.phones.size(), 1u);
  EXPECT_EQ(answer.send.phones[0].number, "1-866-531-2600");
  // Samples stand last.
  ASSERT_FALSE(answer.others.empty());
  EXPECT_FALSE(answer.others.front().service->sample);
  EXPECT_TRUE(answer.others.back().service->sample);
}

TEST(NavigationResolve, AnInventedEntryIsNeverTheAnswerWhereARealOneIs) {
  for (const auto& [code, need] : shipped().services.needs()) {
    for (const char* place : {"L6H", "K1N", "M5A", "L6Y", "P3E", "P7B", "N9A"}) {
      const Answer answer = resolve(shipped(), ask(code, place));
      if (!answer.owner || answer.owner->service == nullptr || !answer.owner->service->sample)
        continue;
      for (const Server& other : answer.others) {
        EXPECT_TRUE(other.service->sample) << code << " in " << place;
      }
    }
  }
}

TEST(NavigationResolve, RedirectsWhoWasAskedInstead) {
  Question question = ask("housing", "L6H");
  question.from = "cmsm-peel";
  EXPECT_TRUE(resolve(shipped(), question).redirected);
  question.from = "cmsm-halton";
  EXPECT_FALSE(resolve(shipped(), question).redirected);
}

TEST(NavigationResolve, NamesWhoKnowsAllServicesLast) {
  const Answer answer = resolve(shipped(), ask("housing", "L6H"));
  ASSERT_TRUE(answer.fallback.has_value());
  EXPECT_EQ(answer.fallback->service->organization, "ontario-211");
  EXPECT_FALSE(resolve(shipped(), ask("food", "L6H")).fallback.has_value());  // it is the answer
}

TEST(NavigationResolve, SaysWhatItDoesNotKnow) {
  EXPECT_EQ(owner(resolve(shipped(), ask("spaceship", "L6H"))), "services.unknown_need");
  EXPECT_EQ(resolve(shipped(), ask("houzing", "L6H")).suggestion, "housing");
  EXPECT_EQ(owner(resolve(shipped(), ask("housing", ""))), "services.no_place");
  EXPECT_EQ(owner(resolve(shipped(), ask("employment", ""))), "services.no_place");
  EXPECT_EQ(owner(resolve(shipped(), ask("housing", "V5K"))), "services.unknown_place");
  EXPECT_EQ(owner(resolve(shipped(), ask("housing", "Atlantis"))),
            "navigation.unknown_municipality");
  Question elsewhere = ask("housing", "K0A");
  elsewhere.municipality = "cmsm-windsor";
  EXPECT_EQ(owner(resolve(shipped(), elsewhere)), "navigation.elsewhere");
}

TEST(NavigationResolve, AMunicipalitysNameIsAPlaceToo) {
  EXPECT_EQ(owner(resolve(shipped(), ask("housing", "Oakville"))), "cmsm-halton");
  EXPECT_EQ(owner(resolve(shipped(), ask("employment", "Oakville"))), "ssm-halton");
}

TEST(NavigationResolve, TellsWhetherTheLanguageIsSpoken) {
  Question question = ask("mental-health", "L6H");
  question.language = "fr";
  const Answer answer = resolve(shipped(), question);
  EXPECT_FALSE(answer.owner->speaks.value_or(true));
  ASSERT_FALSE(answer.others.empty());
  EXPECT_TRUE(answer.others[0].speaks.value_or(false));
}

}  // namespace
}  // namespace portage::navigation
