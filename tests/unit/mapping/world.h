// A small world for the tests of the mapping language: one canonical record, a table and a tree of
// a party.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "gateway/base/catalogue.h"
#include "gateway/format/format.h"
#include "gateway/mapping/mapping.h"

namespace portage::mapping::testing {

inline constexpr std::string_view kOurs = R"json({
  "$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "person@1",
  "title": "A person", "description": "A person.", "portage": {"class": "personal"},
  "type": "object", "additionalProperties": false,
  "required": ["id", "name", "born", "seen"],
  "properties": {
    "id": {"type": "string", "minLength": 1, "maxLength": 40, "portage": {"key": true}},
    "name": {"type": "object", "additionalProperties": false, "required": ["family"], "properties": {
      "family": {"type": "string", "pattern": "^[A-Z][a-z]*$", "maxLength": 30},
      "given": {"type": "string", "minLength": 1, "maxLength": 30}}},
    "born": {"type": "string", "format": "date"},
    "lang": {"type": "string", "enum": ["en", "fr", "und"]},
    "active": {"type": "boolean"},
    "cents": {"type": "integer", "minimum": 0, "maximum": 100000},
    "postal": {"type": "string", "format": "postal"},
    "remark": {"type": "string", "minLength": 1, "maxLength": 10},
    "nick": {"type": ["string", "null"], "maxLength": 20},
    "needs": {"type": "array", "items": {"type": "string", "enum": ["work", "home", "other"]}},
    "tags": {"type": "array", "items": {"type": "string", "minLength": 1}},
    "phones": {"type": "array", "portage": {"unordered": true}, "items": {"type": "object",
      "additionalProperties": false, "required": ["kind", "number"], "properties": {
        "kind": {"type": "string", "enum": ["home", "cell"]},
        "number": {"type": "string", "format": "phone"}}}},
    "seen": {"type": "string", "format": "date-time", "portage": {"date": true}}
  }})json";

inline constexpr std::string_view kTree = R"json({
  "$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "acme/tree@1",
  "title": "Acme's tree", "description": "Acme's tree.", "portage": {"class": "personal"},
  "type": "object", "additionalProperties": false, "required": ["Ref", "Born", "Seen", "Who"],
  "properties": {
    "Ref": {"type": "string", "minLength": 1, "maxLength": 40},
    "Who": {"type": "object", "additionalProperties": false, "required": ["Last"], "properties": {
      "Last": {"type": "string", "minLength": 1, "maxLength": 30},
      "First": {"type": "string", "minLength": 1, "maxLength": 30}}},
    "Born": {"type": "string", "minLength": 8, "maxLength": 10},
    "Lang": {"type": "string", "enum": ["E", "F", "X"]},
    "Active": {"type": "string", "enum": ["Y", "N"]},
    "Amount": {"type": "string", "minLength": 1, "maxLength": 12},
    "Count": {"type": "integer", "minimum": 0},
    "Postal": {"type": "string", "minLength": 1, "maxLength": 10},
    "Remark": {"type": ["string", "null"], "minLength": 1, "maxLength": 200},
    "Needs": {"type": "string", "minLength": 1, "maxLength": 80},
    "Tags": {"type": "array", "items": {"type": "string", "minLength": 1}},
    "Phones": {"type": "array", "items": {"type": "object", "additionalProperties": false,
      "required": ["Use", "Number"], "properties": {
        "Use": {"type": "string", "enum": ["H", "C"]},
        "Number": {"type": "string", "minLength": 7, "maxLength": 20}}}},
    "Source": {"type": "string", "enum": ["PORTAGE", "OTHER"]},
    "Seen": {"type": "string", "format": "date-time"}
  }})json";

inline constexpr std::string_view kNeedTable =
    "ours,theirs,way,label_en,label_fr,valid_from,valid_until\n"
    "work,W,both,Work,Travail,,\nhome,H,both,Home,Logis,,2023-12-31\nhome,L,both,Home,Logis,2024-"
    "01-01,\n"
    "other,O,both,Other,Autre,,\nwork,J,in,Job,Emploi,,\n";

struct TestWorld {
  TestWorld() {
    load(schema::load_json_schema(kOurs, "person@1.schema.json", {}));
    load(schema::load_json_schema(kTree, "tree@1.schema.json", {}));
    directory::LoadedTable table = directory::load_table("need", kNeedTable, "need.csv");
    for (const base::Finding& f : table.findings) ADD_FAILURE() << f.code;
    if (table.table) tables.emplace("need", std::move(*table.table));
    world.schema = [this](std::string_view name) { return schemas.find(name); };
    world.table = [this](std::string_view name) -> const directory::CodeTable* {
      const auto it = tables.find(name);
      return it == tables.end() ? nullptr : &it->second;
    };
  }
  void load(const schema::Loaded& loaded) {
    for (const base::Finding& f : loaded.findings)
      ADD_FAILURE() << f.code << " " << f.place.pointer;
    ASSERT_TRUE(loaded.schema);
    schemas.add(loaded.schema);
  }
  schema::SchemaSet schemas;
  std::map<std::string, directory::CodeTable, std::less<>> tables;
  World world;
};

inline const TestWorld& test_world() {
  static const TestWorld kWorld;
  return kWorld;
}

inline constexpr std::string_view kHeader =
    "mapping acme/tree 1\nours person@1\ntheirs acme/tree@1\neffective 2020-01-01 ..\n"
    "dated Seen | datetime | day \"America/Toronto\"\n";
// Rules that make a whole map; a test leaves one out, or puts another in its place, by its first
// word.
inline const std::map<std::string, std::string> kRules = {
    {"id", "id <-> Ref"},
    {"family", "name.family <-> Who.Last"},
    {"given", "name.given <-> Who.First"},
    {"born", "born <-> Born | date \"dd/MM/yyyy\""},
    {"lang", "lang <-> Lang | code { \"en\" <-> \"E\", \"fr\" <-> \"F\", \"und\" <-> \"X\" }"},
    {"active", "active <-> Active | code { true <-> \"Y\", false <-> \"N\" }"},
    {"cents", "cents <-> Amount | cents"},
    {"count", "count(phones) <-> Count"},
    {"postal", "postal <-> Postal | postal"},
    {"remark", "remark <-> Remark | nothing null"},
    {"needs", "needs <-> Needs | split \";\" | each (code need)"},
    {"tags", "tags <-> Tags"},
    {"phones",
     "each phones <-> Phones {\n  kind <-> Use | code { \"home\" <-> \"H\", \"cell\" <-> \"C\" }\n"
     "  number <-> Number | phone\n}"},
    {"source", "\"PORTAGE\" -> Source"},
    {"seen", "seen <-> Seen"},
    {"ignores",
     "ignore ours nick because \"no place\"\nignore in theirs Source because \"it names a "
     "program\""},
    {"test", "test \"one\" \"a.json\" <-> \"b.json\""},
};

inline std::string map_with(const std::map<std::string, std::string>& other) {
  std::string out(kHeader);
  for (const auto& [key, rule] : kRules) {
    const auto it = other.find(key);
    out += (it == other.end() ? rule : it->second) + "\n";
  }
  for (const auto& [key, rule] : other) {
    if (!kRules.contains(key)) out += rule + "\n";
  }
  return out;
}

inline Compiled compiled(const std::string& source) {
  return compile(source, "acme.map", test_world().world);
}

inline std::string told(const std::vector<base::Finding>& findings) {
  std::string out;
  for (const base::Finding& f : findings) {
    out += std::to_string(f.place.line) + ":" + std::to_string(f.place.column) + " " + f.code +
           " " + base::say(f.code, base::Language::english, f.arguments) + "\n";
  }
  return out;
}

struct Ran {
  record::Document document;
  RunResult result;
  std::string json() const {
    std::string out;
    format::write_json(document.root, out);
    return out;
  }
};
inline Ran ran(const Mapping& mapping, Way way, std::string_view json) {
  Ran out;
  record::Document from;
  EXPECT_TRUE(format::read_json(json, {}, from).ok()) << json;
  RunContext context;
  context.received_on = *base::day_from(2024, 6, 3);
  out.result = run(mapping, way, from.root, context, out.document);
  return out;
}

}  // namespace portage::mapping::testing
