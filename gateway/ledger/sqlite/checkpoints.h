// Keeps the write-ahead log short, off the commit path: a thread of its own copies the bulk into
// the file, then the writer copies the little that is left between two groups, so that the log
// begins anew. The same thread sorts closed buckets of keys. Threads: between_groups() is the
// writer's; the rest is the owner's.
#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

#include "gateway/ledger/sqlite/store.h"

namespace portage::ledger::sqlite {

class Checkpoints {
 public:
  explicit Checkpoints(Store& store) : store_(store) {}
  ~Checkpoints() { stop(); }
  Checkpoints(const Checkpoints&) = delete;
  Checkpoints& operator=(const Checkpoints&) = delete;

  base::Status start(const std::string& path);
  void stop();
  void between_groups();

 private:
  static constexpr int kPages = 8192;  // 32 MB of log
  static constexpr int kMore = 2048;   // when a reader held some of it back

  static int seen(void* self, sqlite3* db, const char* name, int pages);
  void run();

  Store& store_;
  Connection db_;
  std::thread thread_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool sort_asked_ = false, copy_asked_ = false, stopping_ = false;
  std::atomic<bool> copied_{false};   // the bulk is in the file: the writer's turn
  bool waiting_ = false;              // the writer has asked and was not answered yet
  int pages_ = 0, trigger_ = kPages;  // the writer's own
};

}  // namespace portage::ledger::sqlite
