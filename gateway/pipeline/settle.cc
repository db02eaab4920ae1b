// Step 8, settle: what came of a send. Delivered, again later, or quarantined under its cause; and what it
// says about the receiver.
#include <algorithm>

#include "gateway/base/text.h"
#include "gateway/pipeline/deliver.h"

namespace portage::pipeline {
namespace {

constexpr std::uint32_t kFailuresUntilDown = 3;

// A failure before the receiver could see anything: says nothing about the record.
bool never_reached(const connector::SendOutcome& outcome) {
  return outcome.code == "deliver.connect" || outcome.code == "deliver.tls";
}

// Whether a body of that type can be one of this party's records; anything else is mere politeness.
bool answers_as(const Generation& generation, const std::string& party, std::string_view content_type) {
  const config::Link* link = generation.config->link(party);
  if (link == nullptr) return false;
  const std::string type =
      base::lower_ascii(base::trim(content_type.substr(0, content_type.find(';'))));
  return std::any_of(link->sends.begin(), link->sends.end(),
                     [&](const config::Exchange& e) { return e.content_type == type; });
}

const config::Delivery& policy_of(const Generation& generation, const std::string& party) {
  static const config::Delivery kDefault;
  const config::Link* link = generation.config->link(party);
  return link == nullptr ? kDefault : link->delivery;
}

}  // namespace

base::Micros Outlet::backoff(std::uint32_t attempts) {
  const auto generation = world_.generation();
  const config::Delivery& policy = policy_of(*generation, party_);
  const std::uint64_t exponent = std::min<std::uint32_t>(attempts, 20);
  const std::uint64_t longest = policy.longest_retry_ms;
  const std::uint64_t step = std::min(longest, std::uint64_t{policy.first_retry_ms} << exponent);
  // Half to the whole of the step, so that many lanes do not knock together.
  const std::uint64_t ms = step / 2 + jitter_() % (step / 2 + 1);
  return static_cast<base::Micros>(ms) * 1000;
}

void Outlet::quarantine(const Lanes::Lease& lease, const std::string& kind, const std::string& source,
                        ledger::Settlement settlement) {
  settlement.record = lease.entry.id;
  settlement.receiver = party_;
  settlement.result = ledger::State::quarantined;
  settlement.attempt = lease.entry.attempts + 1;
  if (settlement.sent_at == 0) settlement.sent_at = base::now();
  world_.events.delivery_quarantined({.party = source,
                                      .peer = party_,
                                      .kind = kind,
                                      .record = lease.entry.id,
                                      .accepted_at = lease.entry.accepted_at,
                                      .code = settlement.code,
                                      .detail = settlement.detail});
  Lanes::Lease held = lease;
  held.entry.attempts = settlement.attempt;  // the next try has a number of its own
  settle(std::move(settlement));
  lanes_.hold(held);
  --in_flight_;
  --world_.under_way;
  // Not pump(): this may be inside it. The next turn of the loop goes on.
  world_.loop.post([self = shared_from_this()] { self->pump(); });
}

void Outlet::settle(ledger::Settlement settlement) {
  const bool reply = settlement.reply.has_value();
  if (!reply) {
    world_.ledger.settle(std::move(settlement));
    return;
  }
  world_.ledger.settle(std::move(settlement),
                       [replies = world_.replies](const base::Status& status) {
                         if (status.ok()) replies();
                       });
}

void Outlet::finish(Lanes::Lease lease, const connector::SendOutcome& outcome, base::Micros sent_at,
                    std::uint32_t took_us, const Told& told) {
  using connector::Sent;
  observe::Events::About about{.party = told.source,
                               .peer = party_,
                               .kind = told.kind,
                               .record = lease.entry.id,
                               .accepted_at = lease.entry.accepted_at};
  ledger::Settlement settlement;
  settlement.record = lease.entry.id;
  settlement.receiver = party_;
  settlement.attempt = lease.entry.attempts + 1;
  settlement.code = outcome.code;
  settlement.detail = outcome.detail;
  settlement.sent_at = sent_at;
  settlement.took_us = took_us;
  settlement.mapping = told.mapping;

  const SharedGeneration generation = world_.generation();
  const config::Delivery& policy = policy_of(*generation, party_);
  Sent sent = outcome.sent;
  if (sent == Sent::unknown && policy.deduplicates) sent = Sent::failed;

  if (sent == Sent::delivered) {
    settlement.result = ledger::State::delivered;
    if (settlement.code.empty()) settlement.code = "delivered";
    if (!outcome.reply.empty() && answers_as(*generation, party_, outcome.reply_content_type)) {
      ledger::NewSubmission reply;
      reply.party = party_;
      reply.content_type = outcome.reply_content_type;
      reply.raw = outcome.reply;
      reply.in_reply_to = lease.entry.id;
      settlement.reply = std::move(reply);
    }
    settle(std::move(settlement));
    if (!told.agreement.empty()) {
      world_.sent.note(told.agreement, told.kind, party_, told.fields, sent_at);
    }
    lanes_.done(lease);
    keep_pace();
    --in_flight_;
    --world_.under_way;
    failures_ = 0;
    last_error_.clear();
    about.detail = told.mapping;
    about.count = static_cast<std::uint64_t>(
        std::max<base::Micros>(0, base::now() - lease.entry.accepted_at) / 1000);
    world_.events.delivery_delivered(about);
    if (down_) {
      down_ = false;
      lanes_.wake();
      world_.events.receiver_up({.peer = party_});
    }
    pump();
    world_.lag_fell();
    return;
  }

  if (sent == Sent::refused || sent == Sent::unknown) {
    if (sent == Sent::unknown) settlement.code = "quarantine.ask_receiver";
    failures_ = 0;
    if (sent == Sent::refused && down_) {  // whoever says no is there
      down_ = false;
      lanes_.wake();
      world_.events.receiver_up({.peer = party_});
    }
    quarantine(lease, told.kind, told.source, std::move(settlement));
    return;
  }

  // Failed or throttled: it stays the head of its lane.
  last_error_ = outcome.code;
  ++failures_;
  const bool outage = never_reached(outcome);
  if (!outage && settlement.attempt >= policy.max_attempts) {
    settlement.code = "quarantine.attempts";
    settlement.detail = outcome.code + " " + outcome.detail;
    quarantine(lease, told.kind, told.source, std::move(settlement));
    return;
  }
  const base::Micros now = base::now();
  base::Micros due = now + backoff(outage ? std::min(failures_, 12u) - 1 : lease.entry.attempts);
  if (outcome.retry_after_s > 0) {
    due = std::max(due, now + static_cast<base::Micros>(outcome.retry_after_s) * 1'000'000);
  }
  settlement.result = ledger::State::waiting;
  settlement.due = due;
  ++lease.entry.attempts;
  about.code = outcome.code;
  about.detail = outcome.detail;
  about.count = lease.entry.attempts;
  world_.events.delivery_retry(about);
  settle(std::move(settlement));
  lanes_.retry(lease, due);
  --in_flight_;
  --world_.under_way;
  if (outage || failures_ >= kFailuresUntilDown) {
    if (!down_) {
      down_ = true;
      lanes_.cool();
      world_.events.receiver_down({.peer = party_, .code = outcome.code, .detail = outcome.detail});
      world_.lag_fell();
    }
    next_probe_ = due;
  }
  world_.loop.post([self = shared_from_this()] { self->pump(); });
}

}  // namespace portage::pipeline
