// Whom a rule can name: offices, named receivers, the nearest provider, those to be told; and the
// three origins of a referral.
#include <algorithm>

#include "tests/unit/routing/network.h"

namespace portage::routing {
namespace {

using directory::day;

const Network& network() {
  static const Network kNetwork(shipped_config());
  return kNetwork;
}

services::Services load_samples() {
  services::ServiceFiles files;
  const std::string top = std::string(PORTAGE_SOURCE_DIR) + "/config/services";
  for (const auto& entry : std::filesystem::recursive_directory_iterator(top)) {
    const std::string ending = entry.path().extension().string();
    if (ending != ".csv" && ending != ".json") continue;
    const std::string name =
        "config/services/" + std::filesystem::relative(entry.path(), top).generic_string();
    files.files.emplace_back(name, directory::read_source_file(name));
  }
  services::LoadedServices loaded =
      services::load_services(files, network().places.directory, nullptr, nullptr);
  for (const base::Finding& f : loaded.findings) {
    EXPECT_NE(f.severity, base::Severity::error) << f.code << " " << f.place.file;
  }
  return std::move(loaded.services);
}

Facts record(std::string_view kind, std::string_view from, std::string_view place,
             std::string_view date) {
  Facts facts;
  facts.kind = kind;
  facts.from = from;
  facts.place = place;
  facts.date = day(date);
  return facts;
}

Decision ask(const Facts& facts) {
  return network().rules.rules.decide(network().places.directory, facts);
}

std::string owner(const Facts& facts) { return ask(facts).receivers.front().party; }

TEST(RoutingReceivers, AnAutomaticReferralTellsTheMunicipalityOfWhatItDidNotSend) {
  Facts facts = record("referral", "prov-intake", "L6H", "2025-11-10");
  facts.fields["origin"] = "ACCELERATED";
  const Decision told = ask(facts);
  ASSERT_EQ(told.receivers.size(), 2u);
  EXPECT_EQ(told.receivers[0].party, "ssm-halton");
  EXPECT_EQ(told.receivers[0].rule, "employment-automatic");
  EXPECT_EQ(told.receivers[1].party, "cmsm-halton");
  EXPECT_EQ(told.receivers[1].reason, "route.notify");
  EXPECT_TRUE(told.receivers[1].copy);
  for (const char* origin : {"CASEWORKER", "SELF"}) {
    facts.fields["origin"] = origin;
    const Decision alone = ask(facts);
    ASSERT_EQ(alone.receivers.size(), 1u) << origin;
    EXPECT_EQ(alone.receivers[0].party, "ssm-halton") << origin;
  }
  // A municipality that sent it itself needs no telling.
  facts.from = "cmsm-halton";
  facts.fields["origin"] = "ACCELERATED";
  EXPECT_EQ(ask(facts).receivers.size(), 1u);
}

TEST(RoutingReceivers, ASystemManagerPassesOnToTheNearestProvider) {
  const services::Services services = load_samples();
  Facts facts = record("referral", "ssm-halton", "L6H", "2026-11-16");
  facts.services = &services;
  facts.fields["language"] = "en";
  const Decision first = ask(facts);
  const directory::Party* party = network().places.directory.party(first.receivers.front().party);
  ASSERT_NE(party, nullptr);
  EXPECT_EQ(party->kind, "provider") << first.receivers.front().reason;
  EXPECT_EQ(first.receivers.front().rule, "employment-to-provider");
  for (int i = 0; i < 20; ++i) EXPECT_EQ(owner(facts), party->id);  // ties are broken the same way
  facts.services = nullptr;
  EXPECT_EQ(ask(facts).receivers.front().reason, "route.no_provider");
  facts.services = &services;
  facts.place = "";
  EXPECT_EQ(owner(facts), "desk");
}

TEST(RoutingReceivers, ARoleThatIsShutOutTakesItsOwnRule) {
  // Before it is system manager, the same party is a sender like any other.
  EXPECT_EQ(owner(record("referral", "ssm-halton", "L6H", "2023-03-31")), "cmsm-halton");
  EXPECT_EQ(owner(record("outcome", "ssm-halton", "L6H", "2024-06-01")), "prov-employment");
  EXPECT_EQ(owner(record("outcome", "eo-halton-01", "L6H", "2024-06-01")), "ssm-halton");
  EXPECT_EQ(owner(record("eligibility-decision", "prov-intake", "L6H", "2024-06-01")),
            "cmsm-halton");
  EXPECT_EQ(owner(record("eligibility-decision", "cmsm-halton", "L6H", "2024-06-01")),
            "prov-benefits");
}

TEST(RoutingReceivers, OneOfficeOfTheAreaOwnsAndSeveralAreAPersonsChoice) {
  Facts facts = record("odsp-transfer", "cmsm-ottawa", "K1N", "2024-06-01");
  facts.fields["adjudication"] = "ELIGIBLE";
  EXPECT_EQ(owner(facts), "odsp-ottawa");
  facts.fields["adjudication"] = "PENDING";
  EXPECT_EQ(owner(facts), "prov-adjudication");
  facts.fields["adjudication"] = "ELIGIBLE";
  facts.place = "L5B";  // Brampton and Mississauga
  const Decision several = ask(facts);
  EXPECT_EQ(several.receivers.front().party, "desk");
  EXPECT_EQ(several.receivers.front().reason, "route.several_holders");
}

TEST(RoutingReceivers, ARecordMayNameItsReceivers) {
  Facts facts = record("consent", "cmsm-halton", "", "2026-11-16");
  EXPECT_EQ(ask(facts).receivers.front().reason, "route.no_addressee");
  facts.addressees = {"nobody", "cmsm-halton", "ssm-halton", "eo-halton-01", "ssm-halton"};
  const Decision named = ask(facts);
  ASSERT_EQ(named.receivers.size(), 2u);
  EXPECT_EQ(named.receivers[0].party, "ssm-halton");
  EXPECT_FALSE(named.receivers[0].copy);
  EXPECT_EQ(named.receivers[1].party, "eo-halton-01");
  EXPECT_TRUE(named.receivers[1].copy);
}

TEST(RoutingReceivers, AnAnswerFollowsItsReferralAndNotToday) {
  // Referred in 2022 under the old owner; the directory has another one by now.
  Facts facts = record("referral-return", "cmsm-halton", "", "2024-06-01");
  facts.earlier = Facts::Earlier{true, "odsp-halton", {"cmsm-halton"}};
  const Decision back = ask(facts);
  EXPECT_EQ(back.receivers.front().party, "odsp-halton");
  EXPECT_EQ(back.receivers.front().reason, "route.answer");
  facts.from = "ssm-halton";  // did not receive it
  EXPECT_EQ(owner(facts), "desk");
}

TEST(RoutingReceivers, AProvidersReportFollowsItsContractAndARangeIsAPersons) {
  const auto outcome = [](std::string_view place, std::string_view date) {
    return ask(record("outcome", "eo-halton-01", place, date)).receivers.front();
  };
  // Hamilton: the day is published, nine months before the integrated start.
  EXPECT_EQ(outcome("L8P", "2020-03-31").party, "prov-employment");
  EXPECT_EQ(outcome("L8P", "2020-04-01").party, "ssm-hamilton-niagara");
  // Halton: some day from April 2022 to March 2023.
  EXPECT_EQ(outcome("L6H", "2022-03-31").party, "prov-employment");
  for (const char* date : {"2022-04-01", "2023-03-31"}) {
    EXPECT_EQ(outcome("L6H", date).party, "desk") << date;
    EXPECT_EQ(outcome("L6H", date).reason, "route.unknown_day") << date;
  }
  EXPECT_EQ(outcome("L6H", "2023-04-01").party, "ssm-halton");
  // Toronto: not published, but with the integrated start they have moved.
  EXPECT_EQ(outcome("M5V", "2025-02-28").reason, "route.unknown_day");
  EXPECT_EQ(outcome("M5V", "2025-03-01").party, "ssm-toronto");
}

// Every catchment, the day before and the day of its integrated start, for every kind that cuts
// over.
TEST(RoutingReceivers, EveryCatchmentCutsOverForEveryKindOnItsDay) {
  std::size_t checked = 0;
  for (const auto& [id, catchment] : network().places.directory.catchments()) {
    const auto& places = network().places.directory.places();
    const auto place = std::find_if(places.begin(), places.end(), [&](const auto& p) {
      return p.catchment == id && p.catchment_certainty == directory::Certainty::high &&
             p.service_manager_certainty == directory::Certainty::high;
    });
    ASSERT_NE(place, places.end()) << id;
    for (const char* kind : {"referral", "common-assessment", "action-plan", "employment-plan",
                             "service-exit", "outcome", "service-directory"}) {
      Facts facts = record(kind, "odsp-ottawa", place->fsa, "2020-01-01");
      facts.date = {catchment.integrated_start.since_1970 - 1};
      EXPECT_EQ(owner(facts), place->service_manager) << id << " " << kind;
      facts.date = catchment.integrated_start;
      EXPECT_EQ(owner(facts), "ssm-" + id) << id << " " << kind;
      ++checked;
    }
  }
  EXPECT_EQ(checked, 15u * 7u);
}

}  // namespace
}  // namespace portage::routing
