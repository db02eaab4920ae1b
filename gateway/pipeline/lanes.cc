#include "gateway/pipeline/lanes.h"

#include <vector>

namespace portage::pipeline {

struct Lanes::Lane {
  enum class State : std::uint8_t { idle, ready, in_flight, waiting, held };
  std::string name;  // empty: a lane of one unordered record
  State state = State::idle;
  std::vector<LaneEntry> entries;  // head first, from `head` on
  std::size_t head = 0;

  bool empty() const { return head == entries.size(); }
  std::size_t left() const { return entries.size() - head; }
};

Lanes::Lanes(std::size_t window) : window_(window) {}
Lanes::~Lanes() = default;

Lanes::Lane& Lanes::lane_for(std::string_view name) {
  if (name.empty()) {
    auto lane = std::make_unique<Lane>();
    Lane& reference = *lane;
    unordered_.emplace(&reference, std::move(lane));
    return reference;
  }
  auto& lane = named_[std::string(name)];
  if (!lane) {
    lane = std::make_unique<Lane>();
    lane->name = name;
  }
  return *lane;
}

void Lanes::make_ready(Lane& lane) {
  if (lane.entries[lane.head].quarantined) {
    lane.state = Lane::State::held;
    held_ += lane.left();
    return;
  }
  lane.state = Lane::State::ready;
  ready_.push_back(&lane);
}

void Lanes::append(Lane& lane, LaneEntry entry) {
  lane.entries.push_back(std::move(entry));
  ++entries_;
  if (lane.state == Lane::State::held) ++held_;
  if (lane.state == Lane::State::idle) make_ready(lane);
}

void Lanes::add(std::string_view lane, LaneEntry entry) {
  if (entry.id <= last_id_) return;  // a page brought it
  if (overflow_) return;             // it is on disk, behind others that are
  if (entries_ >= window_) {
    overflow_ = true;
    return;
  }
  last_id_ = entry.id;
  append(lane_for(lane), std::move(entry));
}

void Lanes::add_late(std::string_view lane, LaneEntry entry) {
  if (!late_.insert(entry.id).second) return;
  append(lane_for(lane), std::move(entry));
}

void Lanes::add_paged(std::string_view lane, LaneEntry entry, base::Micros due) {
  if (entry.id <= last_id_) return;
  last_id_ = entry.id;
  if (late_.contains(entry.id) || left_.contains(entry.id)) return;  // it came before its page
  Lane& to = lane_for(lane);
  const bool head = to.empty();
  append(to, std::move(entry));
  if (head && due > 0 && to.state == Lane::State::ready) {
    ready_.pop_back();  // append() has just put it there
    to.state = Lane::State::waiting;
    due_.emplace(due, &to);
  }
}

void Lanes::move_due(base::Micros now) {
  while (!due_.empty() && due_.begin()->first <= now) {
    Lane& lane = *due_.begin()->second;
    due_.erase(due_.begin());
    make_ready(lane);
  }
}

std::optional<Lanes::Lease> Lanes::lease(base::Micros now) {
  move_due(now);
  if (ready_.empty()) return std::nullopt;
  Lane& lane = *ready_.front();
  ready_.pop_front();
  lane.state = Lane::State::in_flight;
  return Lease{&lane, lane.entries[lane.head]};
}

std::optional<base::Micros> Lanes::next_due() const {
  if (due_.empty()) return std::nullopt;
  return due_.begin()->first;
}

void Lanes::leave(record::RecordId id) {
  if (late_.erase(id) == 0) return;
  left_.erase(left_.begin(), left_.upper_bound(last_id_));
  if (id > last_id_) left_.insert(id);
}

void Lanes::pop(Lane& lane) {
  lane.entries[lane.head].hot.reset();
  leave(lane.entries[lane.head].id);
  ++lane.head;
  --entries_;
  if (lane.empty()) {
    if (lane.name.empty()) {
      unordered_.erase(&lane);
    } else {
      named_.erase(std::string(lane.name));  // a copy: the lane owns its name
    }
    return;
  }
  if (lane.head >= 64 && lane.head * 2 >= lane.entries.size()) {
    lane.entries.erase(lane.entries.begin(),
                       lane.entries.begin() + static_cast<std::ptrdiff_t>(lane.head));
    lane.head = 0;
  }
  make_ready(lane);
}

void Lanes::done(const Lease& lease) { pop(*lease.lane); }

void Lanes::retry(const Lease& lease, base::Micros due) {
  lease.lane->entries[lease.lane->head].attempts = lease.entry.attempts;
  lease.lane->state = Lane::State::waiting;
  due_.emplace(due, lease.lane);
}

void Lanes::hold(const Lease& lease) {
  Lane& lane = *lease.lane;
  if (lane.name.empty()) {  // nothing is behind an unordered record
    pop(lane);
    return;
  }
  lane.entries[lane.head].quarantined = true;
  lane.entries[lane.head].attempts = lease.entry.attempts;
  lane.entries[lane.head].hot.reset();
  lane.state = Lane::State::held;
  held_ += lane.left();
}

bool Lanes::release(std::string_view name, record::RecordId id, bool withdrawn) {
  const auto found = named_.find(std::string(name));
  if (name.empty() || found == named_.end()) return false;
  Lane& lane = *found->second;
  for (std::size_t i = lane.head; i < lane.entries.size(); ++i) {
    if (lane.entries[i].id != id) continue;
    lane.entries[i].quarantined = false;
    if (withdrawn) {
      if (i == lane.head && lane.state == Lane::State::held) {
        held_ -= lane.left();
        pop(lane);
      } else {
        if (lane.state == Lane::State::held) --held_;
        leave(id);
        lane.entries.erase(lane.entries.begin() + static_cast<std::ptrdiff_t>(i));
        --entries_;
      }
    } else if (lane.state == Lane::State::held && i == lane.head) {
      held_ -= lane.left();
      make_ready(lane);
    }
    return true;
  }
  return false;
}

void Lanes::wake() {
  while (!due_.empty()) {
    Lane& lane = *due_.begin()->second;
    due_.erase(due_.begin());
    make_ready(lane);
  }
}

void Lanes::cool() {
  const auto forget = [](Lane& lane) {
    if (lane.state == Lane::State::in_flight) return;
    for (std::size_t i = lane.head; i < lane.entries.size(); ++i) lane.entries[i].hot.reset();
  };
  for (auto& [name, lane] : named_) forget(*lane);
  for (auto& [pointer, lane] : unordered_) forget(*lane);
}

std::string_view Lanes::name_of(const Lease& lease) const { return lease.lane->name; }

base::Micros Lanes::oldest_ready() const {
  if (ready_.empty()) return 0;
  const Lane& lane = *ready_.front();
  return lane.entries[lane.head].accepted_at;
}

}  // namespace portage::pipeline
