// What the ledger answers.
#include "tests/contract/ledger/contract.h"

namespace portage::ledger::test {
namespace {

TEST_P(LedgerContract, KeepsAnArtifactOnceUnderItsDigest) {
  const auto digest = security::sha256("map text");
  EXPECT_TRUE(ledger().keep_artifact(digest, "mapping", "map text").ok());
  EXPECT_TRUE(ledger().keep_artifact(digest, "mapping", "map text").ok());
  reopen();
  EXPECT_EQ(ledger().artifact(digest).value(), "map text");
  EXPECT_EQ(ledger().artifact(security::sha256("x")).error().code, "ledger.no_such_artifact");
}

TEST_P(LedgerContract, FindsByKeyTheNewestOfThatKind) {
  NewRecord first = record("A"), second = record("B"), decision = record("C");
  first.key = second.key = decision.key = "REF-1";
  decision.kind = "referral-decision";
  EXPECT_TRUE(accept(ledger(), first).ok());
  const RecordId newest = accept(ledger(), second)->id;
  const RecordId answer = accept(ledger(), decision)->id;
  for (int round = 0; round < 2; ++round) {
    EXPECT_EQ(ledger().find_key("referral", "REF-1")->id, newest);
    EXPECT_EQ(ledger().find_key("referral-decision", "REF-1")->id, answer);
    EXPECT_FALSE(ledger().find_key("consent", "REF-1"));
    EXPECT_FALSE(ledger().find_key("referral", "REF-2"));
    Query q;
    q.key = "REF-1";
    EXPECT_EQ(ledger().list(q).size(), 3u);
    q.kind = "referral";
    EXPECT_EQ(ledger().list(q).size(), 2u);
    reopen();
  }
}

TEST_P(LedgerContract, FindsAnswersAndThoseThatWaitForARecord) {
  NewRecord early = record("early", "unmatched");
  early.kind = "referral-decision";
  early.refers_kind = "referral";
  early.refers_key = "K-A";
  const RecordId waiting = accept(ledger(), early)->id;
  ASSERT_EQ(ledger().waiting_for("referral", "K-A").size(), 1u);
  EXPECT_EQ(ledger().waiting_for("referral", "K-A")[0].id, waiting);
  EXPECT_TRUE(ledger().waiting_for("consent", "K-A").empty());
  const RecordId a = accepted("A");
  NewRecord answer = record("answer", "cmsm-halton");
  answer.refers_kind = "referral";
  answer.refers_key = "K-A";
  answer.in_reply_to = a;
  const RecordId answered = accept(ledger(), answer)->id;
  EXPECT_EQ(ledger().waiting_for("referral", "K-A").size(), 1u);  // the answer had its match
  EXPECT_TRUE(settle(ledger(), settlement(waiting, State::withdrawn, 1, "unmatched")).ok());
  EXPECT_TRUE(ledger().waiting_for("referral", "K-A").empty());
  reopen();
  // The early one found its record later, by the business key.
  EXPECT_EQ(ledger().record(a)->answers, (std::vector<RecordId>{waiting, answered}));
  EXPECT_EQ(ledger().record(answered)->head.in_reply_to, a);
  EXPECT_TRUE(ledger().record(answered)->answers.empty());
}

TEST_P(LedgerContract, ListsNewestFirstByEveryCondition) {
  std::vector<RecordId> ids;
  base::Micros middle = 0;
  for (int i = 0; i < 20; ++i) {
    NewRecord r = record("L" + std::to_string(i), i % 2 == 0 ? "ssm-halton" : "ssm-peel");
    if (i % 5 == 0) r.party = "prov-intake";
    if (i % 4 == 0) r.kind = "referral-status";
    const auto a = accept(ledger(), r);
    ids.push_back(a->id);
    if (i == 9) middle = a->accepted_at;
  }
  EXPECT_TRUE(settle(ledger(), settlement(ids[0], State::delivered)).ok());
  EXPECT_TRUE(settle(ledger(), settlement(ids[2], State::quarantined)).ok());
  const auto count = [&](const Query& q) { return ledger().list(q).size(); };
  Query q;
  ASSERT_EQ(count(q), 20u);
  EXPECT_EQ(ledger().list(q)[0].id, ids[19]);
  EXPECT_EQ(ledger().list(q)[0].deliveries.size(), 1u);
  q.limit = 7;
  q.before = ids[10];
  EXPECT_EQ(count(q), 7u);
  EXPECT_EQ(ledger().list(q)[0].id, ids[9]);
  q = {};
  q.party = "prov-intake";
  EXPECT_EQ(count(q), 4u);
  q.party = "ssm-peel";
  EXPECT_EQ(count(q), 10u);
  q.kind = "referral-status";
  EXPECT_EQ(count(q), 0u);
  q.party.clear();
  EXPECT_EQ(count(q), 5u);
  q = {};
  q.state = State::delivered;
  EXPECT_EQ(count(q), 1u);
  q.state = State::quarantined;
  EXPECT_EQ(count(q), 1u);
  q.state = State::waiting;
  EXPECT_EQ(count(q), 18u);
  q.party = "prov-intake";
  EXPECT_EQ(count(q), 3u);
  q.limit = 2;
  EXPECT_EQ(count(q), 2u);
  EXPECT_EQ(ledger().list(q)[0].id, ids[15]);
  q = {};
  q.accepted_after = middle;
  EXPECT_EQ(count(q), 10u);
  q = {};
  q.accepted_before = middle;
  EXPECT_EQ(count(q), 9u);
  q = {};
  q.source_id = "L7";
  ASSERT_EQ(count(q), 1u);
  EXPECT_EQ(ledger().list(q)[0].id, ids[7]);
  q.party = "nobody";
  EXPECT_EQ(count(q), 0u);
}

TEST_P(LedgerContract, FindsByTheEndingOfAnId) {
  std::vector<RecordId> ids;
  for (int i = 0; i < 40; ++i) ids.push_back(accepted(std::to_string(i)));
  ASSERT_EQ(ledger().find_ending(ids[7], 20).size(), 1u);
  EXPECT_EQ(ledger().find_ending(ids[7], 20)[0].id, ids[7]);
  const auto all = ledger().find_ending(ids[3] & 1, 1);
  ASSERT_EQ(all.size(), 10u);
  EXPECT_GT(all[0].id, all[9].id);
  EXPECT_TRUE(ledger().find_ending(99'999, 20).empty());
}

TEST_P(LedgerContract, PagesWhatWaitsAndWhatHoldsALane) {
  std::vector<RecordId> ids;
  for (int i = 0; i < 30; ++i) ids.push_back(accepted(std::to_string(i)));
  EXPECT_TRUE(settle(ledger(), settlement(ids[4], State::quarantined)).ok());
  EXPECT_TRUE(settle(ledger(), settlement(ids[5], State::delivered)).ok());
  EXPECT_TRUE(settle(ledger(), settlement(ids[6], State::waiting, 1)).ok());
  std::vector<Waiting> all;
  RecordId after = 0;
  for (int page = 0; page < 10; ++page) {
    const auto some = ledger().waiting("ssm-halton", after, 7);
    EXPECT_LE(some.size(), 7u);
    if (some.empty()) break;
    all.insert(all.end(), some.begin(), some.end());
    after = some.back().record;
  }
  ASSERT_EQ(all.size(), 29u);
  for (std::size_t i = 1; i < all.size(); ++i) EXPECT_LT(all[i - 1].record, all[i].record);
  EXPECT_EQ(all[4].record, ids[4]);
  EXPECT_EQ(all[4].state, State::quarantined);
  EXPECT_EQ(all[4].lane, "lane-4");
  EXPECT_EQ(all[5].record, ids[6]);
  EXPECT_EQ(all[5].attempts, 1u);
  EXPECT_GT(all[5].due, all[5].accepted_at);
  EXPECT_TRUE(ledger().waiting("nobody", 0, 7).empty());
  EXPECT_EQ(ledger().receivers(), std::vector<std::string>{"ssm-halton"});
}

TEST_P(LedgerContract, GroupsQuarantineByReceiverAndCause) {
  for (int i = 0; i < 6; ++i) {
    const RecordId id = accepted(std::to_string(i), i < 4 ? "ssm-halton" : "ssm-peel");
    Settlement s = settlement(id, State::quarantined, 1, i < 4 ? "ssm-halton" : "ssm-peel");
    s.code = i == 3 ? "map.code_unknown" : "deliver.refused";
    EXPECT_TRUE(settle(ledger(), s).ok());
  }
  const auto groups = ledger().quarantine();
  ASSERT_EQ(groups.size(), 3u);
  EXPECT_EQ(groups[0].receiver, "ssm-halton");
  EXPECT_EQ(groups[0].cause, "deliver.refused");
  EXPECT_EQ(groups[0].count, 3u);
  EXPECT_GT(groups[0].oldest, 0);
  EXPECT_EQ(groups[1].cause, "map.code_unknown");
  EXPECT_EQ(groups[2].count, 2u);
  EXPECT_EQ(ledger().quarantined("ssm-halton", "deliver.refused", 2).size(), 2u);
  EXPECT_EQ(ledger().quarantined("ssm-halton", "map.code_unknown", 9)[0].source_id, "3");
}

TEST_P(LedgerContract, TotalsKnowEachReceiversOldest) {
  const RecordId first = accepted("1");
  accepted("2");
  accepted("3", "ssm-peel");
  const auto at = ledger().record(first)->head.accepted_at;
  Totals t = ledger().totals();
  ASSERT_EQ(t.receivers.size(), 2u);
  EXPECT_EQ(t.receivers[0].receiver, "ssm-halton");
  EXPECT_EQ(t.receivers[0].oldest_waiting, at);
  EXPECT_TRUE(settle(ledger(), settlement(first, State::delivered)).ok());
  t = ledger().totals();
  EXPECT_GT(t.receivers[0].oldest_waiting, at);
  EXPECT_EQ(t.receivers[0].sums.delivered, 1u);
  EXPECT_TRUE(settle(ledger(), settlement(first + 1, State::delivered)).ok());
  EXPECT_EQ(ledger().totals().receivers[0].oldest_waiting, 0);
}

TEST_P(LedgerContract, CloseCommitsWhatIsQueuedAndThenTakesNothing) {
  std::atomic<int> done{0}, failed{0};
  for (int i = 0; i < 500; ++i) {
    ledger().accept(record(std::to_string(i)), [&](const base::Result<Accepted>& a) {
      ++(a.ok() ? done : failed);
      if (a.ok()) ledger().settle(settlement(a->id, State::delivered));
    });
  }
  ledger().close();
  EXPECT_EQ(done, 500);
  EXPECT_EQ(accept(ledger(), record("late")).error().code, "ledger.closed");
  EXPECT_EQ(settle(ledger(), settlement(1, State::delivered)).error().code, "ledger.closed");
  reopen();
  EXPECT_EQ(ledger().totals().records, 500u);
  EXPECT_TRUE(adds_up(ledger().totals()));
}

}  // namespace
}  // namespace portage::ledger::test
