#include "gateway/format/csv.h"

#include <gtest/gtest.h>

#include "gateway/format/format.h"

namespace portage::format {
namespace {

using record::Document;

// Every row as JSON, or as "code line:column pointer".
std::vector<std::string> rows_of(std::string_view bytes, const CsvDialect& dialect = {}) {
  std::vector<std::string> rows;
  base::Result<CsvReader> reader = CsvReader::open(bytes, dialect);
  const auto shown = [](const base::Error& e) {
    return e.code + " " + std::to_string(e.place.line) + ":" + std::to_string(e.place.column) +
           " " + e.place.pointer;
  };
  if (!reader) return {shown(reader.error())};
  Document document;
  CsvRow row;
  while (reader->next(row, document)) {
    if (row.error) {
      rows.push_back(shown(*row.error));
      continue;
    }
    rows.emplace_back();
    write_json(document.root, rows.back());
  }
  return rows;
}
using Rows = std::vector<std::string>;

TEST(FormatCsvRead, ReadsRowsByColumnName) {
  EXPECT_EQ(rows_of("id,name\r\n1,Ana\r\n2,\"Roy, M.\"\r\n"),
            (Rows{R"({"id":"1","name":"Ana"})", R"({"id":"2","name":"Roy, M."})"}));
}

TEST(FormatCsvRead, EveryLineEndWillDo) {
  const Rows want{R"({"a":"1","b":"2"})", R"({"a":"3","b":"4"})"};
  EXPECT_EQ(rows_of("a,b\n1,2\n3,4"), want);
  EXPECT_EQ(rows_of("a,b\r1,2\r3,4\r"), want);
  EXPECT_EQ(rows_of("a,b\r\n1,2\r\n\r\n3,4\r\n\r\n"), want);
  EXPECT_EQ(rows_of("\xEF\xBB\xBF"
                    "a,b\n1,2\n3,4\n"),
            want);
}

TEST(FormatCsvRead, QuotedCellsHoldBreaksAndQuotes) {
  EXPECT_EQ(rows_of("a,b\n\"x\r\ny\",\"say \"\"hi\"\"\"\n\"\"\"\",z\n"),
            (Rows{R"({"a":"x\r\ny","b":"say \"hi\""})", R"({"a":"\"","b":"z"})"}));
}

TEST(FormatCsvRead, AnEmptyCellIsMissing) {
  EXPECT_EQ(rows_of("a,b,c\n,\"\",x\n,,\n"), (Rows{R"({"c":"x"})", "{}"}));
}

TEST(FormatCsvRead, BlanksBelongToTheCell) {
  EXPECT_EQ(rows_of("a;b\n x ;\t\n", {.delimiter = ';'}), (Rows{R"({"a":" x ","b":"\t"})"}));
}

TEST(FormatCsvRead, HeaderFaultsHaveTheirPlace) {
  EXPECT_EQ(rows_of(""), (Rows{"csv.empty 1:1 header"}));
  EXPECT_EQ(rows_of("\n\n"), (Rows{"csv.empty 1:1 header"}));
  EXPECT_EQ(rows_of("a,,c\n"), (Rows{"csv.header_empty 1:3 header"}));
  EXPECT_EQ(rows_of("é,b,é\n"), (Rows{"csv.header_duplicate 1:5 header"}));
  EXPECT_EQ(rows_of("a,\"b\n"), (Rows{"csv.unclosed_quote 1:3 header"}));
  EXPECT_EQ(rows_of("\xFF\xFE"
                    "a"),
            (Rows{"csv.other_charset 1:1 header"}));
  EXPECT_EQ(rows_of("\xEF\xBB\xBF"
                    "a\n1\n",
                    {.charset = Charset::cp1252}),
            (Rows{"csv.other_charset 1:1 header"}));
}

TEST(FormatCsvRead, ColumnsAreCheckedByName) {
  const std::string bytes = "a,c\n";
  base::Result<CsvReader> reader = CsvReader::open(bytes, {});
  ASSERT_TRUE(reader.ok());
  const std::string expected[] = {"a", "b"};
  const std::vector<base::Error> errors = reader->check_columns(expected, true);
  ASSERT_EQ(errors.size(), 2u);
  EXPECT_EQ(errors[0].code, "csv.column_missing");
  EXPECT_EQ(errors[0].arguments.at(0).second, "b");
  EXPECT_EQ(errors[1].code, "csv.column_unknown");
  EXPECT_TRUE(reader->check_columns(std::span(expected, 1), false).empty());
}

TEST(FormatCsvRead, ABadRowDoesNotStopTheNext) {
  EXPECT_EQ(
      rows_of("a,b\n1,2\nx\"y,3\n\"q\"z,4\n5\n6,7,8\n\xFF,9\n10,11\n"),
      (Rows{R"({"a":"1","b":"2"})", "csv.stray_quote 3:2 row 2, a", "csv.after_quote 4:4 row 3, a",
            "csv.short_row 5:2 row 4, b", "csv.long_row 6:5 row 5", "csv.encoding 7:1 row 6, a",
            R"({"a":"10","b":"11"})"}));
}

TEST(FormatCsvRead, AnUnclosedQuoteLosesItsLineOnly) {
  EXPECT_EQ(
      rows_of("a,b\n1,\"2\n3,4\n5,6\n"),
      (Rows{"csv.unclosed_quote 2:3 row 1, b", R"({"a":"3","b":"4"})", R"({"a":"5","b":"6"})"}));
}

TEST(FormatCsvRead, LinesAreCountedThroughQuotedBreaks) {
  EXPECT_EQ(rows_of("a,b\n\"1\n2\r\n3\",x\nq\n"),
            (Rows{R"({"a":"1\n2\r\n3","b":"x"})", "csv.short_row 5:2 row 2, b"}));
  EXPECT_EQ(rows_of("a,b\n\"1\nö2\",x,y\n"), (Rows{"csv.long_row 3:7 row 1"}));
}

TEST(FormatCsvRead, ShortRowsMayBeAllowed) {
  EXPECT_EQ(rows_of("a,b\n1\n", {.short_rows = true}), (Rows{R"({"a":"1"})"}));
}

TEST(FormatCsvRead, RowsAndColumnsAreLimited) {
  EXPECT_EQ(rows_of("a\n" + std::string(50, 'x') + "\ny\n", {.row_bytes = 20}),
            (Rows{"csv.row_too_large 2:1 row 1, a", R"({"a":"y"})"}));
  EXPECT_EQ(rows_of("a\n\"" + std::string(50, '\n') + "\"\ny\n", {.row_bytes = 20}).front(),
            "csv.row_too_large 2:1 row 1, a");
  EXPECT_EQ(rows_of("a\n1,2,3,4,5\n6\n", {.columns = 3}),
            (Rows{"csv.too_many_columns 2:7 row 1", R"({"a":"6"})"}));
}

TEST(FormatCsvRead, OtherCharsetsAreDecoded) {
  EXPECT_EQ(rows_of("nom\nC\xF4t\xE9 \x80\n\"\xC9\"\"\"\n", {.charset = Charset::cp1252}),
            (Rows{R"({"nom":"Côté €"})", R"({"nom":"É\""})"}));
  EXPECT_EQ(rows_of("nom,x\nok,\x81\nC\xF4t\xE9,y\n", {.charset = Charset::cp1252}),
            (Rows{"csv.encoding 2:4 row 1, x", R"({"nom":"Côté","x":"y"})"}));
  EXPECT_EQ(rows_of("pr\xE9nom\n\xE9\n", {.charset = Charset::iso_8859_1}),
            (Rows{R"({"prénom":"é"})"}));
}

TEST(FormatCsvRead, NulIsAFault) {
  EXPECT_EQ(rows_of(std::string_view("a\nx\0y\nz\n", 8)),
            (Rows{"csv.nul 2:2 row 1, a", R"({"a":"z"})"}));
}

TEST(FormatCsvRead, GoesOnAtAPosition) {
  const std::string bytes = "a,b\n1,\"x\ny\"\n2,z\n\n3,w\n";
  for (int stop = 0; stop <= 3; ++stop) {
    base::Result<CsvReader> first = CsvReader::open(bytes, {});
    ASSERT_TRUE(first.ok());
    Document document;
    CsvRow row;
    for (int i = 0; i < stop; ++i) ASSERT_TRUE(first->next(row, document));
    base::Result<CsvReader> second = CsvReader::resume(bytes, {}, first->position());
    ASSERT_TRUE(second.ok());
    Document a, b;
    CsvRow row_a, row_b;
    std::uint32_t last = 0;
    while (true) {
      const bool more = first->next(row_a, a);
      ASSERT_EQ(second->next(row_b, b), more);
      if (!more) break;
      EXPECT_TRUE(record::equal(a.root, b.root));
      EXPECT_EQ(row_a.number, row_b.number);
      EXPECT_EQ(row_a.line, row_b.line);
      last = row_b.number;
    }
    EXPECT_EQ(last, stop == 3 ? 0u : 3u);
  }
}

TEST(FormatCsvRead, RawCellsAndBytesStayAtHand) {
  const std::string bytes = "a,b\r\n1,\"x\"\"y\"\r\nbad,row,here\r\n";
  base::Result<CsvReader> reader = CsvReader::open(bytes, {});
  ASSERT_TRUE(reader.ok());
  EXPECT_EQ(reader->raw_header(), "a,b");
  Document document;
  CsvRow row;
  ASSERT_TRUE(reader->next(row, document));
  ASSERT_EQ(reader->cells().size(), 2u);
  EXPECT_EQ(reader->cells()[1], "x\"y");
  EXPECT_EQ(reader->raw(), "1,\"x\"\"y\"");
  EXPECT_EQ(document.root.find("b")->at(), bytes.find("\"x"));
  EXPECT_EQ(reader->where(document.root.find("b")->at()).column, 3u);
  ASSERT_TRUE(reader->next(row, document));
  EXPECT_TRUE(row.error.has_value());
  EXPECT_EQ(reader->cells().size(), 3u);
  EXPECT_EQ(reader->raw(), "bad,row,here");
  EXPECT_EQ(bytes.substr(row.begin, row.end - row.begin), "bad,row,here");
}

TEST(FormatCsvRead, ARowOutlivesTheReader) {
  Document document;
  {
    std::string bytes = "name\nAna\n";
    base::Result<CsvReader> reader = CsvReader::open(bytes, {});
    ASSERT_TRUE(reader.ok());
    CsvRow row;
    ASSERT_TRUE(reader->next(row, document));
    bytes.assign(bytes.size(), '?');
  }
  EXPECT_EQ(document.root.find("name")->as_text(), "Ana");
}

TEST(FormatCsvWrite, QuotesOnlyWhereItMust) {
  std::string out;
  CsvWriter writer({"a", "b"}, {.delimiter = ';'}, out);
  ASSERT_TRUE(writer.header().ok());
  const std::string_view rows[][2] = {
      {"x,y", "p;q"}, {"say \"hi\"", " z "}, {"=1+1", "l\nm"}, {"", "-"}};
  for (const auto& row : rows) ASSERT_TRUE(writer.row(row).ok());
  EXPECT_EQ(out, "a;b\nx,y;\"p;q\"\n\"say \"\"hi\"\"\"; z \n=1+1;\"l\nm\"\n;-\n");
}

TEST(FormatCsvWrite, WritesGroupsInColumnOrder) {
  Document d;
  ASSERT_TRUE(read_json(R"({"b":12,"a":true})", {}, d).ok());
  std::string out;
  CsvWriter writer({"a", "b", "c"}, {.crlf = true}, out);
  ASSERT_TRUE(writer.header().ok());
  ASSERT_TRUE(writer.row(d.root).ok());
  EXPECT_EQ(out, "a,b,c\r\ntrue,12,\r\n");
}

TEST(FormatCsvWrite, RefusesWhatACellCannotHold) {
  std::string out;
  CsvWriter writer({"a", "b"}, {}, out);
  const auto code = [&](const char* json) {
    Document d;
    EXPECT_TRUE(read_json(json, {}, d).ok());
    const base::Status status = writer.row(d.root);
    return status.ok() ? "ok" : status.error().code + " " + status.error().place.pointer;
  };
  EXPECT_EQ(code(R"({"a":null})"), "csv.unwritable a");
  EXPECT_EQ(code(R"({"a":"x","b":[]})"), "csv.unwritable b");
  EXPECT_EQ(code(R"({"a":"x","z":"y"})"), "csv.unknown_column z");
  EXPECT_EQ(code("[]"), "csv.unwritable ");
  EXPECT_EQ(out, "");
}

TEST(FormatCsvWrite, AnUnwritableCharacterNamesItsColumn) {
  std::string out;
  CsvWriter writer({"a", "b"}, {.charset = Charset::cp1252}, out);
  const std::string_view good[] = {"Côté", "€"}, bad[] = {"x", "Łódź"};
  ASSERT_TRUE(writer.row(good).ok());
  EXPECT_EQ(out, "C\xF4t\xE9,\x80\n");
  const base::Status status = writer.row(bad);
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().code, "charset.unwritable");
  EXPECT_EQ(status.error().place.pointer, "b");
  EXPECT_EQ(out, "C\xF4t\xE9,\x80\n");
}

TEST(FormatCsvWrite, AFirstNameThatLooksLikeAByteOrderMarkIsQuoted) {
  for (const Charset charset : {Charset::utf8, Charset::cp1252}) {
    for (const char* name : {"\uFEFFa", "þÿ", "ÿþb", "ï»¿"}) {
      std::string out;
      CsvWriter writer({name}, {.charset = charset}, out);
      if (!writer.header().ok()) continue;  // U+FEFF is not in cp1252
      const base::Result<CsvReader> reader = CsvReader::open(out, {.charset = charset});
      ASSERT_TRUE(reader.ok()) << name;
      EXPECT_EQ(reader->columns()[0], name);
    }
  }
}

TEST(FormatCsvWrite, AByteOrderMarkIsWrittenOnceAndReadOver) {
  std::string out;
  CsvWriter writer({"a"}, {.byte_order_mark = true}, out);
  ASSERT_TRUE(writer.header().ok());
  const std::string_view cell[] = {"x"};
  ASSERT_TRUE(writer.row(cell).ok());
  EXPECT_EQ(out,
            "\xEF\xBB\xBF"
            "a\nx\n");
  EXPECT_EQ(rows_of(out), (Rows{R"({"a":"x"})"}));
}

TEST(FormatCsvWrite, OneEmptyColumnIsStillARow) {
  std::string out;
  CsvWriter writer({"a"}, {}, out);
  ASSERT_TRUE(writer.header().ok());
  const std::string_view empty[] = {""};
  ASSERT_TRUE(writer.row(empty).ok());
  EXPECT_EQ(rows_of(out), (Rows{"{}"}));
}

}  // namespace
}  // namespace portage::format
