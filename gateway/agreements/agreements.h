// Agreements: what may flow between whom, of which fields, by what right, for what purpose, from
// when until when. No agreement, no flow; a field that is not permitted never leaves. Built once
// from config/agreements/*.toml, then immutable and shared by threads; every pointer handed out
// lives as long as the Agreements. Pure: never does I/O, never reads a clock, never guesses.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "gateway/agreements/mask.h"
#include "gateway/base/catalogue.h"
#include "gateway/base/error.h"
#include "gateway/base/time.h"
#include "gateway/directory/directory.h"
#include "gateway/directory/tables.h"

namespace portage::agreements {

// What the person's own word does to a flow: nothing (the law alone decides), it may stop or limit
// it, or it must be given first.
enum class ConsentRule : std::uint8_t { none, respected, required };
std::string_view consent_rule_name(ConsentRule rule);

// A purpose beside those that a person can consent to: what the exchange itself needs.
inline constexpr std::string_view kAdministration = "ADMINISTRATION";

struct Agreement {
  std::string id;
  std::string title_en, title_fr;
  std::string authority_en, authority_fr;  // the law, regulation or contract; or the consent
  std::string purpose;                     // a code of the table consent_purpose
  ConsentRule consent = ConsentRule::none;
  std::vector<std::string> from, to;  // parties or roles
  base::Days days;
  bool sample = false;
  directory::Certainty certainty = directory::Certainty::unknown;
  std::string source;
  std::string file;
  std::uint32_t line = 0, column = 0;
};

// One kind of record under one agreement.
struct Flow {
  std::shared_ptr<const Agreement> agreement;
  std::string kind;
  FieldSet permitted;
  Mask mask;
  std::uint32_t number = 0;  // of this flow among all of its generation
  std::uint32_t line = 0, column = 0;
};

class Agreements {
 public:
  // The flow by which a record of that kind may go on that day, or nullptr. An agreement that names
  // a party goes before one that names its role.
  const Flow* flow(std::string_view from, std::string_view to, std::string_view kind,
                   base::Day day) const;
  // The same without the day: was there such a flow, or will there be one? For telling "withdrawn"
  // from "never agreed".
  const Flow* any_flow(std::string_view from, std::string_view to, std::string_view kind) const;
  // Whether the party may ever send by that flow.
  bool sends_by(const Flow& flow, std::string_view party) const;
  const std::vector<std::shared_ptr<const Flow>>& flows() const { return flows_; }
  const std::vector<std::shared_ptr<const Agreement>>& all() const { return all_; }
  const KindLeaves* leaves(std::string_view kind) const;

 private:
  friend struct AgreementsLoader;
  // Parties that one side names, with the days of the role by which they are named.
  struct Side {
    std::unordered_map<std::string, std::vector<base::Days>, directory::TextHash, std::equal_to<>>
        by_role;
    std::vector<std::string> by_name;
    // 0: no; 1: by role; 2: by name.
    int fits(std::string_view party, const base::Day* day) const;
  };
  struct Entry {
    const Flow* flow;
    Side from, to;
  };
  const Flow* find(std::string_view from, std::string_view to, std::string_view kind,
                   const base::Day* day) const;

  std::vector<std::shared_ptr<const Agreement>> all_;
  std::vector<std::shared_ptr<const Flow>> flows_;
  std::unordered_map<std::string, std::vector<Entry>, directory::TextHash, std::equal_to<>> kinds_;
  std::vector<KindLeaves> leaves_;  // sorted by kind
};

// A kind of record and the shape of its canonical schema; both outlive the load only.
struct KindShape {
  std::string kind;
  const schema::Shape* shape = nullptr;
};

struct LoadedAgreements {
  Agreements agreements;  // only to be used if no finding is an error
  std::vector<base::Finding> findings;
};
// TOML files as (path, bytes). Reports every finding at once. `purposes` may be nullptr: then no
// purpose is checked.
LoadedAgreements load_agreements(const std::vector<std::pair<std::string, std::string>>& files,
                                 const directory::Directory& directory,
                                 const std::vector<KindShape>& kinds,
                                 const directory::CodeTable* purposes);

}  // namespace portage::agreements
