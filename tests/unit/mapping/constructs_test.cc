// Grouping and joining, one record into several, files of records, keys that are paths: each
// construct is compiled against small schemas and run both ways.
#include "tests/unit/mapping/world.h"

namespace portage::mapping::testing {
namespace {

constexpr std::string_view kHead =
    R"("$schema": "https://json-schema.org/draft/2020-12/schema", "title": "t", "description": "t",
       "portage": {"class": "program"}, "type": "object", "additionalProperties": false,)";

std::string schema_text(const std::string& id, const std::string& rest) {
  return "{\"$id\": \"" + id + "\"," + std::string(kHead) + rest + "}";
}

const std::string kObject = R"("type": "object", "additionalProperties": false)";

// Services with places, as one tree and as flat rows; a referral and a request; a bundle.
struct Constructs {
  Constructs() {
    add(schema_text("directory@1", R"("properties": {"services": {"type": "array", "items": {)" +
                                       kObject + R"(, "required": ["id", "name"], "properties": {
        "id": {"type": "string", "minLength": 1}, "name": {"type": "string"},
        "owner": {)" + kObject + R"(, "properties": {"id": {"type": "string"}}},
        "places": {"type": "array", "items": {)" +
                                       kObject + R"(, "required": ["city"], "properties": {
          "city": {"type": "string"}, "street": {"type": "string"}}}}}}}})"));
    add(schema_text("flat/rows@1", R"("properties": {"rows": {"type": "array", "items": {)" +
                                       kObject + R"(, "required": ["ID", "NAME"], "properties": {
        "ID": {"type": "string", "minLength": 1}, "NAME": {"type": "string"},
        "OWNER": {"type": "string"}, "CITY": {"type": "string"}, "STREET": {"type": "string"}}}}})"));
    add(schema_text(
        "monthly/file@1",
        R"("properties": {
        "header": {)" +
            kObject + R"(, "properties": {"SITE": {"type": "string"}, "DAY": {"type": "string"}}},
        "lines": {"type": "array", "items": {)" +
            kObject + R"(, "required": ["KEY", "TYPE"], "properties": {
          "TYPE": {"type": "string", "enum": ["01", "02", "03"]}, "KEY": {"type": "string"},
          "NAME": {"type": "string"}, "STREET": {"type": "string"}, "NEED": {"type": "string"},
          "HOURS": {"type": "integer"}}}},
        "trailer": {)" +
            kObject +
            R"(, "properties": {"PEOPLE": {"type": "integer"}, "HOURS": {"type": "integer"}}}})"));
    add(schema_text("case@1", R"("required": ["ref"], "properties": {
        "ref": {"type": "string", "portage": {"key": true}}, "name": {"type": "string"},
        "address": {)" + kObject + R"(, "properties": {"street": {"type": "string"}}},
        "needs": {"type": "array", "items": {)" +
                                  kObject + R"(, "required": ["code"], "properties": {
          "code": {"type": "string"}, "hours": {"type": "integer"}}}},
        "day": {"type": "string", "format": "date"}})"));
    add(schema_text("request@1", R"("required": ["id", "item"], "properties": {
        "id": {"type": "string", "portage": {"key": true}}, "item": {"type": "string"},
        "who": {"type": "string"}})"));
    add(schema_text("intake/form@1", R"("required": ["no", "who"], "properties": {
        "no": {"type": "string"}, "who": {"type": "string"},
        "state": {"type": "string", "enum": ["READY", "WAIT", "STOP"]},
        "asks": {"type": "array", "items": {)" +
                                         kObject +
                                         R"(, "required": ["line", "kind"], "properties": {
          "line": {"type": "string"}, "kind": {"type": "string", "enum": ["D", "M"]},
          "what": {"type": "string"}}}}})"));
    add(schema_text("bundle/task@1", R"("properties": {"entry": {"type": "array", "items": {)" +
                                         kObject + R"(, "properties": {
        "url": {"type": "string"}, "resource": {)" +
                                         kObject + R"(, "properties": {
          "kind": {"type": "string", "enum": ["Task", "Request", "Patient"]},
          "focus": {"type": "string"}, "subject": {"type": "string"},
          "text": {"type": "string"}}}}}}})"));
    add(schema_text("plain@1", R"("required": ["ref"], "properties": {
        "ref": {"type": "string"}, "request": {"type": "string"}, "patient": {"type": "string"},
        "text": {"type": "string"}, "family": {"type": "string"}})"));
    world.schema = [this](std::string_view name) { return schemas.find(name); };
  }
  void add(const std::string& text) {
    const schema::Loaded loaded = schema::load_json_schema(text, "s.json", {});
    for (const base::Finding& f : loaded.findings) ADD_FAILURE() << f.code << text;
    ASSERT_TRUE(loaded.schema) << text;
    schemas.add(loaded.schema);
  }
  schema::SchemaSet schemas;
  World world;
};

const World& constructs() {
  static const Constructs kConstructs;
  return kConstructs.world;
}

std::string header(const std::string& ours, const std::string& theirs) {
  return "mapping acme/x 1\n" + (ours.empty() ? "" : "ours " + ours + "\n") + "theirs " + theirs +
         "\neffective 2020-01-01 ..\ndated envelope\n";
}

std::shared_ptr<const Mapping> good(const std::string& source) {
  Compiled c = compile(source, "x.map", constructs());
  EXPECT_TRUE(c.mapping) << told(c.findings) << source;
  return c.mapping;
}

// The codes of all errors.
std::string codes(const std::string& source) {
  std::string out;
  for (const base::Finding& f : compile(source, "x.map", constructs()).findings) {
    if (f.severity == base::Severity::error) out += (out.empty() ? "" : " ") + f.code;
  }
  return out;
}

std::string refusals(const Ran& r) {
  std::string out;
  for (const Refusal& one : r.result.refusals) out += one.code + " " + one.pointer + ";";
  return out;
}

const std::string kFlat =
    header("directory@1", "flat/rows@1") +
    "each services <-> rows by ID as r {\n"
    "  id <-> ID\n  name <-> NAME\n  owner.id <-> OWNER\n"
    "  each places <-> r {\n    city <-> CITY\n    street <-> STREET\n  }\n}\n";

TEST(MappingBy, RowsWithOneKeyMakeOneElementAndComeApartAgain) {
  const auto m = good(kFlat);
  ASSERT_TRUE(m);
  const std::string rows =
      R"({"rows":[{"ID":"1","NAME":"Food","OWNER":"o","CITY":"Oakville","STREET":"A"},)"
      R"({"ID":"2","NAME":"Shelter","CITY":"Milton"},)"
      R"({"ID":"1","NAME":"Food","OWNER":"o","CITY":"Burlington"}]})";
  const Ran in = ran(*m, Way::in, rows);
  ASSERT_TRUE(in.result.ok()) << refusals(in);
  EXPECT_EQ(in.json(), R"({"services":[{"id":"1","name":"Food","owner":{"id":"o"},"places":[)"
                       R"({"city":"Oakville","street":"A"},{"city":"Burlington"}]},)"
                       R"({"id":"2","name":"Shelter","places":[{"city":"Milton"}]}]})");
  const Ran out = ran(*m, Way::out, in.json());
  ASSERT_TRUE(out.result.ok()) << refusals(out);
  EXPECT_EQ(out.json(),
            R"({"rows":[{"ID":"1","NAME":"Food","OWNER":"o","CITY":"Oakville","STREET":"A"},)"
            R"({"ID":"1","NAME":"Food","OWNER":"o","CITY":"Burlington"},)"
            R"({"ID":"2","NAME":"Shelter","CITY":"Milton"}]})");
  EXPECT_EQ(ran(*m, Way::in, out.json()).json(), in.json());
}

TEST(MappingBy, AGroupWithoutInnerElementsIsOneRow) {
  const auto m = good(kFlat);
  ASSERT_TRUE(m);
  const Ran out = ran(*m, Way::out, R"({"services":[{"id":"7","name":"Line"}]})");
  EXPECT_EQ(out.json(), R"({"rows":[{"ID":"7","NAME":"Line"}]})");
  EXPECT_EQ(ran(*m, Way::in, out.json()).json(), R"({"services":[{"id":"7","name":"Line"}]})");
}

TEST(MappingBy, RowsThatDisagreeAreRefusedWithTheRowThatDoes) {
  const auto m = good(kFlat);
  ASSERT_TRUE(m);
  const Ran in = ran(*m, Way::in,
                     R"({"rows":[{"ID":"2","NAME":"x"},{"ID":"1","NAME":"Food"},)"
                     R"({"ID":"1","NAME":"Fuud"}]})");
  EXPECT_EQ(refusals(in), "group.disagree /rows/2/NAME;");
}

TEST(MappingBy, TwoOfOursWithOneKeyAndRowsWithoutOneAreRefused) {
  const auto m = good(kFlat);
  ASSERT_TRUE(m);
  const Ran out =
      ran(*m, Way::out,
          R"({"services":[{"id":"1","name":"a"},{"id":"2","name":"b"},{"id":"1","name":"c"}]})");
  EXPECT_EQ(refusals(out), "group.same_key /services/2;");
  const Ran in = ran(*m, Way::in, R"({"rows":[{"ID":"1","NAME":"a"},{"NAME":"b"}]})");
  EXPECT_EQ(refusals(in).substr(0, 12), "group.no_key");
}

TEST(MappingBy, TheKeyMustBeWrittenGoingOut) {
  EXPECT_EQ(codes(header("directory@1", "flat/rows@1") +
                  "each services <-> rows by ID as r {\n  id <- ID\n  name <-> NAME\n}\n"),
            "M221");
  EXPECT_EQ(codes(header("directory@1", "flat/rows@1") +
                  "each services <-> rows by IDD as r {\n  id <-> ID\n}\n")
                .substr(0, 4),
            "M201");
}

const std::string kMonthly =
    header("list of case@1", "monthly/file@1") +
    "batch BATCH\n"
    "each records <-> lines by KEY as c {\n"
    "  ref <-> KEY\n  name <-> c[TYPE = \"01\"].NAME\n"
    "  address <-> c[TYPE = \"02\"] { street <-> STREET }\n"
    "  each needs <-> c[TYPE = \"03\"] {\n    code <-> NEED\n    hours <-> HOURS\n  }\n"
    "  day <- root.header.DAY | date \"yyyyMMdd\"\n}\n"
    "max(records.day) -> header.DAY | date \"yyyyMMdd\"\n"
    "\"NORTH\" <-> header.SITE\n";

std::string monthly(const std::string& batch, const std::string& more) {
  std::string out = kMonthly + more;
  out.replace(out.find("BATCH"), 5, batch);
  return out;
}

TEST(MappingListOf, AFileOfRecordsWithHeaderAndTotals) {
  const auto m = good(monthly("whole",
                              "count(records) <-> trailer.PEOPLE\n"
                              "sum(records.needs.hours) <-> trailer.HOURS\n"));
  ASSERT_TRUE(m);
  EXPECT_TRUE(m->ours_list());
  const std::string file =
      R"({"header":{"SITE":"NORTH","DAY":"20240131"},"lines":[)"
      R"({"TYPE":"01","KEY":"a","NAME":"Roy"},{"TYPE":"02","KEY":"a","STREET":"Main"},)"
      R"({"TYPE":"03","KEY":"a","NEED":"work","HOURS":3},{"TYPE":"03","KEY":"a","NEED":"home","HOURS":4},)"
      R"({"TYPE":"01","KEY":"b","NAME":"Ali"}],"trailer":{"PEOPLE":2,"HOURS":7}})";
  const Ran in = ran(*m, Way::in, file);
  ASSERT_TRUE(in.result.ok()) << refusals(in);
  EXPECT_EQ(in.json(),
            R"({"records":[{"ref":"a","name":"Roy","address":{"street":"Main"},"needs":[)"
            R"({"code":"work","hours":3},{"code":"home","hours":4}],"day":"2024-01-31"},)"
            R"({"ref":"b","name":"Ali","day":"2024-01-31"}]})");
  const Ran out = ran(*m, Way::out, in.json());
  ASSERT_TRUE(out.result.ok()) << refusals(out);
  EXPECT_EQ(out.json(), file);
  std::string wrong = file;
  wrong.replace(wrong.find("\"HOURS\":7"), 9, "\"HOURS\":8");
  EXPECT_EQ(refusals(ran(*m, Way::in, wrong)), "check.failed /trailer/HOURS;");
}

TEST(MappingListOf, BatchEachLeavesABadRecordOutAndWholeRefusesTheFile) {
  const std::string file =
      R"({"lines":[{"TYPE":"01","KEY":"a","NAME":"Roy"},{"TYPE":"01","KEY":"a","NAME":"Rey"},)"
      R"({"TYPE":"01","KEY":"b","NAME":"Ali"}],"header":{"SITE":"NORTH"}})";
  const std::string totals = "ignore theirs trailer.PEOPLE, trailer.HOURS because \"not needed\"\n";
  const auto each = good(monthly("each", totals));
  ASSERT_TRUE(each);
  const Ran in = ran(*each, Way::in, file);
  EXPECT_TRUE(in.result.ok()) << refusals(in);
  EXPECT_EQ(in.json(), R"({"records":[{"ref":"b","name":"Ali"}]})");
  ASSERT_EQ(in.result.left_out.size(), 1u);
  EXPECT_EQ(in.result.left_out[0].index, 0u);
  EXPECT_EQ(in.result.left_out[0].refusals[0].code, "many");
  const auto whole = good(monthly("whole", totals));
  ASSERT_TRUE(whole);
  EXPECT_EQ(refusals(ran(*whole, Way::in, file)).substr(0, 4), "many");
}

TEST(MappingListOf, ATotalThatIsVerifiedNeedsTheWholeBatch) {
  EXPECT_EQ(codes(monthly("each",
                          "count(records) <-> trailer.PEOPLE\n"
                          "ignore theirs trailer.HOURS because \"no\"\n")),
            "M342");
}

const std::string kMake =
    header("", "intake/form@1") +
    "let ready <- (state ?? \"WAIT\") = \"READY\"\n"
    "def who { who <- who }\n"
    "make case@1 when ready {\n  ref <- name_uuid(\"acme\", no)\n  name <- who\n}\n"
    "make request@1 each asks[kind = \"D\"] as q {\n"
    "  id <- name_uuid(\"acme\", no, q.line)\n  item <- q.what ?? \"other\"\n  who <- who\n}\n";

TEST(MappingMake, OneRecordBecomesSeveral) {
  const auto m = good(kMake + "none reject \"acme.nothing\"\n");
  ASSERT_TRUE(m);
  EXPECT_EQ(m->makes(), (std::vector<std::string>{"case@1", "request@1"}));
  EXPECT_TRUE(m->goes(Way::in));
  EXPECT_FALSE(m->goes(Way::out));
  const Ran in =
      ran(*m, Way::in,
          R"({"no":"9","who":"Roy","state":"READY","asks":[{"line":"1","kind":"D","what":"bed"},)"
          R"({"line":"2","kind":"M"},{"line":"3","kind":"D"}]})");
  ASSERT_TRUE(in.result.ok()) << refusals(in);
  ASSERT_EQ(in.result.made.size(), 3u);
  EXPECT_EQ(in.result.made[0].schema, "case@1");
  std::string second;
  format::write_json(in.result.made[1].value, second);
  EXPECT_NE(second.find(R"("item":"bed","who":"Roy")"), std::string::npos) << second;
  const Ran nothing = ran(*m, Way::in, R"({"no":"9","who":"Roy","state":"STOP"})");
  EXPECT_EQ(nothing.result.refusals.at(0).code, "acme.nothing");
}

TEST(MappingMake, AllIsKeptOrNothing) {
  const auto m = good(kMake + "none reject \"acme.nothing\"\n");
  ASSERT_TRUE(m);
  const Ran twice =
      ran(*m, Way::in,
          R"({"no":"9","who":"Roy","asks":[{"line":"1","kind":"D"},{"line":"1","kind":"D"}]})");
  EXPECT_EQ(twice.result.refusals.at(0).code, "make.same_id");
  EXPECT_TRUE(twice.result.made.empty());
}

TEST(MappingMake, NoneMayBeLeftOutOnlyIfSomethingIsAlwaysMade) {
  EXPECT_EQ(codes(kMake), "M353");
  EXPECT_EQ(
      codes(kMake + "make request@1 when not ready or has asks {\n  id <- no\n  item <- no\n}\n"),
      "");
  EXPECT_EQ(codes(kMake + "none reject \"n\"\nmake request@1 { id -> no }\n").substr(0, 4), "M351");
  EXPECT_EQ(codes(kMake + "none reject \"n\"\n"
                          "make request@1 when ready { id <- no\n item <- no }\n"
                          "make request@1 when has asks { id <- no\n item <- who }\n"),
            "M352");
  EXPECT_EQ(codes(kMake + "none reject \"n\"\n"
                          "make request@1 when state = \"READY\" { id <- no\n item <- no }\n"
                          "make request@1 when state = \"STOP\" { id <- no\n item <- who }\n"),
            "");
}

const std::string kBundle =
    header("plain@1", "bundle/task@1") +
    "place task is entry[resource.kind = \"Task\"]\n"
    "place request is entry[url = task.resource.focus, resource.kind = \"Request\"]\n"
    "place patient is entry[url = request.resource.subject, resource.kind = \"Patient\"]\n"
    "ref <-> task.url ?? reject \"task.none\"\n"
    "text <-> request.resource.text\n"
    "family <-> patient.resource.text\n";

TEST(MappingPathKeys, ReferencesAreFollowedAndMade) {
  const auto m = good(kBundle +
                      "request <-> request.url\npatient <-> patient.url\n"
                      "ignore theirs task.resource.text because \"not needed\"\n");
  ASSERT_TRUE(m);
  const Ran in = ran(*m, Way::in,
                     R"({"entry":[{"url":"p","resource":{"kind":"Patient","text":"Roy"}},)"
                     R"({"url":"t","resource":{"kind":"Task","focus":"r"}},)"
                     R"({"url":"other","resource":{"kind":"Request","text":"no"}},)"
                     R"({"url":"r","resource":{"kind":"Request","subject":"p","text":"yes"}}]})");
  ASSERT_TRUE(in.result.ok()) << refusals(in);
  EXPECT_EQ(in.json(), R"({"ref":"t","request":"r","patient":"p","text":"yes","family":"Roy"})");
  const Ran out = ran(*m, Way::out, in.json());
  ASSERT_TRUE(out.result.ok()) << refusals(out);
  EXPECT_NE(out.json().find(R"("url":"r","resource":{"kind":"Request","subject":"p","text":"yes")"),
            std::string::npos)
      << out.json();
  EXPECT_EQ(ran(*m, Way::in, out.json()).json(), in.json());
}

TEST(MappingPathKeys, ExactlyOneEndIsWritten) {
  const std::string tail = "ignore theirs task.resource.text because \"not needed\"\n";
  EXPECT_EQ(codes(kBundle + "request <-> request.url\nignore ours patient because \"no\"\n" + tail)
                .substr(0, 4),
            "M325");
  EXPECT_EQ(codes(kBundle +
                  "request <-> request.url\npatient <-> patient.url\n"
                  "text -> task.resource.focus\n" +
                  tail),
            "M326");
  std::string circle = kBundle + "request <-> request.url\npatient <-> patient.url\n" + tail;
  circle.replace(circle.find("resource.kind = \"Task\""), 22, "url = request.url");
  EXPECT_EQ(codes(circle).substr(0, 4), "M327");
}

TEST(MappingRoot, AnElementMayWriteOutsideOfItself) {
  const auto m = good(header("directory@1", "monthly/file@1") +
                      "each services -> lines {\n  id -> KEY\n  \"01\" -> TYPE\n"
                      "  name -> NAME\n  owner.id -> root.header.SITE\n}\n"
                      "ignore out theirs lines.STREET because \"no\"\n"
                      "ignore ours services.places because \"no\"\n");
  ASSERT_TRUE(m);
  const Ran out = ran(*m, Way::out,
                      R"({"services":[{"id":"1","name":"a","owner":{"id":"o"}},)"
                      R"({"id":"2","name":"b","owner":{"id":"o"}}]})");
  ASSERT_TRUE(out.result.ok()) << refusals(out);
  EXPECT_EQ(out.json().substr(0, 24), R"({"header":{"SITE":"o"},")");
  const Ran two = ran(*m, Way::out,
                      R"({"services":[{"id":"1","name":"a","owner":{"id":"o"}},)"
                      R"({"id":"2","name":"b","owner":{"id":"p"}}]})");
  EXPECT_EQ(refusals(two).substr(0, 13), "written.twice");
}

TEST(MappingBudget, ARecordThatCostsTooMuchIsRefused) {
  const auto m = good(kFlat);
  ASSERT_TRUE(m);
  record::Document from, into;
  ASSERT_TRUE(
      format::read_json(R"({"rows":[{"ID":"1","NAME":"a"},{"ID":"2","NAME":"b"}]})", {}, from)
          .ok());
  RunContext context;
  context.steps = 6;
  const RunResult result = run(*m, Way::in, from.root, context, into);
  ASSERT_EQ(result.refusals.size(), 1u);
  EXPECT_EQ(result.refusals[0].code, "budget");
}

}  // namespace
}  // namespace portage::mapping::testing
