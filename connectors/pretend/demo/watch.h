// Looks at the gateway from outside, over the operators' Unix socket: its event stream and its
// status. One thread; each call waits for its answer, at most two seconds.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gateway/http/http.h"

namespace portage::demo {

struct Event {
  std::uint64_t seq = 0, count = 0;
  std::string at, name, party, peer, kind, record, code, detail;
};

struct Sums {
  std::uint64_t accepted = 0, delivered = 0, waiting = 0, quarantined = 0, withdrawn = 0;
  bool hold() const { return accepted == delivered + waiting + quarantined + withdrawn; }
};
struct ReceiverSums {
  std::string party, state;
  Sums sums;
};
struct Status {
  std::uint64_t records = 0, refusals = 0;
  Sums sums;
  std::vector<ReceiverSums> receivers;
};

class Watch {
 public:
  explicit Watch(const std::string& socket);
  ~Watch();
  bool ready();
  std::vector<Event> events(std::uint64_t after);
  std::optional<Status> status();

 private:
  std::optional<std::string> get(const std::string& target);
  std::unique_ptr<http::Loops> loops_;
  std::unique_ptr<http::Client> client_;
};

}  // namespace portage::demo
