#include "gateway/ledger/sqlite/keys.h"

#include <algorithm>
#include <cstring>
#include <mutex>

#include "gateway/ledger/sqlite/schema.h"

namespace portage::ledger::sqlite {
namespace {

std::uint64_t mix(std::uint64_t a, std::uint64_t b) {
  __extension__ typedef unsigned __int128 Wide;  // NOLINT: __extension__ takes no using
  const Wide product = static_cast<Wide>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

std::uint64_t word(const char* at, std::size_t n) {
  std::uint64_t out = 0;
  std::memcpy(&out, at, n);
  return out;
}

constexpr std::uint64_t kOdd1 = 0x9e3779b97f4a7c15, kOdd2 = 0xd1b54a32d192ed03;

}  // namespace

std::uint64_t Keys::hash(KeyKind kind, std::uint64_t number, std::string_view text) const {
  std::uint64_t h = mix(seed_ ^ kOdd1, number + kOdd2);
  std::size_t i = 0;
  for (; i + 8 <= text.size(); i += 8) h = mix(h ^ word(text.data() + i, 8), kOdd1);
  h = mix(h ^ word(text.data() + i, text.size() - i), kOdd2 ^ text.size());
  h = mix(h ^ seed_, kOdd1);
  return (h >> 2) | (static_cast<std::uint64_t>(kind) << 62);
}

void Keys::Bucket::add(std::uint64_t hash, RecordId id) {
  if ((used_ + 1) * 4 > slots_.size() * 3) grow();
  const std::size_t mask = slots_.size() - 1;
  std::size_t i = mix(hash, kOdd1) & mask;
  while (slots_[i].id != 0) i = (i + 1) & mask;
  slots_[i] = {hash, id};
  ++used_;
}

void Keys::Bucket::grow() {
  std::vector<Entry> wider(slots_.empty() ? 1024 : slots_.size() * 2);
  const std::size_t mask = wider.size() - 1;
  for (const Entry& e : slots_) {
    if (e.id == 0) continue;
    std::size_t i = mix(e.hash, kOdd1) & mask;
    while (wider[i].id != 0) i = (i + 1) & mask;
    wider[i] = e;
  }
  slots_ = std::move(wider);
}

void Keys::Bucket::forget(std::uint64_t hash, RecordId id) {
  if (slots_.empty()) return;
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t i = mix(hash, kOdd1) & mask; slots_[i].id != 0; i = (i + 1) & mask) {
    if (slots_[i].hash != hash || slots_[i].id != id) continue;
    slots_[i].hash = ~hash;  // keeps its slot, so that what lies behind it is still found
    return;
  }
}

void Keys::Bucket::find(std::uint64_t hash, std::vector<RecordId>& out) const {
  if (slots_.empty()) return;
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t i = mix(hash, kOdd1) & mask; slots_[i].id != 0; i = (i + 1) & mask) {
    if (slots_[i].hash == hash) out.push_back(slots_[i].id);
  }
}

bool Keys::load(Connection& db) {
  done_ = static_cast<std::uint64_t>(meta(db, "keys_done", 0));
  open_number_ = done_;
  Statement keys(db, "SELECT h FROM rkey WHERE b=? AND h>=0 AND h<?");
  for (std::uint64_t b = 0; b < done_; ++b) {
    for (bool row = keys.start(b, std::uint64_t{1} << 62); row; row = keys.next()) {
      seen_.insert(keys.natural(0));
    }
  }
  Statement last(db, "SELECT h,id FROM rkey WHERE b=? ORDER BY h DESC,id DESC LIMIT 1");
  if (last.start(done_)) resume_ = {last.natural(0), last.natural(1)};
  return db.ok();
}

bool Keys::before(const Entry& a, const Entry& b) {
  const auto ah = static_cast<std::int64_t>(a.hash), bh = static_cast<std::int64_t>(b.hash);
  return ah != bh ? ah < bh : a.id < b.id;
}

void Keys::add(std::uint64_t hash, RecordId id) {
  fresh_.push_back({hash, id});
  const std::unique_lock lock(mutex_);
  if (hash >> 62 == 0) seen_.insert(hash);
  open_.add(hash, id);
}

bool Keys::seen(std::uint64_t source_hash) const {
  const std::shared_lock lock(mutex_);
  return seen_.contains(source_hash);
}

// Ids rise, so once an id of the next bucket is committed this one is whole.
void Keys::close_full() {
  if (fresh_.empty() || fresh_.back().id >> kBucketBits == open_number_) return;
  auto closed = std::make_unique<Closed>();
  closed->number = open_number_;
  Bucket next;
  const std::uint64_t number = fresh_.back().id >> kBucketBits;
  for (const Entry& e : fresh_) {
    if (e.id >> kBucketBits == number) next.add(e.hash, e.id);
  }
  const std::unique_lock lock(mutex_);
  closed->bucket = std::move(open_);
  open_ = std::move(next);
  open_number_ = number;
  closed_.push_back(std::move(closed));
}

void Keys::write(Connection& db, std::size_t rows) {
  if (closed_.empty()) return;  // only this thread pops; sort_closed() takes nothing away
  Closed& front = *closed_.front();
  {
    const std::shared_lock lock(mutex_);
    if (!front.ready) return;
  }
  if (!insert_) insert_ = Statement(db, "INSERT OR IGNORE INTO rkey VALUES(?,?,?)");
  const std::size_t until = std::min(front.sorted.size(), front.written + rows);
  for (pending_ = front.written; pending_ < until; ++pending_) {
    insert_.run(front.number, front.sorted[pending_].hash, front.sorted[pending_].id);
  }
  if (until == front.sorted.size()) {
    set_meta(db, "keys_done", static_cast<std::int64_t>(front.number + 1));
  }
}

void Keys::committed() {
  if (pending_ > 0) {
    Closed& front = *closed_.front();
    front.written = pending_;
    pending_ = 0;
    if (front.written == front.sorted.size()) {
      const std::unique_lock lock(mutex_);
      done_ = front.number + 1;
      closed_.pop_front();
    }
  }
  close_full();
  fresh_.clear();
}

// The fingerprints stay: a hit is always checked.
void Keys::rolled_back() {
  pending_ = 0;
  const std::unique_lock lock(mutex_);
  for (const Entry& e : fresh_) open_.forget(e.hash, e.id);
  fresh_.clear();
}

bool Keys::unsorted() const {
  const std::shared_lock lock(mutex_);
  return std::any_of(closed_.begin(), closed_.end(), [](const auto& c) { return !c->ready; });
}

bool Keys::sort_closed() {
  Closed* todo = nullptr;
  {
    const std::shared_lock lock(mutex_);
    for (const auto& c : closed_) {
      if (!c->ready) {
        todo = c.get();  // not popped before it is ready, and its bucket never changes
        break;
      }
    }
  }
  if (todo == nullptr) return false;
  std::vector<Entry> sorted;
  for (const Entry& e : todo->bucket.slots()) {
    if (e.id != 0 && e.id >> kBucketBits == todo->number) sorted.push_back(e);
  }
  std::sort(sorted.begin(), sorted.end(), before);
  if (todo->number == resume_.id >> kBucketBits && resume_.id != 0) {
    const auto rest = std::upper_bound(sorted.begin(), sorted.end(), resume_, before);
    todo->written = static_cast<std::size_t>(rest - sorted.begin());
  }
  const std::unique_lock lock(mutex_);
  todo->sorted = std::move(sorted);
  todo->ready = true;
  return true;
}

std::vector<RecordId> Keys::find(std::uint64_t hash, Statement& probe, std::size_t most) const {
  std::vector<RecordId> ids;
  std::uint64_t done;
  {
    const std::shared_lock lock(mutex_);
    open_.find(hash, ids);
    for (const auto& c : closed_) c->bucket.find(hash, ids);
    done = done_;
  }
  // What was in memory above is not yet below `done`; what has left memory is committed in the
  // file.
  std::sort(ids.begin(), ids.end(), std::greater<>());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  if (ids.size() > most) ids.resize(most);
  for (std::uint64_t b = done; b-- > 0 && ids.size() < most;) {
    for (bool row = probe.start(b, hash, static_cast<std::uint64_t>(most - ids.size())); row;
         row = probe.next()) {
      ids.push_back(probe.natural(0));
    }
    probe.reset();
  }
  return ids;
}

}  // namespace portage::ledger::sqlite
