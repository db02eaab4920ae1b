#include "gateway/ledger/sqlite/vfs.h"

#include <sys/statvfs.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <utility>

namespace portage::ledger::sqlite {

int Disk::write_error(std::string_view, std::size_t) { return 0; }
int Disk::sync_error(std::string_view) { return 0; }
std::uint64_t Disk::free_bytes(const std::string& folder) {
  struct statvfs about {};
  if (::statvfs(folder.c_str(), &about) != 0) return 0;
  return static_cast<std::uint64_t>(about.f_bavail) * about.f_frsize;
}

void disk_failed(std::string_view what, std::string_view path, int error) {
  std::fprintf(stderr, "portaged: %.*s failed on %.*s: %s; stopping, a restart recovers\n",
               static_cast<int>(what.size()), what.data(), static_cast<int>(path.size()),
               path.data(), std::strerror(error));
  std::abort();
}

namespace {

// Frames of the write-ahead log that are not written yet. SQLite writes each page and its small
// header by themselves, one after the other, and syncs at the end of a commit: here they become one
// write.
struct Ahead {
  static constexpr std::size_t kMost = 64
                                       << 10;  // SQLite's own write takes less than 128 KiB at once
  std::string bytes;
  sqlite3_int64 at = 0;  // of the first byte
};

// Our file object; the real one lies behind it in the memory that SQLite gave.
struct WatchedFile {
  sqlite3_file base;
  Disk* disk;
  const char* path;  // SQLite keeps the name as long as the file is open
  Ahead* ahead;      // of a write-ahead log; otherwise null
};

sqlite3_file* real(sqlite3_file* f) {
  return reinterpret_cast<sqlite3_file*>(reinterpret_cast<char*>(f) + sizeof(WatchedFile));
}
const sqlite3_io_methods* methods(sqlite3_file* f) { return real(f)->pMethods; }
WatchedFile* watched(sqlite3_file* f) { return reinterpret_cast<WatchedFile*>(f); }

// Whoever looks at the file, or writes elsewhere in it, does so after this.
int write_ahead(sqlite3_file* f) {
  Ahead* ahead = watched(f)->ahead;
  if (ahead == nullptr || ahead->bytes.empty()) return SQLITE_OK;
  const int rc = methods(f)->xWrite(real(f), ahead->bytes.data(),
                                    static_cast<int>(ahead->bytes.size()), ahead->at);
  ahead->bytes.clear();  // after a failure SQLite rolls back, and comes again with all of it
  return rc;
}

int f_close(sqlite3_file* f) {
  const int written = write_ahead(f);
  delete std::exchange(watched(f)->ahead, nullptr);
  const int closed = methods(f)->xClose(real(f));
  return written != SQLITE_OK ? written : closed;
}
int f_read(sqlite3_file* f, void* to, int n, sqlite3_int64 at) {
  const int rc = write_ahead(f);
  return rc != SQLITE_OK ? rc : methods(f)->xRead(real(f), to, n, at);
}
int f_write(sqlite3_file* f, const void* from, int n, sqlite3_int64 at) {
  WatchedFile* file = watched(f);
  const std::string_view path = file->path ? file->path : "";
  if (const int e = file->disk->write_error(path, static_cast<std::size_t>(n))) {
    return e == ENOSPC ? SQLITE_FULL : SQLITE_IOERR_WRITE;
  }
  Ahead* ahead = file->ahead;
  if (ahead == nullptr) return methods(f)->xWrite(real(f), from, n, at);
  const bool follows = at == ahead->at + static_cast<sqlite3_int64>(ahead->bytes.size());
  if (!follows || ahead->bytes.size() + static_cast<std::size_t>(n) > Ahead::kMost) {
    if (const int rc = write_ahead(f); rc != SQLITE_OK) return rc;
  }
  if (ahead->bytes.empty()) ahead->at = at;
  ahead->bytes.append(static_cast<const char*>(from), static_cast<std::size_t>(n));
  return SQLITE_OK;
}
int f_truncate(sqlite3_file* f, sqlite3_int64 n) {
  const int rc = write_ahead(f);
  return rc != SQLITE_OK ? rc : methods(f)->xTruncate(real(f), n);
}
int f_sync(sqlite3_file* f, int flags) {
  WatchedFile* file = watched(f);
  const std::string_view path = file->path ? file->path : "";
  if (const int rc = write_ahead(f); rc != SQLITE_OK) return rc;
  if (const int e = file->disk->sync_error(path)) disk_failed("sync", path, e);
  const int rc = methods(f)->xSync(real(f), flags);
  if (rc != SQLITE_OK) disk_failed("sync", path, errno);
  file->disk->count_sync();
  return rc;
}
int f_size(sqlite3_file* f, sqlite3_int64* n) {
  const int rc = write_ahead(f);
  return rc != SQLITE_OK ? rc : methods(f)->xFileSize(real(f), n);
}
int f_lock(sqlite3_file* f, int l) { return methods(f)->xLock(real(f), l); }
int f_unlock(sqlite3_file* f, int l) { return methods(f)->xUnlock(real(f), l); }
int f_reserved(sqlite3_file* f, int* out) { return methods(f)->xCheckReservedLock(real(f), out); }
int f_control(sqlite3_file* f, int op, void* arg) {
  return methods(f)->xFileControl(real(f), op, arg);
}
int f_sector(sqlite3_file* f) { return methods(f)->xSectorSize(real(f)); }
int f_traits(sqlite3_file* f) { return methods(f)->xDeviceCharacteristics(real(f)); }
int f_shm_map(sqlite3_file* f, int page, int size, int extend, void volatile** out) {
  return methods(f)->xShmMap(real(f), page, size, extend, out);
}
int f_shm_lock(sqlite3_file* f, int at, int n, int flags) {
  return methods(f)->xShmLock(real(f), at, n, flags);
}
void f_shm_barrier(sqlite3_file* f) { methods(f)->xShmBarrier(real(f)); }
int f_shm_unmap(sqlite3_file* f, int remove) { return methods(f)->xShmUnmap(real(f), remove); }
int f_fetch(sqlite3_file* f, sqlite3_int64 at, int n, void** out) {
  return methods(f)->xFetch(real(f), at, n, out);
}
int f_unfetch(sqlite3_file* f, sqlite3_int64 at, void* p) {
  return methods(f)->xUnfetch(real(f), at, p);
}

constexpr sqlite3_io_methods kMethods = {
    3,          f_close,       f_read,      f_write,   f_truncate, f_sync,   f_size,
    f_lock,     f_unlock,      f_reserved,  f_control, f_sector,   f_traits, f_shm_map,
    f_shm_lock, f_shm_barrier, f_shm_unmap, f_fetch,   f_unfetch};

int v_open(sqlite3_vfs* vfs, const char* path, sqlite3_file* f, int flags, int* out_flags) {
  sqlite3_vfs* const unix_vfs = sqlite3_vfs_find("unix");
  WatchedFile* file = watched(f);
  file->base.pMethods = nullptr;
  file->disk = static_cast<Disk*>(vfs->pAppData);
  file->path = path;
  file->ahead = nullptr;
  const int rc = unix_vfs->xOpen(unix_vfs, path, real(f), flags, out_flags);
  if (real(f)->pMethods != nullptr) {
    file->base.pMethods = &kMethods;
    if ((flags & SQLITE_OPEN_WAL) != 0) file->ahead = new Ahead();
  }
  return rc;
}

}  // namespace

Vfs::Vfs(Disk& disk) : vfs_(std::make_unique<sqlite3_vfs>(*sqlite3_vfs_find("unix"))) {
  char name[40];
  std::snprintf(name, sizeof name, "portage-%p", static_cast<void*>(vfs_.get()));
  name_ = name;
  vfs_->pNext = nullptr;
  vfs_->zName = name_.c_str();
  vfs_->szOsFile += static_cast<int>(sizeof(WatchedFile));
  vfs_->pAppData = &disk;
  vfs_->xOpen = v_open;
  sqlite3_vfs_register(vfs_.get(), 0);
}

Vfs::~Vfs() { sqlite3_vfs_unregister(vfs_.get()); }

}  // namespace portage::ledger::sqlite
