// An XSD that uses every construct that the gateway supports, and a document that is valid for it.
#pragma once

#include <string_view>

namespace portage::schema {

inline constexpr std::string_view kSampleXsd = R"xsd(<?xml version="1.0"?>
<xs:schema id="test-case_1" xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="urn:t"
           xmlns:p="urn:portage:schema:1"
           targetNamespace="urn:t" elementFormDefault="qualified">
  <xs:annotation><xs:appinfo><p:schema name="test/case@1" root="Case"/></xs:appinfo></xs:annotation>
  <xs:simpleType name="Code"><xs:restriction base="xs:token">
    <xs:enumeration value="A"/>
    <xs:enumeration value="B c"/><xs:enumeration value="C"/></xs:restriction></xs:simpleType>
  <xs:simpleType name="Number9"><xs:restriction base="xs:string">
    <xs:pattern value="[0-9]{9}"/><xs:pattern value="X\d+"/></xs:restriction></xs:simpleType>
  <xs:simpleType name="Money"><xs:restriction base="xs:decimal">
    <xs:minInclusive value="0"/><xs:maxExclusive value="1000.5"/><xs:fractionDigits value="2"/>
    <xs:totalDigits value="5"/></xs:restriction></xs:simpleType>
  <xs:simpleType name="Small"><xs:restriction base="xs:unsignedByte"><xs:minExclusive value="3"/>
    </xs:restriction></xs:simpleType>
  <xs:simpleType name="Short"><xs:restriction base="xs:string">
    <xs:minLength value="1"/><xs:maxLength value="4"/></xs:restriction></xs:simpleType>
  <xs:simpleType name="Exact"><xs:restriction base="xs:normalizedString"><xs:length value="3"/>
    </xs:restriction></xs:simpleType>
  <xs:complexType name="Phone"><xs:simpleContent><xs:extension base="Short">
    <xs:attribute name="kind" type="Code" use="required"/>
    <xs:attribute name="since" type="xs:date"/></xs:extension></xs:simpleContent></xs:complexType>
  <xs:complexType name="Person"><xs:sequence>
    <xs:element name="Family" type="Short"/>
    <xs:element name="Given" type="xs:string" minOccurs="0" maxOccurs="3"/></xs:sequence>
    <xs:attribute name="lang" type="xs:language"/></xs:complexType>
  <xs:complexType name="Worker"><xs:complexContent><xs:extension base="Person"><xs:sequence>
    <xs:element name="Office" type="Exact"/></xs:sequence>
    <xs:attribute name="id" type="xs:positiveInteger" use="required"/></xs:extension></xs:complexContent>
    </xs:complexType>
  <xs:complexType name="Tree"><xs:sequence>
    <xs:element name="Label" type="xs:string"/>
    <xs:element name="Branch"
      type="Tree" minOccurs="0" maxOccurs="unbounded"/></xs:sequence></xs:complexType>
  <xs:group name="Times"><xs:sequence>
    <xs:element name="Day" type="xs:date"/>
    <xs:element name="At" type="xs:dateTime" minOccurs="0"/></xs:sequence>
    </xs:group>
  <xs:attributeGroup name="Stamp"><xs:attribute name="version" type="xs:string" fixed="1"/>
    <xs:attribute name="sent" type="xs:dateTime"/></xs:attributeGroup>
  <xs:element name="Note" type="xs:string" nillable="true"/>
  <xs:element name="Case"><xs:complexType><xs:sequence>
    <xs:element name="Number" type="Number9">
      <xs:annotation><xs:documentation xml:lang="fr">Numéro.</xs:documentation>
        <xs:appinfo><p:field class="program" lane="true"/></xs:appinfo></xs:annotation></xs:element>
    <xs:choice>
      <xs:element name="Client" type="Person"/>
      <xs:sequence><xs:element name="Worker" type="Worker"/>
        <xs:element name="Reason" type="Code" minOccurs="0"/></xs:sequence>
    </xs:choice>
    <xs:element name="Phone" type="Phone" minOccurs="0" maxOccurs="2"/>
    <xs:group ref="Times" minOccurs="0"/>
    <xs:sequence minOccurs="0" maxOccurs="2">
      <xs:element name="Key" type="xs:NMTOKEN"/><xs:element name="Val" type="xs:boolean"/></xs:sequence>
    <xs:choice minOccurs="0" maxOccurs="3">
      <xs:element name="Red" type="Small"/><xs:element name="Blue" type="xs:int"/></xs:choice>
    <xs:element name="Money" type="Money" minOccurs="0"/>
    <xs:element name="State" type="xs:string" default="open" minOccurs="0"/>
    <xs:element name="Fixed" type="xs:integer" fixed="7" minOccurs="0"/>
    <xs:element name="Clock" type="xs:time" minOccurs="0"/>
    <xs:element name="Year" type="xs:gYear" minOccurs="0"/>
    <xs:element name="Span" type="xs:duration" minOccurs="0"/>
    <xs:element name="Score" type="xs:double" minOccurs="0"/>
    <xs:element name="Bytes" type="xs:hexBinary" minOccurs="0"/>
    <xs:element name="Tree" type="Tree" minOccurs="0"/>
    <xs:element name="Box" minOccurs="0"><xs:complexType><xs:all>
      <xs:element name="High" type="xs:int"/><xs:element name="Wide" type="xs:int" minOccurs="0"/>
      <xs:element name="Deep" type="xs:int"/></xs:all></xs:complexType></xs:element>
    <xs:element name="Empty" minOccurs="0"><xs:complexType><xs:attribute name="on" type="xs:boolean"/>
      </xs:complexType></xs:element>
    <xs:element name="Local" type="xs:string" form="unqualified" minOccurs="0"/>
    <xs:element ref="Note" minOccurs="0"/>
  </xs:sequence><xs:attributeGroup ref="Stamp"/></xs:complexType></xs:element>
</xs:schema>)xsd";

inline constexpr std::string_view kSampleXml =
    R"xml(<Case xmlns="urn:t" version="1" sent="2024-02-29T10:00:00-05:00"><Number>123456789</Number>
<Worker id="4" lang="en"><Family>Roy</Family><Given>Ann</Given>
<Given>Lee</Given><Office>abc</Office></Worker><Reason>B c</Reason>
<Phone kind="A">12</Phone><Phone kind="C" since="2024-01-01">34</Phone>
<Day>2024-02-29</Day><At>2024-02-29T24:00:00Z</At>
<Key>k-1</Key><Val>true</Val><Red>4</Red><Blue>-5</Blue><Money>999.99</Money><State></State><Fixed>7</Fixed>
<Clock>23:59:59.5</Clock><Year>2024</Year><Span>P1Y2DT3.5S</Span><Score>1e3</Score><Bytes>0aFF</Bytes>
<Tree><Label>a</Label><Branch><Label>b</Label></Branch></Tree>
<Box><Deep>1</Deep><High>2</High></Box><Empty on="1"/>
<Local xmlns="">x</Local><Note>n</Note></Case>)xml";

}  // namespace portage::schema
