// The search keys of records: 64-bit hashes of (party, id), business key, referred key and
// replied-to record. The keys of the newest 65,536 ids (the open bucket) live in memory; a bucket
// that is full is sorted off the commit path and then written a few rows with each group, so that
// the file only ever grows at its end. A crash loses nothing: keys that are not yet in the file are
// made again from the record rows. Threads: one writer calls the functions that are not const, save
// sort_closed(), which a second thread may call; the const ones may be called from any thread.
// Never: a miss for a committed record. A hit may be by chance, or of a record that is not
// committed (yet): every hit must be checked against the record's row.
#pragma once

#include <deque>
#include <memory>
#include <shared_mutex>
#include <string_view>
#include <vector>

#include "gateway/ledger/sqlite/connection.h"
#include "gateway/ledger/sqlite/fingerprints.h"
#include "gateway/record/record.h"

namespace portage::ledger::sqlite {

using record::RecordId;

enum class KeyKind : std::uint64_t { source = 0, business = 1, refers = 2, reply = 3 };

class Keys {
 public:
  static constexpr int kBucketBits = 16;

  void set_seed(std::uint64_t seed) { seed_ = seed; }
  // The kind is in the top two bits, so that one kind's keys of a bucket lie together.
  std::uint64_t hash(KeyKind kind, std::uint64_t number, std::string_view text) const;

  // At start: fingerprints of the keys in the file; the caller then adds the keys of records from
  // first_missing() on, in the order of their ids, and calls committed() every few thousand.
  bool load(Connection& db);
  RecordId first_missing() const { return done_ << kBucketBits; }

  void add(std::uint64_t hash, RecordId id);
  bool seen(std::uint64_t source_hash) const;
  void write(Connection& db, std::size_t rows);  // of closed buckets, into the open transaction
  void committed();
  void rolled_back();
  bool sort_closed();  // true = there was something to sort
  bool unsorted() const;

  // The newest `most` ids under `hash`, newest first.
  std::vector<RecordId> find(std::uint64_t hash, Statement& probe, std::size_t most) const;
  static constexpr const char* kProbe =
      "SELECT id FROM rkey WHERE b=? AND h=? ORDER BY id DESC LIMIT ?";

 private:
  struct Entry {
    std::uint64_t hash = 0;
    RecordId id = 0;  // 0 = free
  };
  // Hash to ids, in memory.
  class Bucket {
   public:
    void add(std::uint64_t hash, RecordId id);
    void forget(std::uint64_t hash, RecordId id);
    void find(std::uint64_t hash, std::vector<RecordId>& out) const;
    const std::vector<Entry>& slots() const { return slots_; }

   private:
    void grow();
    std::vector<Entry> slots_;
    std::size_t used_ = 0;
  };
  struct Closed {
    std::uint64_t number = 0;
    Bucket bucket;
    std::vector<Entry> sorted;
    bool ready = false;
    std::size_t written = 0;  // rows of `sorted` that are in the file
  };
  void close_full();
  static bool before(const Entry& a, const Entry& b);  // the order of rows in the file

  std::uint64_t seed_ = 0;
  mutable std::shared_mutex mutex_;  // guards all below but fresh_ and pending_
  Fingerprints seen_;
  Bucket open_;
  std::uint64_t open_number_ = 0;
  std::deque<std::unique_ptr<Closed>> closed_;  // oldest first
  std::uint64_t done_ = 0;                      // buckets below are whole in the file
  std::vector<Entry> fresh_;                    // added by the open transaction
  std::size_t pending_ = 0;                     // closed_.front()'s rows after the open transaction
  // How far the first bucket that is not done was written when the ledger was last closed.
  Entry resume_;
  Statement insert_;
};

}  // namespace portage::ledger::sqlite
