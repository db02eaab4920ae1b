// The types that a record passes through, one for each step: what comes out of a step is all that the next
// one takes, so the compiler keeps their order. Steps 2 to 5 are pure functions: time, configuration and
// facts from the ledger are arguments. Values live as long as the step types that carry their documents.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "gateway/base/text.h"
#include "gateway/config/config.h"
#include "gateway/connector/connector.h"
#include "gateway/ledger/ledger.h"
#include "gateway/record/record.h"
#include "gateway/routing/routing.h"

namespace portage::pipeline {

// Paths of a canonical schema's marked fields, found once for each generation.
struct FieldPath {
  std::string dotted;
  std::vector<std::string> names;
};
struct CanonicalKind {
  std::string kind;
  std::uint32_t version = 1;
  const schema::Schema* schema = nullptr;
  std::optional<FieldPath> date, lane, key, place, refers;
  std::string refers_kind;
  std::vector<FieldPath> routing;
  std::vector<FieldPath> filled_by_route;
  std::optional<FieldPath> municipality, reserve;
  std::vector<FieldPath> addressees;  // lists are passed through
  std::string lift;  // the mapping that makes a newer version of it; empty: this is the newest
};

// What the steps look up: one configuration generation and what is derived from it. Immutable.
struct Generation {
  std::shared_ptr<const config::Config> config;
  std::uint64_t number = 1;          // 1 at boot, one more at every reload
  std::vector<CanonicalKind> kinds;  // of every canonical schema, by schema name
  const CanonicalKind* canonical(std::string_view schema_name) const;  // "referral@1"
  // What each mapping reads of a canonical record on its way out; nullptr: not a mapping of ours.
  std::vector<std::pair<const mapping::Mapping*, agreements::FieldSet>> mapped;
  const agreements::FieldSet* mapped_by(const mapping::Mapping* mapping) const;
  // The exchanges whose documents may make several records; seldom any.
  std::vector<const config::Exchange*> several;
  bool makes_several(const config::Exchange* exchange) const;
};
using SharedGeneration = std::shared_ptr<const Generation>;
SharedGeneration make_generation(std::shared_ptr<const config::Config> config, std::uint64_t number);

// Why a record goes no further. Everything the sender needs to mend it, and no value.
struct Refused {
  base::Error error;
  std::vector<connector::Fault> faults;
  std::string id, kind, form;   // as far as known
  std::string raw;              // the bytes that were refused, kept for a set time
};
template <class T>
using Step = std::variant<T, Refused>;

// After 1: bytes, and who sent them.
struct Received {
  connector::Arrival arrival;
  SharedGeneration generation;
  std::uint64_t began_us = 0;   // steady clock
};

// After 2: this party may send this.
struct Admitted {
  Received received;
  const config::Link* link = nullptr;
  const config::Exchange* exchange = nullptr;  // nullptr: the structured envelope will tell
  std::uint32_t admitted_us = 0;               // since began
};

// After 3: a tree that holds by the sender's schema.
struct Read {
  Admitted admitted;
  const config::Exchange* exchange = nullptr;
  const schema::Schema* schema = nullptr;
  record::Envelope envelope;     // what the wire said of it
  record::Document document;     // in the sender's words
  record::Value data;            // the record in it
  record::Digest digest{};       // over kind and data bytes
  std::string fallback_id;       // of a row: file digest and row number
  // Of a document in a file: where a Value.at of it stands in the file. Empty: in the bytes.
  std::function<base::LineColumn(std::uint32_t)> where;
  std::uint32_t read_us = 0;
};

// After 4: the canonical record.
struct Translated {
  Read read;
  const CanonicalKind* kind = nullptr;
  const mapping::Mapping* mapping = nullptr;  // nullptr: it came in canonical words
  std::vector<const mapping::Mapping*> lifts;  // of an older version, one after the other
  record::Envelope envelope;
  record::Document data;
  std::vector<mapping::Refusal> notes;
  std::uint32_t translated_us = 0;
  // One of several that one document made: its number there, from 1, and the document's own id.
  std::uint32_t part = 0, parts = 0;
  std::string part_of;
};

// After 5: with its receivers.
struct Routed {
  SharedGeneration generation;
  const CanonicalKind* kind = nullptr;
  record::SharedRecord record;
  routing::Decision decision;
  std::string lane;
  ledger::NewRecord row;         // ready for the ledger
};

// Facts of the ledger that `route` needs for kinds that refer to an earlier record.
struct Earlier {
  record::RecordId id = 0;
  routing::Facts::Earlier facts;
};

Step<Admitted> admit(Received received);
Step<Read> read(Admitted admitted);
// Step 3 for a row of a table that is decoded already.
Step<Read> read_row(Admitted admitted, record::Document row, std::string fallback_id,
                    std::function<base::LineColumn(std::uint32_t)> where = {});
Step<Translated> translate(Read read);

// Step 4 where one document makes several records, or none (`make`, `list of`). They enter through
// the stored entrance, in one commit.
bool makes_several(const config::Config& config, const config::Exchange& exchange);
// The mapping reads all documents of a file at once (`theirs list of`); its root for these.
const mapping::Mapping* gathers(const config::Config& config, const config::Exchange& exchange);
Read read_gathered(Admitted admitted, record::Document all, std::string fallback_id);
struct Several {
  std::vector<Translated> records;
  std::vector<Refused> refused;
  bool each = false;  // `batch each`: what is refused leaves the others in; else nothing goes on
};
Several translate_several(Read read);
// The business key of the earlier record that this one refers to, or empty.
std::string refers_to(const Translated& translated);
// Refused where no agreement lets the record go to its owner.
Step<Routed> route(Translated translated, const std::optional<Earlier>& earlier);
// The parties that the record itself names.
std::vector<std::string> addressees_of(const record::Value& root, const CanonicalKind& kind);

// The exchange among those a party sends that fits, or why none or several do.
Step<const config::Exchange*> choose_exchange(const config::Link& link, const config::Config& config,
                                              std::string_view kind, std::string_view form,
                                              std::string_view content_type);

// "portage.referral.v1" -> kind and version.
std::optional<std::pair<std::string, std::uint32_t>> parse_type(std::string_view type);
std::string type_of(std::string_view kind, std::uint32_t version);

// The value at a path of groups, or nullptr.
const record::Value* value_at(const record::Value& root, const FieldPath& path);

// Faults of a schema with their places in the sender's bytes (tables know theirs by column name).
std::vector<connector::Fault> faults_from(const std::vector<schema::Fault>& faults,
                                          std::string_view bytes, bool table);

}  // namespace portage::pipeline
