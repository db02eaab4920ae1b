#include "gateway/routing/prove.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "gateway/routing/enumerate.h"

namespace portage::routing {

using directory::Directory;

namespace {

struct Verdict {
  enum class What : std::uint8_t { owned, desk, gap, overlap } what = What::gap;
  std::vector<std::string> rules;  // of an overlap
  friend bool operator==(const Verdict&, const Verdict&) = default;
};

Verdict judge(const std::vector<const Rules::Rule*>& rules, const Directory& directory,
              const Facts& facts) {
  const PlaceFacts place = place_facts(directory, facts);
  std::vector<const Rules::Rule*> matched;
  bool unsure = false;  // a rule would fit if the data were sure
  for (const Rules::Rule* rule : rules) {
    if (!rule->sender_fits(directory, facts) || rule->misfit(facts) != nullptr) continue;
    const bool blocked = rule->relative() && place.problem != nullptr;
    const auto days = blocked ? std::nullopt : rule->days(place.catchment);
    if (!days) {
      unsure = true;
    } else if (days->contains(facts.date)) {
      matched.push_back(rule);
    } else if (const auto range = rule->unsure(place.catchment)) {
      unsure = unsure || range->contains(facts.date);
    }
  }
  using What = Verdict::What;
  if (matched.size() > 1) {
    Verdict out{What::overlap, {}};
    for (const Rules::Rule* rule : matched) out.rules.push_back(rule->id);
    return out;
  }
  if (matched.empty()) return {unsure ? What::desk : What::gap, {}};
  Receiver owner;
  const char* reason = receiver_of(directory, matched[0]->to, facts, place, owner);
  if (reason == nullptr) return {What::owned, {}};
  return {std::string_view(reason) == kReceiverNotThere ? What::gap : What::desk, {}};
}

using Fields = std::vector<std::pair<std::string, std::string>>;

Fields fields_of(const Facts& facts) { return {facts.fields.begin(), facts.fields.end()}; }

class Prover {
 public:
  Prover(const Rules& rules, const Directory& directory, base::Days days,
         const services::Services* services)
      : rules_(rules), directory_(directory), services_(services), areas_(area_classes(directory)) {
    out_.days = days;
  }

  Proof run(const std::vector<KindFields>& kinds) {
    for (const KindFields& kind : kinds) prove_kind(kind);
    for (auto& [key, areas] : faults_) {
      const auto& [name, what, from, until, sender, fields, rules] = key;
      if (out_.faults.size() == kMostFaults) {
        out_.complete = false;
        break;
      }
      out_.faults.push_back({what, name, sender, fields, {from, until}, std::move(areas), rules});
    }
    return std::move(out_);
  }

 private:
  using Key = std::tuple<std::string, ProofFault::What, base::Day, base::Day, std::string, Fields,
                         std::vector<std::string>>;

  void prove_kind(const KindFields& kind) {
    std::vector<const Rules::Rule*> rules;
    for (const Rules::Kind& k : rules_.kinds()) {
      if (k.kind == kind.kind) rules = k.rules;
    }
    const CodeSpace space = code_space(rules, kind);
    const bool placeless = std::none_of(
        rules.begin(), rules.end(), [](const Rules::Rule* rule) { return rule->needs_place(); });
    for (const SenderClass& sender : sender_classes(rules, directory_)) {
      Facts facts;
      facts.kind = kind.kind;
      facts.services = services_;
      facts.from = sender.party;
      facts.earlier = sender.earlier;
      for (const AreaClass& area : areas_) {
        const bool nowhere = area.areas.empty() && area.municipality.empty() && !area.reserve;
        if (placeless && !nowhere) continue;  // no rule looks at the place
        area.place(facts);
        const std::vector<base::Day> starts = interval_starts(rules, directory_, facts, out_.days);
        each_combination(
            space, [&](const Facts& cell) { prove_cells(rules, space, area, starts, cell); },
            facts);
      }
    }
  }

  // One combination at one class of areas, interval by interval; equal neighbours are one fault.
  void prove_cells(const std::vector<const Rules::Rule*>& rules, const CodeSpace& space,
                   const AreaClass& area, const std::vector<base::Day>& starts, const Facts& cell) {
    Facts facts = cell;
    Verdict last{Verdict::What::owned, {}};
    base::Day since = starts.front();
    for (std::size_t i = 0; i < starts.size(); ++i) {
      facts.date = starts[i];
      const Verdict now = judge(rules, directory_, facts);
      const base::Day next =
          i + 1 < starts.size() ? starts[i + 1] : base::Day{out_.days.until.since_1970 + 1};
      const auto length = static_cast<std::uint64_t>(next.since_1970 - starts[i].since_1970);
      ++out_.cells;
      out_.combinations += length * space.untested * std::max<std::size_t>(1, area.areas.size());
      if (now.what == Verdict::What::owned) ++out_.owned;
      if (now.what == Verdict::What::desk) ++out_.to_desk;
      if (i > 0 && now == last) continue;
      if (i > 0) add_fault(last, {since, {starts[i].since_1970 - 1}}, area, facts);
      since = starts[i];
      last = now;
    }
    add_fault(last, {since, out_.days.until}, area, facts);
  }

  void add_fault(const Verdict& verdict, base::Days days, const AreaClass& area,
                 const Facts& facts) {
    if (verdict.what != Verdict::What::gap && verdict.what != Verdict::What::overlap) return;
    const auto what =
        verdict.what == Verdict::What::gap ? ProofFault::What::gap : ProofFault::What::overlap;
    std::vector<std::string>& areas = faults_[Key{facts.kind, what, days.from, days.until,
                                                  facts.from, fields_of(facts), verdict.rules}];
    const std::vector<std::string> names = area.names();
    areas.insert(areas.end(), names.begin(), names.end());
  }

  const Rules& rules_;
  const Directory& directory_;
  const services::Services* services_;
  const std::vector<AreaClass> areas_;
  std::map<Key, std::vector<std::string>> faults_;
  Proof out_;
};

}  // namespace

Proof prove(const Rules& rules, const Directory& directory, const std::vector<KindFields>& kinds,
            base::Days days, const services::Services* services) {
  return Prover(rules, directory, days, services).run(kinds);
}

}  // namespace portage::routing
