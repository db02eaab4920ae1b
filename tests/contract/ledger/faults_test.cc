// The SQLite ledger on a disk that is full or can't sync, and killed at any moment.
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <map>
#include <random>
#include <set>
#include <thread>

#include "gateway/ledger/sqlite/open.h"
#include "tests/contract/ledger/fixture.h"
#include "tests/support/failing_disk.h"

namespace portage::ledger::test {
namespace {

using portage::test::FailingDisk;

struct OnFailingDisk {
  Folder folder;
  FailingDisk* disk = nullptr;  // the ledger's
  std::unique_ptr<Ledger> ledger;
  explicit OnFailingDisk(std::uint64_t floor = 0) {
    auto made = std::make_unique<FailingDisk>();
    disk = made.get();
    SqliteOptions options = folder.options();
    options.floor_bytes = floor;
    auto opened = sqlite::open_on(options, std::move(made));
    if (!opened.ok()) std::abort();
    ledger = std::move(opened).value();
  }
};

template <class Condition>
bool soon(const Condition& condition) {
  for (int i = 0; i < 2000; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return false;
}

TEST(LedgerFull, BelowTheFloorItRefusesAndResumesByItself) {
  OnFailingDisk t(64 << 20);
  const RecordId id = accept(*t.ledger, record("A"))->id;
  t.disk->free = 1 << 20;
  int n = 0;  // the free space is measured now and then
  ASSERT_TRUE(soon([&] { return !accept(*t.ledger, record("B" + std::to_string(n++))).ok(); }));
  const auto refused = accept(*t.ledger, record("C"));
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, "ledger.full");
  EXPECT_EQ(refused.error().kind, base::ErrorKind::unavailable);
  EXPECT_TRUE(t.ledger->disk().refusing);
  EXPECT_EQ(t.ledger->disk().free_bytes, 1u << 20);
  EXPECT_FALSE(t.ledger->find("cmsm-halton", "C"));
  // There is room for what has happened already.
  EXPECT_TRUE(settle(*t.ledger, settlement(id, State::delivered)).ok());
  EXPECT_EQ(t.ledger->totals().sums.delivered, 1u);
  t.disk->free = 1ull << 40;
  EXPECT_TRUE(soon([&] { return !t.ledger->disk().refusing; })) << "nobody sends, it resumes";
  EXPECT_EQ(accept(*t.ledger, record("C"))->outcome, Outcome::accepted);
}

TEST(LedgerFull, AFullDiskKeepsNothingOfAGroupAndNoSettlementIsLost) {
  for (const std::int64_t room : {0, 5'000, 40'000}) {
    OnFailingDisk t;
    const RecordId id = accept(*t.ledger, record("A"))->id;
    t.disk->room = room;
    std::atomic<int> failed{0}, accepted{0}, settled{0};
    std::mutex mutex;
    std::set<std::string> kept;
    t.ledger->settle(settlement(id, State::delivered), [&](const base::Status& s) {
      EXPECT_TRUE(s.ok());
      ++settled;
    });
    for (int i = 0; i < 300; ++i) {
      const std::string source = "g" + std::to_string(i);
      t.ledger->accept(record(source, "ssm-halton", std::string(2000, 'x')),
                       [&, source](const base::Result<Accepted>& a) {
                         const std::lock_guard lock(mutex);
                         if (a.ok()) kept.insert(source);
                         ++(a.ok() ? accepted : failed);
                         if (!a.ok()) EXPECT_EQ(a.error().code, "ledger.full");
                       });
    }
    ASSERT_TRUE(soon([&] { return accepted + failed == 300; }));
    EXPECT_GT(failed, 0);
    EXPECT_GT(t.disk->refused, 0u);
    EXPECT_EQ(t.ledger->totals().records, kept.size() + 1);
    for (int i = 0; i < 300; ++i) {
      const std::string source = "g" + std::to_string(i);
      EXPECT_EQ(t.ledger->find("cmsm-halton", source).has_value(), kept.count(source) == 1);
    }
    t.disk->room = FailingDisk::kUnlimited;
    ASSERT_TRUE(soon([&] { return settled == 1; })) << "a settlement waits for room";
    EXPECT_EQ(t.ledger->totals().sums.delivered, 1u);
    // What was refused is new when it comes again; what was kept is a duplicate.
    for (int i = 0; i < 300; ++i) {
      const std::string source = "g" + std::to_string(i);
      const auto again = accept(*t.ledger, record(source, "ssm-halton", std::string(2000, 'x')));
      ASSERT_TRUE(again.ok()) << again.error().code;
      EXPECT_EQ(again->outcome, kept.count(source) == 1 ? Outcome::duplicate : Outcome::accepted);
    }
    EXPECT_EQ(t.ledger->totals().records, 301u);
    EXPECT_TRUE(adds_up(t.ledger->totals()));
    EXPECT_FALSE(t.ledger->disk().refusing);
    const auto last = t.ledger->list({});
    EXPECT_EQ(last[0].id, 301u) << "ids of refused records are used again";
    EXPECT_TRUE(t.ledger->record(301).ok());
  }
}

TEST(LedgerFull, EveryAnswerHoldsWhileTheDiskIsFullOnAndOff) {
  OnFailingDisk t;
  std::mt19937 random(7);
  std::map<std::string, RecordId> kept;
  int refused = 0;
  for (int round = 0; round < 300; ++round) {
    t.disk->room =
        random() % 3 == 0 ? static_cast<std::int64_t>(random() % 60'000) : FailingDisk::kUnlimited;
    const std::string source = std::to_string(random() % 400);
    if (random() % 8 == 0) {  // names and groups that were rolled back come again
      NewRecord r = record(source + "-n", "receiver-" + std::to_string(round));
      if (accept(*t.ledger, r).ok()) kept[r.id] = 0;
    }
    const auto a = accept(*t.ledger, record(source));
    if (!a.ok()) {
      ++refused;
      continue;
    }
    if (a->outcome == Outcome::accepted) {
      EXPECT_EQ(kept.count(source), 0u);
      kept[source] = a->id;
    } else {
      EXPECT_EQ(a->outcome, Outcome::duplicate);
      EXPECT_EQ(kept[source], a->id);
    }
  }
  EXPECT_GT(refused, 0);
  t.disk->room = FailingDisk::kUnlimited;
  EXPECT_EQ(t.ledger->totals().records, kept.size());
  t.ledger.reset();
  const auto reopened = open_sqlite(t.folder.options());
  ASSERT_TRUE(reopened.ok());
  EXPECT_EQ(reopened.value()->totals().records, kept.size());
  for (const auto& [source, id] : kept) {
    const auto found = reopened.value()->find("cmsm-halton", source);
    ASSERT_TRUE(found) << source;
    if (id != 0) EXPECT_EQ(found->id, id);
    EXPECT_TRUE(reopened.value()->record(found->id).ok());
    EXPECT_FALSE(found->deliveries.at(0).receiver.empty());
  }
}

// The child's end is told by its signal.
int signal_of_child(const std::function<void()>& body) {
  const pid_t child = fork();
  if (child == 0) {
    if (freopen("/dev/null", "w", stderr) == nullptr) _exit(3);
    body();
    _exit(0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

TEST(LedgerDisk, AFailedSyncEndsTheProcessAndNothingWasAcknowledged) {
  const Folder folder;
  int acks[2];
  ASSERT_EQ(pipe(acks), 0);
  const int signal = signal_of_child([&] {
    auto disk = std::make_unique<FailingDisk>();
    FailingDisk* knobs = disk.get();
    auto opened = sqlite::open_on(folder.options(), std::move(disk));
    if (!opened.ok()) _exit(1);
    knobs->syncs_fail = true;
    const bool ok = accept(*opened.value(), record("A")).ok();
    if (ok && write(acks[1], "!", 1) != 1) _exit(2);
  });
  EXPECT_EQ(signal, SIGABRT);
  close(acks[1]);
  char byte;
  EXPECT_EQ(read(acks[0], &byte, 1), 0) << "acknowledged without a sync";
  close(acks[0]);
  EXPECT_TRUE(open_sqlite(folder.options()).ok());
}

struct Ack {
  std::uint32_t source;
  std::uint32_t settled;  // 0 = accepted, 1 = its delivery is settled
  RecordId id;
};

// Sends until it is killed; every completion goes into the pipe before anything else happens.
[[noreturn]] void send_until_killed(const Folder& folder, int pipe, std::uint32_t first,
                                    int in_flight) {
  auto opened = open_sqlite(folder.options());
  if (!opened.ok()) _exit(1);
  Ledger& ledger = **opened;
  std::atomic<int> running{0};
  const auto tell = [pipe](const Ack& ack) {
    if (write(pipe, &ack, sizeof ack) != sizeof ack) _exit(2);
  };
  for (std::uint32_t n = first;; ++n) {
    while (running >= in_flight) std::this_thread::yield();
    ++running;
    // Every third is an older one again: the sender has lost its receipt.
    const std::uint32_t source = n % 3 == 0 ? n / 2 : n;
    const std::string body(n % 5 == 0 ? 3000 : 200, 'b');
    ledger.accept(record(std::to_string(source), "ssm-halton", std::string(source % 4000, 'b')),
                  [&, source](const base::Result<Accepted>& a) {
                    if (!a.ok() || a->outcome == Outcome::conflict) _exit(3);
                    const RecordId id = a->id;
                    tell({source, 0, id});
                    ledger.settle(settlement(id, State::delivered),
                                  [&, source, id](const base::Status& s) {
                                    if (!s.ok()) _exit(4);
                                    tell({source, 1, id});
                                  });
                    --running;
                  });
  }
}

TEST(LedgerCrash, NothingAcknowledgedIsLostAndNothingEntersTwice) {
  const Folder folder;
  std::mt19937 random(20231);
  std::map<std::uint32_t, RecordId> accepted;
  std::set<RecordId> settled;
  std::uint32_t next = 1;
  constexpr int kKills = 40;
  for (int kill_number = 0; kill_number < kKills; ++kill_number) {
    int acks[2];
    ASSERT_EQ(pipe(acks), 0);
    const int in_flight = kill_number % 4 == 0 ? 1 : 64;
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) send_until_killed(folder, acks[1], next, in_flight);
    close(acks[1]);
    // Killed some time after its first answer, so that every kill hits work.
    const std::uint64_t run_us = random() % 40'000;
    std::uint64_t kill_at = 0;
    bool killed = false;
    std::size_t seen = 0;
    for (;;) {
      pollfd p{acks[0], POLLIN, 0};
      poll(&p, 1, 1);
      if (!killed && kill_at != 0 && base::steady_micros() >= kill_at) {
        kill(child, SIGKILL);
        killed = true;
      }
      if (p.revents == 0) continue;
      Ack ack;
      const ssize_t n = read(acks[0], &ack, sizeof ack);
      if (n == 0) break;
      ASSERT_EQ(n, static_cast<ssize_t>(sizeof ack));
      if (kill_at == 0) kill_at = base::steady_micros() + run_us;
      ++seen;
      next = std::max(next, ack.source + 1);
      if (ack.settled == 1) {
        settled.insert(ack.id);
        continue;
      }
      const auto [known, fresh] = accepted.emplace(ack.source, ack.id);
      ASSERT_EQ(known->second, ack.id) << "source " << ack.source << " has two records";
    }
    close(acks[0]);
    int status = 0;
    waitpid(child, &status, 0);
    ASSERT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL)
        << "the child ended by itself: " << WEXITSTATUS(status);
    EXPECT_GT(seen, 0u);

    const std::uint64_t began = base::steady_micros();
    auto opened = open_sqlite(folder.options());
    ASSERT_TRUE(opened.ok()) << opened.error().code;
    EXPECT_LT(base::steady_micros() - began, 2'000'000u);
    Ledger& ledger = **opened;
    const Totals t = ledger.totals();
    EXPECT_TRUE(adds_up(t));
    EXPECT_EQ(t.sums.accepted, t.records);
    EXPECT_GE(t.records, accepted.size());
    EXPECT_GE(t.sums.delivered, settled.size());
    // Ids are dense, and each names one source: no record entered twice.
    Query all;
    all.limit = SIZE_MAX;
    std::set<std::string> sources;
    const auto heads = ledger.list(all);
    ASSERT_EQ(heads.size(), t.records);
    for (std::size_t i = 0; i < heads.size(); ++i) {
      ASSERT_EQ(heads[i].id, t.records - i);
      ASSERT_TRUE(sources.insert(heads[i].source_id).second) << heads[i].source_id;
      if (settled.count(heads[i].id)) ASSERT_EQ(heads[i].deliveries[0].state, State::delivered);
    }
    std::size_t checked = 0;
    for (const auto& [source, id] : accepted) {
      ASSERT_LE(id, t.records) << "lost";
      ASSERT_EQ(heads[t.records - id].source_id, std::to_string(source));
      if (++checked % 17 == 0) {
        const auto full = ledger.record(id);
        ASSERT_TRUE(full.ok()) << full.error().code;
        ASSERT_EQ(full->raw, "raw of " + std::to_string(source) + std::string(source % 4000, 'b'));
      }
    }
  }
  RecordProperty("kills", kKills);
  RecordProperty("acknowledged", static_cast<int>(accepted.size()));
  EXPECT_GT(accepted.size(), 500u);
  EXPECT_GT(settled.size(), 100u);
}

TEST(LedgerCrash, AKilledFileReadsOnWhereItsLastChunkEnded) {
  const Folder folder;
  for (int round = 0; round < 8; ++round) {
    NewSubmission s;
    s.party = "cmsm-halton";
    s.raw = "file " + std::to_string(round);
    s.digest = security::sha256(s.raw);
    int told[2];
    ASSERT_EQ(pipe(told), 0);
    const pid_t child = fork();
    if (child == 0) {
      auto opened = open_sqlite(folder.options());
      if (!opened.ok()) _exit(1);
      const auto file = submit(**opened, s);
      if (!file.ok()) _exit(2);
      for (std::uint32_t at = 0;; at += 16) {
        Chunk c;
        c.submission = file->id;
        c.position = at + 16;
        for (std::uint32_t i = at; i < at + 16; ++i) {
          c.records.push_back(record(std::to_string(round) + "/" + std::to_string(i)));
          c.record_rows.push_back(i + 1);
        }
        if (!commit_chunk(**opened, std::move(c)).ok()) _exit(3);
        const std::uint64_t position = at + 16;
        if (write(told[1], &position, sizeof position) != sizeof position) _exit(4);
      }
    }
    close(told[1]);
    std::uint64_t position = 0, last = 0;
    const std::uint64_t target = 16 * static_cast<std::uint64_t>(3 + round * 2);
    while (read(told[0], &position, sizeof position) == sizeof position) {
      last = position;
      if (position == target) kill(child, SIGKILL);
    }
    close(told[0]);
    waitpid(child, nullptr, 0);
    auto opened = open_sqlite(folder.options());
    ASSERT_TRUE(opened.ok());
    Ledger& ledger = **opened;
    const auto open = ledger.unfinished();
    ASSERT_EQ(open.size(), static_cast<std::size_t>(round + 1));
    const auto file = ledger.submission(open.back());
    ASSERT_TRUE(file.ok());
    EXPECT_GE(file->position, last);
    EXPECT_EQ(file->raw, s.raw);
    EXPECT_EQ(file->rows, file->position) << "rows and position are committed together";
    EXPECT_EQ(ledger.verdicts(open.back()).size(), file->rows);
    EXPECT_TRUE(ledger.find("cmsm-halton",
                            std::to_string(round) + "/" + std::to_string(file->position - 1)));
    EXPECT_FALSE(
        ledger.find("cmsm-halton", std::to_string(round) + "/" + std::to_string(file->position)));
  }
}

}  // namespace
}  // namespace portage::ledger::test
