// A small real Gate: keeps accepted bytes by (party, ce-id) as the pipeline does, and can be told
// what to answer instead.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "gateway/connector/connector.h"

namespace portage::test {

class FakeGate final : public connector::Gate {
 public:
  // Answers on a thread of its own, as the committer does.
  ~FakeGate() override {
    for (auto& thread : threads_) thread.join();
  }
  void direct(connector::Arrival arrival, std::function<void(connector::Verdict)> done) override {
    std::lock_guard lock(mutex_);
    connector::Verdict verdict = instead_ ? *instead_ : decide(arrival);
    arrivals_.push_back(std::move(arrival));
    threads_.emplace_back(
        [verdict = std::move(verdict), done = std::move(done)] { done(verdict); });
  }
  void stored(connector::Batch,
              std::function<void(base::Result<connector::BatchAccepted>)> done) override {
    done(base::make_error(base::ErrorKind::unsupported, "internal"));
  }

  void answer(connector::Verdict verdict) { instead_ = std::move(verdict); }
  std::vector<connector::Arrival> arrivals() {
    std::lock_guard lock(mutex_);
    return arrivals_;
  }

 private:
  connector::Verdict decide(const connector::Arrival& arrival) {
    std::string id;
    for (const auto& [name, value] : arrival.attributes) {
      if (name == "id") id = value;
    }
    connector::Verdict verdict;
    auto [kept, fresh] = kept_.try_emplace({arrival.party, id}, arrival.bytes);
    if (!fresh && kept->second != arrival.bytes) {
      verdict.error = base::make_error(base::ErrorKind::conflict, "commit.conflict",
                                       {{"party", arrival.party}});
      return verdict;
    }
    verdict.accepted = true;
    verdict.duplicate = !fresh;
    verdict.record_id = "01J0000000000000000000000A";
    verdict.receipt = R"({"id":"01J0000000000000000000000A"})";
    return verdict;
  }

  std::mutex mutex_;
  std::vector<connector::Arrival> arrivals_;
  std::map<std::pair<std::string, std::string>, std::string> kept_;
  std::optional<connector::Verdict> instead_;
  std::vector<std::thread> threads_;
};

}  // namespace portage::test
