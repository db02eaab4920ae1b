// Closing the loop: records that refer to an earlier one find it, however early or late they come.
#include <algorithm>

#include "gateway/base/text.h"
#include "gateway/pipeline/pipeline.h"

namespace portage::pipeline {

std::optional<Earlier> Pipeline::earlier_of(const std::string& kind, const std::string& key) const {
  if (key.empty()) return std::nullopt;
  const auto head = world_.ledger.find_key(kind, key);
  if (!head) return std::nullopt;
  Earlier earlier;
  earlier.id = head->id;
  earlier.facts.known = true;
  earlier.facts.sender = head->party;
  for (const ledger::Delivery& d : head->deliveries) earlier.facts.receivers.push_back(d.receiver);
  return earlier;
}

// A record came that others were waiting for, or an answer whose record may have come meanwhile.
void Pipeline::match_waiting(const std::string& kind, const std::string& key) {
  const auto earlier = earlier_of(kind, key);
  if (!earlier) return;
  for (const ledger::Head& answer : world_.ledger.waiting_for(kind, key)) reroute(answer, *earlier);
}

void Pipeline::reroute(const ledger::Head& answer, const Earlier& earlier) {
  const SharedGeneration now = generation();
  routing::Facts facts;
  facts.kind = answer.kind;
  facts.from = answer.party;
  facts.date = answer.date;
  facts.earlier = earlier.facts;
  const routing::Decision decision = now->config->rules.decide(now->config->directory, facts);
  if (decision.unmatched) return;
  // Only what still waits at the desk for its record; a delivery that a match has added is not to
  // be touched.
  const ledger::Delivery* at_desk = nullptr;
  for (const ledger::Delivery& d : answer.deliveries) {
    if (d.reason == "route.unmatched" && d.state != ledger::State::delivered &&
        d.state != ledger::State::withdrawn) {
      at_desk = &d;
    }
  }
  if (at_desk == nullptr) return;
  for (const routing::Receiver& receiver : decision.receivers) {
    if (receiver.party == at_desk->receiver)
      return;  // the desk again, for another reason: it waits there
  }
  if (!rerouting_.insert(answer.id).second) return;  // the record and its answer came at once
  const std::string lane = at_desk->lane;
  ledger::Settlement settlement;
  settlement.record = answer.id;
  settlement.receiver = at_desk->receiver;
  settlement.result = ledger::State::delivered;
  settlement.code = "answer.matched_later";
  settlement.sent_at = base::now();
  for (const routing::Receiver& receiver : decision.receivers) {
    settlement.redirect.push_back(
        {receiver.party, lane, receiver.role, receiver.rule, receiver.reason, receiver.marked});
    outlet(
        receiver
            .party);  // made now: one that is made later would page the new delivery in by itself
  }
  world_.ledger.settle(
      std::move(settlement), [this, answer, earlier, decision, lane](const base::Status& status) {
        handover_.put([this, answer, earlier, decision, lane, ok = status.ok()] {
          rerouting_.erase(answer.id);
          if (!ok) return;
          --desk_waiting_;
          for (const routing::Receiver& receiver : decision.receivers) {
            LaneEntry entry;
            entry.id = answer.id;
            entry.accepted_at = answer.accepted_at;
            outlet(receiver.party).add_late(lane, std::move(entry));
          }
          answered(answer.party, answer.kind, answer.id, answer.accepted_at, earlier.id);
        });
      });
}

// An answer has found its record: say so, and whether it came late.
void Pipeline::answered(const std::string& party, const std::string& kind, record::RecordId answer,
                        base::Micros at, record::RecordId referral) {
  world_.events.answer_matched({.party = party, .kind = kind, .record = answer, .accepted_at = at});
  const SharedGeneration now = generation();
  const config::Link* link = now->config->link(party);
  if (link == nullptr || link->answer_within_s == 0) return;
  const auto full = world_.ledger.record(referral);
  if (!full.ok() || !full->answers.empty()) {
    // Only the first answer can be late; `answers` holds this one too.
    if (!full.ok() || full->answers.front() != answer) return;
  }
  const base::Micros due =
      full->head.accepted_at + static_cast<base::Micros>(link->answer_within_s) * 1'000'000;
  if (at <= due) return;
  world_.events.answer_late({.party = party,
                             .kind = kind,
                             .record = answer,
                             .accepted_at = at,
                             .count = static_cast<std::uint64_t>((at - due) / 1000)});
}

bool Pipeline::has_answers(const Generation& generation, const std::string& kind) {
  return std::any_of(generation.kinds.begin(), generation.kinds.end(),
                     [&](const CanonicalKind& other) { return other.refers_kind == kind; });
}

// If a receiver of this record owes an answer, look again when it is due.
void Pipeline::expect_answer(const Routed& routed, const ledger::Accepted& accepted) {
  if (!has_answers(*routed.generation, routed.row.kind)) return;
  for (const routing::Receiver& receiver : routed.decision.receivers) {
    const config::Link* link = routed.generation->config->link(receiver.party);
    if (link == nullptr || link->answer_within_s == 0) continue;
    look_for_answer(accepted, receiver.party, routed.row.kind,
                    base::now() + static_cast<base::Micros>(link->answer_within_s) * 1'000'000);
  }
}

// After a start: the answers that were still owed when the gateway stopped. What fell due meanwhile
// is told now.
void Pipeline::recall_owed_answers() {
  const auto newest = world_.ledger.list({.limit = 1});
  if (newest.empty()) return;
  for (const config::Link& link : generation()->config->links) {
    if (link.answer_within_s == 0) continue;
    const auto within = static_cast<base::Micros>(link.answer_within_s) * 1'000'000;
    ledger::Query query;
    query.party = link.party;
    query.accepted_after = newest.front().accepted_at - within;
    query.limit = 200;
    recall_page(query, within);
  }
}

// A page in each turn of the loop: others need not wait until all are looked at.
void Pipeline::recall_page(ledger::Query query, base::Micros within) {
  if (stopping_) return;
  const SharedGeneration now = generation();
  const auto page = world_.ledger.list(query);
  for (const ledger::Head& head : page) {
    const bool receives =
        std::any_of(head.deliveries.begin(), head.deliveries.end(),
                    [&](const ledger::Delivery& d) { return d.receiver == query.party; });
    if (!receives || !has_answers(*now, head.kind)) continue;
    const auto full = world_.ledger.record(head.id);
    if (!full.ok() || !full->answers.empty()) continue;
    look_for_answer({.id = head.id, .accepted_at = head.accepted_at}, query.party, head.kind,
                    head.accepted_at + within);
  }
  if (page.size() < query.limit) return;
  query.before = page.back().id;
  world_.home.after(1, [this, query = std::move(query), within] { recall_page(query, within); });
}

void Pipeline::look_for_answer(const ledger::Accepted& accepted, const std::string& party,
                               const std::string& kind, base::Micros due) {
  constexpr base::Micros kDay = 86'400'000'000;  // a year of milliseconds is too long for one timer
  const base::Micros left = std::clamp<base::Micros>(due - base::now(), 0, kDay);
  world_.home.after(static_cast<std::uint32_t>(left / 1000 + 1), [this, accepted, party, kind,
                                                                  due] {
    if (stopping_) return;
    if (base::now() < due) return look_for_answer(accepted, party, kind, due);
    const auto full = world_.ledger.record(accepted.id);
    if (!full.ok() || !full->answers.empty()) return;
    world_.events.answer_overdue(
        {.party = party, .kind = kind, .record = accepted.id, .accepted_at = accepted.accepted_at});
  });
}

}  // namespace portage::pipeline
