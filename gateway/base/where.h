// The one filter language of lists, in the CLI and the API: terms joined by blanks, all of which
// must hold.
//   party=cmsm-halton kind=referral state=waiting id=H-2026-17 age>10m
// party, kind, state, id and key take =; age takes > or < and a number with s, m, h or d. Pure
// functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "gateway/base/result.h"
#include "gateway/base/time.h"

namespace portage::base {

struct Where {
  std::string party, kind, id,
      key;            // empty = any; id: the sender's, key: the record's business key
  std::string state;  // "waiting", "delivered", "quarantined", "withdrawn" or empty
  std::optional<Micros> older_than, younger_than;  // spans, not instants
  bool any() const {
    return !party.empty() || !kind.empty() || !id.empty() || !key.empty() || !state.empty() ||
           older_than || younger_than;
  }
};

// Errors (all invalid): where.syntax, where.key, where.state, where.age, where.twice; the argument
// `near` is the nearest right word, or empty.
Result<Where> parse_where(std::string_view text);

// "10m" -> microseconds; s, m, h, d.
std::optional<Micros> parse_span(std::string_view text);

}  // namespace portage::base
