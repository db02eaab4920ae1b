// Files by descriptor, for both directions of this connector: open, write, sync, rename. Names are
// always looked up beneath a folder's descriptor and links are never followed. Threads: all
// functions are safe from any. Never throws; errno tells what failed.
#pragma once

#include <sys/stat.h>

#include <string>
#include <string_view>
#include <utility>

namespace portage::file {

class Fd {
 public:
  Fd() = default;
  explicit Fd(int fd) : fd_(fd) {}
  Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Fd& operator=(Fd&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Fd();
  explicit operator bool() const { return fd_ >= 0; }
  int get() const { return fd_; }

 private:
  int fd_ = -1;
};

// A configured folder (a link there is the operator's choice), or a folder beneath one, made if it
// is not there (no link).
void make_folder(
    const std::string& path);  // with its parents; whether it worked shows on opening it
Fd open_folder(const std::string& path);
Fd open_beneath(const Fd& folder, const char* name);

// A file under its hidden name, its bytes on their way to the disk. Several begun before the first
// is finished share one wait for the disk.
struct Begun {
  Fd file;
  std::string name;
  explicit operator bool() const { return static_cast<bool>(file); }
};
Begun begin_file(const Fd& folder, const std::string& name, std::string_view bytes);
// On disk and under its name; the folder is not synced yet.
bool finish_file(const Fd& folder, const Begun& begun);

// Writes `bytes` so that `name` in `folder` holds all of it or what it held before, also after a
// crash: hidden name, fdatasync, rename, and fsync of the folder unless the caller does that for
// several.
bool write_file(const Fd& folder, const std::string& name, std::string_view bytes);
bool sync(const Fd& folder);
std::string reason(int error);  // of errno, for people: "No space left on device"

}  // namespace portage::file
