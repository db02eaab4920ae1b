// From what a rule says to whom a record goes: the party, or the reason why it can't be told.
#include <algorithm>

#include "gateway/routing/rule.h"
#include "gateway/services/nearest.h"

namespace portage::routing {

using directory::Certainty;
using directory::Directory;

namespace {

bool sure(Certainty c) { return c == Certainty::high || c == Certainty::medium; }

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

// The one office of the service manager's area; a person chooses among several.
const char* odsp_office(const Directory& directory, const Facts& facts, const PlaceFacts& place,
                        Receiver& out) {
  if (place.problem != nullptr) return place.problem;
  Receiver manager;
  if (const char* reason = service_manager(facts, place, manager)) return reason;
  const directory::ServiceManager* area = directory.service_manager(manager.party);
  if (area == nullptr) return "route.no_holder";
  const auto offices = directory.holders("odsp-office", area->area, facts.date);
  if (offices.empty()) return "route.no_holder";
  if (offices.size() > 1) return "route.several_holders";
  out.party = offices.front()->party;
  out.marked = place.marked || manager.marked || offices.front()->certainty == Certainty::medium;
  return nullptr;
}

// The order of services::nearest() breaks every tie, so the same record always goes the same way.
const char* nearest_provider(const Directory& directory, const Destination& to, const Facts& facts,
                             const PlaceFacts& place, Receiver& out) {
  if (place.problem != nullptr) return place.problem;
  if (facts.services == nullptr) return "route.no_provider";
  services::Wanted wanted;
  wanted.need = to.need;
  wanted.place = facts.place;
  wanted.day = facts.date;
  wanted.party_kind = "provider";
  if (place.named != nullptr) wanted.service_manager = place.named->party;
  const auto language = facts.fields.find("language");
  if (language != facts.fields.end()) wanted.language = language->second;
  const services::Nearest found = services::nearest(*facts.services, directory, wanted);
  if (found.problem == "services.no_place") return "route.no_place";
  if (found.problem == "services.unknown_place") return "route.unknown_place";
  if (found.problem == "services.uncertain_place") return "route.uncertain_place";
  for (const services::Candidate& candidate : found.candidates) {
    const directory::Party* party = directory.party(candidate.service->party);
    if (party == nullptr || !party->valid.contains(facts.date) || party->id == facts.from) continue;
    out.party = party->id;
    out.marked = place.marked || !candidate.speaks;
    return nullptr;
  }
  return "route.no_provider";
}

const char* addressee(const Directory& directory, const Facts& facts, Receiver& out) {
  for (const std::string& name : facts.addressees) {
    const directory::Party* party = directory.party(name);
    if (party == nullptr || !party->valid.contains(facts.date) || name == facts.from) continue;
    out.party = name;
    out.role = party->kind;
    return nullptr;
  }
  return "route.no_addressee";
}

const char* named_receiver(const Directory& directory, const Destination& to, const Facts& facts,
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
    case Target::odsp_office:
      return odsp_office(directory, facts, place, out);
    case Target::nearest_provider:
      return nearest_provider(directory, to, facts, place, out);
    case Target::addressee:
      return addressee(directory, facts, out);
    case Target::answer_receivers:
      break;  // of copies only
  }
  return "route.no_rule";
}

}  // namespace

const char* receiver_of(const Directory& directory, const Destination& to, const Facts& facts,
                        const PlaceFacts& place, Receiver& out) {
  if (const char* reason = named_receiver(directory, to, facts, place, out)) return reason;
  // An answer goes back to whoever sent its record.
  if (to.target == Target::answer_sender) return nullptr;
  const directory::Party* party = directory.party(out.party);
  const bool there = party == nullptr || party->valid.contains(facts.date);
  return there ? nullptr : kReceiverNotThere;
}

std::vector<Receiver> copies_of(const Directory& directory, const Destination& to,
                                const Facts& facts, const PlaceFacts& place) {
  std::vector<Receiver> out;
  if (to.target == Target::answer_receivers) {
    if (!facts.earlier) return out;
    for (const std::string& party : facts.earlier->receivers) {
      if (party != directory.desk()) out.push_back({party, to.role, {}, {}, false, true});
    }
  } else {
    // A copy whose receiver is not sure is not sent: a person's queue is for owners.
    Receiver copy;
    if (receiver_of(directory, to, facts, place, copy) == nullptr) out.push_back(std::move(copy));
  }
  for (Receiver& copy : out) {
    copy.reason = to.notify ? "route.notify" : "route.copy";
    copy.copy = true;
  }
  return out;
}

}  // namespace portage::routing
