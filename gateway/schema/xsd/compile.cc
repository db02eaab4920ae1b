#include "gateway/schema/xsd/compile.h"

#include <algorithm>
#include <charconv>

#include "gateway/base/text.h"

namespace portage::schema::xsd {
namespace {

// What our marks stand under: <p:field class="program"/>, <p:schema name="ssm/referral@1"/>.
bool ours(const Tag& tag, std::string_view name) {
  return (tag.space == "urn:portage:schema:1" || tag.space == "urn:portage:schema") &&
         tag.name == name;
}

std::uint64_t occurs(std::string_view text, std::uint64_t otherwise) {
  if (text.empty()) return otherwise;
  if (text == "unbounded") return kUnbounded;
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() ? value : kUnbounded;
}

std::uint64_t multiplied(std::uint64_t a, std::uint64_t b) {
  if (a == 0 || b == 0) return 0;
  return a > kUnbounded / b ? kUnbounded : a * b;
}

}  // namespace

void Compiler::find(std::string_view code, const Tag& at, base::Arguments arguments) {
  base::Finding finding;
  finding.code = code;
  finding.place = {file_, at.line, 0, {}};
  finding.arguments = std::move(arguments);
  findings_.push_back(std::move(finding));
}

void Compiler::unsupported(const Tag& at, std::string_view what) {
  find("xsd.unsupported", at, {{"what", std::string(what)}});
}

std::string Compiler::qualified(std::string_view local) const {
  return space_.empty() ? std::string(local) : "{" + space_ + "}" + std::string(local);
}

void Compiler::compile() {
  space_ = schema_.get("targetNamespace");
  read_name();
  top_level();
}

void Compiler::read_name() {
  // "ssm-referral_1" -> "ssm/referral@1": an id holds neither '/' nor '@'.
  std::string id(schema_.get("id"));
  if (const std::size_t version = id.rfind('_'); version != std::string::npos) id[version] = '@';
  if (const std::size_t party = id.find('-'); party != std::string::npos) id[party] = '/';
  name_ = id;
  for (const Tag& tag : schema_.children) {
    if (!tag.is("annotation")) continue;
    for (const Tag& info : tag.children) {
      if (!info.is("appinfo")) continue;
      for (const Tag& inner : info.children) {
        if (!ours(inner, "schema")) continue;
        if (inner.has("name")) name_ = inner.get("name");
        root_name_ = inner.get("root");
        const std::string_view soap = inner.get("soap");
        soap_ = soap == "1.1"   ? format::Soap::v1_1
                : soap == "1.2" ? format::Soap::v1_2
                                : format::Soap::none;
        if (!soap.empty() && soap_ == format::Soap::none) {
          find("layout.value", inner, {{"key", "soap"}, {"wanted", "1.1, 1.2"}});
        }
      }
    }
  }
  if (name_.empty()) find("xsd.no_name", schema_, {});
}

void Compiler::top_level() {
  std::vector<const Tag*> elements;
  for (const Tag& tag : schema_.children) {
    if (tag.is("annotation")) continue;
    const std::string name = qualified(tag.get("name"));
    if (tag.is("element")) {
      element_tags_[name] = &tag;
      elements.push_back(&tag);
    } else if (tag.is("simpleType")) {
      simple_tags_[name] = &tag;
    } else if (tag.is("complexType")) {
      complex_tags_[name] = &tag;
    } else if (tag.is("group")) {
      group_tags_[name] = &tag;
    } else if (tag.is("attribute")) {
      attribute_tags_[name] = &tag;
    } else if (tag.is("attributeGroup")) {
      attribute_group_tags_[name] = &tag;
    } else {
      unsupported(tag, "xs:" + tag.name);
    }
  }
  // Everything is compiled, used or not, so that every mistake shows.
  for (const auto& [name, tag] : simple_tags_) {
    if (!simple_.contains(name)) simple_[name] = simple_type(*tag, std::string(tag->get("name")));
  }
  for (const auto& [name, tag] : complex_tags_) complex_named(name, *tag);
  for (const Tag* tag : elements) element_named(qualified(tag->get("name")), *tag);
  choose_root(elements);
}

void Compiler::choose_root(const std::vector<const Tag*>& elements) {
  std::vector<const Element*> candidates;
  std::set<const Element*> inside;
  for (const auto& type : model_.complex) {
    for (const Slot& slot : type->slots) inside.insert(slot.element);
  }
  for (const Tag* tag : elements) {
    const auto found = global_.find(qualified(tag->get("name")));
    if (found == global_.end()) continue;
    if (root_name_.empty() ? !inside.contains(found->second) : tag->get("name") == root_name_) {
      candidates.push_back(found->second);
    }
  }
  if (candidates.size() == 1)
    model_.root = candidates.front();
  else
    find("xsd.root_unclear", schema_, {});
}

const Element* Compiler::element_named(const std::string& name, const Tag& at) {
  const auto made = global_.find(name);
  if (made != global_.end()) return made->second;
  const auto tag = element_tags_.find(name);
  if (tag == element_tags_.end()) {
    find("xsd.unknown_name", at, {{"name", name}});
    return nullptr;
  }
  return element(*tag->second, true);
}

const Element* Compiler::element(const Tag& tag, bool global) {
  if (tag.has("ref")) {
    const Element* named = element_named(tag.resolve(tag.get("ref")), tag);
    if (named == nullptr || tag.child("annotation") == nullptr) return named;
    model_.elements.push_back(std::make_unique<Element>(*named));
    annotation(tag, *model_.elements.back());
    return model_.elements.back().get();
  }
  model_.elements.push_back(std::make_unique<Element>());
  Element* made = model_.elements.back().get();
  const std::string local(tag.get("name"));
  const std::string_view form =
      tag.has("form") ? tag.get("form") : schema_.get("elementFormDefault");
  made->local = local;
  made->member = global || form == "qualified" ? qualified(local) : local;
  made->line = tag.line;
  made->nillable = tag.get("nillable") == "true" || tag.get("nillable") == "1";
  made->has_default = tag.has("default") || tag.has("fixed");
  if (tag.has("fixed")) made->fixed = std::string(tag.get("fixed"));
  if (global) global_[made->member] = made;
  annotation(tag, *made);
  for (const std::string_view attribute : {"substitutionGroup", "abstract"}) {
    if (tag.has(attribute) && tag.get(attribute) != "false" && tag.get(attribute) != "0") {
      unsupported(tag, attribute);
    }
  }
  for (const Tag& child : tag.children) {
    if (child.is("simpleType")) {
      made->simple = simple_type(child, local);
    } else if (child.is("complexType")) {
      model_.complex.push_back(std::make_unique<ComplexType>());
      ComplexType* type = model_.complex.back().get();
      type->name = local;
      made->complex = type;
      fill(child, *type);
    } else if (!child.is("annotation")) {
      unsupported(child, "xs:" + child.name);
    }
  }
  if (tag.has("type")) {
    const std::string name = tag.resolve(tag.get("type"));
    if (complex_tags_.contains(name))
      made->complex = complex_named(name, tag);
    else
      made->simple = simple_named(tag, "type");
  } else if (made->simple == nullptr && made->complex == nullptr) {
    unsupported(tag, "an element without a type");
  }
  return made;
}

bool Compiler::particle(const Tag& tag, Particle& into) {
  constexpr std::size_t kMostParticles = 20'000;
  if (++particles_ > kMostParticles) {
    if (particles_ == kMostParticles + 1) unsupported(tag, "more than 20000 particles");
    return false;
  }
  into.least = occurs(tag.get("minOccurs"), 1);
  into.most = occurs(tag.get("maxOccurs"), 1);
  if (tag.is("element")) {
    into.kind = Particle::Kind::element;
    into.element = element(tag, false);
    return into.element != nullptr && into.most > 0;
  }
  if (tag.is("group")) {
    const auto found = group_tags_.find(tag.resolve(tag.get("ref")));
    if (found == group_tags_.end()) {
      find("xsd.unknown_name", tag, {{"name", std::string(tag.get("ref"))}});
      return false;
    }
    if (!open_.insert(found->second).second) {
      unsupported(tag, "a group inside itself");
      return false;
    }
    bool ok = false;
    for (const Tag& child : found->second->children) {
      if (child.is("annotation")) continue;
      Particle inner;
      if (particle(child, inner)) into.parts.push_back(std::move(inner));
      ok = true;
    }
    open_.erase(found->second);
    into.kind = Particle::Kind::sequence;
    return ok && into.most > 0;
  }
  if (tag.is("sequence")) {
    into.kind = Particle::Kind::sequence;
  } else if (tag.is("choice")) {
    into.kind = Particle::Kind::choice;
  } else if (tag.is("all")) {
    into.kind = Particle::Kind::all;
  } else {
    unsupported(tag, "xs:" + tag.name);
    return false;
  }
  for (const Tag& child : tag.children) {
    if (child.is("annotation")) continue;
    Particle inner;
    if (particle(child, inner)) into.parts.push_back(std::move(inner));
  }
  return into.most > 0;
}

void Compiler::assign_slots(Particle& particle, ComplexType& type, const Tag& tag, bool together,
                            bool optional, std::uint64_t most, std::size_t& position) {
  most = multiplied(most, particle.most);
  optional = optional || particle.least == 0;
  if (particle.kind == Particle::Kind::element) {
    const auto same = std::find_if(type.slots.begin(), type.slots.end(), [&](const Slot& slot) {
      return slot.element->member == particle.element->member;
    });
    particle.slot = static_cast<std::size_t>(same - type.slots.begin());
    if (same != type.slots.end()) {
      constexpr std::size_t kEnough = 100;
      if (findings_.size() > kEnough) return;
      return unsupported(tag,
                         "the element " + particle.element->local + " at two places of one type");
    }
    type.slots.push_back({particle.element, position, most, optional, 0, 0});
    if (!together) ++position;
    return;
  }
  // Inside of what repeats, the order between different elements is not kept by a Value.
  const bool inner = together || particle.most > 1 || particle.kind == Particle::Kind::all;
  const bool choice = particle.kind == Particle::Kind::choice && particle.parts.size() > 1;
  const std::size_t before = type.slots.size();
  for (Particle& part : particle.parts) {
    assign_slots(part, type, tag, inner, optional || choice, most, position);
  }
  if (together || !inner) return;
  ++position;
  if (particle.most > 1 && type.slots.size() > before + 1) {
    ++type.mingled;
    for (std::size_t i = before; i < type.slots.size(); ++i) type.slots[i].mingled = type.mingled;
  }
  // The first turn of a sequence that repeats has all that it requires, in its order.
  for (std::size_t i = 0; particle.kind == Particle::Kind::sequence && i < particle.parts.size();
       ++i) {
    const Particle& part = particle.parts[i];
    if (part.kind != Particle::Kind::element || part.least == 0) continue;
    if (part.slot < type.slots.size()) type.slots[part.slot].first = i + 1;
  }
}

void Compiler::field(const Tag& tag, Marks& marks, bool& own_class, std::string& codes,
                     bool* unordered) {
  for (const auto& [name, value] : tag.attributes) {
    const bool truth = value == "true" || value == "1";
    if (name == "class") {
      const auto known = class_from(value);
      if (!known) {
        find("schema.mark_wrong", tag,
             {{"mark", name}, {"wanted", "public, program, personal, identifier, sensitive"}});
      }
      marks.sensitivity = known.value_or(Class::personal);
      own_class = true;
    } else if (name == "date") {
      marks.date = truth;
    } else if (name == "lane") {
      marks.lane = truth;
    } else if (name == "key") {
      marks.key = truth;
    } else if (name == "place") {
      marks.place = truth;
    } else if (name == "routing") {
      marks.routing = truth;
    } else if (name == "refers") {
      marks.refers = value;
    } else if (name == "filled") {
      marks.filled = value;
    } else if (name == "codes") {
      codes = value;
    } else if (name == "unordered" && unordered != nullptr) {
      *unordered = truth;
    } else {
      find("schema.mark_unknown", tag, {{"mark", name}});
    }
  }
}

template <class Marked>
void Compiler::annotation(const Tag& tag, Marked& into) {
  const Tag* note = tag.child("annotation");
  if (note == nullptr) return;
  for (const Tag& child : note->children) {
    if (child.is("documentation")) {
      const auto language = child.attributes.find("{" + std::string(kXml) + "}lang");
      const bool french = language != child.attributes.end() && language->second.starts_with("fr");
      (french ? into.fr : into.en) = base::trim(child.text);
    } else if (child.is("appinfo")) {
      for (const Tag& inner : child.children) {
        if (!ours(inner, "field")) continue;
        bool* unordered = nullptr;
        if constexpr (requires { into.unordered; }) unordered = &into.unordered;
        field(inner, into.marks, into.own_class, into.code_table, unordered);
      }
    }
  }
}

template void Compiler::annotation<Attribute>(const Tag& tag, Attribute& into);

}  // namespace portage::schema::xsd
