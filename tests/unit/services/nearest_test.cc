#include "gateway/services/nearest.h"

#include <random>

#include "tests/unit/services/files.h"

namespace portage::services {
namespace {

const Services& shipped() {
  static const LoadedServices kLoaded = load(shipped_services());
  return kLoaded.services;
}

Nearest ask(const std::string& need, const std::string& place, const std::string& language = "",
            const std::string& at = "2026-11-22", const std::string& kind = "") {
  return nearest(shipped(), shipped_directory(), {need, place, language, day(at), kind, ""});
}

std::string first(const Nearest& found) {
  return found.candidates.empty() ? found.problem : found.candidates[0].service->id;
}

TEST(ServicesNearest, SamePostalAreaComesFirst) {
  const auto found = ask("job-search", "L6H 1A1", "", "2026-11-22", "provider");
  ASSERT_EQ(found.candidates.size(), 2u);
  EXPECT_EQ(first(found), "provider@eo-halton-01");
  EXPECT_EQ(found.candidates[0].near, Near::postal_area);
  EXPECT_EQ(found.candidates[0].site, "site-eo-halton-01-oakville");
  EXPECT_EQ(found.candidates[0].metres, 0u);
  EXPECT_EQ(found.candidates[1].near, Near::service_manager);
}

TEST(ServicesNearest, ThenTheLeastDistance) {
  // Both providers work in Halton; the second one's site is in Burlington.
  EXPECT_EQ(first(ask("job-search", "L7M", "", "2026-11-22", "provider")), "provider@eo-halton-02");
  EXPECT_EQ(first(ask("job-search", "L9T", "", "2026-11-22", "provider")), "provider@eo-halton-01");
}

TEST(ServicesNearest, ALanguageThatIsSpokenComesBeforeNearness) {
  const auto found = ask("job-search", "L7R", "FR", "2026-11-22", "provider");
  EXPECT_EQ(first(found), "provider@eo-halton-01");
  EXPECT_TRUE(found.candidates[0].speaks);
  EXPECT_FALSE(found.candidates[1].speaks);
}

TEST(ServicesNearest, TheDayDecides) {
  EXPECT_EQ(first(ask("employment", "L6H", "", "2023-03-31", "service-manager")),
            "own-employment@cmsm-halton");
  EXPECT_TRUE(ask("employment", "L6H", "", "2023-04-01", "service-manager").candidates.empty());
  EXPECT_EQ(first(ask("employment", "L6H", "", "2023-04-01", "system-manager")),
            "employment@ssm-halton");
}

TEST(ServicesNearest, AnUnsurePlaceAsksAndNamesWhoItMayBe) {
  // K0A lies in Ottawa's catchment, but in which service manager's area is not sure.
  const auto housing = ask("social-housing", "K0A");
  EXPECT_EQ(housing.problem, "services.uncertain_place");
  EXPECT_EQ(housing.municipalities,
            (std::vector<std::string>{"cmsm-ottawa", "cmsm-lanark", "cmsm-prescott-russell"}));
  EXPECT_TRUE(housing.candidates.empty());
  const auto named = nearest(shipped(), shipped_directory(),
                             {"social-housing", "K0A", "", day("2026-11-22"), "", "cmsm-lanark"});
  EXPECT_EQ(first(named), "housing@cmsm-lanark");
  // The catchment is sure, and that is all that this need asks for.
  EXPECT_EQ(first(ask("job-search", "K0A", "", "2026-11-22", "system-manager")),
            "employment@ssm-ottawa");
}

TEST(ServicesNearest, SaysWhatIsWrongWithTheQuestion) {
  EXPECT_EQ(ask("spaceship", "L6H").problem, "services.unknown_need");
  EXPECT_EQ(ask("housing", "").problem, "services.no_place");
  EXPECT_EQ(ask("housing", "V5K").problem, "services.unknown_place");
  EXPECT_EQ(ask("housing", "not a code").problem, "services.unknown_place");
}

TEST(ServicesNearest, OrderDoesNotDependOnTheOrderOfTheRows) {
  std::vector<std::string> rows;
  for (int i = 0; i < 12; ++i) {
    const std::string n = std::to_string(i);
    rows.push_back("s" + n + ",org,S,active,shelter,catchment:halton," +
                   (i % 3 == 0 ? "fr" : "en") + "," + std::to_string(10 + i % 4) + "\n");
  }
  const auto order = [&] {
    std::string text = "id,organization_id,name,status,needs,areas,languages,priority\n";
    for (const std::string& row : rows) text += row;
    const auto loaded = load(small(text));
    EXPECT_EQ(codes(loaded.findings), "");
    std::string out;
    for (const Candidate& one : nearest(loaded.services, shipped_directory(),
                                        {"housing", "L6H", "fr", day("2026-11-22"), "", ""})
                                    .candidates) {
      out += one.service->id + " ";
    }
    return out;
  };
  const std::string expected = order();
  EXPECT_EQ(expected, "s0 s9 s6 s3 s4 s8 s1 s5 s10 s2 s11 s7 ");
  std::mt19937 random(7);
  for (int i = 0; i < 20; ++i) {
    std::shuffle(rows.begin(), rows.end(), random);
    ASSERT_EQ(order(), expected);
  }
}

TEST(ServicesChanges, AreTheDaysOnWhichSomeAnswerMayChange) {
  const auto days = changes(shipped(), "employment");
  ASSERT_FALSE(days.empty());
  EXPECT_TRUE(std::is_sorted(days.begin(), days.end()));
  EXPECT_NE(std::find(days.begin(), days.end(), day("2023-04-01")), days.end());
  // Between two neighbours no answer changes.
  for (std::size_t i = 0; i + 1 < days.size(); ++i) {
    for (const char* place : {"L6H", "P7B", "K1N", "N9A", "M5A"}) {
      const auto a =
          nearest(shipped(), shipped_directory(), {"employment", place, "", days[i], "", ""});
      const auto b =
          nearest(shipped(), shipped_directory(),
                  {"employment", place, "", base::Day{days[i + 1].since_1970 - 1}, "", ""});
      EXPECT_EQ(first(a), first(b)) << place << " " << base::format_day(days[i]);
    }
  }
}

}  // namespace
}  // namespace portage::services
