// Which fields of a kind of record may pass, as a tree beside its schema's shape; and the cut that
// leaves everything else out. A Mask is immutable and shared by threads. Never copies a value: what
// is left keeps pointing into the record's own arena, which must outlive the result.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/record/value.h"
#include "gateway/schema/shape.h"

namespace portage::agreements {

// A set of the leaf fields of one kind, by their number.
class FieldSet {
 public:
  static constexpr std::size_t kMost = 256;
  void add(std::size_t field) { words_[field / 64] |= std::uint64_t{1} << (field % 64); }
  bool has(std::size_t field) const { return (words_[field / 64] >> (field % 64) & 1) != 0; }
  bool empty() const;
  std::size_t count() const;
  FieldSet& operator|=(const FieldSet& other);
  friend FieldSet operator&(FieldSet a, const FieldSet& b) {
    for (std::size_t i = 0; i < a.words_.size(); ++i) a.words_[i] &= b.words_[i];
    return a;
  }
  friend bool operator==(const FieldSet&, const FieldSet&) = default;

 private:
  std::array<std::uint64_t, kMost / 64> words_{};
};

// The leaf fields of a kind: dotted paths, lists passed through, in the order of the schema. A
// group that is open, or of which the schema says nothing, is one leaf.
struct KindLeaves {
  std::string kind;
  std::vector<std::string> paths;
  std::vector<schema::Class> classes;
  std::vector<bool> required;  // in every record of the kind: up to the root
  // Leaves at or below the path; empty if there is none.
  FieldSet below(std::string_view path) const;
};
KindLeaves leaves_of(std::string_view kind, const schema::Shape& shape);

struct Mask {
  struct Member {
    std::string name;
    std::vector<Member> members;  // of a group or of a list's items; none: a leaf
    std::uint32_t leaf = 0;
    bool permitted = false;  // a leaf: passes; a group: something in it passes
  };
  std::vector<Member> members;  // every member of the shape, in its order
};
Mask mask_of(const schema::Shape& shape, const FieldSet& permitted);

struct Pruned {
  record::Value root;
  FieldSet present;  // permitted leaves that the record has
  bool cut = false;  // something was left out
};
Pruned prune(const record::Value& root, const Mask& mask, record::Arena& arena);

}  // namespace portage::agreements
