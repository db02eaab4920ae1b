// A set of 64-bit fingerprints, in 256 parts that grow one by one, so that no single record waits
// for all of it to be copied. 8 bytes for an entry at a load of at most 7/8. Threads: not safe; its
// owner locks. Never: a missing entry (a hit may be by chance, so hits are checked).
#pragma once

#include <array>
#include <cstdint>
#include <vector>

namespace portage::ledger::sqlite {

class Fingerprints {
 public:
  void insert(std::uint64_t h) {
    if (h == 0) h = 1;
    Part& part = parts_[h >> 56];
    if ((part.used + 1) * 8 > part.slots.size() * 7) grow(part);
    if (place(part.slots, h)) ++part.used;
  }
  bool contains(std::uint64_t h) const {
    if (h == 0) h = 1;
    const Part& part = parts_[h >> 56];
    if (part.slots.empty()) return false;
    const std::size_t mask = part.slots.size() - 1;
    for (std::size_t i = h & mask; part.slots[i] != 0; i = (i + 1) & mask) {
      if (part.slots[i] == h) return true;
    }
    return false;
  }

 private:
  struct Part {
    std::vector<std::uint64_t> slots;
    std::size_t used = 0;
  };
  static bool place(std::vector<std::uint64_t>& slots, std::uint64_t h) {
    const std::size_t mask = slots.size() - 1;
    std::size_t i = h & mask;
    for (; slots[i] != 0; i = (i + 1) & mask) {
      if (slots[i] == h) return false;
    }
    slots[i] = h;
    return true;
  }
  static void grow(Part& part) {
    std::vector<std::uint64_t> wider(part.slots.empty() ? 64 : part.slots.size() * 2);
    for (const std::uint64_t h : part.slots) {
      if (h != 0) place(wider, h);
    }
    part.slots = std::move(wider);
  }
  std::array<Part, 256> parts_;
};

}  // namespace portage::ledger::sqlite
