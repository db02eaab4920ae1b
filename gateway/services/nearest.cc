#include "gateway/services/nearest.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <tuple>

#include "gateway/base/text.h"

namespace portage::services {
namespace {

using directory::Certainty;
using directory::Directory;
using directory::PostalArea;

bool sure(Certainty c) { return c == Certainty::high || c == Certainty::medium; }

// On a sphere; the middles of postal areas are known to some hundred metres only.
std::optional<std::uint32_t> metres(const PostalArea& a, const PostalArea& b) {
  if ((a.latitude == 0 && a.longitude == 0) || (b.latitude == 0 && b.longitude == 0)) {
    return std::nullopt;
  }
  constexpr double kRadius = 6'371'000.0, kPerUnit = 3.14159265358979323846 / 1'800'000.0;
  const double lat1 = a.latitude * kPerUnit, lat2 = b.latitude * kPerUnit;
  const double x = std::sin((lat2 - lat1) / 2);
  const double y = std::sin((b.longitude - a.longitude) * kPerUnit / 2);
  const double h = x * x + std::cos(lat1) * std::cos(lat2) * y * y;
  const double far = 2 * kRadius * std::asin(std::min(1.0, std::sqrt(h)));
  return static_cast<std::uint32_t>(std::lround(far / 100.0)) * 100;
}

// Does the area hold the place? nothing: it can't be told.
std::optional<bool> holds(const Area& area, const PlaceOf& place) {
  switch (area.kind) {
    case Area::Kind::postal:
      return place.area != nullptr && place.area->fsa == area.id;
    case Area::Kind::service_manager:
      if (place.manager != nullptr) return place.manager->area == area.id;
      return std::nullopt;
    case Area::Kind::catchment:
      if (place.catchment != nullptr) return place.catchment->id == area.id;
      return std::nullopt;
    case Area::Kind::province:
    case Area::Kind::country:
      return true;
    case Area::Kind::text:
      break;
  }
  return false;
}

// Could the place lie in it, for all that is known?
bool may_hold(const Area& area, const PlaceOf& place, const Directory& directory) {
  for (const std::string& party : place.may_be) {
    const directory::ServiceManager* manager = directory.service_manager(party);
    if (manager == nullptr) continue;
    if (area.kind == Area::Kind::service_manager && manager->area == area.id) return true;
    if (area.kind == Area::Kind::catchment && manager->catchment == area.id) return true;
  }
  if (area.kind == Area::Kind::catchment && place.area != nullptr) {
    const auto& others = place.area->other_catchments;
    return place.area->catchment == area.id ||
           std::find(others.begin(), others.end(), area.id) != others.end();
  }
  return false;
}

struct Measure {
  const Directory& directory;
  const PlaceOf& place;
  base::Day day;

  void site(const SiteOf& site, Candidate& into) const {
    Near near = Near::further;
    std::optional<std::uint32_t> far;
    const PostalArea* there = site.fsa.empty() ? nullptr : directory.place(site.fsa, day);
    if (there != nullptr) {
      if (place.area != nullptr && there->fsa == place.area->fsa) {
        near = Near::postal_area;
      } else if (place.manager != nullptr && there->service_manager == place.manager->party &&
                 sure(there->service_manager_certainty)) {
        near = Near::service_manager;
      } else if (place.catchment != nullptr && there->catchment == place.catchment->id &&
                 sure(there->catchment_certainty)) {
        near = Near::catchment;
      }
      if (place.area != nullptr) far = metres(*place.area, *there);
    }
    const auto rank = [](Near n, const std::optional<std::uint32_t>& m, const std::string& id) {
      return std::tuple(n, !m.has_value(), m.value_or(0), id);
    };
    if (into.site.empty() ||
        rank(near, far, site.location) < rank(into.near, into.metres, into.site)) {
      into.near = near;
      into.metres = far;
      into.site = site.location;
    }
  }
};

bool before(const Candidate& a, const Candidate& b) {
  const auto rank = [](const Candidate& c) {
    return std::tuple(!c.speaks, c.near, !c.metres.has_value(), c.metres.value_or(0),
                      c.service->priority, std::string_view(c.service->id));
  };
  return rank(a) < rank(b);
}

}  // namespace

PlaceOf place_of(const Directory& directory, const Wanted& wanted) {
  PlaceOf out;
  if (!wanted.place.empty()) {
    out.area = directory.place(wanted.place, wanted.day);
    if (out.area == nullptr && wanted.service_manager.empty()) {
      out.problem = "services.unknown_place";
      return out;
    }
  } else if (wanted.service_manager.empty()) {
    out.problem = "services.no_place";
    return out;
  }
  if (!wanted.service_manager.empty()) {
    out.manager = directory.service_manager(wanted.service_manager);
    if (out.manager == nullptr) {
      out.problem = "services.unknown_place";
      return out;
    }
    out.catchment = directory.catchment(out.manager->catchment);
    return out;
  }
  if (sure(out.area->service_manager_certainty)) {
    out.manager = directory.service_manager(out.area->service_manager);
  } else {
    if (!out.area->service_manager.empty()) out.may_be.push_back(out.area->service_manager);
    for (const std::string& other : out.area->other_service_managers) out.may_be.push_back(other);
  }
  if (sure(out.area->catchment_certainty)) {
    out.catchment = directory.catchment(out.area->catchment);
  }
  return out;
}

Nearest nearest(const Services& services, const Directory& directory, const Wanted& wanted) {
  Nearest out;
  const Need* need = services.need(wanted.need);
  if (need == nullptr) {
    out.problem = "services.unknown_need";
    return out;
  }
  const PlaceOf place = place_of(directory, wanted);
  if (!place.problem.empty()) {
    out.problem = place.problem;
    return out;
  }
  const std::string language = base::lower_ascii(wanted.language);
  const Measure measure{directory, place, wanted.day};
  for (const Service* service : services.for_need(need->code)) {
    if (!service->serves_on(wanted.day)) continue;
    if (!wanted.party_kind.empty()) {
      const directory::Party* party = directory.party(service->party);
      if (party == nullptr || party->kind != wanted.party_kind) continue;
    }
    Candidate candidate;
    bool unsure = false;
    for (const Area& area : service->areas) {
      const std::optional<bool> held = holds(area, place);
      if (held.value_or(false)) {
        candidate.area = &area;
        break;
      }
      unsure = unsure || (!held && may_hold(area, place, directory));
    }
    if (candidate.area == nullptr && unsure) {
      out.problem = "services.uncertain_place";
      out.municipalities = place.may_be;
      out.candidates.clear();
      return out;
    }
    if (candidate.area == nullptr) continue;
    candidate.service = service;
    candidate.speaks = language.empty() || service->speaks(language);
    for (const SiteOf& site : service->sites) measure.site(site, candidate);
    out.candidates.push_back(std::move(candidate));
  }
  std::sort(out.candidates.begin(), out.candidates.end(), before);
  return out;
}

bool serves(const Service& service, const PlaceOf& place) {
  return std::any_of(service.areas.begin(), service.areas.end(),
                     [&](const Area& area) { return holds(area, place).value_or(false); });
}

std::optional<std::uint32_t> metres_to(const PlaceOf& place, const Services& services,
                                       std::string_view location, const Directory& directory,
                                       base::Day day) {
  const std::string fsa = services.fsa_of(location);
  const PostalArea* there = fsa.empty() ? nullptr : directory.place(fsa, day);
  if (there == nullptr || place.area == nullptr) return std::nullopt;
  return metres(*place.area, *there);
}

std::vector<base::Day> changes(const Services& services, std::string_view need) {
  std::set<base::Day> days;
  const Need* found = services.need(need);
  if (found == nullptr) return {};
  for (const Service* service : services.for_need(found->code)) {
    if (!service->active) continue;
    if (service->valid.from != base::kFirstDay) days.insert(service->valid.from);
    if (service->valid.until != base::kLastDay) {
      days.insert(base::Day{service->valid.until.since_1970 + 1});
    }
  }
  return {days.begin(), days.end()};
}

}  // namespace portage::services
