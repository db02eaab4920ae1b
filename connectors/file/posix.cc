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

bool write_file(const Fd& folder, const std::string& name, std::string_view bytes,
                bool sync_folder) {
  const std::string hidden = "." + name + ".part";
  const auto give_up = [&] {
    const int error = errno;
    ::unlinkat(folder.get(), hidden.c_str(), 0);
    errno = error;
    return false;
  };
  {
    const Fd out(::openat(folder.get(), hidden.c_str(),
                          O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0660));
    if (!out) return false;
    while (!bytes.empty()) {
      const ::ssize_t written = ::write(out.get(), bytes.data(), bytes.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) return give_up();
      bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    if (::fdatasync(out.get()) != 0) return give_up();
  }
  if (::renameat(folder.get(), hidden.c_str(), folder.get(), name.c_str()) != 0) return give_up();
  return !sync_folder || sync(folder);
}

std::string reason(int error) { return std::generic_category().message(error); }

}  // namespace portage::file
