// Received -> sent, field by field: the sender's mapping and the receiver's mapping joined on the
// canonical field, run again with an observer. Values are masked by class.
#include <map>
#include <vector>

#include "gateway/api/call.h"
#include "gateway/format/csv.h"
#include "gateway/format/documents.h"
#include "gateway/pipeline/table.h"

namespace portage::api {
namespace {

struct Row {
  std::string received, canonical, sent, rule_in, rule_out, before, after;
  schema::Class sensitivity = schema::Class::open;
};

// "contact.phones[kind = home].number" -> "contact.phones.number"
std::string without_selectors(std::string_view path) {
  std::string out;
  int open = 0;
  for (const char c : path) {
    open += c == '[';
    if (open == 0) out += c;
    open -= c == ']';
  }
  return out;
}

// One mapping may write the elements of a list one by one, the other read them all by one rule.
void join_elements(std::map<std::string, Row>& rows) {
  std::vector<std::string> joined;
  for (auto& [path, row] : rows) {
    const std::string whole = without_selectors(path);
    const auto all = rows.find(whole);
    if (whole == path || all == rows.end()) continue;
    Row& other = all->second;
    if (row.sent.empty() && other.received.empty()) {
      row.sent = other.sent;
      row.rule_out = other.rule_out;
    } else if (row.received.empty() && other.sent.empty()) {
      row.received = other.received;
      row.rule_in = other.rule_in;
    } else {
      continue;
    }
    row.sensitivity = std::max(row.sensitivity, other.sensitivity);
    joined.push_back(whole);
  }
  for (const std::string& path : joined) rows.erase(path);
}

// The received document again, from the kept bytes.
bool decode(const ledger::Full& full, const ledger::Ledger& ledger, const schema::Schema& schema,
            record::Document& into, record::Value& data) {
  format::Limits limits;
  limits.bytes = std::max(limits.bytes, full.raw.size() + 1);
  switch (schema.format()) {
    case format::Format::json: {
      if (!format::read_json(full.raw, limits, into).ok()) return false;
      data = into.root;
      if (full.content_type == "application/cloudevents+json") {
        const record::Value* inner = into.root.find("data");
        if (inner == nullptr) return false;
        data = *inner;
      }
      return true;
    }
    case format::Format::xml:
    case format::Format::fixed:
      if (!format::read_document(schema.wire(), full.raw, limits, into).ok()) return false;
      data = into.root;
      return true;
    case format::Format::csv: {
      const auto whole = ledger.submission(full.submission);
      if (!whole.ok()) return false;
      const auto dialect = pipeline::dialect_of(schema);
      auto header = format::CsvReader::open(whole->raw, dialect);
      if (!header.ok()) return false;
      const std::string row = std::string(header->raw_header()) + "\r\n" + full.raw + "\r\n";
      auto reader = format::CsvReader::open(row, dialect);
      format::CsvRow at;
      if (!reader.ok() || !reader->next(at, into) || at.error) return false;
      data = into.root;
      return true;
    }
  }
  return false;
}

}  // namespace

std::string fields_json(const ledger::Full& full, const ledger::Ledger& ledger,
                        const config::Config& config, const security::MaskKey& mask,
                        const std::string& record_id) {
  std::map<std::string, Row> rows;  // by canonical path
  const config::Link* sender = config.link(full.head.party);
  const schema::Schema* form = config.schemas.find(full.form);
  if (sender != nullptr && form != nullptr) {
    for (const config::Exchange& exchange : sender->sends) {
      if (exchange.form != full.form || exchange.mapping.empty()) continue;
      // What one document made of several cannot be told apart by running it again.
      if (pipeline::makes_several(config, exchange)) break;
      record::Document received, canonical;
      record::Value data;
      if (!decode(full, ledger, *form, received, data)) break;
      const base::Day day = base::toronto_day(full.head.accepted_at);
      mapping::Refusal why;
      const mapping::Mapping* mapping = config.mappings.pick_in(exchange.mapping, data, day, why);
      if (mapping == nullptr) break;
      std::vector<mapping::Provenance> provenance;
      mapping::RunContext context;
      context.received_on = day;
      context.explain = &provenance;
      mapping::run(*mapping, mapping::Way::in, data, context, canonical);
      for (const mapping::Provenance& p : provenance) {
        Row& row = rows[p.target];
        row.canonical = p.target;
        row.received = p.sources;
        row.rule_in = p.rule;
        row.before = p.before;
        row.after = p.after;
        row.sensitivity = std::max(row.sensitivity, p.sensitivity);
      }
      break;
    }
  }
  for (const ledger::Delivery& delivery : full.head.deliveries) {
    const config::Link* link = config.link(delivery.receiver);
    if (link == nullptr) continue;
    for (const config::Exchange& exchange : link->receives) {
      if (exchange.kind != full.head.kind) continue;
      if (exchange.mapping.empty()) {  // the canonical record itself
        for (auto& [path, row] : rows) row.sent = row.canonical;
        continue;
      }
      const mapping::Mapping* mapping = config.mappings.pick(exchange.mapping, full.head.date);
      record::Document canonical, sent;
      format::Limits limits;
      limits.bytes = std::max(limits.bytes, full.canonical.size() + 1);
      if (mapping == nullptr || !format::read_json(full.canonical, limits, canonical).ok())
        continue;
      std::vector<mapping::Provenance> provenance;
      mapping::RunContext context;
      context.received_on = full.head.date;
      context.date = full.head.date;
      context.explain = &provenance;
      mapping::run(*mapping, mapping::Way::out, canonical.root, context, sent);
      for (const mapping::Provenance& p : provenance) {
        Row& row = rows[p.sources.empty() ? "(" + p.target + ")" : p.sources];
        row.canonical = p.sources;
        row.sent = p.target;
        row.rule_out = p.rule;
        if (row.before.empty()) row.before = p.before;
        row.after = p.after;
        row.sensitivity = std::max(row.sensitivity, p.sensitivity);
      }
    }
    break;  // the first receiver's words; the others have their own trace
  }
  join_elements(rows);
  std::string out;
  format::JsonText json(out);
  json.list();
  for (const auto& [path, row] : rows) {
    const bool open = row.sensitivity <= schema::Class::program;
    const auto shown = [&](const std::string& value) {
      return open ? value : security::mask(value, mask, record_id);
    };
    json.object()
        .text("received", row.received)
        .text("canonical", row.canonical)
        .text("sent", row.sent)
        .text("rule", row.rule_in + (row.rule_in.empty() || row.rule_out.empty() ? "" : ", ") +
                          row.rule_out)
        .text("before", shown(row.before))
        .text("after", shown(row.after))
        .text("class", schema::class_name(row.sensitivity))
        .end_object();
  }
  json.end_list();
  return out;
}

}  // namespace portage::api
