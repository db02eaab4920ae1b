// What lies in a submission, document by document: tables, extracts, files of records, files that
// are read together, one document.
#include <algorithm>

#include "gateway/base/text.h"
#include "gateway/format/csv.h"
#include "gateway/format/documents.h"
#include "gateway/pipeline/pipeline.h"
#include "gateway/pipeline/table.h"
#include "gateway/pipeline/walker.h"
#include "gateway/security/digest.h"

namespace portage::pipeline {
namespace {

constexpr std::size_t kChunkRows = 256;

std::string media_type(const std::string& content_type) {
  return base::lower_ascii(
      base::trim(std::string_view(content_type).substr(0, content_type.find(';'))));
}

// Behind all of it. A chunk with a verdict must go on, also in an empty file, or in one read to its
// end whose table is no longer known.
std::uint64_t whole(const ledger::Submission& submission) {
  return std::max<std::uint64_t>(submission.raw.size(), submission.position + 1);
}

// A table with columns that its layout does not know, or without those that it needs.
std::optional<Refused> columns_fault(const format::CsvReader& reader, const schema::Schema& schema,
                                     const config::Exchange& exchange) {
  std::vector<std::string> needed;  // an optional column may be left out of the file
  for (const schema::Shape& column : schema.shape().members) {
    if (column.required) needed.push_back(column.name);
  }
  auto strange = reader.check_columns(needed, false);
  if (!schema.shape().open) {
    for (base::Error& error : reader.check_columns(columns_of(schema), true)) {
      if (error.code == "csv.column_unknown") strange.push_back(std::move(error));
    }
  }
  if (strange.empty()) return std::nullopt;
  Refused refused{strange.front(), {}, "", exchange.kind, exchange.form, ""};
  for (const base::Error& error : strange) {
    refused.faults.push_back({error.code, error.place.pointer, error.place.line, error.place.column,
                              "", error.arguments});
  }
  return refused;
}

format::Limits limits_of(const config::Config& config) {
  return {config.settings.body_limit, config.settings.depth_limit, 1'000'000};
}

Refused refused_as(const base::Error& error, const config::Exchange& exchange) {
  return Refused{error, {}, "", exchange.kind, exchange.form, ""};
}

}  // namespace

const config::Exchange* exchange_of(const ledger::Submission& submission,
                                    const config::Config& config) {
  const config::Link* link = config.link(submission.party);
  if (link == nullptr) return nullptr;
  auto chosen = choose_exchange(
      *link, config, "", submission.form,
      submission.form.empty() ? media_type(submission.content_type) : std::string());
  auto* one = std::get_if<const config::Exchange*>(&chosen);
  return one == nullptr ? nullptr : *one;
}

void Walker::walk(ledger::SubmissionId id) {
  read_on(id);
  report(id);  // the bytes are let go before they are read again
}

void Walker::read_on(ledger::SubmissionId id) {
  auto found = pipeline_.world_.ledger.submission(id);
  if (!found.ok()) return;
  const ledger::Submission& submission = *found;
  if (!submission.closed) {
    const SharedGeneration generation = pipeline_.generation();
    const config::Config& config = *generation->config;
    const config::Exchange* exchange = exchange_of(submission, config);
    const schema::Schema* schema = exchange ? config.schemas.find(exchange->form) : nullptr;
    several_ = generation->makes_several(exchange);
    numbered_ = submission.rows;
    if (schema == nullptr ||
        media_type(submission.content_type) == "application/cloudevents+json") {
      walk_document(submission, generation);
    } else if (several_ && gathers(config, *exchange) != nullptr) {
      walk_gathered(submission, *exchange, *schema, generation);
    } else if (schema->table() != nullptr && !several_) {
      walk_table(submission, *exchange, *schema, generation);
    } else if (schema->table() != nullptr || may_hold_many(*schema)) {
      walk_documents(submission, *exchange, *schema, generation);
    } else {
      walk_document(submission, generation);
    }
  }
}

void Walker::refuse_whole(const ledger::Submission& submission, Refused refused) {
  add_refusal(std::move(refused), 0, 0, submission);
  commit(submission, whole(submission), true);
}

Admitted Walker::admitted(const Batch& batch, std::string_view raw) const {
  Received received{{}, batch.generation, base::steady_micros()};
  received.arrival.party = batch.submission.party;
  received.arrival.content_type = batch.exchange.content_type;
  received.arrival.received_at = batch.submission.received_at;
  received.arrival.bytes = raw;
  const config::Link* link = batch.generation->config->link(batch.submission.party);
  return {std::move(received), link, &batch.exchange, 0};
}

// One row or document of a batch, whatever its format.
void Walker::take_one(const Batch& batch, const One& one) {
  if (one.error) {
    Refused refused = refused_as(*one.error, batch.exchange);
    refused.raw = one.raw;
    add_refusal(std::move(refused), several_ ? ++numbered_ : one.number, one.line,
                batch.submission);
    return;
  }
  record::Document own;
  own.root = record::clone(one.root, own.arena);
  take(read_row(admitted(batch, one.raw), std::move(own),
                batch.digest + ":" + std::to_string(one.number), one.where),
       one.number, one.line, batch.submission);
}

void Walker::walk_table(const ledger::Submission& submission, const config::Exchange& exchange,
                        const schema::Schema& schema, const SharedGeneration& generation) {
  const format::CsvDialect dialect = dialect_of(schema);
  std::uint64_t position = submission.position;
  auto opened = position == 0 ? format::CsvReader::open(submission.raw, dialect) : [&] {
    format::CsvPosition from;
    from.byte = position;
    from.row = submission.rows;
    from.line = base::line_column(submission.raw, position).line;
    return format::CsvReader::resume(submission.raw, dialect, from);
  }();
  if (!opened.ok()) return refuse_whole(submission, refused_as(opened.error(), exchange));
  format::CsvReader& reader = *opened;
  if (auto strange = columns_fault(reader, schema, exchange)) {
    return refuse_whole(submission, std::move(*strange));
  }
  const Batch batch{submission, exchange, generation,
                    base::hex(security::sha256({submission.raw}))};
  record::Document row;
  format::CsvRow at;
  bool more = true;
  while (more) {
    while (rows_.size() + refusals_.size() < kChunkRows && (more = reader.next(at, row))) {
      take_one(batch, {at.number, at.line, at.error, reader.raw(), row.root, {}});
    }
    position = reader.position().byte;
    if (!commit(submission, position, !more)) return;
  }
}

// Fixed-width extracts, JSON lines, XML files of records, and tables whose rows may make several
// records: a document at a time. After a restart those that were committed are read again and
// passed over.
void Walker::walk_documents(const ledger::Submission& submission, const config::Exchange& exchange,
                            const schema::Schema& schema, const SharedGeneration& generation) {
  if (schema.table() != nullptr) {
    const format::CsvDialect dialect = dialect_of(schema);
    auto table = format::CsvReader::open(submission.raw, dialect);
    if (!table.ok()) return refuse_whole(submission, refused_as(table.error(), exchange));
    if (auto strange = columns_fault(*table, schema, exchange)) {
      return refuse_whole(submission, std::move(*strange));
    }
  }
  auto opened =
      format::DocumentReader::open(schema.wire(), limits_of(*generation->config), submission.raw);
  if (!opened.ok()) return refuse_whole(submission, refused_as(opened.error(), exchange));
  format::DocumentReader& reader = *opened;
  if (schema.format() == format::Format::xml && !reader.many()) {
    return walk_document(submission, generation);
  }
  const Batch batch{submission, exchange, generation,
                    base::hex(security::sha256({submission.raw}))};
  std::function<base::LineColumn(std::uint32_t)> where;
  if (schema.table() == nullptr) {
    where = [&reader](std::uint32_t place) { return reader.where(place); };
  }
  std::uint64_t position = submission.position;
  record::Document document;
  format::Entry at;
  bool more = true;
  for (std::uint64_t passed = 0; passed < position && more; ++passed) {
    more = reader.next(at, document);
  }
  while (more) {
    while (rows_.size() + refusals_.size() < kChunkRows && (more = reader.next(at, document))) {
      ++position;
      take_one(batch, {at.number, at.line, at.error, reader.alone(), document.root, where});
    }
    if (!commit(submission, position, !more)) return;
  }
}

// `theirs list of`: the file's documents make one root, so it is read whole, within the limit of a
// body. A document with a fault refuses the file, unless each stands by itself (`batch each`).
void Walker::walk_gathered(const ledger::Submission& submission, const config::Exchange& exchange,
                           const schema::Schema& schema, const SharedGeneration& generation) {
  const config::Config& config = *generation->config;
  const mapping::Mapping& mapping = *gathers(config, exchange);
  const Batch batch{submission, exchange, generation,
                    base::hex(security::sha256({submission.raw}))};
  if (submission.raw.size() > config.settings.body_limit) {
    return refuse_whole(
        submission,
        refused_as(base::make_error(base::ErrorKind::too_large, "admit.too_large",
                                    {{"limit", std::to_string(config.settings.body_limit)}}),
                   exchange));
  }
  auto opened = format::DocumentReader::open(schema.wire(), limits_of(config), submission.raw);
  if (!opened.ok()) return refuse_whole(submission, refused_as(opened.error(), exchange));
  format::DocumentReader& reader = *opened;
  record::Document all, document;
  std::vector<record::Value> rows;
  format::Entry at;
  while (reader.next(at, document)) {
    std::optional<Refused> refused;
    if (at.error) {
      refused = refused_as(*at.error, exchange);
    } else if (const auto faults = schema.check(document.root); !faults.empty()) {
      refused = refused_as(
          base::make_error(base::ErrorKind::invalid, faults.front().code, faults.front().arguments),
          exchange);
      refused->faults = faults_from(faults, {}, true);
    }
    if (!refused) {
      rows.push_back(record::clone(document.root, all.arena));
      continue;
    }
    refused->raw = reader.alone();
    add_refusal(std::move(*refused), ++numbered_, at.line, submission);
  }
  if (refusals_.empty() || mapping.batch_each()) {
    all.root = mapping::list_root(mapping, false, rows, all.arena);
    // The submission keeps the bytes.
    take_several(read_gathered(admitted(batch, {}), std::move(all), batch.digest), 0, submission);
  }
  commit(submission, whole(submission), true);
}

void Walker::walk_document(const ledger::Submission& submission,
                           const SharedGeneration& generation) {
  Received received{{}, generation, base::steady_micros()};
  received.arrival.party = submission.party;
  received.arrival.content_type = media_type(submission.content_type);
  received.arrival.form = submission.form;
  received.arrival.structured = received.arrival.content_type == "application/cloudevents+json";
  received.arrival.received_at = submission.received_at;
  received.arrival.bytes = submission.raw;
  Step<Admitted> admitted = admit(std::move(received));
  if (auto* refused = std::get_if<Refused>(&admitted)) {
    add_refusal(std::move(*refused), 1, 0, submission);
  } else {
    take(read(std::move(std::get<Admitted>(admitted))), 1, 1, submission);
  }
  commit(submission, whole(submission), true);
}

}  // namespace portage::pipeline
