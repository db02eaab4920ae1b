#include "gateway/directory/directory.h"

#include <gtest/gtest.h>

#include <map>
#include <random>

#include "tests/unit/directory/files.h"

namespace portage::directory {
namespace {

class Shipped : public testing::Test {
 protected:
  static void SetUpTestSuite() { loaded_ = new LoadedDirectory(load_directory(shipped_files())); }
  static void TearDownTestSuite() {
    delete loaded_;
    loaded_ = nullptr;
  }
  static const Directory& directory() { return loaded_->directory; }
  static LoadedDirectory* loaded_;
};
LoadedDirectory* Shipped::loaded_ = nullptr;

TEST_F(Shipped, DataHasNoFindings) {
  for (const base::Finding& f : loaded_->findings) {
    ADD_FAILURE() << f.place.file << ":" << f.place.line << ":" << f.place.column << " " << f.code;
  }
}

TEST_F(Shipped, DataIsComplete) {
  EXPECT_EQ(directory().catchments().size(), 15u);
  EXPECT_EQ(directory().service_managers().size(), 47u);
  EXPECT_EQ(directory().places().size(), 527u);
  std::map<std::string, int> kinds;
  int boards = 0, samples = 0;
  for (const auto& [id, party] : directory().parties()) {
    ++kinds[party.kind];
    if (id.starts_with("dssab-")) ++boards;
    if (party.sample) ++samples;
  }
  EXPECT_EQ(kinds["service-manager"], 47);
  EXPECT_EQ(boards, 10);
  EXPECT_EQ(kinds["system-manager"], 15);
  EXPECT_EQ(kinds["odsp-office"], 53);
  EXPECT_EQ(kinds["province"], 5);
  EXPECT_EQ(kinds["provider"], 4);
  EXPECT_EQ(samples, 48 + 4 + 2);
  EXPECT_EQ(directory().desk(), "desk");
}

TEST_F(Shipped, CertaintiesAreTheDomains) {
  std::map<Certainty, int> manager, catchment;
  for (const PostalArea& p : directory().places()) {
    ++manager[p.service_manager_certainty];
    ++catchment[p.catchment_certainty];
  }
  EXPECT_EQ(manager[Certainty::high], 480);
  EXPECT_EQ(manager[Certainty::medium], 19);
  EXPECT_EQ(manager[Certainty::low], 28);
  EXPECT_EQ(catchment[Certainty::high], 500);
  EXPECT_EQ(catchment[Certainty::medium], 19);
  EXPECT_EQ(catchment[Certainty::low], 8);
}

TEST_F(Shipped, UnknownContractDaysStayUnknown) {
  int known = 0;
  for (const auto& [id, c] : directory().catchments())
    known += c.contracts_move.has_value() ? 1 : 0;
  EXPECT_EQ(known, 1);
  EXPECT_FALSE(directory().catchment("halton")->contracts_move.has_value());
  EXPECT_EQ(directory().catchment("halton")->contracts_window, "2022-04..2023-03");
  EXPECT_EQ(directory().catchment("toronto")->contracts_window, "unknown");
}

TEST_F(Shipped, EveryCatchmentPassesFromTheOwnUnitToItsSystemManager) {
  for (const auto& [id, c] : directory().catchments()) {
    const base::Day eve{c.integrated_start.since_1970 - 1};
    const Role* now = directory().holder("system-manager", id, c.integrated_start);
    ASSERT_NE(now, nullptr) << id;
    EXPECT_EQ(now->party, "ssm-" + id);
    for (const ServiceManager& m : directory().service_managers()) {
      if (m.catchment != id) continue;
      EXPECT_TRUE(directory().holds(m.party, "employment", m.area, eve)) << m.party;
      EXPECT_FALSE(directory().holds(m.party, "employment", m.area, c.integrated_start)) << m.party;
      EXPECT_TRUE(directory().holds(m.party, "service-manager", "", c.integrated_start));
    }
  }
}

TEST_F(Shipped, OneOrganisationHoldsTwoRoles) {
  ASSERT_NE(directory().party("ssm-durham"), nullptr);
  EXPECT_EQ(directory().party("ssm-durham")->organisation, "region-durham");
  EXPECT_EQ(directory().party("cmsm-durham")->organisation, "region-durham");
  EXPECT_TRUE(directory().holds("cmsm-durham", "service-manager", "durham", day("2024-01-01")));
  EXPECT_TRUE(directory().holds("ssm-durham", "system-manager", "durham", day("2024-01-01")));
}

TEST_F(Shipped, TheProvinceDeliversWhereTheMemoSaysSo) {
  EXPECT_EQ(directory().holder("delivery-agent", "peel", day("2024-09-30"))->party, "cmsm-peel");
  EXPECT_EQ(directory().holder("delivery-agent", "peel", day("2024-10-01"))->party, "prov-intake");
  EXPECT_EQ(directory().holder("delivery-agent", "halton", day("2024-10-01"))->party,
            "cmsm-halton");
}

TEST_F(Shipped, AClosedOfficeIsNoLongerValid) {
  EXPECT_FALSE(directory().party("odsp-st-thomas")->valid.contains(day("2012-11-01")));
  EXPECT_FALSE(directory().party("odsp-london")->sample);
  EXPECT_TRUE(directory().party("odsp-halton")->sample);
}

TEST_F(Shipped, PlaceTakesPostalCodesAsPeopleWriteThem) {
  const base::Day d = day("2024-01-01");
  for (const char* text : {"L6H", "l6h", "L6H 1A1", "l6h1a1", " L6H-1A1 ", "L6h 1a1"}) {
    ASSERT_NE(directory().place(text, d), nullptr) << text;
    EXPECT_EQ(directory().place(text, d)->fsa, "L6H");
    EXPECT_EQ(directory().place(text, d)->service_manager, "cmsm-halton");
  }
  for (const char* text : {"", "L6", "L6H 1A", "L6H 1A1 2", "6LH", "LH6", "L6H 11A", "H0H 0H0",
                           "A1A", "L6H\n", "Ł6H", "LL6H"}) {
    EXPECT_EQ(directory().place(text, d), nullptr) << text;
  }
}

TEST_F(Shipped, EveryRowSaysWhereItStands) {
  const PostalArea* place = directory().place("L6H", day("2024-01-01"));
  const std::string bytes = read_source_file("config/places/postal_areas.csv");
  EXPECT_EQ(place->where.file, "places/postal_areas.csv");
  EXPECT_EQ(place->where.line, line_of(bytes, "\nL6H,") + 1);
}

TEST(DirectoryDates, APostalAreaMovesOnItsDay) {
  DirectoryFiles files = shipped_files();
  std::string& bytes = bytes_of(files, "postal_areas.csv");
  const std::size_t at = bytes.find("\nL6H,") + 1;
  const std::size_t end = bytes.find('\n', at);
  std::string before = bytes.substr(at, end - at), after = before;
  edit(before, ",,,geonames", ",,2026-12-31,geonames");
  edit(after, ",,,geonames", ",2027-01-01,,geonames");
  edit(after, ",cmsm-halton,halton,", ",cmsm-peel,peel,");
  bytes.replace(at, end - at, before + "\n" + after);
  const LoadedDirectory loaded = load_directory(files);
  ASSERT_TRUE(loaded.findings.empty()) << loaded.findings.front().code;
  EXPECT_EQ(loaded.directory.place("L6H", day("2026-12-31"))->catchment, "halton");
  EXPECT_EQ(loaded.directory.place("L6H", day("2027-01-01"))->catchment, "peel");
}

TEST(DirectoryDates, ASystemManagerIsReplacedByARowInRoles) {
  DirectoryFiles files = shipped_files();
  bytes_of(files, "roles.csv") += "ssm-peel,system-manager,halton,2028-04-01,,high,ours,\n";
  const LoadedDirectory loaded = load_directory(files);
  ASSERT_TRUE(loaded.findings.empty()) << loaded.findings.front().code;
  EXPECT_EQ(loaded.directory.holder("system-manager", "halton", day("2028-03-31"))->party,
            "ssm-halton");
  EXPECT_EQ(loaded.directory.holder("system-manager", "halton", day("2028-04-01"))->party,
            "ssm-peel");
}

TEST(DirectoryHostile, AnyCutOrChangedFileLoadsOrIsRefusedWithoutACrash) {
  std::mt19937 random(20230401);
  const DirectoryFiles whole = shipped_files();
  for (int round = 0; round < 200; ++round) {
    DirectoryFiles files = whole;
    std::string& bytes = files.files[random() % files.files.size()].second;
    if (round % 2 == 0) {
      bytes.resize(random() % bytes.size());
    } else {
      for (int i = 0; i < 5; ++i)
        bytes[random() % bytes.size()] = static_cast<char>(random() % 256);
    }
    const LoadedDirectory loaded = load_directory(files);
    for (const base::Finding& f : loaded.findings) {
      EXPECT_FALSE(f.code.empty());
      EXPECT_FALSE(f.place.file.empty());
    }
  }
}

}  // namespace
}  // namespace portage::directory
