// What prove() and diff() walk through: the areas, codes and senders that rules can tell apart,
// each by one that stands for all its equals. Inside this room only; pure.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "gateway/routing/rule.h"

namespace portage::routing {

// Places that every rule treats alike: postal areas; a municipality, alone or with a postal area
// that is not sure by itself; a reserve; a First Nation community.
struct AreaClass {
  std::vector<std::string> areas;  // postal areas; the first stands for all; empty = none given
  std::string municipality;
  bool reserve = false;
  void place(Facts& facts) const;
  std::vector<std::string> names() const;  // for findings: "L6H", "L6H (Oakville)", "Oakville"
};
std::vector<AreaClass> area_classes(const directory::Directory& directory);

// Values of the fields that rules of the kind test; the other fields only count.
struct CodeSpace {
  struct Field {
    std::string name;
    std::vector<std::string> values;  // "" = not given
  };
  std::vector<Field> tested;
  std::uint64_t untested = 1;  // combinations of the fields that no rule tests
};
CodeSpace code_space(const std::vector<const Rules::Rule*>& rules, const KindFields& kind);
void each_combination(const CodeSpace& space, const std::function<void(const Facts&)>& visit,
                      Facts facts);

// Senders and states of an earlier record that rules of the kind can tell apart.
struct SenderClass {
  std::string party;  // empty = any
  std::optional<Facts::Earlier> earlier;
  bool plain = true;  // passes none of the tests: most parties
};
std::vector<SenderClass> sender_classes(const std::vector<const Rules::Rule*>& rules,
                                        const directory::Directory& directory);

// Days on which something may change for facts at that place, `days.from` first; each begins an
// interval.
std::vector<base::Day> interval_starts(const std::vector<const Rules::Rule*>& rules,
                                       const directory::Directory& directory, const Facts& facts,
                                       base::Days days);

// Every day on which the answer could change: the ends of rules, of the place's rows, of roles.
std::set<base::Day> boundaries(const std::vector<const Rules::Rule*>& rules,
                               const directory::Directory& directory, const Facts& facts);

}  // namespace portage::routing
