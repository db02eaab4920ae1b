// A folder of the test's own, removed at its end, and a few words for what stands in folders.
#pragma once

#include <stdlib.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace portage::file {

class Place {
 public:
  Place() {
    std::string pattern = (std::filesystem::temp_directory_path() / "portage-file-XXXXXX").string();
    path_ = ::mkdtemp(pattern.data());
  }
  ~Place() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;
  std::string operator/(std::string_view name) const { return path_ + "/" + std::string(name); }
  const std::string& path() const { return path_; }

  void put(std::string_view name, std::string_view bytes) const {  // by rename, as good senders do
    const std::string hidden = *this / ".under-way";
    std::ofstream(hidden, std::ios::binary) << bytes;
    std::filesystem::rename(hidden, *this / name);
  }
  std::string text(std::string_view name) const {
    std::ifstream in(*this / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  bool has(std::string_view name) const { return std::filesystem::exists(*this / name); }
  std::vector<std::string> names(std::string_view folder) const {
    std::vector<std::string> names;
    std::error_code failed;
    for (const auto& entry : std::filesystem::directory_iterator(*this / folder, failed)) {
      names.push_back(entry.path().filename().string());
    }
    std::sort(names.begin(), names.end());
    return names;
  }

 private:
  std::string path_;
};

template <class Claim>
bool comes_true(Claim claim, int seconds = 15) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
  while (!claim()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return true;
}

}  // namespace portage::file
