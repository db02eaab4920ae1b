// What persons have said about their own records: consents as given, limited and withdrawn, by
// person, purpose, kind and receiver. The newest word counts. Any thread; holds no name and no
// number of a person, only a keyed digest made by the caller. Never decides whether a consent is
// needed: the agreement says that.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/agreements/agreements.h"
#include "gateway/base/time.h"

namespace portage::agreements {

// One record of kind "consent". Empty lists stand for all.
struct Consent {
  std::string id;
  std::string person;                  // the caller's digest of the person's number
  std::vector<std::string> purposes;   // codes
  std::vector<std::string> kinds;      // kinds of record
  std::vector<std::string> receivers;  // parties
  std::string holder;                  // the party that shares; empty: any
  base::Micros given_at = 0;
  base::Day expires = base::kLastDay;     // its last day
  base::Micros withdrawn_at = INT64_MAX;  // from then on it is a refusal
};

enum class Say : std::uint8_t {
  allowed,    // a consent covers it, or none is needed
  missing,    // one is needed, and none was given
  limited,    // the person consented to other purposes, kinds or receivers only
  withdrawn,  // it was taken back, or its last day is past
};
std::string_view say_cause(Say say);  // "consent.missing" …; empty for allowed

class Consents {
 public:
  // A later record of the same id takes the place of the earlier one.
  void put(Consent consent);
  // May a record about the person go by that flow at that moment?
  Say ask(const Flow& flow, std::string_view person, std::string_view from, std::string_view to,
          base::Micros at) const;
  std::size_t size() const;
  bool empty() const { return count_ == 0; }

 private:
  mutable std::shared_mutex mutex_;
  std::atomic<std::size_t> count_{0};
  std::map<std::string, std::vector<Consent>, std::less<>> by_person_;
};

}  // namespace portage::agreements
