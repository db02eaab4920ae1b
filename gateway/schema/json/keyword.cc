#include <algorithm>
#include <array>

#include "gateway/schema/json/registry.h"

namespace portage::schema::json {
namespace {

constexpr auto N = Holds::nothing;
constexpr auto S = Holds::schema;
constexpr auto L = Holds::schemas;
constexpr auto M = Holds::schemas_by_name;

constexpr std::array<Keyword, 62> kKeywords = {{
    {"$anchor", N, false, true},
    {"$comment", N, true, true},
    {"$defs", M, false, true},
    {"$dynamicAnchor", N, false, true},
    {"$dynamicRef", N, false, true},
    {"$id", N, true, true},
    {"$ref", N, true, true},
    {"$schema", N, true, true},
    {"$vocabulary", N, false, true},
    {"additionalItems", S, true, false},
    {"additionalProperties", S, true, true},
    {"allOf", L, true, true},
    {"anyOf", L, true, true},
    {"const", N, true, true},
    {"contains", S, true, true},
    {"contentEncoding", N, true, true},
    {"contentMediaType", N, true, true},
    {"contentSchema", S, false, true},
    {"default", N, true, true},
    {"definitions", M, true, true},
    {"dependencies", Holds::dependencies, true, false},
    {"dependentRequired", N, false, true},
    {"dependentSchemas", M, false, true},
    {"deprecated", N, false, true},
    {"description", N, true, true},
    {"else", S, true, true},
    {"enum", N, true, true},
    {"examples", N, true, true},
    {"exclusiveMaximum", N, true, true},
    {"exclusiveMinimum", N, true, true},
    {"format", N, true, true},
    {"if", S, true, true},
    {"items", Holds::items, true, false},
    {"items", S, false, true},
    {"maxContains", N, false, true},
    {"maxItems", N, true, true},
    {"maxLength", N, true, true},
    {"maxProperties", N, true, true},
    {"maximum", N, true, true},
    {"minContains", N, false, true},
    {"minItems", N, true, true},
    {"minLength", N, true, true},
    {"minProperties", N, true, true},
    {"minimum", N, true, true},
    {"multipleOf", N, true, true},
    {"not", S, true, true},
    {"oneOf", L, true, true},
    {"pattern", N, true, true},
    {"patternProperties", M, true, true},
    {"portage", N, true, true},
    {"prefixItems", L, false, true},
    {"properties", M, true, true},
    {"propertyNames", S, true, true},
    {"readOnly", N, true, true},
    {"required", N, true, true},
    {"then", S, true, true},
    {"title", N, true, true},
    {"type", N, true, true},
    {"unevaluatedItems", S, false, true},
    {"unevaluatedProperties", S, false, true},
    {"uniqueItems", N, true, true},
    {"writeOnly", N, true, true},
}};

bool in(const Keyword& keyword, Draft draft) {
  return !keyword.name.empty() &&
         (draft == Draft::draft_07 ? keyword.draft_07 : keyword.draft_2020_12);
}

}  // namespace

const Keyword* keyword(std::string_view name, Draft draft) {
  const auto found = std::find_if(
      kKeywords.begin(), kKeywords.end(),
      [&](const Keyword& candidate) { return candidate.name == name && in(candidate, draft); });
  return found == kKeywords.end() ? nullptr : &*found;
}

std::vector<std::string> keyword_names(Draft draft) {
  std::vector<std::string> names;
  for (const Keyword& candidate : kKeywords) {
    if (in(candidate, draft)) names.emplace_back(candidate.name);
  }
  return names;
}

}  // namespace portage::schema::json
