// Translation to the receiver's words: its mapping, its schema, its format.
#include <algorithm>
#include <span>

#include "gateway/format/documents.h"
#include "gateway/pipeline/deliver.h"

namespace portage::pipeline {

std::variant<Encoded, CannotEncode> encode_for(const record::Record& record,
                                               const record::Value& data, const config::Link& link,
                                               const config::Config& config) {
  const auto found =
      std::find_if(link.receives.begin(), link.receives.end(),
                   [&](const config::Exchange& e) { return e.kind == record.envelope.kind; });
  if (found == link.receives.end()) return CannotEncode{"quarantine.no_form", record.envelope.kind};
  const config::Exchange& exchange = *found;
  Encoded out;
  out.content_type = exchange.content_type;
  record::Document theirs(record::Document{record::Arena(4096), {}});
  const record::Value* root = &data;
  const mapping::Mapping* several = nullptr;  // makes several documents of the record
  if (!exchange.mapping.empty()) {
    const mapping::Mapping* mapping = config.mappings.pick(exchange.mapping, record.envelope.date);
    if (mapping == nullptr) return CannotEncode{"quarantine.no_mapping", exchange.mapping};
    mapping::RunContext context;
    context.date = record.envelope.date;
    context.received_on = record.envelope.date;
    const mapping::RunResult result =
        mapping::run(*mapping, mapping::Way::out, data, context, theirs);
    if (!result.ok()) {
      return CannotEncode{result.refusals.front().code,
                          result.refusals.front().pointer + " " + result.refusals.front().rule};
    }
    if (!result.left_out.empty()) {  // a record goes out whole or not at all
      const mapping::Refusal& first = result.left_out.front().refusals.front();
      return CannotEncode{first.code, first.pointer + " " + first.rule};
    }
    several = mapping->theirs_list() ? mapping : nullptr;
    out.by = mapping;
    out.mapping = mapping->name() + " " + std::to_string(mapping->version());
    root = &theirs.root;
  }
  const schema::Schema* schema = config.schemas.find(exchange.form);
  if (schema == nullptr) return CannotEncode{"read.schema_missing", exchange.form};
  std::span<const record::Value> documents(root, 1);
  if (several != nullptr) {
    const record::Value* list = root->find(several->root(false).members.front().name);
    documents = list == nullptr ? std::span<const record::Value>() : list->items();
    if (documents.empty()) return CannotEncode{"quarantine.nothing_written", out.mapping};
  }
  out.bytes.reserve(2048);
  format::DocumentWriter writer(schema->wire(), out.bytes);
  for (const record::Value& document : documents) {
    if (const auto faults = schema->check(document, 1); !faults.empty()) {
      return CannotEncode{"quarantine.not_valid",
                          faults.front().code + " " + faults.front().pointer};
    }
    if (const base::Status written = writer.document(document); !written.ok()) {
      return CannotEncode{written.error().code, written.error().place.pointer};
    }
  }
  if (const base::Status ended = writer.end(); !ended.ok()) {
    return CannotEncode{ended.error().code, ended.error().place.pointer};
  }
  return out;
}

base::Result<record::SharedRecord> revive(const ledger::Full& full) {
  auto record = std::make_shared<record::Record>();
  record::Envelope& envelope = record->envelope;
  envelope.id = full.head.source_id;
  envelope.source = full.head.party;
  envelope.kind = full.head.kind;
  envelope.version = full.head.version;
  envelope.date = full.head.date;
  envelope.time = full.head.accepted_at;
  format::Limits limits;
  limits.bytes = std::max(limits.bytes, full.canonical.size() + 1);
  if (base::Status read = format::read_json(full.canonical, limits, record->data); !read.ok()) {
    return read.error();
  }
  return record::SharedRecord(std::move(record));
}

}  // namespace portage::pipeline
