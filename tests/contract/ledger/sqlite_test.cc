// What only the SQLite driver promises: its folder, its seals, its groups, and how it starts.
#include <sys/stat.h>

#include <fstream>
#include <iterator>
#include <thread>

#include "gateway/ledger/sqlite/connection.h"
#include "gateway/ledger/sqlite/schema.h"
#include "tests/contract/ledger/fixture.h"

namespace portage::ledger::test {
namespace {

std::unique_ptr<Ledger> open(const Folder& folder) {
  auto opened = open_sqlite(folder.options());
  if (!opened.ok()) {
    ADD_FAILURE() << opened.error().code;
    std::abort();
  }
  return std::move(opened).value();
}

void tamper(const Folder& folder, const char* sql) {
  sqlite::Connection db;
  db.open(folder.options().folder + "/ledger.db", nullptr, false);
  ASSERT_TRUE(db.run(sql));
}

std::string everything_in(const std::string& path) {
  std::string all;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(path)) {
    if (!entry.is_regular_file()) continue;
    std::ifstream file(entry.path(), std::ios::binary);
    all.append(std::istreambuf_iterator<char>(file), {});
  }
  return all;
}

// Accepts `n` records in chunks of one file: the fastest way to a long ledger.
void fill(Ledger& ledger, std::uint32_t n, std::uint32_t first = 0) {
  NewSubmission s;
  s.party = "cmsm-halton";
  s.raw = "file of " + std::to_string(first);
  s.digest = security::sha256(s.raw);
  const auto file = submit(ledger, s);
  ASSERT_TRUE(file.ok());
  for (std::uint32_t at = 0; at < n; at += 256) {
    Chunk c;
    c.submission = file->id;
    c.position = at + 1;
    for (std::uint32_t i = at; i < std::min(n, at + 256); ++i) {
      c.records.push_back(record(std::to_string(first + i)));
      c.record_rows.push_back(i + 1);
    }
    ASSERT_TRUE(commit_chunk(ledger, std::move(c)).ok());
  }
}

TEST(LedgerSqlite, MakesAFolderForItsOwnerOnly) {
  const Folder folder;
  const auto ledger = open(folder);
  ASSERT_TRUE(accept(*ledger, record("A")).ok());
  fill(*ledger, 20, 100);
  int files = 0;
  struct stat about {};
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder.options().folder)) {
    ASSERT_EQ(stat(entry.path().c_str(), &about), 0);
    EXPECT_EQ(about.st_mode & 0777, entry.is_directory() ? 0700u : 0600u) << entry.path();
    ++files;
  }
  EXPECT_GE(files, 5);  // the file, its log and index, the lock, the segments
  ASSERT_EQ(stat(folder.options().folder.c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 0777, 0700u);
}

TEST(LedgerSqlite, IsOpenInOneProcessAtATime) {
  const Folder folder;
  auto ledger = open(folder);
  const auto second = open_sqlite(folder.options());
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().code, "ledger.locked");
  ledger.reset();
  EXPECT_TRUE(open_sqlite(folder.options()).ok());
}

TEST(LedgerSqlite, LeavesNoClearTextInAnyFile) {
  const Folder folder;
  const std::string planted = "Philomena-Zwicker-1987-04-12";
  auto ledger = open(folder);
  const auto plant = [&](NewRecord r) {
    r.raw += planted;
    r.canonical += planted;
    r.story += planted;
    return r;
  };
  const RecordId one = accept(*ledger, plant(record("A")))->id;  // a small group: in the table
  NewSubmission s;
  s.party = "cmsm-halton";
  s.name = planted + ".csv";
  s.raw = planted;
  s.digest = security::sha256(planted);
  const SubmissionId file = submit(*ledger, s)->id;
  Chunk c;
  c.submission = file;
  c.position = 1;
  for (int i = 0; i < 50; ++i) {  // a large group: in a segment
    c.records.push_back(plant(record(std::to_string(i))));
    c.record_rows.push_back(static_cast<std::uint32_t>(i + 1));
  }
  NewRefusal refusal;
  refusal.party = "cmsm-halton";
  refusal.code = "csv.quote";
  refusal.raw = refusal.faults = planted;
  refusal.row = 51;
  c.refusals.push_back(refusal);
  const auto chunk = commit_chunk(*ledger, c);
  ASSERT_TRUE(chunk.ok());
  const RecordId many = (*chunk)[49].id;
  for (int round = 0; round < 2; ++round) {
    const std::string bytes = everything_in(folder.options().folder);
    EXPECT_GT(bytes.size(), 20'000u);
    EXPECT_EQ(bytes.find(planted), std::string::npos);
    EXPECT_EQ(bytes.find("Zwicker"), std::string::npos);
    ledger.reset();  // the log moves into the file
    ledger = open(folder);
  }
  EXPECT_NE(ledger->record(one)->raw.find(planted), std::string::npos);
  EXPECT_NE(ledger->record(many)->raw.find(planted), std::string::npos);
  EXPECT_EQ(ledger->refusals("cmsm-halton", 1)[0].what.raw, planted);
  ledger.reset();
  // With another key the list is there, and no body opens.
  SqliteOptions other = folder.options();
  other.key_file = folder.path() + "/other-key";
  const auto blind = open_sqlite(other);
  ASSERT_TRUE(blind.ok());
  EXPECT_EQ(blind.value()->list({}).size(), 50u);
  EXPECT_EQ(blind.value()->record(one).error().code, "security.seal_broken");
  EXPECT_EQ(blind.value()->record(many).error().code, "security.seal_broken");
  EXPECT_EQ(blind.value()->submission(file).error().code, "security.seal_broken");
}

TEST(LedgerSqlite, OneSenderNeedsOneSyncForARecord) {
  const Folder folder;
  const auto ledger = open(folder);
  ASSERT_TRUE(accept(*ledger, record("first")).ok());
  const DiskFigures before = ledger->disk();
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(accept(*ledger, record(std::to_string(i))).ok());
  const DiskFigures after = ledger->disk();
  EXPECT_EQ(after.commits - before.commits, 100u);
  EXPECT_EQ(after.syncs - before.syncs, 100u);
  EXPECT_FALSE(after.refusing);
}

TEST(LedgerSqlite, ManySendersShareACommit) {
  const Folder folder;
  const auto ledger = open(folder);
  const DiskFigures before = ledger->disk();
  std::atomic<int> done{0};
  for (int i = 0; i < 2000; ++i) {
    ledger->accept(record(std::to_string(i)), [&](const base::Result<Accepted>& a) {
      EXPECT_TRUE(a.ok());
      ++done;
    });
  }
  ledger->close();
  EXPECT_EQ(done, 2000);
  EXPECT_LT(ledger->disk().commits - before.commits, 500u);
}

TEST(LedgerSqlite, ASettlementAloneIsCommittedByItself) {
  const Folder folder;
  const auto ledger = open(folder);
  const RecordId id = accept(*ledger, record("A"))->id;
  std::uint64_t fastest = UINT64_MAX;
  for (std::uint32_t n = 1; n <= 20; ++n) {
    const std::uint64_t began = base::steady_micros();
    ASSERT_TRUE(settle(*ledger, settlement(id, State::waiting, n)).ok());
    fastest = std::min(fastest, base::steady_micros() - began);
  }
  EXPECT_LT(fastest, 50'000u);
}

TEST(LedgerSqlite, FindsEveryKeyWhileBucketsCloseAndAfterAReopen) {
  const Folder folder;
  constexpr std::uint32_t kRecords = 150'000;  // more than two buckets of 65,536
  auto ledger = open(folder);
  fill(*ledger, kRecords);
  for (int round = 0; round < 3; ++round) {
    for (std::uint32_t i = 0; i < kRecords; i += 7919) {
      const std::string id = std::to_string(i);
      const auto found = ledger->find("cmsm-halton", id);
      ASSERT_TRUE(found) << id;
      EXPECT_EQ(found->id, i + 1);
      EXPECT_EQ(ledger->find_key("referral", "K-" + id)->id, i + 1);
      EXPECT_EQ(accept(*ledger, record(id))->outcome, Outcome::duplicate);
      EXPECT_EQ(accept(*ledger, record(id, "ssm-halton", "!"))->outcome, Outcome::conflict);
    }
    EXPECT_FALSE(ledger->find("cmsm-halton", "none"));
    EXPECT_EQ(ledger->totals().records, kRecords);
    ledger.reset();
    const std::uint64_t began = base::steady_micros();
    ledger = open(folder);
    EXPECT_LT(base::steady_micros() - began, 5'000'000u);
  }
  std::size_t waiting = 0;
  RecordId after = 0;
  for (;;) {
    const auto page = ledger->waiting("ssm-halton", after, 10'000);
    if (page.empty()) break;
    waiting += page.size();
    after = page.back().record;
  }
  EXPECT_EQ(waiting, kRecords);
  Query rare;
  rare.state = State::delivered;
  ASSERT_TRUE(settle(*ledger, settlement(5, State::delivered)).ok());
  ASSERT_EQ(ledger->list(rare).size(), 1u);  // at the far end of the ledger
  EXPECT_EQ(ledger->list(rare)[0].id, 5u);
  // Closed buckets go into the file, with the groups that come after them.
  std::int64_t done = 0;
  for (std::uint32_t more = 0; more < 10 && done < 2; ++more) {
    fill(*ledger, 20'000, kRecords + more * 20'000);
    ledger.reset();
    {
      sqlite::Connection db;
      db.open(folder.options().folder + "/ledger.db", nullptr, false);
      done = sqlite::meta(db, "keys_done", 0);
    }
    ledger = open(folder);
  }
  EXPECT_EQ(done, 2);
  EXPECT_EQ(ledger->find("cmsm-halton", "65535")->id, 65536u);
  EXPECT_EQ(ledger->find("cmsm-halton", "65536")->id, 65537u);
}

TEST(LedgerSqlite, CountsAgainWhenItsSumsDoNotMatchTheRows) {
  const Folder folder;
  auto ledger = open(folder);
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(accept(*ledger, record(std::to_string(i))).ok());
  ASSERT_TRUE(settle(*ledger, settlement(1, State::delivered)).ok());
  ledger.reset();
  tamper(folder, "UPDATE counter SET waiting=waiting+1");
  ledger = open(folder);
  EXPECT_TRUE(adds_up(ledger->totals()));
  EXPECT_EQ(ledger->totals().sums.waiting, 4u);
  EXPECT_EQ(ledger->totals().sums.delivered, 1u);
}

TEST(LedgerSqlite, RefusesTablesOfAnotherVersion) {
  const Folder folder;
  open(folder).reset();
  tamper(folder, "UPDATE meta SET v=99 WHERE k='schema'");
  EXPECT_EQ(open_sqlite(folder.options()).error().code, "ledger.schema");
}

TEST(LedgerSqlite, RefusesAFileThatIsNotItsOwn) {
  const Folder folder;
  std::filesystem::create_directories(folder.options().folder);
  std::ofstream(folder.options().folder + "/ledger.db") << std::string(10'000, 'x');
  EXPECT_EQ(open_sqlite(folder.options()).error().code, "ledger.open");
  SqliteOptions nowhere = folder.options();
  nowhere.folder = folder.path() + "/no/such";
  EXPECT_EQ(open_sqlite(nowhere).error().code, "ledger.folder");
}

TEST(LedgerSqlite, WhatLiesBehindASegmentsTailIsWrittenOver) {
  const Folder folder;
  auto ledger = open(folder);
  fill(*ledger, 20);
  ledger.reset();
  const std::string segment = folder.options().folder + "/segments/000001.seg";
  {
    std::fstream file(segment, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(20 * 200);  // beyond what 20 small records take: an unfinished group
    file << std::string(100'000, 'z');
  }
  ledger = open(folder);
  fill(*ledger, 20, 20);
  for (RecordId id = 1; id <= 40; ++id) {
    const auto full = ledger->record(id);
    ASSERT_TRUE(full.ok()) << id << full.error().code;
    EXPECT_EQ(full->raw, "raw of " + std::to_string(id - 1));
  }
}

TEST(LedgerSqlite, ReadsSeeEveryCompletedCommitWhileItWrites) {
  const Folder folder;
  const auto ledger = open(folder);
  std::atomic<RecordId> newest{0};
  std::atomic<bool> stop{false};
  std::atomic<int> missing{0}, reads{0};
  std::vector<std::thread> readers;
  for (int t = 0; t < 6; ++t) {
    readers.emplace_back([&] {
      while (!stop) {
        const RecordId id = newest;
        if (id == 0) continue;
        if (!ledger->record(id).ok()) ++missing;
        const std::string source = std::to_string(id - 1);
        if (!ledger->find("cmsm-halton", source)) ++missing;
        if (!adds_up(ledger->totals())) ++missing;
        ++reads;
      }
    });
  }
  std::atomic<int> running{0};
  for (int i = 0; i < 5000; ++i) {
    while (running >= 64) std::this_thread::yield();
    ++running;
    ledger->accept(record(std::to_string(i)), [&](const base::Result<Accepted>& a) {
      newest = a->id;
      --running;
    });
  }
  while (running > 0) std::this_thread::yield();
  stop = true;
  for (std::thread& t : readers) t.join();
  EXPECT_EQ(missing, 0);
  EXPECT_GT(reads, 10);
}

}  // namespace
}  // namespace portage::ledger::test
