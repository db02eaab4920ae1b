// A disk that fails on demand: full after so many bytes, or unable to sync.
// Threads: the knobs may be turned from any thread while a ledger works on it.
#pragma once

#include <atomic>
#include <cerrno>
#include <cstdint>
#include <string>
#include <string_view>

#include "gateway/ledger/sqlite/disk.h"

namespace portage::test {

class FailingDisk final : public ledger::sqlite::Disk {
 public:
  static constexpr std::int64_t kUnlimited = INT64_MAX;

  std::atomic<std::int64_t> room{kUnlimited};  // bytes that can still be written
  std::atomic<bool> syncs_fail{false};
  std::atomic<std::uint64_t> free{1ull << 40};  // what statvfs would say
  std::atomic<std::uint64_t> refused{0};        // writes

  int write_error(std::string_view, std::size_t bytes) override {
    std::int64_t left = room.load();
    if (left == kUnlimited) return 0;
    const auto wanted = static_cast<std::int64_t>(bytes);
    while (left >= wanted) {
      if (room.compare_exchange_weak(left, left - wanted)) return 0;
    }
    ++refused;
    return ENOSPC;
  }
  int sync_error(std::string_view) override { return syncs_fail ? EIO : 0; }
  std::uint64_t free_bytes(const std::string&) override { return free; }
};

}  // namespace portage::test
