// What the ledger's tests share: a folder of their own on the build's disk, records that need few
// words, and calls that wait for their completion.
#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <functional>
#include <future>
#include <memory>
#include <string>

#include "gateway/ledger/ledger.h"
#include "gateway/security/digest.h"

namespace portage::ledger::test {

class Folder {
 public:
  Folder() {
    std::string pattern = std::string(PORTAGE_BINARY_DIR) + "/ledger-XXXXXX";
    path_ = mkdtemp(pattern.data());
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  SqliteOptions options() const {
    SqliteOptions o;
    o.folder = path_ + "/ledger";
    o.key_file = path_ + "/key";
    o.floor_bytes = 1 << 20;
    return o;
  }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

inline NewRecord record(const std::string& id, const std::string& receiver = "ssm-halton",
                        const std::string& text = {}) {
  NewRecord r;
  r.party = "cmsm-halton";
  r.id = id;
  r.kind = "referral";
  r.raw = "raw of " + id + text;
  r.canonical = "{\"id\":\"" + id + "\"}";
  r.digest = security::sha256({r.kind, r.raw});
  r.date = *base::day_from(2023, 4, 1);
  r.key = "K-" + id;
  r.content_type = "application/json";
  r.form = "halton/referral@1";
  r.story = "{\"rule\":\"r1\"}";
  if (!receiver.empty())
    r.deliveries.push_back({receiver, "lane-" + id, "ssm", "rule-1", "place L6H", true});
  return r;
}

inline Settlement settlement(RecordId id, State result, std::uint32_t attempt = 1,
                             const std::string& receiver = "ssm-halton") {
  Settlement s;
  s.record = id;
  s.receiver = receiver;
  s.result = result;
  s.attempt = attempt;
  s.code = result == State::delivered ? "delivered" : "deliver.refused_connection";
  s.detail = "HTTP 503";
  s.sent_at = base::now();
  s.took_us = 1234;
  s.mapping = "ssm/referral 1";
  if (result == State::waiting) s.due = base::now() + 1'000'000;
  return s;
}

// Calls that wait. A completion that never comes fails the test by its time limit.
template <class T>
class Waited {
 public:
  std::function<void(const T&)> done() {
    return [p = promise_](const T& result) { p->set_value(result); };
  }
  T get() {
    auto future = promise_->get_future();
    if (future.wait_for(std::chrono::seconds(30)) != std::future_status::ready) {
      ADD_FAILURE() << "no completion within 30 s";
      std::abort();
    }
    return future.get();
  }

 private:
  std::shared_ptr<std::promise<T>> promise_ = std::make_shared<std::promise<T>>();
};

inline base::Result<Accepted> accept(Ledger& ledger, NewRecord r) {
  Waited<base::Result<Accepted>> w;
  ledger.accept(std::move(r), w.done());
  return w.get();
}
inline base::Status settle(Ledger& ledger, Settlement s) {
  Waited<base::Status> w;
  ledger.settle(std::move(s), w.done());
  return w.get();
}
inline base::Status refuse(Ledger& ledger, NewRefusal r) {
  Waited<base::Status> w;
  ledger.refuse(std::move(r), w.done());
  return w.get();
}
inline base::Result<SubmissionAccepted> submit(Ledger& ledger, NewSubmission s) {
  Waited<base::Result<SubmissionAccepted>> w;
  ledger.submit(std::move(s), w.done());
  return w.get();
}
inline base::Result<std::vector<Accepted>> commit_chunk(Ledger& ledger, Chunk c) {
  Waited<base::Result<std::vector<Accepted>>> w;
  ledger.commit_chunk(std::move(c), w.done());
  return w.get();
}
inline base::Status reported(Ledger& ledger, SubmissionId id) {
  Waited<base::Status> w;
  ledger.reported(id, w.done());
  return w.get();
}

inline bool adds_up(const Totals& t) {
  const auto one = [](const Sums& s) {
    return s.accepted == s.delivered + s.waiting + s.quarantined + s.withdrawn;
  };
  for (const ReceiverSums& r : t.receivers) {
    if (!one(r.sums)) return false;
  }
  return one(t.sums);
}

}  // namespace portage::ledger::test
