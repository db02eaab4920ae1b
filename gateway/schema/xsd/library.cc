#include "gateway/schema/xsd/library.h"

#include <libxml/parser.h>
#include <libxml/xmlschemas.h>

#include "gateway/base/text.h"

namespace portage::schema::xsd {
namespace {

struct Message {
  std::uint32_t line = 0;
  std::string text;
};

void gather(void* user, xmlErrorPtr error) {
  auto& messages = *static_cast<std::vector<Message>*>(user);
  if (error == nullptr || error->level < XML_ERR_ERROR || messages.size() >= 32) return;
  Message message;
  message.line = static_cast<std::uint32_t>(std::max(0, error->line));
  if (error->message != nullptr) message.text = base::trim(error->message);
  messages.push_back(std::move(message));
}

}  // namespace

struct LibrarySchema::Held {
  xmlSchema* schema = nullptr;
  ~Held() {
    if (schema != nullptr) xmlSchemaFree(schema);
  }
};

LibrarySchema::LibrarySchema(std::unique_ptr<Held> held) : held_(std::move(held)) {}
LibrarySchema::~LibrarySchema() = default;

std::unique_ptr<LibrarySchema> LibrarySchema::compile(std::string_view text,
                                                      const std::string& file,
                                                      std::vector<base::Finding>& findings) {
  std::vector<Message> messages;
  auto held = std::make_unique<Held>();
  xmlSchemaParserCtxt* parser =
      xmlSchemaNewMemParserCtxt(text.data(), static_cast<int>(text.size()));
  if (parser != nullptr) {
    xmlSchemaSetParserStructuredErrors(parser, gather, &messages);
    held->schema = xmlSchemaParse(parser);
    xmlSchemaFreeParserCtxt(parser);
  }
  if (held->schema != nullptr && messages.empty()) {
    return std::unique_ptr<LibrarySchema>(new LibrarySchema(std::move(held)));
  }
  if (messages.empty()) messages.push_back({});
  for (Message& message : messages) {
    base::Finding finding;
    finding.code = "xsd.invalid";
    finding.place = {file, message.line, 0, {}};
    finding.arguments = {{"why", std::move(message.text)}};
    findings.push_back(std::move(finding));
  }
  return nullptr;
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
  xmlSchemaValidCtxt* check = xmlSchemaNewValidCtxt(held_->schema);
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
