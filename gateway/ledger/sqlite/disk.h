// What stands between the ledger and its disk: it counts the syncs, and lets a test make writes
// fail. Threads: every function may be called from any thread. Lifetime: outlives the ledger that
// uses it. Never: a retry of a failed sync (the kernel may have dropped the pages: only a restart
// is safe).
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>

namespace portage::ledger::sqlite {

class Disk {
 public:
  virtual ~Disk() = default;
  // 0, or the errno that a write of `bytes` to `path` meets instead of the disk.
  virtual int write_error(std::string_view path, std::size_t bytes);
  virtual int sync_error(std::string_view path);
  virtual std::uint64_t free_bytes(const std::string& folder);

  std::uint64_t syncs() const { return syncs_.load(std::memory_order_relaxed); }
  void count_sync() { syncs_.fetch_add(1, std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> syncs_{0};
};

// Says on standard error what failed, and ends the process: what is on disk is known again after a
// restart.
[[noreturn]] void disk_failed(std::string_view what, std::string_view path, int error);

}  // namespace portage::ledger::sqlite
