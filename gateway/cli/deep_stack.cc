#include "gateway/cli/deep_stack.h"

#include <pthread.h>

#include <exception>

namespace portage::cli {
namespace {

struct Task {
  const std::function<void()>& work;
  std::exception_ptr thrown;
};

void* run(void* given) {
  Task& task = *static_cast<Task*>(given);
  try {
    task.work();
  } catch (...) {
    task.thrown = std::current_exception();
  }
  return nullptr;
}

}  // namespace

bool on_deep_stack(std::size_t bytes, const std::function<void()>& work) {
  constexpr std::size_t kPage = 65'536;
  Task task{work, nullptr};
  pthread_attr_t attributes;
  if (pthread_attr_init(&attributes) != 0) return false;
  pthread_t thread;
  const bool begun = pthread_attr_setstacksize(&attributes, (bytes / kPage + 4) * kPage) == 0 &&
                     pthread_create(&thread, &attributes, run, &task) == 0;
  pthread_attr_destroy(&attributes);
  if (!begun) return false;
  pthread_join(thread, nullptr);
  if (task.thrown) std::rethrow_exception(task.thrown);
  return true;
}

}  // namespace portage::cli
