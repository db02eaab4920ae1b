#include <algorithm>

#include "gateway/routing/enumerate.h"
#include "gateway/routing/rule.h"

namespace portage::routing {

using directory::Directory;

namespace {

const base::Day kExplainedFrom{18262};  // 2020-01-01

std::string receivers_text(const Decision& decision) {
  std::string out;
  for (const Receiver& r : decision.receivers) {
    if (!out.empty()) out += " + ";
    out += r.party;
  }
  return out;
}

bool same_answer(const Decision& a, const Decision& b) {
  return std::equal(a.receivers.begin(), a.receivers.end(), b.receivers.begin(), b.receivers.end(),
                    [](const Receiver& x, const Receiver& y) {
                      return x.party == y.party && x.role == y.role && x.reason == y.reason &&
                             x.copy == y.copy;
                    });
}

void say_dates(const base::Days& days, base::Day date, ConsideredRule& out) {
  const bool early = date < days.from;
  const std::int32_t away =
      early ? days.from.since_1970 - date.since_1970 : date.since_1970 - days.until.since_1970;
  out.why_code = early ? "route.not_yet" : "route.no_longer";
  if (away == 1) out.why_code += "_one";
  out.why_arguments = {{"days", std::to_string(away)}};
}

ConsideredRule consider(const Rules::Rule& rule, const Directory& directory, const Facts& facts,
                        const PlaceFacts& place) {
  ConsideredRule out;
  out.id = rule.id;
  out.file = rule.file;
  out.line = rule.line;
  out.description_en = rule.description_en;
  out.description_fr = rule.description_fr;
  Receiver receiver;
  const char* blocked = receiver_of(directory, rule.to, facts, place, receiver);
  out.to = receiver.party;
  if (rule.relative() && place.problem != nullptr) blocked = place.problem;
  const auto days = rule.days(place.problem == nullptr ? place.catchment : nullptr);
  out.dated = days.has_value();
  if (days) out.in_force = *days;

  const bool kind_fits =
      std::find(rule.kinds.begin(), rule.kinds.end(), facts.kind) != rule.kinds.end();
  const FieldTest* misfit = rule.misfit(facts);
  if (!kind_fits) {
    out.why_code = "route.other_kind";
  } else if (!rule.sender_fits(directory, facts)) {
    out.why_code = "route.other_sender";
  } else if (misfit != nullptr) {
    out.why_code = "route.other_field";
    out.why_arguments = {{"field", misfit->field}};
  } else if (!days) {
    out.why_code = "route.place_needed";
    out.why_arguments = {{"reason", blocked != nullptr ? blocked : "route.unknown_day"}};
  } else if (const auto range = rule.unsure(place.catchment);
             !days->contains(facts.date) && range && range->contains(facts.date)) {
    out.why_code = "route.place_needed";
    out.why_arguments = {{"reason", "route.unknown_day"}};
  } else if (!days->contains(facts.date)) {
    say_dates(*days, facts.date, out);
  } else if (blocked != nullptr) {
    out.why_code = "route.matched_unsure";
    out.why_arguments = {{"reason", blocked}};
  } else {
    out.why_code = "route.matched";
    out.matched = true;
  }
  return out;
}

}  // namespace

Explanation Rules::explain(const Directory& directory, const Facts& facts) const {
  Explanation out;
  out.decision = decide(directory, facts);
  const PlaceFacts place = place_facts(directory, facts);
  if (place.area != nullptr) out.place = *place.area;
  if (place.catchment != nullptr && !place.catchment->id.empty()) out.catchment = *place.catchment;
  for (const Receiver& receiver : out.decision.receivers) {
    const directory::Party* party = directory.party(receiver.party);
    out.parties.push_back(party == nullptr ? directory::Party{} : *party);
  }
  std::vector<const Rule*> considered;
  if (const Kind* rules = kind(facts.kind)) {
    considered = rules->rules;
  } else {
    for (const auto& rule : rules_) considered.push_back(rule.get());
  }
  for (const Rule* rule : considered) {
    out.rules.push_back(consider(*rule, directory, facts, place));
  }
  Facts then = facts;
  for (const base::Day day : boundaries(considered, directory, facts)) {
    if (day <= kExplainedFrom) continue;
    then.date = {day.since_1970 - 1};
    const Decision before = decide(directory, then);
    then.date = day;
    const Decision after = decide(directory, then);
    if (same_answer(before, after)) continue;
    out.changes.push_back(
        {day, receivers_text(before), receivers_text(after), after.receivers.front().rule});
  }
  return out;
}

}  // namespace portage::routing
