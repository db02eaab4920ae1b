// The ledger: what was accepted, for whom it waits, and what became of it. One relational design behind one
// interface; the embedded driver is SQLite (sqlite/). A group committer gathers concurrent calls into one
// transaction, so that one sync serves many records; settlements ride on the next group.
//
// Threads: every function may be called from any thread. Completions run on the ledger's writer thread,
// after the commit that covers them is on disk: they must be short and must not call back into a blocking
// function of the ledger. Reads use their own connections and see every completed commit.
// Lifetime: close() (or the destructor) commits what is queued and completes every call.
// Never: a completion with ok before the bytes would survive a power cut; a dropped delivery.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/base/result.h"
#include "gateway/base/time.h"
#include "gateway/record/record.h"

namespace portage::ledger {

using record::RecordId;
using SubmissionId = std::uint64_t;

enum class State : std::uint8_t { waiting, delivered, quarantined, withdrawn };
std::string_view state_name(State s);
std::optional<State> state_from(std::string_view name);

// One receiver of a record. `lane` empty = unordered.
struct NewDelivery {
  std::string receiver, lane;
  std::string role, rule, reason;  // from routing, for the timeline
  bool marked = false;             // routed on medium certainty
};

// A record as `commit` hands it over. (party, id) is the duplicate key.
struct NewRecord {
  std::string party, id;
  record::Digest digest{};          // over kind and data bytes
  std::string kind;
  std::uint32_t version = 1;
  base::Day date;
  std::string key;                  // this record's business key, or empty
  std::string refers_kind, refers_key;  // the earlier record it refers to, or empty
  RecordId in_reply_to = 0;         // that record, if it is already here
  std::string content_type, form;   // of `raw`: "text/csv", "halton/referral@2"
  std::string raw;                  // as received (of a row: the row); sealed at rest
  std::string canonical;            // the canonical data as JSON; sealed at rest
  std::string story;                // JSON: times of the steps, mapping, hashes, rule, generation, notes
  std::vector<NewDelivery> deliveries;  // at least one
  record::SharedRecord hot;         // kept for the first delivery, so that nothing is parsed twice
};

enum class Outcome : std::uint8_t { accepted, duplicate, conflict };

// For duplicate: the first record. For conflict: the record that holds the id.
struct Accepted {
  Outcome outcome = Outcome::accepted;
  RecordId id = 0;
  base::Micros accepted_at = 0;
};

// A record or row that was refused before commit; the sender acts.
struct NewRefusal {
  std::string party, id, kind, form;   // id and kind if known
  std::string code, pointer;           // the first fault
  std::uint32_t line = 0, column = 0;
  std::string faults;                  // JSON: all of them
  std::string raw;                     // sealed, kept until the configured time
  SubmissionId submission = 0;         // of a batch …
  std::uint32_t row = 0;               // … and its row, from 1 (the header is not counted)
};

// A file, batch, or reply body of the stored entrance. (party, digest) is its duplicate key.
struct NewSubmission {
  std::string party, form, content_type, name;  // name: the file's, never shown to other parties
  record::Digest digest{};
  std::string raw;
  RecordId in_reply_to = 0;             // of a reply body
};
struct SubmissionAccepted {
  SubmissionId id = 0;
  bool duplicate = false;               // the same bytes from the same party were here before
};
struct Submission {
  SubmissionId id = 0;
  std::string party, form, content_type, name;
  std::string raw;
  RecordId in_reply_to = 0;
  base::Micros received_at = 0;
  std::uint64_t position = 0;           // where to read on (bytes), after the last committed chunk
  std::uint32_t rows = 0, accepted = 0, duplicates = 0, refused = 0;
  bool closed = false;                  // every row has its verdict
  bool reported = false;                // the sender has the result file
};
// One chunk's outcome, committed together with the new read position.
// Error "ledger.chunk_order": the submission is closed, or was read beyond this position already.
struct Chunk {
  SubmissionId submission = 0;
  std::uint64_t position = 0;           // after the last row of the chunk
  bool last = false;                    // closes the submission
  std::vector<NewRecord> records;
  std::vector<std::uint32_t> record_rows;  // the row of each record
  std::vector<NewRefusal> refusals;
};
struct RowVerdict {                     // for the result file
  std::uint32_t row = 0;
  std::string status;                   // "accepted", "duplicate", "conflict", "refused"
  RecordId record = 0;
  std::string code, pointer, faults;
  std::uint32_t line = 0, column = 0;
};

// What came of one send. `waiting` with a due time = try again.
struct Settlement {
  RecordId record = 0;
  std::string receiver;
  State result = State::delivered;
  base::Micros due = 0;
  std::uint32_t attempt = 1;            // of this send, from 1
  std::string code;                     // "delivered", "deliver.refused_connection"; a cause
  std::string detail;                   // short, safe text: "HTTP 503"; never a value
  base::Micros sent_at = 0;
  std::uint32_t took_us = 0;
  std::string mapping;                  // "ssm/referral 1": the receiver's mapping that ran
  std::optional<NewSubmission> reply;   // committed in the same transaction …
  // … and told here, before `done`: its id, so that its rows can walk on. May be empty.
  std::function<void(const SubmissionAccepted&)> replied;
  std::vector<NewDelivery> redirect;    // new receivers (a desk's answer), same transaction
};

struct Attempt {
  std::uint32_t number = 0;
  base::Micros at = 0;
  std::uint32_t took_us = 0;
  State result = State::waiting;
  std::string code, detail, mapping;
};
struct Delivery {
  RecordId record = 0;
  std::string receiver, lane, role, rule, reason;
  bool marked = false;
  State state = State::waiting;
  std::uint32_t attempts = 0;
  base::Micros due = 0;
  std::string cause;                    // of the last attempt that failed
  std::vector<Attempt> log;             // oldest first; the last 64 at most
};
struct Head {                           // one line of a list
  RecordId id = 0;
  base::Micros accepted_at = 0;
  std::string kind, party, source_id, key;
  std::uint32_t version = 1;
  base::Day date;
  RecordId in_reply_to = 0;
  std::vector<Delivery> deliveries;     // without logs in lists
};
struct Full {                           // one record, whole
  Head head;
  record::Digest digest{};
  std::string content_type, form, raw, canonical, story;
  SubmissionId submission = 0;
  std::uint32_t row = 0;
  std::vector<RecordId> answers;        // records that answer this one, by id
};
struct Refusal {
  std::uint64_t id = 0;
  base::Micros at = 0;
  NewRefusal what;
};

struct Query {
  std::string party;                    // sender or receiver; empty = any
  std::string kind;
  std::optional<State> state;           // of any delivery
  std::optional<base::Micros> accepted_before, accepted_after;
  std::string source_id, key;
  RecordId before = 0;                  // cursor: only ids below; 0 = from the newest
  std::size_t limit = 50;
};

// Counted in deliveries. accepted = delivered + waiting + quarantined + withdrawn, always.
struct Sums {
  std::uint64_t accepted = 0, delivered = 0, waiting = 0, quarantined = 0, withdrawn = 0;
};
struct ReceiverSums {
  std::string receiver;
  Sums sums;
  base::Micros oldest_waiting = 0;      // accepted_at; 0 = none waits
};
struct Totals {
  std::uint64_t records = 0, refusals = 0, duplicates = 0;
  Sums sums;
  std::vector<ReceiverSums> receivers;
};
struct QuarantineGroup {
  std::string receiver, cause;
  std::uint64_t count = 0;
  base::Micros oldest = 0;
};

// What the ledger has seen of its disk, for `portage status` and the bench.
struct DiskFigures {
  std::uint64_t commits = 0, syncs = 0;
  std::uint64_t free_bytes = 0;
  bool refusing = false;                // the disk is full: nothing is accepted until there is room
};

// An entry of a lane, for rebuilding the lanes after a start and for paging a long backlog.
struct Waiting {
  RecordId record = 0;
  std::string lane;
  base::Micros due = 0, accepted_at = 0;
  std::uint32_t attempts = 0;
  State state = State::waiting;         // or quarantined: it holds its lane
};

class Ledger {
 public:
  virtual ~Ledger() = default;
  using AcceptDone = std::function<void(const base::Result<Accepted>&)>;
  using Done = std::function<void(const base::Status&)>;

  // The direct entrance. Errors: "ledger.full" (unavailable), "ledger.closed".
  virtual void accept(NewRecord record, AcceptDone done) = 0;
  // A refusal is kept beside the records; completes when it is on disk.
  virtual void refuse(NewRefusal refusal, Done done) = 0;
  // Rides on the next group, or is committed by itself within 2 ms. `done` may be empty. A settlement for
  // a delivery that is final already (delivered, withdrawn) changes no sum: its attempt is logged, once for a
  // (number, result). `waiting` on a quarantined delivery asks for another try. A full disk delays
  // settlements, it does not lose them. Error: "ledger.no_such_delivery".
  virtual void settle(Settlement settlement, Done done = {}) = 0;

  // The stored entrance.
  virtual void submit(NewSubmission submission,
                      std::function<void(const base::Result<SubmissionAccepted>&)> done) = 0;
  virtual void commit_chunk(Chunk chunk,
                            std::function<void(const base::Result<std::vector<Accepted>>&)> done) = 0;
  virtual void reported(SubmissionId id, Done done = {}) = 0;   // the sender has its result file
  virtual std::vector<SubmissionId> unfinished() const = 0;     // not closed or not reported, oldest first
  virtual base::Result<Submission> submission(SubmissionId id) const = 0;
  virtual std::vector<RowVerdict> verdicts(SubmissionId id) const = 0;  // by row

  // Mappings, schemas, tables and rules that handled records, by content hash. Idempotent.
  virtual base::Status keep_artifact(const record::Digest& digest, std::string_view kind,
                                     std::string_view bytes) = 0;
  virtual base::Result<std::string> artifact(const record::Digest& digest) const = 0;

  // Reads.
  virtual base::Result<Full> record(RecordId id) const = 0;
  virtual std::vector<Head> list(const Query& query) const = 0;
  virtual std::optional<Head> find(std::string_view party, std::string_view source_id) const = 0;
  // The newest record of that kind whose business key is `key`.
  virtual std::optional<Head> find_key(std::string_view kind, std::string_view key) const = 0;
  // Accepted records that refer to (kind, key), had no match then (in_reply_to is 0), and have a delivery
  // that still waits or is quarantined. Newest first.
  virtual std::vector<Head> waiting_for(std::string_view kind, std::string_view key) const = 0;
  // Records whose id's low `bits` bits equal `low_bits`, newest first, ten at most.
  virtual std::vector<Head> find_ending(std::uint64_t low_bits, int bits) const = 0;
  virtual std::vector<Waiting> waiting(std::string_view receiver, RecordId after,
                                       std::size_t limit) const = 0;  // waiting and quarantined, by id
  virtual std::vector<std::string> receivers() const = 0;             // all that ever had a delivery
  virtual std::vector<QuarantineGroup> quarantine() const = 0;
  virtual std::vector<Head> quarantined(std::string_view receiver, std::string_view cause,
                                        std::size_t limit) const = 0;
  virtual std::vector<Refusal> refusals(std::string_view party, std::size_t limit) const = 0;
  virtual Totals totals() const = 0;
  virtual DiskFigures disk() const = 0;
  virtual std::uint32_t tag() const = 0;   // of this ledger, in every ULID

  virtual void close() = 0;
};

struct SqliteOptions {
  std::string folder;                   // made if it is not there, mode 0700; locked while open
  std::string key_file;                 // 32 bytes for sealing bodies; made (0600) if it is not there
  std::uint64_t floor_bytes = 64u << 20;  // refuse new records when less than this is free
  std::size_t group_records = 256;      // most records in one commit
  std::size_t group_bytes = 1u << 20;
  // With many senders (the last group had eight records or more): how long a group waits for company. Larger
  // groups cost less CPU a record; one sender alone never waits. 0 = not at all.
  std::uint32_t gather_us = 0;
};
base::Result<std::unique_ptr<Ledger>> open_sqlite(const SqliteOptions& options);

}  // namespace portage::ledger
