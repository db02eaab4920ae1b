#include "gateway/pipeline/lanes.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>

namespace portage::pipeline {
namespace {

LaneEntry entry(record::RecordId id) {
  LaneEntry e;
  e.id = id;
  e.accepted_at = static_cast<base::Micros>(id);
  return e;
}

TEST(Lanes, GiveOutOneRecordOfALaneAtATime) {
  Lanes lanes;
  lanes.add("a", entry(1));
  lanes.add("a", entry(2));
  lanes.add("b", entry(3));
  const auto first = lanes.lease(0);
  const auto second = lanes.lease(0);
  ASSERT_TRUE(first && second);
  EXPECT_EQ(first->entry.id, 1u);
  EXPECT_EQ(second->entry.id, 3u);
  EXPECT_FALSE(lanes.lease(0));
  lanes.done(*first);
  EXPECT_EQ(lanes.lease(0)->entry.id, 2u);
}

TEST(Lanes, KeepARetryAtTheHeadOfItsLaneUntilItIsDue) {
  Lanes lanes;
  lanes.add("a", entry(1));
  lanes.add("a", entry(2));
  auto lease = lanes.lease(0);
  lease->entry.attempts = 1;
  lanes.retry(*lease, 100);
  EXPECT_FALSE(lanes.lease(99));
  EXPECT_EQ(lanes.next_due(), 100);
  const auto again = lanes.lease(100);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->entry.id, 1u);
  EXPECT_EQ(again->entry.attempts, 1u);
}

TEST(Lanes, AHeldLaneHoldsUpNoOther) {
  Lanes lanes;
  lanes.add("a", entry(1));
  lanes.add("a", entry(2));
  lanes.add("b", entry(3));
  lanes.hold(*lanes.lease(0));
  EXPECT_EQ(lanes.deliverable(), 1u);  // what stands behind the held one can't go
  EXPECT_EQ(lanes.lease(0)->entry.id, 3u);
  EXPECT_FALSE(lanes.lease(0));
  EXPECT_TRUE(lanes.release("a", 1, false));
  EXPECT_EQ(lanes.deliverable(), 3u);
  EXPECT_EQ(lanes.lease(0)->entry.id, 1u);
}

TEST(Lanes, WithdrawingAHeldRecordLetsTheNextGo) {
  Lanes lanes;
  lanes.add("a", entry(1));
  lanes.add("a", entry(2));
  lanes.hold(*lanes.lease(0));
  EXPECT_TRUE(lanes.release("a", 1, true));
  EXPECT_EQ(lanes.lease(0)->entry.id, 2u);
}

TEST(Lanes, RecordsWithoutALaneGoInParallel) {
  Lanes lanes;
  lanes.add("", entry(1));
  lanes.add("", entry(2));
  EXPECT_TRUE(lanes.lease(0));
  EXPECT_TRUE(lanes.lease(0));
}

// A late record may have an id that no page has brought yet; the ledger has it as waiting by then.
TEST(Lanes, GiveOutALateRecordOnceThoughAPageBringsItToo) {
  Lanes lanes;
  lanes.add("a", entry(1));
  lanes.paged(true);
  lanes.add_late("a", entry(5));
  lanes.add_late("a", entry(5));
  lanes.add_late("", entry(6));
  for (const record::RecordId id : {4u, 5u}) lanes.add_paged("a", entry(id), 0);
  lanes.add_paged("", entry(6), 0);
  lanes.paged(false);
  std::vector<record::RecordId> order;
  while (const auto lease = lanes.lease(0)) {
    order.push_back(lease->entry.id);
    lanes.done(*lease);
  }
  EXPECT_EQ(lanes.size(), 0u);
  std::sort(order.begin(), order.end());
  EXPECT_EQ(order, (std::vector<record::RecordId>{1, 4, 5, 6}));
  lanes.add_late("a", entry(5));  // redirected anew, long after
  EXPECT_TRUE(lanes.lease(0));
}

// A backlog longer than the window lives on disk and comes in by pages; nothing is lost, doubled or
// turned.
TEST(Lanes, PageALongBacklogInWithoutLossOrDisorder) {
  constexpr std::size_t kWindow = 64;
  Lanes lanes(kWindow);
  std::mt19937 random(7);
  std::map<record::RecordId, std::string> disk;  // what the ledger would say waits
  std::map<std::string, record::RecordId> last;
  std::set<record::RecordId> delivered;
  record::RecordId next = 1;
  std::vector<Lanes::Lease> flying;
  constexpr record::RecordId kAll = 5000;
  while (delivered.size() < kAll) {
    for (int burst = static_cast<int>(random() % 40); burst > 0 && next <= kAll; --burst) {
      const std::string lane = "lane" + std::to_string(random() % 20);
      disk[next] = lane;
      lanes.add(lane, entry(next));
      ++next;
    }
    if (lanes.wants_page()) {
      std::size_t n = 0;
      constexpr std::size_t kPage = 32;
      for (auto at = disk.upper_bound(lanes.last_paged()); at != disk.end() && n < kPage;
           ++at, ++n) {
        lanes.add_paged(at->second, entry(at->first), 0);
      }
      lanes.paged(n == kPage);
    }
    while (flying.size() < 8) {
      auto lease = lanes.lease(0);
      if (!lease) break;
      flying.push_back(*lease);
    }
    if (flying.empty()) continue;
    const std::size_t pick = random() % flying.size();
    const Lanes::Lease lease = flying[pick];
    flying.erase(flying.begin() + static_cast<std::ptrdiff_t>(pick));
    if (random() % 10 == 0) {
      lanes.retry(lease, 0);
      continue;
    }
    const std::string lane(lanes.name_of(lease));
    EXPECT_GT(lease.entry.id, last[lane]);
    last[lane] = lease.entry.id;
    EXPECT_TRUE(delivered.insert(lease.entry.id).second);
    disk.erase(lease.entry.id);
    lanes.done(lease);
    EXPECT_LE(lanes.size(), kWindow + 64);
  }
  EXPECT_EQ(lanes.size(), 0u);
}

}  // namespace
}  // namespace portage::pipeline
