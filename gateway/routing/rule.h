// One compiled rule and the steps that decide() and explain() share. Inside this room only;
// immutable.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "gateway/routing/routing.h"

namespace portage::routing {

enum class Target : std::uint8_t {
  party,
  system_manager,
  service_manager,
  odsp_office,
  nearest_provider,
  addressee,  // whom the record names; the first is the owner
  answer_sender,
  answer_receivers,  // who else received the earlier record; copies only
};

struct Destination {
  Target target = Target::party;
  std::string party;  // of Target::party
  std::string role;
  std::string text;     // as written
  std::string need;     // of Target::nearest_provider
  bool notify = false;  // of a copy: told only
  bool needs_place() const {
    return target == Target::system_manager || target == Target::service_manager ||
           target == Target::odsp_office || target == Target::nearest_provider;
  }
};

enum class Relative : std::uint8_t { none, contracts_move, integrated_start };

// The first or the last day of a rule; `shift` turns "before" into the last day.
struct Bound {
  Relative relative = Relative::none;
  base::Day day;
  std::int32_t shift = 0;
  std::string text;  // as written; empty = open
};

struct SenderTest {
  enum class What : std::uint8_t { party, role, answer_receiver } what = What::party;
  std::string name;
};

struct FieldTest {
  std::string field;
  std::vector<std::string> values;  // "" stands for: not given
};

struct Rules::Rule {
  std::string id, file;
  std::uint32_t line = 0, column = 0;
  std::vector<std::string> kinds;
  std::vector<SenderTest> senders;  // none = any
  std::vector<SenderTest> not_senders;
  std::vector<FieldTest> tests;
  Destination to;
  std::vector<Destination> copies;
  Bound from, until;
  std::string description_en, description_fr;

  bool relative() const {
    return from.relative != Relative::none || until.relative != Relative::none;
  }
  bool needs_place() const { return relative() || to.needs_place(); }
  // Its days in that catchment (nullptr: only absolute dates count). Nothing if a day is not known.
  std::optional<base::Days> days(const directory::Catchment* catchment) const;
  // The days on which it may be in force there, since the day of the contracts is only a range.
  std::optional<base::Days> unsure(const directory::Catchment* catchment) const;
  bool sender_fits(const directory::Directory& directory, const Facts& facts) const;
  // The first field that does not fit, or nullptr.
  const FieldTest* misfit(const Facts& facts) const;
};

// What the record says of its place. A First Nation community belongs to its delivery site and to
// no catchment; on a reserve the postal code alone says nothing. `problem` is a reason code, or
// nullptr if the catchment is sure enough to route by.
struct PlaceFacts {
  const directory::PostalArea* area = nullptr;
  const directory::Catchment* catchment = nullptr;
  const char* problem = nullptr;
  bool marked = false;  // the catchment is only medium sure, or found by the municipality
  const directory::Party* site = nullptr;  // the First Nation delivery site
  // The service manager where the municipality's name settled it; else nullptr.
  const directory::ServiceManager* named = nullptr;
  directory::Certainty certainty() const;  // of the catchment
};
PlaceFacts place_facts(const directory::Directory& directory, const Facts& facts);

// Fills `out`, or gives the reason why the destination can't be told.
// The only reason of receiver_of() that is a gap in the data, and not a doubt that a person must settle.
inline constexpr const char* kReceiverNotThere = "route.receiver_not_there";
const char* receiver_of(const directory::Directory& directory, const Destination& to,
                        const Facts& facts, const PlaceFacts& place, Receiver& out);
// The receivers of a copy: none where it is not sure whom it would be.
std::vector<Receiver> copies_of(const directory::Directory& directory, const Destination& to,
                                const Facts& facts, const PlaceFacts& place);

}  // namespace portage::routing
