// What a completion promises: the bytes are synced, in the segments and in the log, whatever the
// group's size.
#include <random>

#include "gateway/ledger/sqlite/open.h"
#include "tests/contract/ledger/fixture.h"
#include "tests/support/power_cut_disk.h"

namespace portage::ledger::test {
namespace {

TEST(LedgerPowerCut, WhatWasAcknowledgedIsSynced) {
  const Folder folder;
  const std::string cut = folder.path() + "/cut";
  auto made = std::make_unique<portage::test::PowerCutDisk>(folder.options().folder,
                                                            folder.path() + "/image");
  auto* const disk = made.get();
  auto opened = sqlite::open_on(folder.options(), std::move(made));
  ASSERT_TRUE(opened.ok());
  Ledger& ledger = **opened;
  NewSubmission s;
  s.party = "cmsm-halton";
  s.raw = "a file";
  s.digest = security::sha256(s.raw);
  const SubmissionId file = submit(ledger, s)->id;
  std::mt19937 random(11);
  std::vector<std::pair<RecordId, std::string>> accepted;
  std::size_t settled = 0;
  for (std::uint32_t round = 1; round <= 40; ++round) {
    const std::string name = "r" + std::to_string(round) + "-";
    if (random() % 3 == 0) {  // a large group: bodies in a segment
      Chunk c;
      c.submission = file;
      c.position = round;
      for (std::uint32_t i = 0; i < 20; ++i) {
        c.records.push_back(record(name + std::to_string(i), "ssm-halton", std::string(900, 'x')));
        c.record_rows.push_back(round * 100 + i);
      }
      const auto done = commit_chunk(ledger, c);
      ASSERT_TRUE(done.ok());
      for (std::uint32_t i = 0; i < 20; ++i) {
        accepted.emplace_back((*done)[i].id, name + std::to_string(i));
      }
    } else {
      const auto a = accept(ledger, record(name));
      ASSERT_TRUE(a.ok());
      accepted.emplace_back(a->id, name);
    }
    if (random() % 2 == 0 && settled < accepted.size()) {
      ASSERT_TRUE(settle(ledger, settlement(accepted[settled].first, State::delivered)).ok());
      ++settled;
    }
    disk->cut(cut);
    SqliteOptions after = folder.options();
    after.folder = cut;
    auto found = open_sqlite(after);
    ASSERT_TRUE(found.ok()) << found.error().code;
    const Totals t = found.value()->totals();
    EXPECT_EQ(t.records, accepted.size());
    EXPECT_EQ(t.sums.delivered, settled);
    for (const auto& [id, source] : accepted) {
      const auto full = found.value()->record(id);
      ASSERT_TRUE(full.ok()) << source << ": " << full.error().code;
      ASSERT_EQ(full->head.source_id, source);
      ASSERT_EQ(full->raw.rfind("raw of " + source, 0), 0u);
    }
    EXPECT_EQ(found.value()->submission(file)->raw, "a file");
  }
}

}  // namespace
}  // namespace portage::ledger::test
