// A partner's own HTTPS server with mutual TLS. It takes records in CloudEvents' binary mode,
// checks the attributes, counts what came under each id, and answers 202; the callback sees each id
// once. Lives on one Loop. Never: keeps a record's body.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "connectors/pretend/options.h"
#include "gateway/http/http.h"

namespace portage::pretend {

struct Delivered {
  std::string id, kind, content_type, body;
};

class Inbox {
 public:
  // Of the flags --port, --certificate, --key, --authorities. `take` gives false for a body that it
  // can't read: the sender gets 422.
  static base::Result<std::unique_ptr<Inbox>> open(http::Loops& loops, const Options& options,
                                                   std::function<bool(const Delivered&)> take);
  std::uint16_t port() const { return server_->port(); }

  std::uint32_t distinct = 0;  // ids
  std::uint32_t repeats = 0;   // an id that was there before
  std::uint32_t strange = 0;   // attributes missing, or an unreadable body

 private:
  void handle(http::Exchange& exchange);
  std::function<bool(const Delivered&)> take_;
  std::map<std::string, std::uint32_t> seen_;  // id -> times
  std::unique_ptr<http::Server> server_;
};

}  // namespace portage::pretend
