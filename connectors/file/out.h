// FileSink: records go out as files, one each, `<kind>-<record id>.<json|xml|csv>` in the
// receiver's folder. A file appears whole or not at all, and is on disk before `delivered` is said.
// The name is the record's, so a repeat replaces its own file and no other: repeats are harmless.
// Threads: write() from any; the callbacks run on this sink's own thread, which also waits for the
// disk. Lifetime: stop() answers what still waits with `failed` and returns when no callback runs.
// Never: a name or a byte that the sender of the record chose.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "gateway/base/result.h"
#include "gateway/connector/connector.h"

namespace portage::file {

struct FileOutOptions {
  std::string folder;         // made if it is not there
  std::size_t parallel = 32;  // writes that may wait for one sync of the folder
};

class FileSink final : public connector::Sink {
 public:
  // file.folder
  static base::Result<std::unique_ptr<FileSink>> make(const FileOutOptions& options);
  ~FileSink() override;

  void write(connector::Outbound item, std::function<void(connector::SendOutcome)> done) override;
  std::size_t parallel() const override { return options_.parallel; }
  bool deduplicates() const override { return true; }
  void stop() override;

 private:
  struct Job {
    connector::Outbound item;
    std::function<void(connector::SendOutcome)> done;
  };
  explicit FileSink(FileOutOptions options);
  void run();
  void deliver(std::deque<Job>& jobs);

  const FileOutOptions options_;
  std::mutex lock_;
  std::condition_variable wake_;
  std::deque<Job> waiting_;
  bool stopping_ = false;
  std::thread worker_;
};

}  // namespace portage::file
