// Evaluate: does a value hold against a compiled schema? The first pass asks only yes or no, stops
// at the first no, and allocates nothing for values of ordinary size; the faults of an invalid
// value are gathered by a second pass. Bounded: recursion by the depth of value and schema
// together, work by a number of steps. One Evaluation is for one value and one thread.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/record/value.h"
#include "gateway/schema/json/program.h"
#include "gateway/schema/schema.h"

namespace portage::schema::json {

// Which members or items of one value some schema has looked at; for unevaluated*.
class Marks {
 public:
  explicit Marks(std::size_t size) {
    if (size > kFew * 64) many_.resize((size + 63) / 64);
  }
  void set(std::size_t i) { words()[i / 64] |= std::uint64_t{1} << (i % 64); }
  bool has(std::size_t i) const { return all_ || ((words()[i / 64] >> (i % 64)) & 1) != 0; }
  void set_all() { all_ = true; }
  void merge(const Marks& other) {
    all_ = all_ || other.all_;
    if (many_.empty()) {
      for (std::size_t i = 0; i < kFew; ++i) few_[i] |= other.few_[i];
    } else {
      for (std::size_t i = 0; i < many_.size(); ++i) many_[i] |= other.many_[i];
    }
  }

 private:
  static constexpr std::size_t kFew = 4;
  std::uint64_t* words() { return many_.empty() ? few_.data() : many_.data(); }
  const std::uint64_t* words() const { return many_.empty() ? few_.data() : many_.data(); }
  std::array<std::uint64_t, kFew> few_{};
  std::vector<std::uint64_t> many_;
  bool all_ = false;
};

class Evaluation {
 public:
  // `faults` is nullptr for yes or no. `deepest` bounds the depth of value and schema together.
  Evaluation(std::vector<Fault>* faults, std::size_t most, int deepest)
      : faults_(faults), most_(most), deepest_(deepest) {}

  bool run(const Node& root, const record::Value& value) {
    return check(root, value, nullptr, nullptr);
  }

 private:
  // The resources entered on the way, innermost first; $dynamicRef looks for the outermost.
  struct Scope {
    const Resource* resource;
    const Scope* outer;
  };
  struct Step {
    std::string_view name;
    std::size_t index;
    bool by_index;
  };

  bool check(const Node& node, const record::Value& value, const Scope* scope, Marks* marks);
  bool values(const Node& node, const record::Value& value);
  bool number(const NumberRules& rules, const record::Value& value);
  bool text(const TextRules& rules, const record::Value& value);
  bool list(const ListRules& rules, const record::Value& value, const Scope& scope, Marks* marks);
  bool contained(const ListRules& rules, const record::Value& value, const Scope& scope,
                 Marks* marks);
  bool unique(const ListRules& rules, const record::Value& value);
  bool unique_members(std::string_view name, const record::Value& value);
  bool group(const GroupRules& rules, const record::Value& value, const Scope& scope, Marks* marks);
  bool required(const GroupRules& rules, const record::Value& value);
  bool dependent(const GroupRules& rules, const record::Value& value, const Scope& scope,
                 Marks* marks);
  bool applied(const Applied& rules, const record::Value& value, const Scope& scope, Marks* marks);
  bool any_of(const Applied& rules, const record::Value& value, const Scope& scope, Marks* marks);
  bool one_of(const Applied& rules, const record::Value& value, const Scope& scope, Marks* marks);
  bool unevaluated_items(const Node& node, const record::Value& value, const Scope& scope,
                         Marks& marks);
  bool unevaluated_members(const Node& node, const record::Value& value, const Scope& scope,
                           Marks& marks);
  // Yes or no, without faults, and marks only if yes.
  bool quietly(const Node& node, const record::Value& value, const Scope& scope, Marks* marks);
  void explain_any(const std::vector<const Node*>& branches, const record::Value& value,
                   const Scope& scope, std::string_view code);
  bool member(const Node& node, const record::Member& member, const Scope& scope);
  bool item(const Node& node, const record::Value& value, std::size_t index, const Scope& scope);
  void unknown_member(const GroupRules& rules, const record::Member& member);

  bool collecting() const { return faults_ != nullptr; }
  // Always false, so that a check can end with it.
  bool fault(std::string_view code, const record::Value& value, base::Arguments arguments = {});
  std::string pointer() const;
  bool spend(std::uint64_t steps, const record::Value& value);

  std::vector<Fault>* faults_;
  std::size_t most_;
  int deepest_;
  std::vector<Step> path_;
  std::uint64_t steps_ = 0;
  int depth_ = 0;
  bool stopped_ = false;
};

// JSON's equality: numbers by value, members in any order. Costs n log n at most.
bool same(const record::Value& a, const record::Value& b);
std::uint64_t hash(const record::Value& value);

}  // namespace portage::schema::json
