// The HTTP API as a table of routes. Operators reach all of it on the Unix socket; a partner's listener
// serves the inbound connector and the state of the partner's own records.
// Threads: handle() is called on a network Loop; it never blocks longer than one ledger read.
// Never: a personal value. Fields of a record are masked by the class that its schema gives them.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "gateway/http/http.h"
#include "gateway/ledger/ledger.h"
#include "gateway/observe/events.h"
#include "gateway/pipeline/pipeline.h"
#include "gateway/security/mask.h"

namespace portage::api {

// What the API looks at.
struct World {
  ledger::Ledger& ledger;
  pipeline::Pipeline& pipeline;
  observe::Events& events;
  security::MaskKey mask;
  base::Micros started_at = 0;
  std::function<bool()> ready;
};

class Api {
 public:
  explicit Api(World world);
  ~Api();
  // The Unix socket: everything.
  void operators(const std::shared_ptr<http::Exchange>& exchange) const;
  // A partner's listener: health, and what is its own. `party` is who the wire has proved.
  void partner(const std::shared_ptr<http::Exchange>& exchange, const std::string& party) const;

  struct Call;    // one request with its path split and its world
  struct Route;   // method, pattern, handler

 private:
  World world_;
};

}  // namespace portage::api
