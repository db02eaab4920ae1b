#include "connectors/pretend/courier.h"

#include <charconv>

namespace portage::pretend {

base::Result<std::unique_ptr<Courier>> Courier::make(http::Loop& loop, const Options& options,
                                                     std::string party) {
  http::ClientOptions client;
  client.url = options.text("gateway");
  client.expected_name = options.text("gateway-name", "localhost");
  client.files = {options.text("certificate"), options.text("key"), options.text("authorities")};
  client.max_connections = 2;
  client.answer_timeout_ms = 10'000;
  auto made = http::make_client(loop, client);
  if (!made.ok()) return made.error();
  std::unique_ptr<Courier> out(new Courier(loop, std::move(party)));
  out->client_ = std::move(*made);
  return out;
}

void Courier::carry(Message message, std::function<void(int)> done) {
  try_once(std::make_shared<Load>(Load{std::move(message), std::move(done), 0}));
}

void Courier::try_once(std::shared_ptr<Load> load) {
  const Message& message = load->message;
  http::OutRequest request;
  request.headers = {{"content-type", message.content_type},
                     {"ce-specversion", "1.0"},
                     {"ce-id", message.id},
                     {"ce-source", party_},
                     {"ce-type", message.type},
                     {"ce-dataschema", message.form}};
  request.body = message.body;
  client_->send(std::move(request), [this, load](http::SendResult result) {
    const int status = result.ok ? result.response.status : 0;
    const bool again = status == 0 || status == 429 || status >= 500;
    if (!again || ++load->tries >= kTries) {
      load->done(status);
      return;
    }
    std::uint32_t delay_ms = 250;
    const std::string_view after = http::header(result.response.headers, "retry-after");
    std::uint32_t seconds = 0;
    if (std::from_chars(after.data(), after.data() + after.size(), seconds).ec == std::errc() &&
        !after.empty()) {
      delay_ms = std::min<std::uint32_t>(seconds, 10) * 1000;
    }
    loop_.after(delay_ms, [this, load] { try_once(load); });
  });
}

}  // namespace portage::pretend
