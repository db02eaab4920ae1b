#include <map>
#include <set>

#include "tests/unit/services/files.h"

namespace portage::services {
namespace {

const LoadedServices& shipped() {
  static const LoadedServices kLoaded = load(shipped_services());
  return kLoaded;
}

TEST(ServicesShipped, DataHasNoFindings) {
  for (const base::Finding& f : shipped().findings) {
    ADD_FAILURE() << f.place.file << ":" << f.place.line << ":" << f.place.column << " " << f.code;
  }
}

TEST(ServicesShipped, EveryServiceManagerOffersHousingFromTheDirectorysOwnRow) {
  std::set<std::string> parties;
  for (const Service* one : shipped().services.for_need("social-housing")) {
    ASSERT_EQ(one->areas.size(), 1u) << one->id;
    EXPECT_EQ(one->areas[0].kind, Area::Kind::service_manager);
    EXPECT_FALSE(one->sample) << one->id;
    parties.insert(one->party);
  }
  EXPECT_EQ(parties.size(), 47u);
}

TEST(ServicesShipped, ASystemManagersServiceBeginsWithItsRole) {
  const Service* halton = shipped().services.service("employment@ssm-halton");
  ASSERT_NE(halton, nullptr);
  EXPECT_EQ(base::format_day(halton->valid.from), "2023-04-01");
  const Service* before = shipped().services.service("own-employment@cmsm-halton");
  ASSERT_NE(before, nullptr);
  EXPECT_EQ(base::format_day(before->valid.until), "2023-03-31");
}

TEST(ServicesShipped, WhatIsInventedIsMarked) {
  std::size_t samples = 0;
  for (const Service& one : shipped().services.all()) {
    const bool of_sample_party = !one.party.empty() && shipped_directory().party(one.party)->sample;
    if (one.where.file.find("/samples/") != std::string::npos || of_sample_party) {
      EXPECT_TRUE(one.sample) << one.id;
      EXPECT_EQ(one.certainty, directory::Certainty::unknown) << one.id;
      ++samples;
    } else {
      EXPECT_FALSE(one.sample) << one.id;
      EXPECT_FALSE(one.source.empty()) << one.id;
    }
  }
  EXPECT_GT(samples, 50u);  // 48 recalled ODSP offices among them
}

TEST(ServicesShipped, EveryNeedHasBothNamesAndSomebody) {
  for (const auto& [code, need] : shipped().services.needs()) {
    EXPECT_FALSE(need.name_en.empty()) << code;
    EXPECT_FALSE(need.name_fr.empty()) << code;
    EXPECT_FALSE(shipped().services.for_need(code).empty()) << code;
  }
}

TEST(ServicesNeed, IsFoundByItsWordsInEitherLanguage) {
  const Services& services = shipped().services;
  for (const auto& [words, code] :
       std::map<std::string, std::string>{{"housing", "housing"},
                                          {"LOGEMENT", "housing"},
                                          {"sante mentale", "mental-health"},
                                          {"Garde d'enfants", "child-care"},
                                          {"daycare", "child-care"},
                                          {"AE", "employment-insurance"},
                                          {"sans-abri", "homelessness"}}) {
    const Need* need = services.need(words);
    ASSERT_NE(need, nullptr) << words;
    EXPECT_EQ(need->code, code) << words;
  }
  EXPECT_EQ(services.need("spaceship"), nullptr);
  EXPECT_EQ(services.need(""), nullptr);
}

TEST(ServicesNeed, ServedBelowIsServedAbove) {
  const auto& all = shipped().services.for_need("housing");
  EXPECT_EQ(all.size(), shipped().services.for_need("social-housing").size() +
                            shipped().services.for_need("homelessness").size());
}

TEST(ServicesLoad, TellsEveryFaultOfATableAtItsPlace) {
  const auto loaded =
      load(small("id,organization_id,name,status,url,minimum_age,maximum_age,valid_from,valid_"
                 "until,needs,areas\n"
                 "a,org,A,active,,,,2026-01-02,2026-01-01,housing,catchment:halton\n"
                 "b,nobody,B,open,no address,x,,,,housing,catchment:haltom\n"
                 "a,org,,active,,20,10,31-12-2026,,nothing,\n"));
  EXPECT_EQ(codes(loaded.findings),
            "services.turned_dates@2:19 services.unknown_reference@3:3 services.bad_word@3:12 "
            "services.bad_uri@3:17 services.bad_number@3:28 services.no_such_area@3:41 "
            "services.id_twice@4:1 services.missing@4:7 services.turned_ages@4:16 "
            "services.bad_date@4:22 services.unknown_reference@4:34");
  for (const base::Finding& f : loaded.findings) {
    if (f.code == "services.no_such_area") EXPECT_EQ(f.suggestion, "halton");
  }
  EXPECT_TRUE(loaded.services.empty());
}

TEST(ServicesLoad, RefusesAFileThatIsNoTableAndATermAboveItself) {
  ServiceFiles files =
      small("id,organization_id,name,status\ns,org,S,active\n", "t/service.csv", "id\n");
  files.files[1].second =
      "id,name,description,parent_id\nhousing,Housing,x,shelter\nshelter,Shelter,x,housing\n";
  const auto loaded = load(files);
  EXPECT_EQ(codes(loaded.findings),
            "services.unknown_file@1:1 services.term_circle@2:19 services.term_circle@3:19");
  EXPECT_EQ(loaded.findings[0].suggestion, "services.csv");
}

TEST(ServicesLoad, AnAreaOfAnotherWorldIsKeptAndNobodyIsSentByIt) {
  const auto loaded =
      load(small("id,organization_id,name,status\ns,org,S,active\n", "t/service_areas.csv",
                 "id,service_id,name,uri\n1,s,Somewhere,https://example.org/x\n"));
  EXPECT_EQ(codes(loaded.findings), "services.area_unknown@2:15");
  EXPECT_EQ(loaded.findings[0].severity, base::Severity::warning);
  ASSERT_EQ(loaded.services.all().size(), 1u);
  EXPECT_TRUE(loaded.services.all()[0].areas.empty());
}

constexpr const char* kDocument = R"({"contents": [{
  "id": "ac148810-d857-441c-9679-408f346de14b", "name": "Night shelter", "status": "active",
  "organization": {"id": "d9d5e0f5-d3ce-4f73-9a2f-4dd0ecc6c610", "name": "Helpers", "description": "We help"},
  "service_areas": [{"id": "a1", "uri": "urn:portage:area:postal:L6H"}],
  "languages": [{"id": "l1", "name": "French", "code": "fr"}],
  "attributes": [{"id": "t1", "taxonomy_term": {"id": "shelter"}}],
  "service_at_locations": [{"id": "s1", "location": {"id": "p1", "location_type": "physical",
     "addresses": [{"id": "d1", "address_1": "1 Main", "city": "Oakville", "state_province": "ON",
        "postal_code": "L6H 1A1", "country": "CA", "address_type": "physical"}]}}]
}]})";

TEST(ServicesLoad, ReadsANestedDocumentAsTables) {
  auto files = small("id,organization_id,name,status\n", "t/page.json", kDocument);
  const auto loaded = load(files);
  EXPECT_EQ(codes(loaded.findings), "");
  const Service* one = loaded.services.service("ac148810-d857-441c-9679-408f346de14b");
  ASSERT_NE(one, nullptr);
  EXPECT_EQ(one->organization, "d9d5e0f5-d3ce-4f73-9a2f-4dd0ecc6c610");
  EXPECT_EQ(one->needs, (std::vector<std::string>{"housing", "shelter"}));
  EXPECT_EQ(one->languages, std::vector<std::string>{"fr"});
  ASSERT_EQ(one->sites.size(), 1u);
  EXPECT_EQ(one->sites[0].fsa, "L6H");
  ASSERT_EQ(one->areas.size(), 1u);
  EXPECT_EQ(one->areas[0].id, "L6H");
}

TEST(ServicesLoad, ADocumentMayNameWhatStandsElsewhereButATableMayNot) {
  const std::string program =
      R"([{"id": "x", "name": "X", "status": "active", "organization_id": "org",
"program": {"id": "p", "name": "P", "description": "A program"},
"attributes": [{"id": "t", "taxonomy_term": {"id": "u", "name": "U", "description": "U", "parent_id": "v"}}]}])";
  const auto document = load(small("id,organization_id,name,status\n", "t/services.json", program));
  EXPECT_EQ(codes(document.findings), "services.unknown_reference@3:103");
  EXPECT_EQ(document.findings[0].severity, base::Severity::warning);
  EXPECT_EQ(document.services.all().size(), 1u);
  const auto lost =
      load(small("id,organization_id,name,status\n", "t/services.json",
                 R"([{"id": "x", "name": "X", "status": "active", "organization_id": "nobody"}])"));
  ASSERT_EQ(lost.findings.size(), 1u);
  EXPECT_EQ(lost.findings[0].severity, base::Severity::error);
  const auto table = load(small("id,organization_id,name,status,program_id\nx,org,X,active,p\n"));
  ASSERT_EQ(table.findings.size(), 1u);
  EXPECT_EQ(table.findings[0].severity, base::Severity::error);
}

TEST(ServicesLoad, PointsIntoADocumentByLineAndColumn) {
  std::string text = kDocument;
  directory::edit(text, "\"status\": \"active\"", "\"status\": \"open\", \"pahse\": 1");
  directory::edit(text, "\"country\": \"CA\", ", "");
  auto files = small("id,organization_id,name,status\n", "t/page.json", text);
  const auto loaded = load(files);
  EXPECT_EQ(codes(loaded.findings),
            "services.bad_word@2:84 services.unknown_member@2:101 services.missing@8:1");
}

TEST(ServicesLoad, ALineOfAnNdjsonFileThatIsNoJsonStopsNoOther) {
  auto files =
      small("id,organization_id,name,status\n", "t/services.ndjson",
            "{\"id\":\"x1\",\"name\":\"X\",\"status\":\"active\",\"organization_id\":\"org\"}\n"
            "{\"id\":\n"
            "{\"id\":\"x2\",\"name\":\"\",\"status\":\"active\",\"organization_id\":\"org\"}\n");
  const auto loaded = load(files);
  ASSERT_EQ(loaded.findings.size(), 2u);
  EXPECT_EQ(loaded.findings[0].place.line, 2u);
  EXPECT_EQ(loaded.findings[1].code, "services.missing");
  EXPECT_EQ(loaded.findings[1].place.line, 3u);
}

}  // namespace
}  // namespace portage::services
