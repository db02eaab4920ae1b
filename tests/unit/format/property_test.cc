// What holds for every tree and for any bytes: round trips, canonical output, and no crash.
#include <gtest/gtest.h>

#include "gateway/format/csv.h"
#include "gateway/format/format.h"
#include "tests/unit/format/trees.h"

namespace portage::format {
namespace {

using record::Document;
using record::Value;

TEST(FormatProperty, JsonGivesEveryTreeBack) {
  for (std::uint64_t seed = 0; seed < 3000; ++seed) {
    Dice dice(seed);
    Document made, back;
    made.root = any_json(dice, made.arena);
    std::string out, again;
    write_json(made.root, out);
    ASSERT_TRUE(read_json(out, {}, back).ok()) << seed << " " << out;
    ASSERT_TRUE(record::equal(made.root, back.root)) << seed << " " << out;
    write_json(back.root, again);
    ASSERT_EQ(out, again) << seed;
    std::string pretty;
    write_json_pretty(made.root, pretty);
    ASSERT_TRUE(read_json(pretty, {}, back).ok()) << seed;
    ASSERT_TRUE(record::equal(made.root, back.root)) << seed;
  }
}

TEST(FormatProperty, XmlGivesEveryTreeThatItCanHoldBack) {
  int lists = 0;
  for (std::uint64_t seed = 0; seed < 3000; ++seed) {
    Dice dice(seed);
    Document made, back;
    const int space = static_cast<int>(seed % 3);
    made.root = Value::group();
    const Value element = any_element(dice, made.arena, space, 4);
    made.root.add(made.arena, made.arena.copy(any_xml_name(dice, space, 0)), element);
    std::string out, again;
    ASSERT_TRUE(write_xml(made.root, out).ok()) << seed;
    const base::Status status = read_xml(out, {}, back);
    ASSERT_TRUE(status.ok()) << seed << " " << status.error().code << "\n" << out;
    std::string before, after;
    write_json(made.root, before);
    write_json(back.root, after);
    ASSERT_TRUE(record::equal(made.root, back.root)) << seed << "\n" << before << "\n" << after;
    ASSERT_TRUE(write_xml(back.root, again).ok());
    ASSERT_EQ(out, again) << seed;
    lists += out.find("urn:b&amp;c") != std::string::npos ? 1 : 0;
  }
  EXPECT_GT(lists, 100);  // the generator does make several namespaces
}

TEST(FormatProperty, CsvGivesEveryRowBack) {
  for (std::uint64_t seed = 0; seed < 2000; ++seed) {
    Dice dice(seed);
    const CsvDialect dialect{.delimiter = ",;\t|"[dice.below(4)], .crlf = dice.one_in(2)};
    std::vector<std::string> columns;
    for (std::uint64_t n = 1 + dice.below(6); n > 0; --n) {
      columns.push_back(any_text(dice, 5, true) + std::to_string(n));
    }
    std::string out;
    CsvWriter writer(columns, dialect, out);
    ASSERT_TRUE(writer.header().ok());
    std::vector<std::vector<std::string>> rows(dice.below(5));
    for (std::vector<std::string>& row : rows) {
      for (std::size_t i = 0; i < columns.size(); ++i) row.push_back(any_text(dice, 6, true));
      const std::vector<std::string_view> cells(row.begin(), row.end());
      ASSERT_TRUE(writer.row(cells).ok());
    }
    base::Result<CsvReader> reader = CsvReader::open(out, dialect);
    ASSERT_TRUE(reader.ok()) << seed << "\n" << out;
    ASSERT_TRUE(std::equal(columns.begin(), columns.end(), reader->columns().begin(),
                           reader->columns().end()));
    Document document;
    CsvRow row;
    for (const std::vector<std::string>& want : rows) {
      ASSERT_TRUE(reader->next(row, document)) << seed << "\n" << out;
      ASSERT_FALSE(row.error.has_value()) << seed << " " << row.error->code << "\n" << out;
      ASSERT_TRUE(
          std::equal(want.begin(), want.end(), reader->cells().begin(), reader->cells().end()));
      ASSERT_EQ(base::line_column(out, row.begin).line, row.line) << seed;
    }
    ASSERT_FALSE(reader->next(row, document)) << seed;
  }
}

// Any bytes: an answer, a place inside the input, and a tree only where there is no error.
void expect_sound(const base::Status& status, const Document& document, std::string_view bytes) {
  if (status.ok()) {
    EXPECT_FALSE(document.root.missing());
    return;
  }
  EXPECT_TRUE(document.root.missing());
  EXPECT_GE(status.error().place.line, 1u) << status.error().code << "\n" << bytes;
  EXPECT_GE(status.error().place.column, 1u) << status.error().code << "\n" << bytes;
  EXPECT_LE(status.error().place.line, std::count(bytes.begin(), bytes.end(), '\n') + 1);
}

constexpr int kRounds = 20'000;

TEST(FormatProperty, NoMutationOfJsonCrashes) {
  const std::string sample =
      R"({"id":"r-1","n":-12.5e3,"list":[1,[],{},"\u00e9\ud83d\ude00",null,true],"t":"é\\\"x long enough for vectors","o":{"a":{"b":[{}]}}})";
  int read = 0;
  for (int round = 0; round < kRounds; ++round) {
    Dice dice(static_cast<std::uint64_t>(round));
    const std::string bytes = mutated(dice, sample);
    Document document, back;
    const base::Status status = read_json(bytes, {}, document);
    expect_sound(status, document, bytes);
    if (!status.ok()) continue;
    ++read;
    std::string out;
    write_json(document.root, out);
    ASSERT_TRUE(read_json(out, {}, back).ok()) << bytes;
    ASSERT_TRUE(record::equal(document.root, back.root)) << bytes;
  }
  EXPECT_GT(read, 100);
}

TEST(FormatProperty, NoMutationOfXmlCrashes) {
  const std::string sample =
      "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>\n<!-- c --><r xmlns=\"urn:a\" "
      "xmlns:b='urn:b'>"
      "<b:x y='&amp;&#233;'>&#233;<![CDATA[x<]]></b:x><x/><x>2</x><?pi x?>"
      "<n xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' xsi:nil='true'/></r>\n";
  int read = 0;
  for (int round = 0; round < kRounds; ++round) {
    Dice dice(static_cast<std::uint64_t>(round));
    const std::string bytes = mutated(dice, sample);
    Document document, back;
    const base::Status status = read_xml(bytes, {}, document);
    expect_sound(status, document, bytes);
    if (!status.ok()) continue;
    ++read;
    std::string out;
    if (!write_xml(document.root, out).ok()) continue;
    const base::Status again = read_xml(out, {}, back);
    ASSERT_TRUE(again.ok()) << bytes << "\n" << out;
    ASSERT_TRUE(record::equal(document.root, back.root)) << bytes << "\n" << out;
  }
  EXPECT_GT(read, 100);
}

TEST(FormatProperty, NoMutationOfCsvCrashesAndEachByteIsInOneRow) {
  const std::string sample =
      "id,name,\"a \"\"b\"\"\"\r\n1,\"x\r\ny\",é\r\n2,\"say "
      "\"\"hi\"\"\",\r\n\r\n3,plain,\"\"\r\n4,end,z";
  for (int round = 0; round < kRounds; ++round) {
    Dice dice(static_cast<std::uint64_t>(round));
    const std::string bytes = mutated(dice, sample);
    const CsvDialect dialect{.charset = dice.one_in(2) ? Charset::utf8 : Charset::cp1252,
                             .row_bytes = dice.one_in(4) ? 12u : 1u << 20};
    base::Result<CsvReader> reader = CsvReader::open(bytes, dialect);
    if (!reader.ok()) continue;
    Document document;
    CsvRow row;
    std::size_t end = 0;
    std::uint32_t number = 0;
    while (reader->next(row, document)) {
      ASSERT_EQ(row.number, ++number);
      ASSERT_GE(row.begin, end) << bytes;
      ASSERT_GE(row.end, row.begin) << bytes;
      ASSERT_EQ(row.error.has_value(), document.root.missing()) << bytes;
      if (row.error) {
        ASSERT_GE(row.error->place.line, row.line) << bytes;
      }
      for (std::size_t i = end; end > 0 && i < row.begin; ++i) {
        ASSERT_TRUE(bytes[i] == '\n' || bytes[i] == '\r') << bytes;
      }
      end = row.end;
    }
    ASSERT_LE(end, bytes.size());
  }
}

}  // namespace
}  // namespace portage::format
