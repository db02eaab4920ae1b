#include <algorithm>

#include "gateway/schema/json/evaluate.h"

namespace portage::schema::json {

using record::Kind;
using record::Value;

bool Evaluation::item(const Node& node, const Value& value, std::size_t index, const Scope& scope) {
  if (!collecting()) return check(node, value, &scope, nullptr);
  path_.push_back({{}, index, true});
  const bool ok = check(node, value, &scope, nullptr);
  path_.pop_back();
  return ok;
}

bool Evaluation::list(const ListRules& rules, const Value& value, const Scope& scope,
                      Marks* marks) {
  const auto items = value.items();
  bool ok = true;
  if (items.size() < rules.min_items) {
    ok = fault("schema.min_items", value, {{"limit", std::to_string(rules.min_items)}});
  }
  if (items.size() > rules.max_items) {
    ok = fault("schema.max_items", value, {{"limit", std::to_string(rules.max_items)}});
  }
  const std::size_t fixed = std::min(items.size(), rules.first.size());
  for (std::size_t i = 0; i < fixed && (ok || collecting()); ++i) {
    ok = item(*rules.first[i], items[i], i, scope) && ok;
    if (marks != nullptr) marks->set(i);
  }
  if (rules.rest != nullptr) {
    for (std::size_t i = fixed; i < items.size() && (ok || collecting()); ++i) {
      ok = item(*rules.rest, items[i], i, scope) && ok;
    }
    if (marks != nullptr) marks->set_all();
  }
  if (!ok && !collecting()) return false;
  if (rules.contains != nullptr) ok = contained(rules, value, scope, marks) && ok;
  if (!ok && !collecting()) return false;
  if (rules.unique) ok = unique(rules, value) && ok;
  if (!rules.unique_member.empty()) ok = unique_members(rules.unique_member, value) && ok;
  return ok && !stopped_;
}

bool Evaluation::contained(const ListRules& rules, const Value& value, const Scope& scope,
                           Marks* marks) {
  std::uint64_t count = 0;
  const auto items = value.items();
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (!quietly(*rules.contains, items[i], scope, nullptr)) continue;
    ++count;
    // In 2019-09 `contains` evaluates nothing.
    if (marks != nullptr && scope.resource->dialect.draft == Draft::draft_2020_12) marks->set(i);
    const bool decided = count >= rules.min_contains && rules.max_contains == UINT64_MAX;
    if (decided && marks == nullptr) return true;
  }
  if (count < rules.min_contains) {
    return fault("schema.contains", value, {{"limit", std::to_string(rules.min_contains)}});
  }
  if (count > rules.max_contains) {
    return fault("schema.max_contains", value, {{"limit", std::to_string(rules.max_contains)}});
  }
  return true;
}

bool Evaluation::unique(const ListRules&, const Value& value) {
  const auto items = value.items();
  constexpr std::size_t kFew = 12;
  const auto twice = [&](std::size_t first, std::size_t second) {
    return fault("schema.unique_items", items[second],
                 {{"first", std::to_string(first + 1)}, {"second", std::to_string(second + 1)}});
  };
  if (items.size() <= kFew) {
    for (std::size_t i = 1; i < items.size(); ++i) {
      for (std::size_t j = 0; j < i; ++j) {
        if (same(items[j], items[i])) return twice(j, i);
      }
    }
    return true;
  }
  std::vector<std::pair<std::uint64_t, std::size_t>> hashes;
  hashes.reserve(items.size());
  for (std::size_t i = 0; i < items.size(); ++i) hashes.emplace_back(hash(items[i]), i);
  std::sort(hashes.begin(), hashes.end());
  for (std::size_t i = 1; i < hashes.size(); ++i) {
    for (std::size_t j = i; j-- > 0 && hashes[j].first == hashes[i].first;) {
      if (!spend(1, value)) return false;
      if (same(items[hashes[j].second], items[hashes[i].second])) {
        return twice(hashes[j].second, hashes[i].second);
      }
    }
  }
  return true;
}

bool Evaluation::unique_members(std::string_view name, const Value& value) {
  const auto items = value.items();
  const auto key = [&](std::size_t i) {
    return items[i].is(Kind::group) ? items[i].find(name) : nullptr;
  };
  const auto twice = [&](std::size_t second) {
    if (collecting()) path_.push_back({{}, second, true});
    fault("schema.unique_member", items[second], {{"name", std::string(name)}});
    if (collecting()) path_.pop_back();
    return false;
  };
  if (items.size() <= 16) {
    for (std::size_t i = 1; i < items.size(); ++i) {
      const Value* mine = key(i);
      for (std::size_t j = 0; mine != nullptr && j < i; ++j) {
        const Value* other = key(j);
        if (other != nullptr && same(*mine, *other)) return twice(i);
      }
    }
    return true;
  }
  std::vector<std::pair<std::uint64_t, std::size_t>> hashes;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (const Value* mine = key(i)) hashes.emplace_back(hash(*mine), i);
  }
  std::sort(hashes.begin(), hashes.end());
  for (std::size_t i = 1; i < hashes.size(); ++i) {
    for (std::size_t j = i; j-- > 0 && hashes[j].first == hashes[i].first;) {
      if (!spend(1, value)) return false;
      if (same(*key(hashes[j].second), *key(hashes[i].second))) return twice(hashes[i].second);
    }
  }
  return true;
}

bool Evaluation::unevaluated_items(const Node& node, const Value& value, const Scope& scope,
                                   Marks& marks) {
  const auto items = value.items();
  bool ok = true;
  for (std::size_t i = 0; i < items.size() && (ok || collecting()); ++i) {
    if (!marks.has(i)) ok = item(node, items[i], i, scope) && ok;
  }
  marks.set_all();
  return ok;
}

}  // namespace portage::schema::json
