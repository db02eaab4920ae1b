#include "tests/bench/check.h"

#include <cstdio>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <unordered_map>

#include "tests/bench/socket.h"

namespace bench {
namespace {

template <class T>
void read_all(const std::string& file, std::vector<T>& into) {
  std::ifstream in(file, std::ios::binary);
  T one;
  while (in.read(reinterpret_cast<char*>(&one), sizeof one)) into.push_back(one);
}

}  // namespace

// Prints one line of JSON; exit 1 if anything is lost, entered twice, repeated unmarked or out of order.
int main_check(int argc, char** argv) {
  std::vector<Sent> sent;
  std::vector<Got> got;
  bool to_got = false;
  for (int i = 2; i < argc; ++i) {
    const std::string word = argv[i];
    if (word == "--sent") to_got = false;
    else if (word == "--got") to_got = true;
    else if (to_got) read_all(word, got);
    else read_all(word, sent);
  }
  std::stable_sort(got.begin(), got.end(), [](const Got& a, const Got& b) { return a.at_us < b.at_us; });

  struct Seen {
    std::set<std::string> ids;
    std::int64_t first_us = 0;
    std::uint32_t receiver = 0;
    std::uint64_t times = 0, unmarked_repeats = 0;
  };
  std::unordered_map<std::uint64_t, Seen> by_seq;
  std::vector<std::uint64_t> first_order;
  std::uint64_t marked = 0;
  for (const Got& one : got) {
    Seen& seen = by_seq[one.seq];
    if (seen.times++ == 0) {
      seen.first_us = one.at_us;
      seen.receiver = one.receiver;
      first_order.push_back(one.seq);
    } else if (one.attempt > 1) {
      ++marked;
    } else {
      ++seen.unmarked_repeats;
    }
    seen.ids.emplace(one.id, sizeof one.id);
  }

  std::unordered_map<std::uint64_t, std::uint64_t> lane_of;
  std::uint64_t acknowledged = 0, lost = 0, twice = 0;
  std::vector<std::int64_t> end_to_end;
  for (const Sent& one : sent) {
    lane_of[one.seq] = one.lane;
    if (one.acknowledged_us == 0) continue;
    ++acknowledged;
    const auto found = by_seq.find(one.seq);
    if (found == by_seq.end()) {
      ++lost;
    } else {
      end_to_end.push_back(found->second.first_us - one.sent_us);
    }
  }
  for (const auto& [seq, seen] : by_seq) {
    if (seen.ids.size() > 1 || seen.unmarked_repeats > 0) ++twice;
  }
  // In a lane the first arrivals come in the order in which its one sender sent.
  std::map<std::pair<std::uint32_t, std::uint64_t>, std::uint64_t> last;  // by receiver and lane
  std::uint64_t out_of_order = 0;
  for (const std::uint64_t seq : first_order) {
    const auto lane = lane_of.find(seq);
    if (lane == lane_of.end()) continue;
    std::uint64_t& before = last[{by_seq[seq].receiver, lane->second}];
    if (seq < before) ++out_of_order;
    before = std::max(before, seq);
  }
  std::printf("{\"acknowledged\":%llu,\"delivered\":%zu,\"lost\":%llu,\"entered_twice\":%llu,"
              "\"marked_repeats\":%llu,\"out_of_order\":%llu,\"end_to_end_p50_ms\":%.2f,"
              "\"end_to_end_p99_ms\":%.2f}\n",
              static_cast<unsigned long long>(acknowledged), by_seq.size(),
              static_cast<unsigned long long>(lost), static_cast<unsigned long long>(twice),
              static_cast<unsigned long long>(marked), static_cast<unsigned long long>(out_of_order),
              quantile(end_to_end, 0.5) / 1e3, quantile(end_to_end, 0.99) / 1e3);
  return lost == 0 && twice == 0 && out_of_order == 0 ? 0 : 1;
}

}  // namespace bench
