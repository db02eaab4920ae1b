// Append-only files of sealed bodies: segments/000001.seg … A group's bodies are staged in memory,
// written with one call and synced before the transaction that points at them. What lies behind the
// committed tail after a crash is pointed at by nothing and is written over. Threads: stage, flush,
// committed and rolled_back are the writer's; read may be called from any thread. Lifetime: the
// files stay open until the end. Never: a place handed to a committed row whose bytes are not on
// disk.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include "gateway/base/result.h"
#include "gateway/ledger/sqlite/connection.h"
#include "gateway/ledger/sqlite/disk.h"

namespace portage::ledger::sqlite {

struct BodyPlace {
  std::uint32_t segment = 0;  // 0 = in the table of bodies
  std::uint64_t offset = 0;
  std::uint32_t size = 0;
};

class Segments {
 public:
  static constexpr std::uint64_t kSegmentBytes = 256u << 20;
  static constexpr std::uint64_t kAhead = 16u
                                          << 20;  // preallocated, so that a sync writes data only

  Segments(std::string folder, Disk& disk) : folder_(std::move(folder)), disk_(disk) {}
  ~Segments();
  Segments(const Segments&) = delete;
  Segments& operator=(const Segments&) = delete;

  bool load(Connection& db);
  // Where the next body goes; append exactly one sealed body to the text that it returns, then
  // staged().
  std::string& stage();
  BodyPlace staged();
  // Writes and syncs what is staged, and puts the new tail into the open transaction. 0 or an
  // errno.
  int flush(Connection& db);
  void committed();
  void rolled_back();

  base::Status read(const BodyPlace& place, std::string& out) const;

 private:
  int file(std::uint32_t segment) const;  // -1 and errno
  int make_room(int fd, std::uint64_t until);

  std::string folder_;
  Disk& disk_;
  std::uint32_t segment_ = 0;
  std::uint64_t tail_ = 0;       // committed
  std::uint64_t allocated_ = 0;  // of the current file
  std::string group_;            // staged bodies
  std::size_t begun_ = 0;        // of the body being staged
  Statement put_;
  mutable std::mutex mutex_;
  mutable std::map<std::uint32_t, int> files_;
};

}  // namespace portage::ledger::sqlite
