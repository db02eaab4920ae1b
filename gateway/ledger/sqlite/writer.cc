#include "gateway/ledger/sqlite/writer.h"

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <iterator>

namespace portage::ledger::sqlite {
namespace {

constexpr std::uint64_t kSettleWithinUs = 2'000;
constexpr std::uint64_t kLingerUs = 150;
constexpr base::Micros kFullRetryUs = 50'000;
constexpr std::uint64_t kMeasureEveryUs = 20'000;
constexpr std::size_t kMostSettles = 1024;
constexpr std::size_t kSmallBodies = 4;
constexpr std::size_t kSmallBytes = 64 << 10;
constexpr std::size_t kKeyRows = 8;  // of closed buckets, for each record of the group
constexpr std::size_t kManySenders = 8;
constexpr int kTriesWhileStopping = 20;

base::Error full() { return base::make_error(base::ErrorKind::unavailable, "ledger.full"); }
base::Error closed() { return base::make_error(base::ErrorKind::unavailable, "ledger.closed"); }
base::Error broken() { return base::make_error(base::ErrorKind::internal, "ledger.broken"); }

bool means_full(Connection& db) {
  const int primary = db.error() & 0xff;
  return primary == SQLITE_FULL ||
         (primary == SQLITE_IOERR && sqlite3_system_errno(db.get()) == ENOSPC) ||
         db.error() == SQLITE_IOERR_SHMSIZE;
}

}  // namespace

Writer::Writer(Store& store, const SqliteOptions& options)
    : store_(store), options_(options), checkpoints_(store) {}

base::Status Writer::start() {
  free_bytes_ = store_.disk.free_bytes(options_.folder);
  if (auto begun = checkpoints_.start(options_.folder + "/ledger.db"); !begun.ok()) return begun;
  thread_ = std::thread([this] { run(); });
  return {};
}

void Writer::add(Op op) {
  {
    const Lock lock(mutex_);
    if (!stopping_) {
      ops_.push_back(std::move(op));
      called_.store(true, std::memory_order_relaxed);
      if (asleep_) wake_.notify_one();
      return;
    }
  }
  finish(op, closed());
}

void Writer::settle(SettleOp op) {
  {
    const Lock lock(mutex_);
    if (!stopping_) {
      if (settles_.empty()) {
        settle_by_ = base::steady_micros() + kSettleWithinUs;
        if (asleep_ && !alarm_ && ops_.empty()) wake_.notify_one();  // to set its alarm
      }
      settles_.push_back(std::move(op));
      return;
    }
  }
  op.result = closed();
  finish(op);
}

void Writer::stop() {
  const std::lock_guard once(stop_mutex_);
  {
    const Lock lock(mutex_);
    stopping_ = true;
    called_.store(true, std::memory_order_relaxed);
    wake_.notify_one();
  }
  if (thread_.joinable()) thread_.join();
  checkpoints_.stop();
}

DiskFigures Writer::figures() const {
  DiskFigures f;
  f.commits = commits_;
  f.syncs = store_.disk.syncs();
  f.free_bytes = free_bytes_;
  f.refusing = refusing_;
  return f;
}

// A lone sender's next record mostly comes about 0.1 ms after its answer. Being asleep then costs the
// caller a wake-up, and both a change of threads. Done only while it pays; others get the core first.
void Writer::linger(Lock& lock) {
  if (!ops_.empty() || stopping_ || lingers_ == 0 || last_records_ == 0) return;
  called_.store(false, std::memory_order_relaxed);
  lock.unlock();
  const std::uint64_t until = base::steady_micros() + kLingerUs;
  while (!called_.load(std::memory_order_relaxed) && base::steady_micros() < until) {
    std::this_thread::yield();
  }
  lock.lock();
  lingers_ = ops_.empty() ? lingers_ - 1 : kMostLingers;
}

bool Writer::wait_for_work(Lock& lock) {
  linger(lock);
  if (!ops_.empty()) return true;
  bool first = true;
  const std::uint64_t began = base::steady_micros();
  while (ops_.empty()) {
    if (stopping_) return !settles_.empty();
    asleep_ = true;
    if (settles_.empty() && refusing_) {
      wake_.wait_for(lock, std::chrono::microseconds(kFullRetryUs));
      if (room()) refusing_ = false;  // nobody may be sending any more: say it without being asked
    } else if (settles_.empty() && first && last_records_ > 0) {
      // What was just accepted is settled soon: rather one alarm in vain than a call for each.
      alarm_ = true;
      wake_.wait_for(lock, std::chrono::microseconds(kSettleWithinUs));
      alarm_ = first = false;
    } else if (settles_.empty()) {
      wake_.wait(lock);
    } else {
      const std::uint64_t now = base::steady_micros();
      if (now >= settle_by_) {
        asleep_ = false;
        return true;
      }
      wake_.wait_for(lock, std::chrono::microseconds(settle_by_ - now));
    }
    asleep_ = false;
  }
  if (base::steady_micros() < began + kLingerUs) lingers_ = kMostLingers;
  return true;
}

// add() does not wake us meanwhile: asleep_ is false.
void Writer::gather(Lock& lock) {
  if (options_.gather_us == 0 || stopping_ || last_records_ < kManySenders) return;
  if (ops_.size() >= options_.group_records) return;
  wake_.wait_for(lock, std::chrono::microseconds(options_.gather_us));
}

void Writer::take(Group& group) {
  Weight& w = group.weight;
  holding_ = holding_ && !stopping_ && base::steady_micros() < settle_by_;
  while (!holding_ && !settles_.empty() && group.settles.size() < kMostSettles &&
         w.bytes < options_.group_bytes) {
    const Weight one = weigh(settles_.front());
    w.bodies += one.bodies;
    w.bytes += one.bytes;
    group.settles.push_back(std::move(settles_.front()));
    settles_.pop_front();
  }
  while (!ops_.empty() && w.records < options_.group_records && w.bytes < options_.group_bytes) {
    const Weight one = weigh(ops_.front());
    if (w.records > 0 && w.records + one.records > options_.group_records) break;
    w.records += one.records;
    w.bodies += one.bodies;
    w.bytes += one.bytes;
    group.ops.push_back(std::move(ops_.front()));
    ops_.pop_front();
  }
}

void Writer::run() {
  Group group;
  for (;;) {
    {
      Lock lock(mutex_);
      if (!wait_for_work(lock)) return;
      gather(lock);
      take(group);
      last_records_ = group.weight.records;
    }
    work(group);
    group.ops.clear();
    group.settles.clear();
    group.weight = {};
    checkpoints_.between_groups();
  }
}

bool Writer::room() {
  const std::uint64_t now = base::steady_micros();
  if (refusing_ || now - measured_at_ >= kMeasureEveryUs) {
    measured_at_ = now;
    free_bytes_ = store_.disk.free_bytes(options_.folder);
  }
  return free_bytes_ >= options_.floor_bytes;
}

void Writer::work(Group& group) {
  const bool has_room = room();
  if (!has_room) {
    refusing_ = true;
    for (Op& op : group.ops) finish(op, full());
    group.ops.clear();
  }
  if (group.ops.empty() && group.settles.empty()) return;
  switch (commit(group)) {
    case Commit::done:
      if (has_room) refusing_ = false;
      for (Op& op : group.ops) finish(op);  // first those for whom somebody waits
      for (SettleOp& op : group.settles) finish(op);
      return;
    case Commit::full:
      refusing_ = true;
      for (Op& op : group.ops) finish(op, full());
      break;
    case Commit::broken:
      for (Op& op : group.ops) finish(op, broken());
      break;
  }
  put_back(group.settles, kFullRetryUs);
}

// A settlement says what has happened outside: it stays queued until there is room.
void Writer::put_back(std::vector<SettleOp>& settles, base::Micros wait_us) {
  if (settles.empty()) return;
  Lock lock(mutex_);
  if (stopping_ && ++full_tries_ > kTriesWhileStopping) {
    for (SettleOp& op : settles_) settles.push_back(std::move(op));
    settles_.clear();
    lock.unlock();
    for (SettleOp& op : settles) {  // after a restart these deliveries are sent again
      op.result = full();
      finish(op);
    }
    return;
  }
  settles_.insert(settles_.begin(), std::make_move_iterator(settles.begin()),
                  std::make_move_iterator(settles.end()));
  settle_by_ = base::steady_micros() + static_cast<std::uint64_t>(wait_us);
  holding_ = true;
  if (stopping_) {
    lock.unlock();
    std::this_thread::sleep_for(std::chrono::microseconds(wait_us));
  }
}

Writer::Commit Writer::commit(Group& group) {
  Store& s = store_;
  s.at = std::max(s.at, base::now());
  s.dirty = false;
  s.bodies.begin_group(group.weight.bodies <= kSmallBodies && group.weight.bytes <= kSmallBytes);
  s.db.run("BEGIN IMMEDIATE");
  for (SettleOp& op : group.settles) apply(s, op);
  for (Op& op : group.ops) {
    std::visit([&s](auto& o) { apply(s, o); }, op);
  }
  if (s.dirty) {
    s.names.write(s.db);
    s.counters.write(s.db);
    s.keys.write(s.db, kKeyRows * group.weight.records);
    if (const int e = s.db.ok() ? s.segments.flush(s.db) : 0; e != 0) {
      if (e == EIO) disk_failed("write", options_.folder, e);
      roll_back();
      return Commit::full;  // whatever it was, nothing is kept and later may be better
    }
  }
#ifdef PORTAGE_FAULT_ACK_BEFORE_COMMIT  // only to show that the crash test finds what this loses
  for (Op& op : group.ops) finish(op);
  group.ops.clear();
#endif
  s.db.run("COMMIT");
  if (!s.db.ok()) {
    const bool is_full = means_full(s.db);
    if (!is_full) {
      std::fprintf(stderr, "portaged: a commit failed in %s: %s\n", options_.folder.c_str(),
                   sqlite3_errstr(s.db.error()));
      if ((s.db.error() & 0xff) == SQLITE_IOERR) disk_failed("write", options_.folder, EIO);
    }
    roll_back();
    return is_full ? Commit::full : Commit::broken;
  }
  if (s.dirty) {
    commits_.fetch_add(1, std::memory_order_relaxed);
    s.names.committed();
    s.keys.committed();
    s.segments.committed();
    s.committed_next = s.next;
  }
  s.counters.committed();
  return Commit::done;
}

void Writer::roll_back() {
  Store& s = store_;
  s.db.clear_error();
  if (sqlite3_get_autocommit(s.db.get()) == 0) s.db.run("ROLLBACK");
  s.db.clear_error();
  s.names.rolled_back();
  s.counters.rolled_back();
  s.keys.rolled_back();
  s.segments.rolled_back();
  s.next = s.committed_next;
}

}  // namespace portage::ledger::sqlite
