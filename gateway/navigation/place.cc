#include "gateway/navigation/place.h"

#include <algorithm>

#include "gateway/base/text.h"

namespace portage::navigation {
namespace {

using directory::Certainty;
using directory::Directory;

const directory::ServiceManager* manager_named(const Directory& directory, std::string_view text,
                                               base::Day day, Place& into) {
  for (const directory::ServiceManager& one : directory.service_managers()) {
    if (one.party == text || one.area == text) return &one;
  }
  into.named = directory.municipality(text, day);
  return into.named == nullptr ? nullptr : directory.service_manager(into.named->service_manager);
}

// A name by which routing knows that service manager.
std::string name_for(const Directory& directory, std::string_view party, base::Day day) {
  for (const directory::Municipality& one : directory.municipalities()) {
    if (one.service_manager != party || !one.valid.contains(day)) continue;
    const directory::Municipality* found = directory.municipality(one.name, day);
    const bool sure =
        found != nullptr && found->service_manager == party &&
        (found->certainty == Certainty::high || found->certainty == Certainty::medium);
    if (sure) return one.name;
  }
  return {};
}

bool may_be(const directory::PostalArea& area, const std::string& party) {
  const auto& others = area.other_service_managers;
  return area.service_manager == party ||
         std::find(others.begin(), others.end(), party) != others.end();
}

}  // namespace

Place read_place(const Directory& directory, const Question& question) {
  Place out;
  out.wanted.day = question.at;
  out.wanted.language = base::lower_ascii(question.language);
  std::string name = question.municipality;
  const directory::PostalArea* area = nullptr;
  if (directory::fsa_number(question.place)) {
    out.wanted.place = question.place;
    area = directory.place(question.place, question.at);
    if (area == nullptr) {
      out.problem = "services.unknown_place";
      return out;
    }
  } else if (name.empty()) {
    name = question.place;
  }
  if (name.empty()) return out;
  out.site = directory.first_nation_site(name, question.at);
  if (out.site != nullptr) {
    out.municipality = name;
    return out;
  }
  const directory::ServiceManager* manager = manager_named(directory, name, question.at, out);
  if (manager == nullptr) {
    out.problem = "navigation.unknown_municipality";
    return out;
  }
  // As routing has it: where the postal area is sure a name changes nothing; where it is not, the
  // name must be one of those that it may be.
  if (area != nullptr && area->service_manager_certainty == Certainty::high &&
      area->catchment_certainty == Certainty::high) {
    out.named = nullptr;
    return out;
  }
  if (area != nullptr && !may_be(*area, manager->party)) {
    out.problem = "navigation.elsewhere";
    return out;
  }
  out.wanted.service_manager = manager->party;
  out.municipality =
      out.named != nullptr ? out.named->name : name_for(directory, manager->party, question.at);
  return out;
}

}  // namespace portage::navigation
