#include <gtest/gtest.h>

#include "gateway/format/charset.h"
#include "gateway/format/format.h"

namespace portage::format {
namespace {

using record::Document;
using record::Kind;
using record::Value;

// The tree as JSON, or "code line:column".
std::string read(std::string_view bytes, const Limits& limits = {}) {
  Document d;
  const base::Status status = read_xml(bytes, limits, d);
  if (!status) {
    EXPECT_TRUE(d.root.missing());
    const base::Error& e = status.error();
    return e.code + " " + std::to_string(e.place.line) + ":" + std::to_string(e.place.column);
  }
  std::string out;
  write_json(d.root, out);
  return out;
}

// The document that the JSON tree gives, without its first line, or "code pointer".
std::string written(std::string_view json) {
  Document d;
  EXPECT_TRUE(read_json(json, {}, d).ok()) << json;
  std::string out = "before";
  const base::Status status = write_xml(d.root, out);
  if (!status) {
    EXPECT_EQ(out, "before");
    return status.error().code + " " + status.error().place.pointer;
  }
  const std::string head = "before<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
  EXPECT_TRUE(out.starts_with(head) && out.ends_with('\n'));
  return out.substr(head.size(), out.size() - head.size() - 1);
}

TEST(FormatXmlRead, BuildsGroupsTextsAndLists) {
  EXPECT_EQ(read("<r><a>1</a><b x='2'>t</b><c><d/></c><a> 3 </a><a/></r>"),
            R"({"r":{"a":["1"," 3 ",""],"b":{"@x":"2","":"t"},"c":{"d":""}}})");
}

TEST(FormatXmlRead, NamesCarryTheirNamespace) {
  EXPECT_EQ(read("<r xmlns='urn:a' xmlns:p='urn:b' p:x='1' y='2'><p:c/><d xmlns=''/></r>"),
            R"({"{urn:a}r":{"@{urn:b}x":"1","@y":"2","{urn:b}c":"","d":""}})");
  EXPECT_EQ(read("<a xml:lang='fr'>x</a>"),
            R"({"a":{"@{http://www.w3.org/XML/1998/namespace}lang":"fr","":"x"}})");
}

TEST(FormatXmlRead, NilIsNull) {
  const std::string xsi = "xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance'";
  EXPECT_EQ(
      read("<r " + xsi + "><a xsi:nil='true'/><b xsi:nil=' 1 '></b><c xsi:nil='false'>x</c></r>"),
      R"({"r":{"a":null,"b":null,"c":"x"}})");
  EXPECT_EQ(read("<r " + xsi + " xsi:nil='true' why='gone'/>"), R"({"r":{"@why":"gone","":null}})");
  EXPECT_EQ(read("<r " + xsi + " xsi:nil='true'>x</r>"),
            "xml.nil_content 1:" + std::to_string(3 + xsi.size() + 17));
  EXPECT_EQ(read("<r " + xsi + " xsi:schemaLocation='urn:a a.xsd'>x</r>"), R"({"r":"x"})");
}

TEST(FormatXmlRead, EntitiesCdataCommentsAndInstructions) {
  EXPECT_EQ(read("<?xml version='1.0'?><!-- c --><r><?pi x?><a>a&amp;b&lt;&#233;&#x1F600;</a>"
                 "<b><![CDATA[<x>&amp;]]>tail<!-- c -->s</b></r><!-- end -->\n"),
            R"({"r":{"a":"a&b<é😀","b":"<x>&amp;tails"}})");
}

TEST(FormatXmlRead, AttributeValuesAreUnescapedOnce) {
  EXPECT_EQ(read("<r a='x&amp;#38;y&amp;&#38;z &quot;&lt;&#10;' b='&amp;lt;'/>"),
            R"({"r":{"@a":"x&#38;y&&z \"<\n","@b":"&lt;"}})");
}

TEST(FormatXmlRead, WhiteSpaceBetweenElementsIsNoText) {
  EXPECT_EQ(read("<r>\n  <a>\n  </a>\n <b x='1'>\n</b> </r>"),
            R"({"r":{"a":"\n  ","b":{"@x":"1"}}})");
}

TEST(FormatXmlRead, MixedContentIsRefusedWhereTheTextStands) {
  EXPECT_EQ(read("<r>\n<a/>text\n</r>"), "xml.mixed 2:5");
  EXPECT_EQ(read("<r>text<a/></r>"), "xml.mixed 1:4");
}

TEST(FormatXmlRead, ADoctypeIsRefusedBeforeAnythingInIt) {
  EXPECT_EQ(read("<?xml version='1.0'?>\n<!DOCTYPE r [<!ENTITY a 'aaaa'><!ENTITY b "
                 "'&a;&a;&a;'>]><r>&b;</r>"),
            "xml.doctype 2:1");
  EXPECT_EQ(read("<!DOCTYPE r SYSTEM 'file:///etc/passwd'><r/>"), "xml.doctype 1:1");
  EXPECT_EQ(read("<!DOCTYPE r PUBLIC 'x' 'http://127.0.0.1:1/x.dtd'><r/>"), "xml.doctype 1:1");
  EXPECT_EQ(read("<r>&a;</r>").substr(0, 10), "xml.entity");
  EXPECT_EQ(read("<r a='&eacute;'/>").substr(0, 10), "xml.entity");
}

TEST(FormatXmlRead, RefusesWhatIsNotWellFormed) {
  const std::pair<const char*, const char*> cases[] = {
      {"", "xml.empty"},
      {" \n", "xml.empty"},
      {"<", "xml.truncated"},
      {"<r>", "xml.truncated"},
      {"<r><a></a>", "xml.truncated"},
      {"<r a='1", "xml.truncated"},
      {"<r></s>", "xml.tags"},
      {"<r/><s/>", "xml.trailing"},
      {"<r/>text", "xml.trailing"},
      {"text", "xml.syntax"},
      {"{\"a\":1}", "xml.syntax"},
      {"<r a='1' a='2'/>", "xml.attribute_twice"},
      {"<r xmlns:p='urn:a' xmlns:q='urn:a' p:a='1' q:a='2'/>", "xml.attribute_twice"},
      {"<p:r/>", "xml.namespace"},
      {"<r p:a='1'/>", "xml.namespace"},
      {"<r>\x01</r>", "xml.character"},
      {"<r>&#1;</r>", "xml.character"},
      {"<r>&#xD800;</r>", "xml.character"},
      {"<r>\xFF</r>", "xml.encoding"},
      {"<r a=1/>", "xml.syntax"},
      {"<r>a < b</r>", "xml.syntax"},
      {"<r>AT&T</r>", "xml.syntax"},
      {"<r><?xml version='1.0'?></r>", "xml.syntax"},
      {"<?xml version='1.0' encoding='shift_jis'?><r/>", "xml.unknown_encoding"},
      {"<?xml version='1.0' encoding='UTF-16'?><r/>", "xml.encoding"},
  };
  for (const auto& [text, code] : cases) {
    const std::string got = read(text);
    EXPECT_EQ(got.substr(0, got.find(' ')), code) << text << " -> " << got;
  }
  EXPECT_EQ(read(std::string_view("<r>\0</r>", 8)), "xml.character 1:4");
}

TEST(FormatXmlRead, AFaultNamesLineAndColumnInCharacters) {
  EXPECT_EQ(read("<r>\n<é>ü</é><b></c>\n</r>"), "xml.tags 2:16");
}

TEST(FormatXmlRead, DeclaredEncodingsAreRead) {
  const std::string want = R"({"r":{"a":"é","b":"x"}})";
  EXPECT_EQ(read("<?xml version='1.0' encoding='ISO-8859-1'?><r><a>\xE9</a><b>x</b></r>"), want);
  EXPECT_EQ(read("<?xml version='1.0' encoding=\"windows-1252\"?><r><a>\x80</a></r>"),
            R"({"r":{"a":"€"}})");
  EXPECT_EQ(read("\xEF\xBB\xBF<?xml version='1.0' encoding='UTF-8'?><r><a>é</a><b>x</b></r>"),
            want);
  const std::string text = "<?xml version='1.0' encoding='UTF-16'?><r><a>é</a><b>x</b></r>";
  for (const Charset wide : {Charset::utf16le, Charset::utf16be}) {
    const std::string bytes = *from_utf8(text, wide);
    EXPECT_EQ(read((wide == Charset::utf16le ? "\xFF\xFE" : "\xFE\xFF") + bytes), want);
    EXPECT_EQ(read(bytes), want);
  }
  EXPECT_EQ(read("<?xml version='1.0' encoding='windows-1252'?><r>\n\xE9\x81</r>"),
            "xml.encoding 2:2");
}

TEST(FormatXmlRead, ValuesKnowTheirOffsetsInTheSendersBytes) {
  const std::string text =
      "<?xml version='1.0' encoding='ENC'?>\n<r>\n <é x='é' y=\"1\">😀</é> <b z='&amp;'/></r>";
  const auto check = [](const std::string& bytes, auto locate) {
    Document d;
    ASSERT_TRUE(read_xml(bytes, {}, d).ok());
    const Value& e = *d.root.find("r")->find("é");
    EXPECT_EQ(e.at(), locate("<é x"));
    EXPECT_EQ(e.find("@y")->at(), locate("1\">"));
    EXPECT_EQ(d.root.find("r")->find("b")->at(), locate("<b z"));
    EXPECT_EQ(d.root.find("r")->at(), locate("<r>"));
  };
  std::string utf8 = text;
  utf8.replace(utf8.find("ENC"), 3, "utf8!");
  utf8.replace(utf8.find("utf8!"), 5, "utf-8");
  check(utf8, [&](std::string_view what) { return utf8.find(what); });
  check("\xEF\xBB\xBF" + utf8, [&](std::string_view what) { return utf8.find(what) + 3; });
  const std::string wide = "\xFF\xFE" + *from_utf8(utf8, Charset::utf16le);
  check(wide,
        [&](std::string_view what) { return wide.find(*from_utf8(what, Charset::utf16le), 2); });
  std::string latin = utf8;
  latin.replace(latin.find("😀"), std::string("😀").size(), "ç");
  latin.replace(latin.find("utf-8"), 5, "latin1");
  const std::string bytes = *from_utf8(latin, Charset::iso_8859_1);
  check(bytes,
        [&](std::string_view what) { return bytes.find(*from_utf8(what, Charset::iso_8859_1)); });
}

TEST(FormatXmlRead, DepthAndNodesAreLimited) {
  std::string deep;
  for (int i = 0; i < 100'000; ++i) deep += "<a>";
  EXPECT_EQ(read(deep), "xml.depth 1:193");
  Limits endless;
  endless.depth = 4'000'000'000u;
  EXPECT_EQ(read(deep, endless).substr(0, 9), "xml.depth");
  Limits few;
  few.values = 4;
  EXPECT_EQ(read("<r><a x='1'/><b/></r>", few).substr(0, 4), "{\"r\"");
  EXPECT_EQ(read("<r><a x='1'/><b/><c/></r>", few), "xml.too_many_values 1:18");
  few.bytes = 5;
  EXPECT_EQ(read("<r></r>", few), "xml.too_large 0:0");
}

TEST(FormatXmlRead, ManyNamesAndManyRepeatsStayLinear) {
  std::string text = "<r>";
  for (int round = 0; round < 2; ++round) {
    for (int i = 0; i < 50'000; ++i) {
      const std::string name = "n" + std::to_string(i);
      text += "<" + name + "><n1/><n2/></" + name + ">";
    }
  }
  text += "</r>";
  Document d;
  ASSERT_TRUE(read_xml(text, {}, d).ok());
  const Value& r = d.root.members()[0].value;
  ASSERT_EQ(r.size(), 50'000u);
  for (const record::Member& m : r.members()) {
    ASSERT_TRUE(m.value.is(Kind::list));
    ASSERT_EQ(m.value.size(), 2u);
  }
}

TEST(FormatXmlRead, NothingIsPrintedForAFault) {
  testing::internal::CaptureStderr();
  testing::internal::CaptureStdout();
  read("<r><a></b>&c;</r><<");
  read("<p:r xmlns='::'/>");
  read("<!DOCTYPE x SYSTEM 'http://127.0.0.1:1/'><x/>");
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "");
}

TEST(FormatXmlRead, EveryTruncationIsRefusedAndNoneCrashes) {
  const std::string text =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?><r xmlns=\"urn:a\" xmlns:b=\"urn:b\"><!-- c -->"
      "<b:x y='&amp;é'>&#233;<![CDATA[x]]></b:x><x/></r>";
  ASSERT_EQ(read(text).front(), '{');
  for (std::size_t n = 0; n < text.size(); ++n) {
    EXPECT_NE(read(text.substr(0, n)).front(), '{') << n;
  }
}

TEST(FormatXmlWrite, ElementsAttributesAndText) {
  EXPECT_EQ(
      written(R"({"r":{"@id":7,"a":"x","b":[true,1.50,""],"c":{},"d":{"@k":"v","":"t"},"e":[]}})"),
      "<r id=\"7\"><a>x</a><b>true</b><b>1.50</b><b/><c/><d k=\"v\">t</d></r>");
}

TEST(FormatXmlWrite, OneNamespaceIsTheDefault) {
  EXPECT_EQ(written(R"({"{urn:a}r":{"@x":"1","{urn:a}b":"2"}})"),
            R"(<r xmlns="urn:a" x="1"><b>2</b></r>)");
}

TEST(FormatXmlWrite, SeveralNamespacesHavePrefixes) {
  EXPECT_EQ(
      written(R"({"{urn:a}r":{"{urn:b&}b":"2","{urn:a}c":"3"}})"),
      R"(<ns1:r xmlns:ns1="urn:a" xmlns:ns2="urn:b&amp;"><ns2:b>2</ns2:b><ns1:c>3</ns1:c></ns1:r>)");
  EXPECT_EQ(written(R"({"{urn:a}r":{"b":"2"}})"), R"(<ns1:r xmlns:ns1="urn:a"><b>2</b></ns1:r>)");
  EXPECT_EQ(written(R"({"{urn:a}r":{"@{urn:a}b":"2"}})"),
            R"(<ns1:r xmlns:ns1="urn:a" ns1:b="2"/>)");
}

TEST(FormatXmlWrite, NullIsNil) {
  EXPECT_EQ(
      written(R"({"r":{"a":null,"b":{"@why":"x","":null}}})"),
      R"(<r xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><a xsi:nil="true"/><b why="x" xsi:nil="true"/></r>)");
}

TEST(FormatXmlWrite, EscapesWhatAReaderWouldChange) {
  EXPECT_EQ(
      written(R"({"r":{"@a":"<&>\"'\t\n\r","b":"<&>\"'\t\n\r]]>"}})"),
      "<r a=\"&lt;&amp;&gt;&quot;'&#9;&#10;&#13;\"><b>&lt;&amp;&gt;\"'\t\n&#13;]]&gt;</b></r>");
}

TEST(FormatXmlWrite, RefusesWhatXmlCannotSay) {
  EXPECT_EQ(written(R"({"r":{"a":["x",{"b":"\u0001"}]}})"), "xml.unwritable_character /r/a/b");
  EXPECT_EQ(written(R"({"r":{"@a":"\uFFFE"}})"), "xml.unwritable_character /r/@a");
  EXPECT_EQ(written(R"({"r":{"a b":"x"}})"), "xml.unwritable_name /r/a b");
  EXPECT_EQ(written(R"({"r":{"1a":"x"}})"), "xml.unwritable_name /r/1a");
  EXPECT_EQ(written(R"({"r":{"p:a":"x"}})"), "xml.unwritable_name /r/p:a");
  EXPECT_EQ(written(R"({"r":{"{urn:a":"x"}})"), "xml.unwritable_name /r/");
  EXPECT_EQ(written(R"({"r":{"a":[["x"]]}})"), "xml.unwritable_tree /r/a");
  EXPECT_EQ(written(R"({"r":{"@a":null}})"), "xml.unwritable_tree /r/@a");
  EXPECT_EQ(written(R"({"r":{"":"x","a":"y"}})"), "xml.unwritable_tree /r");
  EXPECT_EQ(written(R"({"r":"x","s":"y"})"), "xml.unwritable_tree ");
  EXPECT_EQ(written(R"({"r":["x"]})"), "xml.unwritable_tree ");
  EXPECT_EQ(written("[]"), "xml.unwritable_tree ");
  EXPECT_EQ(written("{}"), "xml.unwritable_tree ");
}

TEST(FormatXmlWrite, NamesMayHaveAccents) {
  EXPECT_EQ(written(R"({"prénom":"é"})"), "<prénom>é</prénom>");
  EXPECT_EQ(written(R"({"a×b":"é"})"), "xml.unwritable_name /a×b");
}

}  // namespace
}  // namespace portage::format
