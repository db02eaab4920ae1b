// What was really sent, by flow and receiver: which fields, how many records, when last. Counted
// since the gateway started; names of fields only, never a value. Any thread.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <tuple>
#include <vector>

#include "gateway/agreements/mask.h"
#include "gateway/base/time.h"

namespace portage::agreements {

struct SentFlow {
  std::string agreement, kind, receiver;
  FieldSet fields;
  std::uint64_t records = 0;
  base::Micros last = 0;
};

class SentLog {
 public:
  void note(const std::string& agreement, const std::string& kind, const std::string& receiver,
            const FieldSet& fields, base::Micros at) {
    const std::lock_guard lock(mutex_);
    SentFlow& flow = flows_[{agreement, kind, receiver}];
    flow.fields |= fields;
    ++flow.records;
    flow.last = at;
  }
  std::vector<SentFlow> list() const {
    const std::lock_guard lock(mutex_);
    std::vector<SentFlow> out;
    for (const auto& [key, flow] : flows_) {
      out.push_back(flow);
      std::tie(out.back().agreement, out.back().kind, out.back().receiver) = key;
    }
    return out;
  }

 private:
  mutable std::mutex mutex_;
  std::map<std::tuple<std::string, std::string, std::string>, SentFlow> flows_;
};

}  // namespace portage::agreements
