// Runs one way of a Program over one document. Made for one run on one thread. It allocates in the
// target's arena only, unless something is refused or explained. It never throws and never checks
// the target's schema.
#pragma once

#include <algorithm>
#include <map>
#include <memory>
#include <unordered_map>

#include "gateway/mapping/program.h"

namespace portage::mapping {

template <class T>
T* array_in(record::Arena& arena, std::size_t n) {
  T* at = static_cast<T*>(arena.allocate(sizeof(T) * std::max<std::size_t>(n, 1), alignof(T)));
  std::uninitialized_value_construct_n(at, n);
  return at;
}

class Runner {
 public:
  Runner(const Program& program, Way way, const record::Value& from, const RunContext& context,
         record::Arena& arena, RunResult& result);

  // False if `dated` gave no day (a refusal says why).
  bool find_date();
  record::Value run();

  // One expression with nothing to read; for examples of functions and the compiler's own trials.
  bool evaluate(NodeId id, record::Value& out) { return eval(id, out); }
  // The steps of a pipe on a value of our choice.
  bool apply(const std::vector<StepCode>& steps, record::Value& value);
  std::string_view failure() const { return fail_code_; }
  void set_date(base::Day day) { day_ = day; }
  base::Day date() const { return day_; }

 private:
  // Expressions (run_expressions.cc).
  bool eval(NodeId id, record::Value& out);
  bool pipe(const Node& n, record::Value& out);
  bool fallbacks(const Node& n, bool ok, record::Value& out);
  bool call(const Node& n, record::Value& out);
  bool step(const StepCode& s, record::Value& value);
  bool each_item(const StepCode& s, record::Value& value);
  bool where(const StepCode& s, record::Value& value);
  bool compare(const Node& n, record::Value& out);
  bool arithmetic(const Node& n, record::Value& out);
  bool truth(NodeId id, bool& out);
  bool failed(std::string_view code);

  // Paths (run_paths.cc).
  bool read(const ReadPath& path, record::Value& out);
  bool read_all(const ReadPath& path, std::size_t from, record::Value at, record::Value& list);
  bool read_from(const ReadPath& path, std::size_t from, record::Value at, record::Value& out);
  bool read_shared(const ReadPath& path, record::Value& out);
  bool select(const PathStep& step, const record::Value& list, record::Value& out);
  // What a test's key path holds; missing if it has none or there is nothing.
  struct Keys;
  bool keys_of(const std::vector<Test>& tests, Keys& keys);
  bool finish(const ReadPath& path, record::Value& value);
  bool coerce(Coerce how, record::Value& value);
  std::string pointer_of(std::uint32_t path_index, std::uint32_t& at) const;
  // As written, with what the blocks around it stand on: "contact.address.city".
  std::string shown_in_full(std::uint32_t path_index) const;
  std::string scope_pointer(std::uint32_t scope, std::uint32_t& at) const;

  // Rules (run.cc).
  void operations(const std::vector<Op>& ops);
  void write(const Op& op);
  void each(const Op& op);
  void element(const Op& op, const record::Value& item, std::uint32_t index, record::Value& made);
  void groups(const Op& op, std::span<const record::Value> items, record::Value& made);
  bool key_text(const Op& op, const record::Value& row, std::string& key) const;
  bool append_rows(const Op& op, record::Value& made);
  void make(const Op& op);
  void make_one(const Op& op);
  void none(const Op& op);
  bool wanted(const std::vector<Test>& filter, const record::Value& item);
  void verify(const std::vector<Op>& ops);
  bool budget();
  record::Value* fresh_slots(std::uint32_t frame);
  record::Value build(const TargetNode& node);
  bool build_list(const TargetNode& node, record::Value& list);
  record::Value place(const TargetNode& leaf, record::Value value);
  void refuse(const Op& op);
  void refuse(const Op& op, std::string_view code);
  void note(std::string_view code);
  Refusal refusal(const Op& op, std::string_view code) const;
  std::string_view name(const TargetNode& node) const;

  const Program& program_;
  const WayProgram& way_;
  Way direction_;
  const record::Value& from_;
  const RunContext& context_;
  record::Arena& arena_;
  RunResult& result_;
  base::Day day_;
  record::Value* scopes_ = nullptr;
  std::uint32_t* indexes_ = nullptr;  // of the item that a scope stands on, from 0
  record::Value* lets_ = nullptr;
  record::Value* frame_ = nullptr;     // slots of the frame being filled
  record::Value** slots_ = nullptr;    // of each frame that is being filled
  std::uint32_t** origins_ = nullptr;  // of a group's rows: their places in the list
  std::uint64_t steps_left_ = 0;
  bool spent_ = false;           // the budget: told once
  const char* names_ = nullptr;  // a copy in the arena: the result outlives this program
  const Op* op_ = nullptr;       // the rule at work, for notes
  std::string_view fail_code_;
  std::string fail_step_;
  std::uint32_t fail_path_ = UINT32_MAX;
  std::uint32_t last_path_ = UINT32_MAX;
  bool hard_ = false;  // the failure is the map's own `reject`
  std::uint32_t depth_ = 0;
  std::vector<Step>* steps_ = nullptr;  // explain: steps of the rule at work
  std::vector<std::uint32_t>* read_paths_ = nullptr;
};

// How a value is shown in explanations: text as it is, lists and groups as JSON.
std::string shown(const record::Value& value);
std::string_view scalar_text(const record::Value& value);
bool holds(const Test& test, const record::Value& element, const record::Value* key = nullptr);

}  // namespace portage::mapping
