// Step 5, route: rules as of the record's own date give the receivers; the row for the ledger is
// made.
#include "gateway/base/text.h"
#include "gateway/format/json_text.h"
#include "gateway/pipeline/permit.h"
#include "gateway/pipeline/steps.h"

namespace portage::pipeline {
namespace {

std::string text_at(const record::Value& root, const FieldPath& path) {
  const record::Value* value = value_at(root, path);
  if (value == nullptr) return {};
  if (value->is(record::Kind::boolean)) return value->as_bool() ? "true" : "false";
  if (value->is(record::Kind::text) || value->is(record::Kind::number)) {
    return std::string(value->as_text());
  }
  return {};
}

// Sets a field that the gateway fills in after routing, such as catchment_id.
void fill(record::Document& data, const FieldPath& path, const std::string& text) {
  record::Value* group = &data.root;
  for (std::size_t i = 0; i + 1 < path.names.size(); ++i) {
    record::Value* next = group->find(path.names[i]);
    if (next == nullptr) {
      next = &group->add(data.arena, data.arena.copy(path.names[i]), record::Value::group());
    }
    group = next;
  }
  const record::Value value = record::Value::text(data.arena.copy(text));
  if (record::Value* there = group->find(path.names.back())) {
    *there = value;
  } else {
    group->add(data.arena, data.arena.copy(path.names.back()), value);
  }
}

// What happened before the commit, for the timeline: times in microseconds since the record came.
std::string story(const Translated& t, const routing::Decision& decision, std::uint32_t routed_us) {
  const Received& received = t.read.admitted.received;
  const config::Config& config = *received.generation->config;
  std::string out;
  out.reserve(640);
  format::JsonText json(out);
  json.object()
      .text("received_at", base::format_instant(received.arrival.received_at))
      .number("admit_us", t.read.admitted.admitted_us)
      .number("read_us", t.read.read_us)
      .number("translate_us", t.translated_us)
      .number("route_us", routed_us)
      .number("bytes", received.arrival.bytes.size())
      .text("schema", t.read.schema->name())
      .text("schema_digest", base::hex(std::span(t.read.schema->digest()).first(8)));
  if (t.mapping != nullptr) {
    json.text("mapping", t.mapping->name() + " " + std::to_string(t.mapping->version()))
        .text("mapping_digest", base::hex(std::span(t.mapping->digest()).first(8)));
  }
  std::string lifts;
  for (const mapping::Mapping* one : t.lifts) {
    lifts += (lifts.empty() ? "" : ", ") + one->name() + " " + std::to_string(one->version());
  }
  json.text_if("lifted", lifts);
  json.text("canonical", t.kind->schema->name())
      .text_if("rule", decision.receivers.front().rule)
      .text_if("reason", decision.receivers.front().reason)
      .text_if("catchment", decision.catchment);
  if (decision.certainty != directory::Certainty::unknown) {
    json.text("certainty", directory::certainty_name(decision.certainty));
  }
  json.number("generation", received.generation->number)
      .text("config_digest", config.digest.substr(0, 16))
      .text_if("trace_id", t.envelope.trace_id);
  if (t.part != 0) {
    json.object("part").text("of", t.part_of).number("number", t.part).number("parts", t.parts);
    json.end_object();
  }
  if (!t.notes.empty()) {
    json.list("notes");
    for (const mapping::Refusal& note : t.notes) {
      json.object().text("code", note.code).text("pointer", note.pointer).text("rule", note.rule);
      json.end_object();
    }
    json.end_list();
  }
  json.end_object();
  return out;
}

}  // namespace

namespace {

// No agreement, no flow: the owner's refuses the record; a copy without one is not sent.
std::optional<Refused> check_agreements(const Translated& t, routing::Decision& decision) {
  const connector::Arrival& arrival = t.read.admitted.received.arrival;
  const config::Config& config = *t.read.admitted.received.generation->config;
  const base::Day today = base::toronto_day(arrival.received_at);
  const auto may = [&](const routing::Receiver& receiver) {
    return permit(config, t.envelope.source, receiver.party, t.kind->kind, today);
  };
  const routing::Receiver& owner = decision.receivers.front();
  if (const Permit asked = may(owner); !asked.cause.empty()) {
    return Refused{base::make_error(
                       base::ErrorKind::denied, asked.cause,
                       {{"kind", t.kind->kind}, {"from", t.envelope.source}, {"to", owner.party}}),
                   {},
                   t.envelope.id,
                   t.kind->kind,
                   t.read.exchange->form,
                   ""};
  }
  std::erase_if(decision.receivers, [&](const routing::Receiver& receiver) {
    return receiver.copy && !may(receiver).cause.empty();
  });
  return std::nullopt;
}

void add_named(const record::Value& at, std::span<const std::string> names,
               std::vector<std::string>& out) {
  if (at.is(record::Kind::list)) {
    for (const record::Value& item : at.items()) add_named(item, names, out);
  } else if (names.empty()) {
    if (at.is(record::Kind::text)) out.emplace_back(at.as_text());
  } else if (const record::Value* next = at.find(names.front())) {
    add_named(*next, names.subspan(1), out);
  }
}

}  // namespace

std::vector<std::string> addressees_of(const record::Value& root, const CanonicalKind& kind) {
  std::vector<std::string> out;
  for (const FieldPath& path : kind.addressees) add_named(root, path.names, out);
  return out;
}

Step<Routed> route(Translated t, const std::optional<Earlier>& earlier) {
  const config::Config& config = *t.read.admitted.received.generation->config;
  const CanonicalKind& kind = *t.kind;
  routing::Facts facts;
  facts.kind = kind.kind;
  facts.from = t.envelope.source;
  facts.date = t.envelope.date;
  if (kind.place) facts.place = text_at(t.data.root, *kind.place);
  if (kind.municipality) facts.municipality = text_at(t.data.root, *kind.municipality);
  if (kind.reserve) facts.reserve = text_at(t.data.root, *kind.reserve) == "true";
  if (!kind.addressees.empty()) facts.addressees = addressees_of(t.data.root, kind);
  facts.services = &config.services;
  for (const FieldPath& path : kind.routing) facts.fields[path.dotted] = text_at(t.data.root, path);
  if (kind.refers) facts.earlier = earlier ? earlier->facts : routing::Facts::Earlier{};

  Routed out;
  out.kind = t.kind;
  out.decision = config.rules.decide(config.directory, facts);
  if (auto refused = check_agreements(t, out.decision)) {
    refused->raw = std::move(t.read.admitted.received.arrival.bytes);
    return std::move(*refused);
  }
  if (!out.decision.catchment.empty()) {
    for (const FieldPath& path : kind.filled_by_route) fill(t.data, path, out.decision.catchment);
  }
  const std::uint32_t routed_us =
      static_cast<std::uint32_t>(base::steady_micros() - t.read.admitted.received.began_us);

  ledger::NewRecord& row = out.row;
  row.party = t.envelope.source;
  row.id = t.envelope.id;
  row.digest = t.read.digest;
  row.kind = kind.kind;
  row.version = kind.version;
  row.date = t.envelope.date;
  if (kind.key) row.key = text_at(t.data.root, *kind.key);
  if (kind.refers) {
    row.refers_kind = kind.refers_kind;
    row.refers_key = text_at(t.data.root, *kind.refers);
  }
  if (earlier) row.in_reply_to = earlier->id;
  row.form = t.read.exchange->form;
  row.content_type = t.read.admitted.received.arrival.structured
                         ? "application/cloudevents+json"
                         : t.read.admitted.received.arrival.content_type;
  row.story = story(t, out.decision, routed_us);
  row.canonical.reserve(2048);
  format::write_json(t.data.root, row.canonical);
  if (kind.lane) out.lane = text_at(t.data.root, *kind.lane);
  for (const routing::Receiver& receiver : out.decision.receivers) {
    row.deliveries.push_back(
        {receiver.party, out.lane, receiver.role, receiver.rule, receiver.reason, receiver.marked});
  }
  out.generation = t.read.admitted.received.generation;
  row.raw = std::move(t.read.admitted.received.arrival.bytes);
  out.record = std::make_shared<const record::Record>(
      record::Record{std::move(t.envelope), std::move(t.data)});
  row.hot = out.record;
  return out;
}

}  // namespace portage::pipeline
