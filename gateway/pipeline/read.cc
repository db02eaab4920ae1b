// Step 3, read: decode the format, find the record in its CloudEvents envelope, check it by the
// sender's schema. Every fault has a place in the sender's own bytes.
#include <algorithm>

#include "gateway/base/text.h"
#include "gateway/format/documents.h"
#include "gateway/pipeline/steps.h"
#include "gateway/security/digest.h"

namespace portage::pipeline {

using base::ErrorKind;
using base::make_error;

std::vector<connector::Fault> faults_from(const std::vector<schema::Fault>& faults,
                                          std::string_view bytes, bool table) {
  std::vector<connector::Fault> out;
  out.reserve(faults.size());
  for (const schema::Fault& fault : faults) {
    connector::Fault to{fault.code, fault.pointer, 0, 0, "", fault.arguments};
    if (!table && !bytes.empty()) {
      const base::LineColumn at = base::line_column(bytes, fault.at);
      to.line = at.line;
      to.column = at.column;
    }
    out.push_back(std::move(to));
  }
  return out;
}

namespace {

Refused refuse(ErrorKind kind, std::string_view code, base::Arguments arguments = {}) {
  return Refused{make_error(kind, code, std::move(arguments)), {}, "", "", "", ""};
}

// An attribute of the envelope, from headers or from a structured body.
std::optional<Refused> set_attribute(std::string_view name, std::string_view value,
                                     record::Envelope& envelope, std::string& type,
                                     std::string& dataschema) {
  if (name == "id") {
    if (value.empty() || value.size() > 255) return refuse(ErrorKind::invalid, "envelope.id");
    envelope.id = value;
  } else if (name == "specversion") {
    if (value != "1.0") return refuse(ErrorKind::unsupported, "envelope.specversion");
  } else if (name == "type") {
    type = value;
  } else if (name == "dataschema") {
    dataschema = value;
  } else if (name == "time") {
    const auto time = base::parse_instant(value);
    if (!time) return refuse(ErrorKind::invalid, "envelope.time");
    envelope.time = *time;
  } else if (name == "inreplyto") {
    envelope.in_reply_to = value.substr(0, 64);
  } else if (name == "traceparent") {
    // 00-<32 hex>-<16 hex>-<2 hex>; a malformed one is ignored, as W3C Trace Context asks.
    if (value.size() >= 55 && value[2] == '-' && value[35] == '-') {
      envelope.trace_id = value.substr(3, 32);
    }
  }
  return std::nullopt;
}

// The record inside a structured event; fills the envelope.
Step<record::Value> open_envelope(const record::Value& root, const std::string& party,
                                  record::Envelope& envelope, std::string& type,
                                  std::string& dataschema) {
  if (!root.is(record::Kind::group)) return refuse(ErrorKind::invalid, "envelope.not_an_object");
  record::Value data;
  bool specversion = false;
  for (const record::Member& member : root.members()) {
    if (member.name == "data") {
      data = member.value;
      continue;
    }
    if (member.name == "data_base64") return refuse(ErrorKind::unsupported, "envelope.base64");
    // Extensions may be numbers or booleans; ours are texts, so others' are passed over.
    if (member.value.is(record::Kind::number) || member.value.is(record::Kind::boolean)) continue;
    if (!member.value.is(record::Kind::text)) {
      return refuse(ErrorKind::invalid, "envelope.attribute_not_text",
                    {{"attribute", std::string(member.name.substr(0, 32))}});
    }
    const std::string_view value = member.value.as_text();
    if (member.name == "specversion") specversion = true;
    if (member.name == "source" && value != party) {
      return refuse(ErrorKind::denied, "envelope.source_differs", {{"party", party}});
    }
    if (auto refused = set_attribute(member.name, value, envelope, type, dataschema)) {
      return std::move(*refused);
    }
  }
  if (!specversion || envelope.id.empty() || type.empty()) {
    return refuse(ErrorKind::invalid, "envelope.attribute_missing",
                  {{"attribute", !specversion          ? "specversion"
                                 : envelope.id.empty() ? "id"
                                                       : "type"}});
  }
  if (data.missing()) return refuse(ErrorKind::invalid, "envelope.no_data");
  return data;
}

// The exchange whose document element this is.
const config::Exchange* by_document_element(const config::Link& link, const config::Config& config,
                                            const record::Value& root) {
  if (root.size() != 1) return nullptr;
  for (const config::Exchange& exchange : link.sends) {
    const schema::Schema* schema = config.schemas.find(exchange.form);
    if (schema != nullptr && schema->format() == format::Format::xml &&
        schema->shape().find(root.members().front().name) != nullptr) {
      return &exchange;
    }
  }
  return nullptr;
}

// Checks by the sender's schema.
std::optional<Refused> check(const Read& read, const std::string& bytes) {
  if (read.schema == nullptr) {
    return refuse(ErrorKind::internal, "read.schema_missing", {{"form", read.exchange->form}});
  }
  const auto faults = read.schema->check(read.data);
  if (faults.empty()) return std::nullopt;
  Refused refused = refuse(ErrorKind::invalid, faults.front().code, faults.front().arguments);
  refused.faults = faults_from(faults, bytes, read.schema->table() != nullptr);
  for (std::size_t i = 0; read.where && i < faults.size(); ++i) {
    const base::LineColumn at = read.where(faults[i].at);
    refused.faults[i].line = at.line;
    refused.faults[i].column = at.column;
  }
  refused.id = read.envelope.id;
  refused.kind = read.exchange->kind;
  refused.form = read.exchange->form;
  return refused;
}

Step<Read> decode(Admitted& admitted) {
  const connector::Arrival& arrival = admitted.received.arrival;
  const config::Config& config = *admitted.received.generation->config;
  Read out;
  out.exchange = admitted.exchange;
  out.envelope.source = arrival.party;

  const format::Limits limits{config.settings.body_limit, config.settings.depth_limit, 1'000'000};
  if (out.exchange != nullptr) out.schema = config.schemas.find(out.exchange->form);
  const bool wrapped =
      !arrival.structured && out.schema != nullptr && out.schema->wire().soap != format::Soap::none;
  const bool xml =
      !arrival.structured && (out.schema == nullptr || out.schema->format() == format::Format::xml);
  const base::Status decoded =
      wrapped ? format::read_document(out.schema->wire(), arrival.bytes, limits, out.document)
      : xml   ? format::read_xml(arrival.bytes, limits, out.document)
              : format::read_json(arrival.bytes, limits, out.document);
  if (!decoded.ok()) {
    const base::Error& error = decoded.error();
    Refused refused{error, {}, "", out.exchange ? out.exchange->kind : "", "", ""};
    refused.faults.push_back({error.code, error.place.pointer, error.place.line, error.place.column,
                              "", error.arguments});
    return refused;
  }

  std::string type, dataschema;
  if (arrival.structured) {
    auto data = open_envelope(out.document.root, arrival.party, out.envelope, type, dataschema);
    if (auto* refused = std::get_if<Refused>(&data)) return std::move(*refused);
    out.data = std::get<record::Value>(data);
    const auto kind = parse_type(type);
    if (!kind) return refuse(ErrorKind::invalid, "admit.type_unreadable");
    auto chosen =
        choose_exchange(*admitted.link, config, kind->first, dataschema, "application/json");
    if (auto* refused = std::get_if<Refused>(&chosen)) return std::move(*refused);
    out.exchange = std::get<const config::Exchange*>(chosen);
  } else {
    for (const auto& [name, value] : arrival.attributes) {
      if (name == "source" && value != arrival.party) {
        return refuse(ErrorKind::denied, "envelope.source_differs", {{"party", arrival.party}});
      }
      if (auto refused = set_attribute(name, value, out.envelope, type, dataschema)) {
        return std::move(*refused);
      }
    }
    out.data = out.document.root;
    if (out.exchange == nullptr) {
      out.exchange = by_document_element(*admitted.link, config, out.data);
      if (out.exchange == nullptr) {
        return refuse(ErrorKind::invalid, "read.document_element", {{"party", arrival.party}});
      }
    }
  }
  out.schema = config.schemas.find(out.exchange->form);
  if (auto refused = check(out, arrival.bytes)) return std::move(*refused);
  if (arrival.structured) {
    std::string data;
    data.reserve(arrival.bytes.size());
    format::write_json(out.data, data);
    out.digest = security::sha256({out.exchange->kind, std::string_view("\0", 1), data});
  } else {
    out.digest = security::sha256({out.exchange->kind, std::string_view("\0", 1), arrival.bytes});
  }
  out.read_us = static_cast<std::uint32_t>(base::steady_micros() - admitted.received.began_us);
  out.admitted = std::move(admitted);
  return out;
}

}  // namespace

Step<Read> read(Admitted admitted) {
  Step<Read> step = decode(admitted);
  if (auto* refused = std::get_if<Refused>(&step)) {
    refused->raw = std::move(admitted.received.arrival.bytes);
  }
  return step;
}

Step<Read> read_row(Admitted admitted, record::Document row, std::string fallback_id,
                    std::function<base::LineColumn(std::uint32_t)> where) {
  Read out;
  out.where = std::move(where);
  out.exchange = admitted.exchange;
  out.schema = admitted.received.generation->config->schemas.find(out.exchange->form);
  out.envelope.source = admitted.received.arrival.party;
  out.document = std::move(row);
  out.data = out.document.root;
  out.fallback_id = std::move(fallback_id);
  if (auto refused = check(out, {})) {
    refused->raw = std::move(admitted.received.arrival.bytes);
    return std::move(*refused);
  }
  out.digest = security::sha256(
      {out.exchange->kind, std::string_view("\0", 1), admitted.received.arrival.bytes});
  out.read_us = static_cast<std::uint32_t>(base::steady_micros() - admitted.received.began_us);
  out.admitted = std::move(admitted);
  return out;
}

}  // namespace portage::pipeline
