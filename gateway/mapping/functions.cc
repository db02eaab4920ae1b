#include "gateway/mapping/functions.h"

#include <algorithm>

namespace portage::mapping {

std::span<const Function> functions() {
  static const std::vector<Function> kAll = [] {
    std::vector<Function> all;
    for (std::vector<Function>& part : std::vector<std::vector<Function>>{
             text_functions(), form_functions(), date_functions(), day_functions(),
             code_functions(), number_functions(), list_functions()}) {
      for (Function& f : part) all.push_back(std::move(f));
    }
    std::stable_sort(all.begin(), all.end(),
                     [](const Function& a, const Function& b) { return a.name < b.name; });
    return all;
  }();
  return kAll;
}

const Function* find_function(std::string_view name) {
  const std::span<const Function> all = functions();
  const auto at =
      std::lower_bound(all.begin(), all.end(), name,
                       [](const Function& f, std::string_view n) { return f.name < n; });
  return at != all.end() && at->name == name ? &*at : nullptr;
}

namespace {
std::string capitals(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return out;
}
}  // namespace

std::string usage(const Function& f, bool as_step) {
  std::string out(f.name);
  if (!as_step) out += "(";
  bool first = true;
  for (std::size_t i = as_step ? 1 : 0; i < f.parameters.size(); ++i) {
    const Parameter& p = f.parameters[i];
    std::string one;
    if (!p.keyword.empty()) one += std::string(p.keyword) + " ";
    one += p.kind == Parameter::Kind::table ? "TABLE or { … }" : capitals(p.name);
    if (p.kind == Parameter::Kind::steps || p.kind == Parameter::Kind::expression)
      one = "(" + one + ")";
    if (p.variadic) one += " …";
    if (p.optional) one = "[" + one + "]";
    out += as_step ? " " : first ? "" : ", ";
    out += one;
    first = false;
  }
  if (!as_step) out += ")";
  return out;
}

ArgumentForm form_of(std::string_view step) {
  if (const Function* f = find_function(step)) {
    for (const Parameter& p : f->parameters) {
      if (p.kind == Parameter::Kind::table) return ArgumentForm::table;
      if (p.kind == Parameter::Kind::steps) return ArgumentForm::steps;
      if (p.kind == Parameter::Kind::expression) return ArgumentForm::expression;
    }
  }
  return ArgumentForm::plain;
}

}  // namespace portage::mapping
