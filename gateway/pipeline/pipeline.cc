#include "gateway/pipeline/pipeline.h"

#include <future>

#include "gateway/base/text.h"
#include "gateway/format/json_text.h"
#include "gateway/pipeline/permit.h"
#include "gateway/pipeline/table.h"
#include "gateway/pipeline/walker.h"

namespace portage::pipeline {

using base::ErrorKind;
using base::make_error;

namespace {

constexpr base::Micros kLongestPark = 10'000'000;
constexpr std::uint32_t kParkedTurn_ms = 20;

connector::Verdict refusing(base::Error error, std::uint32_t retry_after_s) {
  connector::Verdict verdict;
  verdict.error = std::move(error);
  verdict.retry_after_s = retry_after_s;
  return verdict;
}

}  // namespace

std::string receipt_json(const std::string& record_id, const std::string& party,
                         const std::string& source_id, const std::string& kind,
                         const record::Digest& digest, base::Micros accepted_at) {
  std::string out;
  out.reserve(320);
  format::JsonText(out)
      .object()
      .text("schema", "portage.receipt/1")
      .text("id", record_id)
      .text("party", party)
      .text("source_id", source_id)
      .text("kind", kind)
      .text("digest", "sha256:" + base::hex(digest))
      .text("accepted_at", base::format_instant(accepted_at))
      .end_object();
  return out;
}

Pipeline::Pipeline(World world, SharedGeneration first)
    : world_(std::move(world)), handover_(world_.home), generation_(std::move(first)) {
  walker_ = std::make_unique<Walker>(*this);
}

Pipeline::~Pipeline() { stop(); }

SharedGeneration Pipeline::generation() const {
  std::lock_guard hold(generation_lock_);
  return generation_;
}

Outlet& Pipeline::outlet(const std::string& party) {
  auto& slot = outlets_[party];
  if (!slot) {
    const SharedGeneration now = generation();
    const config::Link* link = now->config->link(party);
    OutletWorld world{world_.home,
                      world_.ledger,
                      world_.events,
                      [this] { return generation(); },
                      [this] { walker_->wake(); },
                      [this] { release_parked(); },
                      sends_under_way_,
                      consents_,
                      sent_,
                      started_at_};
    slot = std::make_shared<Outlet>(std::move(world), party,
                                    link ? world_.make_sink(*link) : nullptr);
    slot->recover();
  }
  return *slot;
}

void Pipeline::start() {
  const auto totals = world_.ledger.totals();
  for (const auto& receiver : totals.receivers) {
    if (receiver.receiver == "desk") {
      desk_waiting_ = static_cast<std::int64_t>(receiver.sums.waiting);
    }
  }
  recall_consents();
  world_.home.post([this, now = generation(), receivers = world_.ledger.receivers()] {
    for (const std::string& party : receivers) outlet(party).kick();
    for (const config::Link& link : now->config->links) outlet(link.party).kick();
    recall_owed_answers();
  });
  walker_->start();
}

void Pipeline::swap(SharedGeneration next) {
  SharedGeneration before;
  {
    std::lock_guard hold(generation_lock_);
    before = std::move(generation_);
    generation_ = next;
  }
  world_.home.post([this, next, before] {
    for (auto& [party, one] : outlets_) {
      const config::Link* link = next->config->link(party);
      const config::Link* old = before->config->link(party);
      // Files behind a link (certificates) may have changed too, so http is always connected anew.
      const bool same = link != nullptr && old != nullptr && !link->delivery.http &&
                        link->delivery == old->delivery;
      if (!same) one->set_sink(link ? world_.make_sink(*link) : nullptr);
    }
  });
}

void Pipeline::stop() {
  if (stopping_.exchange(true)) return;
  walker_->stop();
  world_.home.post([this] {
    for (auto& [party, one] : outlets_) one->stop();
    for (Entering& waiting : parked_) {
      waiting.done(refusing(make_error(ErrorKind::unavailable, "gateway.stopping"), 1));
    }
    parked_.clear();
  });
}

void Pipeline::close() {
  auto closed = std::make_shared<std::promise<void>>();
  world_.home.post([this, closed] {
    for (auto& [party, one] : outlets_) one->close();
    closed->set_value();
  });
  closed->get_future().wait_for(std::chrono::seconds(5));
}

void Pipeline::direct(connector::Arrival arrival, std::function<void(connector::Verdict)> done) {
  if (stopping_) {
    done(refusing(make_error(ErrorKind::unavailable, "gateway.stopping"), 1));
    return;
  }
  const std::string party = arrival.party;
  Received received{std::move(arrival), generation(), base::steady_micros()};
  Step<Admitted> admitted = admit(std::move(received));
  if (auto* refused = std::get_if<Refused>(&admitted)) {
    refuse(party, std::move(*refused), std::move(done));
    return;
  }
  auto& may = std::get<Admitted>(admitted);
  const config::Exchange* exchange = may.exchange;
  const schema::Schema* schema =
      exchange ? may.received.generation->config->schemas.find(exchange->form) : nullptr;
  if (schema != nullptr && (schema->table() != nullptr || holds_many(*schema))) {  // a batch
    store(std::move(may.received.arrival), exchange->form, std::move(done));
    return;
  }
  const SharedGeneration kept = may.received.generation;  // the schema's, also when it is refused
  Step<Read> readable = read(std::move(may));
  if (auto* refused = std::get_if<Refused>(&readable)) {
    if (schema != nullptr && is_file_of_records(*schema, refused->raw)) {
      connector::Arrival file;
      file.party = party;
      file.content_type = exchange->content_type;
      file.bytes = std::move(refused->raw);
      store(std::move(file), exchange->form, std::move(done));
      return;
    }
    refuse(party, std::move(*refused), std::move(done));
    return;
  }
  auto& one = std::get<Read>(readable);
  if (one.admitted.received.generation->makes_several(one.exchange)) {
    store(std::move(one.admitted.received.arrival), one.exchange->form, std::move(done));
    return;
  }
  Step<Translated> translated = translate(std::move(std::get<Read>(readable)));
  if (auto* refused = std::get_if<Refused>(&translated)) {
    refuse(party, std::move(*refused), std::move(done));
    return;
  }
  auto& canonical = std::get<Translated>(translated);
  std::optional<Earlier> earlier;
  if (canonical.kind->refers) {
    earlier = earlier_of(canonical.kind->refers_kind, refers_to(canonical));
  }
  Step<Routed> routed = route(std::move(canonical), earlier);
  if (auto* refused = std::get_if<Refused>(&routed)) {
    refuse(party, std::move(*refused), std::move(done));
    return;
  }
  Entering entering{std::move(std::get<Routed>(routed)), std::move(done), base::now()};
  if (world_.home.here()) {
    enter(std::move(entering));
  } else {
    auto shared = std::make_shared<Entering>(std::move(entering));
    world_.home.post([this, shared] { enter(std::move(*shared)); });
  }
}

bool Pipeline::lagging(const Routed& routed, base::Micros now) {
  const base::Micros limit =
      static_cast<base::Micros>(routed.generation->config->settings.live_lag_ms) * 1000;
  for (const routing::Receiver& receiver : routed.decision.receivers) {
    if (outlet(receiver.party).lag(now) > limit) return true;
  }
  return false;
}

void Pipeline::enter(Entering entering) {
  if (lagging(entering.routed, base::now())) {
    parked_.push_back(std::move(entering));
    release_parked();
    return;
  }
  commit(std::move(entering));
}

// Lets go on whoever need not wait any longer; in order, so that one sender's records stay in order.
void Pipeline::release_parked() {
  if (parked_.empty()) return;
  const base::Micros now = base::now();
  std::deque<Entering> still;
  while (!parked_.empty()) {
    Entering one = std::move(parked_.front());
    parked_.pop_front();
    if (!lagging(one.routed, now)) {
      commit(std::move(one));
    } else if (now - one.since > kLongestPark) {
      one.done(refusing(make_error(ErrorKind::unavailable, "commit.receiver_slow"), 2));
    } else {
      still.push_back(std::move(one));
    }
  }
  parked_ = std::move(still);
  if (parked_.empty() || parked_timer_) return;
  parked_timer_ = true;
  world_.home.after(kParkedTurn_ms, [this] {
    parked_timer_ = false;
    release_parked();
  });
}

void Pipeline::commit(Entering entering) {
  for (const routing::Receiver& one : entering.routed.decision.receivers) outlet(one.party).coming();
  auto shared = std::make_shared<Entering>(std::move(entering));
  ledger::NewRecord row = std::move(shared->routed.row);
  // What the verdict needs stays here; the rest goes with the row.
  shared->routed.row.party = row.party;
  shared->routed.row.id = row.id;
  shared->routed.row.kind = row.kind;
  shared->routed.row.digest = row.digest;
  shared->routed.row.key = row.key;
  shared->routed.row.refers_kind = row.refers_kind;
  shared->routed.row.refers_key = row.refers_key;
  shared->routed.row.in_reply_to = row.in_reply_to;
#ifdef PORTAGE_ACK_BEFORE_COMMIT
  // The crash test's planted fault: yes before the disk has it. Never built into the product.
  shared->done(accepted_verdict(shared->routed.row, {}, *shared->routed.generation->config));
  shared->done = [](connector::Verdict) {};
#endif
  world_.ledger.accept(std::move(row), [this, shared](const base::Result<ledger::Accepted>& result) {
    handover_.put([this, shared, result] { committed(shared->routed, result, shared->done); });
  });
}

connector::Verdict Pipeline::accepted_verdict(const ledger::NewRecord& row,
                                              const ledger::Accepted& accepted,
                                              const config::Config&) const {
  connector::Verdict verdict;
  verdict.accepted = true;
  verdict.duplicate = accepted.outcome == ledger::Outcome::duplicate;
  verdict.record_id = record::ulid(accepted.id, accepted.accepted_at, world_.ledger.tag());
  verdict.receipt = receipt_json(verdict.record_id, row.party, row.id, row.kind, row.digest,
                                 accepted.accepted_at);
  return verdict;
}

void Pipeline::committed(const Routed& routed, const base::Result<ledger::Accepted>& result,
                         const std::function<void(connector::Verdict)>& done) {
  for (const routing::Receiver& one : routed.decision.receivers) outlet(one.party).arrived();
  if (!result.ok()) {
    if (result.error().code == "ledger.full" && !full_.exchange(true)) world_.events.ledger_full();
    done(refusing(result.error(), 5));
    return;
  }
  if (full_.exchange(false)) world_.events.ledger_room_again();
  if (result->outcome == ledger::Outcome::conflict) {
    world_.events.record_refused({.party = routed.row.party,
                                  .kind = routed.row.kind,
                                  .record = result->id,
                                  .accepted_at = result->accepted_at,
                                  .code = "commit.conflict"});
    done(refusing(make_error(ErrorKind::conflict, "commit.conflict", {{"party", routed.row.party}}),
                  0));
    return;
  }
  done(accepted_verdict(routed.row, *result, *routed.generation->config));
  settle_accepted(routed, *result);
}

void Pipeline::settle_accepted(const Routed& routed, const ledger::Accepted& accepted) {
  observe::Events::About about{.party = routed.row.party,
                               .peer = routed.decision.receivers.front().party,
                               .kind = routed.row.kind,
                               .record = accepted.id,
                               .accepted_at = accepted.accepted_at};
  if (accepted.outcome == ledger::Outcome::duplicate) {
    world_.events.record_repeated(about);
    return;
  }
  about.detail = routed.decision.receivers.front().rule;
  world_.events.record_accepted(about);
  if (routed.row.kind == kConsentKind) {
    for (agreements::Consent& one : consents_from(routed.record->data.root)) {
      consents_.put(std::move(one));
    }
  }
  for (const routing::Receiver& receiver : routed.decision.receivers) {
    LaneEntry entry;
    entry.id = accepted.id;
    entry.accepted_at = accepted.accepted_at;
    entry.hot = routed.record;
    outlet(receiver.party).add(routed.lane, std::move(entry));
  }
  if (routed.decision.unmatched) {
    ++desk_waiting_;
    world_.events.answer_unmatched(about);
    // The record it answers may have come between the look-up and the commit.
    match_waiting(routed.row.refers_kind, routed.row.refers_key);
  } else if (routed.row.in_reply_to != 0) {
    answered(routed.row.party, routed.row.kind, accepted.id, accepted.accepted_at,
             routed.row.in_reply_to);
  }
  if (!routed.row.key.empty()) {
    if (desk_waiting_ > 0) match_waiting(routed.row.kind, routed.row.key);
    expect_answer(routed, accepted);
  }
}

void Pipeline::refuse(const std::string& party, Refused refused,
                      std::function<void(connector::Verdict)> done) {
  connector::Verdict verdict = refusing(refused.error, 0);
  verdict.faults = std::move(refused.faults);
  const connector::Fault* first = verdict.faults.empty() ? nullptr : &verdict.faults.front();
  world_.events.record_refused({.party = party,
                                .kind = refused.kind,
                                .code = refused.error.code,
                                .detail = first ? first->pointer : std::string()});
  ledger::NewRefusal row;
  row.party = party;
  row.id = refused.id.substr(0, 255);
  row.kind = refused.kind;
  row.form = refused.form;
  row.code = refused.error.code;
  if (first != nullptr) {
    row.pointer = first->pointer;
    row.line = first->line;
    row.column = first->column;
  }
  row.faults = faults_json(verdict.faults);
  row.raw = std::move(refused.raw);
  auto shared = std::make_shared<connector::Verdict>(std::move(verdict));
  // Kept or not (a full disk), the sender is told why its record was refused.
  world_.ledger.refuse(std::move(row), [this, shared, done = std::move(done)](const base::Status&) {
    handover_.put([shared, done] { done(std::move(*shared)); });
  });
}

}  // namespace portage::pipeline
