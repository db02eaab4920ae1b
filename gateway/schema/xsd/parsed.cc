#include "gateway/schema/xsd/parsed.h"

#include <algorithm>

#include "gateway/base/text.h"

namespace portage::schema::xsd {

void gather(void* user, xmlErrorPtr error) {
  auto& messages = *static_cast<std::vector<Message>*>(user);
  if (error == nullptr || error->level < XML_ERR_ERROR || messages.size() >= 32) return;
  Message message;
  message.line = static_cast<std::uint32_t>(std::max(0, error->line));
  if (error->message != nullptr) message.text = base::trim(error->message);
  messages.push_back(std::move(message));
}

ParsedSchema parse_schema(xmlSchemaParserCtxt* parser, const std::string& file,
                          std::vector<base::Finding>& findings) {
  std::vector<Message> messages;
  ParsedSchema schema;
  if (parser != nullptr) {
    xmlSchemaSetParserStructuredErrors(parser, gather, &messages);
    schema.reset(xmlSchemaParse(parser));
    xmlSchemaFreeParserCtxt(parser);
  }
  if (schema != nullptr && messages.empty()) return schema;
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

}  // namespace portage::schema::xsd
