// Planted mistakes: each must be found at its own place, with its own code, and nothing else with
// it unless the row says so.
#include <gtest/gtest.h>

#include "gateway/base/catalogue.h"
#include "tests/unit/directory/files.h"

namespace portage::directory {
namespace {

struct Planted {
  const char* file;
  const char* from;  // replaced once
  const char* to;
  const char* code;
  const char* at;  // the finding stands on the line where this begins after the edit
  std::uint32_t column;
  const char* suggestion;
};

class DirectoryPlanted : public testing::TestWithParam<Planted> {};

TEST_P(DirectoryPlanted, IsFoundAtItsPlace) {
  const Planted& p = GetParam();
  DirectoryFiles files = shipped_files();
  std::string& bytes = bytes_of(files, p.file);
  edit(bytes, p.from, p.to);
  const LoadedDirectory loaded = load_directory(files);
  const base::Finding* found = nullptr;
  std::string all;
  for (const base::Finding& f : loaded.findings) {
    all += f.code + " " + f.place.file + ":" + std::to_string(f.place.line) + ":" +
           std::to_string(f.place.column) + "\n";
    if (f.code == p.code && found == nullptr) found = &f;
  }
  ASSERT_NE(found, nullptr) << "not found; instead:\n" << all;
  EXPECT_EQ(found->place.file, std::string("places/") + p.file);
  const std::uint32_t line =
      bytes.starts_with(p.at) ? 1u : line_of(bytes, "\n" + std::string(p.at)) + 1;
  EXPECT_EQ(found->place.line, line) << all;
  if (p.column != 0) EXPECT_EQ(found->place.column, p.column) << all;
  EXPECT_EQ(found->suggestion, p.suggestion);
  ASSERT_NE(base::catalogue_find(found->code), nullptr) << found->code;
  for (const auto language : {base::Language::english, base::Language::french}) {
    const std::string text = base::say(found->code, language, found->arguments);
    EXPECT_EQ(text.find('{'), std::string::npos) << text;
  }
}

const std::vector<Planted>& planted() {
  static const std::vector<Planted> kAll = {
      // A party that no file has.
      Planted{"postal_areas.csv", "L6H,Oakville North,cmsm-halton,halton,,,high,high",
              "L6H,Oakville North,cmsm-haltn,halton,,,high,high", "directory.unknown_party",
              "L6H,Oak", 20, "cmsm-halton"},
      Planted{"catchments.csv", ",ssm-peel,", ",ssm-pele,", "directory.unknown_party", "peel,", 27,
              "ssm-peel"},
      Planted{"roles.csv", "cmsm-durham,delivery", "cmsm-durhan,delivery",
              "directory.unknown_party", "cmsm-durhan", 1, "cmsm-durham"},
      Planted{"parties.csv", ",region-durham,,", ",region-druham,,",
              "directory.unknown_organisation", "ssm-durham", 60, "region-durham"},
      Planted{"postal_areas.csv", "cmsm-lanark|cmsm-prescott-russell",
              "cmsm-lanark|cmsm-prescot-russell", "directory.unknown_party", "K0A,", 70,
              "cmsm-prescott-russell"},
      // A party of the wrong kind.
      Planted{"catchments.csv", ",ssm-halton,", ",cmsm-halton,", "directory.wrong_kind", "halton,",
              33, ""},
      Planted{"postal_areas.csv", "L6H,Oakville North,cmsm-halton,halton,,,high,high",
              "L6H,Oakville North,ssm-halton,halton,,,high,high", "directory.wrong_kind", "L6H,Oak",
              20, ""},
      Planted{"odsp_offices.csv", "cmsm-cornwall,ottawa", "ssm-ottawa,ottawa",
              "directory.wrong_kind", "odsp-cornwall", 0, ""},
      // A catchment that does not exist.
      Planted{"postal_areas.csv", "L6H,Oakville North,cmsm-halton,halton,,,high,high",
              "L6H,Oakville North,cmsm-halton,haltonn,,,high,high", "directory.unknown_catchment",
              "L6H,Oak", 32, "halton"},
      Planted{"service_managers.csv", "3524,halton,", "3524,hatlon,", "directory.unknown_catchment",
              "cmsm-halton", 0, "halton"},
      Planted{"odsp_offices.csv", "cmsm-ottawa,ottawa", "cmsm-ottawa,otawa",
              "directory.unknown_catchment", "odsp-ottawa", 0, "ottawa"},
      // An area, a role, a kind, a source that does not exist.
      Planted{"roles.csv", "delivery-agent,durham", "delivery-agent,durhamm",
              "directory.unknown_area", "cmsm-durham", 28, "durham"},
      Planted{"roles.csv", "provider,peel", "provider,peal", "directory.unknown_area", "eo-peel-01",
              21, "peel"},
      Planted{"roles.csv", "provider,northeast", "provider,north-east", "directory.unknown_area",
              "eo-northeast-01", 26, "northeast"},
      Planted{"roles.csv", "cmsm-durham,delivery-agent", "cmsm-durham,delivery-agnet",
              "directory.unknown_role", "cmsm-durham", 13, "delivery-agent"},
      Planted{"roles.csv", "eo-peel-01,provider", "eo-peel-01,provder", "directory.unknown_role",
              "eo-peel-01", 12, "provider"},
      Planted{"roles.csv", "prov-intake,delivery-agent,peel", "prov-intake,delivering,peel",
              "directory.unknown_role", "prov-intake,delivering", 13, ""},
      Planted{"parties.csv", "prov-intake,province", "prov-intake,provincial",
              "directory.unknown_kind", "prov-intake", 13, "province"},
      Planted{"parties.csv", "ssm-peel,system-manager", "ssm-peel,system-manger",
              "directory.unknown_kind", "ssm-peel", 10, "system-manager"},
      Planted{"parties.csv", "eo-peel-01,provider", "eo-peel-01,Provider", "directory.unknown_kind",
              "eo-peel-01", 12, "provider"},
      Planted{"parties.csv", "high,mccss-2024-09-25", "high,mccss-2024-09-26",
              "directory.unknown_source", "prov-intake", 0, "mccss-2024-09-25"},
      Planted{"catchments.csv", "day sourced,prototype,3,3550,high,eopg-rollout|",
              "day sourced,prototype,3,3550,high,eopg-rolout|", "directory.unknown_source",
              "hamilton-niagara", 0, "eopg-rollout"},
      Planted{"odsp_offices.csv", "medium,sdglegal-odsp", "medium,sdglegal-opsd",
              "directory.unknown_source", "odsp-cornwall", 0, "sdglegal-odsp"},
      // Ids: written twice, or not ids.
      Planted{"parties.csv", "prov-benefits,", "prov-intake,", "directory.duplicate_id",
              "prov-intake,province,Provincial benefits", 1, ""},
      Planted{"catchments.csv", "\nyork,", "\npeel,", "directory.duplicate_id", "peel,York", 1, ""},
      Planted{"service_managers.csv", "cmsm-durham,", "cmsm-toronto,", "directory.duplicate_id",
              "cmsm-toronto,durham", 1, ""},
      Planted{"odsp_offices.csv", "odsp-ottawa,", "odsp-cornwall,", "directory.duplicate_id",
              "odsp-cornwall,\"ODSP office, Ottawa", 1, ""},
      Planted{"parties.csv", "prov-benefits,", "Prov Benefits,", "directory.bad_id",
              "Prov Benefits", 1, ""},
      Planted{"catchments.csv", "\nyork,", "\nYork,", "directory.bad_id", "York,York", 1, ""},
      Planted{"service_managers.csv", "cmsm-durham,", "cmsm_durham,", "directory.bad_id",
              "cmsm_durham", 1, ""},
      // Dates that are no dates, or turned.
      Planted{"catchments.csv", ",2023-04-01,", ",2023-04-31,", "sheet.bad_date", "halton,", 0, ""},
      Planted{"catchments.csv", "2020-04-01,", "1 April 2020,", "sheet.bad_date",
              "hamilton-niagara", 0, ""},
      Planted{"roles.csv", "peel,,2024-09-30", "peel,,2024-9-30", "sheet.bad_date", "cmsm-peel,",
              32, ""},
      Planted{"odsp_offices.csv", ",2012-10-31,", ",2012-10,", "sheet.bad_date", "odsp-st-thomas",
              0, ""},
      Planted{"roles.csv", "delivery-agent,peel,,2024-09-30",
              "delivery-agent,peel,2024-10-01,2024-09-30", "directory.turned_dates", "cmsm-peel,",
              0, ""},
      Planted{"postal_areas.csv",
              "L6H,Oakville North,cmsm-halton,halton,,,high,high,,3524,43.4881,-79.7098,,",
              "L6H,Oakville "
              "North,cmsm-halton,halton,,,high,high,,3524,43.4881,-79.7098,2027-01-01,2026-01-01",
              "directory.turned_dates", "L6H,Oak", 0, ""},
      Planted{"odsp_offices.csv", ",false,,2012-10-31", ",false,2013-01-01,2012-10-31",
              "directory.turned_dates", "odsp-st-thomas", 0, ""},
      Planted{"catchments.csv", "2020-04-01,2020-01..2020-12,2021-01-01",
              "2021-04-01,2020-01..2020-12,2021-01-01", "directory.contracts_after_start",
              "hamilton-niagara", 0, ""},
      Planted{"catchments.csv", "Halton,Halton,unverified,ssm-halton,Fedcap Canada,,",
              "Halton,Halton,unverified,ssm-halton,Fedcap Canada,2023-04-02,",
              "directory.contracts_after_start", "halton,", 0, ""},
      Planted{"catchments.csv", "Peel,Peel,unverified,ssm-peel,WCG Services,,",
              "Peel,Peel,unverified,ssm-peel,WCG Services,2022-01-01,",
              "directory.contracts_after_start", "peel,", 0, ""},
      // Two holders on one day.
      Planted{"roles.csv", "prov-intake,delivery-agent,peel,2024-10-01",
              "prov-intake,delivery-agent,peel,2024-09-30", "directory.overlapping_roles",
              "prov-intake,delivery-agent,peel", 1, ""},
      Planted{"roles.csv", "note\n",
              "note\nssm-peel,system-manager,halton,2021-01-01,,high,ours,\n",
              "directory.overlapping_roles", "ssm-peel", 1, ""},
      Planted{"service_managers.csv", "cmsm-durham,durham,", "cmsm-durham,toronto,",
              "directory.overlapping_roles", "cmsm-durham", 1, ""},
      // A catchment without an owner, for ever or for a day.
      Planted{"catchments.csv", ",ssm-halton,", ",,", "directory.no_owner", "halton,", 33, ""},
      Planted{"catchments.csv", ",ssm-york,", ",,", "directory.no_owner", "york,", 27, ""},
      Planted{"catchments.csv", ",ssm-northwest,", ",,", "directory.no_owner", "northwest,", 0, ""},
      // What is not a forward sortation area; one that stands twice.
      Planted{"postal_areas.csv", "\nL6H,", "\nL66,", "directory.bad_fsa", "L66,Oakville North", 1,
              ""},
      Planted{"postal_areas.csv", "\nL6H,", "\nl6H,", "directory.bad_fsa", "l6H,Oakville North", 1,
              ""},
      Planted{"postal_areas.csv", "\nL6H,", "\nL6H1,", "directory.bad_fsa", "L6H1,Oakville North",
              1, ""},
      Planted{"postal_areas.csv", "\nL6H,", "\n6LH,", "directory.bad_fsa", "6LH,Oakville North", 1,
              ""},
      Planted{"postal_areas.csv", "\nL6H,", "\n,", "directory.bad_fsa", ",Oakville North", 1, ""},
      Planted{"postal_areas.csv", "\nL6H,", "\nÉ6H,", "directory.bad_fsa", "É6H,Oakville North", 1,
              ""},
      Planted{"postal_areas.csv", "\nL6H,", "\nL6,", "directory.bad_fsa", "L6,Oakville North", 1,
              ""},
      // Words of certainty, flags, empty cells, columns.
      Planted{"postal_areas.csv", "L6H,Oakville North,cmsm-halton,halton,,,high,high",
              "L6H,Oakville North,cmsm-halton,halton,,,hihg,high", "sheet.unknown_certainty",
              "L6H,Oak", 0, "high"},
      Planted{"postal_areas.csv", "L6H,Oakville North,cmsm-halton,halton,,,high,high",
              "L6H,Oakville North,cmsm-halton,halton,,,high,sure", "sheet.unknown_certainty",
              "L6H,Oak", 0, ""},
      Planted{"catchments.csv", "2,3530,medium", "2,3530,mediun", "sheet.unknown_certainty",
              "halton,", 0, "medium"},
      Planted{"parties.csv", "fictif 1, Peel\",,true", "fictif 1, Peel\",,yes", "sheet.bad_flag",
              "eo-peel-01", 0, ""},
      Planted{"odsp_offices.csv", "ottawa,false", "ottawa,flase", "sheet.bad_flag", "odsp-cornwall",
              0, "false"},
      Planted{"odsp_offices.csv", "simcoe,kitchener-waterloo-barrie,true",
              "simcoe,kitchener-waterloo-barrie,True", "sheet.bad_flag", "odsp-barrie", 0, "true"},
      Planted{"service_managers.csv", "cmsm-durham,durham,", "cmsm-durham,,", "sheet.empty_cell",
              "cmsm-durham", 13, ""},
      Planted{"catchments.csv", "Fedcap Canada,,2022-04..2023-03,2023-04-01",
              "Fedcap Canada,,2022-04..2023-03,", "sheet.empty_cell", "halton,", 0, ""},
      Planted{"roles.csv", "cmsm-durham,delivery-agent", ",delivery-agent", "sheet.empty_cell",
              ",delivery-agent", 1, ""},
      Planted{"roles.csv", "party,role", "party,rol", "csv.column_missing", "party", 0, ""},
      Planted{"roles.csv", "party,role,area,valid_from", "party,role,area,valid_form",
              "sheet.unknown_column", "party", 17, "valid_from"},
      Planted{"postal_areas.csv", "special,division", "special,divison", "sheet.unknown_column",
              "fsa", 0, "division"},
      Planted{"service_managers.csv", "french_services", "service_francais", "sheet.unknown_column",
              "id,", 0, ""},
      // CSV itself.
      Planted{"odsp_offices.csv", "\"ODSP office, Ottawa\"", "ODSP office, Ottawa", "csv.long_row",
              "odsp-ottawa", 0, ""},
      Planted{"roles.csv", "cmsm-durham,delivery-agent,durham,,,low",
              "cmsm-durham,delivery-agent,durham", "csv.short_row", "cmsm-durham", 0, ""},
      Planted{"odsp_offices.csv", "\"ODSP office, Ottawa\"", "\"ODSP\" office Ottawa",
              "csv.after_quote", "odsp-ottawa", 0, ""}};
  return kAll;
}
INSTANTIATE_TEST_SUITE_P(Mistakes, DirectoryPlanted, testing::ValuesIn(planted()));

std::vector<base::Finding> findings_of(const DirectoryFiles& files, std::string_view code) {
  std::vector<base::Finding> out;
  for (base::Finding& f : load_directory(files).findings) {
    if (f.code == code) out.push_back(std::move(f));
  }
  return out;
}

TEST(DirectoryFindings, AnAreaThatStandsTwiceIsFoundAtItsSecondRow) {
  DirectoryFiles files = shipped_files();
  std::string& bytes = bytes_of(files, "postal_areas.csv");
  const std::uint32_t line = line_of(bytes, "L6J,");
  edit(bytes, "\nL6J,", "\nL6H,");
  const auto found = findings_of(files, "directory.overlapping_areas");
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].place.line, line);
}

TEST(DirectoryFindings, ACatchmentWithoutAnOwnerForSomeDaysNamesTheFirst) {
  DirectoryFiles files = shipped_files();
  bytes_of(files, "roles.csv") +=
      "ssm-peel,system-manager,halton,2028-01-01,2028-12-31,high,ours,\n";
  const auto found = findings_of(files, "directory.no_owner_on");
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].place.file, "places/catchments.csv");
  EXPECT_EQ(found[0].place.line, line_of(bytes_of(files, "catchments.csv"), "\nhalton,") + 1);
  EXPECT_EQ(base::say(found[0].code, base::Language::english, found[0].arguments),
            "On 2029-01-01 the catchment halton has no system manager.");
}

TEST(DirectoryFindings, AManagerThatEndsLeavesItsCatchmentWithoutOwner) {
  DirectoryFiles files = shipped_files();
  edit(bytes_of(files, "parties.csv"),
       "ssm-peel,system-manager,WCG International Consultants Ltd. (part of APM Group),,wcg,,,,",
       "ssm-peel,system-manager,WCG International Consultants Ltd. (part of APM "
       "Group),,wcg,,,2026-06-30,");
  EXPECT_EQ(findings_of(files, "directory.no_owner_on").size(), 1u);
}

TEST(DirectoryFindings, OneDeskIsNeededAndNoMore) {
  DirectoryFiles none = shipped_files();
  edit(bytes_of(none, "parties.csv"), "\ndesk,desk,", "\ndesk,provider,");
  EXPECT_EQ(findings_of(none, "directory.no_desk").size(), 1u);
  DirectoryFiles two = shipped_files();
  bytes_of(two, "parties.csv") += "desk-2,desk,Second,,,,,,high,ours\n";
  EXPECT_EQ(findings_of(two, "directory.two_desks").size(), 1u);
}

TEST(DirectoryFindings, FilesAreKnownByTheirNames) {
  DirectoryFiles files = shipped_files();
  for (auto& [path, bytes] : files.files) {
    if (path.ends_with("roles.csv")) path = "places/role.csv";
  }
  const auto unknown = findings_of(files, "directory.unknown_file");
  ASSERT_EQ(unknown.size(), 1u);
  EXPECT_EQ(unknown[0].suggestion, "roles.csv");
  EXPECT_EQ(findings_of(DirectoryFiles{}, "directory.missing_file").size(), 1u);
}

TEST(DirectoryFindings, TenMistakesInOneFileAreTenFindings) {
  DirectoryFiles files = shipped_files();
  std::string& bytes = bytes_of(files, "postal_areas.csv");
  for (int i = 0; i < 10; ++i) edit(bytes, ",cmsm-ottawa,ottawa,", ",cmsm-otawa,ottawa,");
  EXPECT_EQ(findings_of(files, "directory.unknown_party").size(), 10u);
}

}  // namespace
}  // namespace portage::directory
