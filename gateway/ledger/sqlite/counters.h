// The sums: how many deliveries each receiver has in each state, and how many records there are.
// They are written in the transaction that changes the rows, so they add up after any crash.
// Threads: the writer changes them; totals() may be called from any thread and sees committed sums
// only.
#pragma once

#include <map>
#include <mutex>

#include "gateway/ledger/ledger.h"
#include "gateway/ledger/sqlite/names.h"

namespace portage::ledger::sqlite {

class Counters {
 public:
  // Reads the sums and checks them against the rows that are open; if they differ, counts every row
  // again. False = the file can't be read.
  bool load(Connection& db);

  // In the open transaction.
  void added(Name receiver);  // a new delivery, waiting
  void moved(Name receiver, State from, State to);
  void record() { ++open_.records; }
  void refusal() { ++open_.refusals; }
  void duplicate() { ++open_.duplicates; }
  bool changed() const {
    return !touched_.empty() || open_.records != held_.records || open_.refusals != held_.refusals;
  }
  void write(Connection& db);
  void committed();
  void rolled_back();

  struct All {
    std::uint64_t records = 0, refusals = 0, duplicates = 0;
  };
  All all() const;
  std::map<Name, Sums> receivers() const;

 private:
  bool recount(Connection& db);
  Sums& working(Name receiver);

  mutable std::mutex mutex_;  // guards held_ and sums_
  All held_;
  std::map<Name, Sums> sums_;
  All open_;  // the writer's own
  std::map<Name, Sums> touched_;
  Statement put_, put_total_;
};

}  // namespace portage::ledger::sqlite
