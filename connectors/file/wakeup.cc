#include "connectors/file/wakeup.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

#include "gateway/base/time.h"

namespace portage::file {

Wakeup::Wakeup()
    : event_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      inotify_(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK)) {}

namespace {
void ring(const Fd& event) {
  const std::uint64_t one = 1;
  [[maybe_unused]] const ::ssize_t ignored = ::write(event.get(), &one, sizeof one);
}
}  // namespace

void Wakeup::put_answer(Answer answer) {
  const std::lock_guard<std::mutex> held(lock_);
  answers_.push_back(std::move(answer));
  ring(event_);
}

void Wakeup::stop() {
  const std::lock_guard<std::mutex> held(lock_);
  stopping_ = true;
  ring(event_);
}

bool Wakeup::stopping() {
  const std::lock_guard<std::mutex> held(lock_);
  return stopping_;
}

std::optional<Answer> Wakeup::take_answer() {
  const std::lock_guard<std::mutex> held(lock_);
  if (answers_.empty()) return std::nullopt;
  std::optional<Answer> answer(std::move(answers_.front()));
  answers_.pop_front();
  return answer;
}

void Wakeup::watch(std::size_t folder, const std::string& path) {
  if (!inotify_) return;
  if (watches_.size() <= folder) watches_.resize(folder + 1, -1);
  if (watches_[folder] >= 0) return;
  watches_[folder] =
      ::inotify_add_watch(inotify_.get(), path.c_str(), IN_CLOSE_WRITE | IN_MOVED_TO | IN_ONLYDIR);
}

std::vector<Wakeup::Appeared> Wakeup::sleep(std::uint64_t until_us) {
  std::vector<Appeared> appeared;
  const std::uint64_t now = base::steady_micros();
  const std::uint64_t wait_ms =
      until_us <= now ? 0 : std::min<std::uint64_t>((until_us - now) / 1000 + 1, 60'000);
  pollfd fds[2] = {{event_.get(), POLLIN, 0}, {inotify_.get(), POLLIN, 0}};
  if (::poll(fds, inotify_ ? 2 : 1, static_cast<int>(wait_ms)) <= 0) return appeared;
  if (fds[0].revents != 0) {
    std::uint64_t count = 0;
    [[maybe_unused]] const ::ssize_t ignored = ::read(event_.get(), &count, sizeof count);
  }
  if (!inotify_ || fds[1].revents == 0) return appeared;
  alignas(inotify_event) char buffer[16384];
  const ::ssize_t got = ::read(inotify_.get(), buffer, sizeof buffer);
  for (::ssize_t at = 0; at < got;) {
    inotify_event event;
    std::memcpy(&event, buffer + at, sizeof event);
    const char* const name = buffer + at + sizeof event;
    at += static_cast<::ssize_t>(sizeof event + event.len);
    const auto found = std::find(watches_.begin(), watches_.end(), event.wd);
    if (event.wd < 0 || found == watches_.end()) continue;
    const auto folder = static_cast<std::size_t>(found - watches_.begin());
    if ((event.mask & IN_IGNORED) != 0) {
      *found = -1;  // the folder is gone
    } else if (event.len > 0) {
      appeared.push_back({folder, name, (event.mask & IN_MOVED_TO) != 0});
    }
  }
  return appeared;
}

}  // namespace portage::file
