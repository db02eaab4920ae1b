// The canonical records as a whole: what schemas/records/index.csv and schemas/README.md say of
// them is so, and every one keeps the rules that routing, minimisation and mappings rest on.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <set>

#include "gateway/base/text.h"
#include "gateway/directory/sheet.h"
#include "gateway/format/format.h"
#include "tests/golden/shipped.h"

namespace portage::golden {
namespace {

using record::Value;
using schema::Shape;

struct Listed {
  std::string kind, version, file, name_en, name_fr, refers, group, sent_by, received_by, status;
  std::string schema() const { return kind + "@" + version; }
};

// The rows of index.csv in their order.
const std::vector<Listed>& listed() {
  static const std::vector<Listed> kListed = [] {
    std::vector<Listed> out;
    const std::string path = "schemas/records/index.csv";
    std::vector<base::Finding> findings;
    const directory::Sheet sheet(path, read_file(path).value_or(""),
                                 {"kind", "version", "file", "name_en", "name_fr", "refers",
                                  "group", "sent_by", "received_by", "volume", "status", "source"},
                                 {}, findings);
    EXPECT_EQ(describe(findings), "");
    for (const directory::SheetRow& row : sheet.rows()) {
      const auto cell = [&](std::string_view name) {
        return std::string(row.text(sheet.column(name)));
      };
      out.push_back({cell("kind"), cell("version"), cell("file"), cell("name_en"), cell("name_fr"),
                     cell("refers"), cell("group"), cell("sent_by"), cell("received_by"),
                     cell("status")});
    }
    return out;
  }();
  return kListed;
}

// The newest version of each kind.
std::vector<Listed> kinds() {
  std::vector<Listed> out;
  for (const Listed& one : listed()) {
    if (!out.empty() && out.back().kind == one.kind) out.pop_back();
    out.push_back(one);
  }
  return out;
}

using Visit = std::function<void(const Shape&, const std::string&)>;
void each_field(const Shape& shape, const std::string& path, const Visit& visit) {
  for (const Shape& member : shape.members) {
    visit(member, path + "." + member.name);
    each_field(member, path + "." + member.name, visit);
  }
  if (shape.item) each_field(*shape.item, path + "[]", visit);
}
void each_field_of_all(const Visit& visit) {
  for (const Listed& one : listed()) {
    const schema::Schema* schema = shipped().schemas.find(one.schema());
    ASSERT_NE(schema, nullptr) << one.schema();
    each_field(schema->shape(), one.schema(), visit);
  }
}

record::Document read(const std::string& path) {
  record::Document document;
  const auto bytes = read_file(path);
  EXPECT_TRUE(bytes.has_value()) << path;
  EXPECT_TRUE(format::read_json(bytes.value_or("null"), format::Limits{}, document).ok()) << path;
  return document;
}

// How many places differ: a value that is another, a member or an item that only one side has.
int differences(const Value& a, const Value& b) {
  if (a.kind() != b.kind()) return 1;
  if (a.is(record::Kind::group)) {
    int count = 0;
    for (const record::Member& member : a.members()) {
      const Value* other = b.find(member.name);
      count += other == nullptr ? 1 : differences(member.value, *other);
    }
    for (const record::Member& member : b.members()) count += a.find(member.name) == nullptr;
    return count;
  }
  if (a.is(record::Kind::list)) {
    const std::size_t both = std::min(a.size(), b.size());
    int count = static_cast<int>(std::max(a.size(), b.size()) - both);
    for (std::size_t i = 0; i < both; ++i) count += differences(a.items()[i], b.items()[i]);
    return count;
  }
  if (a.is(record::Kind::boolean)) return a.as_bool() == b.as_bool() ? 0 : 1;
  return a.as_text() == b.as_text() ? 0 : 1;
}

struct Example {
  std::string file, schema, fault;
};
std::vector<Example> examples() {
  std::vector<Example> out;
  const std::string text = read_file("schemas/records/examples/cases.csv").value_or("");
  for (const std::string_view line : base::split(text, '\n')) {
    const auto cells = base::split(line, ',');
    if (cells.size() != 4 || cells[0] == "file") continue;
    out.push_back({std::string(cells[0]), std::string(cells[1]), std::string(cells[2])});
  }
  return out;
}

TEST(CanonicalIndex, NamesThirtyThreeKindsAndEverySchemaFile) {
  EXPECT_EQ(kinds().size(), 33u);
  std::set<std::string> files = {"schemas/records/envelope.schema.json"}, names;
  for (const Listed& one : listed()) {
    EXPECT_TRUE(names.insert(one.schema()).second) << one.schema();
    EXPECT_EQ(one.file, one.schema() + ".schema.json");
    EXPECT_FALSE(one.group.empty() || one.sent_by.empty() || one.received_by.empty() ||
                 one.status.empty())
        << one.schema();
    EXPECT_NE(one.name_en, one.name_fr) << one.schema();
    files.insert("schemas/records/" + one.file);
  }
  for (const std::string& path : files_below("schemas/records", ".schema.json")) {
    EXPECT_EQ(files.count(path), 1u) << path;
  }
}

TEST(CanonicalIndex, SaysWhatTheSchemasSay) {
  for (const Listed& one : listed()) {
    const schema::Schema* schema = shipped().schemas.find(one.schema());
    ASSERT_NE(schema, nullptr) << one.schema();
    const record::Document document = read("schemas/records/" + one.file);
    const Value* title = document.root.find("title");
    ASSERT_NE(title, nullptr) << one.schema();
    EXPECT_EQ(title->as_text(), one.name_en) << one.schema();
    std::string refers;
    each_field(schema->shape(), one.schema(), [&](const Shape& field, const std::string& path) {
      if (field.marks.refers.empty()) return;
      EXPECT_TRUE(field.required) << path;
      refers += field.marks.refers;
    });
    EXPECT_EQ(refers, one.refers) << one.schema();
  }
}

// The table of schemas/README.md, row for row.
TEST(CanonicalPage, ListsTheKindsAsTheyAre) {
  std::string expected;
  for (const Listed& one : kinds()) {
    const schema::Schema* schema = shipped().schemas.find(one.schema());
    ASSERT_NE(schema, nullptr) << one.schema();
    const record::Document document = read("schemas/records/" + one.file);
    std::string date, ours;
    for (const Shape& field : schema->shape().members) {
      if (!field.marks.date) continue;
      date = field.name;
      const Value* comment = document.root.find("properties")->find(date)->find("$comment");
      if (comment != nullptr && comment->as_text().starts_with("Ours")) ours = ", ours";
    }
    expected += "| `" + one.kind + "` | " + one.version + " | " + one.name_en + " | " +
                one.sent_by + " | " + one.received_by + " | `" + date + "`" + ours + " |\n";
  }
  const std::string page = read_file("schemas/README.md").value_or("");
  const std::string head = "|---|---|---|---|---|---|\n";
  const std::size_t begin = page.find(head);
  ASSERT_NE(begin, std::string::npos);
  const std::size_t end = page.find("\n\n", begin);
  EXPECT_EQ(page.substr(begin + head.size(), end + 1 - begin - head.size()), expected);
}

TEST(CanonicalSchemas, DescribeEveryFieldInBothLanguages) {
  int fields = 0;
  each_field_of_all([&](const Shape& field, const std::string& path) {
    EXPECT_FALSE(field.description_en.empty()) << path;
    EXPECT_FALSE(field.description_fr.empty()) << path;
    ++fields;
  });
  for (const Listed& one : listed()) {
    const Shape& root = shipped().schemas.find(one.schema())->shape();
    EXPECT_FALSE(root.description_en.empty() || root.description_fr.empty()) << one.schema();
    EXPECT_NE(root.description_en, root.description_fr) << one.schema();
  }
  EXPECT_GT(fields, 400);
}

TEST(CanonicalSchemas, HaveOneRequiredDateOfTheirOwn) {
  for (const Listed& one : listed()) {
    const Shape& root = shipped().schemas.find(one.schema())->shape();
    int dates = 0;
    for (const Shape& field : root.members) {
      if (!field.marks.date) continue;
      ++dates;
      EXPECT_TRUE(field.required) << one.schema() << "." << field.name;
    }
    EXPECT_EQ(dates, 1) << one.schema();
    EXPECT_FALSE(root.open) << one.schema();
  }
}

// A key is kept in the clear, so that answers find their record.
TEST(CanonicalSchemas, KeysAreNoPersonalFieldsAndAnswersFindThem) {
  std::map<std::string, schema::Type> keys;
  each_field_of_all([&](const Shape& field, const std::string& path) {
    if (!field.marks.key && field.marks.refers.empty()) return;
    EXPECT_LE(field.marks.sensitivity, schema::Class::program) << path;
    if (field.marks.key) {
      EXPECT_TRUE(field.required) << path;
      keys[path.substr(0, path.find('@'))] = field.type;
    }
  });
  each_field_of_all([&](const Shape& field, const std::string& path) {
    if (field.marks.refers.empty()) return;
    ASSERT_EQ(keys.count(field.marks.refers), 1u) << path;
  });
}

TEST(CanonicalSchemas, RoutingFieldsAreFinite) {
  int marked = 0;
  each_field_of_all([&](const Shape& field, const std::string& path) {
    if (!field.marks.routing) return;
    ++marked;
    EXPECT_EQ(path.find("[]"), std::string::npos) << path;
    EXPECT_TRUE(field.type == schema::Type::boolean || !field.values.empty()) << path;
  });
  EXPECT_GT(marked, 30);
}

TEST(CanonicalSchemas, MoneyIsWholeCents) {
  int money = 0;
  each_field_of_all([&](const Shape& field, const std::string& path) {
    if (!field.name.ends_with("_cents")) return;
    ++money;
    EXPECT_EQ(field.type, schema::Type::integer) << path;
    EXPECT_TRUE(field.minimum.has_value() && field.maximum.has_value()) << path;
  });
  EXPECT_GT(money, 15);
}

// Numbers that open other doors stand in three kinds, and in no record of employment services.
TEST(CanonicalSchemas, IdentifiersStandInThreeKindsOnly) {
  std::set<std::string> with;
  each_field_of_all([&](const Shape& field, const std::string& path) {
    const bool number = field.name == "sin" || field.name == "health_card" ||
                        field.name == "transit" || field.name == "institution" ||
                        (field.name == "account" && field.type == schema::Type::text);
    const bool identifier = field.marks.sensitivity == schema::Class::identifier;
    if (number) EXPECT_TRUE(identifier) << path;
    if (identifier) with.insert(path.substr(0, path.find('@')));
  });
  EXPECT_EQ(with, (std::set<std::string>{"application", "benefit-unit-change", "payment-batch"}));
}

// A list that a mapping cannot make when it is empty may not be asked for.
TEST(CanonicalSchemas, RequiredListsAndTextsAreNeverEmpty) {
  each_field_of_all([&](const Shape& field, const std::string& path) {
    if (!field.required) return;
    if (field.type == schema::Type::list) EXPECT_GE(field.min_items, 1u) << path;
    if (field.type == schema::Type::text && field.values.empty() && field.pattern.empty() &&
        field.format.empty()) {
      EXPECT_GE(field.min_length, 1u) << path;
    }
  });
}

TEST(CanonicalTables, HoldTheCodesOfTheFieldsAndNoOthers) {
  std::map<std::string, std::set<std::string>> used;
  each_field_of_all([&](const Shape& field, const std::string&) {
    const Shape& coded = field.item ? *field.item : field;
    if (coded.code_table.empty()) return;
    used[coded.code_table].insert(coded.values.begin(), coded.values.end());
  });
  EXPECT_GE(used.size(), 50u);
  for (const auto& [name, codes] : used) {
    const auto table = shipped().tables.find(name);
    ASSERT_NE(table, shipped().tables.end()) << name;
    std::set<std::string> rows;
    for (const directory::CodeRow& row : table->second.rows()) {
      rows.insert(row.ours);
      EXPECT_EQ(row.ours, row.theirs) << name;
    }
    EXPECT_EQ(codes, rows) << name;
  }
}

TEST(CanonicalTables, SayWhereEachRowComesFrom) {
  int checked = 0;
  each_field_of_all([&](const Shape& field, const std::string&) {
    const Shape& coded = field.item ? *field.item : field;
    if (coded.code_table.empty()) return;
    const std::string path = "mappings/tables/" + coded.code_table + ".csv";
    std::vector<base::Finding> findings;
    const directory::Sheet sheet(
        path, read_file(path).value_or(""), {"ours", "certainty", "source"},
        {"theirs", "way", "label_en", "label_fr", "valid_from", "valid_until"}, findings);
    EXPECT_EQ(describe(findings), "") << path;
    for (const directory::SheetRow& row : sheet.rows()) {
      const std::string_view certainty = row.text(sheet.column("certainty"));
      EXPECT_FALSE(certainty.empty()) << path;
      // What claims a source names it; what is ours claims none.
      const bool claims = certainty.find("sourced") != std::string_view::npos;
      EXPECT_EQ(claims, !row.text(sheet.column("source")).empty())
          << path << " " << row.text(sheet.column("ours"));
      ++checked;
    }
  });
  EXPECT_GT(checked, 290);
}

TEST(CanonicalConsent, KnowsEveryKind) {
  const Shape* types = shipped().schemas.find("consent@1")->shape().at("record_types");
  ASSERT_NE(types, nullptr);
  ASSERT_NE(types->item, nullptr);
  std::vector<std::string> names;
  for (const Listed& one : kinds()) names.push_back(one.kind);
  EXPECT_EQ(types->item->values, names);
}

TEST(CanonicalExamples, AreTwoGoodAndThreeBadForEverySchema) {
  std::map<std::string, std::pair<int, int>> count;
  for (const Example& one : examples()) {
    (one.fault.empty() ? count[one.schema].first : count[one.schema].second) += 1;
  }
  for (const Listed& one : listed()) {
    EXPECT_GE(count[one.schema()].first, 2) << one.schema();
    EXPECT_GE(count[one.schema()].second, 3) << one.schema();
  }
}

TEST(CanonicalExamples, ABadTwinDiffersFromAGoodOneInOneThing) {
  const std::string folder = "schemas/records/examples/";
  std::map<std::string, std::vector<record::Document>> good;
  int twins = 0;
  for (const Example& one : examples()) {
    if (one.fault.empty()) good[one.schema].push_back(read(folder + one.file));
  }
  for (const Example& one : examples()) {
    if (one.fault.empty()) continue;
    const record::Document bad = read(folder + one.file);
    int least = 1000;
    for (const record::Document& document : good[one.schema]) {
      least = std::min(least, differences(document.root, bad.root));
    }
    EXPECT_EQ(least, 1) << one.file;
    ++twins;
  }
  EXPECT_GT(twins, 130);
}

// The least example has no optional field at the top, the full ones together have every field.
TEST(CanonicalExamples, UseEveryField) {
  for (const Listed& one : listed()) {
    std::set<std::string> seen;
    for (const Example& example : examples()) {
      if (example.schema != one.schema() || !example.fault.empty()) continue;
      const record::Document document = read("schemas/records/examples/" + example.file);
      for (const record::Member& member : document.root.members()) seen.emplace(member.name);
    }
    for (const Shape& field : shipped().schemas.find(one.schema())->shape().members) {
      if (field.marks.filled.empty())
        EXPECT_EQ(seen.count(field.name), 1u) << one.schema() << "." << field.name;
    }
  }
}

}  // namespace
}  // namespace portage::golden
