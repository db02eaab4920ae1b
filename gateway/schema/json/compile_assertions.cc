// The keywords that hold no schemas: types, values, limits, patterns, formats.
#include <algorithm>

#include "gateway/base/text.h"
#include "gateway/schema/json/compile.h"

namespace portage::schema::json {

using record::Kind;
using record::Value;

namespace {

std::uint8_t type_bit(std::string_view name) {
  if (name == "null") return kNull;
  if (name == "boolean") return kBoolean;
  if (name == "number") return kNumber;
  if (name == "integer") return kInteger;
  if (name == "string") return kText;
  if (name == "array") return kList;
  if (name == "object") return kGroup;
  return 0;
}

std::unique_ptr<Values> values_of(std::vector<const Value*> any, bool constant) {
  auto values = std::make_unique<Values>();
  values->constant = constant;
  values->only_texts = true;
  for (const Value* value : any) {
    if (value->is(Kind::text))
      values->texts.push_back(value->as_text());
    else
      values->only_texts = false;
  }
  std::sort(values->texts.begin(), values->texts.end());
  values->any = std::move(any);
  return values;
}

}  // namespace

std::optional<std::uint64_t> Compiler::count(std::string_view name, const Value& value,
                                             const Node& node) {
  if (value.is(Kind::number)) {
    const Decimal decimal = Decimal::from(value.as_text());
    if (decimal.integer() && (decimal.zero() || !decimal.negative())) {
      const auto small = decimal.as_int64();
      return small ? static_cast<std::uint64_t>(*small) : UINT64_MAX;
    }
  }
  wrong(name, "whole number from 0", value, node);
  return std::nullopt;
}

std::optional<Limit> Compiler::limit(std::string_view name, const Value& value, const Node& node) {
  if (!value.is(Kind::number)) {
    wrong(name, "number", value, node);
    return std::nullopt;
  }
  Limit made;
  made.digits = value.as_text();
  made.decimal = Decimal::from(made.digits);
  made.small = made.decimal.as_int64();
  return made;
}

std::shared_ptr<const Pattern> Compiler::pattern(std::string_view source, std::uint32_t at,
                                                 const Node& node) {
  auto compiled = Pattern::ecma(source);
  if (compiled) return *compiled;
  base::Arguments arguments = compiled.error().arguments;
  arguments.emplace_back("pattern", std::string(source));
  registry_.find(base::Severity::error, compiled.error().code, *node.resource->source, at,
                 std::move(arguments));
  return nullptr;
}

bool Compiler::texts(std::string_view name, const Value& value, const Node& node,
                     std::vector<std::string_view>& into) {
  if (!value.is(Kind::list)) {
    wrong(name, "list of strings", value, node);
    return false;
  }
  for (const Value& item : value.items()) {
    if (!item.is(Kind::text)) {
      wrong(name, "list of strings", item, node);
      return false;
    }
    into.push_back(item.as_text());
  }
  return true;
}

void Compiler::types(const Value& value, Node& node) {
  std::uint8_t bits = 0;
  const auto add = [&](const Value& name) {
    const std::uint8_t bit = name.is(Kind::text) ? type_bit(name.as_text()) : 0;
    if (bit == 0) {
      wrong("type", "null, boolean, number, integer, string, array, object", name, node);
    }
    bits = static_cast<std::uint8_t>(bits | bit);
  };
  if (value.is(Kind::list)) {
    if (value.size() == 0) wrong("type", "list of types", value, node);
    for (const Value& item : value.items()) add(item);
  } else {
    add(value);
  }
  node.types = bits;
}

void Compiler::enumeration(const Value& value, Node& node) {
  if (!value.is(Kind::list)) return wrong("enum", "list", value, node);
  std::vector<const Value*> any;
  for (const Value& item : value.items()) any.push_back(&item);
  node.values = values_of(std::move(any), false);
}

void Compiler::assertion(std::string_view name, const Value& value, Node& node) {
  const Dialect& dialect = node.resource->dialect;
  if (name == "format") {
    if (!value.is(Kind::text)) return wrong(name, "string", value, node);
    const FormatCheck check = format_check(value.as_text());
    if (check == nullptr) {
      if (!node.resource->source->ours) return;
      const auto known = format_names();
      const std::vector<std::string> names(known.begin(), known.end());
      registry_.find(base::Severity::warning, "schema.unknown_format", *node.resource->source,
                     value.at(), {{"format", std::string(value.as_text())}},
                     base::nearest(value.as_text(), names).value_or(""));
      return;
    }
    if (!assert_formats_ && !dialect.format_assertion) return;
    text(node).format = check;
    text(node).format_name = value.as_text();
    return;
  }
  if (!dialect.validation) return;
  if (name == "type") return types(value, node);
  if (name == "enum") return enumeration(value, node);
  if (name == "const") {
    node.constant = values_of({&value}, true);
    return;
  }
  if (name == "pattern") {
    if (!value.is(Kind::text)) return wrong(name, "string", value, node);
    text(node).pattern = pattern(value.as_text(), value.at(), node);
    return;
  }
  if (name == "uniqueItems") {
    if (!value.is(Kind::boolean)) return wrong(name, "boolean", value, node);
    if (value.as_bool()) list(node).unique = true;
    return;
  }
  if (name == "dependentRequired") {
    if (!value.is(Kind::group)) return wrong(name, "object of lists", value, node);
    for (const record::Member& member : value.members()) {
      Dependency dependency;
      dependency.name = member.name;
      if (texts(name, member.value, node, dependency.required)) {
        group(node).dependencies.push_back(std::move(dependency));
      }
    }
    return;
  }
  const auto counted = [&](std::string_view wanted, auto rules, auto field) {
    if (name != wanted) return;
    if (const auto number_of = count(name, value, node)) (this->*rules)(node).*field = *number_of;
  };
  counted("minLength", &Compiler::text, &TextRules::min_length);
  counted("maxLength", &Compiler::text, &TextRules::max_length);
  counted("minItems", &Compiler::list, &ListRules::min_items);
  counted("maxItems", &Compiler::list, &ListRules::max_items);
  counted("minContains", &Compiler::list, &ListRules::min_contains);
  counted("maxContains", &Compiler::list, &ListRules::max_contains);
  counted("minProperties", &Compiler::group, &GroupRules::min_members);
  counted("maxProperties", &Compiler::group, &GroupRules::max_members);
  const auto limited = [&](std::string_view wanted, auto field) {
    if (name != wanted) return;
    if (auto made = limit(name, value, node)) number(node).*field = *made;
  };
  limited("minimum", &NumberRules::minimum);
  limited("maximum", &NumberRules::maximum);
  limited("exclusiveMinimum", &NumberRules::above);
  limited("exclusiveMaximum", &NumberRules::below);
  limited("multipleOf", &NumberRules::multiple_of);
  if (name == "multipleOf" && node.number && node.number->multiple_of) {
    const Decimal& divisor = node.number->multiple_of->decimal;
    if (divisor.zero() || divisor.negative() || divisor.significant_digits() > 100) {
      wrong(name, "number above 0 of at most 100 digits", value, node);
      node.number->multiple_of.reset();
    }
  }
}

}  // namespace portage::schema::json
