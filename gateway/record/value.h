// Value: the tree that every format is read into and written from, and that schemas check and
// mappings map. A Value is a small handle into an Arena; it is valid as long as the Arena lives and
// is not reset. Copying a Value copies the handle, not the tree. Numbers keep their digits as text;
// nothing is ever a floating point number. XML names carry their namespace as "{urn:x}Name";
// attributes are members named
// "@name" ("@{urn:x}name"), and the text of an element that also has attributes is the member "".
// Threads: a finished tree may be read from many threads; building is for one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <span>
#include <string_view>
#include <vector>

namespace portage::record {

// A bump allocator. reset() keeps the memory for the next record.
class Arena {
 public:
  explicit Arena(std::size_t first_block = 8192) : next_size_(first_block) {}
  Arena(Arena&& other) noexcept { take(other); }
  Arena& operator=(Arena&& other) noexcept {
    take(other);
    return *this;
  }
  void* allocate(std::size_t bytes, std::size_t alignment = alignof(std::max_align_t)) {
    const std::size_t start = (offset_ + alignment - 1) & ~(alignment - 1);
    if (start + bytes > size_) return allocate_further(bytes, alignment);
    used_ += bytes;
    offset_ = start + bytes;
    return begin_ + start;
  }
  std::string_view copy(std::string_view text);
  void reset();
  std::size_t used() const { return used_; }  // bytes handed out since the last reset

 private:
  void take(Arena& other) noexcept;  // what it leaves behind is empty and may be used again
  void* allocate_further(std::size_t bytes, std::size_t alignment);
  struct Block {
    std::unique_ptr<std::byte[]> bytes;
    std::size_t size;
  };
  std::vector<Block> blocks_;
  std::size_t block_ = 0;       // the next block
  std::byte* begin_ = nullptr;  // of the block in use
  std::size_t size_ = 0, offset_ = 0;
  std::size_t used_ = 0;
  std::size_t next_size_ = 8192;
};

enum class Kind : std::uint8_t { missing, null, boolean, number, text, list, group };

struct Member;

class Value {
 public:
  Value() = default;  // missing
  // `at` is the byte offset in the source where the value begins.
  static Value null(std::uint32_t at = 0) { return Value(Kind::null, at); }
  static Value boolean(bool b, std::uint32_t at = 0) {
    Value v(Kind::boolean, at);
    v.boolean_ = b;
    return v;
  }
  static Value number(std::string_view digits, std::uint32_t at = 0) {  // JSON number syntax
    return Value(Kind::number, at, digits);
  }
  static Value text(std::string_view text, std::uint32_t at = 0) {
    return Value(Kind::text, at, text);
  }
  static Value list(std::uint32_t at = 0) { return Value(Kind::list, at); }
  static Value group(std::uint32_t at = 0) { return Value(Kind::group, at); }

  Kind kind() const { return kind_; }
  bool is(Kind kind) const { return kind_ == kind; }
  bool missing() const { return kind_ == Kind::missing; }
  std::uint32_t at() const { return at_; }
  void set_at(std::uint32_t at) { at_ = at; }

  bool as_bool() const { return boolean_; }                    // of a boolean
  std::string_view as_text() const { return {text_, size_}; }  // of a text or a number

  std::size_t size() const { return size_; }  // of a list or a group
  std::span<const Value> items() const { return {items_, kind_ == Kind::list ? size_ : 0}; }
  std::span<Value> items() { return {items_, kind_ == Kind::list ? size_ : 0}; }
  std::span<const Member> members() const;
  std::span<Member> members();

  // The member of that name, or nullptr. Groups are small: a linear search.
  const Value* find(std::string_view name) const;
  Value* find(std::string_view name);

  // Appends to a list; the reference holds until the next push. Undefined on other kinds.
  Value& push(Arena& arena, Value item);
  // Appends a member to a group; does not look for an equal name. Same lifetime as push().
  Value& add(Arena& arena, std::string_view name, Value value);
  // Room for so many items or members of a new, empty list or group.
  void reserve(Arena& arena, std::uint32_t capacity);

 private:
  Value(Kind kind, std::uint32_t at) : kind_(kind), at_(at) {}
  Value(Kind kind, std::uint32_t at, std::string_view text)
      : kind_(kind), at_(at), text_(text.data()), size_(static_cast<std::uint32_t>(text.size())) {}
  void grow(Arena& arena);
  Kind kind_ = Kind::missing;
  std::uint32_t at_ = 0;
  union {
    const char* text_ = nullptr;
    Value* items_;
    Member* members_;
    bool boolean_;
  };
  std::uint32_t size_ = 0;
  std::uint32_t capacity_ = 0;
};
static_assert(sizeof(Value) == 24);

struct Member {
  std::string_view name;
  Value value;
};

inline std::span<const Member> Value::members() const {
  return {members_, kind_ == Kind::group ? size_ : 0};
}

inline std::span<Member> Value::members() { return {members_, kind_ == Kind::group ? size_ : 0}; }

inline Value& Value::push(Arena& arena, Value item) {
  if (size_ == capacity_) grow(arena);
  return *new (&items_[size_++]) Value(item);
}

inline Value& Value::add(Arena& arena, std::string_view name, Value value) {
  if (size_ == capacity_) grow(arena);
  return (new (&members_[size_++]) Member{name, value})->value;
}

// Equality for names, which are short and mostly differ at their ends: no call for up to 16 bytes.
inline bool same_name(std::string_view a, std::string_view b) {
  const std::size_t size = a.size();
  if (size != b.size()) return false;
  const auto differ = [&]<class Word>(Word, std::size_t at) {
    Word x, y;
    std::memcpy(&x, a.data() + at, sizeof x);
    std::memcpy(&y, b.data() + at, sizeof y);
    return x != y;
  };
  if (size >= 8) {
    if (differ(std::uint64_t{}, size - 8)) return false;
    if (size <= 16) return !differ(std::uint64_t{}, 0);
    return std::memcmp(a.data(), b.data(), size - 8) == 0;
  }
  if (size >= 4) return !differ(std::uint32_t{}, size - 4) && !differ(std::uint32_t{}, 0);
  for (std::size_t i = 0; i < size; ++i) {
    if (a[i] != b[i]) return false;
  }
  return true;
}

// A deep copy of `value` into `arena`, texts and names too.
Value clone(const Value& value, Arena& arena);
// Equal kinds, texts, items and members (members in any order). Numbers compare by their digits.
bool equal(const Value& a, const Value& b);

// A tree and the memory it lives in.
struct Document {
  Arena arena;
  Value root;
};

}  // namespace portage::record
