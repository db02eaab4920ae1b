#include "gateway/schema/json/program.h"

#include <cstring>

namespace portage::schema::json {
namespace {

// Names are short: length, first and last bytes tell nearly all apart.
std::uint64_t name_hash(std::string_view name) {
  std::uint64_t head = 0, tail = 0;
  if (name.size() >= 8) {
    std::memcpy(&head, name.data(), 8);
    std::memcpy(&tail, name.data() + name.size() - 8, 8);
  } else {
    for (const char c : name) head = (head << 8) | static_cast<unsigned char>(c);
  }
  std::uint64_t h = (head ^ (name.size() * 0x9E3779B97F4A7C15u)) * 0xBF58476D1CE4E5B9u;
  h = (h ^ (h >> 29) ^ tail) * 0x94D049BB133111EBu;
  return h ^ (h >> 32);
}

}  // namespace

void PropertyTable::build() {
  std::size_t size = 4;
  while (size < properties_.size() * 2) size *= 2;
  slots_.assign(size, 0);
  mask_ = size - 1;
  for (std::size_t i = 0; i < properties_.size(); ++i) {
    std::size_t slot = name_hash(properties_[i].name) & mask_;
    while (slots_[slot] != 0) slot = (slot + 1) & mask_;
    slots_[slot] = static_cast<std::uint32_t>(i + 1);
  }
}

const Property* PropertyTable::find(std::string_view name, std::size_t& expected) const {
  if (expected < properties_.size() && record::same_name(properties_[expected].name, name)) {
    return &properties_[expected++];
  }
  if (properties_.empty()) return nullptr;
  for (std::size_t slot = name_hash(name) & mask_; slots_[slot] != 0; slot = (slot + 1) & mask_) {
    const Property& property = properties_[slots_[slot] - 1];
    if (record::same_name(property.name, name)) {
      expected = slots_[slot];
      return &property;
    }
  }
  return nullptr;
}

}  // namespace portage::schema::json
