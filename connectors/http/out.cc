#include "connectors/http/out.h"

#include <algorithm>
#include <mutex>
#include <shared_mutex>

namespace portage::connector {

namespace {

bool is_trace_id(std::string_view id) {
  return id.size() == 32 && id.find_first_not_of("0123456789abcdef") == std::string_view::npos &&
         id.find_first_not_of('0') != std::string_view::npos;
}

// A span of its own for each attempt (FNV-1a over id and attempt).
std::string span_id(std::string_view record_id, std::uint32_t attempt) {
  std::uint64_t hash = 0xcbf29ce484222325u;
  auto mix = [&hash](unsigned char byte) { hash = (hash ^ byte) * 0x100000001b3u; };
  for (char c : record_id) mix(static_cast<unsigned char>(c));
  for (int shift = 0; shift < 32; shift += 8) mix(static_cast<unsigned char>(attempt >> shift));
  if (hash == 0) hash = 1;  // all zeros mean "none"
  std::string text(16, '0');
  for (std::size_t i = 16; i-- > 0; hash >>= 4) text[i] = "0123456789abcdef"[hash & 15];
  return text;
}

http::OutRequest request_for(Outbound item) {
  http::OutRequest request;
  auto& headers = request.headers;
  headers.reserve(12);
  if (!item.content_type.empty()) headers.emplace_back("content-type", item.content_type);
  headers.emplace_back("ce-specversion", "1.0");
  headers.emplace_back("ce-id", http::percent_encode(item.record_id));
  headers.emplace_back("ce-source", http::percent_encode(item.source));
  headers.emplace_back("ce-type", "portage." + http::percent_encode(item.kind) + ".v" +
                                      std::to_string(item.version));
  if (!item.in_reply_to.empty()) {
    headers.emplace_back("ce-inreplyto", http::percent_encode(item.in_reply_to));
  }
  headers.emplace_back("idempotency-key", '"' + http::percent_encode(item.record_id) + '"');
  headers.emplace_back("portage-attempt", std::to_string(item.attempt));
  if (!item.lane.empty()) headers.emplace_back("portage-lane", http::percent_encode(item.lane));
  if (is_trace_id(item.trace_id)) {
    headers.emplace_back(
        "traceparent", "00-" + item.trace_id + "-" + span_id(item.record_id, item.attempt) + "-01");
  }
  request.body = std::move(item.bytes);
  return request;
}

SendOutcome failure_outcome(const http::SendFailure& failure) {
  SendOutcome outcome;
  outcome.detail = failure.detail;
  outcome.sent = failure.sent ? Sent::unknown : Sent::failed;
  if (failure.code == "http.connect") {
    outcome.code = "deliver.connect";
  } else if (failure.code == "http.tls") {
    outcome.code = "deliver.tls";
  } else if (failure.code == "http.timeout") {
    outcome.code = failure.sent ? "deliver.timeout" : "deliver.queue";
  } else if (failure.code == "http.bad_answer" || failure.code == "http.answer_too_large") {
    outcome.code = "deliver.bad_answer";
  } else {
    outcome.code = failure.sent ? "deliver.broken" : "deliver.not_sent";
  }
  return outcome;
}

struct Meaning {
  Sent sent;
  std::string_view code;
};

// An address, a right or a server that is wrong today holds for every record: try again. A "no" to
// what this record says is for this record alone.
Meaning meaning_of(int status) {
  switch (status) {
    case 401:
    case 403:
    case 407:
      return {Sent::failed, "deliver.denied"};
    case 404:
    case 405:
      return {Sent::failed, "deliver.address"};
    case 408:
    case 425:
    case 429:
    case 503:
      return {Sent::throttled, "deliver.throttled"};
    case 409:
      return {Sent::refused, "deliver.conflict"};
    default:
      break;
  }
  if (status >= 200 && status < 300) return {Sent::delivered, ""};
  if (status >= 300 && status < 400) return {Sent::failed, "deliver.redirect"};
  if (status >= 400 && status < 500) return {Sent::refused, "deliver.refused"};
  if (status >= 500 && status < 600) return {Sent::failed, "deliver.server_error"};
  return {Sent::unknown, "deliver.bad_answer"};
}

class HttpSink final : public Sink {
 public:
  HttpSink(std::unique_ptr<http::Client> client, std::size_t parallel, bool deduplicates)
      : client_(std::move(client)), parallel_(parallel), deduplicates_(deduplicates) {}
  ~HttpSink() override { stop(); }

  void write(Outbound item, std::function<void(SendOutcome)> done) override {
    {
      std::shared_lock lock(mutex_);
      if (client_ != nullptr) {
        client_->send(request_for(std::move(item)),
                      [done = std::move(done)](http::SendResult result) {
                        done(outcome_of(std::move(result), base::now()));
                      });
        return;
      }
    }
    SendOutcome outcome;
    outcome.code = "deliver.not_sent";
    outcome.detail = "stopped";
    done(std::move(outcome));
  }

  std::size_t parallel() const override { return parallel_; }
  bool deduplicates() const override { return deduplicates_; }

  // The client's end gives every running write its outcome before it returns.
  void stop() override {
    std::unique_ptr<http::Client> ending;
    {
      std::unique_lock lock(mutex_);
      ending = std::move(client_);
    }
    ending.reset();
  }

 private:
  std::shared_mutex mutex_;  // guards client_
  std::unique_ptr<http::Client> client_;
  std::size_t parallel_;
  bool deduplicates_;
};

}  // namespace

SendOutcome outcome_of(http::SendResult result, base::Micros now) {
  if (!result.ok) return failure_outcome(result.failure);
  http::Response& response = result.response;
  Meaning meaning = meaning_of(response.status);
  SendOutcome outcome;
  outcome.sent = meaning.sent;
  outcome.code = meaning.code;
  outcome.detail = "HTTP " + std::to_string(response.status);
  if (meaning.sent == Sent::throttled) {
    outcome.retry_after_s = retry_after(http::header(response.headers, "retry-after"), now);
    // Without a time of its own the gateway's schedule is as good as any.
    if (outcome.retry_after_s == 0) outcome.sent = Sent::failed;
  }
  std::string_view type = http::header(response.headers, "content-type");
  if (response.status == 200 && !response.body.empty() && !type.empty()) {
    outcome.reply_content_type = type;
    outcome.reply = std::move(response.body);
  }
  return outcome;
}

base::Result<std::unique_ptr<Sink>> make_http_sink(http::Loop& loop,
                                                   const HttpOutOptions& options) {
  auto client = http::make_client(loop, options.client);
  if (!client) return client.error();
  return std::unique_ptr<Sink>(std::make_unique<HttpSink>(
      std::move(client).value(), std::max<std::size_t>(options.client.max_connections, 1),
      options.deduplicates));
}

}  // namespace portage::connector
