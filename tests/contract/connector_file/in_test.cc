#include "connectors/file/in.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <map>
#include <mutex>

#include "tests/contract/connector_file/place.h"

namespace portage::file {
namespace {

using connector::Batch;
using connector::BatchAccepted;

// A gateway that knows batches by their bytes, as the ledger does; it can be full, or answer late.
class SmallGate final : public connector::Gate {
 public:
  void direct(connector::Arrival, std::function<void(connector::Verdict)> done) override {
    done({});
  }
  void stored(Batch batch, std::function<void(base::Result<BatchAccepted>)> done) override {
    std::unique_lock<std::mutex> held(lock_);
    ++offers_;
    if (silent_) {
      kept_.push_back(std::move(done));
      return;
    }
    if (refuse_ > 0 || !code_.empty()) {
      if (refuse_ > 0) --refuse_;
      const base::Error error = base::make_error(kind_, code_.empty() ? "ledger.full" : code_);
      held.unlock();
      return done(error);
    }
    const auto [known, fresh] = known_.try_emplace(batch.party + batch.bytes, known_.size() + 1);
    const BatchAccepted accepted{known->second, !fresh};
    if (fresh) batches_.push_back(std::move(batch));
    held.unlock();
    done(accepted);
  }
  void refuse(int times) {
    const std::lock_guard<std::mutex> held(lock_);
    refuse_ = times;
  }
  void refuse_always(base::ErrorKind kind, std::string code) {
    const std::lock_guard<std::mutex> held(lock_);
    kind_ = kind;
    code_ = std::move(code);
  }
  void be_silent() {
    const std::lock_guard<std::mutex> held(lock_);
    silent_ = true;
  }
  void answer_late() {  // as if committed, when the source may be gone
    const std::lock_guard<std::mutex> held(lock_);
    for (auto& done : kept_) done(BatchAccepted{1, false});
    kept_.clear();
  }
  std::vector<Batch> batches() const {
    const std::lock_guard<std::mutex> held(lock_);
    return batches_;
  }
  std::size_t offers() const {
    const std::lock_guard<std::mutex> held(lock_);
    return offers_;
  }

 private:
  mutable std::mutex lock_;
  std::map<std::string, std::uint64_t> known_;
  std::vector<Batch> batches_;
  std::vector<std::function<void(base::Result<BatchAccepted>)>> kept_;
  int refuse_ = 0;
  bool silent_ = false;
  base::ErrorKind kind_ = base::ErrorKind::unavailable;
  std::string code_;
  std::size_t offers_ = 0;
};

// The verdict on a batch of the form that cmsm-halton drops.
connector::BatchResult result_of(std::string party, std::string name, std::string file,
                                 std::uint64_t submission = 1) {
  connector::BatchResult result;
  result.submission = submission;
  result.party = std::move(party);
  result.form = "halton/referral@2";
  result.name = std::move(name);
  result.file = std::move(file);
  return result;
}

class ConnectorFileIn : public testing::Test {
 protected:
  FileInOptions options() const {
    FileInOptions options;
    options.folders = {{"cmsm-halton", "halton/referral@2", "text/csv", place_.path(), 20}};
    options.first_retry_ms = 20;
    options.longest_retry_ms = 100;
    options.leave_ms = 200;
    return options;
  }
  std::unique_ptr<FileIn> started(const FileInOptions& options) {
    auto in = std::make_unique<FileIn>(options, events_);
    EXPECT_TRUE(in->start(gate_).ok());
    return in;
  }
  bool empty(std::string_view folder) const { return place_.names(folder).empty(); }

  Place place_;
  observe::Events events_;
  SmallGate gate_;
};

TEST_F(ConnectorFileIn, BringsAFileAndMovesItToDone) {
  const auto in = started(options());
  place_.put("referrals.csv", "a,b\n1,2\n");
  ASSERT_TRUE(comes_true([&] { return place_.has("done/referrals.csv"); }));
  const std::vector<Batch> batches = gate_.batches();
  ASSERT_EQ(batches.size(), 1u);
  EXPECT_EQ(batches[0].party, "cmsm-halton");
  EXPECT_EQ(batches[0].form, "halton/referral@2");
  EXPECT_EQ(batches[0].content_type, "text/csv");
  EXPECT_EQ(batches[0].name, "referrals.csv");
  EXPECT_EQ(batches[0].bytes, "a,b\n1,2\n");
  EXPECT_TRUE(empty(".claimed"));
  EXPECT_FALSE(place_.has("referrals.csv"));
}

TEST_F(ConnectorFileIn, AFileThatASlowProcessWritesComesWhole) {
  const auto in = started(options());
  std::string want;
  for (int i = 0; i < 20; ++i) want += "row " + std::to_string(i) + "\n";
  const pid_t writer = ::fork();
  if (writer == 0) {
    const int fd = ::open((place_ / "slow.csv").c_str(), O_WRONLY | O_CREAT, 0644);
    for (int i = 0; i < 20; ++i) {
      const std::string row = "row " + std::to_string(i) + "\n";
      if (::write(fd, row.data(), row.size()) < 0) ::_exit(1);
      ::usleep(i == 10 ? 400'000
                       : 10'000);  // a rest far longer than two polls, the file still open
    }
    ::_exit(0);
  }
  int status = 0;
  ::waitpid(writer, &status, 0);
  ASSERT_EQ(status, 0);
  ASSERT_TRUE(comes_true([&] { return place_.has("done/slow.csv"); }));
  ASSERT_EQ(gate_.batches().size(), 1u);
  EXPECT_EQ(gate_.batches()[0].bytes, want);
}

TEST_F(ConnectorFileIn, AFileAppendedToByOpeningAgainComesWhole) {
  const auto in = started(options());
  std::string want;
  for (int i = 0; i < 30; ++i) {  // closed between the rows, each time for less than two polls
    std::ofstream(place_ / "appended.csv", std::ios::app) << i << '\n';
    want += std::to_string(i) + "\n";
    std::this_thread::sleep_for(std::chrono::milliseconds(15));
  }
  ASSERT_TRUE(comes_true([&] { return place_.has("done/appended.csv"); }));
  ASSERT_EQ(gate_.batches().size(), 1u);
  EXPECT_EQ(gate_.batches()[0].bytes, want);
}

TEST_F(ConnectorFileIn, AFileRenamedWhileStillOpenForWritingWaits) {
  const auto in = started(options());
  const int fd = ::open((place_ / ".x").c_str(), O_WRONLY | O_CREAT, 0644);
  ASSERT_EQ(::write(fd, "half", 4), 4);
  std::filesystem::rename(place_ / ".x", place_ / "x.csv");
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  EXPECT_EQ(gate_.offers(), 0u);
  ASSERT_EQ(::write(fd, "whole", 5), 5);
  ::close(fd);
  ASSERT_TRUE(comes_true([&] { return place_.has("done/x.csv"); }));
  EXPECT_EQ(gate_.batches()[0].bytes, "halfwhole");
}

TEST_F(ConnectorFileIn, NamesUnderWayAndHiddenNamesStay) {
  for (const char* name : {".hidden.csv", "a.csv.tmp", "a.csv.part", "a.csv.filepart"}) {
    std::ofstream(place_ / name) << "x";
  }
  std::filesystem::create_directory(place_ / "folder");
  const auto in = started(options());
  place_.put("real.csv", "1");
  ASSERT_TRUE(comes_true([&] { return place_.has("done/real.csv"); }));
  std::this_thread::sleep_for(std::chrono::milliseconds(150));
  EXPECT_EQ(gate_.offers(), 1u);
  EXPECT_TRUE(place_.has("a.csv.part"));
  EXPECT_TRUE(place_.has("folder"));
}

TEST_F(ConnectorFileIn, WhatAGatewayCannotTakeWaitsAndGoesInOrder) {
  gate_.refuse(4);
  place_.put("a.csv", "first");
  std::this_thread::sleep_for(std::chrono::milliseconds(15));
  place_.put("b.csv", "second");
  const auto in = started(options());
  ASSERT_TRUE(comes_true([&] { return place_.has("done/b.csv"); }));
  EXPECT_TRUE(place_.has("done/a.csv"));
  ASSERT_EQ(gate_.batches().size(), 2u);
  EXPECT_EQ(gate_.batches()[0].name, "a.csv");
  EXPECT_EQ(gate_.offers(), 6u);
  EXPECT_TRUE(empty("rejected"));
}

TEST_F(ConnectorFileIn, AFileTheGatewayRefusesIsRejectedWithItsReason) {
  gate_.refuse_always(base::ErrorKind::unsupported, "file.not_regular");
  const auto in = started(options());
  place_.put("a.csv", "x");
  ASSERT_TRUE(comes_true([&] { return place_.has("results/a.csv.result.csv"); }));
  EXPECT_TRUE(place_.has("rejected/a.csv"));
  EXPECT_NE(place_.text("results/a.csv.result.csv").find(",file.not_regular,\""),
            std::string::npos);
}

TEST_F(ConnectorFileIn, TooLargeIsRejectedUnread) {
  FileInOptions small = options();
  small.file_limit = 10;
  small.language = base::Language::french;
  const auto in = started(small);
  place_.put("large.csv", "12345678901");
  place_.put("fits.csv", "1234567890");
  ASSERT_TRUE(comes_true([&] { return place_.has("done/fits.csv"); }));
  ASSERT_TRUE(comes_true([&] { return place_.has("results/large.csv.result.csv"); }));
  EXPECT_EQ(place_.text("rejected/large.csv"), "12345678901");
  EXPECT_NE(place_.text("results/large.csv.result.csv").find("limite de 10 octets"),
            std::string::npos);
  EXPECT_EQ(gate_.offers(), 1u);
  ASSERT_EQ(events_.since(0, 10).events.size(), 1u);
  const observe::Event event = events_.since(0, 10).events[0];
  EXPECT_EQ(event.code, "file.too_large");
  EXPECT_EQ(event.party, "cmsm-halton");
  EXPECT_EQ(observe::to_json(event, 0).find("large.csv"), std::string::npos);
}

TEST_F(ConnectorFileIn, LinksAndPipesAreRefusedUnopened) {
  Place elsewhere;
  elsewhere.put("secret", "secret");
  std::filesystem::create_symlink(elsewhere / "secret", place_ / "link.csv");
  std::filesystem::create_symlink("/nowhere", place_ / "dangling.csv");
  ASSERT_EQ(::mkfifo((place_ / "pipe.csv").c_str(), 0644), 0);
  const auto in = started(options());
  ASSERT_TRUE(comes_true([&] { return place_.names("rejected").size() == 3; }));
  ASSERT_TRUE(comes_true([&] { return place_.names("results").size() == 3; }));
  EXPECT_NE(place_.text("results/link.csv.result.csv").find("file.not_regular"), std::string::npos);
  EXPECT_EQ(elsewhere.text("secret"), "secret");
  EXPECT_EQ(gate_.offers(), 0u);
}

TEST_F(ConnectorFileIn, BadNamesAreReplacedNotUsed) {
  const std::string bad[] = {"new\nline.csv", "esc\x1b[2J.csv", "latin\xE9.csv",
                             std::string(230, 'x')};
  for (const std::string& name : bad) std::ofstream(place_ / name) << "x";
  std::ofstream(place_ / "prénom & co; rm -rf.csv") << "x";
  const auto in = started(options());
  ASSERT_TRUE(comes_true([&] { return place_.names("rejected").size() == 4; }));
  ASSERT_TRUE(comes_true([&] { return place_.has("done/prénom & co; rm -rf.csv"); }));
  ASSERT_TRUE(comes_true([&] { return place_.names("results").size() == 4; }));
  for (const std::string& name : place_.names("rejected"))
    EXPECT_TRUE(name.starts_with("unnamed-"));
  EXPECT_EQ(gate_.offers(), 1u);
}

TEST_F(ConnectorFileIn, ASubfolderThatIsALinkIsNotFollowed) {
  Place elsewhere;
  std::filesystem::create_symlink(elsewhere.path(), place_ / "done");
  FileIn in(options(), events_);
  const base::Status status = in.start(gate_);
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().code, "file.folder");
}

TEST_F(ConnectorFileIn, AfterACrashBetweenClaimAndCommitTheFileIsOfferedAgain) {
  std::filesystem::create_directory(place_ / ".claimed");
  std::ofstream(place_ / ".claimed/left.csv") << "left";
  const auto in = started(options());
  ASSERT_TRUE(comes_true([&] { return place_.has("done/left.csv"); }));
  EXPECT_EQ(gate_.batches()[0].bytes, "left");
}

TEST_F(ConnectorFileIn, AfterACrashBetweenCommitAndMoveNothingEntersTwice) {
  gate_.be_silent();
  {
    const auto in = started(options());
    place_.put("a.csv", "once");
    ASSERT_TRUE(comes_true([&] { return gate_.offers() == 1; }));
    EXPECT_TRUE(place_.has(".claimed/a.csv"));
    EXPECT_FALSE(place_.has("done/a.csv"));
  }                     // stops although the gate never answered
  gate_.answer_late();  // an answer to nobody
  SmallGate after;
  bool duplicate = true;
  after.stored({"cmsm-halton", {}, {}, "a.csv", "once"},
               [&](base::Result<BatchAccepted> r) { duplicate = r->duplicate; });
  EXPECT_FALSE(duplicate);
  FileIn again(options(), events_);
  ASSERT_TRUE(again.start(after).ok());
  ASSERT_TRUE(comes_true([&] { return place_.has("done/a.csv"); }));
  EXPECT_EQ(after.batches().size(), 1u);
  EXPECT_EQ(after.offers(), 2u);
}

TEST_F(ConnectorFileIn, TheSameNameAgainReplacesNothing) {
  const auto in = started(options());
  for (int i = 1; i <= 3; ++i) {
    place_.put("daily.csv", "day " + std::to_string(i));
    ASSERT_TRUE(
        comes_true([&] { return place_.names("done").size() == static_cast<std::size_t>(i); }));
  }
  EXPECT_EQ(place_.text("done/daily.csv"), "day 1");
  EXPECT_EQ(place_.text("done/daily.csv.2"), "day 2");
  EXPECT_EQ(place_.text("done/daily.csv.3"), "day 3");
}

TEST_F(ConnectorFileIn, ThousandsOfFilesAllComeOnceAndInOrder) {
  constexpr int kFiles = 3000;
  for (int i = 0; i < kFiles; ++i) {
    const std::string number = std::to_string(10'000 + i);
    place_.put("f" + number + ".csv", number);
  }
  const auto in = started(options());
  ASSERT_TRUE(comes_true([&] { return place_.names("done").size() == kFiles; }, 60));
  const std::vector<Batch> batches = gate_.batches();
  ASSERT_EQ(batches.size(), static_cast<std::size_t>(kFiles));
  EXPECT_EQ(gate_.offers(), static_cast<std::size_t>(kFiles));
  for (std::size_t i = 0; i < batches.size(); ++i) {
    EXPECT_EQ(batches[i].bytes, std::to_string(10'000 + i));
  }
  EXPECT_TRUE(empty(".claimed"));
}

TEST_F(ConnectorFileIn, FoldersOfSeveralPartiesAreApart) {
  Place other;
  FileInOptions two = options();
  two.folders.push_back({"odsp-halton", "odsp/referral@1", "text/csv", other.path(), 20});
  const auto in = started(two);
  place_.put("a.csv", "x");
  other.put("a.csv", "x");
  ASSERT_TRUE(comes_true([&] { return place_.has("done/a.csv") && other.has("done/a.csv"); }));
  EXPECT_TRUE(in->verdict(result_of("odsp-halton", "a.csv", "result")));
  EXPECT_EQ(other.text("results/a.csv.result.csv"), "result");
  EXPECT_TRUE(empty("results"));
}

TEST_F(ConnectorFileIn, AVerdictBecomesAResultFileOnce) {
  const auto in = started(options());
  place_.put("a.csv", "x");
  ASSERT_TRUE(comes_true([&] { return place_.has("done/a.csv"); }));
  const connector::BatchResult first = result_of("cmsm-halton", "a.csv", "row,code\n1,ok\n", 7);
  EXPECT_TRUE(in->verdict(first));
  EXPECT_TRUE(in->verdict(first));
  EXPECT_EQ(place_.names("results"), std::vector<std::string>{"a.csv.result.csv"});
  EXPECT_EQ(place_.text("results/a.csv.result.csv"), first.file);
  connector::BatchResult second = first;
  second.submission = 8;
  second.file = "row,code\n1,bad\n";
  EXPECT_TRUE(in->verdict(second));
  EXPECT_TRUE(in->verdict(second));
  EXPECT_EQ(place_.text("results/a.csv.result.csv"), first.file);
  EXPECT_EQ(place_.text("results/a.csv.8.result.csv"), second.file);
}

TEST_F(ConnectorFileIn, AVerdictThatCannotBeWrittenIsAskedForAgain) {
  const auto in = started(options());
  EXPECT_FALSE(in->verdict(result_of("somebody-else", "a.csv", "x")));
  EXPECT_FALSE(in->verdict(result_of("cmsm-halton", "../../escape", "x")));
  std::filesystem::rename(place_.path(), place_.path() + "-away");
  EXPECT_FALSE(in->verdict(result_of("cmsm-halton", "a.csv", "x")));
  std::filesystem::rename(place_.path() + "-away", place_.path());
  EXPECT_TRUE(in->verdict(result_of("cmsm-halton", "a.csv", "x")));
}

TEST_F(ConnectorFileIn, AFolderThatGoesAwayAndComesBackIsWatchedAgain) {
  const auto in = started(options());
  std::filesystem::rename(place_.path(), place_.path() + "-away");
  std::this_thread::sleep_for(std::chrono::milliseconds(80));
  std::filesystem::create_directory(place_.path());
  place_.put("a.csv", "x");
  ASSERT_TRUE(comes_true([&] { return place_.has("done/a.csv"); }));
  std::filesystem::remove_all(place_.path() + "-away");
}

}  // namespace
}  // namespace portage::file
