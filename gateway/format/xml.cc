// The door of libxml2. Its SAX2 reader runs over UTF-8 that we have checked; our handlers build the
// tree. A DOCTYPE stops it before anything is declared, so there is no entity, no external file and
// no network to reach. Element content is parsed without recursion, and our depth limit stops it in
// any case.
#include <libxml/parser.h>
#include <libxml/parserInternals.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <memory>
#include <unordered_map>

#include "gateway/base/text.h"
#include "gateway/format/format.h"
#include "gateway/format/xml_text.h"

namespace portage::format {
namespace {

using record::Kind;
using record::Value;

constexpr std::string_view kXsi = "http://www.w3.org/2001/XMLSchema-instance";
constexpr std::uint32_t kDeepest = 250;  // libxml2 stops at 256 in words of its own
constexpr std::size_t kLinearNames = 16;

std::string_view view(const xmlChar* text) {
  return text == nullptr ? std::string_view()
                         : std::string_view(reinterpret_cast<const char*>(text));
}
std::string_view view(const xmlChar* from, const xmlChar* to) {
  return {reinterpret_cast<const char*>(from), static_cast<std::size_t>(to - from)};
}
constexpr std::string_view kBlank = " \t\r\n";
bool blank(std::string_view text) { return text.find_first_not_of(kBlank) == text.npos; }

// Without entity replacement libxml2 leaves each ampersand of an attribute as this reference, and
// nothing but ampersands.
void append_unescaped(std::string_view text, std::string& out) {
  constexpr std::string_view kAmpersand = "&#38;";
  for (std::size_t i = 0; i < text.size(); ++i) {
    out += text[i];
    if (text.substr(i, kAmpersand.size()) == kAmpersand) i += kAmpersand.size() - 1;
  }
}

std::size_t mix(std::uint64_t a, std::uint64_t b) {
  std::uint64_t x = a * 0x9E3779B97F4A7C15u ^ (b + 0x7F4A7C15F39CC060u) * 0xBF58476D1CE4E5B9u;
  return static_cast<std::size_t>(x ^ (x >> 31));
}

// Names as libxml2's dictionary holds them (equal text, equal pointer) -> Clark names in the arena.
class Names {
 public:
  std::string_view of(const xmlChar* local, const xmlChar* uri, bool attribute,
                      record::Arena& arena) {
    const Key key{local, uri, attribute};
    const auto found = names_.find(key);
    if (found != names_.end()) return found->second;
    scratch_.clear();
    if (attribute) scratch_ += '@';
    if (uri != nullptr) {
      scratch_ += '{';
      append_unescaped(view(uri), scratch_);
      scratch_ += '}';
    }
    scratch_ += view(local);
    return names_.emplace(key, arena.copy(scratch_)).first->second;
  }

 private:
  struct Key {
    const xmlChar *local, *uri;
    bool attribute;
    bool operator==(const Key&) const = default;
  };
  struct Hash {
    std::size_t operator()(const Key& key) const {
      return mix(reinterpret_cast<std::uintptr_t>(key.local),
                 reinterpret_cast<std::uintptr_t>(key.uri) + (key.attribute ? 1 : 0));
    }
  };
  std::unordered_map<Key, std::string_view, Hash> names_;
  std::string scratch_;
};

class Builder {
 public:
  Builder(XmlText& text, const Limits& limits, record::Document& into)
      : text_(text), limits_(limits), into_(into) {
    open_.reserve(16);
  }
  void read(xmlParserCtxt& parser) {
    parser_ = &parser;
    parser.userData = this;
    *parser.sax = handlers();
    xmlCtxtUseOptions(&parser, XML_PARSE_NONET | XML_PARSE_IGNORE_ENC | XML_PARSE_COMPACT);
    xmlParseDocument(&parser);
    const bool well_formed = parser.wellFormed != 0 && parser.nsWellFormed != 0;
    if (code_ == nullptr && !well_formed) refuse("xml.syntax", here());
    if (code_ == nullptr && !done_) refuse("xml.truncated", text_.utf8().size());
  }
  const char* code() const { return code_; }
  std::size_t refused_at() const { return refused_at_; }  // in the UTF-8 text

 private:
  struct Open {
    std::string_view name;
    Value value;
    std::uint32_t serial;    // of the element in the document
    std::uint32_t children;  // distinct names
    bool nil;
  };
  static Builder& self(void* user) { return *static_cast<Builder*>(user); }
  static xmlSAXHandler handlers();
  static void on_error(void* user, xmlErrorPtr error);

  std::size_t here() const {
    const xmlParserInput* in = parser_->input;
    if (in == nullptr || in->cur == nullptr || in->base == nullptr) return 0;
    return in->consumed + static_cast<std::size_t>(in->cur - in->base);
  }
  // Of a place in libxml2's buffer; `elsewhere` if it is in another.
  std::size_t offset(const char* at, std::size_t elsewhere) const {
    const xmlParserInput* in = parser_->input;
    const auto* const byte = reinterpret_cast<const xmlChar*>(at);
    if (in == nullptr || std::less<>()(byte, in->base) || std::less<>()(in->end, byte))
      return elsewhere;
    return in->consumed + static_cast<std::size_t>(byte - in->base);
  }
  void refuse(const char* code, std::size_t at) {
    if (code_ != nullptr) return;
    code_ = code;
    refused_at_ = std::min(at, text_.utf8().size());
    xmlStopParser(parser_);
  }
  void characters(std::string_view chunk) {
    if (code_ != nullptr || open_.empty()) return;
    if (blank_ && !blank(chunk)) {
      blank_ = false;
      ink_at_ = offset(chunk.data(), here() - std::min(here(), chunk.size())) +
                chunk.find_first_not_of(kBlank);
    }
    content_ += chunk;
  }
  void clear_content() {
    content_.clear();
    blank_ = true;
  }
  void start(const xmlChar* local, const xmlChar* uri, std::span<const xmlChar* const> attributes);
  void attribute(Open& open, const xmlChar* const* of_five, std::size_t element_at);
  void end();
  void add_child(Open& parent, std::string_view name, Value value);
  Value* child(Open& parent, std::string_view name);

  XmlText& text_;
  const Limits& limits_;
  record::Document& into_;
  xmlParserCtxt* parser_ = nullptr;
  Names names_;
  std::vector<Open> open_;
  std::string content_;  // of the innermost open element, since its last child
  bool blank_ = true;
  std::size_t ink_at_ = 0;  // where its first character that is not white space stands
  struct Child {
    std::uint32_t parent;
    const char* name;  // equal names lie at one place
    bool operator==(const Child&) const = default;
  };
  struct Mixed {
    std::size_t operator()(const Child& c) const {
      return mix(c.parent, reinterpret_cast<std::uintptr_t>(c.name));
    }
  };
  std::unordered_map<Child, std::uint32_t, Mixed> members_;  // of groups with many names
  std::string scratch_;
  std::uint32_t serial_ = 0;
  std::size_t values_ = 0;
  bool done_ = false;
  const char* code_ = nullptr;
  std::size_t refused_at_ = 0;
};

void Builder::start(const xmlChar* local, const xmlChar* uri,
                    std::span<const xmlChar* const> attributes) {
  if (code_ != nullptr) return;
  const std::size_t before = text_.utf8().rfind('<', here());
  const std::size_t at = before == std::string_view::npos ? 0 : before;
  if (open_.size() >= std::min(limits_.depth, kDeepest)) return refuse("xml.depth", at);
  values_ += 1 + attributes.size() / 5;
  if (values_ > limits_.values) return refuse("xml.too_many_values", at);
  if (!blank_) return refuse("xml.mixed", ink_at_);
  clear_content();
  open_.push_back({names_.of(local, uri, false, into_.arena), Value::group(text_.original(at)),
                   ++serial_, 0, false});
  for (std::size_t i = 0; i + 5 <= attributes.size(); i += 5)
    attribute(open_.back(), &attributes[i], at);
}

void Builder::attribute(Open& open, const xmlChar* const* of_five, std::size_t element_at) {
  const xmlChar *local = of_five[0], *uri = of_five[2], *from = of_five[3], *to = of_five[4];
  std::string_view text = view(from, to);
  if (view(uri) == kXsi) {
    if (view(local) == "nil") {
      const std::string_view flag = base::trim(text);
      open.nil = flag == "true" || flag == "1";
      return;
    }
    if (view(local) == "schemaLocation" || view(local) == "noNamespaceSchemaLocation") return;
  }
  // A value that needed unescaping lies in a buffer of its own.
  const std::size_t at = offset(text.data(), element_at);
  if (text.find('&') != std::string_view::npos) {
    scratch_.clear();
    append_unescaped(text, scratch_);
    text = scratch_;
  }
  open.value.add(into_.arena, names_.of(local, uri, true, into_.arena),
                 Value::text(into_.arena.copy(text), text_.original(at)));
}

void Builder::end() {
  if (code_ != nullptr || open_.empty()) return;
  Open& open = open_.back();
  Value value = open.value;
  if (open.children > 0 && !blank_) return refuse("xml.mixed", ink_at_);
  if (open.nil && (open.children > 0 || !blank_)) {
    return refuse("xml.nil_content", blank_ ? here() : ink_at_);
  }
  if (value.size() == 0) {
    value =
        open.nil ? Value::null(value.at()) : Value::text(into_.arena.copy(content_), value.at());
  } else if (open.nil) {
    value.add(into_.arena, "", Value::null(value.at()));
  } else if (!blank_) {
    value.add(into_.arena, "", Value::text(into_.arena.copy(content_), value.at()));
  }
  const std::string_view name = open.name;
  clear_content();
  open_.pop_back();
  if (!open_.empty()) return add_child(open_.back(), name, value);
  into_.root = Value::group(value.at());
  into_.root.add(into_.arena, name, value);
  done_ = true;
}

Value* Builder::child(Open& parent, std::string_view name) {
  const auto members = parent.value.members();
  if (parent.children > kLinearNames) {
    const auto found = members_.find({parent.serial, name.data()});
    return found == members_.end() ? nullptr : &members[found->second].value;
  }
  for (std::size_t i = members.size(); i-- > 0;) {  // repeats mostly follow each other
    if (members[i].name.data() == name.data()) return &members[i].value;
  }
  return nullptr;
}

void Builder::add_child(Open& parent, std::string_view name, Value value) {
  Value* const first = child(parent, name);
  if (first != nullptr) {
    if (!first->is(Kind::list)) {
      Value list = Value::list(first->at());
      list.push(into_.arena, *first);
      *first = list;
    }
    first->push(into_.arena, value);
    return;
  }
  parent.value.add(into_.arena, name, value);
  if (++parent.children <= kLinearNames) return;
  const auto members = parent.value.members();
  const std::size_t from = parent.children == kLinearNames + 1 ? 0 : members.size() - 1;
  for (std::size_t i = from; i < members.size(); ++i) {
    members_.emplace(Child{parent.serial, members[i].name.data()}, static_cast<std::uint32_t>(i));
  }
}

void Builder::on_error(void* user, xmlErrorPtr error) {
  if (error == nullptr || error->level < XML_ERR_ERROR) return;
  Builder& builder = self(user);
  const char* code = "xml.syntax";
  switch (error->code) {
    case XML_ERR_DOCUMENT_END:
      code = "xml.trailing";
      break;
    case XML_ERR_TAG_NAME_MISMATCH:
      code = "xml.tags";
      break;
    case XML_ERR_INVALID_CHAR:
    case XML_ERR_INVALID_CHARREF:
      code = "xml.character";
      break;
    case XML_ERR_UNDECLARED_ENTITY:
    case XML_WAR_UNDECLARED_ENTITY:
      code = "xml.entity";
      break;
    case XML_ERR_ATTRIBUTE_REDEFINED:
    case XML_NS_ERR_ATTRIBUTE_REDEFINED:
      code = "xml.attribute_twice";
      break;
    case XML_NS_ERR_UNDEFINED_NAMESPACE:
      code = "xml.namespace";
      break;
    default:
      break;
  }
  const std::size_t at = builder.here();
  const std::string_view rest =
      builder.text_.utf8().substr(std::min(at, builder.text_.utf8().size()));
  const bool ended = blank(rest) && !builder.done_;
  if (ended && std::string_view(code) == "xml.syntax") code = "xml.truncated";
  builder.refuse(code, at);
}

xmlSAXHandler Builder::handlers() {
  xmlSAXHandler sax;
  std::memset(&sax, 0, sizeof sax);
  sax.initialized = XML_SAX2_MAGIC;
  sax.startElementNs = [](void* user, const xmlChar* local, const xmlChar*, const xmlChar* uri, int,
                          const xmlChar**, int count, int, const xmlChar** attributes) {
    self(user).start(local, uri, {attributes, static_cast<std::size_t>(count) * 5});
  };
  sax.endElementNs = [](void* user, const xmlChar*, const xmlChar*, const xmlChar*) {
    self(user).end();
  };
  sax.characters = [](void* user, const xmlChar* text, int size) {
    self(user).characters(view(text, text + size));
  };
  sax.ignorableWhitespace = sax.characters;
  sax.cdataBlock = sax.characters;
  sax.internalSubset = [](void* user, const xmlChar*, const xmlChar*, const xmlChar*) {
    Builder& builder = self(user);
    const std::size_t at = builder.text_.utf8().rfind("<!DOCTYPE", builder.here());
    builder.refuse("xml.doctype", at == std::string_view::npos ? 0 : at);
  };
  sax.serror = on_error;
  return sax;
}

struct FreeParser {
  void operator()(xmlParserCtxt* parser) const {
    if (parser->myDoc != nullptr) xmlFreeDoc(parser->myDoc);
    xmlFreeParserCtxt(parser);
  }
};

}  // namespace

base::Status read_xml(std::string_view bytes, const Limits& limits, record::Document& into) {
  static const bool kReady = (xmlInitParser(), true);  // libxml2's tables, once
  into.arena.reset();
  into.root = Value();
  constexpr std::size_t kMost = std::numeric_limits<std::int32_t>::max() / 4;
  const std::size_t most = std::min(limits.bytes, kMost);
  if (bytes.size() > most) {
    return base::make_error(base::ErrorKind::too_large, "xml.too_large",
                            {{"limit", std::to_string(most)}});
  }
  base::Result<XmlText> text = XmlText::decode(bytes);
  if (!text) return std::move(text).error();
  const std::string_view utf8 = text->utf8();
  if (std::size_t at = 0; many_attributes(utf8, at)) {
    return xml_fault("xml.too_many_attributes", utf8, at,
                     {{"limit", std::to_string(kMostAttributes)}});
  }
  const std::unique_ptr<xmlParserCtxt, FreeParser> parser(
      kReady ? xmlCreateMemoryParserCtxt(utf8.data(), static_cast<int>(utf8.size())) : nullptr);
  if (!parser) return base::make_error(base::ErrorKind::unavailable, "internal");

  Builder builder(*text, limits, into);
  builder.read(*parser);
  if (builder.code() == nullptr) return {};
  into.root = Value();
  base::Arguments arguments;
  const std::string_view code = builder.code();
  if (code == "xml.depth") {
    arguments = {{"depth", std::to_string(std::min(limits.depth, kDeepest))}};
  } else if (code == "xml.too_many_values") {
    arguments = {{"limit", std::to_string(limits.values)}};
  }
  return xml_fault(code, utf8, builder.refused_at(), std::move(arguments));
}

}  // namespace portage::format
