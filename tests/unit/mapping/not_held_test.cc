// Findings about what can't be held or compared: text among elements (M231), the order between
// different elements of a part that repeats (M233), patterns too large for proof (M603).
#include <gtest/gtest.h>

#include <map>

#include "gateway/base/text.h"
#include "gateway/mapping/abstract.h"
#include "gateway/mapping/mapping.h"

namespace portage::mapping {
namespace {

constexpr std::string_view kOurs = R"json({
  "$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "visit@1",
  "title": "A visit", "description": "A visit.", "portage": {"class": "personal"},
  "type": "object", "additionalProperties": false, "required": ["id", "seen"],
  "properties": {
    "id": {"type": "string", "minLength": 1, "maxLength": 40, "portage": {"key": true}},
    "seen": {"type": "string", "format": "date", "portage": {"date": true}},
    "remark": {"type": "string", "minLength": 1},
    "author": {"type": "string", "minLength": 1},
    "codes": {"type": "array", "items": {"type": "string", "pattern": "^(AA|BB|CC)*$"}},
    "phones": {"type": "array", "items": {"type": "string", "minLength": 1}},
    "mails": {"type": "array", "items": {"type": "string", "minLength": 1}}
  }})json";

// `notes`: what stands in Note, whose content is mixed; `marks`: of the elements of the choice.
std::string xsd(const std::string& notes, const std::string& marks = {}) {
  const auto one = [&](const std::string& name) {
    return "<xs:element name='" + name + "' type='xs:string'>" + marks + "</xs:element>";
  };
  return "<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema' id='acme-visit_1'"
         " xmlns:p='urn:portage:schema:1'>"
         "<xs:element name='Visit'><xs:complexType><xs:sequence>"
         "<xs:element name='Id' type='xs:string'/><xs:element name='Seen' type='xs:date'/>"
         "<xs:element name='Note' minOccurs='0'><xs:complexType mixed='true'><xs:sequence>" +
         notes +
         "</xs:sequence></xs:complexType></xs:element>"
         "<xs:choice minOccurs='0' maxOccurs='unbounded'>" +
         one("Phone") + one("Mail") + "</xs:choice>" +
         "</xs:sequence></xs:complexType></xs:element></xs:schema>";
}

struct Found {
  std::string all;  // "5:3-9 M231 error s.Note", one a line
  bool sound = false;
};

Found compiled(const std::string& rules, const std::string& xsd_text, bool only_in = false) {
  schema::SchemaSet schemas;
  for (const schema::Loaded& loaded : {schema::load_json_schema(kOurs, "visit@1.schema.json", {}),
                                       schema::load_xsd(xsd_text, "visit@1.xsd")}) {
    for (const base::Finding& f : loaded.findings) ADD_FAILURE() << f.code;
    if (loaded.schema) schemas.add(loaded.schema);
  }
  World world;
  world.schema = [&](std::string_view name) { return schemas.find(name); };
  std::string source =
      "mapping acme/visit 1\nours visit@1\ntheirs acme/visit@1\neffective 2020-01-01 ..\n"
      "dated Visit.Seen\nid <-> Visit.Id\nseen <-> Visit.Seen\n" +
      std::string(only_in ? "ignore out ours codes because \"no place\"\n"
                          : "ignore ours codes because \"no place\"\n") +
      rules + "\ntest \"one\" \"a.json\" <-> \"a.xml\"\n";
  const Compiled c = compile(source, "visit.map", world);
  Found found;
  found.sound = c.mapping != nullptr;
  for (const base::Finding& f : c.findings) {
    if (f.code == "M223") continue;
    const auto path = std::find_if(f.arguments.begin(), f.arguments.end(),
                                   [](const auto& a) { return a.first == "path"; });
    const char* severity = f.severity == base::Severity::error     ? " error "
                           : f.severity == base::Severity::warning ? " warning "
                                                                   : " note ";
    found.all += std::to_string(f.place.line) + ":" + std::to_string(f.place.column) + "-" +
                 std::to_string(f.end_column) + " " + f.code + severity +
                 (path == f.arguments.end() ? "" : path->second) + "\n";
  }
  return found;
}

const std::string kBy = "<xs:element name='By' type='xs:string' minOccurs='0'/>";
const std::string kNoLists =
    "ignore theirs Visit.Phone, Visit.Mail because \"not asked\"\n"
    "ignore ours phones, mails because \"no place\"\n";

TEST(MixedContent, ItsTextIsNeitherReadNorWritten) {
  const std::string rest = kNoLists + "ignore ours author because \"no place\"\n";
  EXPECT_EQ(compiled(rest + "remark <-> Visit.Note", xsd("")).all,
            "12:12-22 M231 error Visit.Note\n");
  EXPECT_EQ(compiled(rest + "remark <- Visit.Note | trim", xsd(kBy)).all,
            "12:11-21 M231 error Visit.Note\n");
  EXPECT_EQ(compiled(rest + "remark -> Visit.Note", xsd(kBy)).all,
            "12:11-21 M231 error Visit.Note\n");
}

TEST(MixedContent, WhatIsReadBesideItsTextNeedsAReason) {
  const std::string rest = kNoLists + "ignore ours remark because \"no place\"\n";
  const std::string by = "author <-> Visit.Note.By\n";
  EXPECT_EQ(compiled(rest + by, xsd(kBy)).all, "12:12-22 M231 error Visit.Note\n");
  const Found found = compiled(
      rest + by + "ignore in theirs Visit.Note because \"clerks write nothing there\"", xsd(kBy));
  EXPECT_EQ(found.all, "");
  EXPECT_TRUE(found.sound);
}

TEST(MixedContent, UntouchedItIsFoundAtTheHeader) {
  const std::string rest = kNoLists + "ignore ours remark, author because \"no place\"\n";
  EXPECT_EQ(compiled(rest, xsd(kBy)).all, "3:8-20 M231 error Visit.Note\n");
  EXPECT_EQ(compiled(rest + "ignore theirs Visit.Note because \"not asked\"", xsd(kBy)).all, "");
}

TEST(MingledElements, TheirOrderIsNotKept) {
  const std::string rest =
      "ignore theirs Visit.Note because \"not asked\"\n"
      "ignore ours remark, author because \"no place\"\n";
  const std::string both = "phones <-> Visit.Phone\nmails <-> Visit.Mail\n";
  const Found found = compiled(rest + both, xsd(kBy));
  EXPECT_EQ(found.all, "11:12-23 M233 warning Visit.Phone\n12:11-21 M233 warning Visit.Mail\n");
  EXPECT_TRUE(found.sound);
  // One of them alone has no order among others; and a schema may say that it means nothing.
  EXPECT_EQ(compiled(rest + "phones <-> Visit.Phone\nignore theirs Visit.Mail because \"no\"\n"
                            "ignore ours mails because \"no place\"",
                     xsd(kBy))
                .all,
            "");
  EXPECT_EQ(compiled(rest + both, xsd(kBy,
                                      "<xs:annotation><xs:appinfo><p:field unordered='true'/>"
                                      "</xs:appinfo></xs:annotation>"))
                .all,
            "");
}

TEST(LargePatterns, AreCountedInStates) {
  EXPECT_FALSE(regex_too_large("(AA|BB|CC)*"));
  EXPECT_FALSE(regex_too_large("[a-z]{1,2000}"));
  EXPECT_TRUE(regex_too_large("[a-z]{1,2001}"));
  EXPECT_TRUE(regex_too_large("(a{1,50}b{0,50}){1,40}"));
  std::string words = "one";
  for (int i = 0; i < 300; ++i) words += "|word" + std::to_string(i);
  EXPECT_FALSE(regex_too_large(words));  // more than 1,000 characters, and still compared
  ASSERT_TRUE(regex_facts(words));
  EXPECT_EQ(regex_facts(words)->max_length, 7u);
  for (int i = 0; i < 100; ++i) words += "|aWordOfTwelve" + std::to_string(i);
  EXPECT_TRUE(regex_too_large(words));
  std::string deep(25, '(');
  deep += "a" + std::string(25, ')');
  EXPECT_TRUE(regex_too_large(deep));
  EXPECT_FALSE(regex_too_large("(?i)a"));  // beyond this reader, but not for its size
}

TEST(LargePatterns, AreToldWhereTheyAreWritten) {
  const auto found = [](const std::string& pattern, const std::string& rule) {
    schema::SchemaSet schemas;
    const std::string ours =
        R"({"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "note@1",
            "title": "N", "description": "N.", "portage": {"class": "personal"},
            "type": "object", "additionalProperties": false, "required": ["id", "seen"],
            "properties": {"id": {"type": "string", "pattern": ")" +
        pattern +
        R"("}, "seen": {"type": "string", "format": "date", "portage": {"date": true}}}})";
    const std::string theirs =
        R"({"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "acme/note@1",
            "title": "N", "description": "N.", "portage": {"class": "personal"},
            "type": "object", "additionalProperties": false, "required": ["Id", "Seen"],
            "properties": {"Id": {"type": "string"}, "Seen": {"type": "string", "format": "date"}}})";
    for (const schema::Loaded& loaded :
         {schema::load_json_schema(ours, "a", {}), schema::load_json_schema(theirs, "b", {})}) {
      for (const base::Finding& f : loaded.findings) ADD_FAILURE() << f.code;
      if (loaded.schema) schemas.add(loaded.schema);
    }
    World world;
    world.schema = [&](std::string_view name) { return schemas.find(name); };
    const Compiled c = compile(
        "mapping acme/note 1\nours note@1\ntheirs acme/note@1\n"
        "effective 2020-01-01 ..\ndated Seen\n"
        "seen <-> Seen\n" +
            rule + "\ntest \"t\" \"a\" <-> \"b\"\n",
        "note.map", world);
    std::string all;
    for (const base::Finding& f : c.findings) {
      all += std::to_string(f.place.line) + ":" + std::to_string(f.place.column) + "-" +
             std::to_string(f.end_column) + " " + f.code +
             (f.severity == base::Severity::note ? " note" : " other") + "\n";
    }
    return all;
  };
  const std::string large = "^[A-Z]{1,900}-[0-9]{1,900}-[a-z]{1,900}$";
  EXPECT_EQ(found(large, "id <-> Id"), "7:1-3 M603 note\n");
  EXPECT_EQ(found("^A[0-9]{1,40}$", "id <-> Id"), "");
  // A few values are tried one by one, however large the pattern.
  EXPECT_EQ(found(large, "id <- \"A-1-a\"\nid -> Id").find("M603"), std::string::npos);
}

}  // namespace
}  // namespace portage::mapping
