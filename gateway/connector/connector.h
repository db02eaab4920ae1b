// The contract between the gateway and its connectors, and their registry. A Source brings arrivals in
// through the Gate; a Sink carries deliveries out. Connectors know nothing of mappings, routes or the
// ledger.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/base/result.h"
#include "gateway/base/time.h"
#include "gateway/record/record.h"

namespace portage::connector {

// One record's bytes off a wire, with the party that the wire has proved.
struct Arrival {
  std::string party;               // proven: by certificate, socket or folder
  std::string content_type;        // without parameters, lower case
  std::string charset;             // from the content type, or empty
  std::string form;                // the party's own form if the sender named it, or empty
  std::string bytes;
  std::string language;            // Accept-Language
  // CloudEvents attributes from headers (binary mode); empty for structured and for own forms.
  std::vector<std::pair<std::string, std::string>> attributes;
  bool structured = false;         // application/cloudevents+json
  base::Micros received_at = 0;
};

struct Fault {
  std::string code, pointer;
  std::uint32_t line = 0, column = 0;
  std::string rule;                // "referral.map:12"
  base::Arguments arguments;
};

// The gateway's answer to the direct entrance.
struct Verdict {
  bool accepted = false;           // on disk
  bool duplicate = false;          // the first receipt again
  std::string receipt;             // JSON
  std::string record_id;           // ULID
  std::uint64_t submission = 0;    // of a posted table: its rows' verdicts come later
  // Not accepted:
  base::Error error;
  std::vector<Fault> faults;       // every one, with its place
  std::uint32_t retry_after_s = 0;
};

// A whole file or batch for the stored entrance.
struct Batch {
  std::string party, form, content_type, name, bytes;
};
struct BatchAccepted {
  std::uint64_t submission = 0;
  bool duplicate = false;
};
// The verdict on every row of a batch, when all are decided.
struct BatchResult {
  std::uint64_t submission = 0;
  std::string party, form, name;
  std::uint32_t rows = 0, accepted = 0, duplicates = 0, refused = 0;
  std::string file;                // the result file's bytes: the sender's own columns, then line, column,
                                   // code and reason
};

// What the pipeline offers to sources. Safe from any thread; callbacks run on any thread.
class Gate {
 public:
  virtual ~Gate() = default;
  virtual void direct(Arrival arrival, std::function<void(Verdict)> done) = 0;
  virtual void stored(Batch batch, std::function<void(base::Result<BatchAccepted>)> done) = 0;
};

class Source {
 public:
  virtual ~Source() = default;
  virtual base::Status start(Gate& gate) = 0;
  // The result of a batch this source brought (also one from before a restart). True when the sender has
  // it; false = ask again later.
  virtual bool verdict(const BatchResult& result) = 0;
  virtual void stop() = 0;         // returns when no callback runs any more
};

// One record, encoded for its receiver.
struct Outbound {
  std::string record_id;           // ULID: the receiver's key for repeats
  std::string kind;
  std::uint32_t version = 1;       // of the kind's schema
  std::string source;              // party that sent the record
  std::string receiver;
  std::string content_type;
  std::string bytes;
  std::string lane;                // may be empty
  std::string date;                // record date, "2023-04-01"
  std::string in_reply_to;         // ULID or empty
  std::string trace_id;
  std::uint32_t attempt = 1;
};
enum class Sent : std::uint8_t {
  delivered,   // the receiver has it
  refused,     // the receiver said no to this record: do not repeat
  failed,      // the receiver does not have it: try again
  unknown,     // it may have it
  throttled    // try again after `retry_after_s`
};
struct SendOutcome {
  Sent sent = Sent::failed;
  std::string code, detail;        // "deliver.connect", "HTTP 503"
  std::uint32_t retry_after_s = 0;
  std::string reply, reply_content_type;  // a body that is an answer, or empty
};

class Sink {
 public:
  virtual ~Sink() = default;
  virtual void write(Outbound item, std::function<void(SendOutcome)> done) = 0;  // done: any thread
  virtual std::size_t parallel() const = 0;  // how many writes may be in flight at once
  virtual bool deduplicates() const = 0;     // the receiver ignores repeats of record_id
  virtual void stop() = 0;
};

}  // namespace portage::connector
