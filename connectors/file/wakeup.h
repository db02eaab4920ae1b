// What the watching thread of FileIn sleeps on: answers from the gate, names that appear in folders
// (inotify, as an accelerator; polling does not depend on it), and the order to stop.
// Threads: put_answer() and stop() from any; the rest from the watching thread.
#pragma once

#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "connectors/file/posix.h"
#include "gateway/connector/connector.h"

namespace portage::file {

struct Answer {
  std::size_t folder;
  base::Result<connector::BatchAccepted> result;
};

class Wakeup {
 public:
  Wakeup();
  void put_answer(Answer answer);
  void stop();

  bool stopping();
  std::optional<Answer> take_answer();
  // Watches a folder; its number comes back with each name. Again for a folder that was made anew.
  void watch(std::size_t folder, const std::string& path);
  struct Appeared {
    std::size_t folder;
    std::string name;
    bool moved;  // renamed into the folder, so whole; otherwise a writer closed it
  };
  // Sleeps until something happened, `until_us` (base::steady_micros) at most.
  std::vector<Appeared> sleep(std::uint64_t until_us);

 private:
  Fd event_, inotify_;
  std::vector<int> watches_;  // by folder; -1: none
  std::mutex lock_;
  std::deque<Answer> answers_;
  bool stopping_ = false;
};

}  // namespace portage::file
