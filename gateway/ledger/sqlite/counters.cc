#include "gateway/ledger/sqlite/counters.h"

namespace portage::ledger::sqlite {
namespace {

std::uint64_t& of(Sums& sums, State state) {
  switch (state) {
    case State::delivered:
      return sums.delivered;
    case State::quarantined:
      return sums.quarantined;
    case State::withdrawn:
      return sums.withdrawn;
    case State::waiting:
      break;
  }
  return sums.waiting;
}

}  // namespace

bool Counters::load(Connection& db) {
  Statement total(db, "SELECT records,refusals,duplicates FROM total");
  if (total.start()) held_ = {total.natural(0), total.natural(1), total.natural(2)};
  open_ = held_;
  Statement rows(db, "SELECT * FROM counter");
  for (bool row = rows.start(); row; row = rows.next()) {
    sums_[rows.small(0)] = {rows.natural(1), rows.natural(2), rows.natural(3), rows.natural(4),
                            rows.natural(5)};
  }
  // What is open is short and lies in two small indexes; what is final never changes again.
  std::map<Name, Sums> seen;
  for (const State state : {State::waiting, State::quarantined}) {
    Statement open(db, state == State::waiting
                           ? "SELECT receiver,count(*) FROM delivery INDEXED BY d_wait "
                             "WHERE state=0 GROUP BY receiver"
                           : "SELECT receiver,count(*) FROM delivery INDEXED BY d_held "
                             "WHERE state=2 GROUP BY receiver");
    for (bool row = open.start(); row; row = open.next()) {
      of(seen[open.small(0)], state) = open.natural(1);
    }
  }
  bool right = true;
  for (auto& [receiver, sums] : sums_) {
    const Sums& rows_say = seen[receiver];
    right = right && sums.waiting == rows_say.waiting && sums.quarantined == rows_say.quarantined &&
            sums.accepted == sums.delivered + sums.waiting + sums.quarantined + sums.withdrawn;
  }
  right = right && seen.size() == sums_.size();
  return db.ok() && (right || recount(db));
}

bool Counters::recount(Connection& db) {
  sums_.clear();
  Statement rows(db, "SELECT receiver,state,count(*) FROM delivery GROUP BY receiver,state");
  for (bool row = rows.start(); row; row = rows.next()) {
    Sums& sums = sums_[rows.small(0)];
    of(sums, static_cast<State>(rows.integer(1))) += rows.natural(2);
    sums.accepted += rows.natural(2);
  }
  db.run("BEGIN IMMEDIATE; DELETE FROM counter");
  touched_ = sums_;
  write(db);
  touched_.clear();
  return db.run("COMMIT");
}

Sums& Counters::working(Name receiver) {
  const auto found = touched_.find(receiver);
  if (found != touched_.end()) return found->second;
  const auto held = sums_.find(receiver);  // only this thread changes it
  return touched_[receiver] = held == sums_.end() ? Sums{} : held->second;
}

void Counters::added(Name receiver) {
  Sums& sums = working(receiver);
  ++sums.accepted;
  ++sums.waiting;
}

void Counters::moved(Name receiver, State from, State to) {
  Sums& sums = working(receiver);
  --of(sums, from);
  ++of(sums, to);
}

void Counters::write(Connection& db) {
  if (!touched_.empty()) {
    if (!put_) put_ = Statement(db, "INSERT OR REPLACE INTO counter VALUES(?,?,?,?,?,?)");
    for (const auto& [receiver, s] : touched_) {
      put_.run(receiver, s.accepted, s.delivered, s.waiting, s.quarantined, s.withdrawn);
    }
  }
  if (!put_total_) {
    put_total_ = Statement(db, "UPDATE total SET records=?,refusals=?,duplicates=?");
  }
  put_total_.run(open_.records, open_.refusals, open_.duplicates);
}

void Counters::committed() {
  const std::lock_guard lock(mutex_);
  held_ = open_;
  for (const auto& [receiver, sums] : touched_) sums_[receiver] = sums;
  touched_.clear();
}

void Counters::rolled_back() {
  open_ = held_;
  touched_.clear();
}

Counters::All Counters::all() const {
  const std::lock_guard lock(mutex_);
  return held_;
}

std::map<Name, Sums> Counters::receivers() const {
  const std::lock_guard lock(mutex_);
  return sums_;
}

}  // namespace portage::ledger::sqlite
