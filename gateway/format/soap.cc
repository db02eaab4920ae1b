#include "gateway/format/soap.h"

#include "gateway/base/text.h"

namespace portage::format {

using record::Kind;
using record::Member;
using record::Value;

namespace {

constexpr std::string_view k11 = "http://schemas.xmlsoap.org/soap/envelope/";
constexpr std::string_view k12 = "http://www.w3.org/2003/05/soap-envelope";

std::string_view uri_of(Soap version) { return version == Soap::v1_1 ? k11 : k12; }

std::string clark(std::string_view uri, std::string_view local) {
  return "{" + std::string(uri) + "}" + std::string(local);
}

std::string_view local_of(std::string_view name) {
  const std::size_t end = name.rfind('}');
  return end == std::string_view::npos ? name : name.substr(end + 1);
}

bool attribute(const Member& m) { return m.name.empty() || m.name.starts_with('@'); }

base::Error refuse(const char* code, std::string_view bytes, const Value& at,
                   base::Arguments arguments = {}) {
  const base::LineColumn place = base::line_column(bytes, at.at());
  return base::make_error(base::ErrorKind::invalid, code, std::move(arguments),
                          {{}, place.line, place.column, {}});
}

// The text of an element, also of one with attributes.
std::string_view text_of(const Value* value) {
  if (value != nullptr && value->is(Kind::group)) value = value->find("");
  if (value != nullptr && value->is(Kind::list) && value->size() > 0)
    return text_of(value->items().data());
  return value != nullptr && value->is(Kind::text) ? value->as_text() : std::string_view();
}

const Value* path(const Value& from, std::initializer_list<std::string> names) {
  const Value* at = &from;
  for (const std::string& name : names) {
    if (at == nullptr || !at->is(Kind::group)) return nullptr;
    at = at->find(name);
  }
  return at;
}

SoapFault fault_of(const Value& fault, Soap version) {
  SoapFault out;
  const std::string_view uri = uri_of(version);
  std::string_view code;
  if (version == Soap::v1_1) {
    code = text_of(fault.find("faultcode"));
    out.reason = text_of(fault.find("faultstring"));
  } else {
    code = text_of(path(fault, {clark(uri, "Code"), clark(uri, "Value")}));
    out.reason = text_of(path(fault, {clark(uri, "Reason"), clark(uri, "Text")}));
  }
  code = base::trim(code);
  code = code.substr(code.find(':') == std::string_view::npos ? 0 : code.find(':') + 1);
  out.senders = code.starts_with("Client") || code.starts_with("Sender");
  out.code = code;
  return out;
}

void escape(std::string_view text, std::string& out) {
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    }
  }
}

}  // namespace

base::Status read_soap(std::string_view bytes, const Limits& limits, Soap wanted,
                       record::Document& into, Soap& found, std::optional<SoapFault>& fault) {
  found = Soap::none;
  fault.reset();
  if (base::Status status = read_xml(bytes, limits, into); !status) return status;
  const Value whole = std::exchange(into.root, Value());
  const Member& top = whole.members().front();
  for (const Soap version : {Soap::v1_1, Soap::v1_2}) {
    if (top.name == clark(uri_of(version), "Envelope")) found = version;
  }
  if (found == Soap::none) return refuse("soap.no_envelope", bytes, top.value);
  if (wanted != Soap::none && wanted != found) {
    return refuse("soap.version", bytes, top.value,
                  {{"wanted", wanted == Soap::v1_1 ? "1.1" : "1.2"}});
  }
  const std::string_view uri = uri_of(found);
  const Value* body = nullptr;
  if (top.value.is(Kind::group)) {
    body = top.value.find(clark(uri, "Body"));
    const Value* header = top.value.find(clark(uri, "Header"));
    if (header != nullptr && header->is(Kind::group)) {
      const std::string understand = "@" + clark(uri, "mustUnderstand");
      for (const Member& m : header->members()) {
        const std::span<const Value> all =
            m.value.is(Kind::list) ? m.value.items() : std::span<const Value>(&m.value, 1);
        for (const Value& one : all) {
          const Value* must = one.is(Kind::group) ? one.find(understand) : nullptr;
          if (must != nullptr && (must->as_text() == "1" || must->as_text() == "true")) {
            return refuse("soap.must_understand", bytes, one,
                          {{"name", std::string(local_of(m.name))}});
          }
        }
      }
    }
  }
  if (body == nullptr || body->is(Kind::list)) return refuse("soap.no_body", bytes, top.value);
  const Member* document = nullptr;
  for (const Member& m : body->members()) {
    if (attribute(m)) continue;
    if (document != nullptr || m.value.is(Kind::list)) {
      return refuse("soap.several", bytes, m.value);
    }
    document = &m;
  }
  if (document == nullptr) return refuse("soap.no_body", bytes, *body);
  if (document->name == clark(uri, "Fault")) {
    fault = fault_of(document->value, found);
    return {};
  }
  into.root = Value::group(document->value.at());
  into.root.add(into.arena, document->name, document->value);
  return {};
}

base::Status write_soap(const Value& document, Soap version, std::string& out) {
  record::Arena arena(1024);
  const std::string_view uri = uri_of(version);
  Value envelope = Value::group(), root = Value::group();
  envelope.add(arena, arena.copy(clark(uri, "Body")), document);
  root.add(arena, arena.copy(clark(uri, "Envelope")), envelope);
  return write_xml(root, out);
}

void write_soap_fault(const SoapFault& fault, Soap version, std::string& out) {
  const bool old = version == Soap::v1_1;
  out += "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<env:Envelope xmlns:env=\"";
  out += uri_of(version);
  out += "\"><env:Body><env:Fault>";
  out += old ? "<faultcode>env:" : "<env:Code><env:Value>env:";
  out += fault.senders ? (old ? "Client" : "Sender") : (old ? "Server" : "Receiver");
  out += old ? "</faultcode><faultstring xml:lang=\""
             : "</env:Value></env:Code><env:Reason><env:Text xml:lang=\"";
  escape(fault.language, out);
  out += "\">";
  escape(fault.reason, out);
  out += old ? "</faultstring>" : "</env:Text></env:Reason>";
  if (!fault.code.empty()) {
    out += old ? "<detail>" : "<env:Detail>";
    out += "<fault xmlns=\"urn:portage:fault:1\" code=\"";
    escape(fault.code, out);
    if (!fault.place.empty()) {
      out += "\" place=\"";
      escape(fault.place, out);
    }
    out += "\"/>";
    out += old ? "</detail>" : "</env:Detail>";
  }
  out += "</env:Fault></env:Body></env:Envelope>\n";
}

}  // namespace portage::format
