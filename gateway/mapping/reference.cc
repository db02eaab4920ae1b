// The function reference, printed from the table, and what a Mapping tells about itself.
#include <algorithm>

#include "gateway/mapping/program.h"

namespace portage::mapping {

bool Mapping::goes(Way way) const { return program_->way(way).present; }
const std::vector<Constraint>& Mapping::constraints(Way way) const {
  return program_->way(way).constraints;
}
Proofs Mapping::proofs(Way way) const {
  Proofs out;
  for (const Constraint& c : constraints(way)) ++(c.proved ? out.proved : out.checked);
  return out;
}
bool Mapping::settles() const { return program_->settles; }
bool Mapping::ours_list() const { return program_->ours_list; }
bool Mapping::theirs_list() const { return program_->theirs_list; }
bool Mapping::batch_each() const { return program_->batch_each; }
const std::vector<std::string>& Mapping::makes() const { return program_->makes; }
const schema::Shape& Mapping::root(bool of_ours) const {
  return of_ours ? *program_->ours_root : *program_->theirs_root;
}

record::Value list_root(const Mapping& mapping, bool of_ours,
                        std::span<const record::Value> records, record::Arena& arena) {
  record::Value list = record::Value::list();
  for (const record::Value& one : records) list.push(arena, one);
  record::Value root = record::Value::group();
  root.add(arena, arena.copy(mapping.root(of_ours).members.front().name), list);
  return root;
}

std::vector<FunctionDoc> function_docs() {
  std::vector<FunctionDoc> out;
  for (const Function& f : functions()) {
    const bool called = !f.parameters.empty() && f.parameters[0].variadic;
    FunctionDoc doc{std::string(f.name),
                    usage(f, !called),
                    std::string(f.group),
                    std::string(f.doc),
                    f.undo != nullptr || f.name == "each",
                    {},
                    {}};
    doc.failures.assign(f.failures.begin(), f.failures.end());
    for (const Example& e : f.examples) {
      doc.examples.push_back({std::string(e.expression), std::string(e.result), e.back});
    }
    out.push_back(std::move(doc));
  }
  return out;
}

std::string function_reference() {
  std::string out;
  std::vector<std::string_view> groups;
  for (const Function& f : functions()) {
    if (std::find(groups.begin(), groups.end(), f.group) == groups.end()) groups.push_back(f.group);
  }
  std::sort(groups.begin(), groups.end());
  for (const std::string_view group : groups) {
    out += "### " + std::string(group) + "\n\n";
    for (const Function& f : functions()) {
      if (f.group != group) continue;
      const bool both = f.undo != nullptr || f.name == "each";
      const bool called = !f.parameters.empty() && f.parameters[0].variadic;
      out += "**`" + usage(f, !called) + "`** – " + (both ? "both ways. " : "one way. ") +
             std::string(f.doc) + "\n";
      if (!f.failures.empty()) {
        out += "Fails with";
        for (std::size_t i = 0; i < f.failures.size(); ++i) {
          out += std::string(i ? ", " : " ") + "`" + std::string(f.failures[i]) + "`";
        }
        out += ".\n";
      }
      if (!f.examples.empty()) {
        out += "\n";
        for (const Example& e : f.examples) {
          out += "    " + std::string(e.expression) + (e.back ? "  <->  " : "  ->  ") +
                 std::string(e.result) + "\n";
        }
      }
      out += "\n";
    }
  }
  return out;
}

}  // namespace portage::mapping
