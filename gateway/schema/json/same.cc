#include <algorithm>

#include "gateway/schema/json/evaluate.h"

namespace portage::schema::json {
namespace {

using record::Kind;
using record::Member;
using record::Value;

bool equal_members(const Value& a, const Value& b) {
  const auto left = a.members(), right = b.members();
  bool same_order = true;
  for (std::size_t i = 0; i < left.size() && same_order; ++i) {
    same_order = left[i].name == right[i].name;
  }
  if (same_order) {
    for (std::size_t i = 0; i < left.size(); ++i) {
      if (!same(left[i].value, right[i].value)) return false;
    }
    return true;
  }
  const auto sorted = [](std::span<const Member> members) {
    std::vector<const Member*> pointers;
    pointers.reserve(members.size());
    for (const Member& member : members) pointers.push_back(&member);
    std::sort(pointers.begin(), pointers.end(),
              [](const Member* x, const Member* y) { return x->name < y->name; });
    return pointers;
  };
  const auto x = sorted(left), y = sorted(right);
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (x[i]->name != y[i]->name || !same(x[i]->value, y[i]->value)) return false;
  }
  return true;
}

std::uint64_t mix(std::uint64_t h) {
  h = (h ^ (h >> 30)) * 0xBF58476D1CE4E5B9u;
  h = (h ^ (h >> 27)) * 0x94D049BB133111EBu;
  return h ^ (h >> 31);
}

std::uint64_t text_hash(std::string_view text) {
  std::uint64_t h = 0xCBF29CE484222325u;
  for (const char c : text) h = (h ^ static_cast<unsigned char>(c)) * 0x100000001B3u;
  return h;
}

}  // namespace

bool same(const Value& a, const Value& b) {
  if (a.kind() != b.kind()) return false;
  switch (a.kind()) {
    case Kind::missing:
    case Kind::null:
      return true;
    case Kind::boolean:
      return a.as_bool() == b.as_bool();
    case Kind::number:
      return a.as_text() == b.as_text() ||
             compare(Decimal::from(a.as_text()), Decimal::from(b.as_text())) == 0;
    case Kind::text:
      return a.as_text() == b.as_text();
    case Kind::list:
      return std::equal(a.items().begin(), a.items().end(), b.items().begin(), b.items().end(),
                        [](const Value& x, const Value& y) { return same(x, y); });
    case Kind::group:
      return a.size() == b.size() && equal_members(a, b);
  }
  return false;
}

std::uint64_t hash(const Value& value) {
  std::uint64_t h = static_cast<std::uint64_t>(value.kind()) + 1;
  switch (value.kind()) {
    case Kind::missing:
    case Kind::null:
      break;
    case Kind::boolean:
      h += value.as_bool() ? 100 : 200;
      break;
    case Kind::number:
      h ^= Decimal::from(value.as_text()).hash();
      break;
    case Kind::text:
      h ^= text_hash(value.as_text());
      break;
    case Kind::list:
      for (const Value& item : value.items()) h = mix(h) + hash(item);
      break;
    case Kind::group:
      for (const Member& member : value.members()) {
        h += mix(text_hash(member.name) + mix(hash(member.value)));  // in any order
      }
      break;
  }
  return mix(h);
}

}  // namespace portage::schema::json
