// Who offers a service nearest to a place: the same question gets the same answer, always, in the
// same order. Pure; any thread. Never guesses: where the place is not sure enough to tell the
// candidates apart, it says so instead.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/directory/directory.h"
#include "gateway/services/services.h"

namespace portage::services {

struct Wanted {
  std::string need;      // code of a need: "employment-provider"
  std::string place;     // postal code or FSA
  std::string language;  // ISO 639; may be empty
  base::Day day;
  std::string party_kind;  // only services of parties of this kind: "provider"; empty: any
  // A service manager that the person has named (its municipality); it decides where the postal
  // area alone does not. May be empty; with it the place may be empty too.
  std::string service_manager;
};

enum class Near : std::uint8_t { postal_area, service_manager, catchment, further };

struct Candidate {
  const Service* service = nullptr;
  Near near = Near::further;            // by the site that is nearest
  bool speaks = true;                   // the language that was asked for; true if none was
  std::optional<std::uint32_t> metres;  // between the middles of both postal areas, to 100 m
  std::string site;                     // id of the location, or empty
  const Area* area = nullptr;           // of the service that holds the place
};

struct Nearest {
  // Empty, or why there is no sure answer: "services.unknown_need", "services.no_place",
  // "services.unknown_place", "services.uncertain_place". Then there are no candidates.
  std::string problem;
  std::vector<std::string> municipalities;  // with services.uncertain_place: parties it may be
  std::vector<Candidate> candidates;        // the best first; none: nobody offers it there
};

// Services of the need that hold on the day and whose area holds the place, in this order:
// 1. those that speak the language before those that do not, or of which it is not known;
// 2. a site in the same postal area, then of the same service manager, then in the same catchment,
//    then any other;
// 3. the least distance between the middles of the postal areas; with none known, after those;
// 4. the lowest declared priority;
// 5. the id, as text.
Nearest nearest(const Services& services, const directory::Directory& directory,
                const Wanted& wanted);

// The days after 0001-01-01 on which the answer for this need may change, in order.
std::vector<base::Day> changes(const Services& services, std::string_view need);

// What can be told of a place: its postal area, service manager and catchment, where sure.
struct PlaceOf {
  const directory::PostalArea* area = nullptr;
  const directory::ServiceManager* manager = nullptr;  // only if sure, or named by the person
  const directory::Catchment* catchment = nullptr;     // only if sure
  std::vector<std::string> may_be;                     // parties, where the manager is not sure
  std::string problem;                                 // as in Nearest, without uncertain_place
};
PlaceOf place_of(const directory::Directory& directory, const Wanted& wanted);
// Does an area of the service hold the place, for sure?
bool serves(const Service& service, const PlaceOf& place);
// Between the middles of the place's postal area and a location's, to 100 m; nothing if not known.
std::optional<std::uint32_t> metres_to(const PlaceOf& place, const Services& services,
                                       std::string_view location,
                                       const directory::Directory& directory, base::Day day);

}  // namespace portage::services
