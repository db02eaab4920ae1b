#include "gateway/routing/prove.h"

#include <gtest/gtest.h>

#include <chrono>

#include "gateway/base/catalogue.h"
#include "tests/unit/routing/shipped.h"

namespace portage::routing {
namespace {

using directory::day;
using What = ProofFault::What;

const std::vector<KindFields>& kinds() {
  static const std::vector<KindFields> kKinds = {
      {"referral",
       {{"program", {"OW", "ODSP", "EO"}}, {"origin", {"CASEWORKER", "SELF", "ACCELERATED"}}}},
      {"referral-decision", {{"status", {"accepted", "rejected"}}}},
      {"referral-status", {{"status", {}}}}};
  return kKinds;
}

TEST(RoutingProve, TheShippedRulesLeaveNoGapAndNoOverlap) {
  const auto begin = std::chrono::steady_clock::now();
  const Proof proof = prove(shipped().rules.rules, shipped().directory(), kinds());
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  EXPECT_TRUE(proof.faults.empty()) << render_proof(proof, base::Language::english);
  EXPECT_TRUE(proof.complete);
  EXPECT_GT(proof.cells, 200u);
  EXPECT_EQ(proof.cells, proof.owned + proof.to_desk);
  // 527 areas and none, 4018 days, 16 combinations of codes not tested by a rule; and the answers.
  EXPECT_GE(proof.combinations, 528ull * 4018 * 16);
  EXPECT_LT(took.count(), 5.0);
}

TEST(RoutingProve, AKindWithoutRulesIsAGapEverywhere) {
  const Proof proof = prove(shipped().rules.rules, shipped().directory(), {{"payment-batch", {}}});
  ASSERT_EQ(proof.faults.size(), 1u);
  EXPECT_EQ(proof.faults[0].what, What::gap);
  EXPECT_EQ(proof.faults[0].days, kProvenDays);
}

// Two programs by two origins; each cell of the square has its own rule. A fault is planted by
// changing the dates, the codes or the number of rules.
struct Cell {
  std::string program, origin, from = "2020-01-01", until = "";
};

std::string square(const std::vector<Cell>& cells) {
  std::string out;
  int n = 0;
  for (const Cell& c : cells) {
    out += "[[rule]]\nid = \"r" + std::to_string(++n) +
           "\"\nkind = \"referral\"\nto = \"ssm-halton\"\n" + "when = { program = [" + c.program +
           "], origin = [" + c.origin + "] }\nfrom = " + c.from + "\n" +
           (c.until.empty() ? "" : "until = " + c.until + "\n") +
           "description = { en = \"A rule.\", fr = \"Une règle.\" }\n";
  }
  return out;
}

const std::vector<Cell>& whole() {
  static const std::vector<Cell> kWhole = {{"\"OW\", \"\"", "\"SELF\", \"\""},
                                           {"\"OW\", \"\"", "\"CASEWORKER\", \"ACCELERATED\""},
                                           {"\"ODSP\", \"EO\"", "\"SELF\", \"\""},
                                           {"\"ODSP\", \"EO\"", "\"CASEWORKER\", \"ACCELERATED\""}};
  return kWhole;
}

// The overlaps are planted past the check of pairs, so prove() must find them by itself.
Proof proof_of(const std::string& toml) {
  const LoadedRules loaded = load_rules({{"r.toml", toml}}, shipped().directory(), &kinds());
  for (const base::Finding& f : loaded.findings) EXPECT_EQ(f.code, "rules.overlap") << toml;
  return prove(loaded.rules, shipped().directory(), {kinds()[0]});
}

TEST(RoutingProve, TheWholeSquareIsProved) {
  const Proof proof = proof_of(square(whole()));
  EXPECT_TRUE(proof.faults.empty()) << render_proof(proof, base::Language::english);
  EXPECT_EQ(proof.cells, 16u);
  EXPECT_EQ(proof.owned, 16u);
}

struct Planted {
  std::string name;
  std::vector<Cell> cells;
  What what;
  std::string from, until;  // of every fault
  std::size_t faults;       // combinations of codes that it touches
};

std::vector<Planted> planted() {
  std::vector<Planted> out;
  const auto add = [&](std::string name, std::vector<Cell> cells, What what, std::string from,
                       std::string until, std::size_t faults) {
    out.push_back(
        {std::move(name), std::move(cells), what, std::move(from), std::move(until), faults});
  };
  const std::string days[] = {"2020-01-02", "2020-02-29", "2023-04-01", "2024-02-29", "2030-12-31"};
  for (std::size_t rule = 0; rule < 4; ++rule) {
    for (const std::string& d : days) {
      // A one-day gap: the rule ends two days before its heir begins.
      auto cells = whole();
      const base::Day on = day(d);
      cells[rule].until = base::format_day(day_before(on));
      if (d != "2030-12-31") {
        Cell heir = whole()[rule];
        heir.from = base::format_day({on.since_1970 + 1});
        cells.push_back(heir);
      }
      add("gap " + d, cells, What::gap, d, d, 4);
    }
    for (const std::string& d : days) {
      // A one-day overlap, for one program and one origin only: inside a condition.
      auto cells = whole();
      cells.push_back(
          {rule < 2 ? "\"OW\"" : "\"EO\"", rule % 2 == 0 ? "\"SELF\"" : "\"CASEWORKER\"", d, d});
      add("overlap " + d, cells, What::overlap, d, d, 1);
    }
  }
  // A code that no rule names, from the first day on.
  for (std::size_t rule = 0; rule < 4; ++rule) {
    auto cells = whole();
    cells[rule].origin = rule % 2 == 0 ? "\"SELF\"" : "\"CASEWORKER\"";
    add("a code without a rule", cells, What::gap, "2020-01-01", "2030-12-31", 2);
  }
  return out;
}

TEST(RoutingProve, FindsFortyFourPlantedGapsAndOverlaps) {
  std::size_t found = 0;
  for (const Planted& p : planted()) {
    const Proof proof = proof_of(square(p.cells));
    const std::string text = p.name + "\n" + render_proof(proof, base::Language::english);
    EXPECT_EQ(proof.faults.size(), p.faults) << text;
    for (const ProofFault& fault : proof.faults) {
      EXPECT_EQ(fault.what, p.what) << text;
      EXPECT_EQ(base::format_day(fault.days.from), p.from) << text;
      EXPECT_EQ(base::format_day(fault.days.until), p.until) << text;
      EXPECT_EQ(fault.rules.size(), p.what == What::overlap ? 2u : 0u) << text;
    }
    found += proof.faults.size() == p.faults ? 1u : 0u;
  }
  EXPECT_EQ(found, 44u);
}

TEST(RoutingProve, FindsAOneDayGapInOneCatchmentOnly) {
  std::string toml = shipped_rule_files()[0].second;
  directory::edit(toml, "from = \"catchment.integrated_start\"", "from = 2023-04-02");
  KindFields referral_fields = kinds()[0];
  referral_fields.fields[1].second.push_back("SSM_TRANSFER");
  const LoadedRules loaded = load_rules({{"r.toml", toml}}, shipped().directory());
  const Proof proof = prove(loaded.rules, shipped().directory(), {referral_fields});
  bool halton = false;
  for (const ProofFault& fault : proof.faults) {
    if (fault.what != What::gap || base::format_day(fault.days.from) != "2023-04-01") continue;
    halton =
        halton || std::find(fault.areas.begin(), fault.areas.end(), "L6H") != fault.areas.end();
    EXPECT_EQ(base::format_day(fault.days.until), "2023-04-01");
    EXPECT_EQ(std::find(fault.areas.begin(), fault.areas.end(), "M5V"), fault.areas.end());
  }
  EXPECT_TRUE(halton) << render_proof(proof, base::Language::english);
  // Catchments that start later overlap from that day to their own start.
  const bool toronto = std::any_of(proof.faults.begin(), proof.faults.end(), [](const auto& fault) {
    return fault.what == What::overlap && base::format_day(fault.days.until) == "2025-02-28" &&
           std::find(fault.areas.begin(), fault.areas.end(), "M5V") != fault.areas.end();
  });
  EXPECT_TRUE(toronto);
}

TEST(RoutingProve, FindsASenderWithoutARule) {
  const std::string toml =
      "[[rule]]\nid = \"r\"\nkind = \"referral\"\nto = \"desk\"\nsender = [\"service-manager\", "
      "\"odsp-office\"]\nfrom = 2020-01-01\ndescription = { en = \"A.\", fr = \"Un.\" }\n";
  const Proof proof = proof_of(toml);
  ASSERT_FALSE(proof.faults.empty());
  for (const ProofFault& fault : proof.faults) {
    EXPECT_EQ(fault.what, What::gap);
    EXPECT_FALSE(fault.sender.starts_with("cmsm-")) << fault.sender;
  }
  EXPECT_GT(proof.owned, 0u);  // a rule to the desk is an owner
}

TEST(RoutingProve, EveryFaultIsAFindingWithText) {
  auto cells = whole();
  cells.pop_back();
  const LoadedRules loaded =
      load_rules({{"r.toml", square(cells)}}, shipped().directory(), &kinds());
  const Proof proof = prove(loaded.rules, shipped().directory(), {kinds()[0]});
  const auto findings = findings_of(proof, loaded.rules);
  ASSERT_EQ(findings.size(), 4u);
  for (const base::Finding& f : findings) {
    EXPECT_EQ(f.code, "rules.gap");
    EXPECT_EQ(f.place.file, "r.toml");
    const std::string text = base::say(f.code, base::Language::french, f.arguments);
    EXPECT_EQ(text.find('{'), std::string::npos) << text;
  }
}

TEST(RoutingDiff, NamesThePlacesThatChangeHandsAndNoOthers) {
  const auto on = [](std::string_view first, std::string_view second) {
    return diff(shipped().rules.rules, shipped().directory(), {kinds()[0]}, day(first),
                day(second));
  };
  EXPECT_TRUE(on("2023-03-30", "2023-03-31").empty());
  std::set<std::string> changed;
  std::size_t areas = 0;
  for (const Difference& d : on("2023-03-31", "2023-04-01")) {
    if (!d.senders.empty()) continue;  // the new system managers themselves pass on to providers
    changed.insert(d.to);
    if (d.to_rule == "employment-after-start") areas += d.areas.size();
    EXPECT_TRUE(d.to_rule == "employment-after-start" || d.to_rule == "employment-automatic");
  }
  EXPECT_EQ(changed, (std::set<std::string>{"ssm-halton", "ssm-stratford-bruce", "ssm-york"}));
  std::size_t want = 0;
  for (const directory::PostalArea& p : shipped().directory().places()) {
    want +=
        (p.catchment == "halton" || p.catchment == "stratford-bruce" || p.catchment == "york") &&
                p.catchment_certainty != directory::Certainty::low
            ? 1u
            : 0u;
  }
  EXPECT_EQ(areas, want);
  changed.clear();
  for (const Difference& d : on("2023-12-31", "2024-01-01")) {
    if (d.senders.empty()) changed.insert(d.to);
  }
  EXPECT_EQ(changed.size(), 5u);
  const std::string text = render_diff(on("2023-03-31", "2023-04-01"), day("2023-03-31"),
                                       day("2023-04-01"), base::Language::french);
  EXPECT_NE(text.find("cmsm-halton → ssm-halton"), std::string::npos) << text;
  EXPECT_EQ(text.find("route."), std::string::npos) << text;
}

}  // namespace
}  // namespace portage::routing
