#include "gateway/observe/events.h"

#include <algorithm>
#include <cstdio>

#include "gateway/record/record.h"

namespace portage::observe {

Events::Events(std::size_t ring) : ring_(ring) {}

void Events::put(Level level, std::string_view name, const About& about) {
  Event copy;
  {
    std::lock_guard hold(ring_lock_);
    Event& slot = ring_[next_ % ring_.size()];  // its strings keep their memory
    slot.seq = next_++;
    slot.at = base::now();
    slot.level = level;
    slot.name = name;
    slot.party.assign(about.party);
    slot.peer.assign(about.peer);
    slot.kind.assign(about.kind);
    slot.record = about.record;
    slot.accepted_at = about.accepted_at;
    slot.code.assign(about.code);
    slot.detail.assign(about.detail);
    slot.count = about.count;
    if (static_cast<int>(level) < least_.load(std::memory_order_relaxed)) return;
    copy = slot;
  }
  std::lock_guard hold(listeners_lock_);
  for (const Listener& listener : listeners_) {
    if (level >= listener.least) listener.call(copy);
  }
}

Events::Slice Events::since(std::uint64_t after, std::size_t limit) const {
  std::lock_guard hold(ring_lock_);
  Slice slice;
  const std::uint64_t first = next_ > ring_.size() ? next_ - ring_.size() : 1;
  std::uint64_t seq = after + 1;
  if (seq < first) {
    slice.missed = first - seq;
    seq = first;
  }
  for (; seq < next_ && slice.events.size() < limit; ++seq) {
    slice.events.push_back(ring_[seq % ring_.size()]);
  }
  return slice;
}

std::uint64_t Events::last() const {
  std::lock_guard hold(ring_lock_);
  return next_ - 1;
}

std::uint64_t Events::listen(Level least, std::function<void(const Event&)> listener) {
  std::lock_guard hold(listeners_lock_);
  listeners_.push_back({next_listener_, least, std::move(listener)});
  least_ = std::min(least_.load(), static_cast<int>(least));
  return next_listener_++;
}

void Events::unlisten(std::uint64_t number) {
  std::lock_guard hold(listeners_lock_);
  std::erase_if(listeners_, [&](const Listener& l) { return l.number == number; });
  int least = 1000;
  for (const Listener& l : listeners_) least = std::min(least, static_cast<int>(l.least));
  least_ = least;
}

namespace {

void text(std::string& out, std::string_view name, std::string_view value) {
  if (value.empty()) return;
  out.append(",\"").append(name).append("\":\"");
  for (const char c : value) {
    if (c == '"' || c == '\\') {
      out.push_back('\\');
      out.push_back(c);
    } else if (static_cast<unsigned char>(c) < 0x20) {
      out.push_back(' ');
    } else {
      out.push_back(c);
    }
  }
  out.push_back('"');
}

}  // namespace

std::string to_json(const Event& event, std::uint32_t tag) {
  std::string out = "{\"seq\":" + std::to_string(event.seq);
  text(out, "at", base::format_instant(event.at));
  constexpr std::string_view kLevels[] = {"debug", "info", "warning", "error"};
  text(out, "level", kLevels[static_cast<std::size_t>(event.level)]);
  text(out, "event", event.name);
  text(out, "party", event.party);
  text(out, "peer", event.peer);
  text(out, "kind", event.kind);
  if (event.record != 0) text(out, "record", record::ulid(event.record, event.accepted_at, tag));
  text(out, "code", event.code);
  text(out, "detail", event.detail);
  if (event.count != 0) out.append(",\"count\":").append(std::to_string(event.count));
  out.push_back('}');
  return out;
}

Log::Log(Events& events, Level least, std::uint32_t tag) : events_(events) {
  listener_ = events_.listen(least, [tag](const Event& event) {
    const std::string line = to_json(event, tag) + "\n";
    std::fwrite(line.data(), 1, line.size(), stderr);
  });
}

Log::~Log() { events_.unlisten(listener_); }

}  // namespace portage::observe
