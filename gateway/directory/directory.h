// Who the parties are, which role each holds in which area on which day, and which area a postal
// code lies in: all dated, all with the certainty of their source. Built once from config/, then
// immutable and shared by threads; every pointer and view handed out lives as long as the
// Directory. Never does I/O, never guesses.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/base/error.h"
#include "gateway/base/time.h"

namespace portage::directory {

// How sure a row of the domain data is. `unknown` = recalled or not said; such parties are samples.
enum class Certainty : std::uint8_t { high, medium, low, unknown };
std::string_view certainty_name(Certainty c);

struct SourceRow {  // where a fact stands, for explanations: "places/postal_areas.csv:212"
  std::string file;
  std::uint32_t line = 0;
};

struct Organisation {  // stands behind one or several parties
  std::string id, name_en, name_fr;
  std::string sector;  // "province", "municipal", "private" …
  Certainty certainty = Certainty::unknown;
  SourceRow where;
};

// An organisation in one role: what records are addressed to.
struct Party {
  std::string id;    // "cmsm-halton"
  std::string kind;  // of party_kinds(): "province", "service-manager", "system-manager" …
  std::string name_en, name_fr;  // name_fr may be empty: no French name is known
  std::string organisation;      // of organisations.csv; empty: an organisation with this one role
  bool sample = false;           // recalled or invented; not a fact
  Certainty certainty = Certainty::unknown;
  base::Days valid;
  SourceRow where;
};

// A role held in an area: "service-manager" of "halton", "employment" (own unit), "system-manager"
// …
struct Role {
  std::string party, role, area;  // area: a catchment id or a service-manager area id
  Certainty certainty = Certainty::unknown;
  base::Days valid;
  SourceRow where;
};

struct Catchment {
  std::string id, name_en, name_fr;
  std::string system_manager;               // party id; later holders stand in roles()
  std::optional<base::Day> contracts_move;  // may be unknown
  std::string contracts_window;             // as sourced: "2022-04..2023-03", "unknown"
  // The days that the contracts can have moved on at the earliest and at the latest; equal where
  // the day is known. No earliest: not known. With the integrated start they have moved.
  std::optional<base::Day> contracts_earliest;
  base::Day contracts_latest = base::kLastDay;
  base::Day integrated_start;
  std::string precision;  // as sourced: "day sourced", "month sourced, day inferred"
  Certainty certainty = Certainty::unknown;
  SourceRow where;
};

struct ServiceManager {  // its party has the same id
  std::string party, area;
  std::string catchment;  // a service manager lies in one catchment
  Certainty catchment_certainty = Certainty::unknown;
  base::Days valid;
  SourceRow where;
};

struct PostalArea {  // a forward sortation area
  std::string fsa, place;
  std::string service_manager;  // party id, or empty
  std::string catchment;        // or empty
  std::vector<std::string> other_service_managers, other_catchments;
  Certainty service_manager_certainty = Certainty::unknown;
  Certainty catchment_certainty = Certainty::unknown;
  // Its middle in ten-thousandths of a degree; 0, 0 where the row does not say.
  std::int32_t latitude = 0, longitude = 0;
  base::Days valid;
  SourceRow where;
};

// The name of a municipality or of a place in one, as people write it. A First Nation community
// stands in first_nation_sites.csv, never here.
struct Municipality {
  std::string name, service_manager;
  Certainty certainty = Certainty::unknown;
  base::Days valid;
  SourceRow where;
};

struct Site {  // where a provider works
  std::string id, party, name_en, name_fr, postal, municipality;
  std::vector<std::string> languages;
  bool sample = false;
  Certainty certainty = Certainty::unknown;
  base::Days valid;
  SourceRow where;
};

// "City of St. Thomas", "ST THOMAS" -> "saint thomas": equal for equal names of a place.
std::string place_key(std::string_view name);

class Directory {
 public:
  const Party* party(std::string_view id) const;
  const Catchment* catchment(std::string_view id) const;
  // Takes a postal code or an FSA, in any case and spacing. nullptr if there is no such area.
  const PostalArea* place(std::string_view postal, base::Day day) const;
  // An empty area stands for any area.
  bool holds(std::string_view party, std::string_view role, std::string_view area,
             base::Day day) const;
  // Who holds the role in the area on that day, or nullptr.
  const Role* holder(std::string_view role, std::string_view area, base::Day day) const;
  const Organisation* organisation(std::string_view id) const;
  // The party to which records for the organisation in that role are addressed, or nullptr. An
  // empty area stands for any area.
  const Party* address(std::string_view organisation, std::string_view role, std::string_view area,
                       base::Day day) const;
  // nullptr where no municipality, or none for sure, has that name.
  const Municipality* municipality(std::string_view name, base::Day day) const;
  std::vector<const Municipality*> municipalities_named(std::string_view name) const;
  // The First Nation delivery site of that community, or nullptr.
  const Party* first_nation_site(std::string_view community, base::Day day) const;
  std::vector<std::string> communities_of(std::string_view site) const;
  const ServiceManager* service_manager(std::string_view party) const;
  // Where no employment catchment ever takes over: First Nations keep the rules from before.
  const Catchment& outside() const { return outside_; }
  std::vector<const Role*> holders(std::string_view role, std::string_view area,
                                   base::Day day) const;
  // The party where a person decides; every shipped directory has exactly one. Empty if there is
  // none.
  const std::string& desk() const { return desk_; }

  const std::map<std::string, Party, std::less<>>& parties() const { return parties_; }
  const std::map<std::string, Catchment, std::less<>>& catchments() const { return catchments_; }
  const std::map<std::string, Organisation, std::less<>>& organisations() const {
    return organisations_;
  }
  const std::vector<Municipality>& municipalities() const { return municipalities_; }
  const std::vector<Site>& sites() const { return sites_; }
  std::size_t areas() const;  // catchments, areas of service managers, postal areas
  const std::vector<PostalArea>& places() const { return places_; }
  const std::vector<Role>& roles() const { return roles_; }
  const std::vector<ServiceManager>& service_managers() const { return service_managers_; }

 private:
  friend struct DirectoryLoader;
  void index();

  std::map<std::string, Party, std::less<>> parties_;
  std::map<std::string, Catchment, std::less<>> catchments_;
  std::map<std::string, Organisation, std::less<>> organisations_;
  std::vector<Municipality> municipalities_;
  std::multimap<std::string, std::size_t, std::less<>> municipality_keys_;
  std::multimap<std::string, std::string, std::less<>> community_keys_;  // -> party
  std::vector<Site> sites_;
  Catchment outside_;
  std::vector<ServiceManager> service_managers_;
  std::vector<PostalArea> places_;           // sorted by fsa, then valid.from
  std::vector<std::uint32_t> place_starts_;  // by fsa_number: where its rows begin in places_
  std::vector<Role> roles_;                  // sorted by role, area, valid.from
  std::vector<std::uint32_t> roles_by_party_;
  std::string desk_;
};

// "L6H", "l6h 1a1", "L6H-1A1" -> the number of its FSA, below kFsaNumbers; nothing for any other
// text.
inline constexpr std::uint32_t kFsaNumbers = 26 * 10 * 26;
std::optional<std::uint32_t> fsa_number(std::string_view postal);

// The words of the data files; a rule or a row may use no other.
const std::vector<std::string>& party_kinds();
const std::vector<std::string>& role_names();

// The files are given as (name, bytes) so that this room does no I/O. Known by their last part:
// parties.csv (required), organisations.csv, catchments.csv, service_managers.csv,
// postal_areas.csv, municipalities.csv, odsp_offices.csv, first_nation_sites.csv, sites.csv,
// roles.csv, sources.csv. Every finding is reported, sorted by place.
struct DirectoryFiles {
  std::vector<std::pair<std::string, std::string>> files;  // path for findings, bytes
};
struct LoadedDirectory {
  Directory directory;  // only to be used if no finding is an error
  std::vector<base::Finding> findings;
};
LoadedDirectory load_directory(const DirectoryFiles& files);

}  // namespace portage::directory
