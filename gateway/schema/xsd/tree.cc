#include "gateway/schema/xsd/tree.h"

#include <libxml/parser.h>
#include <libxml/tree.h>

#include <memory>

#include "gateway/base/text.h"

namespace portage::schema::xsd {
namespace {

struct FreeDocument {
  void operator()(xmlDoc* document) const { xmlFreeDoc(document); }
};

std::string text_of(const xmlChar* text) {
  return text == nullptr ? std::string() : reinterpret_cast<const char*>(text);
}

void convert(const xmlNode& from, const Tag* parent, Tag& into) {
  into.name = text_of(from.name);
  if (from.ns != nullptr) into.space = text_of(from.ns->href);
  into.line = static_cast<std::uint32_t>(xmlGetLineNo(&from));
  if (parent != nullptr) into.prefixes = parent->prefixes;
  for (const xmlNs* ns = from.nsDef; ns != nullptr; ns = ns->next) {
    into.prefixes[text_of(ns->prefix)] = text_of(ns->href);
  }
  for (const xmlAttr* attribute = from.properties; attribute != nullptr;
       attribute = attribute->next) {
    std::string name = text_of(attribute->name);
    if (attribute->ns != nullptr) name = "{" + text_of(attribute->ns->href) + "}" + name;
    std::string value;
    for (const xmlNode* part = attribute->children; part != nullptr; part = part->next) {
      value += text_of(part->content);
    }
    into.attributes[name] = value;
  }
  for (const xmlNode* child = from.children; child != nullptr; child = child->next) {
    if (child->type == XML_TEXT_NODE || child->type == XML_CDATA_SECTION_NODE) {
      into.text += text_of(child->content);
    } else if (child->type == XML_ELEMENT_NODE) {
      convert(*child, &into, into.children.emplace_back());
    }
  }
}

}  // namespace

std::string_view Tag::get(std::string_view attribute) const {
  const auto found = attributes.find(attribute);
  return found == attributes.end() ? std::string_view() : std::string_view(found->second);
}

const Tag* Tag::child(std::string_view xsd_name) const {
  for (const Tag& tag : children) {
    if (tag.is(xsd_name)) return &tag;
  }
  return nullptr;
}

std::string Tag::resolve(std::string_view qname) const {
  qname = base::trim(qname);
  const std::size_t colon = qname.find(':');
  const std::string_view prefix = colon == std::string_view::npos ? "" : qname.substr(0, colon);
  const std::string_view local = colon == std::string_view::npos ? qname : qname.substr(colon + 1);
  const auto found = prefixes.find(prefix);
  if (found == prefixes.end()) return prefix.empty() ? std::string(local) : std::string();
  if (found->second.empty()) return std::string(local);
  return "{" + found->second + "}" + std::string(local);
}

bool read_tree(std::string_view text, const std::string& file, Tag& into,
               std::vector<base::Finding>& findings) {
  const auto refuse = [&](std::string_view code, std::uint32_t line, base::Arguments arguments) {
    base::Finding finding;
    finding.code = code;
    finding.place = {file, line, 0, {}};
    finding.arguments = std::move(arguments);
    findings.push_back(std::move(finding));
    return false;
  };
  constexpr std::size_t kMostBytes = 8u << 20;
  if (text.size() > kMostBytes) return refuse("xsd.too_large", 0, {});
  // No entity may be declared: that is said before libxml2 reads a byte.
  if (const std::size_t at = text.find("<!DOCTYPE"); at != std::string_view::npos) {
    return refuse("xsd.doctype", base::line_column(text, at).line, {});
  }
  xmlInitParser();
  xmlParserCtxt* parser = xmlNewParserCtxt();
  if (parser == nullptr) return refuse("internal", 0, {});
  const std::unique_ptr<xmlDoc, FreeDocument> document(
      xmlCtxtReadMemory(parser, text.data(), static_cast<int>(text.size()), nullptr, nullptr,
                        XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING));
  std::string why;
  std::uint32_t line = 0;
  if (const xmlError* error = xmlCtxtGetLastError(parser); error != nullptr) {
    if (error->message != nullptr) why = base::trim(error->message);
    line = static_cast<std::uint32_t>(std::max(0, error->line));
  }
  xmlFreeParserCtxt(parser);
  const xmlNode* root = document ? xmlDocGetRootElement(document.get()) : nullptr;
  if (root == nullptr) return refuse("xsd.syntax", line, {{"why", why}});
  if (document->intSubset != nullptr) return refuse("xsd.doctype", 1, {});
  convert(*root, nullptr, into);
  if (!into.is("schema")) return refuse("xsd.not_a_schema", into.line, {});
  return true;
}

}  // namespace portage::schema::xsd
