// A disk that forgets on a power cut what was not synced: at each sync the file is copied, as it is
// then, into an image, so that the image holds what a machine would find after the cut and no byte
// more. Threads: as the ledger uses it. image() may be copied away by calling cut() at any moment.
#pragma once

#include <filesystem>
#include <mutex>
#include <string>
#include <string_view>

#include "gateway/ledger/sqlite/disk.h"

namespace portage::test {

class PowerCutDisk final : public ledger::sqlite::Disk {
 public:
  PowerCutDisk(std::string folder, std::string image)
      : folder_(std::move(folder)), image_(std::move(image)) {
    std::filesystem::create_directories(image_);
  }

  int sync_error(std::string_view path) override {
    namespace fs = std::filesystem;
    const std::lock_guard lock(mutex_);
    const fs::path from(path);
    const fs::path to = fs::path(image_) / fs::relative(from, folder_);
    fs::create_directories(fs::is_directory(from) ? to : to.parent_path());
    fs::copy(from, to, fs::copy_options::overwrite_existing | fs::copy_options::recursive);
    return 0;
  }

  // What would be found after a cut now.
  void cut(const std::string& to) {
    const std::lock_guard lock(mutex_);
    std::filesystem::remove_all(to);
    std::filesystem::copy(image_, to, std::filesystem::copy_options::recursive);
    // SQLite syncs the folder when it deletes its journal.
    const std::string journal = "/ledger.db-journal";
    if (!std::filesystem::exists(folder_ + journal)) std::filesystem::remove(to + journal);
  }

 private:
  const std::string folder_, image_;
  std::mutex mutex_;
};

}  // namespace portage::test
