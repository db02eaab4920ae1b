// Formats: bytes <-> Value, with positions. Pure functions; hostile input costs bounded time and
// memory. Every fault has a code of schemas/errors/format.json and a line and column (text) or row
// and column name.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "gateway/base/result.h"
#include "gateway/record/value.h"

namespace portage::format {

enum class Format : std::uint8_t { json, xml, csv, fixed };

struct Limits {
  std::size_t bytes = 8u << 20;
  std::uint32_t depth = 64;
  std::uint32_t values = 1'000'000;  // nodes in one tree
  bool wide_numbers = false;         // json: also numbers beyond a double's range, in their digits
};

// JSON (RFC 8259): duplicate keys, invalid UTF-8, lone surrogates, and depth past the limit are
// refused; so is a number beyond a double's range unless the limits let it in. A byte order mark is
// skipped. Readers reset `into.arena` and build the tree in it; texts are copied, so `bytes` may go
// away. Value.at is the byte offset in `bytes`. After an error `into.root` is missing.
base::Status read_json(std::string_view bytes, const Limits& limits, record::Document& into);
// Appends compact JSON in member order; the same tree gives the same bytes. Members that are
// missing are left out; a missing item of a list is null.
void write_json(const record::Value& value, std::string& out);
void write_json_pretty(const record::Value& value,
                       std::string& out);                       // for people: two blanks a level
void write_json_text(std::string_view text, std::string& out);  // one quoted, escaped string

// XML 1.0 with namespaces: no DOCTYPE, no entities but the five, no processing instructions kept.
// The root is a group with one member, the document element. An element with only text is a text;
// with attributes or children a group; repeated siblings of one name become one list at the place
// of the first. xsi:nil="true" reads as null (in an element with other attributes: the member "" is
// null). Comments are skipped; text between child elements that is not white space is refused
// (mixed content). Where an element has attributes and no child elements, white space alone is no
// text. Hints where a schema might be (xsi:schemaLocation) are left out. UTF-8, UTF-16, ISO-8859-1
// and windows-1252 are read.
base::Status read_xml(std::string_view bytes, const Limits& limits, record::Document& into);
// Appends an XML document; namespaces get the prefixes ns1, ns2 … unless one is all: that is the
// default. Null is written as xsi:nil, nothing for missing and for an empty list. Fails (and
// appends nothing) where XML has no way to say it: a control character, a name that is none, lists
// in lists, text beside elements.
base::Status write_xml(const record::Value& root, std::string& out);

// CSV (RFC 4180): see csv.h. Charsets: see charset.h.

}  // namespace portage::format
