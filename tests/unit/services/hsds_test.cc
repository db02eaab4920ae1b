// HSDS out: pages, details, filters; and back in again.
#include "gateway/format/format.h"
#include "gateway/services/hsds_query.h"
#include "tests/unit/services/files.h"

namespace portage::services {
namespace {

const Services& shipped() {
  static const LoadedServices kLoaded = load(shipped_services());
  return kLoaded.services;
}

using Parameters = std::vector<std::pair<std::string, std::string>>;

struct Got {
  record::Document document;
  std::string body, error;
  const record::Value* operator[](std::string_view name) const { return document.root.find(name); }
  std::string text(std::string_view name) const {
    const record::Value* value = (*this)[name];
    if (value == nullptr) return "";
    return value->is(record::Kind::boolean) ? (value->as_bool() ? "true" : "false")
                                            : std::string(value->as_text());
  }
  std::size_t size() const { return (*this)["contents"]->items().size(); }
};

Got get(Table table, const Parameters& parameters,
        base::Language language = base::Language::english) {
  Got out;
  const auto query = read_query(table, parameters);
  if (!query) {
    out.error = query.error().code;
    return out;
  }
  const auto listed =
      list(shipped(), shipped_directory(), table, *query, language, day("2026-11-22"));
  if (!listed) {
    out.error = listed.error().code;
    return out;
  }
  out.body = listed->body;
  if (!query->lines) EXPECT_TRUE(format::read_json(out.body, {}, out.document).ok()) << out.body;
  return out;
}

Got show(Table table, const std::string& id, base::Language language = base::Language::english) {
  Got out;
  const Row* row = shipped().rows().find(table, id);
  if (row == nullptr) {
    out.error = "none";
    return out;
  }
  out.body = object_json({shipped(), language, day("2026-11-22"), true, false}, table, *row);
  EXPECT_TRUE(format::read_json(out.body, {}, out.document).ok()) << out.body;
  return out;
}

TEST(HsdsList, PagesHoldEveryServiceOnce) {
  std::set<std::string> ids;
  std::size_t total = 0;
  for (std::uint32_t page = 1; page <= 1000; ++page) {
    const Got got = get(Table::service, {{"page", std::to_string(page)}, {"per_page", "37"}});
    total = std::stoul(got.text("total_items"));
    EXPECT_EQ(got.text("page_number"), std::to_string(page));
    EXPECT_EQ(got.text("size"), std::to_string(got.size()));
    EXPECT_EQ(got.text("first_page"), page == 1 ? "true" : "false");
    EXPECT_EQ(got.text("total_pages"), std::to_string((total + 36) / 37));
    for (const record::Value& one : got["contents"]->items()) {
      EXPECT_TRUE(ids.insert(std::string(one.find("id")->as_text())).second);
    }
    if (got.text("last_page") == "true") break;
  }
  EXPECT_EQ(ids.size(), total);
  EXPECT_EQ(ids.size(), shipped().all().size());
}

TEST(HsdsList, APageBeyondTheLastIsEmpty) {
  const Got got = get(Table::organization, {{"page", "999"}});
  EXPECT_EQ(got.text("empty"), "true");
  EXPECT_EQ(got.text("last_page"), "true");
  EXPECT_EQ(got.size(), 0u);
}

TEST(HsdsList, FiltersAllHold) {
  const std::string housing = public_id(Table::taxonomy_term, "social-housing");
  EXPECT_EQ(get(Table::service, {{"taxonomy_term_id", housing}}).text("total_items"), "47");
  const std::string halton = public_id(Table::organization, "cmsm-halton");
  const Got both =
      get(Table::service, {{"taxonomy_term_id", housing}, {"organization_id", halton}});
  ASSERT_EQ(both.size(), 1u);
  EXPECT_EQ(both["contents"]->items()[0].find("id")->as_text(),
            public_id(Table::service, "housing@cmsm-halton"));
  EXPECT_EQ(get(Table::service, {{"taxonomy_id", public_id(Table::taxonomy, "needs")},
                                 {"postcode", "L6H 1A1"},
                                 {"taxonomy_term_id", housing}})
                .text("total_items"),
            "1");
  EXPECT_EQ(get(Table::service, {{"search", "santé MENTALE connex"}}).size(), 1u);
  EXPECT_EQ(get(Table::service, {{"search", "santé mentale zebra"}}).size(), 0u);
}

TEST(HsdsList, NearnessCountsFromThePostcode) {
  const Parameters wide = {{"postcode", "L6H"}, {"proximity", "15000"}};
  const Parameters close = {{"postcode", "L6H"}, {"proximity", "1000"}};
  const std::size_t many = get(Table::service_at_location, wide).size();
  const std::size_t few = get(Table::service_at_location, close).size();
  EXPECT_GE(few, 2u);  // sites in Oakville
  EXPECT_GT(many, few);
}

TEST(HsdsList, TermsByParentAndWithoutTermsBelow) {
  const std::string housing = public_id(Table::taxonomy_term, "housing");
  EXPECT_EQ(get(Table::taxonomy_term, {{"parent_id", housing}}).size(), 2u);
  const auto top = get(Table::taxonomy_term, {{"top_only", "true"}});
  for (const record::Value& one : top["contents"]->items()) {
    EXPECT_NE(one.find("id")->as_text(), housing);
  }
}

TEST(HsdsList, RefusesWhatItDoesNotKnow) {
  EXPECT_EQ(get(Table::service, {{"pages", "1"}}).error, "services.query_unknown");
  EXPECT_EQ(get(Table::service, {{"page", "0"}}).error, "services.query_value");
  EXPECT_EQ(get(Table::service, {{"page", "1x"}}).error, "services.query_value");
  EXPECT_EQ(get(Table::service, {{"full", "maybe"}}).error, "services.query_value");
  EXPECT_EQ(get(Table::service, {{"modified_after", "yesterday"}}).error, "services.query_value");
  EXPECT_EQ(get(Table::service, {{"page", "1"}, {"page", "2"}}).error, "services.query_twice");
  EXPECT_EQ(get(Table::service, {{"postcode", "V5K"}}).error, "services.unknown_place");
  EXPECT_EQ(get(Table::service_at_location, {{"proximity", "5"}}).error, "services.query_needs");
}

TEST(HsdsList, MinimalHasIdsOnlyAndLinesHaveNoPage) {
  const Got minimal = get(Table::service, {{"minimal", "true"}});
  EXPECT_EQ(minimal.size(), shipped().all().size());
  EXPECT_EQ(minimal["contents"]->items()[0].size(), 1u);
  const Got lines = get(Table::organization, {{"format", "ndjson"}});
  EXPECT_EQ(static_cast<std::size_t>(std::count(lines.body.begin(), lines.body.end(), '\n')),
            shipped().rows().of(Table::organization).size());
}

TEST(HsdsDetail, SaysHowSureItIsAndSinceWhen) {
  const Got got = show(Table::service, "employment@ssm-halton");
  std::map<std::string, std::string> said;
  for (const record::Value& one : got["attributes"]->items()) {
    const record::Value* term = one.find("taxonomy_term");
    if (term != nullptr && term->find("taxonomy") != nullptr && one.find("value") != nullptr) {
      said[std::string(term->find("code")->as_text())] = one.find("value")->as_text();
    }
  }
  EXPECT_EQ(said["certainty"], "medium");
  EXPECT_EQ(said["valid_from"], "2023-04-01");
  EXPECT_EQ(said["kind"], "referral");
  EXPECT_EQ(said["role"], "system-manager");
  EXPECT_FALSE(said["source"].empty());
  EXPECT_EQ(got.text("status"), "active");
  EXPECT_EQ(show(Table::service, "own-employment@cmsm-halton").text("status"), "inactive");
}

TEST(HsdsDetail, SpeaksTheReadersLanguage) {
  const Got french = show(Table::service, "housing@cmsm-halton", base::Language::french);
  EXPECT_EQ(french.text("name"), "Logement communautaire");
  EXPECT_EQ(french.text("alternate_name"), "Community housing");
  EXPECT_EQ(show(Table::service, "housing@cmsm-halton").text("name"), "Community housing");
}

TEST(HsdsDetail, IsFoundByItsUuidInAnyCase) {
  const std::string id = public_id(Table::service, "housing@cmsm-halton");
  EXPECT_TRUE(is_uuid(id));
  EXPECT_EQ(show(Table::service, id).text("id"), id);
  EXPECT_EQ(show(Table::service, "00000000-0000-0000-0000-000000000000").error, "none");
}

// What this gateway gives out another one can read: same services, areas, languages, needs, days.
TEST(HsdsRound, WhatIsGivenOutComesBack) {
  ServiceFiles files;
  const auto add = [&](Table table, const char* name) {
    const auto query = read_query(table, {{"format", "ndjson"}, {"full", "true"}});
    const auto terms = read_query(table, {{"format", "ndjson"}});
    const bool full = table == Table::service;
    files.files.emplace_back(std::string("t/") + name,
                             list(shipped(), shipped_directory(), table, full ? *query : *terms,
                                  base::Language::english, day("2026-11-22"))
                                 ->body);
  };
  add(Table::taxonomy, "taxonomies.ndjson");
  add(Table::taxonomy_term, "taxonomy_terms.ndjson");
  add(Table::service, "services.ndjson");
  const auto again = load(files);
  EXPECT_EQ(codes(again.findings), "");
  ASSERT_EQ(again.services.all().size(), shipped().all().size());
  for (const Service& one : shipped().all()) {
    const Service* back = again.services.service(public_id(Table::service, one.id));
    ASSERT_NE(back, nullptr) << one.id;
    EXPECT_EQ(back->needs, one.needs) << one.id;
    EXPECT_EQ(back->languages, one.languages) << one.id;
    EXPECT_EQ(back->party, one.party) << one.id;
    EXPECT_EQ(back->kind, one.kind) << one.id;
    EXPECT_EQ(back->sample, one.sample) << one.id;
    EXPECT_EQ(back->certainty, one.certainty) << one.id;
    EXPECT_EQ(back->priority, one.priority) << one.id;
    EXPECT_EQ(back->valid, one.valid) << one.id;
    ASSERT_EQ(back->areas.size(), one.areas.size()) << one.id;
    for (std::size_t i = 0; i < one.areas.size(); ++i)
      EXPECT_EQ(back->areas[i].id, one.areas[i].id);
    EXPECT_EQ(back->sites.size(), one.sites.size()) << one.id;
  }
}

}  // namespace
}  // namespace portage::services
