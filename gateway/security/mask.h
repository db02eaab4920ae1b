// The masked form of a personal value: "▒▒▒▒·7F3KQ". The tag is five characters of a keyed hash
// that is salted for each record: inside one record equal tags mean equal values (by odds of 1 in
// 33 million for a pair), and across records tags can't be compared, so they can't follow a person
// or test a guess. An empty value prints as (empty) and a missing one as (absent): most faults are
// those. Threads: pure functions. Never: a character or the length of the value.
#pragma once

#include <string>
#include <string_view>

#include "gateway/security/key.h"

namespace portage::security {

inline constexpr std::string_view kMaskedEmpty = "(empty)";
inline constexpr std::string_view kMaskedAbsent = "(absent)";

struct MaskKey {
  Key key;
};
MaskKey mask_key(const Key& gateway_key);

// `salt` names the record: its ULID, or anything else that no other record has.
std::string mask(std::string_view value, const MaskKey& key, std::string_view salt);

}  // namespace portage::security
