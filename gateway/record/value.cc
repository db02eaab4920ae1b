#include "gateway/record/value.h"

#include <algorithm>
#include <cstring>
#include <new>
#include <utility>

namespace portage::record {

void Arena::take(Arena& other) noexcept {
  if (this == &other) return;
  blocks_ = std::move(other.blocks_);
  other.blocks_.clear();
  block_ = std::exchange(other.block_, 0);
  begin_ = std::exchange(other.begin_, nullptr);
  size_ = std::exchange(other.size_, 0);
  offset_ = std::exchange(other.offset_, 0);
  used_ = std::exchange(other.used_, 0);
  next_size_ = other.next_size_;
}

void* Arena::allocate_further(std::size_t bytes, std::size_t alignment) {
  const auto use = [this](const Block& block) {
    begin_ = block.bytes.get();
    size_ = block.size;
    offset_ = 0;
    ++block_;
  };
  while (block_ < blocks_.size()) {  // of an earlier use
    use(blocks_[block_]);
    if (bytes <= size_) return allocate(bytes, alignment);
  }
  const std::size_t size = std::max(next_size_, bytes + alignment);
  blocks_.push_back({std::make_unique_for_overwrite<std::byte[]>(size), size});
  next_size_ = std::min<std::size_t>(size * 2, std::size_t{1} << 22);
  use(blocks_.back());
  return allocate(bytes, alignment);
}

std::string_view Arena::copy(std::string_view text) {
  if (text.empty()) return {};
  char* to = static_cast<char*>(allocate(text.size(), 1));
  std::memcpy(to, text.data(), text.size());
  return {to, text.size()};
}

void Arena::reset() {
  block_ = 0;
  begin_ = nullptr;
  size_ = offset_ = used_ = 0;
}

const Value* Value::find(std::string_view name) const {
  for (const Member& m : members()) {
    if (same_name(m.name, name)) return &m.value;
  }
  return nullptr;
}

Value* Value::find(std::string_view name) {
  return const_cast<Value*>(static_cast<const Value*>(this)->find(name));
}

namespace {
template <class T>
void move_to(Arena& arena, T*& from, std::uint32_t size, std::uint32_t capacity) {
  T* to = static_cast<T*>(arena.allocate(sizeof(T) * capacity, alignof(T)));
  if (size > 0) std::uninitialized_copy_n(from, size, to);
  from = to;
}
}  // namespace

void Value::grow(Arena& arena) { reserve(arena, capacity_ == 0 ? 8 : capacity_ * 2); }

void Value::reserve(Arena& arena, std::uint32_t capacity) {
  if (kind_ == Kind::list) {
    move_to(arena, items_, size_, capacity);
  } else {
    move_to(arena, members_, size_, capacity);
  }
  capacity_ = capacity;
}

Value clone(const Value& value, Arena& arena) {
  switch (value.kind()) {
    case Kind::number:
      return Value::number(arena.copy(value.as_text()), value.at());
    case Kind::text:
      return Value::text(arena.copy(value.as_text()), value.at());
    case Kind::list: {
      Value list = Value::list(value.at());
      for (const Value& item : value.items()) list.push(arena, clone(item, arena));
      return list;
    }
    case Kind::group: {
      Value group = Value::group(value.at());
      for (const Member& m : value.members()) {
        group.add(arena, arena.copy(m.name), clone(m.value, arena));
      }
      return group;
    }
    case Kind::missing:
    case Kind::null:
    case Kind::boolean:
      break;
  }
  return value;
}

bool equal(const Value& a, const Value& b) {
  if (a.kind() != b.kind()) return false;
  switch (a.kind()) {
    case Kind::missing:
    case Kind::null:
      return true;
    case Kind::boolean:
      return a.as_bool() == b.as_bool();
    case Kind::number:
    case Kind::text:
      return a.as_text() == b.as_text();
    case Kind::list:
      return std::equal(a.items().begin(), a.items().end(), b.items().begin(), b.items().end(),
                        equal);
    case Kind::group:
      break;
  }
  if (a.size() != b.size()) return false;
  return std::all_of(a.members().begin(), a.members().end(), [&](const Member& m) {
    const Value* other = b.find(m.name);
    return other != nullptr && equal(m.value, *other);
  });
}

}  // namespace portage::record
