// The one thread that writes. It takes what has come together while the last commit was on its way
// to the disk, puts it into one transaction, and calls the completions after the commit. Threads:
// add() and settle() may be called from any thread; completions run on the writer's thread.
// Lifetime: stop() commits what is queued, then ends the thread.
// Never: a completion before its commit; a settlement lost while the process lives.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

#include "gateway/ledger/sqlite/apply.h"
#include "gateway/ledger/sqlite/checkpoints.h"

namespace portage::ledger::sqlite {

class Writer {
 public:
  Writer(Store& store, const SqliteOptions& options);
  ~Writer() { stop(); }
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  base::Status start();
  void add(Op op);
  void settle(SettleOp op);
  void stop();

  DiskFigures figures() const;

 private:
  struct Group {
    std::vector<Op> ops;
    std::vector<SettleOp> settles;
    Weight weight;
  };
  using Lock = std::unique_lock<std::mutex>;
  static constexpr int kMostLingers = 4;

  void run();
  void gather(Lock& lock);
  void linger(Lock& lock);
  bool wait_for_work(Lock& lock);  // false = closed and empty
  void take(Group& group);
  void work(Group& group);
  bool room();  // measures the free space now and then
  enum class Commit { done, full, broken };
  Commit commit(Group& group);
  void roll_back();
  void put_back(std::vector<SettleOp>& settles, base::Micros wait_us);

  Store& store_;
  const SqliteOptions options_;
  Checkpoints checkpoints_;
  std::thread thread_;

  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Op> ops_;
  std::deque<SettleOp> settles_;
  std::uint64_t settle_by_ = 0;  // steady microseconds: when the oldest must be committed
  bool asleep_ = false, stopping_ = false;
  bool alarm_ = false;               // asleep, and awake in time for a settlement that comes now
  std::atomic<bool> called_{false};  // an op was added or stop() called, for linger()
  int lingers_ = kMostLingers;       // how often it may still be in vain: the writer's own
  bool holding_ = false;             // settlements wait until settle_by_ after a failure
  std::size_t last_records_ = 0;
  int full_tries_ = 0;  // while stopping
  std::mutex stop_mutex_;

  std::uint64_t measured_at_ = 0;
  std::atomic<std::uint64_t> commits_{0}, free_bytes_{0};
  std::atomic<bool> refusing_{false};
};

}  // namespace portage::ledger::sqlite
