#include "gateway/http/loop_thread.h"

#include <pthread.h>
#include <signal.h>
#include <time.h>

#include <algorithm>
#include <future>

namespace portage::http {

namespace {

constexpr std::uint32_t kTickMs = 100;

std::uint64_t coarse_ms() {
  timespec t{};
  clock_gettime(CLOCK_MONOTONIC_COARSE, &t);
  return static_cast<std::uint64_t>(t.tv_sec) * 1000 +
         static_cast<std::uint64_t>(t.tv_nsec) / 1'000'000;
}

// Signals are for the process's main thread; a write to a closed socket must not end the process.
void block_signals() {
  sigset_t set;
  sigfillset(&set);
  for (int synchronous : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP, SIGPROF}) {
    sigdelset(&set, synchronous);
  }
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

}  // namespace

LoopThread::LoopThread() = default;

LoopThread::~LoopThread() {
  if (thread_.joinable()) {
    if (here()) {
      thread_.detach();  // cannot happen while a Loops owns it; never join oneself
    } else {
      finish();
    }
  }
}

void LoopThread::start() {
  std::promise<void> started;
  auto ready = started.get_future();
  thread_ = std::thread([this, &started] {
    block_signals();
    thread_id_ = std::this_thread::get_id();
    started.set_value();
    run();
  });
  ready.wait();
}

std::uint64_t LoopThread::now_ms() const { return coarse_ms(); }

void LoopThread::run() {
  watches_.start();
  io_.run();
  // Everything is closed: let the cancelled waits return what they hold.
  io_.restart();
  while (io_.poll() > 0) {
  }
}

void LoopThread::post(std::function<void()> task) {
  if (here()) {
    own_.push_back(std::move(task));
    if (!own_scheduled_) {
      own_scheduled_ = true;
      asio::post(io_, [this] { run_own(); });
    }
    return;
  }
  bool first = false;
  {
    std::lock_guard lock(mutex_);
    if (ended_) return;
    first = foreign_.empty();
    foreign_.push_back(std::move(task));
  }
  if (first) asio::post(io_, [this] { run_foreign(); });  // one wake-up for a whole batch
}

void LoopThread::run_own() {
  own_scheduled_ = false;
  std::vector<std::function<void()>> tasks;
  tasks.swap(own_);
  for (auto& task : tasks) task();
  tasks.clear();
  if (own_.empty()) own_.swap(tasks);  // keep the memory
}

void LoopThread::run_foreign() {
  {
    std::lock_guard lock(mutex_);
    running_.swap(foreign_);
  }
  for (auto& task : running_) task();
  running_.clear();
}

void LoopThread::call(std::function<void()> task) {
  if (here()) {
    task();
    return;
  }
  auto done = std::make_shared<std::promise<void>>();
  auto ready = done->get_future();
  bool ended = false;
  {
    std::lock_guard lock(mutex_);
    ended = ended_;
    if (!ended) {
      bool first = foreign_.empty();
      foreign_.push_back([&task, done] {
        task();
        done->set_value();
      });
      if (first) asio::post(io_, [this] { run_foreign(); });
    }
  }
  if (ended) {
    task();
    return;
  }
  done.reset();
  ready.wait();  // also returns when the loop ends before the task's turn
}

bool LoopThread::later(const Later& a, const Later& b) {
  return a.due_ms != b.due_ms ? a.due_ms > b.due_ms : a.number > b.number;
}

void LoopThread::after(std::uint32_t delay_ms, std::function<void()> task) {
  if (!here()) {
    post([this, delay_ms, task = std::move(task)]() mutable { after(delay_ms, std::move(task)); });
    return;
  }
  if (finishing_) return;
  later_.push_back({coarse_ms() + delay_ms, ++later_number_, std::move(task)});
  std::push_heap(later_.begin(), later_.end(), later);
  arm_later();
}

void LoopThread::arm_later() {
  if (later_.empty()) return;
  std::uint64_t due = later_.front().due_ms;
  if (later_armed_ms_ != 0 && later_armed_ms_ <= due) return;
  later_armed_ms_ = due;
  std::uint64_t now = coarse_ms();
  // The coarse clock may lag by a few milliseconds: never early.
  later_timer_.expires_after(std::chrono::milliseconds(due > now ? due - now + 1 : 0));
  later_timer_.async_wait([this](const boost::system::error_code& error) {
    if (error) return;
    later_armed_ms_ = 0;
    std::uint64_t at = coarse_ms();
    while (!later_.empty() && later_.front().due_ms <= at) {
      std::pop_heap(later_.begin(), later_.end(), later);
      auto task = std::move(later_.back().task);
      later_.pop_back();
      task();
    }
    arm_later();
  });
}

void LoopThread::add(std::shared_ptr<Conversation> conversation) {
  Conversation& c = *conversation;
  c.previous_ = nullptr;
  c.next_ = first_;
  if (first_ != nullptr) first_->previous_ = &c;
  first_ = &c;
  c.self_ = std::move(conversation);
  if (!ticking_) {
    ticking_ = true;
    tick();
  }
}

void LoopThread::remove(Conversation& c) {
  if (c.self_ == nullptr) return;
  if (c.previous_ != nullptr) c.previous_->next_ = c.next_;
  if (c.next_ != nullptr) c.next_->previous_ = c.previous_;
  if (first_ == &c) first_ = c.next_;
  c.previous_ = c.next_ = nullptr;
  auto last = std::move(c.self_);  // may destroy c at the end of this scope
}

void LoopThread::tick() {
  std::uint64_t now = coarse_ms();
  for (Conversation* c = first_; c != nullptr; c = c->next_) {
    if (c->due_ms_ != 0 && c->due_ms_ <= now) due_.push_back(c->self_);
  }
  for (auto& c : due_) {
    if (c->self_ != nullptr && c->due_ms_ != 0 && c->due_ms_ <= now) {
      c->due_ms_ = 0;
      c->expired();
    }
  }
  due_.clear();
  if (first_ == nullptr || finishing_) {
    ticking_ = false;
    return;
  }
  ticker_.expires_after(std::chrono::milliseconds(kTickMs));
  ticker_.async_wait([this](const boost::system::error_code& error) {
    if (!error) tick();
  });
}

std::string_view LoopThread::http_date() {
  timespec t{};
  clock_gettime(CLOCK_REALTIME_COARSE, &t);
  if (t.tv_sec != date_second_) {
    date_second_ = t.tv_sec;
    tm parts{};
    gmtime_r(&t.tv_sec, &parts);
    constexpr const char* kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    char text[64];
    int n = snprintf(text, sizeof text, "%s, %02d %s %04d %02d:%02d:%02d GMT", kDays[parts.tm_wday],
                     parts.tm_mday, kMonths[parts.tm_mon], parts.tm_year + 1900, parts.tm_hour,
                     parts.tm_min, parts.tm_sec);
    date_.assign(text, static_cast<std::size_t>(n));
  }
  return date_;
}

void LoopThread::each(const std::function<void(Conversation&)>& visit) {
  std::vector<std::shared_ptr<Conversation>> all;
  for (Conversation* c = first_; c != nullptr; c = c->next_) all.push_back(c->self_);
  for (auto& c : all) {
    if (c->self_ != nullptr) visit(*c);
  }
}

void LoopThread::drain() {
  each([](Conversation& c) { c.drain(); });
}

bool LoopThread::busy() const {
  for (const Conversation* c = first_; c != nullptr; c = c->next_) {
    if (c->busy()) return true;
  }
  return false;
}

void LoopThread::finish() {
  if (!thread_.joinable()) return;
  call([this] {
    finishing_ = true;
    while (first_ != nullptr) {
      auto c = first_->self_;
      c->close();
      remove(*c);  // should it have forgotten
    }
    watches_.stop();
    ticker_.cancel();
    later_timer_.cancel();
    later_.clear();
    work_.reset();
    io_.stop();
  });
  thread_.join();
  // What was still posted runs here, on closed conversations, so that no caller waits for ever.
  thread_id_ = std::this_thread::get_id();
  for (;;) {
    std::vector<std::function<void()>> rest;
    {
      std::lock_guard lock(mutex_);
      rest.swap(foreign_);
      ended_ = rest.empty() && own_.empty();
    }
    if (ended_) break;
    rest.insert(rest.end(), std::make_move_iterator(own_.begin()),
                std::make_move_iterator(own_.end()));
    own_.clear();
    own_scheduled_ = true;  // no reactor any more
    for (auto& task : rest) task();
  }
  thread_id_ = std::thread::id();
}

}  // namespace portage::http
