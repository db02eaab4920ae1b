// What the ledger answers: rows read over connections of their own, which never hold up the writer.
// Threads: every function may be called from any thread; at most kConnections read at the same
// time, the others wait for one. Lifetime: ends before the Store. Never: a lock that the writer
// waits for longer than a look into memory; a clear body kept after the answer.
#pragma once

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "gateway/ledger/sqlite/store.h"

namespace portage::ledger::sqlite {

// One connection and its statements, prepared when they are first used.
class ReadConnection {
 public:
  ReadConnection(const Store& store, const security::Key& key) : bodies(store.segments, key) {}
  Statement& operator()(const char* sql);

  Connection db;
  BodyReader bodies;

 private:
  std::map<std::string_view, Statement> statements_;
};

class Reads {
 public:
  static constexpr int kConnections = 4;

  Reads(const Store& store, const security::Key& key) : store_(store), key_(key) {}
  base::Status open(const std::string& path);

  base::Result<Full> record(RecordId id) const;
  std::vector<Head> list(const Query& query) const;
  std::optional<Head> find(std::string_view party, std::string_view source_id) const;
  std::optional<Head> find_key(std::string_view kind, std::string_view key) const;
  std::vector<Head> waiting_for(std::string_view kind, std::string_view key) const;
  std::vector<Head> find_ending(std::uint64_t low_bits, int bits) const;
  std::vector<Waiting> waiting(std::string_view receiver, RecordId after, std::size_t limit) const;
  std::vector<std::string> receivers() const;
  std::vector<QuarantineGroup> quarantine() const;
  std::vector<Head> quarantined(std::string_view receiver, std::string_view cause,
                                std::size_t limit) const;
  std::vector<Refusal> refusals(std::string_view party, std::size_t limit) const;
  Totals totals() const;
  std::vector<SubmissionId> unfinished() const;
  base::Result<Submission> submission(SubmissionId id) const;
  std::vector<RowVerdict> verdicts(SubmissionId id) const;
  base::Result<std::string> artifact(const record::Digest& digest) const;

 private:
  class Lease;
  Lease lease() const;
  std::optional<Head> head(ReadConnection& c, RecordId id) const;
  std::vector<Delivery> deliveries(ReadConnection& c, RecordId id, bool logs) const;
  Head head_of(ReadConnection& c, const Statement& row) const;
  std::vector<RecordId> find_ids(ReadConnection& c, std::uint64_t hash, std::size_t most) const;
  std::vector<RecordId> by_source(ReadConnection& c, std::string_view source_id) const;
  std::vector<RecordId> open_before(ReadConnection& c, State state, Name receiver, RecordId before,
                                    std::size_t limit) const;
  RecordId first_at(ReadConnection& c, base::Micros at) const;
  void scan(ReadConnection& c, const Query& q, RecordId from, RecordId below,
            std::vector<Head>& out) const;
  Refusal refusal_of(ReadConnection& c, const Statement& row) const;

  const Store& store_;
  const security::Key key_;
  mutable std::mutex mutex_;
  mutable std::condition_variable free_;
  mutable std::vector<std::unique_ptr<ReadConnection>> idle_;
};

// A connection for the time of one answer.
class Reads::Lease {
 public:
  Lease(const Reads& reads, std::unique_ptr<ReadConnection> held)
      : reads_(reads), held_(std::move(held)) {}
  ~Lease();
  Lease(const Lease&) = delete;
  Lease& operator=(const Lease&) = delete;
  ReadConnection& operator*() { return *held_; }

 private:
  const Reads& reads_;
  std::unique_ptr<ReadConnection> held_;
};

// Columns of a head, in the order that head_of() reads them.
#define PORTAGE_HEAD_COLUMNS "id,accepted_at,kind,party,source_id,key,version,date,in_reply_to"

}  // namespace portage::ledger::sqlite
