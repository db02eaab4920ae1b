// What libxml2 judges for schemas beyond our own compiler: faults with their places, parts from the
// schema's own folder only.
#include "gateway/schema/xsd_document.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>

#include "gateway/base/catalogue.h"

namespace portage::schema {
namespace {

constexpr std::string_view kSchema = R"(<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"
    xmlns:t="urn:t" targetNamespace="urn:t" elementFormDefault="qualified">
  <xs:element name="List">
    <xs:complexType>
      <xs:sequence>
        <xs:element name="Item" maxOccurs="unbounded">
          <xs:complexType>
            <xs:sequence>
              <xs:element name="Code"><xs:simpleType><xs:restriction base="xs:string">
                <xs:enumeration value="A"/><xs:enumeration value="B"/>
              </xs:restriction></xs:simpleType></xs:element>
              <xs:any processContents="lax" minOccurs="0"/>
            </xs:sequence>
            <xs:attribute name="no" type="xs:integer" use="required"/>
          </xs:complexType>
        </xs:element>
      </xs:sequence>
    </xs:complexType>
    <xs:unique name="once"><xs:selector xpath="t:Item"/><xs:field xpath="@no"/></xs:unique>
  </xs:element>
</xs:schema>)";

std::string told(const std::vector<PlacedFault>& faults) {
  std::string out;
  for (const PlacedFault& fault : faults) {
    EXPECT_NE(base::catalogue_find(fault.code), nullptr) << fault.code;
    for (const auto& [name, value] : fault.arguments) EXPECT_EQ(value.find("SECRET"), value.npos);
    out += fault.code + "@" + std::to_string(fault.place.line) + ":" +
           std::to_string(fault.place.column) + fault.place.pointer + " ";
  }
  return out;
}

TEST(XsdDocuments, NameEveryFaultWithLineColumnAndPath) {
  std::vector<base::Finding> findings;
  EXPECT_FALSE(load_xsd(kSchema, "t.xsd").schema);  // xs:any and xs:unique are beyond ours
  const auto schema = XsdDocuments::load(kSchema, "t.xsd", findings);
  ASSERT_TRUE(schema) << findings.size();
  EXPECT_EQ(
      told(schema->check("<List xmlns='urn:t'><Item no='1'><Code>A</Code><x/></Item></List>")), "");
  EXPECT_EQ(told(schema->check("<List xmlns='urn:t'>\n  <Item no='1'><Code>SECRET</Code></Item>\n"
                               "  <Item\n    no='x'><Code>B</Code></Item>\n  <Item><Code>A</Code>"
                               "</Item></List>")),
            "xsd.enumeration@2:16/List/Item[1]/Code xsd.type@3:3/List/Item[2] "
            "xsd.attribute_missing@5:3/List/Item[3] ");
  EXPECT_EQ(told(schema->check("<List xmlns='urn:t'><Item no='1'><Code>A</Code></Item>"
                               "<Item no='1'><Code>A</Code></Item></List>")),
            "xsd.key@1:21/List/Item[2] ");
  EXPECT_EQ(told(schema->check("<Other xmlns='urn:t'/>")), "xsd.root@1:1/Other ");
  EXPECT_EQ(told(schema->check("<List xmlns='urn:t'/>")), "xsd.content@1:1/List ");
  EXPECT_EQ(schema->check("<List xmlns='urn:t'>").at(0).code, "xml.syntax");
  EXPECT_EQ(schema->check("<!DOCTYPE a [<!ENTITY b 'c'>]><a/>").at(0).code, "xml.doctype");
}

TEST(XsdDocuments, ReadPartsFromTheirOwnFolderOnly) {
  std::string name = (std::filesystem::temp_directory_path() / "portage-xsd-XXXXXX").string();
  const std::filesystem::path root = mkdtemp(name.data());
  std::filesystem::create_directory(root / "here");
  const std::string head = "<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema'>";
  const std::string part = head + "<xs:element name='P' type='xs:integer'/></xs:schema>";
  std::ofstream(root / "here/part.xsd") << part;
  std::ofstream(root / "above.xsd") << part;
  const auto load = [&](const std::string& location) {
    std::vector<base::Finding> findings;
    const std::string text = head + "<xs:include schemaLocation='" + location +
                             "'/><xs:element name='R'><xs:complexType><xs:sequence>"
                             "<xs:element ref='P'/></xs:sequence></xs:complexType></xs:element>"
                             "</xs:schema>";
    auto schema = XsdDocuments::load(text, (root / "here/main.xsd").string(), findings);
    if (schema) {
      EXPECT_EQ(told(schema->check("<R><P>1</P></R>")), "");
      EXPECT_EQ(told(schema->check("<R><P>x</P></R>")), "xsd.type@1:4/R/P ");
    }
    return schema ? std::string("loaded") : findings.at(0).code;
  };
  EXPECT_EQ(load("part.xsd"), "loaded");
  EXPECT_EQ(load("./part.xsd"), "loaded");
  EXPECT_EQ(load("../above.xsd"), "xsd.outside");
  EXPECT_EQ(load((root / "above.xsd").string()), "xsd.outside");
  EXPECT_EQ(load("http://127.0.0.1:9/part.xsd"), "xsd.outside");
  EXPECT_EQ(load("file:///etc/passwd"), "xsd.outside");
  EXPECT_EQ(load("none.xsd"), "xsd.unknown_name");
  std::filesystem::remove_all(root);
}

TEST(XsdDocuments, RefuseWhatIsNoSchema) {
  for (const char* wrong : {"<a/>", "<a", "",
                            "<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema'>"
                            "<xs:element name='a' type='none'/></xs:schema>"}) {
    std::vector<base::Finding> findings;
    EXPECT_FALSE(XsdDocuments::load(wrong, "w.xsd", findings)) << wrong;
    ASSERT_FALSE(findings.empty()) << wrong;
    EXPECT_NE(base::catalogue_find(findings[0].code), nullptr);
  }
}

}  // namespace
}  // namespace portage::schema
