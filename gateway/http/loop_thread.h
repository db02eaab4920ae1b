// LoopThread: a Loop with its thread, its reactor, and the list of what talks on it.
// Threads: post(), after(), call(), here() from any; everything else on the loop's own thread.
// Lifetime: shared by the Loops, the connections and the exchanges, so a late answer finds it
// alive. Never blocks on its own thread.
#pragma once

#include <atomic>
#include <mutex>
#include <string>
#include <thread>

#include "gateway/http/asio.h"
#include "gateway/http/http.h"
#include "gateway/http/watch.h"

namespace portage::http {

// Something that talks on a Loop: a server's connection, a listener, a client's pool or connection.
// Deadlines are one stored number, looked at ten times a second: no timer is armed per request.
class Conversation {
 public:
  Conversation() = default;
  Conversation(const Conversation&) = delete;
  Conversation& operator=(const Conversation&) = delete;
  virtual ~Conversation() = default;
  virtual void expired() = 0;     // the deadline has passed
  virtual void drain() = 0;       // begin nothing new
  virtual bool busy() const = 0;  // an exchange is running
  virtual void close() = 0;       // now; removes itself from the loop
  // Of its Watch, if it has one: once after each want_read() or want_write().
  virtual void can_read() {}
  virtual void can_write() {}
  std::shared_ptr<Conversation> shared() const { return self_; }  // nothing once it left the list

 protected:
  std::uint64_t due_ms_ = 0;  // 0 = no deadline

 private:
  friend class LoopThread;
  Conversation* previous_ = nullptr;
  Conversation* next_ = nullptr;
  std::shared_ptr<Conversation> self_;  // while on the loop's list
};

class LoopThread final : public Loop, public std::enable_shared_from_this<LoopThread> {
 public:
  LoopThread();
  ~LoopThread() override;
  void start();

  void post(std::function<void()> task) override;
  void after(std::uint32_t delay_ms, std::function<void()> task) override;
  bool here() const override {
    return std::this_thread::get_id() == thread_id_.load(std::memory_order_relaxed);
  }
  bool ended() const { return ended_; }  // post() drops tasks from now on
  // Runs `task` on the loop and waits for its end; inline on the loop's own thread and after its
  // end.
  void call(std::function<void()> task);

  asio::io_context& io() { return io_; }
  Watches& watches() { return watches_; }
  std::uint64_t now_ms() const;  // a coarse steady clock, a few milliseconds fine
  static constexpr std::size_t kScratch = 64 * 1024;
  char* scratch() { return scratch_.get(); }   // to read into; for one callback only
  std::string& out_scratch() { return out_; }  // to write from; for one callback only
  std::string_view http_date();                // "Sun, 22 Nov 2026 06:00:00 GMT"

  void add(std::shared_ptr<Conversation> conversation);
  void remove(Conversation& conversation);

  // Every conversation, on the loop; they may leave the list meanwhile.
  void each(const std::function<void(Conversation&)>& visit);
  void drain();       // every conversation; on the loop
  bool busy() const;  // any conversation; on the loop
  void finish();      // from outside: closes all, joins the thread, runs what was posted

 private:
  struct Later {
    std::uint64_t due_ms, number;
    std::function<void()> task;
  };
  static bool later(const Later& a, const Later& b);
  void run();
  void run_foreign();
  void run_own();
  void tick();
  void arm_later();

  asio::io_context io_{1};
  asio::executor_work_guard<Executor> work_{io_.get_executor()};
  Watches watches_{io_};
  Timer ticker_{io_.get_executor()}, later_timer_{io_.get_executor()};
  std::unique_ptr<char[]> scratch_ = std::make_unique<char[]>(kScratch);
  std::string out_, date_;
  std::int64_t date_second_ = 0;

  Conversation* first_ = nullptr;
  bool ticking_ = false, finishing_ = false;
  std::vector<std::shared_ptr<Conversation>> due_;

  std::vector<Later> later_;  // a heap
  std::uint64_t later_number_ = 0, later_armed_ms_ = 0;

  std::vector<std::function<void()>> own_, running_;
  bool own_scheduled_ = false;
  std::mutex mutex_;  // guards foreign_
  std::vector<std::function<void()>> foreign_;
  std::atomic<bool> ended_ = false;

  std::atomic<std::thread::id> thread_id_{};
  std::thread thread_;
};

}  // namespace portage::http
