// HttpIn: records come in by `POST /v1/in/{party}`, one in each request: CloudEvents 1.0 structured
// or binary, or the party's own form by its content type (`?form=halton/referral@2` names one).
// Threads: handle() on any loop; answers come on the gate's threads. Lifetime: must outlive the
// server that calls it; an answer under way needs it no more. Never decides anything but who sends
// and how it is wrapped; never shows a field's value.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/connector/connector.h"
#include "gateway/http/http.h"

namespace portage::connector {

// The party that this peer proves to be, if it may use this path. Otherwise `why` says no, with
// "http.certificate_unknown", "http.certificate_other_party" or "http.party_unknown".
using FindParty = std::function<std::optional<std::string>(
    const http::Peer& peer, std::string_view path_party, base::Error& why)>;

class HttpIn {
 public:
  static constexpr std::string_view kPrefix = "/v1/in/";

  HttpIn(Gate& gate, FindParty find_party) : gate_(gate), find_party_(std::move(find_party)) {}

  static bool takes(std::string_view path) { return path.starts_with(kPrefix); }
  void handle(std::shared_ptr<http::Exchange> exchange) const;

 private:
  Gate& gate_;
  FindParty find_party_;
};

// The answer to a verdict, in the language of Accept-Language.
http::Response verdict_response(const Verdict& verdict, std::string_view accept_language);

}  // namespace portage::connector
