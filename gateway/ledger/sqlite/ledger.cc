// The SQLite driver as a whole: the folder and its lock, the writer, the readers.
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <future>

#include "gateway/ledger/sqlite/open.h"
#include "gateway/ledger/sqlite/reads.h"
#include "gateway/ledger/sqlite/writer.h"

namespace portage::ledger {
namespace sqlite {
namespace {

base::Error cannot_open(const std::string& folder) {
  return base::make_error(base::ErrorKind::internal, "ledger.folder",
                          {{"folder", folder}, {"reason", std::strerror(errno)}},
                          {folder, 0, 0, {}});
}

bool sync_folder(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool synced = fd >= 0 && ::fsync(fd) == 0;
  if (fd >= 0) ::close(fd);
  return synced;
}

// Holds the folder for one process at a time.
class FolderLock {
 public:
  FolderLock() = default;
  ~FolderLock() {
    if (fd_ >= 0) ::close(fd_);
  }
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;

  base::Status take(const std::string& folder) {
    const auto make = [](const std::string& path) {
      return ::mkdir(path.c_str(), 0700) == 0 || errno == EEXIST;
    };
    if (!make(folder) || !make(folder + "/segments")) return cannot_open(folder);
    fd_ = ::open((folder + "/lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd_ < 0) return cannot_open(folder);
    if (::flock(fd_, LOCK_EX | LOCK_NB) != 0) {
      return base::make_error(base::ErrorKind::unavailable, "ledger.locked", {{"folder", folder}},
                              {folder, 0, 0, {}});
    }
    // SQLite gives its log and its index the mode of the file itself.
    const int db = ::open((folder + "/ledger.db").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (db < 0) return cannot_open(folder);
    ::close(db);
    // The names must survive a power cut as well as the bytes.
    if (!sync_folder(folder) || !sync_folder(folder + "/..")) return cannot_open(folder);
    return {};
  }

 private:
  int fd_ = -1;
};

class SqliteLedger final : public Ledger {
 public:
  SqliteLedger(const SqliteOptions& options, std::unique_ptr<Disk> disk, const security::Key& key)
      : options_(options),
        disk_(std::move(disk)),
        store_(options.folder, *disk_, key),
        writer_(store_, options),
        reads_(store_, key) {}
  ~SqliteLedger() override { close(); }

  base::Status open() {
    if (auto s = lock_.take(options_.folder); !s.ok()) return s;
    if (auto s = store_.open(options_.folder); !s.ok()) return s;
    if (auto s = reads_.open(options_.folder + "/ledger.db"); !s.ok()) return s;
    return writer_.start();
  }

  void accept(NewRecord record, AcceptDone done) override {
    writer_.add(AcceptOp{std::move(record), std::move(done), Accepted{}});
  }
  void refuse(NewRefusal refusal, Done done) override {
    writer_.add(RefuseOp{std::move(refusal), std::move(done), {}});
  }
  void settle(Settlement settlement, Done done) override {
    writer_.settle({std::move(settlement), std::move(done), {}, {}});
  }
  void submit(NewSubmission submission,
              std::function<void(const base::Result<SubmissionAccepted>&)> done) override {
    writer_.add(SubmitOp{std::move(submission), std::move(done), SubmissionAccepted{}});
  }
  void commit_chunk(Chunk chunk,
                    std::function<void(const base::Result<std::vector<Accepted>>&)> done) override {
    writer_.add(ChunkOp{std::move(chunk), std::move(done), std::vector<Accepted>{}});
  }
  void reported(SubmissionId id, Done done) override {
    writer_.add(ReportedOp{id, std::move(done), {}});
  }
  base::Status keep_artifact(const record::Digest& digest, std::string_view kind,
                             std::string_view bytes) override {
    std::promise<base::Status> kept;
    writer_.add(ArtifactOp{digest,
                           std::string(kind),
                           std::string(bytes),
                           [&kept](const base::Status& s) { kept.set_value(s); },
                           {}});
    return kept.get_future().get();
  }

  std::vector<SubmissionId> unfinished() const override { return reads_.unfinished(); }
  base::Result<Submission> submission(SubmissionId id) const override {
    return reads_.submission(id);
  }
  std::vector<RowVerdict> verdicts(SubmissionId id) const override { return reads_.verdicts(id); }
  base::Result<std::string> artifact(const record::Digest& digest) const override {
    return reads_.artifact(digest);
  }
  base::Result<Full> record(RecordId id) const override { return reads_.record(id); }
  std::vector<Head> list(const Query& query) const override { return reads_.list(query); }
  std::optional<Head> find(std::string_view party, std::string_view source_id) const override {
    return reads_.find(party, source_id);
  }
  std::optional<Head> find_key(std::string_view kind, std::string_view key) const override {
    return reads_.find_key(kind, key);
  }
  std::vector<Head> waiting_for(std::string_view kind, std::string_view key) const override {
    return reads_.waiting_for(kind, key);
  }
  std::vector<Head> find_ending(std::uint64_t low_bits, int bits) const override {
    return reads_.find_ending(low_bits, bits);
  }
  std::vector<Waiting> waiting(std::string_view receiver, RecordId after,
                               std::size_t limit) const override {
    return reads_.waiting(receiver, after, limit);
  }
  std::vector<std::string> receivers() const override { return reads_.receivers(); }
  std::vector<QuarantineGroup> quarantine() const override { return reads_.quarantine(); }
  std::vector<Head> quarantined(std::string_view receiver, std::string_view cause,
                                std::size_t limit) const override {
    return reads_.quarantined(receiver, cause, limit);
  }
  std::vector<Refusal> refusals(std::string_view party, std::size_t limit) const override {
    return reads_.refusals(party, limit);
  }
  Totals totals() const override { return reads_.totals(); }
  DiskFigures disk() const override { return writer_.figures(); }
  std::uint32_t tag() const override { return store_.tag; }
  void close() override { writer_.stop(); }

 private:
  const SqliteOptions options_;
  FolderLock lock_;  // given up last
  std::unique_ptr<Disk> disk_;
  Store store_;
  Writer writer_;
  Reads reads_;
};

}  // namespace

base::Result<std::unique_ptr<Ledger>> open_on(const SqliteOptions& options,
                                              std::unique_ptr<Disk> disk) {
  const auto key = security::key_from_file(options.key_file);
  if (!key.ok()) return key.error();
  auto ledger = std::make_unique<SqliteLedger>(options, std::move(disk),
                                               security::derive(*key, "portage seal 1"));
  if (auto opened = ledger->open(); !opened.ok()) return opened.error();
  return std::unique_ptr<Ledger>(std::move(ledger));
}

}  // namespace sqlite

base::Result<std::unique_ptr<Ledger>> open_sqlite(const SqliteOptions& options) {
  return sqlite::open_on(options, std::make_unique<sqlite::Disk>());
}

}  // namespace portage::ledger
