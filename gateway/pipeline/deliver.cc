#include "gateway/pipeline/deliver.h"

#include <algorithm>

#include "gateway/pipeline/permit.h"

namespace portage::pipeline {
namespace {

constexpr const char* kSending = "deliver.sending";
constexpr std::size_t kUnknownPace = 64;  // so many may queue before a receiver's pace is known

}  // namespace

Outlet::Outlet(OutletWorld world, std::string party, std::shared_ptr<connector::Sink> sink)
    : world_(std::move(world)),
      party_(std::move(party)),
      wire_(sink ? std::make_shared<Wire>(Wire{std::move(sink)}) : nullptr),
      jitter_(static_cast<unsigned>(base::steady_micros())) {}

void Outlet::recover() {
  if (wire_ == nullptr) return;
  lanes_.paged(true);
  page();
}

void Outlet::page() {
  while (lanes_.wants_page()) {
    constexpr std::size_t kPage = 4096;
    const auto waiting = world_.ledger.waiting(party_, lanes_.last_paged(), kPage);
    for (const ledger::Waiting& w : waiting) {
      LaneEntry entry;
      entry.id = w.record;
      entry.accepted_at = w.accepted_at;
      entry.attempts = w.attempts + (w.accepted_at < world_.started_at ? 1 : 0);
      entry.quarantined = w.state == ledger::State::quarantined || ask_receiver(w);
      if (entry.quarantined && w.lane.empty()) continue;
      lanes_.add_paged(w.lane, std::move(entry), 0);
    }
    if (waiting.size() < kPage) {
      lanes_.paged(false);
      return;
    }
    if (waiting.back().record > lanes_.last_paged()) lanes_.skip_to(waiting.back().record);
  }
}

// A send that was noted and never ended: the gateway died in the middle. A receiver that does not ignore
// repeats must be asked before there is another.
bool Outlet::ask_receiver(const ledger::Waiting& waiting) {
  if (wire_->sink->deduplicates() || waiting.attempts == 0 || waiting.accepted_at >= world_.started_at) {
    return false;
  }
  const auto full = world_.ledger.record(waiting.record);
  if (!full.ok()) return false;  // its turn will say why
  const auto& all = full->head.deliveries;
  const auto open = std::find_if(all.begin(), all.end(), [&](const ledger::Delivery& d) {
    return d.receiver == party_ && d.cause == kSending;
  });
  if (open == all.end()) return false;
  ledger::Settlement settlement;
  settlement.record = waiting.record;
  settlement.receiver = party_;
  settlement.result = ledger::State::quarantined;
  settlement.attempt = waiting.attempts;
  settlement.code = "quarantine.ask_receiver";
  settlement.sent_at = base::now();
  world_.events.delivery_quarantined({.party = full->head.party,
                                      .peer = party_,
                                      .kind = full->head.kind,
                                      .record = waiting.record,
                                      .accepted_at = waiting.accepted_at,
                                      .code = settlement.code});
  world_.ledger.settle(std::move(settlement));
  return true;
}

void Outlet::add(std::string_view lane, LaneEntry entry) {
  if (wire_ == nullptr) return;  // a mailbox: it waits in the ledger
  if (down_ || lanes_.size() > 4096) entry.hot.reset();  // a long backlog is read again when its turn comes
  lanes_.add(lane, std::move(entry));
  pump();
}

void Outlet::add_late(std::string_view lane, LaneEntry entry) {
  if (wire_ == nullptr) return;
  lanes_.add_late(lane, std::move(entry));
  pump();
}

void Outlet::release(std::string_view lane, const ledger::Head& head) {
  if (wire_ == nullptr) return;
  if (!lanes_.release(lane, head.id, false)) {
    LaneEntry entry;
    entry.id = head.id;
    entry.accepted_at = head.accepted_at;
    for (const ledger::Delivery& d : head.deliveries) {
      if (d.receiver == party_) entry.attempts = d.attempts;
    }
    lanes_.add_late(lane, std::move(entry));
  }
  pump();
}

void Outlet::set_sink(std::shared_ptr<connector::Sink> sink) {
  const bool was_mailbox = wire_ == nullptr;
  if (wire_) {
    wire_->retired = true;
    if (wire_->in_flight == 0) wire_->sink->stop();
  }
  wire_ = sink ? std::make_shared<Wire>(Wire{std::move(sink)}) : nullptr;
  down_ = false;
  failures_ = 0;
  if (wire_ == nullptr) return;
  if (was_mailbox) lanes_.paged(true);
  lanes_.wake();
  pump();
}

void Outlet::returned(const std::shared_ptr<Wire>& wire) {
  --wire->in_flight;
  if (wire->retired && wire->in_flight == 0) wire->sink->stop();
}

void Outlet::close() {
  stopped_ = true;
  const std::shared_ptr<Wire> last = std::move(wire_);
  wire_ = nullptr;
  if (last) last->sink->stop();
}

void Outlet::stop() { stopped_ = true; }

Outlet::State Outlet::state() const {
  if (wire_ == nullptr) return State::mailbox;
  if (down_) return State::down;
  return failures_ > 0 ? State::slow : State::ok;
}

base::Micros Outlet::lag(base::Micros now) const {
  if (down_ || wire_ == nullptr || in_flight_ == 0) return 0;
  const std::size_t queue = lanes_.deliverable() + coming_;
  if (pace_us_ == 0 && queue > kUnknownPace) return INT64_MAX;  // its pace shows first
  std::uint64_t pace = pace_us_;
  if (was_busy_) {  // a receiver that has just become slow has not answered for a while
    pace = std::max(pace, (base::steady_micros() - last_done_us_) / in_flight_);
  }
  const base::Micros expected = static_cast<base::Micros>(queue * pace);
  const base::Micros oldest = lanes_.oldest_ready();
  return std::max(expected, oldest == 0 || oldest > now ? 0 : now - oldest);
}

void Outlet::keep_pace() {
  constexpr std::uint64_t kWindow_us = 100'000;
  const std::uint64_t now = base::steady_micros();
  if (!was_busy_) {
    window_began_us_ = now;
    window_count_ = 0;
  } else if (++window_count_; now - window_began_us_ >= kWindow_us) {
    const std::uint64_t measured = std::max<std::uint64_t>(1, (now - window_began_us_) / window_count_);
    pace_us_ = pace_us_ == 0 ? measured : (pace_us_ + measured) / 2;
    window_began_us_ = now;
    window_count_ = 0;
  }
  last_done_us_ = now;
  was_busy_ = wire_ != nullptr && lanes_.deliverable() > wire_->sink->parallel();
}

void Outlet::wake_at(base::Micros due) {
  const base::Micros now = base::now();
  if (timer_at_ > now && timer_at_ <= due) return;
  timer_at_ = due;
  const auto delay_ms = static_cast<std::uint32_t>(std::max<base::Micros>(0, due - now) / 1000 + 1);
  world_.loop.after(delay_ms, [self = weak_from_this()] {
    const auto outlet = self.lock();
    if (!outlet) return;
    outlet->timer_at_ = 0;  // it may ring some milliseconds early, and then must be set again
    outlet->pump();
  });
}

void Outlet::pump() {
  if (stopped_ || wire_ == nullptr) return;
  if (lanes_.wants_page()) page();
  const base::Micros now = base::now();
  if (down_) {
    if (in_flight_ > 0) return;
    if (now < next_probe_) {
      wake_at(next_probe_);
      return;
    }
    lanes_.wake();  // whichever is first becomes the probe
    if (auto lease = lanes_.lease(now)) send(std::move(*lease));
    return;
  }
  const std::size_t parallel = wire_->sink->parallel();
  while (in_flight_ < parallel && !down_) {
    auto lease = lanes_.lease(now);
    if (!lease) break;
    send(std::move(*lease));
  }
  if (const auto due = lanes_.next_due()) wake_at(*due);
}

void Outlet::send(Lanes::Lease lease) {
  ++in_flight_;
  ++world_.under_way;
  if (!lease.entry.hot) {
    auto full = world_.ledger.record(lease.entry.id);
    base::Result<record::SharedRecord> revived =
        full.ok() ? revive(*full) : base::Result<record::SharedRecord>(full.error());
    if (!revived.ok()) {
      ledger::Settlement settlement;
      settlement.code = revived.error().code;
      quarantine(lease, "", "", std::move(settlement));
      return;
    }
    lease.entry.hot = std::move(*revived);
  }
  const record::SharedRecord record = lease.entry.hot;
  Told told{record->envelope.kind, record->envelope.source, {}, {}, {}};
  auto words = words_for(lease, *record, told);
  if (!words) return;
  connector::Outbound item;
  item.record_id = record::ulid(lease.entry.id, lease.entry.accepted_at, world_.ledger.tag());
  item.kind = record->envelope.kind;
  item.version = record->envelope.version;
  item.source = record->envelope.source;
  item.receiver = party_;
  item.content_type = std::move(words->content_type);
  item.bytes = std::move(words->bytes);
  if (lease.lane != nullptr) item.lane = lanes_.name_of(lease);
  item.date = base::format_day(record->envelope.date);
  item.trace_id = record->envelope.trace_id;
  item.attempt = lease.entry.attempts + 1;
  if (wire_->sink->deduplicates()) {
    write(std::move(lease), std::move(item), std::move(told));
    return;
  }
  // To a receiver that does not ignore repeats the send is noted first, so that a crash in the middle
  // leaves a question for a person and not a second copy.
  ledger::Settlement sending;
  sending.record = lease.entry.id;
  sending.receiver = party_;
  sending.result = ledger::State::waiting;
  sending.attempt = item.attempt;
  sending.code = kSending;
  sending.sent_at = base::now();
  world_.ledger.settle(std::move(sending), [self = shared_from_this(), lease, item,
                                            told](const base::Status&) {
    self->world_.loop.post([self, lease, item, told] { self->write(lease, item, told); });
  });
}

// Asked at every send: an agreement or a consent may have ended since the record was accepted.
std::optional<Encoded> Outlet::words_for(const Lanes::Lease& lease, const record::Record& record,
                                         Told& told) {
  const SharedGeneration generation = world_.generation();
  const auto stop = [&](std::string_view code, std::string_view detail) {
    ledger::Settlement settlement;
    settlement.code = code;
    settlement.detail = detail;
    quarantine(lease, told.kind, told.source, std::move(settlement));
    return std::nullopt;
  };
  const config::Link* link = generation->config->link(party_);
  if (link == nullptr) return stop("quarantine.no_form", told.kind);
  const Permit may = permit(*generation->config, world_.consents, record, party_, base::now());
  if (!may.cause.empty()) {
    world_.events.flow_stopped({.party = told.source,
                                .peer = party_,
                                .kind = told.kind,
                                .record = lease.entry.id,
                                .accepted_at = lease.entry.accepted_at,
                                .code = may.cause});
    return stop(may.cause, may.flow == nullptr ? std::string_view() : may.flow->agreement->id);
  }
  record::Arena arena(2048);
  agreements::Pruned pruned{record.data.root, {}, false};
  if (may.flow != nullptr) pruned = agreements::prune(record.data.root, may.flow->mask, arena);
  auto encoded = encode_for(record, pruned.root, *link, *generation->config);
  if (const auto* cannot = std::get_if<CannotEncode>(&encoded)) {
    return stop(cannot->code, cannot->detail);
  }
  auto& words = std::get<Encoded>(encoded);
  told.mapping = words.mapping;
  if (may.flow != nullptr) told.agreement = may.flow->agreement->id;
  told.fields = pruned.present;
  if (words.by != nullptr) {
    const agreements::FieldSet* mapped = generation->mapped_by(words.by);
    told.fields = mapped == nullptr ? agreements::FieldSet{} : pruned.present & *mapped;
  }
  return std::move(words);
}

void Outlet::write(Lanes::Lease lease, connector::Outbound item, Told told) {
  if (wire_ == nullptr) {  // the link was taken away meanwhile: it waits in the mailbox
    lanes_.retry(lease, base::now() + 1'000'000);
    --in_flight_;
    --world_.under_way;
    return;
  }
  const base::Micros sent_at = base::now();
  const std::uint64_t began = base::steady_micros();
  lease.entry.hot.reset();
  const std::shared_ptr<Wire> wire = wire_;
  ++wire->in_flight;
  auto done = [self = shared_from_this(), wire, lease = std::move(lease), sent_at, began,
               told = std::move(told)](connector::SendOutcome outcome) {
    const auto took = static_cast<std::uint32_t>(base::steady_micros() - began);
    if (self->world_.loop.here()) {
      self->returned(wire);
      self->finish(lease, outcome, sent_at, took, told);
      return;
    }
    self->world_.loop.post([self, wire, lease, outcome = std::move(outcome), sent_at, took, told] {
      self->returned(wire);
      self->finish(lease, outcome, sent_at, took, told);
    });
  };
  wire->sink->write(std::move(item), std::move(done));
}

}  // namespace portage::pipeline
