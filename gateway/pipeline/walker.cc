#include "gateway/pipeline/walker.h"

#include <algorithm>
#include <future>

#include "gateway/pipeline/pipeline.h"

namespace portage::pipeline {
namespace {

constexpr std::uint32_t kAgain_ms = 500;

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

void Walker::take(Step<Read> step, std::uint32_t row, std::uint32_t line,
                  const ledger::Submission& submission) {
  if (auto* refused = std::get_if<Refused>(&step)) {
    add_refusal(std::move(*refused), several_ ? ++numbered_ : row, line, submission);
    return;
  }
  if (several_) return take_several(std::move(std::get<Read>(step)), line, submission);
  Step<Translated> translated = translate(std::move(std::get<Read>(step)));
  if (auto* refused = std::get_if<Refused>(&translated)) {
    add_refusal(std::move(*refused), row, line, submission);
    return;
  }
  Step<Routed> routed = route_one(std::move(std::get<Translated>(translated)));
  if (auto* refused = std::get_if<Refused>(&routed)) {
    add_refusal(std::move(*refused), row, line, submission);
    return;
  }
  routed_.push_back(std::move(std::get<Routed>(routed)));
  rows_.push_back(row);
}

Step<Routed> Walker::route_one(Translated canonical) {
  std::optional<Earlier> earlier;
  if (canonical.kind->refers) {
    earlier = pipeline_.earlier_of(canonical.kind->refers_kind, refers_to(canonical));
  }
  return route(std::move(canonical), earlier);
}

// All that one document makes goes into one commit; where one of them is refused, so is the
// document, unless its mapping lets each stand by itself.
void Walker::take_several(Read read, std::uint32_t line, const ledger::Submission& submission) {
  std::string raw = read.admitted.received.arrival.bytes;
  Several made = translate_several(std::move(read));
  std::vector<Routed> good;
  for (Translated& one : made.records) {
    Step<Routed> routed = route_one(std::move(one));
    if (auto* refused = std::get_if<Refused>(&routed)) {
      made.refused.push_back(std::move(*refused));
    } else {
      good.push_back(std::move(std::get<Routed>(routed)));
    }
  }
  if (!made.each && !made.refused.empty()) {
    Refused whole = std::move(made.refused.front());
    for (std::size_t i = 1; i < made.refused.size(); ++i) {
      const auto& faults = made.refused[i].faults;
      whole.faults.insert(whole.faults.end(), faults.begin(), faults.end());
    }
    whole.raw = std::move(raw);
    add_refusal(std::move(whole), ++numbered_, line, submission);
    return;
  }
  for (Routed& one : good) {
    routed_.push_back(std::move(one));
    rows_.push_back(++numbered_);
  }
  for (Refused& one : made.refused) {
    add_refusal(std::move(one), ++numbered_, line, submission);
  }
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
  // Where a row may make several records the verdicts are the records', and no row is shown.
  const config::Exchange* exchange = exchange_of(submission, *generation->config);
  if (generation->makes_several(exchange)) schema = nullptr;
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
