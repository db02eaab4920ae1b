// The pipeline: the gate that sources enter by, the outlets that records leave by, and between them the
// ledger. It owns the outlets and the walker of stored submissions.
// Threads: direct(), stored(), swap() and the operations may be called from any thread; outlets live on the
// home Loop. Lifetime: start() once, stop() before the ledger and the loops go.
// Never: an accepting verdict before the ledger says that the record is on disk.
#pragma once

#include <atomic>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "gateway/connector/connector.h"
#include "gateway/http/http.h"
#include "gateway/ledger/ledger.h"
#include "gateway/observe/events.h"
#include "gateway/pipeline/deliver.h"
#include "gateway/pipeline/steps.h"

namespace portage::pipeline {

class Walker;

// From the ledger's writer thread to the home Loop: many completions, one wake-up.
class Handover {
 public:
  explicit Handover(http::Loop& loop) : loop_(loop) {}
  void put(std::function<void()> task);

 private:
  http::Loop& loop_;
  std::mutex lock_;
  std::vector<std::function<void()>> tasks_;
};

struct ReceiverState {
  std::string party;
  Outlet::State state = Outlet::State::mailbox;
  std::string last_error;
  base::Micros lag = 0;
};

class Pipeline final : public connector::Gate {
 public:
  struct World {
    http::Loop& home;
    ledger::Ledger& ledger;
    observe::Events& events;
    // The sink of a party's link, or nullptr for a mailbox.
    std::function<std::shared_ptr<connector::Sink>(const config::Link&)> make_sink;
    // Gives a batch's result to the source that brought it; false = ask again later.
    std::function<bool(const connector::BatchResult&)> report;
  };

  Pipeline(World world, SharedGeneration first);
  ~Pipeline() override;

  void start();                          // recovers lanes and unfinished submissions
  void swap(SharedGeneration next);      // work in flight keeps its own generation
  void stop();                           // refuses new records, ends the walker
  void close();                          // stops the sinks; after stop(), before the Loops go

  void direct(connector::Arrival arrival, std::function<void(connector::Verdict)> done) override;
  void stored(connector::Batch batch,
              std::function<void(base::Result<connector::BatchAccepted>)> done) override;

  SharedGeneration generation() const;
  // What really left, by agreement and receiver, since the start.
  std::vector<agreements::SentFlow> sent() const { return sent_.list(); }
  std::size_t sends_under_way() const { return sends_under_way_; }

  // Operations. `done` runs on the home Loop.
  void receiver_states(std::function<void(std::vector<ReceiverState>)> done);
  // Quarantined deliveries that match are tried again; an empty field matches any.
  void retry(record::RecordId id, std::string receiver, std::string cause,
             std::function<void(std::size_t)> done);

 private:
  friend class Walker;
  struct Entering {
    Routed routed;
    std::function<void(connector::Verdict)> done;
    base::Micros since = 0;
  };

  void store(connector::Arrival arrival, const std::string& form,
             std::function<void(connector::Verdict)> done);
  void enter(Entering entering);
  void commit(Entering entering);
  void committed(const Routed& routed, const base::Result<ledger::Accepted>& result,
                 const std::function<void(connector::Verdict)>& done);
  void refuse(const std::string& party, Refused refused, std::function<void(connector::Verdict)> done);
  bool lagging(const Routed& routed, base::Micros now);
  void release_parked();
  // What came of accepting, wherever it entered: lanes, answers, events.
  void settle_accepted(const Routed& routed, const ledger::Accepted& accepted);
  // The consents that were accepted before this start, oldest first.
  void recall_consents();
  std::optional<Earlier> earlier_of(const std::string& kind, const std::string& key) const;
  void match_waiting(const std::string& kind, const std::string& key);
  void reroute(const ledger::Head& answer, const Earlier& earlier);
  void answered(const std::string& party, const std::string& kind, record::RecordId answer,
                base::Micros at, record::RecordId referral);
  static bool has_answers(const Generation& generation, const std::string& kind);
  void expect_answer(const Routed& routed, const ledger::Accepted& accepted);
  void recall_owed_answers();
  void recall_page(ledger::Query query, base::Micros within);
  void look_for_answer(const ledger::Accepted& accepted, const std::string& party,
                       const std::string& kind, base::Micros due);
  Outlet& outlet(const std::string& party);
  connector::Verdict accepted_verdict(const ledger::NewRecord& row, const ledger::Accepted& accepted,
                                      const config::Config& config) const;

  World world_;
  Handover handover_;
  mutable std::mutex generation_lock_;
  SharedGeneration generation_;
  std::map<std::string, std::shared_ptr<Outlet>, std::less<>> outlets_;  // home Loop only
  std::deque<Entering> parked_;                                         // home Loop only
  bool parked_timer_ = false;
  agreements::Consents consents_;
  agreements::SentLog sent_;
  std::set<record::RecordId> rerouting_;                                 // home Loop only
  std::set<std::pair<record::RecordId, std::string>> retrying_;          // home Loop only
  const base::Micros started_at_ = base::now();
  std::atomic<bool> stopping_{false};
  std::atomic<bool> full_{false};
  std::atomic<std::size_t> sends_under_way_{0};
  std::atomic<std::int64_t> desk_waiting_{0};  // answers that wait for their record, at least
  std::unique_ptr<Walker> walker_;
};

// The receipt of an accepted record; the same record always has the same bytes.
std::string receipt_json(const std::string& record_id, const std::string& party,
                         const std::string& source_id, const std::string& kind,
                         const record::Digest& digest, base::Micros accepted_at);

}  // namespace portage::pipeline
