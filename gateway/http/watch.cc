#include "gateway/http/watch.h"

#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "gateway/http/loop_thread.h"

namespace portage::http {

namespace {
constexpr int kAtOnce = 256;
constexpr std::uint32_t kEnd = EPOLLRDHUP | EPOLLHUP | EPOLLERR;
}  // namespace

void Watch::open(LoopThread& loop, int socket, Conversation& whose) {
  close();
  loop_ = &loop;
  whose_ = &whose;
  socket_ = socket;
  want_read_ = want_write_ = may_read_ = at_end_ = false;
  slot_ = loop.watches().add(socket, *this);
}

void Watch::close() {
  if (socket_ < 0) return;
  loop_->watches().remove(slot_);
  ::close(socket_);  // which also takes it out of the kernel's list
  socket_ = -1;
  want_read_ = want_write_ = false;
}

void Watch::want_read() {
  if (want_read_ || socket_ < 0) return;
  want_read_ = true;
  if (may_read_) loop_->watches().soon(slot_);
}

void Watch::want_write() {
  if (socket_ >= 0) want_write_ = true;
}

// Either call may close this watch and destroy it; the caller holds the conversation.
void Watch::changed(std::uint32_t events) {
  at_end_ = at_end_ || (events & kEnd) != 0;
  may_read_ = may_read_ || (events & (EPOLLIN | kEnd)) != 0;
  const bool read = want_read_ && may_read_;
  const bool write = want_write_ && (events & (EPOLLOUT | EPOLLHUP | EPOLLERR)) != 0;
  if (write) {
    want_write_ = false;
    if (read) loop_->watches().soon(slot_);  // its turn comes next
    whose_->can_write();
  } else if (read) {
    want_read_ = false;
    whose_->can_read();
  }
}

Watches::Watches(asio::io_context& io) : io_(io), all_(io.get_executor()) {
  const int all = ::epoll_create1(EPOLL_CLOEXEC);
  if (all < 0) throw std::system_error(errno, std::generic_category(), "epoll_create1");
  all_.assign(all);
}

void Watches::start() { wait(); }

void Watches::stop() {
  boost::system::error_code ignored;  // nothing is watched any more
  all_.close(ignored);
}

std::uint64_t Watches::key(std::uint32_t slot) const {
  return static_cast<std::uint64_t>(slots_[slot].use) << 32 | slot;
}

std::uint32_t Watches::add(int socket, Watch& watch) {
  std::uint32_t slot = 0;
  if (free_.empty()) {
    slot = static_cast<std::uint32_t>(slots_.size());
    slots_.push_back({});
  } else {
    slot = free_.back();
    free_.pop_back();
  }
  slots_[slot].watch = &watch;
  epoll_event event{};
  event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
  event.data.u64 = key(slot);
  if (::epoll_ctl(all_.native_handle(), EPOLL_CTL_ADD, socket, &event) != 0) {
    ::shutdown(socket, SHUT_RDWR);  // out of memory or of watches: its conversation sees an end
    watch.at_end_ = watch.may_read_ = true;
  }
  return slot;
}

void Watches::remove(std::uint32_t slot) {
  slots_[slot].watch = nullptr;
  ++slots_[slot].use;
  free_.push_back(slot);
}

void Watches::soon(std::uint32_t slot) {
  soon_.push_back(key(slot));
  if (soon_.size() > 1) return;
  asio::post(io_, [this] {
    now_.swap(soon_);
    for (const std::uint64_t one : now_) report(one, 0);
    now_.clear();
  });
}

void Watches::report(std::uint64_t key, std::uint32_t events) {
  const auto slot = static_cast<std::uint32_t>(key);
  const Slot& there = slots_[slot];
  if (there.watch == nullptr || there.use != key >> 32) return;
  const auto keep = there.watch->whose_->shared();
  there.watch->changed(events);
}

void Watches::wait() {
  all_.async_wait(Descriptor::wait_read, [this](const boost::system::error_code& error) {
    if (error) return;
    collect();
    if (all_.is_open()) wait();
  });
}

void Watches::collect() {
  epoll_event events[kAtOnce];
  const int n = ::epoll_wait(all_.native_handle(), events, kAtOnce, 0);
  for (int i = 0; i < n; ++i) report(events[i].data.u64, events[i].events);
}

}  // namespace portage::http
