#include "gateway/agreements/consents.h"

#include <algorithm>
#include <mutex>

namespace portage::agreements {

namespace {

bool covers(const std::vector<std::string>& list, std::string_view word) {
  return list.empty() || std::find(list.begin(), list.end(), word) != list.end();
}

bool in_force(const Consent& c, base::Micros at) {
  return at < c.withdrawn_at && base::toronto_day(at) <= c.expires;
}

bool matches(const Consent& c, const Flow& flow, std::string_view from, std::string_view to) {
  return covers(c.purposes, flow.agreement->purpose) && covers(c.kinds, flow.kind) &&
         covers(c.receivers, to) && (c.holder.empty() || c.holder == from);
}

}  // namespace

std::string_view say_cause(Say say) {
  switch (say) {
    case Say::missing:
      return "consent.missing";
    case Say::limited:
      return "consent.limited";
    case Say::withdrawn:
      return "consent.withdrawn";
    case Say::allowed:
      break;
  }
  return {};
}

void Consents::put(Consent consent) {
  const std::unique_lock lock(mutex_);
  std::vector<Consent>& all = by_person_[consent.person];
  const auto same = std::find_if(all.begin(), all.end(),
                                 [&](const Consent& other) { return other.id == consent.id; });
  if (same == all.end()) {
    all.push_back(std::move(consent));
    ++count_;
  } else {
    *same = std::move(consent);
  }
}

// The newest consent that speaks of this purpose, kind and receiver decides. Where none does, but
// the person limited what may be shared for this purpose, the limit holds.
Say Consents::ask(const Flow& flow, std::string_view person, std::string_view from,
                  std::string_view to, base::Micros at) const {
  const ConsentRule rule = flow.agreement->consent;
  if (rule == ConsentRule::none) return Say::allowed;
  const Say unsaid = rule == ConsentRule::required ? Say::missing : Say::allowed;
  const std::shared_lock lock(mutex_);
  const auto found = by_person_.find(person);
  if (found == by_person_.end()) return unsaid;
  const Consent* newest = nullptr;
  bool limits = false;
  const auto spoken_at = [&](const Consent& c) {
    return c.withdrawn_at <= at ? c.withdrawn_at : c.given_at;
  };
  for (const Consent& c : found->second) {
    if (c.given_at > at) continue;
    if (!matches(c, flow, from, to)) {
      const bool purpose = covers(c.purposes, flow.agreement->purpose);
      const bool holder = c.holder.empty() || c.holder == from;
      limits = limits || (purpose && holder && in_force(c, at));
      continue;
    }
    if (newest == nullptr || spoken_at(c) >= spoken_at(*newest)) newest = &c;
  }
  if (newest != nullptr) return in_force(*newest, at) ? Say::allowed : Say::withdrawn;
  return limits ? Say::limited : unsaid;
}

std::size_t Consents::size() const { return count_; }

}  // namespace portage::agreements
