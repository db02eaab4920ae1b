#include <algorithm>

#include "gateway/base/text.h"
#include "gateway/schema/json/evaluate.h"

namespace portage::schema::json {

using record::Kind;
using record::Member;
using record::Value;

bool Evaluation::member(const Node& node, const Member& member, const Scope& scope) {
  if (!collecting()) return check(node, member.value, &scope, nullptr);
  path_.push_back({member.name, 0, false});
  const bool ok = check(node, member.value, &scope, nullptr);
  path_.pop_back();
  return ok;
}

void Evaluation::unknown_member(const GroupRules& rules, const Member& member) {
  std::vector<std::string> names;
  for (const Property& property : rules.properties.list()) {
    if (property.declared) names.emplace_back(property.name);
  }
  const auto near = base::nearest(member.name, names);
  path_.push_back({member.name, 0, false});
  if (near) {
    fault("schema.unknown_near", member.value, {{"nearest", *near}});
  } else {
    fault("schema.unknown", member.value);
  }
  path_.pop_back();
}

bool Evaluation::group(const GroupRules& rules, const Value& value, const Scope& scope,
                       Marks* marks) {
  const auto members = value.members();
  bool ok = true;
  if (members.size() < rules.min_members) {
    ok = fault("schema.min_members", value, {{"limit", std::to_string(rules.min_members)}});
  }
  if (members.size() > rules.max_members) {
    ok = fault("schema.max_members", value, {{"limit", std::to_string(rules.max_members)}});
  }
  const bool each = !rules.properties.list().empty() || !rules.patterns.empty() ||
                    rules.additional != nullptr || rules.names != nullptr;
  const bool by_bits = rules.required.size() <= 64;
  std::uint64_t present = 0;
  std::size_t expected = 0;
  for (std::size_t i = 0; each && i < members.size() && (ok || collecting()); ++i) {
    const Member& here = members[i];
    bool known = false;
    if (const Property* property = rules.properties.find(here.name, expected)) {
      if (property->required >= 0 && by_bits) present |= std::uint64_t{1} << property->required;
      known = property->declared;
      if (property->node != nullptr) ok = member(*property->node, here, scope) && ok;
    }
    for (const PatternProperty& pattern : rules.patterns) {
      if (!pattern.pattern->matches(here.name)) continue;
      known = true;
      ok = member(*pattern.node, here, scope) && ok;
    }
    if (!known && rules.additional != nullptr) {
      if (rules.additional->always != Node::Always::invalid) {
        ok = member(*rules.additional, here, scope) && ok;
      } else {
        if (collecting()) unknown_member(rules, here);
        ok = false;
      }
      known = true;
    }
    if (known && marks != nullptr) marks->set(i);
    if (rules.names != nullptr) {
      const Value name = Value::text(here.name, here.value.at());
      if (!quietly(*rules.names, name, scope, nullptr)) {
        if (collecting()) path_.push_back({here.name, 0, false});
        ok = fault("schema.member_name", here.value);
        if (collecting()) path_.pop_back();
      }
    }
  }
  if (!ok && !collecting()) return false;
  if (!rules.required.empty()) {
    const std::size_t count = rules.required.size();
    const std::uint64_t all =
        count == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << (count % 64)) - 1;
    if (!by_bits || present != all) ok = required(rules, value) && ok;
  }
  if (!ok && !collecting()) return false;
  if (!rules.dependencies.empty()) ok = dependent(rules, value, scope, marks) && ok;
  return ok && !stopped_;
}

bool Evaluation::required(const GroupRules& rules, const Value& value) {
  bool ok = true;
  for (const std::string_view name : rules.required) {
    if (!spend(value.size(), value)) return false;
    if (value.find(name) != nullptr) continue;
    if (!collecting()) return false;
    path_.push_back({name, 0, false});
    ok = fault("schema.required", value, {{"name", std::string(name)}});
    path_.pop_back();
  }
  return ok;
}

bool Evaluation::dependent(const GroupRules& rules, const Value& value, const Scope& scope,
                           Marks* marks) {
  bool ok = true;
  for (const Dependency& dependency : rules.dependencies) {
    if (value.find(dependency.name) == nullptr) continue;
    for (const std::string_view name : dependency.required) {
      if (!spend(value.size(), value)) return false;
      if (value.find(name) != nullptr) continue;
      if (!collecting()) return false;
      path_.push_back({name, 0, false});
      ok = fault("schema.dependent", value,
                 {{"name", std::string(name)}, {"because", std::string(dependency.name)}});
      path_.pop_back();
    }
    if (dependency.node != nullptr) ok = check(*dependency.node, value, &scope, marks) && ok;
    if (!ok && !collecting()) return false;
  }
  return ok;
}

bool Evaluation::unevaluated_members(const Node& node, const Value& value, const Scope& scope,
                                     Marks& marks) {
  const auto members = value.members();
  bool ok = true;
  for (std::size_t i = 0; i < members.size() && (ok || collecting()); ++i) {
    if (marks.has(i)) continue;
    if (node.always == Node::Always::invalid && collecting()) {
      path_.push_back({members[i].name, 0, false});
      ok = fault("schema.unknown", members[i].value);
      path_.pop_back();
    } else {
      ok = member(node, members[i], scope) && ok;
    }
  }
  marks.set_all();
  return ok;
}

}  // namespace portage::schema::json
