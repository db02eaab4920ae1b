// The meta-schemas that a schema may refer to: what a schema of each draft looks like, in our own
// words and under their public addresses. Loading a schema does not use them (the compiler says
// more precisely what is wrong and where).
#include "gateway/schema/json/registry.h"

namespace portage::schema::json {
namespace {

constexpr std::string_view kDraft07Text = R"json({
"$schema": "http://json-schema.org/draft-07/schema#", "$id": "http://json-schema.org/draft-07/schema#",
"definitions": {
  "schemaArray": {"type": "array", "minItems": 1, "items": {"$ref": "#"}},
  "nonNegativeInteger": {"type": "integer", "minimum": 0},
  "simpleTypes": {"enum": ["array", "boolean", "integer", "null", "number", "object", "string"]},
  "stringArray": {"type": "array", "items": {"type": "string"}, "uniqueItems": true},
  "schemas": {"type": "object", "additionalProperties": {"$ref": "#"}}
},
"type": ["object", "boolean"],
"properties": {
  "$id": {"type": "string", "format": "uri-reference"}, "$schema": {"type": "string", "format": "uri"},
  "$ref": {"type": "string", "format": "uri-reference"}, "$comment": {"type": "string"},
  "title": {"type": "string"}, "description": {"type": "string"}, "default": true,
  "readOnly": {"type": "boolean"}, "writeOnly": {"type": "boolean"}, "examples": {"type": "array"},
  "multipleOf": {"type": "number", "exclusiveMinimum": 0},
  "maximum": {"type": "number"}, "exclusiveMaximum": {"type": "number"},
  "minimum": {"type": "number"}, "exclusiveMinimum": {"type": "number"},
  "maxLength": {"$ref": "#/definitions/nonNegativeInteger"},
  "minLength": {"$ref": "#/definitions/nonNegativeInteger"},
  "pattern": {"type": "string", "format": "regex"},
  "additionalItems": {"$ref": "#"},
  "items": {"anyOf": [{"$ref": "#"}, {"$ref": "#/definitions/schemaArray"}]},
  "maxItems": {"$ref": "#/definitions/nonNegativeInteger"},
  "minItems": {"$ref": "#/definitions/nonNegativeInteger"},
  "uniqueItems": {"type": "boolean"}, "contains": {"$ref": "#"},
  "maxProperties": {"$ref": "#/definitions/nonNegativeInteger"},
  "minProperties": {"$ref": "#/definitions/nonNegativeInteger"},
  "required": {"$ref": "#/definitions/stringArray"},
  "additionalProperties": {"$ref": "#"},
  "definitions": {"$ref": "#/definitions/schemas"}, "properties": {"$ref": "#/definitions/schemas"},
  "patternProperties": {"$ref": "#/definitions/schemas", "propertyNames": {"format": "regex"}},
  "dependencies": {"type": "object",
    "additionalProperties": {"anyOf": [{"$ref": "#"}, {"$ref": "#/definitions/stringArray"}]}},
  "propertyNames": {"$ref": "#"}, "const": true, "enum": {"type": "array", "items": true},
  "type": {"anyOf": [{"$ref": "#/definitions/simpleTypes"},
    {"type": "array", "items": {"$ref": "#/definitions/simpleTypes"}, "minItems": 1, "uniqueItems": true}]},
  "format": {"type": "string"}, "contentMediaType": {"type": "string"},
  "contentEncoding": {"type": "string"},
  "if": {"$ref": "#"}, "then": {"$ref": "#"}, "else": {"$ref": "#"},
  "allOf": {"$ref": "#/definitions/schemaArray"}, "anyOf": {"$ref": "#/definitions/schemaArray"},
  "oneOf": {"$ref": "#/definitions/schemaArray"}, "not": {"$ref": "#"}
}})json";

constexpr std::string_view kSchema2020 = R"json({
"$schema": "https://json-schema.org/draft/2020-12/schema",
"$id": "https://json-schema.org/draft/2020-12/schema",
"$vocabulary": {
  "https://json-schema.org/draft/2020-12/vocab/core": true,
  "https://json-schema.org/draft/2020-12/vocab/applicator": true,
  "https://json-schema.org/draft/2020-12/vocab/unevaluated": true,
  "https://json-schema.org/draft/2020-12/vocab/validation": true,
  "https://json-schema.org/draft/2020-12/vocab/meta-data": true,
  "https://json-schema.org/draft/2020-12/vocab/format-annotation": true,
  "https://json-schema.org/draft/2020-12/vocab/content": true
},
"$dynamicAnchor": "meta",
"allOf": [{"$ref": "meta/core"}, {"$ref": "meta/applicator"}, {"$ref": "meta/unevaluated"},
  {"$ref": "meta/validation"}, {"$ref": "meta/meta-data"}, {"$ref": "meta/format-annotation"},
  {"$ref": "meta/content"}],
"type": ["object", "boolean"],
"properties": {
  "definitions": {"type": "object", "additionalProperties": {"$dynamicRef": "#meta"}},
  "dependencies": {"type": "object", "additionalProperties":
    {"anyOf": [{"$dynamicRef": "#meta"}, {"$ref": "meta/validation#/$defs/stringArray"}]}},
  "$recursiveAnchor": {"$ref": "meta/core#/$defs/anchorString"},
  "$recursiveRef": {"$ref": "meta/core#/$defs/uriReferenceString"}
}})json";

constexpr std::string_view kCore = R"json({
"$schema": "https://json-schema.org/draft/2020-12/schema",
"$id": "https://json-schema.org/draft/2020-12/meta/core", "$dynamicAnchor": "meta",
"type": ["object", "boolean"],
"properties": {
  "$id": {"$ref": "#/$defs/uriReferenceString", "pattern": "^[^#]*#?$"},
  "$schema": {"$ref": "#/$defs/uriString"}, "$ref": {"$ref": "#/$defs/uriReferenceString"},
  "$anchor": {"$ref": "#/$defs/anchorString"}, "$dynamicRef": {"$ref": "#/$defs/uriReferenceString"},
  "$dynamicAnchor": {"$ref": "#/$defs/anchorString"},
  "$vocabulary": {"type": "object", "propertyNames": {"$ref": "#/$defs/uriString"},
    "additionalProperties": {"type": "boolean"}},
  "$comment": {"type": "string"},
  "$defs": {"type": "object", "additionalProperties": {"$dynamicRef": "#meta"}}
},
"$defs": {
  "anchorString": {"type": "string", "pattern": "^[A-Za-z_][-A-Za-z0-9._]*$"},
  "uriString": {"type": "string", "format": "uri"},
  "uriReferenceString": {"type": "string", "format": "uri-reference"}
}})json";

constexpr std::string_view kApplicator = R"json({
"$schema": "https://json-schema.org/draft/2020-12/schema",
"$id": "https://json-schema.org/draft/2020-12/meta/applicator", "$dynamicAnchor": "meta",
"type": ["object", "boolean"],
"properties": {
  "prefixItems": {"$ref": "#/$defs/schemaArray"}, "items": {"$dynamicRef": "#meta"},
  "contains": {"$dynamicRef": "#meta"}, "additionalProperties": {"$dynamicRef": "#meta"},
  "properties": {"$ref": "#/$defs/schemas"},
  "patternProperties": {"$ref": "#/$defs/schemas", "propertyNames": {"format": "regex"}},
  "dependentSchemas": {"$ref": "#/$defs/schemas"}, "propertyNames": {"$dynamicRef": "#meta"},
  "if": {"$dynamicRef": "#meta"}, "then": {"$dynamicRef": "#meta"}, "else": {"$dynamicRef": "#meta"},
  "allOf": {"$ref": "#/$defs/schemaArray"}, "anyOf": {"$ref": "#/$defs/schemaArray"},
  "oneOf": {"$ref": "#/$defs/schemaArray"}, "not": {"$dynamicRef": "#meta"}
},
"$defs": {
  "schemaArray": {"type": "array", "minItems": 1, "items": {"$dynamicRef": "#meta"}},
  "schemas": {"type": "object", "additionalProperties": {"$dynamicRef": "#meta"}}
}})json";

constexpr std::string_view kUnevaluated = R"json({
"$schema": "https://json-schema.org/draft/2020-12/schema",
"$id": "https://json-schema.org/draft/2020-12/meta/unevaluated", "$dynamicAnchor": "meta",
"type": ["object", "boolean"],
"properties": {"unevaluatedItems": {"$dynamicRef": "#meta"},
  "unevaluatedProperties": {"$dynamicRef": "#meta"}}})json";

constexpr std::string_view kValidation = R"json({
"$schema": "https://json-schema.org/draft/2020-12/schema",
"$id": "https://json-schema.org/draft/2020-12/meta/validation", "$dynamicAnchor": "meta",
"type": ["object", "boolean"],
"properties": {
  "type": {"anyOf": [{"$ref": "#/$defs/simpleTypes"},
    {"type": "array", "items": {"$ref": "#/$defs/simpleTypes"}, "minItems": 1, "uniqueItems": true}]},
  "const": true, "enum": {"type": "array"},
  "multipleOf": {"type": "number", "exclusiveMinimum": 0},
  "maximum": {"type": "number"}, "exclusiveMaximum": {"type": "number"},
  "minimum": {"type": "number"}, "exclusiveMinimum": {"type": "number"},
  "maxLength": {"$ref": "#/$defs/nonNegativeInteger"}, "minLength": {"$ref": "#/$defs/nonNegativeInteger"},
  "pattern": {"type": "string", "format": "regex"},
  "maxItems": {"$ref": "#/$defs/nonNegativeInteger"}, "minItems": {"$ref": "#/$defs/nonNegativeInteger"},
  "uniqueItems": {"type": "boolean"},
  "maxContains": {"$ref": "#/$defs/nonNegativeInteger"},
  "minContains": {"$ref": "#/$defs/nonNegativeInteger"},
  "maxProperties": {"$ref": "#/$defs/nonNegativeInteger"},
  "minProperties": {"$ref": "#/$defs/nonNegativeInteger"},
  "required": {"$ref": "#/$defs/stringArray"},
  "dependentRequired": {"type": "object", "additionalProperties": {"$ref": "#/$defs/stringArray"}}
},
"$defs": {
  "nonNegativeInteger": {"type": "integer", "minimum": 0},
  "simpleTypes": {"enum": ["array", "boolean", "integer", "null", "number", "object", "string"]},
  "stringArray": {"type": "array", "items": {"type": "string"}, "uniqueItems": true}
}})json";

constexpr std::string_view kMetaData = R"json({
"$schema": "https://json-schema.org/draft/2020-12/schema",
"$id": "https://json-schema.org/draft/2020-12/meta/meta-data", "$dynamicAnchor": "meta",
"type": ["object", "boolean"],
"properties": {"title": {"type": "string"}, "description": {"type": "string"}, "default": true,
  "deprecated": {"type": "boolean"}, "readOnly": {"type": "boolean"}, "writeOnly": {"type": "boolean"},
  "examples": {"type": "array"}}})json";

constexpr std::string_view kFormatAnnotation = R"json({
"$schema": "https://json-schema.org/draft/2020-12/schema",
"$id": "https://json-schema.org/draft/2020-12/meta/format-annotation", "$dynamicAnchor": "meta",
"type": ["object", "boolean"], "properties": {"format": {"type": "string"}}})json";

constexpr std::string_view kFormatAssertion = R"json({
"$schema": "https://json-schema.org/draft/2020-12/schema",
"$id": "https://json-schema.org/draft/2020-12/meta/format-assertion", "$dynamicAnchor": "meta",
"type": ["object", "boolean"], "properties": {"format": {"type": "string"}}})json";

constexpr std::string_view kContent = R"json({
"$schema": "https://json-schema.org/draft/2020-12/schema",
"$id": "https://json-schema.org/draft/2020-12/meta/content", "$dynamicAnchor": "meta",
"type": ["object", "boolean"],
"properties": {"contentEncoding": {"type": "string"}, "contentMediaType": {"type": "string"},
  "contentSchema": {"$dynamicRef": "#meta"}}})json";

}  // namespace

std::string_view meta_schema(std::string_view uri) {
  if (uri == "http://json-schema.org/draft-07/schema") return kDraft07Text;
  constexpr std::string_view kBase = "https://json-schema.org/draft/2020-12/";
  if (!uri.starts_with(kBase)) return {};
  uri.remove_prefix(kBase.size());
  if (uri == "schema") return kSchema2020;
  if (uri == "meta/core") return kCore;
  if (uri == "meta/applicator") return kApplicator;
  if (uri == "meta/unevaluated") return kUnevaluated;
  if (uri == "meta/validation") return kValidation;
  if (uri == "meta/meta-data") return kMetaData;
  if (uri == "meta/format-annotation") return kFormatAnnotation;
  if (uri == "meta/format-assertion") return kFormatAssertion;
  if (uri == "meta/content") return kContent;
  return {};
}

}  // namespace portage::schema::json
