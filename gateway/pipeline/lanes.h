// The lanes of one receiver: what waits for it, in order. A lane holds the records with one value of the
// field that their schema marks as lane; one send is in flight on a lane, and lanes go in parallel. Records
// without a lane go in any order. Only a window of a long backlog is in memory; the rest is paged in from
// the ledger, which has everything.
// Threads: one (the receiver's Loop). Lifetime: a Lease stays valid until done(), retry() or hold().
// Never: gives out two records of one lane at once, or a later one before an earlier one.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include "gateway/base/time.h"
#include "gateway/record/record.h"

namespace portage::pipeline {

struct LaneEntry {
  record::RecordId id = 0;
  base::Micros accepted_at = 0;
  std::uint32_t attempts = 0;       // sends so far
  bool quarantined = false;         // holds its lane
  record::SharedRecord hot;         // may be empty: read it from the ledger
};

class Lanes {
 public:
  struct Lane;
  struct Lease {
    Lane* lane = nullptr;
    LaneEntry entry;
  };

  explicit Lanes(std::size_t window = 100'000);
  ~Lanes();
  Lanes(const Lanes&) = delete;
  Lanes& operator=(const Lanes&) = delete;

  // A new record, in the order of ids. Past the window it is left on disk (see wants_page()); an id that a
  // page brought already is ignored.
  void add(std::string_view lane, LaneEntry entry);
  // A record that comes out of order (routed later): always kept, at the end of its lane, and once: a page
  // that brings it too passes it over.
  void add_late(std::string_view lane, LaneEntry entry);
  // One entry of a page, in the order of ids; after the page, paged() says whether more may follow.
  void add_paged(std::string_view lane, LaneEntry entry, base::Micros due);
  void paged(bool more) { overflow_ = more; }
  bool wants_page() const { return overflow_ && entries_ < window_ / 2; }
  record::RecordId last_paged() const { return last_id_; }
  void skip_to(record::RecordId id) { last_id_ = id; }  // a page ended with records that need no lane
  std::string_view name_of(const Lease& lease) const;

  // The head of the lane that has been ready longest, now in flight. Nothing if none is ready.
  std::optional<Lease> lease(base::Micros now);
  // When the first retry falls due; nothing if none waits.
  std::optional<base::Micros> next_due() const;

  void done(const Lease& lease);                       // it is gone; the lane goes on
  void retry(const Lease& lease, base::Micros due);  // it stays the head until then, with its attempts
  void hold(const Lease& lease);                     // quarantined: the lane waits for a person
  // A quarantined record may be tried again, or is withdrawn. False if it is not held in memory.
  bool release(std::string_view lane, record::RecordId id, bool withdrawn);
  void wake();                                       // every retry is due now: the receiver is back
  // Forgets the parsed records, to bound memory while the receiver is away.
  void cool();

  std::size_t size() const { return entries_; }      // in memory, in flight too
  std::size_t deliverable() const { return entries_ - held_; }  // not behind a quarantined record
  // When the record that has been ready longest was accepted; 0 if none is ready.
  base::Micros oldest_ready() const;

 private:
  Lane& lane_for(std::string_view name);
  void append(Lane& lane, LaneEntry entry);
  void make_ready(Lane& lane);
  void pop(Lane& lane);
  void leave(record::RecordId id);
  void move_due(base::Micros now);

  std::unordered_map<std::string, std::unique_ptr<Lane>> named_;
  std::unordered_map<Lane*, std::unique_ptr<Lane>> unordered_;
  std::deque<Lane*> ready_;
  std::multimap<base::Micros, Lane*> due_;
  std::unordered_set<record::RecordId> late_;  // in memory, out of order
  // Late ones that have left, whose settlement a page may not see yet; ids after last_id_ only.
  std::set<record::RecordId> left_;
  std::size_t entries_ = 0;
  std::size_t held_ = 0;           // entries of held lanes
  std::size_t window_;
  record::RecordId last_id_ = 0;   // the newest id that was added or left on disk in order
  bool overflow_ = false;          // ids after last_id_ may be on disk only
};

}  // namespace portage::pipeline
