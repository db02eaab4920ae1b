// Places that a postal code does not settle: municipalities, reserves, First Nation communities.
#include "tests/unit/routing/shipped.h"

namespace portage::routing {
namespace {

Facts at(std::string_view place, std::string_view municipality, std::string_view date) {
  Facts facts = referral("prov-intake", place, date);
  facts.municipality = municipality;
  return facts;
}

const Receiver& first(const Decision& decision) { return decision.receivers.front(); }

TEST(RoutingPlace, TheMunicipalityDecidesWhereThePostalAreaDoesNot) {
  // P0A: three service managers, two catchments.
  const Decision asked = shipped().ask(at("P0A 1C0", "", "2020-06-01"));
  EXPECT_EQ(first(asked).party, "desk");
  EXPECT_EQ(first(asked).reason, "route.uncertain_place");
  const Decision told = shipped().ask(at("P0A 1C0", "Town of Huntsville", "2020-06-01"));
  EXPECT_EQ(first(told).party, "cmsm-muskoka");
  EXPECT_TRUE(first(told).marked);
  EXPECT_EQ(told.catchment, "muskoka-kawarthas");
  EXPECT_EQ(first(shipped().ask(at("P0A", "Parry Sound", "2025-02-28"))).party,
            "dssab-parry-sound");
  EXPECT_EQ(first(shipped().ask(at("P0A", "Parry Sound", "2025-03-01"))).party, "ssm-northeast");
}

TEST(RoutingPlace, AMunicipalityOutsideThePostalAreaIsNotBelieved) {
  const Decision d = shipped().ask(at("P0A 1C0", "Windsor", "2025-06-01"));
  EXPECT_EQ(first(d).party, "desk");
  EXPECT_EQ(first(d).reason, "route.uncertain_place");
}

TEST(RoutingPlace, ASurePostalAreaIsNotOverruledByAName) {
  EXPECT_EQ(first(shipped().ask(at("L6H 1A1", "Mississauga", "2025-06-01"))).party, "ssm-halton");
}

TEST(RoutingPlace, AMunicipalityAloneIsEnoughAndMarked) {
  const Decision d = shipped().ask(at("", "Oakville", "2025-06-01"));
  EXPECT_EQ(first(d).party, "ssm-halton");
  EXPECT_TRUE(first(d).marked);
  EXPECT_EQ(first(shipped().ask(at("", "Nowhere", "2025-06-01"))).reason, "route.no_place");
}

TEST(RoutingPlace, AReserveIsNeverRoutedByItsPostalArea) {
  for (const char* postal : {"L6H 1A1", "P0A", ""}) {
    Facts facts = at(postal, "", "2025-06-01");
    facts.reserve = true;
    const Decision d = shipped().ask(facts);
    EXPECT_EQ(first(d).party, "desk") << postal;
    EXPECT_EQ(first(d).reason, "route.reserve") << postal;
    EXPECT_EQ(d.catchment, "");
  }
}

TEST(RoutingPlace, AFirstNationKeepsItsOwnSiteBeforeAndAfterEveryCutOver) {
  directory::DirectoryFiles files = directory::shipped_files();
  directory::bytes_of(files, "first_nation_sites.csv") +=
      "fn-sample,\"Sample First Nation\",,Sample Bay,,true,,,unknown,ours,\n";
  const directory::LoadedDirectory loaded = directory::load_directory(files);
  const LoadedRules rules = load_rules(shipped_rule_files(), loaded.directory);
  ASSERT_TRUE(loaded.findings.empty());
  for (const char* date : {"2020-01-01", "2025-02-28", "2025-03-01", "2030-12-31"}) {
    Facts facts = at("P0P 1H0", "Sample Bay", date);
    facts.reserve = true;
    const Decision d = rules.rules.decide(loaded.directory, facts);
    EXPECT_EQ(first(d).party, "fn-sample") << date;
    EXPECT_EQ(first(d).role, "delivery-agent") << date;
    EXPECT_EQ(first(d).rule, "employment-before-start") << date;
  }
  // What the site itself sends is for its own people, wherever the mail goes.
  Facts own = referral("fn-sample", "P0P", "2025-06-01");
  EXPECT_EQ(first(rules.rules.decide(loaded.directory, own)).party, "fn-sample");
}

}  // namespace
}  // namespace portage::routing
