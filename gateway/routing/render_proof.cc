#include <algorithm>

#include "gateway/routing/prove.h"

namespace portage::routing {

namespace {

using base::Language;
using base::say;

constexpr std::size_t kMostAreasShown = 12;

std::string joined(const std::vector<std::string>& words, std::size_t most) {
  std::string out;
  for (std::size_t i = 0; i < words.size() && i < most; ++i) out += (i == 0 ? "" : " ") + words[i];
  if (words.size() > most) out += " …";
  return out;
}

std::string fields_text(const std::vector<std::pair<std::string, std::string>>& fields,
                        Language language) {
  std::string out;
  for (const auto& [name, value] : fields) {
    out += (out.empty() ? "" : ", ") + name + " = " +
           (value.empty() ? say("route.not_given", language) : value);
  }
  return out;
}

std::string areas_text(const std::vector<std::string>& areas, Language language) {
  if (areas.empty()) return say("route.no_area", language);
  return say(areas.size() == 1 ? "route.one_area" : "route.areas", language,
             {{"count", std::to_string(areas.size())}, {"areas", joined(areas, kMostAreasShown)}});
}

base::Arguments arguments_of(const ProofFault& fault, Language language) {
  return {{"kind", fault.kind},
          {"from", base::format_day(fault.days.from)},
          {"until", base::format_day(fault.days.until)},
          {"rules", joined(fault.rules, fault.rules.size())},
          {"sender", fault.sender.empty() ? say("route.any_sender", language) : fault.sender},
          {"fields", fault.fields.empty() ? say("route.any_codes", language)
                                          : fields_text(fault.fields, language)},
          {"areas", areas_text(fault.areas, language)}};
}

}  // namespace

std::string render_proof(const Proof& proof, Language language) {
  std::size_t gaps = 0;
  for (const ProofFault& fault : proof.faults) {
    gaps += fault.what == ProofFault::What::gap ? 1u : 0u;
  }
  std::string out = say("route.proof", language,
                        {{"from", base::format_day(proof.days.from)},
                         {"until", base::format_day(proof.days.until)},
                         {"cells", std::to_string(proof.cells)},
                         {"combinations", std::to_string(proof.combinations)},
                         {"owned", std::to_string(proof.owned)},
                         {"desk", std::to_string(proof.to_desk)},
                         {"gaps", std::to_string(gaps)},
                         {"overlaps", std::to_string(proof.faults.size() - gaps)}}) +
                    "\n";
  for (const ProofFault& fault : proof.faults) {
    const bool gap = fault.what == ProofFault::What::gap;
    out += "  " +
           say(gap ? "route.proof_gap" : "route.proof_overlap", language,
               arguments_of(fault, language)) +
           "\n";
  }
  if (!proof.complete) out += "  …\n";
  return out;
}

std::string render_diff(const std::vector<Difference>& differences, base::Day first,
                        base::Day second, Language language) {
  const base::Arguments days = {{"first", base::format_day(first)},
                                {"second", base::format_day(second)}};
  if (differences.empty()) return say("route.diff_none", language, days) + "\n";
  std::string out = say("route.diff", language, days) + "\n";
  for (const Difference& d : differences) {
    out += "  " + d.kind + "  " + d.from + " → " + d.to + "  " + areas_text(d.areas, language);
    if (!d.fields.empty()) out += "  (" + fields_text(d.fields, language) + ")";
    if (!d.senders.empty()) {
      out += "  " +
             say("route.diff_senders", language, {{"senders", joined(d.senders, kMostAreasShown)}});
    }
    if (!d.to_rule.empty()) out += "  " + d.to_rule;
    out += "\n";
  }
  return out;
}

std::string render_rules(const std::vector<RuleSummary>& rules, Language language) {
  std::string out;
  for (const RuleSummary& rule : rules) {
    const bool french = language == Language::french;
    out += rule.id + "  " + (rule.from.empty() ? "…" : rule.from) + " → " +
           (rule.until.empty()    ? "…"
            : rule.until_included ? rule.until
                                  : "< " + rule.until) +
           "  " + joined(rule.kinds, rule.kinds.size()) + " → " + rule.to + "\n  " +
           (french ? rule.description_fr : rule.description_en) + "  (" + rule.file + ":" +
           std::to_string(rule.line) + ")\n";
  }
  return out;
}

std::vector<base::Finding> findings_of(const Proof& proof, const Rules& rules) {
  const std::vector<RuleSummary> list = rules.list();
  std::vector<base::Finding> out;
  for (const ProofFault& fault : proof.faults) {
    base::Finding finding;
    finding.code = fault.what == ProofFault::What::gap ? "rules.gap" : "rules.overlapping";
    // An overlap stands at its last rule, a gap at the first rule of its kind, if there is any.
    const RuleSummary* at = nullptr;
    for (const RuleSummary& rule : list) {
      const bool of_kind =
          std::find(rule.kinds.begin(), rule.kinds.end(), fault.kind) != rule.kinds.end();
      if (fault.rules.empty() ? of_kind && at == nullptr : rule.id == fault.rules.back())
        at = &rule;
    }
    if (at != nullptr) finding.place = {at->file, at->line, 1, {}};
    finding.arguments = arguments_of(fault, Language::english);
    out.push_back(std::move(finding));
  }
  return out;
}

}  // namespace portage::routing
