// Routing: rules as of a record's own date give the receivers, each with its reason. Pure: the directory
// and the facts are arguments, so any decision can be made again years later.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/base/error.h"
#include "gateway/base/time.h"
#include "gateway/directory/directory.h"

namespace portage::routing {

// What a decision may look at.
struct Facts {
  std::string kind;                       // "referral"
  std::string from;                       // party id
  std::string place;                      // postal code or FSA; may be empty
  base::Day date;                         // the record's own date
  std::map<std::string, std::string, std::less<>> fields;  // fields marked `routing`, by dotted path
  // For kinds that refer to an earlier record (answers): that record's sender and receivers. `known` is
  // false when there is no match yet.
  struct Earlier {
    bool known = false;
    std::string sender;
    std::vector<std::string> receivers;
  };
  std::optional<Earlier> earlier;
};

struct Receiver {
  std::string party;          // "ssm-halton"; the desk is a party too
  std::string role;           // "system-manager", "employment", "desk" …
  std::string rule;           // "employment-after-start"
  std::string reason;         // stable code: "route.rule", "route.answer", "route.uncertain_place",
                              // "route.no_rule", "route.unmatched"
  bool marked = false;        // routed on medium certainty
};

struct Decision {
  std::vector<Receiver> receivers;   // never empty: where nothing is sure, the desk
  std::string catchment;             // or empty
  directory::Certainty certainty = directory::Certainty::unknown;
  bool unmatched = false;            // an answer whose record is not here yet
};

struct ConsideredRule {
  std::string id, file;
  std::uint32_t line = 0;
  base::Days in_force;            // for this place: catchment dates already filled in
  bool matched = false;
  std::string why_code;           // "route.matched", "route.not_yet", "route.no_longer", "route.other_kind" …
  base::Arguments why_arguments;
  std::string to;                 // the receiver it would give
};

struct Change {  // when the answer changes
  base::Day on;
  std::string from, to, rule;
};

struct Explanation {
  Decision decision;
  std::optional<directory::PostalArea> place;
  std::vector<ConsideredRule> rules;
  std::vector<Change> changes;     // from 2020-01-01 on, for the same facts
};

class Rules {
 public:
  Decision decide(const directory::Directory& directory, const Facts& facts) const;
  Explanation explain(const directory::Directory& directory, const Facts& facts) const;
  std::size_t size() const;
  struct Rule;

 private:
  friend struct RulesLoader;
  std::vector<std::shared_ptr<const Rule>> rules_;
};

struct LoadedRules {
  Rules rules;
  std::vector<base::Finding> findings;
};
// TOML files as (path, bytes).
LoadedRules load_rules(const std::vector<std::pair<std::string, std::string>>& files,
                       const directory::Directory& directory);

}  // namespace portage::routing
