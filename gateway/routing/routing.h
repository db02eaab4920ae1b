// Routing: rules as of a record's own date give the receivers, each with its reason. Pure: the
// directory and the facts are arguments, so any decision can be made again years later. Rules are
// immutable once loaded and shared by threads. Never guesses: what is not sure goes to the desk.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/base/catalogue.h"
#include "gateway/base/error.h"
#include "gateway/base/time.h"
#include "gateway/directory/directory.h"
#include "gateway/schema/shape.h"
#include "gateway/services/services.h"

namespace portage::routing {

// What a decision may look at.
struct Facts {
  std::string kind;                     // "referral"
  std::string from;                     // party id
  std::string place;                    // postal code or FSA; may be empty
  std::string municipality;             // as the record names it; may be empty
  bool reserve = false;                 // the record says that the person lives on a reserve
  std::vector<std::string> addressees;  // the parties that the record itself names
  // Who offers what, for rules that want the nearest provider; nullptr: not known, the desk
  // decides.
  const services::Services* services = nullptr;
  base::Day date;  // the record's own date
  std::map<std::string, std::string, std::less<>>
      fields;  // fields marked `routing`, by dotted path
  // For kinds that refer to an earlier record (answers): that record's sender and receivers.
  // `known` is false when there is no match yet.
  struct Earlier {
    bool known = false;
    std::string sender;
    std::vector<std::string> receivers;
  };
  std::optional<Earlier> earlier;
};

struct Receiver {
  std::string party;  // "ssm-halton"; the desk is a party too
  std::string role;   // "system-manager", "employment", "desk" …
  std::string rule;   // "employment-after-start"; where the desk is the last resort, the rule that
                      // was blocked
  // A key of schemas/messages/routing.json: "route.rule", "route.answer", "route.copy",
  // "route.notify", "route.sender_is_candidate"; for the desk "route.no_place",
  // "route.unknown_place", "route.uncertain_place", "route.uncertain_manager", "route.reserve",
  // "route.unknown_day", "route.no_holder", "route.several_holders", "route.no_addressee",
  // "route.no_provider", "route.no_rule", "route.unmatched".
  std::string reason;
  bool marked = false;  // routed on medium certainty
  bool copy = false;    // told, not asked to act: never the owner
};

struct Decision {
  std::vector<Receiver> receivers;  // never empty, the owner first: where nothing is sure, the desk
  std::string catchment;            // or empty; only if certainty is high or medium
  directory::Certainty certainty = directory::Certainty::unknown;  // of the catchment
  bool unmatched = false;  // an answer whose record is not here yet
};

struct ConsideredRule {
  std::string id, file;
  std::uint32_t line = 0;
  base::Days in_force;  // for this place: catchment dates already filled in
  bool dated = true;    // false: in_force could not be told, since a date or the place is unknown
  bool matched = false;
  std::string
      why_code;  // "route.matched", "route.not_yet", "route.no_longer", "route.other_sender" …
  base::Arguments why_arguments;
  std::string to;  // the receiver it would give; empty where the place does not say
  std::string description_en, description_fr;
};

struct Change {  // when the answer changes
  base::Day on;
  std::string from, to, rule;  // rule: the one that gives the new answer
};

struct Explanation {
  Decision decision;
  std::optional<directory::PostalArea> place;
  std::optional<directory::Catchment> catchment;  // the row the place names, however sure
  std::vector<directory::Party> parties;          // the receivers' own rows, in their order
  std::vector<ConsideredRule> rules;
  std::vector<Change> changes;  // from 2020-01-01 on, for the same facts
};

// One rule as written, for lists.
struct RuleSummary {
  std::string id, file;
  std::uint32_t line = 0;
  std::vector<std::string> kinds, senders, not_senders, fields, copies;
  std::string from, until, to;  // "2023-04-01", "catchment.integrated_start" or empty
  bool until_included = true;   // false: the rule says `before`
  std::string description_en, description_fr;
};

class Rules {
 public:
  Decision decide(const directory::Directory& directory, const Facts& facts) const;
  Explanation explain(const directory::Directory& directory, const Facts& facts) const;
  std::size_t size() const { return rules_.size(); }
  std::vector<RuleSummary> list() const;
  struct Rule;
  struct Kind {  // the rules of one kind of record, in the order of the files
    std::string kind;
    std::vector<const Rule*> rules;
  };
  const std::vector<Kind>& kinds() const { return kinds_; }

 private:
  friend struct RulesLoader;
  const Kind* kind(std::string_view name) const;
  std::vector<std::shared_ptr<const Rule>> rules_;
  std::vector<Kind> kinds_;  // sorted by kind
};

// What the canonical schema of a kind lets rules test: its fields marked `routing`, with their
// codes.
struct KindFields {
  std::string kind;
  std::vector<std::pair<std::string, std::vector<std::string>>>
      fields;  // dotted path, codes (maybe none)
};
KindFields fields_of(std::string_view kind, const schema::Shape& shape);

struct LoadedRules {
  Rules rules;  // only to be used if no finding is an error
  std::vector<base::Finding> findings;
};
// TOML files as (path, bytes). With `kinds`, names of kinds, fields and codes are checked too.
LoadedRules load_rules(const std::vector<std::pair<std::string, std::string>>& files,
                       const directory::Directory& directory,
                       const std::vector<KindFields>* kinds = nullptr);

// What may be shown of a place as it was asked for: "L6H 1A1" -> "L6H", since the rest of a postal
// code can point to a household; "…" for a text that is neither a postal code nor as short as an
// FSA.
std::string shown_place(std::string_view place);

// `portage route explain`, for people and for programs; both end with a newline. No personal value
// is in either: parties, areas, dates, rules and the names of fields only.
std::string render_explanation(const Explanation& explanation, const Facts& facts,
                               base::Language language);
std::string render_explanation_json(const Explanation& explanation, const Facts& facts);

}  // namespace portage::routing
