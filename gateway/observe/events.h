// The event stream: one function for each thing worth knowing. The last events stay in a ring in
// memory, for the API's stream, the demo and the log; what must last is in the ledger's timelines,
// not here. Threads: emitting and reading are safe from any thread. Emitting never blocks on a
// reader: a reader that falls behind the ring is told how many it missed. Never: a personal value.
// Events name parties, kinds, record ids and codes.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/base/time.h"

namespace portage::observe {

enum class Level : std::uint8_t { debug, info, warning, error };

struct Event {
  std::uint64_t seq = 0;
  base::Micros at = 0;
  Level level = Level::info;
  std::string_view name;  // a literal: "record.accepted"
  std::string party;      // whose record
  std::string peer;       // receiver
  std::string kind;
  std::uint64_t record = 0;  // with accepted_at: the parts of the ULID
  base::Micros accepted_at = 0;
  std::string code;         // of schemas/errors, or empty
  std::string detail;       // short and safe: "attempt 2", "HTTP 503", "12 of 13 rows"
  std::uint64_t count = 0;  // rows, attempts, milliseconds: what the event's name says
};

class Events {
 public:
  explicit Events(std::size_t ring = 16'384);

  // What an event is about; empty fields are left out.
  struct About {
    std::string_view party, peer, kind;
    std::uint64_t record = 0;
    base::Micros accepted_at = 0;
    std::string_view code, detail;
    std::uint64_t count = 0;
  };

  void gateway_started(std::uint64_t generation) {
    put(Level::info, "gateway.started", {.count = generation});
  }
  void gateway_stopping() { put(Level::info, "gateway.stopping", {}); }
  void config_reloaded(std::uint64_t generation) {
    put(Level::info, "config.reloaded", {.count = generation});
  }
  void config_refused(std::uint64_t findings) {
    put(Level::error, "config.refused", {.count = findings});
  }
  void record_accepted(const About& about) { put(Level::debug, "record.accepted", about); }
  void record_repeated(const About& about) { put(Level::info, "record.repeated", about); }
  void record_refused(const About& about) { put(Level::warning, "record.refused", about); }
  void submission_stored(const About& about) { put(Level::info, "submission.stored", about); }
  void submission_closed(const About& about) { put(Level::info, "submission.closed", about); }
  void delivery_delivered(const About& about) { put(Level::debug, "delivery.delivered", about); }
  void delivery_retry(const About& about) { put(Level::info, "delivery.retry", about); }
  void delivery_quarantined(const About& about) {
    put(Level::warning, "delivery.quarantined", about);
  }
  // An agreement or a consent stopped a record that was accepted; `party` is its sender.
  void flow_stopped(const About& about) { put(Level::warning, "flow.stopped", about); }
  void delivery_waiting(const About& about) { put(Level::info, "delivery.waiting", about); }
  void receiver_down(const About& about) { put(Level::warning, "receiver.down", about); }
  void receiver_up(const About& about) { put(Level::info, "receiver.up", about); }
  void answer_matched(const About& about) { put(Level::info, "answer.matched", about); }
  void answer_unmatched(const About& about) { put(Level::warning, "answer.unmatched", about); }
  void answer_late(const About& about) { put(Level::warning, "answer.late", about); }
  void answer_overdue(const About& about) { put(Level::warning, "answer.overdue", about); }
  void ledger_full() { put(Level::error, "ledger.full", {}); }
  void ledger_room_again() { put(Level::info, "ledger.room_again", {}); }

  // Events with seq > after, oldest first, `limit` at most. `missed` counts those that left the
  // ring.
  struct Slice {
    std::vector<Event> events;
    std::uint64_t missed = 0;
  };
  Slice since(std::uint64_t after, std::size_t limit) const;
  std::uint64_t last() const;

  // Called after each event of level `least` and above, on the emitting thread, outside the ring's lock;
  // must be short. Returns a number for unlisten().
  std::uint64_t listen(Level least, std::function<void(const Event&)> listener);
  void unlisten(std::uint64_t number);

 private:
  void put(Level level, std::string_view name, const About& about);

  mutable std::mutex ring_lock_;
  std::vector<Event> ring_;
  std::uint64_t next_ = 1;
  mutable std::mutex listeners_lock_;
  struct Listener {
    std::uint64_t number;
    Level least;
    std::function<void(const Event&)> call;
  };
  std::vector<Listener> listeners_;
  std::uint64_t next_listener_ = 1;
  std::atomic<int> least_{1000};  // of all listeners; events below it are not copied
};

// One line of JSON, without its newline. `tag` is the ledger's, for the record's ULID.
std::string to_json(const Event& event, std::uint32_t tag);

// Writes events of `least` and above to standard error, one JSON line each, until destroyed.
class Log {
 public:
  Log(Events& events, Level least, std::uint32_t tag);
  ~Log();
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

 private:
  Events& events_;
  std::uint64_t listener_;
};

}  // namespace portage::observe
