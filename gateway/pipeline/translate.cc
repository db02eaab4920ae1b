// Step 4, translate: the sender's mapping makes the canonical record, which is checked by its own
// schema.
#include "gateway/pipeline/translate.h"

#include "gateway/base/text.h"

namespace portage::pipeline {

using base::ErrorKind;
using base::make_error;

namespace {

std::string text_at(const record::Value& root, const std::optional<FieldPath>& path) {
  if (!path) return {};
  const record::Value* value = value_at(root, *path);
  if (value == nullptr || (!value->is(record::Kind::text) && !value->is(record::Kind::number))) {
    return {};
  }
  return std::string(value->as_text());
}

// The record's own date: the field that its schema marks, as a day in America/Toronto.
std::optional<base::Day> record_date(const record::Value& root, const CanonicalKind& kind) {
  const std::string text = text_at(root, kind.date);
  if (text.size() == 10) return base::parse_day(text);
  if (const auto instant = base::parse_instant(text)) return base::toronto_day(*instant);
  return std::nullopt;
}

// A record of an older version becomes one of the newest; without a mapping for that it stays as it
// is.
std::optional<mapping::RunResult> lift(const config::Config& config, const Generation& generation,
                                       base::Day received_on, Translated& out) {
  while (!out.kind->lift.empty()) {
    mapping::Refusal why;
    const mapping::Mapping* up =
        config.mappings.pick_in(out.kind->lift, out.data.root, received_on, why);
    if (up == nullptr || up->theirs() != out.kind->schema->name()) return std::nullopt;
    mapping::RunContext context;
    context.received_on = received_on;
    record::Document newer;
    mapping::RunResult result = mapping::run(*up, mapping::Way::in, out.data.root, context, newer);
    if (!result.ok()) return result;
    out.data = std::move(newer);
    out.lifts.push_back(up);
    out.kind = generation.canonical(up->ours());
    if (out.kind == nullptr) return std::nullopt;
  }
  return std::nullopt;
}

Step<Translated> to_canonical(Read& read) {
  const connector::Arrival& arrival = read.admitted.received.arrival;
  const config::Config& config = *read.admitted.received.generation->config;
  const config::Exchange& exchange = *read.exchange;
  const base::Day received_on = base::toronto_day(arrival.received_at);

  Translated out;
  if (exchange.mapping.empty()) {
    out.data.arena = std::move(read.document.arena);
    out.data.root = read.data;
    return finish(read, std::move(out), exchange.form);
  }
  mapping::Refusal why;
  out.mapping = config.mappings.pick_in(exchange.mapping, read.data, received_on, why);
  if (out.mapping == nullptr) return refused_by_mapping(read, {why});
  mapping::RunContext context;
  context.received_on = received_on;
  const mapping::RunResult result =
      mapping::run(*out.mapping, mapping::Way::in, read.data, context, out.data);
  if (!result.ok()) return refused_by_mapping(read, result.refusals);
  out.notes = result.notes;
  const std::string& canonical = out.mapping->ours();
  return finish(read, std::move(out), canonical);
}

}  // namespace

Refused refused_by_mapping(const Read& read, const std::vector<mapping::Refusal>& refusals) {
  const config::Exchange& exchange = *read.exchange;
  const std::string& bytes = read.admitted.received.arrival.bytes;
  const bool table = read.schema->table() != nullptr;
  Refused refused{make_error(ErrorKind::invalid, refusals.front().code, refusals.front().arguments),
                  {},
                  read.envelope.id,
                  exchange.kind,
                  exchange.form,
                  ""};
  for (const mapping::Refusal& one : refusals) {
    connector::Fault fault{one.code, one.pointer, 0, 0, one.rule, one.arguments};
    if (one.at != 0 && (read.where || !table)) {
      const base::LineColumn at =
          read.where ? read.where(one.at) : base::line_column(bytes, one.at);
      fault.line = at.line;
      fault.column = at.column;
    }
    refused.faults.push_back(std::move(fault));
  }
  return refused;
}

Step<Translated> finish(Read& read, Translated out, const std::string& canonical) {
  const connector::Arrival& arrival = read.admitted.received.arrival;
  const Generation& generation = *read.admitted.received.generation;
  const config::Exchange& exchange = *read.exchange;
  const bool table = read.schema->table() != nullptr || read.where;
  const base::Day received_on = base::toronto_day(arrival.received_at);
  const auto refuse = [&](const base::Error& error, std::vector<connector::Fault> faults) {
    return Refused{error, std::move(faults), read.envelope.id, exchange.kind, exchange.form, ""};
  };
  out.kind = generation.canonical(canonical);
  if (out.kind == nullptr) {
    return refuse(make_error(ErrorKind::internal, "translate.kind_missing", {{"kind", canonical}}),
                  {});
  }
  const auto faults = out.kind->schema->check(out.data.root);
  if (!faults.empty()) {
    return refuse(
        make_error(ErrorKind::invalid, faults.front().code, faults.front().arguments),
        faults_from(faults, exchange.mapping.empty() ? arrival.bytes : std::string_view(), table));
  }

  if (!out.kind->lift.empty()) {
    if (const auto failed = lift(*generation.config, generation, received_on, out)) {
      std::vector<connector::Fault> why;
      for (const mapping::Refusal& refusal : failed->refusals) {
        why.push_back({refusal.code, refusal.pointer, 0, 0, refusal.rule, refusal.arguments});
      }
      return refuse(make_error(ErrorKind::invalid, why.front().code, why.front().arguments), why);
    }
    if (out.kind == nullptr) {
      return refuse(
          make_error(ErrorKind::internal, "translate.kind_missing", {{"kind", canonical}}), {});
    }
    if (const auto after = out.kind->schema->check(out.data.root); !after.empty()) {
      return refuse(make_error(ErrorKind::invalid, after.front().code, after.front().arguments),
                    faults_from(after, {}, true));
    }
  }

  out.envelope = std::move(read.envelope);
  out.envelope.kind = out.kind->kind;
  out.envelope.version = out.kind->version;
  out.envelope.date = record_date(out.data.root, *out.kind).value_or(received_on);
  if (out.envelope.time == 0) out.envelope.time = arrival.received_at;
  // The duplicate key: the wire's id, else the business key, else the digest (rows set theirs
  // before).
  if (out.envelope.id.empty()) out.envelope.id = text_at(out.data.root, out.kind->key);
  if (out.envelope.id.empty()) out.envelope.id = read.fallback_id;
  if (out.envelope.id.empty()) out.envelope.id = "sha256:" + base::hex(read.digest);
  out.translated_us =
      static_cast<std::uint32_t>(base::steady_micros() - read.admitted.received.began_us);
  out.read = std::move(read);
  return out;
}

Step<Translated> translate(Read read) {
  Step<Translated> step = to_canonical(read);
  if (auto* refused = std::get_if<Refused>(&step)) {
    refused->raw = std::move(read.admitted.received.arrival.bytes);
  }
  return step;
}

std::string refers_to(const Translated& translated) {
  return text_at(translated.data.root, translated.kind->refers);
}

}  // namespace portage::pipeline
