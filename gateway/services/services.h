// A directory of services and supports, centred on the person: who offers what, where, in which
// languages, on which days, and what to send them. Read from HSDS 3.0 tables and documents; what
// public bodies offer by their role is derived from the directory of parties. Built once from
// config/services/, then immutable and shared by threads; pointers live as long as the Services.
// Never does I/O, never guesses, holds no personal data.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/base/error.h"
#include "gateway/base/time.h"
#include "gateway/directory/directory.h"
#include "gateway/directory/tables.h"
#include "gateway/services/rows.h"

namespace portage::services {

// Where a service is offered. In HSDS it is the `uri` of a service_area:
// "urn:portage:area:catchment:halton", "…:service-manager:halton" (an area, not a party),
// "…:postal:L6H", "…:province:on", "…:country:ca". Any other is `text`: not known to us.
struct Area {
  enum class Kind : std::uint8_t { postal, service_manager, catchment, province, country, text };
  Kind kind = Kind::text;
  std::string id;
};
std::optional<Area> area_from(std::string_view uri_or_name);  // "catchment:halton" too
std::string area_uri(const Area& area);

struct SiteOf {          // a place where the service is given
  std::string location;  // id
  std::string fsa;       // or empty
};

struct Service {
  std::string id;                      // as in the files: "social-housing@cmsm-halton", or a UUID
  std::string organization;            // id
  std::string party;                   // of the directory of parties; empty: not on Portage
  std::string role;                    // in which the party offers it; empty: no role is said
  std::vector<std::string> needs;      // codes, with those of their parents
  std::vector<Area> areas;             // none: not known
  std::vector<SiteOf> sites;           // none: not known, or served from afar
  std::vector<std::string> languages;  // ISO 639; none: not known
  std::string kind;                    // of the record to send; empty: none
  std::string level;                   // "municipal", "provincial", "federal", "community"
  std::int32_t priority = 50;          // lower comes first
  bool active = true;                  // HSDS status
  bool sample = false;                 // recalled or invented; not a fact
  directory::Certainty certainty = directory::Certainty::unknown;
  base::Days valid;
  std::string source;
  directory::SourceRow where;
  const Row* row = nullptr;  // of Table::service

  bool serves_on(base::Day day) const { return active && valid.contains(day); }
  bool speaks(std::string_view language) const;
};

// Something that a person may need: a taxonomy term of ours.
struct Need {
  std::string code;  // "housing"
  std::string name_en, name_fr;
  std::string parent;              // code, or empty
  std::vector<std::string> words;  // other names, in both languages
  std::string kind;                // Portage routes records of this kind for it; or empty
  directory::SourceRow where;
};

class Services {
 public:
  Services() = default;
  Services(Services&&) = default;
  Services& operator=(Services&&) = default;

  // By its id as written or by its UUID; nullptr if there is none.
  const Service* service(std::string_view id) const;
  const std::vector<Service>& all() const { return services_; }
  // Those that serve the need or one below it, by priority, then id.
  const std::vector<const Service*>& for_need(std::string_view code) const;
  const std::map<std::string, Need, std::less<>>& needs() const { return needs_; }
  // By code, name or another name in either language; case, accents and hyphens do not matter.
  const Need* need(std::string_view words) const;
  std::vector<std::string> need_names() const;  // to suggest from
  // The first half of a location's postal code, or empty.
  std::string fsa_of(std::string_view location) const;
  const Rows& rows() const { return *rows_; }
  bool empty() const { return services_.empty(); }

 private:
  friend struct ServicesLoader;
  std::shared_ptr<const Rows> rows_ = std::make_shared<Rows>();
  std::vector<Service> services_;
  std::map<std::string, const Service*, std::less<>> by_id_;
  std::map<std::string, Need, std::less<>> needs_;
  std::map<std::string, std::string, std::less<>> need_words_;  // folded name -> code
  std::map<std::string, std::vector<const Service*>, std::less<>> by_need_;
};

// The files are given as (path, bytes). *.csv are HSDS tables, offers.csv what a role offers;
// *.json,
// *.jsonl and *.ndjson are HSDS documents; a datapackage.json is passed over.
struct ServiceFiles {
  std::vector<std::pair<std::string, std::string>> files;
};
struct LoadedServices {
  Services services;                    // only to be used if no finding is an error
  std::vector<base::Finding> findings;  // all of them, sorted by place
};
// `languages` names languages; it may be nullptr. `kinds`: known kinds of record, or nullptr.
LoadedServices load_services(const ServiceFiles& files, const directory::Directory& directory,
                             const directory::CodeTable* languages,
                             const std::vector<std::string>* kinds);

}  // namespace portage::services
