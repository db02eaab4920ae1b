#include <chrono>

#include "gateway/http/loop_thread.h"

namespace portage::http {

namespace {

class ThreadLoops final : public Loops {
 public:
  explicit ThreadLoops(std::size_t threads) {
    for (std::size_t i = 0; i < (threads == 0 ? 1 : threads); ++i) {
      loops_.push_back(std::make_shared<LoopThread>());
      loops_.back()->start();
    }
  }
  ~ThreadLoops() override { stop(0); }

  std::size_t size() const override { return loops_.size(); }
  Loop& at(std::size_t i) override { return *loops_[i]; }

  void stop(std::uint32_t grace_ms) override {
    if (stopped_) return;
    stopped_ = true;
    for (auto& loop : loops_) loop->call([&loop] { loop->drain(); });
    auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(grace_ms);
    while (busy() && std::chrono::steady_clock::now() < until) {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    for (auto& loop : loops_) loop->finish();
  }

 private:
  bool busy() {
    bool any = false;
    for (auto& loop : loops_) {
      loop->call([&] { any = any || loop->busy(); });
    }
    return any;
  }

  std::vector<std::shared_ptr<LoopThread>> loops_;
  bool stopped_ = false;
};

}  // namespace

std::unique_ptr<Loops> make_loops(std::size_t threads) {
  return std::make_unique<ThreadLoops>(threads);
}

}  // namespace portage::http
