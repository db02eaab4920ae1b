// What a record says of its place: postal code, municipality, reserve.
#include <algorithm>

#include "gateway/routing/rule.h"

namespace portage::routing {

using directory::Certainty;
using directory::Directory;

namespace {

bool sure(Certainty c) { return c == Certainty::high || c == Certainty::medium; }

bool is_candidate(const directory::PostalArea& area, const std::string& manager) {
  const auto& others = area.other_service_managers;
  return area.service_manager == manager ||
         std::find(others.begin(), others.end(), manager) != others.end();
}

// The service manager of the municipality that the record names, where the postal code does not
// rule it out: a name alone may be another place of that name.
const directory::ServiceManager* by_name(const Directory& directory, const Facts& facts,
                                         const directory::PostalArea* area) {
  if (facts.municipality.empty()) return nullptr;
  const directory::Municipality* named = directory.municipality(facts.municipality, facts.date);
  if (named == nullptr || !sure(named->certainty)) return nullptr;
  if (area != nullptr && !is_candidate(*area, named->service_manager)) return nullptr;
  return directory.service_manager(named->service_manager);
}

// Whether the place is a First Nation's: by the community's name, by the sender, by the record.
bool first_nation(const Directory& directory, const Facts& facts, PlaceFacts& out) {
  if (!facts.municipality.empty()) {
    out.site = directory.first_nation_site(facts.municipality, facts.date);
  }
  if (out.site == nullptr && facts.municipality.empty()) {
    const directory::Party* sender = directory.party(facts.from);
    if (sender != nullptr && sender->kind == "first-nation") out.site = sender;
  }
  if (out.site != nullptr) {
    out.catchment = &directory.outside();
    return true;
  }
  if (facts.reserve) out.problem = "route.reserve";
  return facts.reserve;
}

}  // namespace

Certainty PlaceFacts::certainty() const {
  if (named != nullptr) return Certainty::medium;
  return area == nullptr ? Certainty::unknown : area->catchment_certainty;
}

PlaceFacts place_facts(const Directory& directory, const Facts& facts) {
  PlaceFacts out;
  if (!facts.place.empty()) out.area = directory.place(facts.place, facts.date);
  if (first_nation(directory, facts, out)) return out;
  const directory::PostalArea* area = out.area;
  const bool certain = area != nullptr && area->catchment_certainty == Certainty::high &&
                       area->service_manager_certainty == Certainty::high;
  if (!certain && (area != nullptr || facts.place.empty())) {
    out.named = by_name(directory, facts, area);
  }
  if (out.named != nullptr) {
    out.catchment = directory.catchment(out.named->catchment);
    out.marked = true;
    return out;
  }
  if (facts.place.empty()) {
    out.problem = "route.no_place";
  } else if (area == nullptr) {
    out.problem = "route.unknown_place";
  } else {
    out.catchment = directory.catchment(area->catchment);
    if (out.catchment == nullptr || !sure(area->catchment_certainty)) {
      out.problem = "route.uncertain_place";
    } else {
      out.marked = area->catchment_certainty == Certainty::medium;
    }
  }
  return out;
}

}  // namespace portage::routing
