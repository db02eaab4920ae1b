// Formats: bytes <-> Value, with positions. Pure functions; hostile input costs bounded time and memory.
// Every fault has a code of schemas/errors/format.json and a line and column (text) or row and column name.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "gateway/base/result.h"
#include "gateway/record/value.h"

namespace portage::format {

enum class Format : std::uint8_t { json, xml, csv };

struct Limits {
  std::size_t bytes = 8u << 20;
  std::uint32_t depth = 64;
  std::uint32_t values = 1'000'000;  // nodes in one tree
};

// JSON (RFC 8259): duplicate keys, invalid UTF-8, lone surrogates, and depth past the limit are refused.
// The tree is built in `into.arena`; texts are copied, so `bytes` may go away.
base::Status read_json(std::string_view bytes, const Limits& limits, record::Document& into);
// Appends compact JSON in member order; the same tree gives the same bytes.
void write_json(const record::Value& value, std::string& out);
void write_json_text(std::string_view text, std::string& out);  // one quoted, escaped string

// XML 1.0 with namespaces: no DOCTYPE, no entities but the five, no processing instructions kept.
// The root is a group with one member, the document element. An element with only text is a text;
// with attributes or children a group; repeated siblings of one name become one list at the place of the
// first. xsi:nil="true" reads as null. Comments are skipped; text between child elements that is not
// white space is refused (mixed content).
base::Status read_xml(std::string_view bytes, const Limits& limits, record::Document& into);
// Appends an XML document; namespaces get the prefixes ns1, ns2 … unless one is all: then it is the default.
void write_xml(const record::Value& root, std::string& out);

// CSV (RFC 4180): a header row, quoted cells with line breaks, LF or CRLF. See csv.h for tables.

}  // namespace portage::format
