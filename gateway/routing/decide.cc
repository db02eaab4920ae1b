#include <algorithm>

#include "gateway/routing/rule.h"

namespace portage::routing {

using directory::Directory;

namespace {

// Where the contracts moved on a day that is only known as a range, a rule is in force for sure
// from its latest day on, or until the day before its earliest.
std::optional<base::Day> day_of(const Bound& bound, const directory::Catchment* catchment,
                                base::Day open, bool first) {
  if (bound.text.empty()) return open;
  if (bound.relative == Relative::none) return bound.day;
  if (catchment == nullptr) return std::nullopt;
  base::Day day = catchment->integrated_start;
  if (bound.relative == Relative::contracts_move) {
    day = first ? catchment->contracts_latest
                : catchment->contracts_earliest.value_or(base::kFirstDay);
  }
  day.since_1970 += bound.shift;
  return day;
}

// A record may name several receivers: the first owns it, the others are told.
void name_others(const Directory& directory, const Facts& facts, const std::string& rule,
                 Decision& out) {
  for (const std::string& name : facts.addressees) {
    const directory::Party* party = directory.party(name);
    const bool there = party != nullptr && party->valid.contains(facts.date);
    const bool twice = std::any_of(out.receivers.begin(), out.receivers.end(),
                                   [&](const Receiver& r) { return r.party == name; });
    if (!there || twice || name == facts.from) continue;
    out.receivers.push_back({name, party->kind, rule, "route.copy", false, true});
  }
}

Decision to_desk(const Directory& directory, const PlaceFacts& place, const char* reason,
                 const std::string& rule) {
  Decision out;
  Receiver desk;
  desk.party = directory.desk().empty() ? "desk" : directory.desk();
  desk.role = "desk";
  desk.rule = rule;
  desk.reason = reason;
  out.receivers.push_back(std::move(desk));
  out.unmatched = std::string_view(reason) == "route.unmatched";
  out.certainty = place.certainty();
  if (place.catchment != nullptr && place.problem == nullptr) out.catchment = place.catchment->id;
  return out;
}

}  // namespace

std::optional<base::Days> Rules::Rule::days(const directory::Catchment* catchment) const {
  const auto first = day_of(from, catchment, base::kFirstDay, true);
  const auto last = day_of(until, catchment, base::kLastDay, false);
  if (!first || !last) return std::nullopt;
  return base::Days{*first, *last};
}

std::optional<base::Days> Rules::Rule::unsure(const directory::Catchment* catchment) const {
  const bool moved =
      from.relative == Relative::contracts_move || until.relative == Relative::contracts_move;
  if (!moved || catchment == nullptr) return std::nullopt;
  const base::Days out{catchment->contracts_earliest.value_or(base::kFirstDay),
                       {catchment->contracts_latest.since_1970 - 1}};
  return out.from <= out.until ? std::optional(out) : std::nullopt;
}

bool Rules::Rule::sender_fits(const Directory& directory, const Facts& facts) const {
  const auto fits = [&](const SenderTest& sender) {
    switch (sender.what) {
      case SenderTest::What::party:
        return sender.name == facts.from;
      case SenderTest::What::role:
        return directory.holds(facts.from, sender.name, {}, facts.date);
      case SenderTest::What::answer_receiver:
        break;
    }
    // Not known yet is told apart from "not a receiver" by the destination.
    if (!facts.earlier || !facts.earlier->known) return true;
    const auto& receivers = facts.earlier->receivers;
    return std::find(receivers.begin(), receivers.end(), facts.from) != receivers.end();
  };
  if (std::any_of(not_senders.begin(), not_senders.end(), fits)) return false;
  return senders.empty() || std::any_of(senders.begin(), senders.end(), fits);
}

const FieldTest* Rules::Rule::misfit(const Facts& facts) const {
  for (const FieldTest& test : tests) {
    const auto it = facts.fields.find(test.field);
    const std::string_view value = it == facts.fields.end() ? std::string_view() : it->second;
    if (std::find(test.values.begin(), test.values.end(), value) == test.values.end()) return &test;
  }
  return nullptr;
}

const Rules::Kind* Rules::kind(std::string_view name) const {
  const auto it =
      std::lower_bound(kinds_.begin(), kinds_.end(), name,
                       [](const Kind& k, std::string_view wanted) { return k.kind < wanted; });
  return it == kinds_.end() || it->kind != name ? nullptr : &*it;
}

Decision Rules::decide(const Directory& directory, const Facts& facts) const {
  const PlaceFacts place = place_facts(directory, facts);
  const Kind* const rules = kind(facts.kind);
  if (rules == nullptr) return to_desk(directory, place, "route.no_rule", {});

  const char* blocked = nullptr;  // why the rule that would fit can't say a receiver
  const Rule* blocked_rule = nullptr;
  const auto block = [&](const char* reason, const Rule* rule) {
    blocked_rule = blocked == nullptr ? rule : nullptr;  // two rules: neither is "the" rule
    if (blocked == nullptr) blocked = reason;
  };
  for (const Rule* rule : rules->rules) {
    if (!rule->sender_fits(directory, facts) || rule->misfit(facts) != nullptr) continue;
    if (rule->relative() && place.problem != nullptr) {
      block(place.problem, rule);
      continue;
    }
    const auto days = rule->days(place.catchment);
    if (!days) {
      block("route.unknown_day", rule);
      continue;
    }
    if (!days->contains(facts.date)) {
      const auto unsure = rule->unsure(place.catchment);
      if (unsure && unsure->contains(facts.date)) block("route.unknown_day", rule);
      continue;
    }
    Decision out;
    Receiver owner;
    if (const char* reason = receiver_of(directory, rule->to, facts, place, owner)) {
      block(reason, rule);
      continue;
    }
    owner.rule = rule->id;
    out.receivers.reserve(1 + rule->copies.size());
    out.receivers.push_back(std::move(owner));
    for (const Destination& to : rule->copies) {
      for (Receiver& copy : copies_of(directory, to, facts, place)) {
        const bool twice = std::any_of(out.receivers.begin(), out.receivers.end(),
                                       [&](const Receiver& r) { return r.party == copy.party; });
        if (twice || copy.party == facts.from) continue;
        copy.rule = rule->id;
        out.receivers.push_back(std::move(copy));
      }
    }
    if (rule->to.target == Target::addressee) name_others(directory, facts, rule->id, out);
    out.certainty = place.certainty();
    if (place.catchment != nullptr && place.problem == nullptr) out.catchment = place.catchment->id;
    return out;
  }
  if (blocked == nullptr) return to_desk(directory, place, "route.no_rule", {});
  return to_desk(directory, place, blocked, blocked_rule == nullptr ? "" : blocked_rule->id);
}

}  // namespace portage::routing
