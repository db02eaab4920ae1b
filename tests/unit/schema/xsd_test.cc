#include <gtest/gtest.h>

#include "gateway/base/catalogue.h"
#include "gateway/format/format.h"
#include "tests/unit/schema/suite.h"
#include "tests/unit/schema/xsd_sample.h"

namespace portage::schema {
namespace {

std::string findings_of(const Loaded& loaded) {
  std::string out;
  for (const base::Finding& finding : loaded.findings) {
    EXPECT_NE(base::catalogue_find(finding.code), nullptr) << finding.code;
    out += std::to_string(finding.place.line) + ": " + finding.code + " " +
           base::say(finding.code, base::Language::english, finding.arguments) + "; ";
  }
  return out;
}

std::string faults_of(const Schema& schema, std::string_view xml) {
  record::Document document;
  const base::Status read = format::read_xml(xml, {}, document);
  if (!read) return read.error().code;
  std::string out;
  for (const Fault& fault : schema.check(document.root)) {
    EXPECT_NE(base::catalogue_find(fault.code), nullptr) << fault.code;
    out += fault.pointer + ":" + fault.code + " ";
  }
  return out;
}

std::shared_ptr<const Schema> sample() {
  const Loaded loaded = load_xsd(kSampleXsd, "sample.xsd");
  EXPECT_EQ(findings_of(loaded), "");
  return loaded.schema;
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

TEST(Xsd, ReadsThePartiesOwn) {
  for (const char* kind : {"referral@1", "decision@1", "status@1"}) {
    const std::filesystem::path path = std::filesystem::path(PORTAGE_SOURCE_DIR) /
                                       "schemas/parties/ssm" / (std::string(kind) + ".xsd");
    const Loaded loaded = load_xsd(read_file(path), path.filename().string());
    EXPECT_EQ(findings_of(loaded), "") << kind;
    ASSERT_TRUE(loaded.schema);
    EXPECT_EQ(loaded.schema->name(), std::string("ssm/") + kind);
    ASSERT_EQ(loaded.schema->shape().members.size(), 1u);
    EXPECT_TRUE(loaded.schema->shape().members[0].required);
  }
}

TEST(Xsd, SaysWhereAndWhyADocumentDoesNotFit) {
  const auto schema = sample();
  ASSERT_TRUE(schema);
  const std::string xml(kSampleXml);
  EXPECT_EQ(faults_of(*schema, xml), "");
  EXPECT_TRUE(validate_xml_bytes(*schema, xml).ok());
  EXPECT_EQ(faults_of(*schema, "<Other/>"), ":schema.document_element ");
  EXPECT_EQ(faults_of(*schema, replaced(xml, "<Number>123456789</Number>", "")),
            "/Case/Number:schema.required ");
  EXPECT_EQ(faults_of(*schema, replaced(xml, ">123456789<", ">12<")),
            "/Case/Number:schema.pattern ");
  EXPECT_EQ(faults_of(*schema, replaced(xml, " kind=\"C\"", "")),
            "/Case/Phone[2]/@kind:schema.required ");
  EXPECT_EQ(faults_of(*schema, replaced(xml, "kind=\"C\"", "kind=\"D\"")),
            "/Case/Phone[2]/@kind:schema.enum ");
  EXPECT_EQ(faults_of(*schema, replaced(xml, "<Office>abc</Office>", "")),
            "/Case/Worker/Office:schema.required ");
  EXPECT_EQ(faults_of(*schema, replaced(xml, "<Office>abc</Office>", "<Ofice>abc</Ofice>")),
            "/Case/Worker/Ofice:schema.unknown_near /Case/Worker/Office:schema.required ");
  EXPECT_EQ(faults_of(*schema, replaced(xml, "<Day>", "<Client><Family>R</Family></Client><Day>")),
            "/Case/Client:schema.order /Case:schema.choice_many ");
  EXPECT_EQ(faults_of(*schema, replaced(xml, ">999.99<", ">1000.5<")), "/Case/Money:schema.below ");
  EXPECT_EQ(faults_of(*schema, replaced(xml, ">999.99<", ">9.999<")),
            "/Case/Money:schema.fraction_digits ");
  EXPECT_EQ(faults_of(*schema, replaced(xml, "<Val>true</Val>", "")), "/Case:schema.content ");
  EXPECT_EQ(faults_of(*schema, replaced(xml, "<Deep>1</Deep>", "")),
            "/Case/Box/Deep:schema.required ");
  EXPECT_EQ(faults_of(*schema, replaced(xml, "<Given>Ann</Given>",
                                        "<Given>a</Given><Given>b</Given><Given>c</Given>")),
            "/Case/Worker/Given:schema.max_items ");
}

TEST(Xsd, GivesTheShapeOfADocument) {
  const auto schema = sample();
  ASSERT_TRUE(schema);
  EXPECT_EQ(schema->name(), "test/case@1");
  EXPECT_EQ(schema->format(), format::Format::xml);
  const Shape& root = schema->shape();
  ASSERT_EQ(root.members.size(), 1u);
  const Shape* number = root.at("{urn:t}Case.{urn:t}Number");
  ASSERT_TRUE(number);
  EXPECT_TRUE(number->required);
  EXPECT_EQ(number->marks.sensitivity, Class::program);
  EXPECT_TRUE(number->marks.lane);
  EXPECT_EQ(number->description_fr, "Numéro.");
  const Shape* phone = root.at("{urn:t}Case.{urn:t}Phone");
  ASSERT_TRUE(phone);
  EXPECT_EQ(phone->type, Type::list);
  EXPECT_EQ(phone->max_items, 2u);
  EXPECT_FALSE(phone->required);
  EXPECT_TRUE(phone->item->find("@kind")->attribute);
  EXPECT_TRUE(phone->item->find("@kind")->required);
  EXPECT_TRUE(phone->item->find("")->text_content);
  EXPECT_TRUE(phone->item->find("")->required);
  EXPECT_FALSE(root.at("{urn:t}Case.{urn:t}Client")->required);
  EXPECT_EQ(root.at("{urn:t}Case.{urn:t}Red")->type, Type::list);
  EXPECT_EQ(root.at("{urn:t}Case.{urn:t}Red")->item->maximum, 255);
  EXPECT_EQ(root.at("{urn:t}Case.{urn:t}Day")->type, Type::date);
  EXPECT_EQ(root.at("{urn:t}Case.{urn:t}Money")->fraction_digits, 2u);
  EXPECT_TRUE(root.at("{urn:t}Case.{urn:t}Note")->nullable);
  EXPECT_EQ(root.at("{urn:t}Case.Local")->type, Type::text);
  EXPECT_EQ(root.at("{urn:t}Case.{urn:t}Tree.{urn:t}Branch")->item->type, Type::any);
  EXPECT_EQ(root.at("{urn:t}Case.{urn:t}Fixed")->values, std::vector<std::string>{"7"});
}

TEST(Xsd, ItsShapeTellsMixedContentAndOrderThatIsNotKept) {
  const Loaded loaded =
      load_xsd(R"(<xs:schema id='a-b_1' xmlns:xs='http://www.w3.org/2001/XMLSchema'>
    <xs:element name='A'><xs:complexType><xs:sequence>
      <xs:element name='Note'><xs:complexType mixed='true'><xs:sequence>
        <xs:element name='B' type='xs:string' minOccurs='0'/></xs:sequence></xs:complexType></xs:element>
      <xs:choice minOccurs='0' maxOccurs='unbounded'>
        <xs:element name='Phone' type='xs:string'/><xs:element name='Mail' type='xs:string'/></xs:choice>
      <xs:choice maxOccurs='5'><xs:element name='One' type='xs:string'/></xs:choice>
      <xs:sequence maxOccurs='2'>
        <xs:element name='C' type='xs:string'/><xs:element name='D' type='xs:string'/></xs:sequence>
      <xs:element name='Line' type='xs:string' maxOccurs='3'/>
    </xs:sequence></xs:complexType></xs:element></xs:schema>)",
               "x.xsd");
  ASSERT_TRUE(loaded.schema) << findings_of(loaded);
  const Shape* a = loaded.schema->shape().at("A");
  EXPECT_TRUE(a->find("Note")->mixed);
  EXPECT_FALSE(a->mixed);
  EXPECT_EQ(a->find("Note")->mingled, 0);
  EXPECT_EQ(a->find("Phone")->mingled, 1);
  EXPECT_EQ(a->find("Mail")->mingled, 1);
  EXPECT_EQ(a->find("One")->mingled, 0);
  EXPECT_EQ(a->find("C")->mingled, 2);
  EXPECT_EQ(a->find("D")->mingled, 2);
  EXPECT_EQ(a->find("Line")->mingled, 0);
  EXPECT_EQ(copy_of(*a).find("Phone")->mingled, 1);
  EXPECT_TRUE(copy_of(*a).find("Note")->mixed);
  // Text alone is one of the things that may stand there.
  const auto faults = [&](std::string_view note) {
    const std::string document =
        "<A><Note>" + std::string(note) + "</Note><One>1</One><C>c</C><D>d</D><Line>l</Line></A>";
    return check_document(*loaded.schema, document);
  };
  EXPECT_TRUE(faults("").empty());
  EXPECT_TRUE(faults("only words").empty());
  EXPECT_TRUE(faults("<B>b</B>").empty());
  const auto both = faults("words <B>b</B>");
  ASSERT_EQ(both.size(), 1u);
  EXPECT_EQ(both[0].code, "xml.mixed");
}

TEST(Xsd, RefusesWhatItDoesNotSupport) {
  const auto with = [](std::string_view inner) {
    return "<xs:schema id='a-b_1' xmlns:xs='http://www.w3.org/2001/XMLSchema'>" +
           std::string(inner) + "</xs:schema>";
  };
  const auto code = [&](const std::string& xsd) {
    const Loaded loaded = load_xsd(xsd, "x.xsd");
    EXPECT_FALSE(loaded.schema);
    findings_of(loaded);
    return loaded.findings.empty() ? std::string() : loaded.findings.front().code;
  };
  const std::string element = "<xs:element name='A' type='xs:string'/>";
  EXPECT_EQ(findings_of(load_xsd(with(element), "x.xsd")), "");
  for (const char* inner :
       {"<xs:include schemaLocation='/etc/passwd'/>",
        "<xs:import namespace='urn:x' schemaLocation='http://localhost/x'/>",
        "<xs:element "
        "name='B'><xs:complexType><xs:sequence><xs:any/></xs:sequence></xs:complexType></"
        "xs:element>",
        "<xs:element name='B'><xs:complexType><xs:anyAttribute/></xs:complexType></xs:element>",
        "<xs:element name='B' type='xs:ID'/>", "<xs:element name='B'/>",
        "<xs:simpleType name='L'><xs:list itemType='xs:int'/></xs:simpleType>",
        "<xs:simpleType name='L'><xs:restriction base='xs:date'><xs:minInclusive "
        "value='2024-01-01'/></xs:restriction></xs:simpleType>",
        "<xs:element name='B'><xs:complexType><xs:sequence><xs:element name='X' "
        "type='xs:int'/><xs:element name='Y' type='xs:int'/>"
        "<xs:element name='X' type='xs:int'/></xs:sequence></xs:complexType></xs:element>",
        "<xs:element name='B' type='xs:int' abstract='true'/>",
        "<xs:element name='B'><xs:complexType><xs:sequence><xs:element name='X' "
        "type='xs:int'/></xs:sequence></xs:complexType>"
        "<xs:unique name='u'><xs:selector xpath='X'/><xs:field "
        "xpath='.'/></xs:unique></xs:element>"}) {
    EXPECT_EQ(code(with(element + inner)), "xsd.unsupported") << inner;
  }
  EXPECT_EQ(code("<a/>"), "xsd.not_a_schema");
  EXPECT_EQ(code("<a"), "xsd.syntax");
  EXPECT_EQ(code("<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"), "xsd.doctype");
  EXPECT_EQ(code(with("<xs:element name='A' type='B'/>")), "xsd.unknown_name");
  EXPECT_EQ(code(with(element + "<xs:element name='Z' type='xs:int'/>")), "xsd.root_unclear");
  EXPECT_EQ(code(with("<xs:element name='A' type='xs:string' bogus='1'/>")), "xsd.invalid");
  EXPECT_EQ(
      code(with("<xs:simpleType name='T'><xs:restriction base='T'/></xs:simpleType>" + element)),
      "xsd.unsupported");
}

TEST(Xsd, BoundsHostileSchemas) {
  std::string bomb = "<xs:schema id='a-b_1' xmlns:xs='http://www.w3.org/2001/XMLSchema'>";
  for (int i = 0; i < 40; ++i) {
    const std::string next = std::to_string(i + 1);
    bomb += "<xs:group name='g" + std::to_string(i) + "'><xs:sequence><xs:group ref='g" + next +
            "'/><xs:group ref='g" + next + "'/></xs:sequence></xs:group>";
  }
  bomb +=
      "<xs:group name='g40'><xs:sequence/></xs:group><xs:element name='A'><xs:complexType>"
      "<xs:group ref='g0'/></xs:complexType></xs:element></xs:schema>";
  const Loaded loaded = load_xsd(bomb, "bomb.xsd");
  EXPECT_FALSE(loaded.schema);
  std::string deep;
  for (int i = 0; i < 100'000; ++i) deep += "<a>";
  EXPECT_FALSE(load_xsd(deep, "deep.xsd").schema);
}

}  // namespace
}  // namespace portage::schema
