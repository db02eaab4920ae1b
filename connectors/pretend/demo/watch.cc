#include "connectors/pretend/demo/watch.h"

#include <charconv>
#include <chrono>
#include <future>

#include "gateway/base/text.h"
#include "gateway/format/format.h"

namespace portage::demo {
namespace {

std::string text(const record::Value& group, std::string_view name) {
  const record::Value* value = group.find(name);
  return value != nullptr && value->is(record::Kind::text) ? std::string(value->as_text())
                                                           : std::string();
}

std::uint64_t number(const record::Value& group, std::string_view name) {
  const record::Value* value = group.find(name);
  std::uint64_t out = 0;
  if (value == nullptr || !value->is(record::Kind::number)) return out;
  const std::string_view digits = value->as_text();
  std::from_chars(digits.data(), digits.data() + digits.size(), out);
  return out;
}

Sums sums(const record::Value& group) {
  return {number(group, "accepted"), number(group, "delivered"), number(group, "waiting"),
          number(group, "quarantined"), number(group, "withdrawn")};
}

}  // namespace

Watch::Watch(const std::string& socket) : loops_(http::make_loops(1)) {
  http::ClientOptions options;
  options.url = "unix:" + socket;
  options.max_connections = 1;
  options.answer_timeout_ms = 2'000;
  options.body_limit = 32u << 20;
  auto client = http::make_client(loops_->at(0), options);
  if (client.ok()) client_ = std::move(*client);
}

Watch::~Watch() {
  client_.reset();
  loops_->stop(100);
}

std::optional<std::string> Watch::get(const std::string& target) {
  if (client_ == nullptr) return std::nullopt;
  auto answer = std::make_shared<std::promise<http::SendResult>>();
  auto future = answer->get_future();
  http::OutRequest request;
  request.method = "GET";
  request.target = target;
  client_->send(std::move(request),
                [answer](http::SendResult result) { answer->set_value(std::move(result)); });
  if (future.wait_for(std::chrono::seconds(4)) != std::future_status::ready) return std::nullopt;
  http::SendResult result = future.get();
  if (!result.ok || result.response.status != 200) return std::nullopt;
  return std::move(result.response.body);
}

bool Watch::ready() { return get("/readyz").has_value(); }

std::vector<Event> Watch::events(std::uint64_t after) {
  std::vector<Event> out;
  const auto body = get("/v1/events?after=" + std::to_string(after));
  if (!body) return out;
  for (const std::string_view line : base::split(*body, '\n')) {
    record::Document document;
    if (line.empty() || !format::read_json(line, format::Limits{}, document).ok()) continue;
    const record::Value& root = document.root;
    out.push_back({number(root, "seq"), number(root, "count"), text(root, "at"),
                   text(root, "event"), text(root, "party"), text(root, "peer"), text(root, "kind"),
                   text(root, "record"), text(root, "code"), text(root, "detail")});
  }
  return out;
}

std::optional<Status> Watch::status() {
  const auto body = get("/v1/status");
  record::Document document;
  if (!body || !format::read_json(*body, format::Limits{}, document).ok()) return std::nullopt;
  const record::Value* totals = document.root.find("totals");
  const record::Value* receivers = document.root.find("receivers");
  if (totals == nullptr || receivers == nullptr) return std::nullopt;
  Status out;
  out.records = number(*totals, "records");
  out.refusals = number(*totals, "refusals");
  out.sums = sums(*totals);
  for (const record::Value& one : receivers->items()) {
    out.receivers.push_back({text(one, "party"), text(one, "state"), sums(one)});
  }
  return out;
}

}  // namespace portage::demo
