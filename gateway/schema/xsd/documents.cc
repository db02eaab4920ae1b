#include <libxml/parser.h>
#include <libxml/tree.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "gateway/base/text.h"
#include "gateway/schema/xsd/parsed.h"
#include "gateway/schema/xsd_document.h"

namespace portage::schema {
namespace {

namespace fs = std::filesystem;

constexpr int kQuiet = XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING;
constexpr std::size_t kMostParts = 100, kMostBytes = 8u << 20;

struct DocumentFree {
  void operator()(xmlDoc* document) const { xmlFreeDoc(document); }
};
using Document = std::unique_ptr<xmlDoc, DocumentFree>;

Document read(std::string_view text, const std::string& file) {
  if (text.size() > kMostBytes * 8) return nullptr;
  return Document(xmlReadMemory(text.data(), static_cast<int>(text.size()), file.c_str(), nullptr,
                                kQuiet | XML_PARSE_BIG_LINES));
}

std::string_view name_of(const xmlNode* node) { return reinterpret_cast<const char*>(node->name); }

std::string attribute(const xmlNode* node, const char* name) {
  xmlChar* value = xmlGetNoNsProp(node, reinterpret_cast<const xmlChar*>(name));
  if (value == nullptr) return {};
  std::string out(reinterpret_cast<const char*>(value));
  xmlFree(value);
  return out;
}

// Looks at every part that a schema asks for, before libxml2 may: it must be a file in the folder.
class Parts {
 public:
  Parts(fs::path folder, std::vector<base::Finding>& findings)
      : folder_(std::move(folder)), findings_(findings) {}

  bool sound(std::string_view text, const std::string& file) {
    if (!seen_.insert(file).second) return true;
    if (seen_.size() > kMostParts || text.size() > kMostBytes) {
      return find("xsd.too_large", file, 0, {});
    }
    const Document document = read(text, file);
    if (document == nullptr) return find("xsd.syntax", file, 0, {{"why", "XML"}});
    if (document->intSubset != nullptr) return find("xsd.doctype", file, 0, {});
    const xmlNode* root = xmlDocGetRootElement(document.get());
    if (root == nullptr || name_of(root) != "schema") {
      return find("xsd.not_a_schema", file, 0, {});
    }
    for (const xmlNode* node = root->children; node != nullptr; node = node->next) {
      if (node->type != XML_ELEMENT_NODE) continue;
      const std::string_view name = name_of(node);
      if (name != "include" && name != "import" && name != "redefine") continue;
      if (!part(attribute(node, "schemaLocation"), file, xmlGetLineNo(node))) return false;
    }
    return true;
  }

 private:
  bool part(const std::string& location, const std::string& file, long line) {
    if (location.empty()) return true;  // an import that says nothing of where
    std::error_code failed;
    const fs::path home = fs::weakly_canonical(folder_, failed);
    const fs::path target = fs::weakly_canonical(fs::path(file).parent_path() / location, failed);
    const fs::path inside = target.lexically_relative(home);
    const bool address = location.find(':') != std::string::npos || location.starts_with("//");
    if (failed || address || inside.empty() || inside.begin()->string() == "..") {
      return find("xsd.outside", file, line, {{"name", location}});
    }
    std::ifstream in(target, std::ios::binary);
    if (!in) return find("xsd.unknown_name", file, line, {{"name", location}});
    const std::string text(std::istreambuf_iterator<char>(in), {});
    return sound(text, target.string());
  }

  bool find(std::string_view code, const std::string& file, long line, base::Arguments arguments) {
    base::Finding finding;
    finding.code = code;
    finding.place = {file, static_cast<std::uint32_t>(std::max(0L, line)), 0, {}};
    finding.arguments = std::move(arguments);
    findings_.push_back(std::move(finding));
    return false;
  }

  fs::path folder_;
  std::vector<base::Finding>& findings_;
  std::set<std::string> seen_;
};

// Our words for what libxml2 found; its own quote values.
std::string_view code_of(int code) {
  switch (code) {
    case XML_SCHEMAV_CVC_ENUMERATION_VALID:
      return "xsd.enumeration";
    case XML_SCHEMAV_CVC_PATTERN_VALID:
      return "xsd.pattern";
    case XML_SCHEMAV_CVC_LENGTH_VALID:
    case XML_SCHEMAV_CVC_MINLENGTH_VALID:
    case XML_SCHEMAV_CVC_MAXLENGTH_VALID:
      return "xsd.length";
    case XML_SCHEMAV_CVC_MININCLUSIVE_VALID:
    case XML_SCHEMAV_CVC_MAXINCLUSIVE_VALID:
    case XML_SCHEMAV_CVC_MINEXCLUSIVE_VALID:
    case XML_SCHEMAV_CVC_MAXEXCLUSIVE_VALID:
    case XML_SCHEMAV_CVC_TOTALDIGITS_VALID:
    case XML_SCHEMAV_CVC_FRACTIONDIGITS_VALID:
      return "xsd.range";
    case XML_SCHEMAV_ELEMENT_CONTENT:
    case XML_SCHEMAV_MISSING:
      return "xsd.content";
    case XML_SCHEMAV_CVC_COMPLEX_TYPE_4:
      return "xsd.attribute_missing";
    case XML_SCHEMAV_CVC_COMPLEX_TYPE_3_2_1:
    case XML_SCHEMAV_CVC_COMPLEX_TYPE_3_2_2:
      return "xsd.attribute_unknown";
    case XML_SCHEMAV_CVC_IDC:
      return "xsd.key";
    case XML_SCHEMAV_CVC_ELT_1:
      return "xsd.root";
    case XML_SCHEMAV_CVC_FACET_VALID:
    case XML_SCHEMAV_CVC_DATATYPE_VALID_1_2_1:
    case XML_SCHEMAV_CVC_DATATYPE_VALID_1_2_2:
    case XML_SCHEMAV_CVC_DATATYPE_VALID_1_2_3:
      return "xsd.type";
    default:
      return "xsd.refused";
  }
}

// "/Referral/Client/Phone[2]/@kind"
std::string path_of(const xmlNode* node) {
  std::string out;
  for (; node != nullptr && (node->type == XML_ELEMENT_NODE || node->type == XML_ATTRIBUTE_NODE);
       node = node->parent) {
    std::string name(name_of(node));
    if (node->type == XML_ATTRIBUTE_NODE) {
      out = "/@" + name;
      continue;
    }
    std::size_t before = 0, after = 0;
    for (const xmlNode* other = node->prev; other != nullptr; other = other->prev) {
      before += other->type == XML_ELEMENT_NODE && name_of(other) == name ? 1 : 0;
    }
    for (const xmlNode* other = node->next; other != nullptr; other = other->next) {
      after += other->type == XML_ELEMENT_NODE && name_of(other) == name ? 1 : 0;
    }
    if (before + after > 0) name += "[" + std::to_string(before + 1) + "]";
    out = "/" + name + out;
  }
  return out;
}

// libxml2 knows the line on which a start tag ends; its column is where the tag begins, there or on
// a line before.
base::LineColumn begin_of(const std::vector<std::string_view>& lines, const xmlNode* node,
                          std::uint32_t line) {
  if (node == nullptr || line == 0 || line > lines.size()) return {line, 1};
  const std::string name(name_of(node->type == XML_ATTRIBUTE_NODE ? node->parent : node));
  for (std::uint32_t back = 0; back < 50 && back < line; ++back) {
    const std::string_view text = lines[line - 1 - back];
    for (std::size_t at = text.find('<'); at != text.npos; at = text.find('<', at + 1)) {
      std::string_view tag = text.substr(at + 1, text.find_first_of(" \t\r/>", at + 1) - at - 1);
      const std::size_t colon = tag.find(':');
      if (colon != tag.npos) tag.remove_prefix(colon + 1);
      if (tag == name) {
        return {line - back, static_cast<std::uint32_t>(base::code_points(text.substr(0, at)) + 1)};
      }
    }
  }
  return {line, 1};
}

struct Gathering {
  const std::vector<std::string_view>& lines;
  std::vector<PlacedFault>& faults;
  std::size_t most;
};

void gather_fault(void* user, xmlErrorPtr error) {
  auto& all = *static_cast<Gathering*>(user);
  if (error == nullptr || error->level < XML_ERR_ERROR || all.faults.size() >= all.most) return;
  const auto* node = static_cast<const xmlNode*>(error->node);
  const auto line = node == nullptr ? static_cast<std::uint32_t>(std::max(0, error->line))
                                    : static_cast<std::uint32_t>(std::max(0L, xmlGetLineNo(node)));
  const base::LineColumn at = begin_of(all.lines, node, line);
  std::string pointer = path_of(node);
  // One fault of a value is told again: by its facet and by its type, and as a key that is none.
  const std::string_view code = code_of(error->code);
  if (!all.faults.empty() && all.faults.back().place.pointer == pointer &&
      (code == "xsd.type" || code == "xsd.key")) {
    return;
  }
  all.faults.push_back({std::string(code), {{}, at.line, at.column, std::move(pointer)}, {}});
}

}  // namespace

struct XsdDocuments::Held {
  xsd::ParsedSchema schema;
};

XsdDocuments::XsdDocuments(std::unique_ptr<Held> held) : held_(std::move(held)) {}
XsdDocuments::~XsdDocuments() = default;

std::unique_ptr<XsdDocuments> XsdDocuments::load(std::string_view text, const std::string& file,
                                                 std::vector<base::Finding>& findings) {
  if (!Parts(fs::path(file).parent_path(), findings).sound(text, file)) return nullptr;
  const Document document = read(text, file);
  auto held = std::make_unique<Held>();
  held->schema = xsd::parse_schema(xmlSchemaNewDocParserCtxt(document.get()), file, findings);
  if (held->schema == nullptr) return nullptr;
  return std::unique_ptr<XsdDocuments>(new XsdDocuments(std::move(held)));
}

std::vector<PlacedFault> XsdDocuments::check(std::string_view text, std::size_t most) const {
  std::vector<PlacedFault> faults;
  xmlParserCtxt* parser = xmlNewParserCtxt();
  Document document;
  if (parser != nullptr && text.size() <= kMostBytes * 8) {
    document.reset(xmlCtxtReadMemory(parser, text.data(), static_cast<int>(text.size()), nullptr,
                                     nullptr, kQuiet | XML_PARSE_BIG_LINES));
  }
  if (document == nullptr || document->intSubset != nullptr) {
    base::Place place;
    if (document == nullptr && parser != nullptr) {
      place.line = static_cast<std::uint32_t>(std::max(0, parser->lastError.line));
      place.column = static_cast<std::uint32_t>(std::max(0, parser->lastError.int2));
    }
    xmlFreeParserCtxt(parser);
    return {{document == nullptr ? "xml.syntax" : "xml.doctype", std::move(place), {}}};
  }
  xmlFreeParserCtxt(parser);
  const std::vector<std::string_view> lines = base::split(text, '\n');
  Gathering all{lines, faults, std::max<std::size_t>(most, 1)};
  xmlSchemaValidCtxt* check = xmlSchemaNewValidCtxt(held_->schema.get());
  int verdict = -1;
  if (check != nullptr) {
    xmlSchemaSetValidStructuredErrors(check, gather_fault, &all);
    verdict = xmlSchemaValidateDoc(check, document.get());
    xmlSchemaFreeValidCtxt(check);
  }
  if (verdict != 0 && faults.empty()) faults.push_back({"xsd.refused", {}, {}});
  return faults;
}

}  // namespace portage::schema
