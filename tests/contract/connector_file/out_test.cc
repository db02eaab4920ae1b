#include "connectors/file/out.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <atomic>
#include <csignal>
#include <mutex>

#include "tests/contract/connector_file/place.h"

namespace portage::file {
namespace {

using connector::Outbound;
using connector::SendOutcome;
using connector::Sent;

Outbound item(std::string id, std::string bytes, std::string type = "application/json") {
  Outbound out;
  out.record_id = std::move(id);
  out.kind = "referral-decision";
  out.content_type = std::move(type);
  out.bytes = std::move(bytes);
  return out;
}

// Writes and waits for the outcome.
SendOutcome write(FileSink& sink, Outbound outbound) {
  std::mutex lock;
  SendOutcome outcome;
  bool done = false;
  sink.write(std::move(outbound), [&](SendOutcome o) {
    const std::lock_guard<std::mutex> held(lock);
    outcome = std::move(o);
    done = true;
  });
  EXPECT_TRUE(comes_true([&] {
    const std::lock_guard<std::mutex> held(lock);
    return done;
  }));
  return outcome;
}

TEST(ConnectorFileOut, WritesAFileForEachRecordByItsType) {
  Place place;
  const auto sink = FileSink::make({place / "made/here", 8});
  ASSERT_TRUE(sink.ok());
  EXPECT_EQ(write(**sink, item("01A", "{}")).sent, Sent::delivered);
  EXPECT_EQ(write(**sink, item("01B", "<a/>", "application/xml; charset=utf-8")).sent,
            Sent::delivered);
  EXPECT_EQ(write(**sink, item("01C", "a\n1\n", "text/csv")).sent, Sent::delivered);
  const std::vector<std::string> want = {"referral-decision-01A.json", "referral-decision-01B.xml",
                                         "referral-decision-01C.csv"};
  EXPECT_EQ(place.names("made/here"), want);
  EXPECT_EQ(place.text("made/here/referral-decision-01C.csv"), "a\n1\n");
}

TEST(ConnectorFileOut, ARepeatReplacesItsOwnFileOnly) {
  Place place;
  const auto sink = FileSink::make({place.path(), 8});
  ASSERT_TRUE(sink.ok());
  EXPECT_TRUE((*sink)->deduplicates());
  write(**sink, item("01A", "{}"));
  write(**sink, item("01A", "{}"));
  EXPECT_EQ(place.names("").size(), 1u);
}

TEST(ConnectorFileOut, AHundredAtOnceAreAllThere) {
  Place place;
  const auto sink = FileSink::make({place.path(), 64});
  ASSERT_TRUE(sink.ok());
  EXPECT_EQ((*sink)->parallel(), 64u);
  std::atomic<int> delivered = 0;
  for (int i = 0; i < 100; ++i) {
    (*sink)->write(item(std::to_string(i), std::string(2000, 'x')), [&](const SendOutcome& o) {
      if (o.sent == Sent::delivered) ++delivered;
    });
  }
  EXPECT_TRUE(comes_true([&] { return delivered == 100; }));
  EXPECT_EQ(place.names("").size(), 100u);
}

TEST(ConnectorFileOut, AFullDiskFailsLeavesNothingAndRecovers) {
  Place place;
  const auto sink = FileSink::make({place.path(), 8});
  ASSERT_TRUE(sink.ok());
  // A limit on the size of files stands in for a full disk: write() fails half-way.
  const auto old_handler = std::signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  const rlimit small{1000, before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  const SendOutcome outcome = write(**sink, item("01A", std::string(5000, 'x')));
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
  std::signal(SIGXFSZ, old_handler);
  EXPECT_EQ(outcome.sent, Sent::failed);
  EXPECT_EQ(outcome.code, "deliver.file");
  EXPECT_TRUE(place.names("").empty());
  EXPECT_EQ(write(**sink, item("01A", std::string(5000, 'x'))).sent, Sent::delivered);
}

TEST(ConnectorFileOut, AFolderThatIsGoneFails) {
  Place place;
  const auto sink = FileSink::make({place / "out", 8});
  ASSERT_TRUE(sink.ok());
  std::filesystem::remove_all(place / "out");
  const SendOutcome outcome = write(**sink, item("01A", "{}"));
  EXPECT_EQ(outcome.sent, Sent::failed);
  EXPECT_EQ(outcome.code, "deliver.file");
  std::filesystem::create_directory(place / "out");
  EXPECT_EQ(write(**sink, item("01A", "{}")).sent, Sent::delivered);
}

TEST(ConnectorFileOut, NamesNeverLeaveTheFolder) {
  Place place;
  const auto sink = FileSink::make({place / "out", 8});
  ASSERT_TRUE(sink.ok());
  for (const char* id : {"../x", "a/b", "", ".hidden", "a\nb"}) {
    EXPECT_EQ(write(**sink, item(id, "{}")).sent, Sent::refused) << id;
  }
  EXPECT_TRUE(place.names("out").empty());
  EXPECT_EQ(place.names("").size(), 1u);
}

TEST(ConnectorFileOut, ALinkUnderTheHiddenNameIsNotFollowed) {
  Place place;
  place.put("victim", "unharmed");
  const auto sink = FileSink::make({place / "out", 8});
  ASSERT_TRUE(sink.ok());
  std::filesystem::create_symlink(place / "victim", place / "out/.referral-decision-01A.json.part");
  EXPECT_EQ(write(**sink, item("01A", "{}")).sent, Sent::failed);
  EXPECT_EQ(place.text("victim"), "unharmed");
}

TEST(ConnectorFileOut, AfterStopEveryWriteIsAnswered) {
  Place place;
  const auto sink = FileSink::make({place.path(), 8});
  ASSERT_TRUE(sink.ok());
  std::atomic<int> answered = 0;
  for (int i = 0; i < 50; ++i) {
    (*sink)->write(item(std::to_string(i), "{}"), [&](const SendOutcome&) { ++answered; });
  }
  (*sink)->stop();
  EXPECT_EQ(answered, 50);
  (*sink)->write(item("99", "{}"), [&](const SendOutcome& o) {
    EXPECT_EQ(o.code, "deliver.stopped");
    ++answered;
  });
  EXPECT_EQ(answered, 51);
}

TEST(ConnectorFileOut, AFolderThatCannotBeMadeIsAnError) {
  Place place;
  place.put("file", "x");
  const auto sink = FileSink::make({place / "file/out", 8});
  ASSERT_FALSE(sink.ok());
  EXPECT_EQ(sink.error().code, "file.folder");
}

}  // namespace
}  // namespace portage::file
