// SQLite's file layer with a Disk in front: counts syncs, takes the test's write errors, and ends
// the process when a sync fails. Threads: as SQLite uses it. Lifetime: outlives every connection
// opened with name().
#pragma once

#include <sqlite3.h>

#include <memory>
#include <string>

#include "gateway/ledger/sqlite/disk.h"

namespace portage::ledger::sqlite {

class Vfs {
 public:
  explicit Vfs(Disk& disk);
  ~Vfs();
  Vfs(const Vfs&) = delete;
  Vfs& operator=(const Vfs&) = delete;
  const char* name() const { return name_.c_str(); }

 private:
  std::string name_;
  std::unique_ptr<sqlite3_vfs> vfs_;
};

}  // namespace portage::ledger::sqlite
