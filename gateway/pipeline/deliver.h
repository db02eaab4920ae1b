// Steps 7 and 8 for one receiver: lease from its lanes, translate to its words, send, settle. An Outlet also
// knows whether its receiver is up: while it is down, one probe at a time goes out, and nobody else waits.
// Threads: everything on the home Loop, but the sink's completions, which come from anywhere.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <random>
#include <string>

#include "gateway/agreements/consents.h"
#include "gateway/agreements/sent.h"
#include "gateway/connector/connector.h"
#include "gateway/http/http.h"
#include "gateway/ledger/ledger.h"
#include "gateway/observe/events.h"
#include "gateway/pipeline/lanes.h"
#include "gateway/pipeline/steps.h"

namespace portage::pipeline {

// What an Outlet needs of the pipeline.
struct OutletWorld {
  http::Loop& loop;
  ledger::Ledger& ledger;
  observe::Events& events;
  std::function<SharedGeneration()> generation;
  // A reply body was committed as a submission: walk it.
  std::function<void()> replies;
  // The lag fell: parked senders may go on.
  std::function<void()> lag_fell;
  std::atomic<std::size_t>& under_way;  // sends of all outlets
  const agreements::Consents& consents;
  agreements::SentLog& sent;
  base::Micros started_at = 0;   // what was accepted before may have been under way
};

// The receiver's form of a record, or why there is none.
struct Encoded {
  std::string bytes, content_type, mapping;
  const mapping::Mapping* by = nullptr;  // nullptr: the canonical form
};
// What is told of a send when it is done.
struct Told {
  std::string kind, source, mapping;
  std::string agreement;         // empty: none was needed
  agreements::FieldSet fields;   // that really left
};
struct CannotEncode {
  std::string code, detail;
};
// `data`: what of the record may go there; the mapping sees nothing else.
std::variant<Encoded, CannotEncode> encode_for(const record::Record& record,
                                               const record::Value& data, const config::Link& link,
                                               const config::Config& config);
// The record as the ledger keeps it, parsed again.
base::Result<record::SharedRecord> revive(const ledger::Full& full);

class Outlet : public std::enable_shared_from_this<Outlet> {
 public:
  enum class State : std::uint8_t { ok, down, slow, mailbox };

  Outlet(OutletWorld world, std::string party, std::shared_ptr<connector::Sink> sink);

  // Brings in what waits in the ledger, once, before anything else. A send may have been under way when the
  // gateway stopped, so these count one attempt more.
  void recover();
  void add(std::string_view lane, LaneEntry entry);
  void add_late(std::string_view lane, LaneEntry entry);
  // A quarantined record of this receiver is to be tried again.
  void release(std::string_view lane, const ledger::Head& head);
  // After a reload. Sends that the old sink has begun end there; then it is stopped.
  void set_sink(std::shared_ptr<connector::Sink> sink);
  void close();  // stops the sinks: the last thing before the Loops go
  void kick() { pump(); }
  // Records on their way through the commit, which will queue here: one more, or one arrived.
  void coming() { ++coming_; }
  void arrived() { --coming_; }
  void stop();                                            // no new sends

  State state() const;
  const std::string& last_error() const { return last_error_; }
  // How long a record that came now would wait, by the receiver's pace, or the one at the front has waited
  // already; 0 if the receiver is down.
  base::Micros lag(base::Micros now) const;
  std::size_t in_flight() const { return in_flight_; }
  const std::string& party() const { return party_; }

 private:
  void pump();
  void send(Lanes::Lease lease);
  // A sink and its sends under way.
  struct Wire {
    std::shared_ptr<connector::Sink> sink;
    std::size_t in_flight = 0;
    bool retired = false;
  };
  void write(Lanes::Lease lease, connector::Outbound item, Told told);
  // The words for this receiver: pruned by its agreement, in its form; or quarantined, and nothing.
  std::optional<Encoded> words_for(const Lanes::Lease& lease, const record::Record& record,
                                   Told& told);
  void returned(const std::shared_ptr<Wire>& wire);
  void finish(Lanes::Lease lease, const connector::SendOutcome& outcome, base::Micros sent_at,
              std::uint32_t took_us, const Told& told);
  void quarantine(const Lanes::Lease& lease, const std::string& kind, const std::string& source,
                  ledger::Settlement settlement);
  void settle(ledger::Settlement settlement);
  base::Micros backoff(std::uint32_t attempts);
  void page();
  bool ask_receiver(const ledger::Waiting& waiting);
  void keep_pace();
  void wake_at(base::Micros due);

  OutletWorld world_;
  std::string party_;
  std::shared_ptr<Wire> wire_;       // nullptr: a mailbox
  Lanes lanes_;
  std::size_t in_flight_ = 0;
  std::uint32_t failures_ = 0;       // in a row, of sends that did not reach it
  bool down_ = false;
  bool stopped_ = false;
  // How fast the receiver takes records while there is always a next one: the mean time between two, over
  // windows long enough that answers which come together do not mislead.
  std::uint64_t pace_us_ = 0;        // 0 = not known yet
  std::uint64_t window_began_us_ = 0, window_count_ = 0, last_done_us_ = 0;
  bool was_busy_ = false;
  std::size_t coming_ = 0;
  base::Micros next_probe_ = 0;
  base::Micros timer_at_ = 0;
  std::string last_error_;
  std::minstd_rand jitter_;
};

}  // namespace portage::pipeline
