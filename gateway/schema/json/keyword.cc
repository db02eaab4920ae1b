#include <algorithm>
#include <array>

#include "gateway/schema/json/registry.h"

namespace portage::schema::json {
namespace {

constexpr auto N = Holds::nothing;
constexpr auto S = Holds::schema;
constexpr auto L = Holds::schemas;
constexpr auto M = Holds::schemas_by_name;
constexpr std::uint8_t k07 = 1, k19 = 2, k20 = 4;
constexpr std::uint8_t kOld = k07 | k19, kNew = k19 | k20, kAll = k07 | k19 | k20;

constexpr std::uint8_t bit_of(Draft draft) {
  return draft == Draft::draft_07 ? k07 : draft == Draft::draft_2019_09 ? k19 : k20;
}

constexpr std::array<Keyword, 64> kKeywords = {{
    {"$anchor", N, kNew},
    {"$comment", N, kAll},
    {"$defs", M, kNew},
    {"$dynamicAnchor", N, k20},
    {"$dynamicRef", N, k20},
    {"$id", N, kAll},
    {"$recursiveAnchor", N, k19},
    {"$recursiveRef", N, k19},
    {"$ref", N, kAll},
    {"$schema", N, kAll},
    {"$vocabulary", N, kNew},
    {"additionalItems", S, kOld},
    {"additionalProperties", S, kAll},
    {"allOf", L, kAll},
    {"anyOf", L, kAll},
    {"const", N, kAll},
    {"contains", S, kAll},
    {"contentEncoding", N, kAll},
    {"contentMediaType", N, kAll},
    {"contentSchema", S, kNew},
    {"default", N, kAll},
    {"definitions", M, kAll},
    {"dependencies", Holds::dependencies, kAll},
    {"dependentRequired", N, kNew},
    {"dependentSchemas", M, kNew},
    {"deprecated", N, kNew},
    {"description", N, kAll},
    {"else", S, kAll},
    {"enum", N, kAll},
    {"examples", N, kAll},
    {"exclusiveMaximum", N, kAll},
    {"exclusiveMinimum", N, kAll},
    {"format", N, kAll},
    {"if", S, kAll},
    {"items", Holds::items, kOld},
    {"items", S, k20},
    {"maxContains", N, kNew},
    {"maxItems", N, kAll},
    {"maxLength", N, kAll},
    {"maxProperties", N, kAll},
    {"maximum", N, kAll},
    {"minContains", N, kNew},
    {"minItems", N, kAll},
    {"minLength", N, kAll},
    {"minProperties", N, kAll},
    {"minimum", N, kAll},
    {"multipleOf", N, kAll},
    {"not", S, kAll},
    {"oneOf", L, kAll},
    {"pattern", N, kAll},
    {"patternProperties", M, kAll},
    {"portage", N, kAll},
    {"prefixItems", L, k20},
    {"properties", M, kAll},
    {"propertyNames", S, kAll},
    {"readOnly", N, kAll},
    {"required", N, kAll},
    {"then", S, kAll},
    {"title", N, kAll},
    {"type", N, kAll},
    {"unevaluatedItems", S, kNew},
    {"unevaluatedProperties", S, kNew},
    {"uniqueItems", N, kAll},
    {"writeOnly", N, kAll},
}};

bool in(const Keyword& keyword, Draft draft) {
  return !keyword.name.empty() && (keyword.drafts & bit_of(draft)) != 0;
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
