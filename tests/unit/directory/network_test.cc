// The network as data: organisations in their roles, municipalities, sites, First Nation delivery
// sites.
#include "tests/unit/directory/files.h"

namespace portage::directory {
namespace {

const LoadedDirectory& shipped() {
  static const LoadedDirectory kLoaded = load_directory(shipped_files());
  return kLoaded;
}

const Directory& directory() { return shipped().directory; }

constexpr const char* kToday = "2026-11-16";

DirectoryFiles with_first_nation() {
  DirectoryFiles files = shipped_files();
  bytes_of(files, "first_nation_sites.csv") +=
      "fn-sample,\"Sample First Nation, delivery site\",,Sample Bay|Baie "
      "Exemple,,true,,,unknown,ours,\n";
  return files;
}

TEST(Network, HasEveryServiceManagerAndCatchment) {
  EXPECT_TRUE(shipped().findings.empty());
  EXPECT_EQ(directory().service_managers().size(), 47u);
  EXPECT_EQ(directory().catchments().size(), 15u);
  EXPECT_EQ(directory().areas(), 15u + 47u + 527u);
  for (const char* role : {"intake", "benefits", "back-office"}) {
    EXPECT_NE(directory().holder(role, "", day(kToday)), nullptr) << role;
  }
}

TEST(Network, ListsNoFirstNationSiteThatNoSourceNames) {
  for (const auto& [id, party] : directory().parties()) EXPECT_NE(party.kind, "first-nation") << id;
}

TEST(Network, RecordsAreAddressedToAnOrganisationInARole) {
  const base::Day today = day(kToday);
  const Party* manager = directory().address("region-durham", "service-manager", "durham", today);
  const Party* system = directory().address("region-durham", "system-manager", "durham", today);
  ASSERT_NE(manager, nullptr);
  ASSERT_NE(system, nullptr);
  EXPECT_EQ(manager->id, "cmsm-durham");
  EXPECT_EQ(system->id, "ssm-durham");
  EXPECT_EQ(directory().address("region-durham", "system-manager", "durham", day("2020-01-01")),
            nullptr);
  EXPECT_EQ(directory().address("cmsm-halton", "service-manager", "", today)->id, "cmsm-halton");
  EXPECT_EQ(directory().address("serco", "system-manager", "northwest", today)->id,
            "ssm-northwest");
}

TEST(Network, EveryOrganisationThatIsNamedHoldsARole) {
  for (const auto& [id, organisation] : directory().organisations()) {
    bool held = false;
    for (const auto& [party_id, party] : directory().parties()) held |= party.organisation == id;
    EXPECT_TRUE(held) << id;
  }
}

TEST(Network, MunicipalitiesAreFoundAsPeopleWriteThem) {
  const base::Day today = day(kToday);
  for (const char* name : {"Orléans", "ORLEANS", "orleans "}) {
    ASSERT_NE(directory().municipality(name, today), nullptr) << name;
    EXPECT_EQ(directory().municipality(name, today)->service_manager, "cmsm-ottawa");
  }
  for (const char* name : {"St. Thomas", "Saint Thomas", "City of St Thomas"}) {
    ASSERT_NE(directory().municipality(name, today), nullptr) << name;
    EXPECT_EQ(directory().municipality(name, today)->service_manager, "cmsm-st-thomas");
  }
  EXPECT_NE(directory().municipality("Sault-Ste-Marie", today), nullptr);
  EXPECT_EQ(directory().municipality("York", today), nullptr);  // two service managers have one
  EXPECT_EQ(directory().municipality("", today), nullptr);
}

TEST(Network, AFirstNationSiteIsAPartyOfItsOwnKind) {
  const LoadedDirectory loaded = load_directory(with_first_nation());
  EXPECT_TRUE(loaded.findings.empty());
  const Party* site = loaded.directory.first_nation_site("sample bay", day(kToday));
  ASSERT_NE(site, nullptr);
  EXPECT_EQ(site->kind, "first-nation");
  EXPECT_TRUE(site->sample);
  EXPECT_EQ(loaded.directory.first_nation_site("BAIE EXEMPLE", day(kToday)), site);
  EXPECT_TRUE(loaded.directory.holds("fn-sample", "delivery-agent", "fn-sample", day(kToday)));
}

TEST(Network, EverySiteLiesWhereItsPostalAreaSays) {
  EXPECT_EQ(directory().sites().size(), 5u);
  for (const Site& site : directory().sites()) {
    const PostalArea* area = directory().place(site.postal, day(kToday));
    const Municipality* named = directory().municipality(site.municipality, day(kToday));
    ASSERT_TRUE(area != nullptr && named != nullptr) << site.id;
    EXPECT_EQ(area->service_manager, named->service_manager) << site.id;
    EXPECT_TRUE(site.sample) << site.id;
  }
}

struct Mistake {
  const char* file;
  const char* from;
  const char* to;
  const char* code;
};

TEST(Network, MistakesInTheNewSheetsAreNamed) {
  for (const Mistake& m : {
           Mistake{"parties.csv", ",fedcap,", ",fedcapp,", "directory.unknown_organisation"},
           Mistake{"organisations.csv", "\nserco,", "\nfedcap,", "directory.duplicate_id"},
           Mistake{"municipalities.csv", "\nAjax,,cmsm-durham", "\nAjax,,cmsm-durhamm",
                   "directory.unknown_party"},
           Mistake{"municipalities.csv", "\nAjax,", "\nActon,", "directory.municipality_twice"},
           Mistake{"/sites.csv", ",L6H,", ",66H,", "directory.bad_fsa"},
           Mistake{"/sites.csv", "oakville,eo-halton-01", "oakville,cmsm-halton",
                   "directory.wrong_kind"},
       }) {
    DirectoryFiles files = shipped_files();
    edit(bytes_of(files, m.file), m.from, m.to);
    const LoadedDirectory loaded = load_directory(files);
    bool found = false;
    for (const base::Finding& f : loaded.findings) {
      found |= f.code == m.code && f.place.file.ends_with(m.file) && f.place.line > 1;
    }
    EXPECT_TRUE(found) << m.file << " " << m.code;
  }
}

}  // namespace
}  // namespace portage::directory
