#include "gateway/schema/xsd/check.h"

#include <algorithm>
#include <array>

#include "gateway/base/text.h"

namespace portage::schema::xsd {
namespace {

using record::Kind;
using record::Member;
using record::Value;

constexpr int kMostDepth = 300;

// "{urn:x}Name" -> "Name", "@{urn:x}id" -> "@id".
std::string local_name(std::string_view member) {
  const std::size_t brace = member.find('}');
  if (brace == std::string_view::npos) return std::string(member);
  return (member.starts_with('@') ? "@" : "") + std::string(member.substr(brace + 1));
}

bool blank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

// The names of the elements that a particle may begin with, for messages.
void names_of(const Particle& particle, std::string& out) {
  if (particle.kind == Particle::Kind::element) {
    if (!out.empty()) out += ", ";
    out += particle.element->local;
  }
  for (const Particle& part : particle.parts) names_of(part, out);
}

bool any_there(const Particle& particle, const std::uint64_t* counts) {
  if (particle.kind == Particle::Kind::element) return counts[particle.slot] > 0;
  return std::any_of(particle.parts.begin(), particle.parts.end(),
                     [&](const Particle& part) { return any_there(part, counts); });
}

}  // namespace

bool Check::fault(std::string_view code, const Value& value, base::Arguments arguments) {
  if (faults_ == nullptr || faults_->size() >= most_) return false;
  std::string pointer;
  for (const Step& step : path_) {
    pointer += '/';
    pointer += local_name(step.name);
    if (step.index > 0) pointer += "[" + std::to_string(step.index) + "]";
  }
  faults_->push_back({std::string(code), std::move(pointer), value.at(), std::move(arguments)});
  return false;
}

bool Check::fault_at(std::string_view name, std::string_view code, const Value& value,
                     base::Arguments arguments) {
  if (!collecting()) return false;
  path_.push_back({name, 0});
  fault(code, value, std::move(arguments));
  path_.pop_back();
  return false;
}

bool Check::document(const Model& model, const Value& root) {
  const Element& wanted = *model.root;
  if (!root.is(Kind::group) || root.size() != 1 || root.members()[0].name != wanted.member) {
    return fault("schema.document_element", root, {{"name", wanted.local}});
  }
  const Value& value = root.members()[0].value;
  if (collecting()) path_.push_back({wanted.member, 0});
  const bool ok = element(wanted, value);
  if (collecting()) path_.pop_back();
  return ok;
}

bool Check::element(const Element& element, const Value& value) {
  if (depth_ >= kMostDepth) return fault("schema.too_deep", value);
  if (value.is(Kind::null)) {
    if (!element.nillable) return fault("schema.nil", value);
    // What is nil still needs its attributes.
    return element.complex == nullptr || required_attributes(*element.complex, value);
  }
  if (element.simple != nullptr) {
    return simple(*element.simple, element.fixed, element.has_default, value);
  }
  if (element.complex == nullptr) return true;
  ++depth_;
  const bool ok = complex(element, *element.complex, value);
  --depth_;
  return ok;
}

bool Check::simple(const SimpleType& type, const std::optional<std::string>& fixed,
                   bool empty_is_default, const Value& value) {
  std::string_view text;
  if (value.is(Kind::text) || value.is(Kind::number)) {
    text = value.as_text();
  } else if (value.is(Kind::boolean)) {
    text = value.as_bool() ? "true" : "false";
  } else {
    return fault("schema.type", value, {{"wanted", "text"}});
  }
  if (empty_is_default && text.empty()) return true;
  SimpleFault why;
  if (!holds(type, text, collecting() ? &why : nullptr)) {
    if (!collecting()) return false;
    return fault(why.code, value, {{why.name, why.limit}});
  }
  if (!fixed) return true;
  const bool numbers = type.primitive == Primitive::decimal || type.primitive == Primitive::integer;
  const std::string_view mine = type.blanks == Blanks::preserve ? text : base::trim(text);
  const bool equal = numbers ? compare(Decimal::from(mine), Decimal::from(*fixed)) == 0
                             : mine == (type.blanks == Blanks::preserve ? std::string_view(*fixed)
                                                                        : base::trim(*fixed));
  return equal || fault("schema.const", value, {{"allowed", *fixed}});
}

bool Check::complex(const Element& element, const ComplexType& type, const Value& value) {
  if (value.is(Kind::group)) return members(element, type, value);
  if (type.text != nullptr) {
    const bool ok = simple(*type.text, element.fixed, element.has_default, value);
    return go_on(ok) && required_attributes(type, value) && ok;
  }
  const bool is_text = value.is(Kind::text) && (type.mixed || blank(value.as_text()));
  if (!is_text) return fault("schema.no_text", value);
  // An element with nothing in it.
  bool ok = required_attributes(type, value);
  if (go_on(ok) && !type.may_be_empty) {
    const std::vector<std::uint64_t> nothing(type.slots.size(), 0);
    ok = content(type, nothing.data(), value) && ok;
  }
  return ok;
}

bool Check::members(const Element& element, const ComplexType& type, const Value& value) {
  constexpr std::size_t kFew = 64;
  std::array<std::uint64_t, kFew> few;
  std::vector<std::uint64_t> many;
  std::uint64_t* counts = few.data();
  if (type.slots.size() <= kFew) {
    std::fill_n(counts, type.slots.size(), 0);
  } else {
    many.resize(type.slots.size());
    counts = many.data();
  }
  bool ok = true, nil = false, text = false;
  std::size_t expected = 0, position = 0, first = 0;
  for (const Member& member : value.members()) {
    if (!go_on(ok)) return false;
    if (member.value.missing()) continue;
    if (member.name.starts_with('@')) {
      ok = attribute(type, member) && ok;
      continue;
    }
    if (member.name.empty()) {
      text = true;
      if (member.value.is(Kind::null)) {
        nil = true;
        if (!element.nillable) ok = fault("schema.nil", value);
      } else if (type.text != nullptr) {
        ok = simple(*type.text, element.fixed, element.has_default, member.value) && ok;
      } else if (!member.value.is(Kind::text) || (!type.mixed && !blank(member.value.as_text()))) {
        ok = fault("schema.no_text", member.value);
      }
      continue;
    }
    std::size_t found = type.slots.size();
    for (std::size_t tried = 0; tried < type.slots.size(); ++tried) {
      if (expected >= type.slots.size()) expected = 0;
      if (record::same_name(type.slots[expected++].element->member, member.name)) {
        found = expected - 1;
        break;
      }
    }
    if (found == type.slots.size()) {
      ok = stray(type, member);
      continue;
    }
    const Slot& slot = type.slots[found];
    if (counts[found] > 0) {
      ok = fault_at(member.name, "schema.repeated", member.value);
      continue;
    }
    if (slot.position > position) first = 0;
    if (slot.position < position || (slot.first > 0 && slot.first < first)) {
      ok = fault_at(member.name, "schema.order", member.value, {{"name", slot.element->local}});
    }
    position = std::max(position, slot.position);
    first = std::max(first, slot.first);
    counts[found] = member.value.is(Kind::list) ? member.value.size() : 1;
    ok = child(slot, member.value) && ok;
  }
  if (!go_on(ok)) return false;
  ok = required_attributes(type, value) && ok;
  if (!go_on(ok) || nil) return ok;
  if (type.text != nullptr) {
    if (!text) {
      ok =
          simple(*type.text, element.fixed, element.has_default, Value::text("", value.at())) && ok;
    }
    return ok;
  }
  return content(type, counts, value) && ok;
}

bool Check::child(const Slot& slot, const Value& value) {
  const std::string_view name = slot.element->member;
  bool ok = true;
  if (!value.is(Kind::list)) {
    if (collecting()) path_.push_back({name, 0});
    ok = element(*slot.element, value);
    if (collecting()) path_.pop_back();
    return ok;
  }
  const auto items = value.items();
  for (std::size_t i = 0; i < items.size() && go_on(ok); ++i) {
    if (collecting()) path_.push_back({name, i + 1});
    ok = element(*slot.element, items[i]) && ok;
    if (collecting()) path_.pop_back();
  }
  return ok;
}

bool Check::attribute(const ComplexType& type, const Member& member) {
  for (const Attribute& known : type.attributes) {
    if (known.member != member.name) continue;
    if (collecting()) path_.push_back({member.name, 0});
    const bool ok = known.type == nullptr || simple(*known.type, known.fixed, false, member.value);
    if (collecting()) path_.pop_back();
    return ok;
  }
  return stray(type, member);
}

bool Check::required_attributes(const ComplexType& type, const Value& value) {
  bool ok = true;
  for (const Attribute& known : type.attributes) {
    if (!known.required) continue;
    const Value* there = value.find(known.member);
    if (there != nullptr && !there->missing()) continue;
    if (!collecting()) return false;
    ok = fault_at(known.member, "schema.required", value, {{"name", local_name(known.member)}});
  }
  return ok;
}

bool Check::stray(const ComplexType& type, const Member& member) {
  if (!collecting()) return false;
  std::vector<std::string> names;
  for (const Slot& slot : type.slots) names.push_back(slot.element->local);
  for (const Attribute& known : type.attributes) names.push_back(local_name(known.member));
  const auto near = base::nearest(local_name(member.name), names);
  if (near) return fault_at(member.name, "schema.unknown_near", member.value, {{"nearest", *near}});
  return fault_at(member.name, "schema.unknown", member.value);
}

bool Check::content(const ComplexType& type, const std::uint64_t* counts, const Value& value) {
  if (times(type.content, counts).has(1)) return true;
  if (!collecting()) return false;
  const std::size_t before = faults_->size();
  explain(type.content, counts, value);
  if (faults_->size() == before) fault("schema.content", value);
  return false;
}

void Check::explain(const Particle& particle, const std::uint64_t* counts, const Value& value) {
  if (times(particle, counts).has(1)) return;
  if (particle.kind == Particle::Kind::element) {
    const std::uint64_t count = counts[particle.slot];
    const std::string& name = particle.element->member;
    if (count == 0) {
      fault_at(name, "schema.required", value, {{"name", particle.element->local}});
    } else if (count < particle.least) {
      fault_at(name, "schema.min_items", value, {{"limit", std::to_string(particle.least)}});
    } else if (particle.most <= 1) {
      fault_at(name, "schema.repeated", value);
    } else {
      fault_at(name, "schema.max_items", value, {{"limit", std::to_string(particle.most)}});
    }
    return;
  }
  if (particle.most > 1) {
    fault("schema.content", value);
    return;
  }
  if (particle.kind != Particle::Kind::choice) {
    for (const Particle& part : particle.parts) explain(part, counts, value);
    return;
  }
  std::vector<const Particle*> there;
  std::string names;
  for (const Particle& part : particle.parts) {
    if (any_there(part, counts)) there.push_back(&part);
    names_of(part, names);
  }
  if (there.size() == 1) return explain(*there.front(), counts, value);
  fault(there.empty() ? "schema.choice" : "schema.choice_many", value, {{"names", names}});
}

}  // namespace portage::schema::xsd
