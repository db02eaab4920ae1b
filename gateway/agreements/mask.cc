#include "gateway/agreements/mask.h"

#include <bit>

namespace portage::agreements {

using record::Kind;
using record::Value;
using schema::Shape;
using schema::Type;

namespace {

// The group that holds the members: of a list, its items.
const Shape& held(const Shape& shape) {
  const Shape* at = &shape;
  while (at->type == Type::list && at->item) at = at->item.get();
  return *at;
}

bool is_leaf(const Shape& shape) {
  const Shape& inner = held(shape);
  return inner.type != Type::group || inner.open || inner.members.empty();
}

void collect(const Shape& shape, const std::string& prefix, bool required, KindLeaves& out) {
  for (const Shape& member : shape.members) {
    const std::string path = prefix.empty() ? member.name : prefix + "." + member.name;
    const bool always = required && member.required;
    if (is_leaf(member)) {
      out.paths.push_back(path);
      out.classes.push_back(member.marks.sensitivity);
      out.required.push_back(always);
    } else {
      collect(held(member), path, always && member.type == Type::group, out);
    }
  }
}

std::vector<Mask::Member> build(const Shape& shape, const FieldSet& permitted,
                                std::uint32_t& next) {
  std::vector<Mask::Member> out;
  for (const Shape& member : shape.members) {
    Mask::Member made;
    made.name = member.name;
    if (is_leaf(member)) {
      made.leaf = next++;
      made.permitted = made.leaf < FieldSet::kMost && permitted.has(made.leaf);
    } else {
      made.members = build(held(member), permitted, next);
      for (const Mask::Member& inner : made.members) made.permitted |= inner.permitted;
    }
    out.push_back(std::move(made));
  }
  return out;
}

class Cutter {
 public:
  Cutter(record::Arena& arena, Pruned& out) : arena_(arena), out_(out) {}

  Value group(const Value& from, const std::vector<Mask::Member>& members) {
    Value to = Value::group(from.at());
    std::size_t hint = 0;  // records hold their members mostly in the order of the schema
    for (const record::Member& member : from.members()) {
      const Mask::Member* mask = find(members, member.name, hint);
      if (mask == nullptr || !mask->permitted) {
        out_.cut = true;
        continue;
      }
      if (mask->members.empty()) {
        out_.present.add(mask->leaf);
        to.add(arena_, member.name, member.value);
        continue;
      }
      const Value inner = cut(member.value, *mask);
      if (!inner.missing()) to.add(arena_, member.name, inner);
    }
    return to;
  }

 private:
  Value cut(const Value& from, const Mask::Member& mask) {
    if (from.is(Kind::group)) {
      const Value inner = group(from, mask.members);
      return inner.size() == 0 && from.size() != 0 ? Value() : inner;
    }
    if (from.is(Kind::null)) return from;
    if (!from.is(Kind::list)) {  // not what the schema says: nothing of it is permitted
      out_.cut = true;
      return {};
    }
    Value to = Value::list(from.at());
    for (const Value& item : from.items()) {
      const Value inner = cut(item, mask);
      if (!inner.missing()) to.push(arena_, inner);
    }
    return to.size() == 0 && from.size() != 0 ? Value() : to;
  }

  static const Mask::Member* find(const std::vector<Mask::Member>& members, std::string_view name,
                                  std::size_t& hint) {
    for (std::size_t i = 0; i < members.size(); ++i) {
      const std::size_t at = hint + i < members.size() ? hint + i : hint + i - members.size();
      if (members[at].name != name) continue;
      hint = at + 1 == members.size() ? 0 : at + 1;
      return &members[at];
    }
    return nullptr;
  }

  record::Arena& arena_;
  Pruned& out_;
};

}  // namespace

bool FieldSet::empty() const {
  for (const std::uint64_t word : words_) {
    if (word != 0) return false;
  }
  return true;
}

std::size_t FieldSet::count() const {
  std::size_t out = 0;
  for (const std::uint64_t word : words_) out += static_cast<std::size_t>(std::popcount(word));
  return out;
}

FieldSet& FieldSet::operator|=(const FieldSet& other) {
  for (std::size_t i = 0; i < words_.size(); ++i) words_[i] |= other.words_[i];
  return *this;
}

FieldSet KindLeaves::below(std::string_view path) const {
  FieldSet out;
  for (std::size_t i = 0; i < paths.size() && i < FieldSet::kMost; ++i) {
    const std::string_view leaf = paths[i];
    if (!leaf.starts_with(path)) continue;
    if (leaf.size() == path.size() || leaf[path.size()] == '.') out.add(i);
  }
  return out;
}

KindLeaves leaves_of(std::string_view kind, const Shape& shape) {
  KindLeaves out;
  out.kind = kind;
  collect(held(shape), {}, true, out);
  return out;
}

Mask mask_of(const Shape& shape, const FieldSet& permitted) {
  std::uint32_t next = 0;
  return {build(held(shape), permitted, next)};
}

Pruned prune(const Value& root, const Mask& mask, record::Arena& arena) {
  Pruned out;
  if (!root.is(Kind::group)) {
    out.cut = !root.missing();
    return out;
  }
  out.root = Cutter(arena, out).group(root, mask.members);
  return out;
}

}  // namespace portage::agreements
