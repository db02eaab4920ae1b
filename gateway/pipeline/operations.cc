// What operators ask of a running pipeline.
#include "gateway/pipeline/pipeline.h"

namespace portage::pipeline {

void Pipeline::receiver_states(std::function<void(std::vector<ReceiverState>)> done) {
  world_.home.post([this, done = std::move(done)] {
    std::vector<ReceiverState> states;
    const base::Micros now = base::now();
    for (const auto& [party, one] : outlets_) {
      states.push_back({party, one->state(), one->last_error(), one->lag(now)});
    }
    done(std::move(states));
  });
}

void Pipeline::retry(record::RecordId id, std::string receiver, std::string cause,
                     std::function<void(std::size_t)> done) {
  constexpr std::size_t kMost = 10'000;
  auto left = std::make_shared<std::size_t>(1);
  auto count = std::make_shared<std::size_t>(0);
  // On the home Loop: the last one to finish answers.
  const auto finish = [left, count, done = std::move(done)] {
    if (--*left == 0) done(*count);
  };
  world_.home.post([this, id, receiver, cause, left, count, finish] {
    // Read here: what another call has released since must not be released twice.
    std::vector<ledger::Head> heads;
    if (id != 0) {
      auto full = world_.ledger.record(id);
      if (full.ok()) heads.push_back(std::move(full->head));
    } else {
      heads = world_.ledger.quarantined(receiver, cause, kMost);
    }
    for (const ledger::Head& head : heads) {
      for (const ledger::Delivery& d : head.deliveries) {
        if (d.state != ledger::State::quarantined) continue;
        if (!receiver.empty() && d.receiver != receiver) continue;
        if (!cause.empty() && d.cause != cause) continue;
        if (!retrying_.emplace(head.id, d.receiver).second) continue;  // another call is at it
        outlet(d.receiver);  // made now: one that is made later would page the delivery in by itself
        ++*left;
        ledger::Settlement settlement;
        settlement.record = head.id;
        settlement.receiver = d.receiver;
        settlement.result = ledger::State::waiting;
        settlement.attempt = d.attempts;
        settlement.code = "operator.retry";
        settlement.sent_at = base::now();
        world_.ledger.settle(std::move(settlement),
                             [this, head, d, count, finish](const base::Status& status) {
                               handover_.put([this, head, d, ok = status.ok(), count, finish] {
                                 retrying_.erase({head.id, d.receiver});
                                 if (ok) {
                                   ++*count;
                                   outlet(d.receiver).release(d.lane, head);
                                 }
                                 finish();
                               });
                             });
      }
    }
    finish();
  });
}

}  // namespace portage::pipeline
