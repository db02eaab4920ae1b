// Who the parties are, which role each holds in which area on which day, and which area a postal code lies
// in: all dated, all with the certainty of their source. Built once from config/, then immutable and shared.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/base/error.h"
#include "gateway/base/time.h"

namespace portage::directory {

// How sure a row of the domain data is. `sample` = recalled, not sourced; says so wherever it is shown.
enum class Certainty : std::uint8_t { high, medium, low, unknown };
std::string_view certainty_name(Certainty c);

struct SourceRow {  // where a fact stands, for explanations: "places/postal_areas.csv:212"
  std::string file;
  std::uint32_t line = 0;
};

struct Party {
  std::string id;        // "cmsm-halton"
  std::string kind;      // "province", "service-manager", "system-manager", "odsp-office", "provider", "desk"
  std::string name_en, name_fr;
  bool sample = false;   // recalled or invented; not a fact
  base::Days valid;
  SourceRow where;
};

// A role held in an area: "service-manager" of "halton", "employment" (own unit), "system-manager" …
struct Role {
  std::string party, role, area;  // area: a catchment id or a service-manager area id
  base::Days valid;
  SourceRow where;
};

struct Catchment {
  std::string id, name_en, name_fr;
  std::string system_manager;              // party id
  std::optional<base::Day> contracts_move; // may be unknown
  base::Day integrated_start;
  std::string precision;                   // as sourced: "day sourced", "month sourced, day inferred"
  SourceRow where;
};

struct PostalArea {  // a forward sortation area
  std::string fsa, place;
  std::string service_manager;             // party id, or empty
  std::string catchment;                   // or empty
  std::vector<std::string> other_service_managers, other_catchments;
  Certainty service_manager_certainty = Certainty::unknown;
  Certainty catchment_certainty = Certainty::unknown;
  base::Days valid;
  SourceRow where;
};

class Directory {
 public:
  const Party* party(std::string_view id) const;
  const Catchment* catchment(std::string_view id) const;
  // Takes a postal code or an FSA, in any case and spacing. nullptr if there is no such area.
  const PostalArea* place(std::string_view postal, base::Day day) const;
  bool holds(std::string_view party, std::string_view role, std::string_view area,
             base::Day day) const;

  const std::map<std::string, Party, std::less<>>& parties() const { return parties_; }
  const std::map<std::string, Catchment, std::less<>>& catchments() const { return catchments_; }
  const std::vector<PostalArea>& places() const { return places_; }
  const std::vector<Role>& roles() const { return roles_; }

 private:
  friend struct DirectoryLoader;
  std::map<std::string, Party, std::less<>> parties_;
  std::map<std::string, Catchment, std::less<>> catchments_;
  std::vector<PostalArea> places_;                 // sorted by fsa, then valid.from
  std::vector<Role> roles_;
};

// The files are given as (name, bytes) so that this room does no I/O: parties.csv, catchments.csv,
// service_managers.csv, postal_areas.csv, odsp_offices.csv. Every finding is reported.
struct DirectoryFiles {
  std::vector<std::pair<std::string, std::string>> files;  // path for findings, bytes
};
struct LoadedDirectory {
  Directory directory;
  std::vector<base::Finding> findings;
};
LoadedDirectory load_directory(const DirectoryFiles& files);

}  // namespace portage::directory
