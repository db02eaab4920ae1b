// A schema as libxml2 has compiled it, and what libxml2 says while it does. Part of the door of
// libxml2. A ParsedSchema is for one thread at a time.
#pragma once

#include <libxml/xmlschemas.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "gateway/base/error.h"

namespace portage::schema::xsd {

struct SchemaFree {
  void operator()(xmlSchema* schema) const { xmlSchemaFree(schema); }
};
using ParsedSchema = std::unique_ptr<xmlSchema, SchemaFree>;

struct Message {
  std::uint32_t line = 0;
  std::string text;  // may quote a value of a document: never shown for one
};
// For libxml2's structured errors; `user` is a std::vector<Message>, which takes the first 32.
void gather(void* user, xmlErrorPtr error);

// Takes the parser, which may be nullptr. nullptr after findings (xsd.invalid).
ParsedSchema parse_schema(xmlSchemaParserCtxt* parser, const std::string& file,
                          std::vector<base::Finding>& findings);

}  // namespace portage::schema::xsd
