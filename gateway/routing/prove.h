// A proof that no day and no place is left without an owner: every combination of routing codes,
// senders and areas, on every day of a span, has exactly one rule that answers. A rule to the desk
// counts as an owner; what the data leaves unsure goes to the desk too and is counted apart; a copy
// is no owner. Pure; one thread.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "gateway/routing/routing.h"

namespace portage::routing {

inline constexpr base::Days kProvenDays{{18262}, {22279}};  // 2020-01-01 to 2030-12-31

// Combinations that have no rule, or more than one. Neighbouring days and equal areas are joined.
struct ProofFault {
  enum class What : std::uint8_t { gap, overlap } what = What::gap;
  std::string kind;
  std::string sender;  // a party that stands for all that the rules can't tell apart; empty = any
  std::vector<std::pair<std::string, std::string>> fields;  // "" = not given
  base::Days days;
  std::vector<std::string> areas;  // FSAs; empty = wherever it is
  std::vector<std::string> rules;  // of an overlap
};

struct Proof {
  base::Days days;
  std::uint64_t cells = 0;         // combination × area × interval, each judged once
  std::uint64_t combinations = 0;  // what they stand for: codes × areas × days
  std::uint64_t owned = 0;         // cells with one owner
  std::uint64_t to_desk = 0;       // cells that go to the desk since the data is not sure
  std::vector<ProofFault> faults;
  bool complete = true;  // false: more than kMostFaults, the rest is left out
};
inline constexpr std::size_t kMostFaults = 1000;

Proof prove(const Rules& rules, const directory::Directory& directory,
            const std::vector<KindFields>& kinds, base::Days days = kProvenDays,
            const services::Services* services = nullptr);

// Every kind and area whose owner differs between two days, for the same codes; codes, areas and
// senders joined.
struct Difference {
  std::string kind, from, to;  // receivers on the first and on the second day
  std::string from_rule, to_rule;
  // Fields that matter to it, with their codes: "CASEWORKER|SELF".
  std::vector<std::pair<std::string, std::string>> fields;
  std::vector<std::string> areas;
  std::vector<std::string> senders;  // only for these; empty: for most senders
};
std::vector<Difference> diff(const Rules& rules, const directory::Directory& directory,
                             const std::vector<KindFields>& kinds, base::Day first,
                             base::Day second, const services::Services* services = nullptr);

// For people; both end with a newline.
std::string render_proof(const Proof& proof, base::Language language);
std::string render_diff(const std::vector<Difference>& differences, base::Day first,
                        base::Day second, base::Language language);
std::string render_rules(const std::vector<RuleSummary>& rules, base::Language language);
// The same for programs.
std::string render_proof_json(const Proof& proof);
std::string render_diff_json(const std::vector<Difference>& differences, base::Day first,
                             base::Day second);
std::string render_rules_json(const std::vector<RuleSummary>& rules);
// Each fault as a finding for `portage validate` (rules.gap, rules.overlapping).
std::vector<base::Finding> findings_of(const Proof& proof, const Rules& rules);

}  // namespace portage::routing
