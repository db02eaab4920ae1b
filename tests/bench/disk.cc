// The disk by itself, with no product around it: a program that writes what a commit of one record
// writes, over a file that exists already, and syncs it, again and again for a second. One sender
// cannot be served faster than this; the disk's figure drifts from minute to minute.
#include "tests/bench/disk.h"

#include <fcntl.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

namespace bench {

int main_disk(const char* folder) {
  constexpr std::size_t kCommit = 32 << 10, kCommits = 256;
  const std::string path = std::string(folder) + "/portage-load.disk";
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (file < 0) {
    std::perror(path.c_str());
    return 1;
  }
  ::unlink(path.c_str());
  const std::vector<char> bytes(kCommit, 'p');
  const auto commit = [&](std::size_t number) {
    const auto at = static_cast<off_t>(number % kCommits * kCommit);
    return ::pwrite(file, bytes.data(), kCommit, at) == static_cast<ssize_t>(kCommit);
  };
  bool good = true;
  for (std::size_t i = 0; i < kCommits; ++i) good = commit(i) && good;
  good = ::fsync(file) == 0 && good;
  using Clock = std::chrono::steady_clock;
  const auto began = Clock::now();
  std::size_t done = 0;
  std::chrono::duration<double> took{};
  while (good && took.count() < 1) {
    good = commit(done++) && ::fdatasync(file) == 0;
    took = Clock::now() - began;
  }
  ::close(file);
  if (!good) {
    std::perror(path.c_str());
    return 1;
  }
  std::printf("{\"per_second\":%.0f}\n", static_cast<double>(done) / took.count());
  return 0;
}

}  // namespace bench
