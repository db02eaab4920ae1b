// What every driver of the ledger must do. A driver joins by one more value at the end of this
// file.
#include <atomic>
#include <thread>

#include "tests/contract/ledger/fixture.h"

namespace portage::ledger::test {
namespace {

struct Driver {
  std::string name;
  std::function<base::Result<std::unique_ptr<Ledger>>(const Folder&)> open;
};

class LedgerContract : public testing::TestWithParam<Driver> {
 protected:
  LedgerContract() { reopen(); }
  void reopen() {
    ledger_.reset();
    auto opened = GetParam().open(folder_);
    if (!opened.ok()) {
      ADD_FAILURE() << opened.error().code;
      std::abort();
    }
    ledger_ = std::move(opened).value();
  }
  Ledger& ledger() { return *ledger_; }
  RecordId accepted(const std::string& id, const std::string& receiver = "ssm-halton") {
    const auto a = accept(*ledger_, record(id, receiver));
    EXPECT_TRUE(a.ok());
    EXPECT_EQ(a->outcome, Outcome::accepted);
    return a->id;
  }
  Delivery delivery(RecordId id, const std::string& receiver = "ssm-halton") {
    const auto full = ledger_->record(id);
    EXPECT_TRUE(full.ok());
    for (const Delivery& d : full->head.deliveries) {
      if (d.receiver == receiver) return d;
    }
    ADD_FAILURE() << "no delivery to " << receiver;
    return {};
  }

 private:
  Folder folder_;
  std::unique_ptr<Ledger> ledger_;
};

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

NewSubmission file(const std::string& raw) {
  NewSubmission s;
  s.party = "cmsm-halton";
  s.form = "halton/referral@2";
  s.content_type = "text/csv";
  s.name = "referrals.csv";
  s.raw = raw;
  s.digest = security::sha256(raw);
  return s;
}

NewRefusal refusal(std::uint32_t row) {
  NewRefusal r;
  r.party = "cmsm-halton";
  r.id = "row-" + std::to_string(row);
  r.kind = "referral";
  r.form = "halton/referral@2";
  r.code = "schema.required";
  r.pointer = "/client/date_of_birth";
  r.line = row + 1;
  r.column = 7;
  r.faults = "[{\"code\":\"schema.required\"}]";
  r.raw = "bad;row";
  r.row = row;
  return r;
}

TEST_P(LedgerContract, AFilesRowsAndItsPositionAreCommittedTogether) {
  const auto s = submit(ledger(), file("a;b\n1;2\n"));
  ASSERT_TRUE(s.ok());
  EXPECT_TRUE(submit(ledger(), file("a;b\n1;2\n"))->duplicate);
  EXPECT_EQ(submit(ledger(), file("a;b\n1;2\n"))->id, s->id);
  accepted("held-already");
  Chunk chunk;
  chunk.submission = s->id;
  chunk.position = 4;
  chunk.records = {record("1"), record("1"), record("1", "ssm-halton", "!"),
                   record("held-already")};
  chunk.record_rows = {1, 2, 3, 4};
  chunk.refusals = {refusal(5)};
  const auto done = commit_chunk(ledger(), chunk);
  ASSERT_TRUE(done.ok()) << done.error().code;
  ASSERT_EQ(done->size(), 4u);
  EXPECT_EQ((*done)[0].outcome, Outcome::accepted);
  EXPECT_EQ((*done)[1].outcome, Outcome::duplicate);
  EXPECT_EQ((*done)[1].id, (*done)[0].id);
  EXPECT_EQ((*done)[2].outcome, Outcome::conflict);
  EXPECT_EQ((*done)[3].outcome, Outcome::duplicate);
  // The same chunk again, as after a lost answer, is not taken twice.
  EXPECT_EQ(commit_chunk(ledger(), chunk).error().code, "ledger.chunk_order");
  reopen();
  auto now = ledger().submission(s->id);
  ASSERT_TRUE(now.ok());
  EXPECT_EQ(now->position, 4u);
  EXPECT_EQ(now->rows, 5u);
  EXPECT_EQ(now->accepted, 1u);
  EXPECT_EQ(now->duplicates, 2u);
  EXPECT_EQ(now->refused, 2u);
  EXPECT_EQ(now->raw, "a;b\n1;2\n");
  EXPECT_EQ(now->name, "referrals.csv");
  EXPECT_FALSE(now->closed);
  EXPECT_EQ(ledger().unfinished(), std::vector<SubmissionId>{s->id});
  Chunk last;
  last.submission = s->id;
  last.position = 8;
  last.last = true;
  EXPECT_TRUE(commit_chunk(ledger(), last).ok());
  EXPECT_TRUE(ledger().submission(s->id)->closed);
  EXPECT_EQ(ledger().unfinished().size(), 1u);  // the sender has no result file yet
  EXPECT_TRUE(reported(ledger(), s->id).ok());
  EXPECT_TRUE(ledger().unfinished().empty());
  const auto verdicts = ledger().verdicts(s->id);
  ASSERT_EQ(verdicts.size(), 5u);
  const char* const expected[] = {"accepted", "duplicate", "conflict", "duplicate", "refused"};
  for (std::size_t i = 0; i < 5; ++i) {
    EXPECT_EQ(verdicts[i].row, i + 1);
    EXPECT_EQ(verdicts[i].status, expected[i]);
  }
  EXPECT_EQ(verdicts[0].record, (*done)[0].id);
  EXPECT_EQ(verdicts[2].code, "ledger.conflict");
  EXPECT_EQ(verdicts[4].code, "schema.required");
  EXPECT_EQ(verdicts[4].pointer, "/client/date_of_birth");
  EXPECT_EQ(verdicts[4].faults, "[{\"code\":\"schema.required\"}]");
  EXPECT_EQ(verdicts[4].line, 6u);
  const auto full = ledger().record(verdicts[0].record);
  EXPECT_EQ(full->submission, s->id);
  EXPECT_EQ(full->row, 1u);
}

TEST_P(LedgerContract, AChunkWithOneBadRecordLeavesNothing) {
  const auto s = submit(ledger(), file("x"));
  Chunk chunk;
  chunk.submission = s->id;
  chunk.position = 1;
  chunk.records = {record("1"), record("2", "")};
  chunk.record_rows = {1, 2};
  EXPECT_EQ(commit_chunk(ledger(), chunk).error().code, "ledger.bad_record");
  EXPECT_EQ(ledger().totals().records, 0u);
  EXPECT_EQ(ledger().submission(s->id)->position, 0u);
  chunk.submission = s->id + 7;
  EXPECT_EQ(commit_chunk(ledger(), chunk).error().code, "ledger.bad_record");
  chunk.records.pop_back();
  chunk.record_rows.pop_back();
  EXPECT_EQ(commit_chunk(ledger(), chunk).error().code, "ledger.no_such_submission");
  EXPECT_EQ(reported(ledger(), 99).error().code, "ledger.no_such_submission");
}

TEST_P(LedgerContract, KeepsRefusalsWithTheirBytes) {
  EXPECT_TRUE(refuse(ledger(), refusal(1)).ok());
  NewRefusal theirs = refusal(2);
  theirs.party = "prov-intake";
  EXPECT_TRUE(refuse(ledger(), theirs).ok());
  reopen();
  const auto ours = ledger().refusals("cmsm-halton", 10);
  ASSERT_EQ(ours.size(), 1u);
  EXPECT_EQ(ours[0].what.raw, "bad;row");
  EXPECT_EQ(ours[0].what.faults, "[{\"code\":\"schema.required\"}]");
  EXPECT_EQ(ours[0].what.id, "row-1");
  EXPECT_EQ(ours[0].what.code, "schema.required");
  EXPECT_EQ(ours[0].what.column, 7u);
  EXPECT_GT(ours[0].at, 0);
  ASSERT_EQ(ledger().refusals("", 10).size(), 2u);
  EXPECT_EQ(ledger().refusals("", 10)[0].what.party, "prov-intake");  // newest first
  EXPECT_TRUE(ledger().refusals("nobody", 10).empty());
  EXPECT_EQ(ledger().totals().refusals, 2u);
}

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
  EXPECT_EQ(ledger().record(a)->answers, std::vector<RecordId>{answered});
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

TEST_P(LedgerContract, LargeBodiesAndLargeFilesComeBackWhole) {
  NewRecord r = record("big");
  r.raw.assign(3'000'000, 'r');
  r.canonical.assign(1'500'000, 'c');
  const auto a = accept(ledger(), r);
  NewSubmission s = file(std::string(20'000'000, 's'));
  const auto b = submit(ledger(), s);
  ASSERT_TRUE(a.ok() && b.ok());
  reopen();
  EXPECT_EQ(ledger().record(a->id)->raw, r.raw);
  EXPECT_EQ(ledger().record(a->id)->canonical, r.canonical);
  EXPECT_EQ(ledger().submission(b->id)->raw, s.raw);
  const RecordId after = accepted("after");
  EXPECT_EQ(ledger().record(after)->raw, "raw of after");
}

INSTANTIATE_TEST_SUITE_P(Drivers, LedgerContract,
                         testing::Values(Driver{
                             "sqlite", [](const Folder& f) { return open_sqlite(f.options()); }}),
                         [](const auto& about) { return about.param.name; });

}  // namespace
}  // namespace portage::ledger::test
