#include <algorithm>
#include <array>
#include <charconv>

#include "gateway/base/text.h"
#include "gateway/schema/xsd/compile.h"

namespace portage::schema::xsd {
namespace {

struct Builtin {
  std::string_view name;
  Primitive primitive;
  Blanks blanks;
  std::string_view least, most;
};

constexpr auto P = Blanks::preserve;
constexpr auto C = Blanks::collapse;
constexpr std::array<Builtin, 32> kBuiltins = {{
    {"string", Primitive::text, P, "", ""},
    {"normalizedString", Primitive::text, Blanks::replace, "", ""},
    {"token", Primitive::text, C, "", ""},
    {"language", Primitive::language, C, "", ""},
    {"NMTOKEN", Primitive::nmtoken, C, "", ""},
    {"anyURI", Primitive::any_uri, C, "", ""},
    {"boolean", Primitive::boolean, C, "", ""},
    {"decimal", Primitive::decimal, C, "", ""},
    {"integer", Primitive::integer, C, "", ""},
    {"nonNegativeInteger", Primitive::integer, C, "0", ""},
    {"positiveInteger", Primitive::integer, C, "1", ""},
    {"nonPositiveInteger", Primitive::integer, C, "", "0"},
    {"negativeInteger", Primitive::integer, C, "", "-1"},
    {"long", Primitive::integer, C, "-9223372036854775808", "9223372036854775807"},
    {"int", Primitive::integer, C, "-2147483648", "2147483647"},
    {"short", Primitive::integer, C, "-32768", "32767"},
    {"byte", Primitive::integer, C, "-128", "127"},
    {"unsignedLong", Primitive::integer, C, "0", "18446744073709551615"},
    {"unsignedInt", Primitive::integer, C, "0", "4294967295"},
    {"unsignedShort", Primitive::integer, C, "0", "65535"},
    {"unsignedByte", Primitive::integer, C, "0", "255"},
    {"float", Primitive::floating, C, "", ""},
    {"double", Primitive::floating, C, "", ""},
    {"date", Primitive::date, C, "", ""},
    {"dateTime", Primitive::date_time, C, "", ""},
    {"time", Primitive::time, C, "", ""},
    {"gYear", Primitive::year, C, "", ""},
    {"gYearMonth", Primitive::year_month, C, "", ""},
    {"duration", Primitive::duration, C, "", ""},
    {"hexBinary", Primitive::hex, C, "", ""},
    {"base64Binary", Primitive::base64, C, "", ""},
    {"anySimpleType", Primitive::text, P, "", ""},
}};

bool textual(Primitive primitive) {
  return primitive == Primitive::text || primitive == Primitive::language ||
         primitive == Primitive::nmtoken || primitive == Primitive::any_uri;
}
bool is_true(std::string_view value) { return value == "true" || value == "1"; }
bool numeric(Primitive primitive) {
  return primitive == Primitive::decimal || primitive == Primitive::integer;
}

}  // namespace

const SimpleType* Compiler::builtin(const Tag& at, std::string_view name) {
  const std::string key = "{" + std::string(kXsd) + "}" + std::string(name);
  if (const auto made = simple_.find(key); made != simple_.end()) return made->second;
  const auto found = std::find_if(kBuiltins.begin(), kBuiltins.end(),
                                  [&](const Builtin& known) { return known.name == name; });
  if (found == kBuiltins.end()) {
    unsupported(at, "xs:" + std::string(name));
    return nullptr;
  }
  auto type = std::make_unique<SimpleType>();
  type->name = name;
  type->primitive = found->primitive;
  type->blanks = found->blanks;
  type->no_sign = name.starts_with("unsigned");
  if (!found->least.empty()) type->least = NumberLimit{std::string(found->least), true};
  if (!found->most.empty()) type->most = NumberLimit{std::string(found->most), true};
  model_.simple.push_back(std::move(type));
  return simple_[key] = model_.simple.back().get();
}

const SimpleType* Compiler::simple_named(const Tag& at, std::string_view attribute) {
  const std::string name = at.resolve(at.get(attribute));
  const std::string prefix = "{" + std::string(kXsd) + "}";
  if (name.starts_with(prefix)) return builtin(at, std::string_view(name).substr(prefix.size()));
  if (const auto made = simple_.find(name); made != simple_.end()) return made->second;
  const auto tag = simple_tags_.find(name);
  if (tag == simple_tags_.end()) {
    find("xsd.unknown_name", at, {{"name", std::string(at.get(attribute))}});
    return nullptr;
  }
  const SimpleType* made = simple_type(*tag->second, std::string(tag->second->get("name")));
  simple_[name] = made;
  return made;
}

const SimpleType* Compiler::simple_type(const Tag& tag, std::string name) {
  if (open_.contains(&tag) || depth_ > 100) {
    unsupported(tag, "a type derived from itself");
    return nullptr;
  }
  const Tag* narrowed = tag.child("restriction");
  if (narrowed == nullptr) {
    unsupported(tag, tag.child("list") ? "xs:list" : "xs:union");
    return nullptr;
  }
  open_.insert(&tag);
  ++depth_;
  const Tag* inner = narrowed->child("simpleType");
  const SimpleType* base =
      inner != nullptr ? simple_type(*inner, name) : simple_named(*narrowed, "base");
  --depth_;
  open_.erase(&tag);
  return base == nullptr ? nullptr : restriction(*narrowed, *base, std::move(name));
}

SimpleType* Compiler::restriction(const Tag& tag, const SimpleType& base, std::string name) {
  model_.simple.push_back(std::make_unique<SimpleType>(base));
  SimpleType& type = *model_.simple.back();
  type.name = std::move(name);
  std::string pattern;
  std::vector<std::string> values;
  for (const Tag& child : tag.children) {
    if (child.is("annotation") || child.is("simpleType") || child.is("attribute") ||
        child.is("attributeGroup")) {
      continue;
    }
    facet(child, type, pattern, values);
  }
  if (!values.empty()) type.values = std::move(values);
  if (!pattern.empty()) {
    auto compiled = Pattern::xsd(pattern);
    if (compiled) {
      type.patterns.push_back(*compiled);
    } else {
      base::Arguments arguments = compiled.error().arguments;
      arguments.emplace_back("pattern", pattern);
      find(compiled.error().code, tag, std::move(arguments));
    }
  }
  return &type;
}

void Compiler::facet(const Tag& tag, SimpleType& type, std::string& pattern,
                     std::vector<std::string>& values) {
  const std::string_view value = tag.get("value");
  const auto count = [&]() -> std::uint64_t {
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
    if (error != std::errc() || end != value.data() + value.size()) {
      find("xsd.facet", tag, {{"facet", tag.name}});
    }
    return number;
  };
  if (tag.is("enumeration")) {
    if (!textual(type.primitive) && !numeric(type.primitive)) {
      return unsupported(tag, "xs:enumeration of " + type.name);
    }
    values.emplace_back(value);
  } else if (tag.is("pattern")) {
    // Patterns of one step are alternatives; those of the steps before must match too.
    if (!pattern.empty()) pattern += '|';
    pattern += value;
  } else if (tag.is("length") || tag.is("minLength") || tag.is("maxLength")) {
    if (!textual(type.primitive)) return unsupported(tag, "the length of " + type.name);
    const std::uint64_t limit = count();
    if (!tag.is("maxLength")) type.min_length = limit;
    if (!tag.is("minLength")) type.max_length = limit;
  } else if (tag.is("whiteSpace")) {
    type.blanks = value == "preserve"  ? Blanks::preserve
                  : value == "replace" ? Blanks::replace
                                       : Blanks::collapse;
  } else if (tag.is("totalDigits")) {
    type.total_digits = count();
  } else if (tag.is("fractionDigits")) {
    type.fraction_digits = count();
  } else if (tag.is("minInclusive") || tag.is("minExclusive") || tag.is("maxInclusive") ||
             tag.is("maxExclusive")) {
    number_facet(tag, type);
  } else {
    unsupported(tag, "xs:" + tag.name);
  }
}

void Compiler::number_facet(const Tag& tag, SimpleType& type) {
  if (!numeric(type.primitive)) return unsupported(tag, "xs:" + tag.name + " of " + type.name);
  NumberLimit limit{std::string(base::trim(tag.get("value"))),
                    tag.is("minInclusive") || tag.is("maxInclusive")};
  if (!holds(*builtin(tag, "decimal"), limit.text, nullptr)) {
    return find("xsd.facet", tag, {{"facet", tag.name}});
  }
  (tag.is("minInclusive") || tag.is("minExclusive") ? type.least : type.most) = std::move(limit);
}

const ComplexType* Compiler::complex_named(const std::string& name, const Tag& at) {
  if (const auto made = complex_.find(name); made != complex_.end()) return made->second;
  const auto tag = complex_tags_.find(name);
  if (tag == complex_tags_.end()) {
    find("xsd.unknown_name", at, {{"name", name}});
    return nullptr;
  }
  model_.complex.push_back(std::make_unique<ComplexType>());
  ComplexType* type = model_.complex.back().get();
  complex_[name] = type;  // before it is filled: types may hold themselves
  type->name = tag->second->get("name");
  fill(*tag->second, *type);
  return type;
}

void Compiler::fill(const Tag& tag, ComplexType& type) {
  if (depth_ > 100) return unsupported(tag, "more than 100 types inside each other");
  ++depth_;
  open_.insert(&tag);
  if (is_true(tag.get("abstract"))) unsupported(tag, "abstract");
  type.mixed = is_true(tag.get("mixed"));
  Particle content;
  body(tag, type, content);
  type.content = std::move(content);
  finish(tag, type);
  open_.erase(&tag);
  --depth_;
}

// What stands in a complexType, or in an extension of one.
void Compiler::body(const Tag& tag, ComplexType& type, Particle& content) {
  for (const Tag& child : tag.children) {
    if (child.is("annotation")) continue;
    if (child.is("simpleContent")) {
      simple_content(child, type);
    } else if (child.is("complexContent")) {
      if (is_true(child.get("mixed"))) type.mixed = true;
      const Tag* extension = child.child("extension");
      if (extension == nullptr) {
        unsupported(child, "xs:restriction of complex content");
        continue;
      }
      const std::string name = extension->resolve(extension->get("base"));
      const auto base = complex_tags_.find(name);
      if (base != complex_tags_.end() && open_.contains(base->second)) {
        unsupported(child, "a type derived from itself");
        continue;
      }
      if (const ComplexType* known = complex_named(name, *extension)) {
        type.attributes = known->attributes;
        type.text = known->text;
        type.mixed = type.mixed || known->mixed;
        content.parts.push_back(known->content);
      }
      Particle own;
      body(*extension, type, own);
      content.parts.push_back(std::move(own));
    } else if (child.is("attribute") || child.is("attributeGroup")) {
      attributes(child, type);
    } else {
      Particle inner;
      if (particle(child, inner)) content.parts.push_back(std::move(inner));
    }
  }
}

void Compiler::simple_content(const Tag& tag, ComplexType& type) {
  const Tag* extension = tag.child("extension");
  if (extension == nullptr) return unsupported(tag, "xs:restriction of simple content");
  const std::string name = extension->resolve(extension->get("base"));
  if (complex_tags_.contains(name)) {
    if (const ComplexType* base = complex_named(name, *extension)) {
      type.text = base->text;
      type.attributes = base->attributes;
    }
  } else {
    type.text = simple_named(*extension, "base");
  }
  for (const Tag& child : extension->children) {
    if (!child.is("annotation")) attributes(child, type);
  }
}

void Compiler::attributes(const Tag& tag, ComplexType& type) {
  if (tag.is("attribute")) return attribute(tag, type);
  if (!tag.is("attributeGroup")) return unsupported(tag, "xs:" + tag.name);
  const auto found = attribute_group_tags_.find(tag.resolve(tag.get("ref")));
  if (found == attribute_group_tags_.end()) {
    return find("xsd.unknown_name", tag, {{"name", std::string(tag.get("ref"))}});
  }
  if (!open_.insert(found->second).second) return unsupported(tag, "a group inside itself");
  for (const Tag& child : found->second->children) {
    if (!child.is("annotation")) attributes(child, type);
  }
  open_.erase(found->second);
}

void Compiler::attribute(const Tag& tag, ComplexType& type) {
  if (tag.get("use") == "prohibited") return;
  const Tag* declared = &tag;
  if (tag.has("ref")) {
    const auto found = attribute_tags_.find(tag.resolve(tag.get("ref")));
    if (found == attribute_tags_.end()) {
      return unsupported(tag, "the attribute " + std::string(tag.get("ref")));
    }
    declared = found->second;
  }
  Attribute made;
  const std::string_view form =
      declared->has("form") ? declared->get("form") : schema_.get("attributeFormDefault");
  const std::string local(declared->get("name"));
  made.member = "@" + (tag.has("ref") || form == "qualified" ? qualified(local) : local);
  made.required = tag.get("use") == "required";
  made.line = tag.line;
  for (const Tag* from : {declared, &tag}) {
    if (from->has("fixed")) made.fixed = std::string(from->get("fixed"));
  }
  annotation(*declared, made);
  if (declared != &tag) annotation(tag, made);
  if (const Tag* inner = declared->child("simpleType"))
    made.type = simple_type(*inner, local);
  else if (declared->has("type"))
    made.type = simple_named(*declared, "type");
  else
    made.type = builtin(*declared, "anySimpleType");
  type.attributes.push_back(std::move(made));
}

void Compiler::finish(const Tag& tag, ComplexType& type) {
  std::size_t position = 0;
  assign_slots(type.content, type, tag, false, false, 1, position);
  type.empty = type.slots.empty();
  const std::vector<std::uint64_t> nothing(type.slots.size(), 0);
  type.may_be_empty = times(type.content, nothing.data()).has(1);
}

}  // namespace portage::schema::xsd
