#include "gateway/api/call.h"

namespace portage::api {
namespace {

constexpr std::size_t kSlice = 512;
constexpr std::uint32_t kTurn_ms = 50;

// One follower of the stream. It lives as long as its turns on the Loop.
struct Follower {
  Api::Call call;
  std::uint64_t after;
};

bool send_new(Follower& follower) {
  while (true) {
    const auto slice = follower.call.world.events.since(follower.after, kSlice);
    if (slice.events.empty()) return true;
    std::string lines;
    if (slice.missed > 0) {
      format::JsonText(lines)
          .object()
          .text("event", "stream.missed")
          .number("count", slice.missed)
          .end_object();
      lines.push_back('\n');
    }
    for (const observe::Event& event : slice.events) {
      lines.append(observe::to_json(event, follower.call.world.ledger.tag())).push_back('\n');
    }
    follower.after = slice.events.back().seq;
    if (!follower.call.exchange->write(std::move(lines))) return false;
    if (slice.events.size() < kSlice) return true;
  }
}

void turn(const std::shared_ptr<Follower>& follower) {
  // Gone, or too slow: it may come back with ?after=. Nothing is written to learn it when nothing is new.
  if (!follower->call.exchange->write({}) || !send_new(*follower)) return;
  follower->call.exchange->loop().after(kTurn_ms, [follower] { turn(follower); });
}

}  // namespace

void stream_events(Api::Call call) {
  const std::uint64_t after = std::strtoull(call.query("after").c_str(), nullptr, 10);
  const bool follow = call.query("follow") == "1";
  auto follower = std::make_shared<Follower>(Follower{call, after});
  call.exchange->start_stream(
      200, {{"content-type", "application/x-ndjson"}, {"cache-control", "no-store"}});
  if (follow) {
    turn(follower);
  } else {
    send_new(*follower);
    call.exchange->finish();
  }
}

}  // namespace portage::api
