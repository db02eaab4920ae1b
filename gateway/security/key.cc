#include "gateway/security/key.h"

#include <fcntl.h>
#include <openssl/rand.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>

#include "gateway/security/digest.h"

namespace portage::security {
namespace {

using base::Error;
using base::ErrorKind;

class File {
 public:
  explicit File(int fd) : fd_(fd) {}
  ~File() {
    if (fd_ >= 0) ::close(fd_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  int fd() const { return fd_; }

 private:
  int fd_;
};

Error problem(std::string_view code, const std::string& path) {
  return base::make_error(ErrorKind::internal, code, {{"file", path}}, {path, 0, 0, {}});
}

// The name must survive a power cut as well as the bytes: records are sealed with this key.
bool sync_folder(const std::string& path) {
  std::string folder = std::filesystem::path(path).parent_path().string();
  if (folder.empty()) folder = ".";
  const File dir(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  return dir.fd() >= 0 && ::fsync(dir.fd()) == 0;
}

base::Result<Key> make(const std::string& path) {
  Key key;
  if (RAND_bytes(key.bytes.data(), static_cast<int>(key.bytes.size())) != 1) {
    return problem("security.key_unreadable", path);
  }
  // A whole file or none: written beside its place and linked into it, which fails if another was
  // first.
  const std::string fresh = path + ".new." + std::to_string(::getpid());
  {
    const File file(::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    if (file.fd() < 0 ||
        ::write(file.fd(), key.bytes.data(), key.bytes.size()) !=
            static_cast<ssize_t>(key.bytes.size()) ||
        ::fsync(file.fd()) != 0) {
      ::unlink(fresh.c_str());
      return problem("security.key_unreadable", path);
    }
  }
  const bool linked = ::link(fresh.c_str(), path.c_str()) == 0;
  const bool lost_race = !linked && errno == EEXIST;
  ::unlink(fresh.c_str());
  if (lost_race) return key_from_file(path);
  if (!linked || !sync_folder(path)) return problem("security.key_unreadable", path);
  return key;
}

}  // namespace

base::Result<Key> key_from_file(const std::string& path) {
  const File file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.fd() < 0) {
    if (errno == ENOENT) return make(path);
    return problem("security.key_unreadable", path);
  }
  struct stat about {};
  if (::fstat(file.fd(), &about) != 0) return problem("security.key_unreadable", path);
  if ((about.st_mode & 077) != 0) return problem("security.key_open_to_others", path);
  Key key;
  if (about.st_size != static_cast<off_t>(key.bytes.size())) {
    return problem("security.key_size", path);
  }
  if (::read(file.fd(), key.bytes.data(), key.bytes.size()) !=
      static_cast<ssize_t>(key.bytes.size())) {
    return problem("security.key_unreadable", path);
  }
  return key;
}

std::uint64_t random_number() {
  std::uint64_t out = 0;
  if (RAND_bytes(reinterpret_cast<unsigned char*>(&out), sizeof out) != 1) std::abort();
  return out;
}

Key derive(const Key& key, std::string_view use) {
  Key out;
  out.bytes = keyed_sha256(key.view(), use);
  return out;
}

}  // namespace portage::security
