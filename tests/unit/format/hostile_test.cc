// Documents made to hurt: time and memory stay in proportion to their size.
#include <gtest/gtest.h>

#include <ctime>

#include "gateway/format/documents.h"
#include "gateway/format/soap.h"

namespace portage::format {
namespace {

using record::Document;

constexpr std::size_t kMany = 300'000;

std::string many(std::string_view piece, std::size_t times) {
  std::string out;
  out.reserve(piece.size() * times);
  for (std::size_t i = 0; i < times; ++i) out += piece;
  return out;
}

struct Cost {
  std::string codes;     // of the first few faults
  double us_a_byte = 0;  // sanitized builds take some twenty times as much
  double bytes_a_byte = 0;
};

Cost cost(const Wire& wire, const std::string& bytes) {
  Cost out;
  Limits limits;
  limits.bytes = 64u << 20;
  limits.values = 250'000;
  std::size_t used = 0, faults = 0;
  const std::clock_t began = std::clock();  // of the processor: other programs don't count
  auto reader = DocumentReader::open(wire, limits, bytes);
  if (!reader) {
    out.codes = reader.error().code;
  } else {
    Entry entry;
    Document document;
    while (reader->next(entry, document)) {
      used = std::max(used, document.arena.used());
      if (entry.error && ++faults <= 3) out.codes += entry.error->code + " ";
    }
  }
  const auto size = static_cast<double>(bytes.size());
  out.us_a_byte = static_cast<double>(std::clock() - began) * 1e6 / CLOCKS_PER_SEC / size;
  out.bytes_a_byte = static_cast<double>(used) / size;
  return out;
}

// Quadratic work would take minutes, or thousands of times the memory.
void cheap(const char* name, const Wire& wire, const std::string& bytes,
           const std::string& codes = {}) {
  const Cost c = cost(wire, bytes);
  EXPECT_LT(c.us_a_byte, 10.0) << name;
  EXPECT_LT(c.bytes_a_byte, 80.0) << name;
  if (!codes.empty()) EXPECT_EQ(c.codes.substr(0, codes.size()), codes) << name;
}

TEST(Hostile, Json) {
  const Wire wire;
  cheap("deep lists", wire, many("[", kMany), "json.depth");
  cheap("deep groups", wire, many("{\"a\":", kMany), "json.depth");
  cheap("empty groups", wire, "[" + many("{},", kMany / 2) + "1]");
  std::string names = "{";
  for (int i = 0; i < 50'000; ++i) names += "\"" + std::to_string(i) + "\":1,";
  cheap("many names", wire, names + "\"x\":1}");
  cheap("the same name", wire, "{" + many("\"a\":1,", kMany / 6) + "\"b\":1}",
        "json.duplicate_name");
  cheap("a long number", wire, many("9", kMany));
  cheap("a long exponent", wire, "1e" + many("9", kMany));
  cheap("escapes", wire, "\"" + many("\\u0041", kMany / 6) + "\"");
  cheap("surrogates", wire, "\"" + many("\\ud800", kMany / 6) + "\"");
  cheap("blanks", wire, many(" ", kMany) + "1");
  cheap("too many values", wire, "[" + many("1,", kMany) + "1]", "json.too_many_values");
}

TEST(Hostile, JsonLines) {
  Wire wire;
  wire.lines = true;
  cheap("empty lines", wire, many("\n", kMany));
  cheap("one bad line after the other", wire, many("[\n", kMany / 2), "json.truncated");
  cheap("no line end", wire, many("[", kMany), "json.depth");
}

Wire xml() {
  Wire wire;
  wire.format = Format::xml;
  wire.roots = {"r"};
  return wire;
}

TEST(Hostile, Xml) {
  cheap("deep", xml(), many("<r>", kMany), "xml.depth");
  std::string laughs = "<!DOCTYPE r [<!ENTITY a0 \"ha\">";
  for (int i = 1; i < 40; ++i) {
    const std::string last = "&a" + std::to_string(i - 1) + ";";
    laughs += "<!ENTITY a" + std::to_string(i) + " \"" + last + last + "\">";
  }
  cheap("a billion laughs", xml(), laughs + "]><r>&a39;</r>", "xml.doctype");
  cheap("an outside file", xml(), "<!DOCTYPE r SYSTEM \"file:///etc/passwd\"><r/>", "xml.doctype");
  cheap("a parameter entity", xml(),
        "<!DOCTYPE r [<!ENTITY % p SYSTEM \"http://localhost/\"> %p;]><r/>", "xml.doctype");
  std::string attributes = "<r ";
  for (int i = 0; i < 50'000; ++i) attributes += "a" + std::to_string(i) + "=\"1\" ";
  cheap("many attributes", xml(), attributes + "/>", "xml.too_many_attributes");
  cheap("the same attribute", xml(), "<r " + many("a=\"1\" ", 100'000) + "/>",
        "xml.too_many_attributes");
  cheap("many prefixes", xml(), "<r " + many("xmlns:a=\"1\" ", 100'000) + "/>",
        "xml.too_many_attributes");
  cheap("many small ones", xml(), "<r>" + many("<a b='1' c='='/>=", 50'000) + "</r>");
  std::string spaces = "<r>";
  for (int i = 0; i < 20'000; ++i) {
    spaces += "<x xmlns=\"u" + std::to_string(i) + "\"/>";
  }
  cheap("many namespaces", xml(), spaces + "</r>");
  std::string children = "<r>";
  for (int i = 0; i < 50'000; ++i) children += "<c" + std::to_string(i) + "/>";
  cheap("many names", xml(), children + "</r>");
  cheap("a long comment", xml(), "<r><!--" + many("-x", kMany / 2) + "--></r>");
  cheap("an open comment", xml(), "<r><!--" + many("-x", kMany / 2));
  cheap("references", xml(), "<r>" + many("&amp;", kMany / 5) + "</r>");
}

TEST(Hostile, XmlRecords) {
  cheap("records", xml(), "<f>" + many("<r/>", kMany / 4) + "</f>");
  cheap("comments", xml(), "<f>" + many("<!---->", kMany / 7) + "<r/></f>");
  cheap("an open record", xml(), "<f><r/>" + many("<r>", kMany / 3), "xml.truncated");
  cheap("an open quote", xml(), "<f><r/><r a=\"" + many("<r>", kMany / 3), "xml.truncated");
  cheap("open data", xml(), "<f><r/><r><![CDATA[" + many("]]", kMany / 2), "xml.truncated");
  cheap("bad records", xml(), "<f><r/>" + many("<r>&x;</r>", 20'000) + "</f>", "xml.entity");
  cheap("a large beginning", xml(),
        "<f a=\"" + many("x", 20'000) + "\">" + many("<r/>", 50) + "</f>");
}

TEST(Hostile, Soap) {
  Wire wire = xml();
  wire.soap = Soap::v1_1;
  const std::string head = "<e:Envelope xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\">";
  cheap("headers", wire,
        head + "<e:Header>" + many("<h/>", kMany / 4) +
            "</e:Header><e:Body><r/></e:Body></e:Envelope>");
  cheap("deep", wire, many(head, kMany / 64), "xml.depth");
}

TEST(Hostile, Csv) {
  Wire wire;
  wire.format = Format::csv;
  const std::string head = "A,B\n";
  cheap("an open quote", wire, head + "\"" + many("x\n", kMany / 2), "csv.unclosed_quote");
  cheap("quotes", wire, head + many("\"", kMany) + "\n");
  cheap("stray quotes", wire, head + many("x\"\n", kMany / 3), "csv.stray_quote");
  cheap("columns", wire, head + many(",", kMany), "csv.too_many_columns");
  cheap("rows", wire, head + many("\n", kMany));
  cheap("bad bytes", wire, head + many("\xFF,\n", kMany / 3), "csv.encoding");
  std::string header;
  for (int i = 0; i < 4000; ++i) header += "c" + std::to_string(i) + ",";
  cheap("a wide header", wire, header + "x\n" + many(many(",", 4000) + "\n", 200));
  Wire backslash = wire;
  backslash.csv.backslash = true;
  cheap("backslashes", backslash, head + "\"" + many("\\\"", kMany / 2), "csv.unclosed_quote");
  backslash.csv.quote = 0;
  cheap("bare backslashes", backslash, head + many("\\\\", kMany / 2));
  Wire skips = wire;
  skips.csv.skip_blank_rows = true;
  cheap("blank rows", skips, head + many(",\n", kMany / 2));
}

TEST(Hostile, Fixed) {
  Wire wire;
  wire.format = Format::fixed;
  auto layout = std::make_shared<FixedLayout>();
  layout->width = 20;
  layout->document_bytes = 100'000;
  FixedField field;
  field.name = "A";
  field.at = 1;
  field.width = 5;
  FixedLine row, under;
  row.name = "row";
  row.tag = "R";
  row.fields = {field};
  under = row;
  under.name = "under";
  under.tag = "U";
  under.under = "row";
  layout->lines = {row, under};
  layout->document = "row";
  ASSERT_TRUE(layout->link().empty());
  wire.fixed = layout;
  cheap("one long line", wire, many("R", kMany), "fixed.line_long");
  cheap("unknown lines", wire, many("X\n", kMany / 2), "fixed.line_type");
  cheap("lines under nothing", wire, many("U\n", kMany / 2), "fixed.order");
  cheap("a row of many lines", wire,
        "R" + many(" ", 19) + "\n" + many("U" + many(" ", 19) + "\n", kMany / 20),
        "fixed.too_large");
  cheap("wide characters", wire, many("\xC3\xA9", kMany / 2), "fixed.line_type");
  cheap("nul", wire, many(std::string("R\0", 2) + many(" ", 18) + "\n", kMany / 21), "fixed.nul");
  auto file = std::make_shared<FixedLayout>(*layout);
  file->document.clear();
  wire.fixed = file;
  cheap("a file of rows", wire, many("Rabc" + many(" ", 16) + "\n", kMany / 21));
}

}  // namespace
}  // namespace portage::format
