// Step 4 for a document that makes several records: `make`, `ours list of`; and for a file whose
// documents are read together, `theirs list of`. Each record has an id derived from its source, so
// that the same source again makes the same ids.
#include <algorithm>

#include "gateway/format/format.h"
#include "gateway/pipeline/translate.h"
#include "gateway/security/digest.h"

namespace portage::pipeline {

using base::ErrorKind;

namespace {

constexpr std::size_t kLongestId = 240;
constexpr std::size_t kMostParts = 20'000;  // all are in memory until their commit

template <class Test>
const mapping::Mapping* version_where(const config::Config& config,
                                      const config::Exchange& exchange, const Test& test) {
  if (exchange.mapping.empty()) return nullptr;
  const auto& all = config.mappings.all();
  const auto found = std::find_if(all.begin(), all.end(), [&](const auto& one) {
    return one->name() == exchange.mapping && one->theirs() == exchange.form && test(*one);
  });
  return found == all.end() ? nullptr : found->get();
}

// The read of one part: all of it but the bytes, which only the first part carries.
Read part_of(Read& whole, bool first) {
  Read out;
  const Received& received = whole.admitted.received;
  const connector::Arrival& from = received.arrival;
  connector::Arrival& arrival = out.admitted.received.arrival;
  arrival.party = from.party;
  arrival.content_type = from.content_type;
  arrival.form = from.form;
  arrival.structured = from.structured;
  arrival.received_at = from.received_at;
  if (first) arrival.bytes = from.bytes;
  out.admitted.received.generation = received.generation;
  out.admitted.received.began_us = received.began_us;
  out.admitted.link = whole.admitted.link;
  out.admitted.exchange = whole.admitted.exchange;
  out.admitted.admitted_us = whole.admitted.admitted_us;
  out.exchange = whole.exchange;
  out.schema = whole.schema;
  out.envelope = whole.envelope;
  out.where = whole.where;
  out.read_us = whole.read_us;
  return out;
}

struct Part {
  const std::string& schema;
  const record::Value& value;
};

std::vector<Part> parts_of(const mapping::Mapping& mapping, const mapping::RunResult& result,
                           const record::Value& root) {
  std::vector<Part> out;
  if (!mapping.makes().empty()) {
    for (const mapping::Made& made : result.made) out.push_back({made.schema, made.value});
  } else if (mapping.ours_list()) {
    const record::Value* list = root.find(mapping.root(true).members.front().name);
    if (list != nullptr) {
      for (const record::Value& one : list->items()) out.push_back({mapping.ours(), one});
    }
  } else {
    out.push_back({mapping.ours(), root});
  }
  return out;
}

// (party, id) of a part: after the source's own id, else the business key, else the source's bytes.
std::string id_of(const Translated& one, const std::string& source, bool named, bool many_kinds) {
  const std::string number = "/" + std::to_string(one.part);
  if (named) return one.parts == 1 ? source : source + number;
  std::string key;
  if (one.kind->key) {
    const record::Value* value = value_at(one.data.root, *one.kind->key);
    if (value != nullptr && value->is(record::Kind::text)) key = value->as_text();
  }
  if (key.empty()) return source + number;
  return many_kinds ? one.kind->kind + "/" + key : key;
}

}  // namespace

bool makes_several(const config::Config& config, const config::Exchange& exchange) {
  return version_where(config, exchange, [](const mapping::Mapping& one) {
           return !one.makes().empty() || one.ours_list() || one.theirs_list();
         }) != nullptr;
}

const mapping::Mapping* gathers(const config::Config& config, const config::Exchange& exchange) {
  return version_where(config, exchange,
                       [](const mapping::Mapping& one) { return one.theirs_list(); });
}

Read read_gathered(Admitted admitted, record::Document all, std::string fallback_id) {
  Read out;
  out.exchange = admitted.exchange;
  out.schema = admitted.received.generation->config->schemas.find(out.exchange->form);
  out.envelope.source = admitted.received.arrival.party;
  out.document = std::move(all);
  out.data = out.document.root;
  out.fallback_id = std::move(fallback_id);
  // Places in the file are those of the rows, which the mapping's pointers number.
  out.where = [](std::uint32_t) { return base::LineColumn{0, 0}; };
  out.read_us = static_cast<std::uint32_t>(base::steady_micros() - admitted.received.began_us);
  out.admitted = std::move(admitted);
  return out;
}

Several translate_several(Read read) {
  const config::Config& config = *read.admitted.received.generation->config;
  const base::Day received_on = base::toronto_day(read.admitted.received.arrival.received_at);
  Several out;
  mapping::Refusal why;
  const mapping::Mapping* mapping =
      config.mappings.pick_in(read.exchange->mapping, read.data, received_on, why);
  if (mapping == nullptr) {
    out.refused.push_back(refused_by_mapping(read, {why}));
    return out;
  }
  mapping::RunContext context;
  context.received_on = received_on;
  record::Document ours;
  const mapping::RunResult result =
      mapping::run(*mapping, mapping::Way::in, read.data, context, ours);
  if (!result.ok()) {
    out.refused.push_back(refused_by_mapping(read, result.refusals));
    return out;
  }
  out.each = mapping->batch_each();
  for (const mapping::LeftOut& left : result.left_out) {
    out.refused.push_back(refused_by_mapping(read, left.refusals));
  }
  const bool named = !read.envelope.id.empty();
  std::string source = named                       ? read.envelope.id
                       : !read.fallback_id.empty() ? read.fallback_id
                                                   : "sha256:" + base::hex(read.digest);
  if (source.size() > kLongestId) source = "sha256:" + base::hex(security::sha256({source}));
  const std::vector<Part> parts = parts_of(*mapping, result, ours.root);
  if (parts.size() > kMostParts) {
    mapping::Refusal many;
    many.code = "translate.too_many";
    many.arguments = {{"limit", std::to_string(kMostParts)}};
    out.refused = {refused_by_mapping(read, {many})};
    out.each = false;
    return out;
  }
  for (std::size_t i = 0; i < parts.size(); ++i) {
    Translated one;
    one.mapping = mapping;
    one.data.root = record::clone(parts[i].value, one.data.arena);
    if (i == 0) one.notes = result.notes;
    Read own = part_of(read, i == 0);
    Step<Translated> step = finish(own, std::move(one), parts[i].schema);
    if (auto* refused = std::get_if<Refused>(&step)) {
      for (connector::Fault& fault : refused->faults) {
        fault.pointer = "[" + std::to_string(i + 1) + "]" + fault.pointer;
      }
      out.refused.push_back(std::move(*refused));
      continue;
    }
    auto& made = std::get<Translated>(step);
    made.part = static_cast<std::uint32_t>(i + 1);
    made.parts = static_cast<std::uint32_t>(parts.size());
    made.part_of = source;
    made.envelope.id = id_of(made, source, named, mapping->makes().size() > 1);
    std::string data;
    format::write_json(made.data.root, data);
    made.read.digest = security::sha256({made.kind->kind, std::string_view("\0", 1), data});
    out.records.push_back(std::move(made));
  }
  return out;
}

}  // namespace portage::pipeline
