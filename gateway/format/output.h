// Output: bytes appended to a string without a call for each append: names and short texts are most
// of what a writer writes. The string is stretched ahead and cut to its size when the Output ends.
// Threads: one. Lifetime: within one write; the string must not be touched meanwhile. Never throws
// but for memory.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace portage::format {

class Output {
 public:
  explicit Output(std::string& into) : into_(into), size_(into.size()) { stretch(kFirst); }
  ~Output() { into_.resize(size_); }
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;

  std::size_t size() const { return size_; }
  void cut(std::size_t size) { size_ = size; }

  void put(char c) {
    if (size_ == capacity_) stretch(1);
    begin_[size_++] = c;
  }
  void put(std::string_view text) {
    if (text.size() > capacity_ - size_) stretch(text.size());
    copy(begin_ + size_, text.data(), text.size());
    size_ += text.size();
  }
  // What stands at `at` already, once more.
  void repeat(std::size_t at, std::size_t size) {
    if (size > capacity_ - size_) stretch(size);
    copy(begin_ + size_, begin_ + at, size);
    size_ += size;
  }

 private:
  static constexpr std::size_t kFirst = 2048;

  // Two overlapping words for what is short: no call, no loop.
  static void copy(char* to, const char* from, std::size_t size) {
    const auto ends = [&]<class Word>(Word) {
      Word head, tail;
      std::memcpy(&head, from, sizeof head);
      std::memcpy(&tail, from + size - sizeof tail, sizeof tail);
      std::memcpy(to, &head, sizeof head);
      std::memcpy(to + size - sizeof tail, &tail, sizeof tail);
    };
    struct Sixteen {
      char bytes[16];
    };
    if (size > 32) {
      std::memcpy(to, from, size);
    } else if (size >= 16) {
      ends(Sixteen{});
    } else if (size >= 8) {
      ends(std::uint64_t{});
    } else if (size >= 4) {
      ends(std::uint32_t{});
    } else {
      for (std::size_t i = 0; i < size; ++i) to[i] = from[i];
    }
  }
  void stretch(std::size_t more) {
    into_.resize(size_ + std::max({more, kFirst, size_ / 2}));
    begin_ = into_.data();
    capacity_ = into_.size();
  }

  std::string& into_;
  std::size_t size_;
  std::size_t capacity_ = 0;
  char* begin_ = nullptr;
};

}  // namespace portage::format
