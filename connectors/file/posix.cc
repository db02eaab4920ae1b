#include "connectors/file/posix.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

namespace portage::file {

Fd::~Fd() {
  if (fd_ >= 0) ::close(fd_);
}

void make_folder(const std::string& path) {
  std::error_code failed;
  std::filesystem::create_directories(path, failed);
}

Fd open_folder(const std::string& path) {
  return Fd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
}

Fd open_beneath(const Fd& folder, const char* name) {
  constexpr int kFlags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
  Fd found(::openat(folder.get(), name, kFlags));
  if (found || errno != ENOENT) return found;
  if (::mkdirat(folder.get(), name, 0770) != 0 && errno != EEXIST) return Fd();
  return Fd(::openat(folder.get(), name, kFlags));
}

bool sync(const Fd& folder) { return ::fsync(folder.get()) == 0; }

namespace {
std::string hidden(const std::string& name) { return "." + name + ".part"; }

void remove_hidden(const Fd& folder, const std::string& name) {
  const int error = errno;
  ::unlinkat(folder.get(), hidden(name).c_str(), 0);
  errno = error;
}
}  // namespace

Begun begin_file(const Fd& folder, const std::string& name, std::string_view bytes) {
  Begun begun{Fd(::openat(folder.get(), hidden(name).c_str(),
                          O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0660)),
              name};
  if (!begun) return begun;
  while (!bytes.empty()) {
    const ::ssize_t written = ::write(begun.file.get(), bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) {
      remove_hidden(folder, name);
      const int error = errno;
      begun.file = Fd();
      errno = error;
      return begun;
    }
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  ::sync_file_range(begun.file.get(), 0, 0, SYNC_FILE_RANGE_WRITE);  // a hint; finish_file() waits
  return begun;
}

bool finish_file(const Fd& folder, const Begun& begun) {
  if (::fdatasync(begun.file.get()) == 0 &&
      ::renameat(folder.get(), hidden(begun.name).c_str(), folder.get(), begun.name.c_str()) == 0) {
    return true;
  }
  remove_hidden(folder, begun.name);
  return false;
}

bool write_file(const Fd& folder, const std::string& name, std::string_view bytes) {
  const Begun begun = begin_file(folder, name, bytes);
  return begun && finish_file(folder, begun) && sync(folder);
}

std::string reason(int error) { return std::generic_category().message(error); }

}  // namespace portage::file
