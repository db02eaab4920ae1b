// The canonical record: an envelope whose attributes are those of CloudEvents 1.0 (id, source, type, time,
// dataschema, datacontenttype, plus extensions), and the data tree in canonical words.
// A Record is made once in `translate` and is immutable afterwards, so threads share it freely.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "gateway/base/time.h"
#include "gateway/record/value.h"

namespace portage::record {

// Our own id of a record: dense and rising within one ledger. 0 = none.
using RecordId = std::uint64_t;

// SHA-256.
using Digest = std::array<unsigned char, 32>;

struct Envelope {
  std::string id;               // the sender's id of the record; with `source` the duplicate key
  std::string source;           // the proven party: "cmsm-halton"
  std::string kind;             // a kind of schemas/records/index.csv: "referral"
  std::uint32_t version = 1;    // of the kind's schema
  base::Day date;               // the record's own date, a day in America/Toronto
  base::Micros time = 0;        // CloudEvents time, or when the gateway received it
  std::string subject;          // may be empty; never a personal value
  std::string in_reply_to;      // the id of the record this one answers, or empty
  std::string trace_id;         // W3C trace id (32 hex), or empty
};

struct Record {
  Envelope envelope;
  Document data;
};

using SharedRecord = std::shared_ptr<const Record>;

// The public form of a RecordId: a ULID of 26 characters made of the time of acceptance (48 bits), the
// ledger's tag (20 bits) and the id (60 bits), in Crockford's base 32. Lists print the last seven.
std::string ulid(RecordId id, base::Micros accepted_at, std::uint32_t ledger_tag);
struct UlidParts {
  RecordId id;
  std::int64_t millis;
  std::uint32_t ledger_tag;
};
// Nothing if `text` is not a ULID. Lower case, and O for 0 and I or L for 1, are understood.
std::optional<UlidParts> parse_ulid(std::string_view text);
// An ending of a ULID of at least four characters; gives the low bits of the id and how many.
struct UlidEnding {
  std::uint64_t low_bits;
  int bits;
};
std::optional<UlidEnding> parse_ulid_ending(std::string_view text);

}  // namespace portage::record
