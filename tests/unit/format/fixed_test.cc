#include "gateway/format/fixed.h"

#include <gtest/gtest.h>

#include "gateway/format/documents.h"

namespace portage::format {
namespace {

using record::Document;

FixedField field(std::string name, std::uint32_t at, std::uint32_t width) {
  FixedField f;
  f.name = std::move(name);
  f.at = at;
  f.width = width;
  return f;
}
FixedField number(std::string name, std::uint32_t at, std::uint32_t width,
                  std::uint32_t decimals = 0, FixedField::Sign sign = FixedField::Sign::none) {
  FixedField f = field(std::move(name), at, width);
  f.number = f.right = true;
  f.pad = '0';
  f.decimals = decimals;
  f.sign = sign;
  return f;
}
FixedField role(FixedField::Role role, std::uint32_t at, std::uint32_t width,
                std::vector<std::string> of = {}) {
  FixedField f = number("", at, width);
  f.role = role;
  f.of = std::move(of);
  return f;
}
FixedLine line(std::string name, std::string tag, std::vector<FixedField> fields) {
  FixedLine l;
  l.name = std::move(name);
  l.tag = std::move(tag);
  l.fields = std::move(fields);
  return l;
}

// H batch; P person (amount, three codes); under it A address; T count and total.
FixedLayout sample(std::string document) {
  FixedLayout layout;
  layout.width = 24;
  layout.document = std::move(document);
  FixedLine header = line("header", "H", {field("BATCH", 1, 4)});
  header.first = true;
  header.least = header.most = 1;
  FixedField codes = field("CODES", 16, 2);
  codes.occurs = 3;
  FixedLine person = line("person", "P",
                          {field("NAME", 1, 8), number("PAID", 9, 7, 2, FixedField::Sign::leading),
                           codes, role(FixedField::Role::line, 22, 2)});
  FixedLine address = line("address", "A", {field("CITY", 1, 10)});
  address.under = "person";
  address.most = 1;
  FixedLine trailer = line("trailer", "T",
                           {role(FixedField::Role::count, 1, 4, {"person"}),
                            role(FixedField::Role::sum, 5, 9, {"person.PAID"}),
                            role(FixedField::Role::copy, 14, 4, {"header.BATCH"})});
  trailer.last = true;
  trailer.least = trailer.most = 1;
  layout.lines = {header, person, address, trailer};
  EXPECT_TRUE(layout.link().empty());
  return layout;
}

constexpr std::string_view kFile =
    "HB001                   \n"
    "PRoy     0001250A1B2  02\n"
    "ATimmins                \n"
    "PÉloïse  -000305  C3  04\n"
    "T0002000000945B001      \n";

std::string file() { return std::string(kFile); }

std::string json_of(const FixedLayout& layout, std::string_view bytes) {
  FixedReader reader(bytes, layout, {});
  FixedRow row;
  Document document;
  std::string out;
  while (reader.next(row, document)) {
    if (row.error) {
      const base::Place& at = row.error->place;
      out += row.error->code + " " + std::to_string(at.line) + ":" + std::to_string(at.column) +
             " " + at.pointer + "\n";
    } else {
      write_json(document.root, out);
      out += '\n';
    }
  }
  return out;
}

TEST(Fixed, AFileIsOneDocumentOfItsLines) {
  EXPECT_EQ(
      json_of(sample(""), file()),
      R"({"header":{"BATCH":"B001"},"person":[{"NAME":"Roy","PAID":"12.50","CODES":["A1",)"
      R"("B2"],"address":{"CITY":"Timmins"}},{"NAME":"Éloïse","PAID":"-3.05","CODES":["C3"]}]})"
      "\n");
}

TEST(Fixed, ALineTypeWithWhatBelongsToItIsADocument) {
  EXPECT_EQ(json_of(sample("person"), file()),
            R"({"NAME":"Roy","PAID":"12.50","CODES":["A1","B2"],"address":{"CITY":"Timmins"},)"
            R"("header":{"BATCH":"B001"}})"
            "\n"
            R"({"NAME":"Éloïse","PAID":"-3.05","CODES":["C3"],"header":{"BATCH":"B001"}})"
            "\n");
}

TEST(Fixed, CountsCharactersNotBytes) {
  FixedLayout layout = sample("person");
  layout.charset = Charset::cp1252;
  const auto bytes = from_utf8(file(), Charset::cp1252);
  ASSERT_TRUE(bytes.ok());
  EXPECT_EQ(json_of(layout, *bytes), json_of(sample("person"), file()));
  EXPECT_LT(bytes->size(), file().size());
}

TEST(Fixed, WhatIsReadIsWrittenAsTheSameBytes) {
  for (const char* document : {"", "person"}) {
    const FixedLayout layout = sample(document);
    const std::string bytes = file();
    FixedReader reader(bytes, layout, {});
    FixedRow row;
    Document tree;
    std::string out;
    FixedWriter writer(layout, out);
    while (reader.next(row, tree)) {
      ASSERT_FALSE(row.error) << row.error->code;
      const base::Status status = writer.document(tree.root);
      ASSERT_TRUE(status.ok()) << status.error().code << " " << status.error().place.pointer;
    }
    ASSERT_TRUE(writer.end().ok());
    // The one that C3 stood in the middle of its blanks is written at its left.
    std::string expected = bytes;
    expected.replace(expected.find("  C3  "), 6, "C3    ");
    EXPECT_EQ(out, expected);
  }
}

TEST(Fixed, EachFaultHasItsLineColumnAndField) {
  const FixedLayout layout = sample("person");
  const auto with = [&](std::string_view from, std::string_view to) {
    std::string text = file();
    const std::size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    text.replace(at, from.size(), to);
    const std::string out = json_of(layout, text);
    std::string faults;
    for (const std::string_view one : base::split(out, '\n')) {
      if (!one.empty() && one[0] != '{') faults += std::string(one) + "|";
    }
    return faults;
  };
  EXPECT_EQ(with("0001250", "00012x0"), "fixed.number 2:10 line 2, PAID|");
  EXPECT_EQ(with("  04\n", "  03\n"), "fixed.line_number 4:23 line 4|");
  EXPECT_EQ(with("T0002", "T0003"), "fixed.total 5:2 line 5|");
  EXPECT_EQ(with("000000945", "000000946"), "fixed.total 5:6 line 5|");
  EXPECT_EQ(with("945B001", "945B002"), "fixed.copy 5:15 line 5|");
  EXPECT_EQ(with("ATimmins                ", "ATimmins"), "fixed.line_short 3:9 line 3|");
  EXPECT_EQ(with("ATimmins                ", "ATimmins                 "),
            "fixed.line_long 3:25 line 3|");
  EXPECT_EQ(with("ATimmins", "XTimmins"),
            "fixed.line_type 3:1 line 3|fixed.line_number 4:23 line 4|");
  EXPECT_EQ(with("HB001                   \n", "").substr(0, 31),
            "fixed.missing_line 1:1 line 1|f");
  EXPECT_EQ(with("T0002000000945B001      \n", ""), "fixed.missing_line 5:1 line 5|");
  EXPECT_EQ(with("Timmins", "Tim\xFFins"), "fixed.encoding 3:5 line 3|");
}

TEST(Fixed, RefusesWhatDoesNotFitInsteadOfCuttingIt) {
  const FixedLayout layout = sample("person");
  const auto refused = [&](std::string_view json) {
    Document tree;
    EXPECT_TRUE(read_json(json, {}, tree).ok());
    std::string out = "before";
    FixedWriter writer(layout, out);
    const base::Status status = writer.document(tree.root);
    EXPECT_EQ(out, status.ok() ? out : "before");
    return status.ok() ? "written" : status.error().code + " " + status.error().place.pointer;
  };
  EXPECT_EQ(refused(R"({"NAME":"Éléonores"})"), "fixed.too_long person.NAME");
  EXPECT_EQ(refused(R"({"NAME":"Éléonore"})"), "written");
  EXPECT_EQ(refused(R"({"NAME":"Roy "})"), "fixed.padding person.NAME");
  EXPECT_EQ(refused(R"({"NAME":"R\ny"})"), "fixed.unwritable_character person.NAME");
  EXPECT_EQ(refused(R"({"PAID":"12.505"})"), "fixed.unwritable_number person.PAID");
  EXPECT_EQ(refused(R"({"PAID":"99999.99"})"), "written");
  EXPECT_EQ(refused(R"({"PAID":"-99999.99"})"), "fixed.too_long person.PAID");
  EXPECT_EQ(refused(R"({"CODES":["a","b","c","d"]})"), "fixed.too_many person.CODES");
  EXPECT_EQ(refused(R"({"NAMES":"Roy"})"), "fixed.unknown_field person");
  EXPECT_EQ(refused(R"({"address":{"TOWN":"x"}})"), "fixed.unknown_field address");
}

TEST(Fixed, ARefusedDocumentLeavesNoTraceInTheTotals) {
  const FixedLayout layout = sample("person");
  Document good, bad;
  ASSERT_TRUE(read_json(R"({"PAID":"1.00","header":{"BATCH":"B1"}})", {}, good).ok());
  ASSERT_TRUE(read_json(R"({"PAID":"2.00","CODES":["abc"]})", {}, bad).ok());
  std::string out;
  FixedWriter writer(layout, out);
  EXPECT_FALSE(writer.document(bad.root).ok());
  ASSERT_TRUE(writer.document(good.root).ok());
  EXPECT_FALSE(writer.document(bad.root).ok());
  ASSERT_TRUE(writer.end().ok());
  EXPECT_EQ(json_of(layout, out), "{\"PAID\":\"1.00\",\"header\":{\"BATCH\":\"B1\"}}\n");
}

TEST(Fixed, ReadsOverpunchedAndTrailingSigns) {
  FixedLayout layout;
  layout.width = 14;
  layout.document = "row";
  layout.lines = {line("row", "",
                       {number("A", 0, 6, 2, FixedField::Sign::overpunch),
                        number("B", 6, 7, 0, FixedField::Sign::trailing)})};
  ASSERT_TRUE(layout.link().empty());
  const std::string text = "00123{  0042- \n00012J  0042+ \n00000}       0\n";
  EXPECT_EQ(json_of(layout, text),
            "{\"A\":\"12.30\",\"B\":\"-42\"}\n{\"A\":\"-1.21\",\"B\":\"42\"}\n{\"A\":\"0.00\"}\n");
}

TEST(Fixed, LinesMayFollowWithoutAnEnd) {
  FixedLayout layout;
  layout.charset = Charset::iso_8859_1;
  layout.line_end = FixedLayout::LineEnd::none;
  layout.width = 4;
  layout.document = "row";
  layout.lines = {line("row", "", {field("A", 0, 4)})};
  ASSERT_TRUE(layout.link().empty());
  EXPECT_EQ(json_of(layout, "abcde\xE9"), "{\"A\":\"abcd\"}\nfixed.line_short 2:3 line 2\n");
}

TEST(Fixed, NamesThatNothingHasAreProblems) {
  FixedLayout layout;
  layout.width = 10;
  FixedLine one = line("one", "1",
                       {role(FixedField::Role::count, 1, 2, {"two"}),
                        role(FixedField::Role::copy, 3, 2, {"one.X"})});
  one.under = "one";
  layout.lines = {one};
  EXPECT_EQ(layout.link().size(), 3u);
}

}  // namespace
}  // namespace portage::format
