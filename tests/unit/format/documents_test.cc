#include "gateway/format/documents.h"

#include <gtest/gtest.h>

#include "gateway/format/soap.h"

namespace portage::format {
namespace {

using record::Document;

// Gives a text in pieces of a few bytes.
DocumentReader::Fill pieces(std::string text, std::size_t size) {
  auto at = std::make_shared<std::size_t>(0);
  return [text = std::move(text), at, size](std::span<char> into) -> base::Result<std::size_t> {
    const std::size_t n = std::min({size, into.size(), text.size() - *at});
    std::copy_n(text.data() + *at, n, into.data());
    *at += n;
    return n;
  };
}

std::string all(base::Result<DocumentReader> reader) {
  if (!reader) return reader.error().code;
  Entry entry;
  Document document;
  std::string out;
  while (reader->next(entry, document)) {
    out += std::to_string(entry.number) + "@" + std::to_string(entry.line) + " ";
    if (entry.error) {
      out += entry.error->code + " " + std::to_string(entry.error->place.line) + ":" +
             std::to_string(entry.error->place.column);
    } else {
      write_json(document.root, out);
    }
    out += '\n';
  }
  return out;
}

std::string read(const Wire& wire, std::string_view bytes) {
  const std::string whole = all(DocumentReader::open(wire, {}, bytes));
  // However the bytes arrive, what is read is the same.
  EXPECT_EQ(all(DocumentReader::open(wire, {}, pieces(std::string(bytes), 7))), whole);
  return whole;
}

TEST(Documents, ReadsNdjsonLineByLine) {
  Wire wire;
  wire.lines = true;
  EXPECT_EQ(read(wire, "{\"a\":1}\r\n\n{\"a\":2\n[3]"),
            "1@1 {\"a\":1}\n2@3 json.truncated 3:7\n3@4 [3]\n");
  std::string out;
  Document tree;
  ASSERT_TRUE(read_json(R"({"a":"x\ny"})", {}, tree).ok());
  DocumentWriter writer(wire, out);
  ASSERT_TRUE(writer.document(tree.root).ok());
  ASSERT_TRUE(writer.document(tree.root).ok());
  EXPECT_EQ(out, "{\"a\":\"x\\ny\"}\n{\"a\":\"x\\ny\"}\n");
}

Wire csv_wire(CsvDialect dialect, std::vector<CsvColumn> columns) {
  Wire wire;
  wire.format = Format::csv;
  wire.csv = std::move(dialect);
  wire.csv.columns_named = std::make_shared<const std::vector<CsvColumn>>(std::move(columns));
  return wire;
}

TEST(Documents, ReadsAHeaderUnderItsOtherNames) {
  const Wire wire = csv_wire({}, {{"NAME", {"Nom", "Last name"}}, {"DOB", {"Naissance"}}});
  EXPECT_EQ(read(wire, "Naissance,Nom\n2001,Roy\n"), "1@2 {\"DOB\":\"2001\",\"NAME\":\"Roy\"}\n");
  EXPECT_EQ(read(wire, "Nom,Last name\n1,2\n"), "csv.header_duplicate");
}

TEST(Documents, ReadsTheDialectsOfDailyLife) {
  CsvDialect excel;
  excel.delimiter = ';';
  EXPECT_EQ(read(csv_wire(excel, {}), "\xEF\xBB\xBFsep=;\r\nA;B\r\n\"x\r\ny\";2\r\n"),
            "1@3 {\"A\":\"x\\r\\ny\",\"B\":\"2\"}\n");
  CsvDialect report;
  report.skip_lines = 2;
  report.skip_blank_rows = report.trim = true;
  EXPECT_EQ(read(csv_wire(report, {}), "Report,,\nof today,,\n A , B \n,,\n \"1\" , 2 2 \n, \n"),
            "1@5 {\"A\":\"1\",\"B\":\"2 2\"}\n");
  CsvDialect bare;
  bare.header = false;
  bare.quote = '\'';
  EXPECT_EQ(read(csv_wire(bare, {{"A", {}}, {"B", {}}}), "'it''s',\"x\"\n"),
            "1@1 {\"A\":\"it's\",\"B\":\"\\\"x\\\"\"}\n");
  CsvDialect copy;
  copy.delimiter = '\t';
  copy.quote = 0;
  copy.backslash = true;
  EXPECT_EQ(read(csv_wire(copy, {}), "A\tB\na\\tb\\n\\\\\t\"q\n"),
            "1@2 {\"A\":\"a\\tb\\n\\\\\",\"B\":\"\\\"q\"}\n");
  CsvDialect mysql;
  mysql.backslash = true;
  EXPECT_EQ(read(csv_wire(mysql, {}), "A,B\n\"a\\\"b\",\"c\\\\\"\n"),
            "1@2 {\"A\":\"a\\\"b\",\"B\":\"c\\\\\"}\n");
}

TEST(Documents, EveryDialectReadsWhatItWrites) {
  const std::vector<std::string> texts = {
      "",    " ",     "a\tb",         "it's", "\"q\"",  "x\r\ny", "back\\", "\\\"",
      ",;|", "sep=,", "\xEF\xBB\xBF", "Éva",  "\\n\\t", "'",      "\\"};
  std::size_t written = 0, refused = 0;
  for (unsigned bits = 0; bits < 512; ++bits) {
    CsvDialect d;
    d.delimiter = ",;\t|"[bits & 3];
    d.quote = (bits & 4) != 0 ? 0 : (bits & 8) != 0 ? '\'' : '"';
    d.backslash = (bits & 16) != 0;
    d.quote_all = (bits & 32) != 0 && d.quote != 0;
    d.header = (bits & 64) == 0;
    d.trim = (bits & 128) != 0;
    d.charset = (bits & 256) != 0 ? Charset::iso_8859_1 : Charset::utf8;
    if (d.charset == Charset::utf8 && d.trim && d.delimiter == '\t') continue;
    const Wire wire = csv_wire(d, {{"A", {}}, {"B", {}}});
    for (const std::string& a : texts) {
      for (const std::string& b : texts) {
        Document tree, again;
        tree.root = record::Value::group();
        if (!a.empty()) tree.root.add(tree.arena, "A", record::Value::text(a));
        if (!b.empty()) tree.root.add(tree.arena, "B", record::Value::text(b));
        std::string out;
        if (a.empty() && b.empty()) continue;
        if (!write_document(wire, tree.root, out).ok()) {
          ++refused;
          continue;
        }
        ++written;
        const base::Status status = read_document(wire, out, {}, again);
        ASSERT_TRUE(status.ok()) << bits << " " << status.error().code << "\n" << out;
        ASSERT_TRUE(record::equal(tree.root, again.root)) << bits << "\n" << out;
      }
    }
  }
  EXPECT_GT(written, 50'000u);
  EXPECT_GT(refused, 1'000u);
}

Wire xml_wire() {
  Wire wire;
  wire.format = Format::xml;
  wire.roots = {"{urn:p}Person"};
  return wire;
}

TEST(Documents, ReadsTheRecordsOfAnXmlFileOneByOne) {
  const std::string file =
      "<?xml version=\"1.0\"?>\n<!-- all > of --><p:People xmlns:p='urn:p'\n  made='a>b'>\n"
      "  <p:Person id=\"1>\"><![CDATA[</p:Person>]]></p:Person>\n"
      "<!-- <p:Person/> --><p:Person><p:Person/>\n</p:Person>\n"
      "  <p:Person>&bad;</p:Person><p:Person/>\n"
      "  <p:Other/>\n</p:People>\n<!-- end -->";
  EXPECT_EQ(read(xml_wire(), file),
            "1@4 {\"{urn:p}Person\":{\"@id\":\"1>\",\"\":\"</p:Person>\"}}\n"
            "2@5 {\"{urn:p}Person\":{\"{urn:p}Person\":\"\"}}\n"
            "3@7 xml.entity 7:18\n"
            "4@7 {\"{urn:p}Person\":\"\"}\n"
            "5@8 xml.not_a_record 8:3\n");
  EXPECT_EQ(read(xml_wire(), "<Person xmlns='urn:p'>x</Person>"),
            "1@1 {\"{urn:p}Person\":\"x\"}\n");
}

TEST(Documents, AnXmlFileMustEndWell) {
  const std::string head = "<p xmlns='urn:p'><Person/>";
  const auto last = [&](const std::string& tail) {
    const std::string out = read(xml_wire(), head + tail);
    return out.substr(out.find('\n') + 1);
  };
  EXPECT_EQ(last("</p>"), "");
  EXPECT_EQ(last(""), "0@1 xml.truncated 1:27\n");
  EXPECT_EQ(last("<Person"), "0@1 xml.truncated 1:34\n");
  EXPECT_EQ(last("</q>"), "0@1 xml.tags 1:27\n");
  EXPECT_EQ(last("</p>x"), "0@1 xml.trailing 1:31\n");
  EXPECT_EQ(last("text</p>"), "0@1 xml.mixed 1:27\n");
  EXPECT_EQ(read(xml_wire(), "<!DOCTYPE p [<!ENTITY a 'b'>]><p/>"), "xml.doctype");
}

TEST(Documents, AStartTagPastTheLimitsSaysWhichLimit) {
  Limits limits;
  limits.bytes = 64u << 10;
  const auto limit = [&](const std::string& file) -> std::string {
    const Wire wire = xml_wire();
    auto reader = DocumentReader::open(wire, limits, file);
    if (reader.ok()) return "read";
    const base::Error& e = reader.error();
    return e.code + " " + (e.arguments.empty() ? "" : e.arguments.front().second);
  };
  EXPECT_EQ(limit("<p a=\"" + std::string(100'000, 'x')), "xml.too_large 65536");
  EXPECT_EQ(limit("<p a=\"" + std::string(10'000, 'x')), "xml.truncated ");
  std::string many = "<p";
  for (int i = 0; i < 3'000; ++i) many += " a" + std::to_string(i) + "='1'";
  EXPECT_EQ(limit(many + "/>"), "xml.too_many_attributes 2000");
}

TEST(Documents, WhereIsThePlaceInTheFile) {
  const std::string file = "<p xmlns='urn:p'>\n <Person/>\n   <Person>\n <a/></Person></p>";
  const Wire wire = xml_wire();
  auto reader = DocumentReader::open(wire, {}, file);
  ASSERT_TRUE(reader.ok());
  Entry entry;
  Document document;
  ASSERT_TRUE(reader->next(entry, document));
  ASSERT_TRUE(reader->next(entry, document));
  const record::Value& person = document.root.members().front().value;
  EXPECT_EQ(reader->where(person.at()).line, 3u);
  EXPECT_EQ(reader->where(person.at()).column, 4u);
  EXPECT_EQ(reader->where(person.members().front().value.at()).line, 4u);
  EXPECT_EQ(reader->where(person.members().front().value.at()).column, 2u);
}

TEST(Documents, MemoryDoesNotGrowWithTheFile) {
  CsvDialect dialect;
  dialect.row_bytes = 64 << 10;
  const Wire wire = csv_wire(dialect, {});
  const std::string row = "Roy,\"two\nlines\",2001-02-03\n";
  const std::string header = "A,B,C\n";
  std::string block = header;
  std::size_t blocks = 0, at = 0;
  auto reader =
      DocumentReader::open(wire, {}, [&](std::span<char> into) -> base::Result<std::size_t> {
        if (at == block.size()) {
          if (++blocks > 300) return std::size_t{0};
          block.clear();
          for (int i = 0; i < 1000; ++i) block += row;
          at = 0;
        }
        const std::size_t n = block.copy(into.data(), into.size(), at);
        at += n;
        return n;
      });
  ASSERT_TRUE(reader.ok());
  Entry entry;
  Document document;
  std::size_t rows = 0;
  while (reader->next(entry, document)) {
    ASSERT_FALSE(entry.error);
    ++rows;
    ASSERT_EQ(entry.line, rows * 2);
  }
  EXPECT_EQ(rows, 300'000u);
  EXPECT_EQ(reader->bytes_read(), rows * row.size() + header.size());
}

TEST(Documents, ARowThatIsTooLongIsSkippedWhole) {
  CsvDialect dialect;
  dialect.row_bytes = 100;
  const Wire wire = csv_wire(dialect, {});
  std::string file = "A,B\n1,2\n";
  file += std::string(5'000'000, 'x') + "\n3,4\n";
  EXPECT_EQ(
      read(wire, file),
      "1@2 {\"A\":\"1\",\"B\":\"2\"}\n2@3 csv.row_too_large 3:1\n3@4 {\"A\":\"3\",\"B\":\"4\"}\n");
}

TEST(Documents, ALineThatIsTooLongIsSkippedWhole) {
  Wire wire;
  wire.lines = true;
  const std::string file = "[1]\n\"" + std::string(30'000'000, 'x') + "\"\n[2]\n";
  EXPECT_EQ(all(DocumentReader::open(wire, {}, pieces(file, 1 << 20))),
            "1@1 [1]\n2@2 json.too_large 2:0\n3@3 [2]\n");
}

TEST(Soap, WrapsAndUnwrapsTheBody) {
  for (const Soap version : {Soap::v1_1, Soap::v1_2}) {
    Wire wire = xml_wire();
    wire.soap = version;
    Document tree, again;
    ASSERT_TRUE(read_xml("<Person xmlns='urn:p' id='1'><name>Roy</name></Person>", {}, tree).ok());
    std::string out, twice;
    ASSERT_TRUE(write_document(wire, tree.root, out).ok());
    ASSERT_TRUE(write_document(wire, tree.root, twice).ok());
    EXPECT_EQ(out, twice);
    ASSERT_TRUE(read_document(wire, out, {}, again).ok()) << out;
    EXPECT_TRUE(record::equal(tree.root, again.root));
    wire.soap = version == Soap::v1_1 ? Soap::v1_2 : Soap::v1_1;
    EXPECT_EQ(read_document(wire, out, {}, again).error().code, "soap.version");
  }
}

std::string soap(std::string_view inside, std::string_view header = "") {
  return "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\">" +
         std::string(header) + std::string(inside) + "</s:Envelope>";
}

TEST(Soap, RefusesWhatItCannotAnswerFor) {
  Wire wire = xml_wire();
  wire.soap = Soap::v1_1;
  Document tree;
  const auto code = [&](const std::string& bytes) {
    const base::Status status = read_document(wire, bytes, {}, tree);
    return status.ok() ? "ok" : status.error().code;
  };
  EXPECT_EQ(code(soap("<s:Body><a/></s:Body>", "<s:Header><x/></s:Header>")), "ok");
  EXPECT_EQ(code(soap("<s:Body><a/></s:Body>",
                      "<s:Header><t:x xmlns:t=\"urn:t\" s:mustUnderstand=\"1\"/></s:Header>")),
            "soap.must_understand");
  EXPECT_EQ(code(soap("<s:Body><a/><b/></s:Body>")), "soap.several");
  EXPECT_EQ(code(soap("<s:Body><a/><a/></s:Body>")), "soap.several");
  EXPECT_EQ(code(soap("<s:Body/>")), "soap.no_body");
  EXPECT_EQ(code(soap("")), "soap.no_body");
  EXPECT_EQ(code("<a/>"), "soap.no_envelope");
}

TEST(Soap, AFaultIsReadAsItWasWritten) {
  for (const Soap version : {Soap::v1_1, Soap::v1_2}) {
    for (const bool senders : {true, false}) {
      SoapFault fault;
      fault.senders = senders;
      fault.reason = "A <field> & more";
      fault.language = "fr";
      fault.code = "schema.required";
      fault.place = "line 3";
      std::string out;
      write_soap_fault(fault, version, out);
      Document tree;
      Soap found = Soap::none;
      std::optional<SoapFault> again;
      const base::Status status = read_soap(out, {}, Soap::none, tree, found, again);
      ASSERT_TRUE(status.ok()) << status.error().code << out;
      EXPECT_EQ(found, version);
      ASSERT_TRUE(again.has_value());
      EXPECT_EQ(again->senders, senders);
      EXPECT_EQ(again->reason, fault.reason);
      EXPECT_TRUE(tree.root.missing());
    }
  }
}

}  // namespace
}  // namespace portage::format
