#include "gateway/pipeline/pipeline.h"

namespace portage::pipeline {

void Handover::put(std::function<void()> task) {
  bool first;
  {
    std::lock_guard hold(lock_);
    first = tasks_.empty();
    tasks_.push_back(std::move(task));
  }
  if (!first) return;  // a wake-up is on its way
  loop_.post([this] {
    std::vector<std::function<void()>> tasks;
    {
      std::lock_guard hold(lock_);
      tasks.swap(tasks_);
    }
    for (auto& one : tasks) one();
  });
}

}  // namespace portage::pipeline
