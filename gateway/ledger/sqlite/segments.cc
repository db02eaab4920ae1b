#include "gateway/ledger/sqlite/segments.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>

namespace portage::ledger::sqlite {
namespace {

// Reads or writes all of it; 0 or an errno. A short read is an EIO: a committed body is not there.
template <class Call, class Pointer>
int whole(Call call, int fd, Pointer at, std::size_t n, std::uint64_t offset) {
  while (n > 0) {
    const ssize_t done = call(fd, at, n, static_cast<off_t>(offset));
    if (done < 0 && errno == EINTR) continue;
    if (done <= 0) return done < 0 ? errno : EIO;
    at += done;
    n -= static_cast<std::size_t>(done);
    offset += static_cast<std::uint64_t>(done);
  }
  return 0;
}

}  // namespace

Segments::~Segments() {
  for (const auto& [segment, fd] : files_) ::close(fd);
}

bool Segments::load(Connection& db) {
  Statement last(db, "SELECT seg,tail FROM segment ORDER BY seg DESC LIMIT 1");
  segment_ = 1;
  tail_ = 0;
  if (last.start()) {
    segment_ = last.small(0);
    tail_ = last.natural(1);
  }
  return db.ok();
}

int Segments::file(std::uint32_t segment) const {
  const std::lock_guard lock(mutex_);
  const auto known = files_.find(segment);
  if (known != files_.end()) return known->second;
  char name[24];
  std::snprintf(name, sizeof name, "/%06u.seg", segment);
  const std::string path = folder_ + name;
  int fd = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
  if (fd < 0 && errno == ENOENT && segment == segment_) {
    fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0) return -1;
    const int dir = ::open(folder_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (dir < 0 || ::fsync(dir) != 0) disk_failed("sync", folder_, errno);
    disk_.count_sync();
    ::close(dir);
  }
  if (fd >= 0) files_[segment] = fd;
  return fd;
}

std::string& Segments::stage() {
  if (group_.empty() && tail_ >= kSegmentBytes) {
    ++segment_;
    tail_ = allocated_ = 0;
  }
  begun_ = group_.size();
  return group_;
}

BodyPlace Segments::staged() {
  return {segment_, tail_ + begun_, static_cast<std::uint32_t>(group_.size() - begun_)};
}

int Segments::make_room(int fd, std::uint64_t until) {
  if (until <= allocated_) return 0;
  struct stat about {};
  if (::fstat(fd, &about) != 0) return errno;
  allocated_ = static_cast<std::uint64_t>(about.st_size);
  if (until <= allocated_) return 0;
  const std::uint64_t wanted = until + kAhead;
  if (const int e = disk_.write_error(folder_, static_cast<std::size_t>(wanted - allocated_)))
    return e;
  if (::fallocate(fd, 0, static_cast<off_t>(allocated_), static_cast<off_t>(wanted - allocated_)) ==
      0) {
    allocated_ = wanted;
    return 0;
  }
  return errno == EOPNOTSUPP ? 0
                             : errno;  // some file systems can't: then the write itself makes room
}

int Segments::flush(Connection& db) {
  if (group_.empty()) return 0;
  const int fd = file(segment_);
  if (fd < 0) return errno;
  const std::uint64_t end = tail_ + group_.size();
  if (const int e = make_room(fd, end)) return e;
  if (const int e = disk_.write_error(folder_, group_.size())) return e;
  if (const int e =
          whole(::pwrite, fd, static_cast<const char*>(group_.data()), group_.size(), tail_)) {
    return e;
  }
  if (const int e = disk_.sync_error(folder_)) disk_failed("sync", folder_, e);
  if (::fdatasync(fd) != 0) disk_failed("sync", folder_, errno);
  disk_.count_sync();
  if (!put_) put_ = Statement(db, "INSERT OR REPLACE INTO segment VALUES(?,?)");
  put_.run(segment_, end);
  return 0;
}

void Segments::committed() {
  tail_ += group_.size();
  rolled_back();
}

void Segments::rolled_back() {
  group_.clear();
  if (group_.capacity() > (8u << 20)) group_ = std::string();  // after a large file
}

base::Status Segments::read(const BodyPlace& place, std::string& out) const {
  out.resize(place.size);
  const int fd = file(place.segment);
  const int e = fd < 0 ? errno : whole(::pread, fd, out.data(), out.size(), place.offset);
  if (e == 0) return {};
  return base::make_error(base::ErrorKind::internal, "ledger.body_unreadable",
                          {{"segment", std::to_string(place.segment)}});
}

}  // namespace portage::ledger::sqlite
