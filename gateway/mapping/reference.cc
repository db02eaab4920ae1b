// The function reference, printed from the table, and what a Mapping tells about itself.
#include <algorithm>

#include "gateway/mapping/program.h"

namespace portage::mapping {

bool Mapping::goes(Way way) const { return program_->way(way).present; }
Proofs Mapping::proofs(Way way) const {
  return {program_->way(way).proved, program_->way(way).checked};
}
bool Mapping::settles() const { return program_->settles; }

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
