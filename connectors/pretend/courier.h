// Carries a partner's messages to the gateway over HTTPS with the partner's certificate, each until
// the gateway has answered for it: the same id and the same bytes again after a broken connection,
// a 429 or a 5xx. Lives on one Loop; all calls and callbacks are there. Never: more than kTries
// tries of one message.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "connectors/pretend/options.h"
#include "gateway/http/http.h"

namespace portage::pretend {

struct Message {
  std::string id;    // ce-id: the partner's own
  std::string type;  // "portage.referral.v1"
  std::string form;  // "province/referral@1"
  std::string content_type;
  std::string body;
};

class Courier {
 public:
  static constexpr std::uint32_t kTries = 240;
  // Of the flags --gateway, --gateway-name, --certificate, --key, --authorities; `party` is
  // ce-source.
  static base::Result<std::unique_ptr<Courier>> make(http::Loop& loop, const Options& options,
                                                     std::string party);

  // `done` gets the HTTP status that settled it, or 0 when the tries ran out.
  void carry(Message message, std::function<void(int status)> done);

 private:
  Courier(http::Loop& loop, std::string party) : loop_(loop), party_(std::move(party)) {}
  struct Load {
    Message message;
    std::function<void(int)> done;
    std::uint32_t tries = 0;
  };
  void try_once(std::shared_ptr<Load> load);

  http::Loop& loop_;
  std::string party_;
  std::unique_ptr<http::Client> client_;
};

}  // namespace portage::pretend
