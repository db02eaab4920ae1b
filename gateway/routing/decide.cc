#include <algorithm>

#include "gateway/routing/rule.h"

namespace portage::routing {

using directory::Certainty;
using directory::Directory;

namespace {

bool sure(Certainty c) { return c == Certainty::high || c == Certainty::medium; }

std::optional<base::Day> day_of(const Bound& bound, const directory::Catchment* catchment,
                                base::Day open) {
  if (bound.text.empty()) return open;
  if (bound.relative == Relative::none) return bound.day;
  if (catchment == nullptr) return std::nullopt;
  std::optional<base::Day> day = bound.relative == Relative::integrated_start
                                     ? catchment->integrated_start
                                     : catchment->contracts_move;
  if (day) day->since_1970 += bound.shift;
  return day;
}

// The service manager of the place; where that is not sure, the sender if it is one of those that
// it may be: it knows its own residents.
const char* service_manager(const Facts& facts, const PlaceFacts& place, Receiver& out) {
  if (place.site != nullptr) {
    out.party = place.site->id;
    out.role = "delivery-agent";
    return nullptr;
  }
  if (place.named != nullptr) {
    out.party = place.named->party;
    out.marked = true;
    return nullptr;
  }
  const directory::PostalArea& area = *place.area;
  if (!area.service_manager.empty() && sure(area.service_manager_certainty)) {
    out.party = area.service_manager;
    out.marked = out.marked || area.service_manager_certainty == Certainty::medium;
    return nullptr;
  }
  const auto& others = area.other_service_managers;
  if (!facts.from.empty() &&
      (facts.from == area.service_manager ||
       std::find(others.begin(), others.end(), facts.from) != others.end())) {
    out.party = facts.from;
    out.reason = "route.sender_is_candidate";
    out.marked = true;
    return nullptr;
  }
  return "route.uncertain_manager";
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
  const auto first = day_of(from, catchment, base::kFirstDay);
  const auto last = day_of(until, catchment, base::kLastDay);
  if (!first || !last) return std::nullopt;
  return base::Days{*first, *last};
}

bool Rules::Rule::sender_fits(const Directory& directory, const Facts& facts) const {
  if (senders.empty()) return true;
  for (const SenderTest& sender : senders) {
    switch (sender.what) {
      case SenderTest::What::party:
        if (sender.name == facts.from) return true;
        break;
      case SenderTest::What::role:
        if (directory.holds(facts.from, sender.name, {}, facts.date)) return true;
        break;
      case SenderTest::What::answer_receiver:
        // Not known yet is told apart from "not a receiver" by the destination.
        if (!facts.earlier || !facts.earlier->known) return true;
        for (const std::string& receiver : facts.earlier->receivers) {
          if (receiver == facts.from) return true;
        }
        break;
    }
  }
  return false;
}

const FieldTest* Rules::Rule::misfit(const Facts& facts) const {
  for (const FieldTest& test : tests) {
    const auto it = facts.fields.find(test.field);
    const std::string_view value = it == facts.fields.end() ? std::string_view() : it->second;
    if (std::find(test.values.begin(), test.values.end(), value) == test.values.end()) return &test;
  }
  return nullptr;
}

const char* receiver_of(const Directory& directory, const Destination& to, const Facts& facts,
                        const PlaceFacts& place, Receiver& out) {
  out.role = to.role;
  out.reason = "route.rule";
  switch (to.target) {
    case Target::party:
      out.party = to.party;
      return nullptr;
    case Target::answer_sender:
      if (!facts.earlier || !facts.earlier->known) return "route.unmatched";
      out.party = facts.earlier->sender;
      out.reason = "route.answer";
      return nullptr;
    case Target::system_manager: {
      if (place.problem != nullptr) return place.problem;
      const directory::Role* holder =
          directory.holder("system-manager", place.catchment->id, facts.date);
      if (holder == nullptr) return "route.no_holder";
      out.party = holder->party;
      out.marked = place.marked;
      return nullptr;
    }
    case Target::service_manager:
      if (place.problem != nullptr) return place.problem;
      out.marked = place.marked;
      return service_manager(facts, place, out);
  }
  return "route.no_rule";
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
    if (!days->contains(facts.date)) continue;
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
      Receiver copy;
      // A copy whose receiver is not sure is not sent: a person's queue is for owners.
      if (receiver_of(directory, to, facts, place, copy) != nullptr) continue;
      if (copy.party == out.receivers.front().party) continue;
      copy.rule = rule->id;
      copy.reason = "route.copy";
      copy.copy = true;
      out.receivers.push_back(std::move(copy));
    }
    out.certainty = place.certainty();
    if (place.catchment != nullptr && place.problem == nullptr) out.catchment = place.catchment->id;
    return out;
  }
  if (blocked == nullptr) return to_desk(directory, place, "route.no_rule", {});
  return to_desk(directory, place, blocked, blocked_rule == nullptr ? "" : blocked_rule->id);
}

}  // namespace portage::routing
