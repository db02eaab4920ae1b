// Accepting and settling.
#include "tests/contract/ledger/contract.h"

namespace portage::ledger::test {
namespace {

TEST_P(LedgerContract, GivesBackEveryFieldOfARecordAlsoAfterAReopen) {
  NewRecord r = record("A1");
  r.version = 3;
  r.refers_kind = "referral";
  r.refers_key = "K-0";
  r.deliveries.push_back({"odsp-oakville", "", "office", "rule-2", "", false});
  const auto a = accept(ledger(), r);
  ASSERT_TRUE(a.ok());
  for (int round = 0; round < 2; ++round) {
    const auto full = ledger().record(a->id);
    ASSERT_TRUE(full.ok()) << full.error().code;
    EXPECT_EQ(full->raw, r.raw);
    EXPECT_EQ(full->canonical, r.canonical);
    EXPECT_EQ(full->story, r.story);
    EXPECT_EQ(full->digest, r.digest);
    EXPECT_EQ(full->content_type, r.content_type);
    EXPECT_EQ(full->form, r.form);
    EXPECT_EQ(full->head.accepted_at, a->accepted_at);
    EXPECT_EQ(full->head.party, r.party);
    EXPECT_EQ(full->head.source_id, r.id);
    EXPECT_EQ(full->head.kind, r.kind);
    EXPECT_EQ(full->head.key, r.key);
    EXPECT_EQ(full->head.version, 3u);
    EXPECT_EQ(full->head.date, r.date);
    ASSERT_EQ(full->head.deliveries.size(), 2u);
    const Delivery d = delivery(a->id);
    EXPECT_EQ(d.lane, "lane-A1");
    EXPECT_EQ(d.role, "ssm");
    EXPECT_EQ(d.rule, "rule-1");
    EXPECT_EQ(d.reason, "place L6H");
    EXPECT_TRUE(d.marked);
    EXPECT_EQ(d.state, State::waiting);
    EXPECT_EQ(d.attempts, 0u);
    EXPECT_FALSE(delivery(a->id, "odsp-oakville").marked);
    reopen();
  }
}

TEST_P(LedgerContract, IdsAreDenseAndRisingAlsoAfterAReopen) {
  const RecordId first = accepted("1");
  EXPECT_EQ(accepted("2"), first + 1);
  const std::uint32_t tag = ledger().tag();
  reopen();
  EXPECT_EQ(accepted("3"), first + 2);
  EXPECT_EQ(ledger().tag(), tag);
}

TEST_P(LedgerContract, AnswersTheSameBytesWithTheFirstReceiptAndOtherBytesWithAConflict) {
  const auto first = accept(ledger(), record("A"));
  for (int round = 0; round < 2; ++round) {
    const auto again = accept(ledger(), record("A"));
    EXPECT_EQ(again->outcome, Outcome::duplicate);
    EXPECT_EQ(again->id, first->id);
    EXPECT_EQ(again->accepted_at, first->accepted_at);
    const auto other = accept(ledger(), record("A", "ssm-halton", "other"));
    EXPECT_EQ(other->outcome, Outcome::conflict);
    EXPECT_EQ(other->id, first->id);
    reopen();
  }
  NewRecord theirs = record("A");
  theirs.party = "prov-intake";
  EXPECT_EQ(accept(ledger(), theirs)->outcome, Outcome::accepted);
  EXPECT_EQ(ledger().totals().records, 2u);
}

TEST_P(LedgerContract, SixtyFourRacingCopiesHaveOneEffect) {
  for (int round = 0; round < 10; ++round) {
    const std::string id = "race-" + std::to_string(round);
    std::atomic<int> accepted{0}, duplicates{0}, ready{0};
    std::atomic<RecordId> ids{0};
    std::vector<std::thread> threads;
    for (int t = 0; t < 64; ++t) {
      threads.emplace_back([&] {
        ++ready;
        while (ready < 64) std::this_thread::yield();
        const auto a = accept(ledger(), record(id));
        if (a->outcome == Outcome::accepted) {
          ++accepted;
          ids += a->id;
        }
        if (a->outcome == Outcome::duplicate) ++duplicates;
      });
    }
    for (std::thread& t : threads) t.join();
    EXPECT_EQ(accepted, 1);
    EXPECT_EQ(duplicates, 63);
    EXPECT_EQ(ledger().find("cmsm-halton", id)->id, ids);
  }
  EXPECT_EQ(ledger().totals().records, 10u);
  EXPECT_EQ(ledger().totals().sums.accepted, 10u);
  EXPECT_EQ(ledger().totals().duplicates, 630u);
}

TEST_P(LedgerContract, RefusesARecordForNobody) {
  EXPECT_EQ(accept(ledger(), record("A", "")).error().code, "ledger.bad_record");
  EXPECT_EQ(ledger().totals().records, 0u);
}

TEST_P(LedgerContract, SettlesRetriesQuarantinesAndDelivers) {
  const RecordId id = accepted("A");
  Settlement retry = settlement(id, State::waiting);
  EXPECT_TRUE(settle(ledger(), retry).ok());
  EXPECT_EQ(delivery(id).state, State::waiting);
  EXPECT_EQ(delivery(id).attempts, 1u);
  EXPECT_EQ(delivery(id).due, retry.due);
  EXPECT_EQ(delivery(id).cause, "deliver.refused_connection");
  EXPECT_TRUE(settle(ledger(), settlement(id, State::quarantined, 2)).ok());
  EXPECT_EQ(ledger().totals().sums.quarantined, 1u);
  EXPECT_TRUE(settle(ledger(), settlement(id, State::waiting, 2)).ok());
  EXPECT_EQ(ledger().totals().sums.waiting, 1u);
  EXPECT_TRUE(settle(ledger(), settlement(id, State::delivered, 3)).ok());
  reopen();
  const Delivery d = delivery(id);
  EXPECT_EQ(d.state, State::delivered);
  EXPECT_EQ(d.attempts, 3u);
  ASSERT_EQ(d.log.size(), 4u);
  EXPECT_EQ(d.log[0].code, "deliver.refused_connection");
  EXPECT_EQ(d.log[0].took_us, 1234u);
  EXPECT_EQ(d.log[3].code, "delivered");
  EXPECT_EQ(d.log[3].detail, "HTTP 503");
  EXPECT_EQ(d.log[3].mapping, "ssm/referral 1");
  EXPECT_EQ(d.log[3].number, 3u);
  EXPECT_TRUE(adds_up(ledger().totals()));
  EXPECT_EQ(ledger().totals().sums.delivered, 1u);
}

TEST_P(LedgerContract, LateAndDoubleSettlementsChangeNoSum) {
  const RecordId id = accepted("A");
  const Settlement done = settlement(id, State::delivered, 2);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(settle(ledger(), done).ok());
  EXPECT_EQ(delivery(id).log.size(), 1u);
  EXPECT_TRUE(settle(ledger(), settlement(id, State::waiting, 1)).ok());
  EXPECT_TRUE(settle(ledger(), settlement(id, State::quarantined, 1)).ok());
  EXPECT_TRUE(settle(ledger(), settlement(id, State::withdrawn, 1)).ok());
  EXPECT_EQ(delivery(id).state, State::delivered);
  const Totals t = ledger().totals();
  EXPECT_EQ(t.sums.accepted, 1u);
  EXPECT_EQ(t.sums.delivered, 1u);
  EXPECT_TRUE(adds_up(t));
  EXPECT_EQ(settle(ledger(), settlement(id, State::delivered, 1, "nobody")).error().code,
            "ledger.no_such_delivery");
  EXPECT_EQ(settle(ledger(), settlement(id + 1, State::delivered)).error().code,
            "ledger.no_such_delivery");
}

TEST_P(LedgerContract, AStaleRetryDoesNotTurnANewerOneBack) {
  const RecordId id = accepted("A");
  Settlement second = settlement(id, State::waiting, 2);
  second.due = base::now() + 60'000'000;
  EXPECT_TRUE(settle(ledger(), second).ok());
  EXPECT_TRUE(settle(ledger(), settlement(id, State::waiting, 1)).ok());
  EXPECT_EQ(delivery(id).due, second.due);
  EXPECT_EQ(delivery(id).attempts, 2u);
}

TEST_P(LedgerContract, KeepsTheLastSixtyFourAttempts) {
  const RecordId id = accepted("A");
  for (std::uint32_t n = 1; n <= 100; ++n) {
    ledger().settle(settlement(id, State::waiting, n));
  }
  EXPECT_TRUE(settle(ledger(), settlement(id, State::quarantined, 101)).ok());
  const Delivery d = delivery(id);
  ASSERT_EQ(d.log.size(), 64u);
  EXPECT_EQ(d.log.front().number, 38u);
  EXPECT_EQ(d.log.back().number, 101u);
  EXPECT_EQ(d.attempts, 101u);
}

TEST_P(LedgerContract, ADesksAnswerAddsReceiversInTheSameTransaction) {
  const RecordId id = accepted("A", "desk-prov");
  Settlement s = settlement(id, State::withdrawn, 1, "desk-prov");
  s.redirect = {{"ssm-peel", "l", "ssm", "desk", "", false},
                {"ssm-york", "l", "ssm", "desk", "", false}};
  EXPECT_TRUE(settle(ledger(), s).ok());
  EXPECT_TRUE(settle(ledger(), s).ok());  // once more: no more deliveries
  const Totals t = ledger().totals();
  EXPECT_EQ(t.sums.accepted, 3u);
  EXPECT_EQ(t.sums.withdrawn, 1u);
  EXPECT_EQ(t.sums.waiting, 2u);
  EXPECT_TRUE(adds_up(t));
  EXPECT_EQ(ledger().waiting("ssm-york", 0, 10).size(), 1u);
  // Back to the desk that had withdrawn it: it waits there again.
  Settlement back = settlement(id, State::withdrawn, 1, "ssm-peel");
  back.redirect = {{"desk-prov", "", "desk", "desk", "", false}};
  EXPECT_TRUE(settle(ledger(), back).ok());
  EXPECT_EQ(delivery(id, "desk-prov").state, State::waiting);
  EXPECT_TRUE(adds_up(ledger().totals()));
}

TEST_P(LedgerContract, AReplyIsASubmissionOfTheSameTransaction) {
  const RecordId a = accepted("A"), b = accepted("B");
  std::vector<SubmissionAccepted> told;
  for (const RecordId id : {a, b, a}) {
    Settlement s = settlement(id, State::delivered);
    NewSubmission reply;
    reply.party = "ssm-halton";
    reply.form = "ssm/decision@1";
    reply.content_type = "application/xml";
    reply.raw = "<ok/>";
    reply.digest = security::sha256(reply.raw);
    reply.in_reply_to = id;
    s.reply = reply;
    s.replied = [&told](const SubmissionAccepted& r) { told.push_back(r); };
    EXPECT_TRUE(settle(ledger(), s).ok());
  }
  ASSERT_EQ(told.size(), 3u);
  EXPECT_FALSE(told[0].duplicate);
  EXPECT_FALSE(told[1].duplicate);  // the same bytes, but of another record
  EXPECT_TRUE(told[2].duplicate);
  EXPECT_EQ(told[2].id, told[0].id);
  EXPECT_EQ(ledger().unfinished(), (std::vector<SubmissionId>{told[0].id, told[1].id}));
  const auto kept = ledger().submission(told[1].id);
  ASSERT_TRUE(kept.ok());
  EXPECT_EQ(kept->raw, "<ok/>");
  EXPECT_EQ(kept->in_reply_to, b);
}

INSTANTIATE_TEST_SUITE_P(Drivers, LedgerContract,
                         testing::Values(Driver{
                             "sqlite", [](const Folder& f) { return open_sqlite(f.options()); }}),
                         [](const auto& about) { return about.param.name; });

}  // namespace
}  // namespace portage::ledger::test
