#include "connectors/file/folder.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <memory>
#include <tuple>

#include "gateway/base/text.h"

namespace portage::file {
namespace {

struct CloseDir {
  void operator()(DIR* dir) const { ::closedir(dir); }
};

Dropped looked_at(std::string name, const struct stat& st) {
  Dropped file;
  file.name = std::move(name);
  file.inode = st.st_ino;
  file.size = static_cast<std::uint64_t>(st.st_size);
  file.modified_ns = st.st_mtim.tv_sec * 1'000'000'000 + st.st_mtim.tv_nsec;
  file.regular = S_ISREG(st.st_mode);
  return file;
}

// Everything in a folder but folders, hidden names and the names of copies under way; oldest first.
std::vector<Dropped> listing(const Fd& folder) {
  std::vector<Dropped> files;
  const int copy = ::openat(folder.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const std::unique_ptr<DIR, CloseDir> dir(copy < 0 ? nullptr : ::fdopendir(copy));
  if (!dir) return files;
  while (const dirent* entry = ::readdir(dir.get())) {
    const std::string_view name = entry->d_name;
    if (name.starts_with('.') || name.ends_with(".tmp") || name.ends_with(".part") ||
        name.ends_with(".filepart")) {
      continue;
    }
    struct stat st {};
    if (::fstatat(folder.get(), entry->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0) continue;
    if (!S_ISDIR(st.st_mode)) files.push_back(looked_at(std::string(name), st));
  }
  std::sort(files.begin(), files.end(), [](const Dropped& a, const Dropped& b) {
    return std::tie(a.modified_ns, a.name) < std::tie(b.modified_ns, b.name);
  });
  return files;
}

bool exists(const Fd& folder, const std::string& name) {
  struct stat st {};
  return ::fstatat(folder.get(), name.c_str(), &st, AT_SYMLINK_NOFOLLOW) == 0;
}

// A rename that never replaces.
bool move(const Fd& from, const std::string& name, const Fd& to, const std::string& as) {
  return ::renameat2(from.get(), name.c_str(), to.get(), as.c_str(), RENAME_NOREPLACE) == 0;
}

bool holds(const Fd& folder, const std::string& name, std::string_view bytes) {
  const Fd in(::openat(folder.get(), name.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
  struct stat st {};
  if (!in || ::fstat(in.get(), &st) != 0 || static_cast<std::size_t>(st.st_size) != bytes.size()) {
    return false;
  }
  char buffer[65536];
  while (!bytes.empty()) {
    const ::ssize_t got = ::read(in.get(), buffer, std::min(sizeof buffer, bytes.size()));
    if (got <= 0 || bytes.substr(0, static_cast<std::size_t>(got)) !=
                        std::string_view(buffer, static_cast<std::size_t>(got))) {
      return false;
    }
    bytes.remove_prefix(static_cast<std::size_t>(got));
  }
  return true;
}

}  // namespace

bool usable_name(std::string_view name) {
  return name.size() <= kLongestName && base::invalid_utf8_at(name) == std::string_view::npos &&
         std::none_of(name.begin(), name.end(),
                      [](char c) { return (c >= 0 && c < 0x20) || c == 0x7F; });
}

base::Result<FolderView> FolderView::open(const std::string& path) {
  FolderView view;
  view.root_ = open_folder(path);
  if (view.root_) {
    view.claimed_ = open_beneath(view.root_, ".claimed");
    view.done_ = open_beneath(view.root_, "done");
    view.results_ = open_beneath(view.root_, "results");
    view.rejected_ = open_beneath(view.root_, "rejected");
  }
  if (view.root_ && view.claimed_ && view.done_ && view.results_ && view.rejected_) {
    return view;
  }
  base::Place place;
  place.file = path;
  return base::make_error(base::ErrorKind::unavailable, "file.folder", {{"reason", reason(errno)}},
                          std::move(place));
}

std::vector<Dropped> FolderView::dropped() const { return listing(root_); }
std::vector<Dropped> FolderView::claimed() const { return listing(claimed_); }

Readiness FolderView::readiness(const Dropped& file) const {
  const Fd in(
      ::openat(root_.get(), file.name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  struct stat st {};
  if (!in || ::fstat(in.get(), &st) != 0) {
    return errno == ENOENT ? Readiness::gone : Readiness::unknown;
  }
  // A read lease is granted only while nobody has the file open for writing. Whoever then opens it
  // is announced by a signal; SIGURG is ignored where SIGIO would end the process.
  ::fcntl(in.get(), F_SETSIG, SIGURG);
  if (::fcntl(in.get(), F_SETLEASE, F_RDLCK) == 0) {
    ::fcntl(in.get(), F_SETLEASE, F_UNLCK);
    return Readiness::ready;
  }
  return errno == EAGAIN ? Readiness::being_written : Readiness::unknown;
}

bool FolderView::claim(const std::string& name) const { return move(root_, name, claimed_, name); }

bool FolderView::read(const Dropped& file, std::string& bytes) const {
  const Fd in(
      ::openat(claimed_.get(), file.name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  struct stat st {};
  if (!in || ::fstat(in.get(), &st) != 0) return false;
  const auto changes = [&] {
    errno = EAGAIN;
    return !S_ISREG(st.st_mode) || !looked_at({}, st).same(file);
  };
  if (changes()) return false;
  bytes.resize(file.size);
  std::size_t have = 0;
  while (have < bytes.size()) {
    const ::ssize_t got = ::read(in.get(), bytes.data() + have, bytes.size() - have);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return false;
    if (got == 0) break;
    have += static_cast<std::size_t>(got);
  }
  if (::fstat(in.get(), &st) != 0) return false;
  return have == bytes.size() ? !changes() : (errno = EAGAIN, false);
}

std::string FolderView::move_aside(const Fd& from, const std::string& name, const Fd& to,
                                   const std::string& wanted) const {
  for (int number = 1; number <= 100'000; ++number) {
    const std::string as = number == 1 ? wanted : wanted + "." + std::to_string(number);
    if (move(from, name, to, as)) return as;
    if (errno != EEXIST) return {};
  }
  return {};
}

bool FolderView::finish(const std::string& name) const {
  return !move_aside(claimed_, name, done_, name).empty() ||
         (errno == ENOENT && exists(done_, name));
}

void FolderView::sync_moves() const {
  for (const Fd* folder : {&done_, &rejected_, &claimed_}) sync(*folder);
}

std::string FolderView::reject(const Dropped& file, bool was_claimed) const {
  const std::string wanted =
      usable_name(file.name) ? file.name : "unnamed-" + std::to_string(file.inode);
  return move_aside(was_claimed ? claimed_ : root_, file.name, rejected_, wanted);
}

bool FolderView::write_result(const std::string& name, std::uint64_t number,
                              std::string_view bytes) const {
  if (!usable_name(name) || name.empty() || name.find('/') != std::string::npos ||
      name.front() == '.') {
    errno = EINVAL;
    return false;
  }
  const std::string first = name + ".result.csv";
  if (!exists(results_, first)) return write_file(results_, first, bytes);
  if (holds(results_, first, bytes)) return sync(results_);
  return write_file(results_, name + "." + std::to_string(number) + ".result.csv", bytes);
}

bool FolderView::knows(const std::string& name) const {
  return exists(claimed_, name) || exists(done_, name) || exists(rejected_, name);
}

}  // namespace portage::file
