#include "gateway/pipeline/walker.h"

#include <algorithm>
#include <future>

#include "gateway/base/text.h"
#include "gateway/format/csv.h"
#include "gateway/format/documents.h"
#include "gateway/pipeline/pipeline.h"
#include "gateway/pipeline/table.h"
#include "gateway/security/digest.h"

namespace portage::pipeline {
namespace {

constexpr std::size_t kChunkRows = 256;
constexpr std::uint32_t kAgain_ms = 500;

std::string media_type(const std::string& content_type) {
  return base::lower_ascii(
      base::trim(std::string_view(content_type).substr(0, content_type.find(';'))));
}

// Behind all of it. A chunk with a verdict must go on, also in an empty file, or in one read to its
// end whose table is no longer known.
std::uint64_t whole(const ledger::Submission& submission) {
  return std::max<std::uint64_t>(submission.raw.size(), submission.position + 1);
}

}  // namespace

void Walker::start() {
  thread_ = std::thread([this] { run(); });
}

void Walker::wake() {
  {
    std::lock_guard hold(lock_);
    work_ = true;
  }
  changed_.notify_one();
}

void Walker::stop() {
  {
    std::lock_guard hold(lock_);
    stopping_ = true;
  }
  changed_.notify_one();
  if (thread_.joinable()) thread_.join();
}

bool Walker::pause(std::uint32_t ms) {
  std::unique_lock hold(lock_);
  changed_.wait_for(hold, std::chrono::milliseconds(ms), [this] { return stopping_; });
  return !stopping_;
}

void Walker::run() {
  while (true) {
    {
      std::unique_lock hold(lock_);
      // Also looks by itself now and then: a result that the sender could not take is tried again.
      changed_.wait_for(hold, std::chrono::seconds(5), [this] { return work_ || stopping_; });
      if (stopping_) return;
      work_ = false;
    }
    for (const ledger::SubmissionId id : pipeline_.world_.ledger.unfinished()) {
      walk(id);
      std::lock_guard hold(lock_);
      if (stopping_) return;
    }
  }
}

void Walker::walk(ledger::SubmissionId id) {
  auto found = pipeline_.world_.ledger.submission(id);
  if (!found.ok()) return;
  const ledger::Submission& submission = *found;
  if (!submission.closed) {
    const SharedGeneration generation = pipeline_.generation();
    const config::Config& config = *generation->config;
    const config::Link* link = config.link(submission.party);
    const config::Exchange* exchange = nullptr;
    if (link != nullptr) {
      auto chosen = choose_exchange(
          *link, config, "", submission.form,
          submission.form.empty() ? media_type(submission.content_type) : std::string());
      if (auto* one = std::get_if<const config::Exchange*>(&chosen)) exchange = *one;
    }
    const schema::Schema* schema = exchange ? config.schemas.find(exchange->form) : nullptr;
    if (schema != nullptr && schema->table() != nullptr) {
      walk_table(submission, *exchange, *schema, generation);
    } else if (schema != nullptr && holds_many(*schema)) {
      walk_documents(submission, *exchange, *schema, generation);
    } else {
      walk_document(submission, generation);
    }
  }
  report(id);
}

void Walker::add_refusal(Refused refused, std::uint32_t row, std::uint32_t line,
                         const ledger::Submission& submission) {
  for (connector::Fault& fault : refused.faults) {
    if (fault.line == 0) fault.line = line;
  }
  ledger::NewRefusal refusal;
  refusal.party = submission.party;
  refusal.id = refused.id.substr(0, 255);
  refusal.kind = refused.kind;
  refusal.form = submission.form;
  refusal.code = refused.error.code;
  refusal.line = line;
  if (!refused.faults.empty()) {
    refusal.code = refused.faults.front().code;
    refusal.pointer = refused.faults.front().pointer;
    refusal.line = refused.faults.front().line;
    refusal.column = refused.faults.front().column;
  } else {
    refused.faults.push_back({refused.error.code, refused.error.place.pointer, line,
                              refused.error.place.column, "", refused.error.arguments});
  }
  refusal.faults = faults_json(refused.faults);
  refusal.raw = std::move(refused.raw);
  refusal.submission = submission.id;
  refusal.row = row;
  pipeline_.world_.events.record_refused({.party = submission.party,
                                          .kind = refusal.kind,
                                          .code = refusal.code,
                                          .detail = "row " + std::to_string(row),
                                          .count = submission.id});
  refusals_.push_back(std::move(refusal));
}

void Walker::refuse_whole(const ledger::Submission& submission, Refused refused) {
  add_refusal(std::move(refused), 0, 0, submission);
  commit(submission, whole(submission), true);
}

void Walker::take(Step<Read> step, std::uint32_t row, std::uint32_t line,
                  const ledger::Submission& submission) {
  if (auto* refused = std::get_if<Refused>(&step)) {
    add_refusal(std::move(*refused), row, line, submission);
    return;
  }
  Step<Translated> translated = translate(std::move(std::get<Read>(step)));
  if (auto* refused = std::get_if<Refused>(&translated)) {
    add_refusal(std::move(*refused), row, line, submission);
    return;
  }
  auto& canonical = std::get<Translated>(translated);
  std::optional<Earlier> earlier;
  if (canonical.kind->refers) {
    earlier = pipeline_.earlier_of(canonical.kind->refers_kind, refers_to(canonical));
  }
  Step<Routed> routed = route(std::move(canonical), earlier);
  if (auto* refused = std::get_if<Refused>(&routed)) {
    add_refusal(std::move(*refused), row, line, submission);
    return;
  }
  routed_.push_back(std::move(std::get<Routed>(routed)));
  rows_.push_back(row);
}

// One row or document of a batch, whatever its format.
void Walker::take_one(const Batch& batch, const One& one) {
  const config::Exchange& exchange = batch.exchange;
  Received received{{}, batch.generation, base::steady_micros()};
  received.arrival.party = batch.submission.party;
  received.arrival.content_type = exchange.content_type;
  received.arrival.received_at = batch.submission.received_at;
  received.arrival.bytes = one.raw;
  if (one.error) {
    add_refusal(
        Refused{
            *one.error, {}, "", exchange.kind, exchange.form, std::move(received.arrival.bytes)},
        one.number, one.line, batch.submission);
    return;
  }
  const config::Link* link = batch.generation->config->link(batch.submission.party);
  Admitted admitted{std::move(received), link, &exchange, 0};
  record::Document own;
  own.root = record::clone(one.root, own.arena);
  take(read_row(std::move(admitted), std::move(own),
                batch.digest + ":" + std::to_string(one.number)),
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
  if (!opened.ok()) {
    refuse_whole(submission, Refused{opened.error(), {}, "", exchange.kind, exchange.form, ""});
    return;
  }
  format::CsvReader& reader = *opened;
  const auto columns = columns_of(schema);
  const auto strange = reader.check_columns(columns, true);
  if (!strange.empty()) {
    Refused refused{strange.front(), {}, "", exchange.kind, exchange.form, ""};
    for (const base::Error& error : strange) {
      refused.faults.push_back({error.code, error.place.pointer, error.place.line,
                                error.place.column, "", error.arguments});
    }
    refuse_whole(submission, std::move(refused));
    return;
  }
  const Batch batch{submission, exchange, generation,
                    base::hex(security::sha256({submission.raw}))};
  record::Document row;
  format::CsvRow at;
  bool more = true;
  while (more) {
    while (rows_.size() + refusals_.size() < kChunkRows && (more = reader.next(at, row))) {
      take_one(batch, {at.number, at.line, at.error, reader.raw(), row.root});
    }
    position = reader.position().byte;
    if (!commit(submission, position, !more)) return;
  }
}

// Fixed-width extracts and JSON lines: a document at a time. After a restart those that were
// committed are read again and passed over.
void Walker::walk_documents(const ledger::Submission& submission, const config::Exchange& exchange,
                            const schema::Schema& schema, const SharedGeneration& generation) {
  const config::Config& config = *generation->config;
  const format::Limits limits{config.settings.body_limit, config.settings.depth_limit, 1'000'000};
  auto opened = format::DocumentReader::open(schema.wire(), limits, submission.raw);
  if (!opened.ok()) {
    refuse_whole(submission, Refused{opened.error(), {}, "", exchange.kind, exchange.form, ""});
    return;
  }
  format::DocumentReader& reader = *opened;
  const Batch batch{submission, exchange, generation,
                    base::hex(security::sha256({submission.raw}))};
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
      take_one(batch, {at.number, at.line, at.error, reader.raw(), document.root});
    }
    if (!commit(submission, position, !more)) return;
  }
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

bool Walker::commit(const ledger::Submission& submission, std::uint64_t position, bool last) {
  // Shared with completions that may outlive this call when the gateway stops.
  auto routed = std::make_shared<std::vector<Routed>>(std::move(routed_));
  ledger::Chunk chunk;
  chunk.submission = submission.id;
  chunk.position = position;
  chunk.last = last;
  for (const Routed& one : *routed) chunk.records.push_back(one.row);
  chunk.record_rows = std::move(rows_);
  chunk.refusals = std::move(refusals_);
  routed_.clear();
  rows_.clear();
  refusals_.clear();
  Pipeline& pipeline = pipeline_;
  // A live receiver that is behind slows this file, and nothing else.
  while (true) {
    auto asked = std::make_shared<std::promise<bool>>();
    auto answer = asked->get_future();
    pipeline.world_.home.post([&pipeline, routed, asked] {
      const base::Micros now = base::now();
      asked->set_value(std::any_of(routed->begin(), routed->end(),
                                   [&](const Routed& one) { return pipeline.lagging(one, now); }));
    });
    if (answer.wait_for(std::chrono::seconds(10)) != std::future_status::ready) return false;
    if (!answer.get()) break;
    if (!pause(20)) return false;
  }
  while (true) {
    auto asked = std::make_shared<std::promise<base::Status>>();
    auto answer = asked->get_future();
    pipeline.world_.ledger.commit_chunk(
        chunk,
        [&pipeline, routed, asked](const base::Result<std::vector<ledger::Accepted>>& result) {
          if (result.ok()) {
            pipeline.handover_.put([&pipeline, routed, accepted = *result] {
              for (std::size_t i = 0; i < routed->size(); ++i) {
                if (accepted[i].outcome != ledger::Outcome::conflict) {
                  pipeline.settle_accepted((*routed)[i], accepted[i]);
                }
              }
            });
          }
          asked->set_value(result.ok() ? base::Status() : base::Status(result.error()));
        });
    const base::Status committed = answer.get();
    if (committed.ok()) return true;
    // Not this chunk, now or ever: the file is looked at anew, and the others go on.
    const base::ErrorKind kind = committed.error().kind;
    if (kind == base::ErrorKind::conflict || kind == base::ErrorKind::not_found) return false;
    if (!pause(kAgain_ms)) return false;  // the disk is full: the file waits
  }
}

void Walker::report(ledger::SubmissionId id) {
  const auto found = pipeline_.world_.ledger.submission(id);
  if (!found.ok() || !found->closed || found->reported) return;
  const ledger::Submission& submission = *found;
  const SharedGeneration generation = pipeline_.generation();
  const schema::Schema* schema = generation->config->schemas.find(submission.form);
  connector::BatchResult result;
  result.submission = id;
  result.party = submission.party;
  result.form = submission.form;
  result.name = submission.name;
  result.rows = submission.rows;
  result.accepted = submission.accepted;
  result.duplicates = submission.duplicates;
  result.refused = submission.refused;
  result.file = result_file(submission, schema, pipeline_.world_.ledger.verdicts(id),
                            generation->config->settings.language == "fr");
  const bool has_reader = !submission.name.empty();  // a reply body or a posted table has no folder
  if (has_reader && !pipeline_.world_.report(result)) return;
  pipeline_.world_.events.submission_closed(
      {.party = submission.party,
       .detail = std::to_string(submission.accepted) + " of " + std::to_string(submission.rows),
       .count = id});
  pipeline_.world_.ledger.reported(id);
}

}  // namespace portage::pipeline
