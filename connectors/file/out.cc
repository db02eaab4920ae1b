#include "connectors/file/out.h"

#include <algorithm>
#include <cerrno>
#include <vector>

#include "connectors/file/posix.h"

namespace portage::file {
namespace {

using connector::Outbound;
using connector::SendOutcome;
using connector::Sent;

constexpr std::size_t kTogether = 64;  // open files

SendOutcome failed(int error) {
  const bool full = error == ENOSPC || error == EDQUOT;
  return {Sent::failed, full ? "deliver.disk_full" : "deliver.file", reason(error), 0, {}, {}};
}

bool plain(std::string_view text) {
  return !text.empty() && text.size() <= 100 && text.front() != '.' &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '-' || c == '_' || c == '.';
         });
}

std::string_view ending(std::string_view content_type) {
  const std::string_view type = content_type.substr(0, content_type.find(';'));
  if (type.ends_with("json")) return ".json";
  if (type.ends_with("xml")) return ".xml";
  if (type == "text/csv") return ".csv";
  return ".dat";
}

}  // namespace

FileSink::FileSink(FileOutOptions options)
    : options_(std::move(options)), worker_([this] { run(); }) {}

FileSink::~FileSink() { stop(); }

base::Result<std::unique_ptr<FileSink>> FileSink::make(const FileOutOptions& options) {
  make_folder(options.folder);
  const Fd folder = open_folder(options.folder);
  if (!folder) {
    base::Place place;
    place.file = options.folder;
    return base::make_error(base::ErrorKind::unavailable, "file.folder",
                            {{"reason", reason(errno)}}, std::move(place));
  }
  FileOutOptions settled = options;
  settled.parallel = std::max<std::size_t>(1, options.parallel);
  return std::unique_ptr<FileSink>(new FileSink(std::move(settled)));
}

void FileSink::write(Outbound item, std::function<void(SendOutcome)> done) {
  {
    const std::lock_guard<std::mutex> held(lock_);
    if (!stopping_) {
      waiting_.push_back({std::move(item), std::move(done)});
      wake_.notify_one();
      return;
    }
  }
  done({Sent::failed, "deliver.stopped", {}, 0, {}, {}});
}

void FileSink::stop() {
  {
    const std::lock_guard<std::mutex> held(lock_);
    stopping_ = true;
    wake_.notify_one();
  }
  if (worker_.joinable()) worker_.join();
}

void FileSink::run() {
  while (true) {
    std::deque<Job> jobs;
    bool stopping = false;
    {
      std::unique_lock<std::mutex> held(lock_);
      wake_.wait(held, [this] { return stopping_ || !waiting_.empty(); });
      stopping = stopping_;
      while (!waiting_.empty() && (stopping || jobs.size() < kTogether)) {
        jobs.push_back(std::move(waiting_.front()));
        waiting_.pop_front();
      }
    }
    if (stopping) {
      for (Job& job : jobs) job.done({Sent::failed, "deliver.stopped", {}, 0, {}, {}});
      return;
    }
    deliver(jobs);
  }
}

// Those that waited together share the waits for the disk.
void FileSink::deliver(std::deque<Job>& jobs) {
  const Fd folder = open_folder(options_.folder);
  const int closed = errno;
  std::vector<SendOutcome> outcomes(jobs.size());
  std::vector<Begun> begun(jobs.size());
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    const Outbound& item = jobs[i].item;
    if (!folder) {
      outcomes[i] = failed(closed);
    } else if (!plain(item.kind) || !plain(item.record_id)) {
      outcomes[i] = {Sent::refused, "deliver.file_name", {}, 0, {}, {}};
    } else {
      std::string name = item.kind + "-" + item.record_id;
      begun[i] = begin_file(folder, name += ending(item.content_type), item.bytes);
      if (!begun[i]) outcomes[i] = failed(errno);
    }
  }
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    if (!begun[i]) continue;
    outcomes[i] = finish_file(folder, begun[i]) ? SendOutcome{Sent::delivered, {}, {}, 0, {}, {}}
                                                : failed(errno);
  }
  const bool synced = folder && sync(folder);
  const int unsynced = errno;
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    if (!synced && outcomes[i].sent == Sent::delivered) outcomes[i] = failed(unsynced);
    jobs[i].done(std::move(outcomes[i]));
  }
}

}  // namespace portage::file
