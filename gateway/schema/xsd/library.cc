#include "gateway/schema/xsd/library.h"

#include <libxml/parser.h>

#include "gateway/schema/xsd/parsed.h"

namespace portage::schema::xsd {
struct LibrarySchema::Held {
  ParsedSchema schema;
};

LibrarySchema::LibrarySchema(std::unique_ptr<Held> held) : held_(std::move(held)) {}
LibrarySchema::~LibrarySchema() = default;

std::unique_ptr<LibrarySchema> LibrarySchema::compile(std::string_view text,
                                                      const std::string& file,
                                                      std::vector<base::Finding>& findings) {
  auto held = std::make_unique<Held>();
  held->schema = parse_schema(xmlSchemaNewMemParserCtxt(text.data(), static_cast<int>(text.size())),
                              file, findings);
  if (held->schema == nullptr) return nullptr;
  return std::unique_ptr<LibrarySchema>(new LibrarySchema(std::move(held)));
}

base::Status LibrarySchema::validate(std::string_view text) const {
  const std::scoped_lock lock(mutex_);
  const auto refused = [](std::uint32_t line) {
    return base::make_error(base::ErrorKind::invalid, "xsd.refused", {}, {{}, line, 0, {}});
  };
  xmlDoc* document = xmlReadMemory(text.data(), static_cast<int>(text.size()), nullptr, nullptr,
                                   XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
  if (document == nullptr || document->intSubset != nullptr) {
    if (document != nullptr) xmlFreeDoc(document);
    return refused(0);
  }
  // Its messages quote values, so that only the line leaves this function.
  std::vector<Message> messages;
  int verdict = -1;
  xmlSchemaValidCtxt* check = xmlSchemaNewValidCtxt(held_->schema.get());
  if (check != nullptr) {
    xmlSchemaSetValidStructuredErrors(check, gather, &messages);
    verdict = xmlSchemaValidateDoc(check, document);
    xmlSchemaFreeValidCtxt(check);
  }
  xmlFreeDoc(document);
  if (verdict == 0) return {};
  return refused(messages.empty() ? 0 : messages.front().line);
}

}  // namespace portage::schema::xsd
