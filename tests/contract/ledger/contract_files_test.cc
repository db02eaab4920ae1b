// The stored entrance: files, their rows, refusals.
#include "tests/contract/ledger/contract.h"

namespace portage::ledger::test {
namespace {

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

}  // namespace
}  // namespace portage::ledger::test
