// Opens the SQLite ledger on a given Disk: for tests that make the disk fail. open_sqlite() of
// ledger.h uses the real one.
#pragma once

#include <memory>

#include "gateway/ledger/ledger.h"
#include "gateway/ledger/sqlite/disk.h"

namespace portage::ledger::sqlite {

base::Result<std::unique_ptr<Ledger>> open_on(const SqliteOptions& options,
                                              std::unique_ptr<Disk> disk);

}  // namespace portage::ledger::sqlite
