#include "gateway/ledger/sqlite/checkpoints.h"

#include "gateway/ledger/sqlite/schema.h"

namespace portage::ledger::sqlite {

base::Status Checkpoints::start(const std::string& path) {
  db_.open(path, store_.vfs.name(), false);
  db_.run("PRAGMA wal_autocheckpoint=0; PRAGMA cache_size=-1024; PRAGMA synchronous=FULL");
  if (!db_.ok()) {
    return base::make_error(base::ErrorKind::internal, "ledger.open",
                            {{"reason", sqlite3_errstr(db_.error())}});
  }
  sqlite3_wal_hook(store_.db.get(), seen, this);
  thread_ = std::thread([this] { run(); });
  return {};
}

void Checkpoints::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    wake_.notify_one();
  }
  if (thread_.joinable()) thread_.join();
  if (store_.db.get() != nullptr) sqlite3_wal_hook(store_.db.get(), nullptr, nullptr);
}

int Checkpoints::seen(void* self, sqlite3*, const char*, int pages) {
  static_cast<Checkpoints*>(self)->pages_ = pages;
  return SQLITE_OK;
}

void Checkpoints::between_groups() {
  if (copied_.exchange(false)) {
    waiting_ = false;
    int in_log = 0, in_file = 0;
    const int rc = sqlite3_wal_checkpoint_v2(store_.db.get(), nullptr, SQLITE_CHECKPOINT_PASSIVE,
                                             &in_log, &in_file);
    const bool all = rc == SQLITE_OK && in_log == in_file;
    trigger_ = all ? kPages : pages_ + kMore;
    if (all) pages_ = 0;
  }
  const bool copy = !waiting_ && pages_ >= trigger_;
  const bool sort = store_.keys.unsorted();
  if (!copy && !sort) return;
  waiting_ = waiting_ || copy;
  const std::lock_guard lock(mutex_);
  copy_asked_ = copy_asked_ || copy;
  sort_asked_ = true;
  wake_.notify_one();
}

void Checkpoints::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    wake_.wait(lock, [this] { return sort_asked_ || copy_asked_ || stopping_; });
    if (stopping_) return;
    const bool copy = copy_asked_;
    sort_asked_ = copy_asked_ = false;
    lock.unlock();
    while (store_.keys.sort_closed()) {
    }
    if (copy) {
      // The second copy takes what came during the first. A failure (a full disk) shows in the
      // writer's own copy, which then asks again later.
      for (int i = 0; i < 2; ++i) {
        sqlite3_wal_checkpoint_v2(db_.get(), nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
      }
      copied_ = true;
    }
    lock.lock();
  }
}

}  // namespace portage::ledger::sqlite
