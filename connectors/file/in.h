// FileIn: parties drop files into folders; each file becomes one submission of its party. See
// folder.h for what lies where. A file is claimed by an atomic rename once it has stopped changing
// and nobody has it open for writing; it moves to done/ only when the gateway has committed it, and
// is offered again after a crash (the gateway knows it by its digest). Files of one folder go in
// one after the other, oldest first; while the gateway cannot take them they wait where they are.
// Threads: start() and stop() from one; verdict() from any. One thread of its own watches all
// folders; inotify wakes it, polling makes sure. Lifetime: the gate and the events outlive it until
// stop() returns. Never: reads a half-written file, follows a link, logs a file's name, deletes or
// overwrites a file.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "gateway/base/catalogue.h"
#include "gateway/connector/connector.h"
#include "gateway/observe/events.h"

namespace portage::file {

struct DropFolder {
  std::string party, form, content_type, folder;
  std::uint32_t poll_ms = 200;
};

struct FileInOptions {
  std::vector<DropFolder> folders;
  std::size_t file_limit = 256u << 20;
  base::Language language =
      base::Language::english;  // of the result files this connector itself writes
  std::uint32_t first_retry_ms = 250, longest_retry_ms = 30'000;
  std::uint32_t leave_ms = 5'000;  // how long stop() waits for the gate's last answers
};

class FileIn final : public connector::Source {
 public:
  FileIn(FileInOptions options, observe::Events& events);
  ~FileIn() override;

  base::Status start(connector::Gate& gate) override;  // file.folder: one of them cannot be used
  bool verdict(const connector::BatchResult& result) override;
  void stop() override;

 private:
  class Watch;
  const FileInOptions options_;
  observe::Events& events_;
  std::unique_ptr<Watch> watch_;
};

}  // namespace portage::file
