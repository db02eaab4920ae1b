#include "gateway/observe/events.h"

#include <gtest/gtest.h>

#include <thread>

namespace portage::observe {
namespace {

TEST(Events, AReaderThatFallsBehindIsToldHowManyItMissed) {
  Events events(16);
  for (int i = 0; i < 40; ++i) events.record_accepted({.party = "p", .count = static_cast<std::uint64_t>(i)});
  const auto slice = events.since(0, 100);
  EXPECT_EQ(slice.events.size() + slice.missed, 40u);
  EXPECT_EQ(slice.events.back().count, 39u);
  EXPECT_EQ(slice.events.front().seq, slice.missed + 1);
}

TEST(Events, ManyThreadsLoseNoNumber) {
  Events events(1024);
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 1000; ++i) events.record_accepted({.party = "p"});
    });
  }
  for (auto& t : threads) t.join();
  EXPECT_EQ(events.last(), 4000u);
}

TEST(Events, ListenersHearTheirLevelAndAbove) {
  Events events;
  int heard = 0;
  const auto number = events.listen(Level::warning, [&](const Event&) { ++heard; });
  events.record_accepted({});
  events.record_refused({});
  events.unlisten(number);
  events.record_refused({});
  EXPECT_EQ(heard, 1);
}

TEST(EventJson, EscapesAndLeavesOutWhatIsEmpty) {
  Event event;
  event.seq = 7;
  event.name = "delivery.retry";
  event.detail = "say \"no\"";
  const std::string json = to_json(event, 1);
  EXPECT_NE(json.find("\"detail\":\"say \\\"no\\\"\""), std::string::npos) << json;
  EXPECT_EQ(json.find("\"party\""), std::string::npos);
}

}  // namespace
}  // namespace portage::observe
