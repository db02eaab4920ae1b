#include "connectors/pretend/demo/screen.h"

#include <cstdio>

#include "gateway/base/text.h"
#include "gateway/base/time.h"

namespace portage::demo {
namespace {

// Blanks on the right (or left) up to a width in characters, not bytes.
std::string padded(std::string text, std::size_t width, bool left = false) {
  const std::size_t size = base::code_points(text);
  const std::string blanks(size < width ? width - size : 0, ' ');
  return left ? blanks + text : text + blanks;
}

void put(const std::string& line) {
  std::printf("%s\n", line.c_str());
  std::fflush(stdout);
}

// "2023-04-01T03:30:00.000000Z" -> "23:30:00.000" in Toronto.
std::string clock(const std::string& at) {
  const auto instant = base::parse_instant(at);
  return instant ? base::format_toronto(*instant).substr(11, 12) : std::string(12, ' ');
}

}  // namespace

void Screen::say(std::string_view key, const base::Arguments& arguments) const {
  put(words(key, arguments));
}

void Screen::step(int number, int of, std::string_view key,
                  const base::Arguments& arguments) const {
  put("  [" + std::to_string(number) + "/" + std::to_string(of) + "] " + words(key, arguments));
}

void Screen::event(const Event& event) const {
  std::string who = event.party;
  if (!event.peer.empty()) who += who.empty() ? event.peer : " → " + event.peer;
  const std::string key = "demo.event." + event.name;
  const std::string what = base::catalogue_find(key) != nullptr ? words(key) : event.name;
  std::string more;
  if (event.name == "delivery.delivered") {
    more = std::to_string(event.count) + " ms";
  } else if (event.name == "answer.late") {
    more = words("demo.late_by", {{"ms", std::to_string(event.count)}});
  } else if (event.name == "submission.closed") {
    const std::size_t of = event.detail.find(" of ");
    if (of != std::string::npos) {
      more = words("demo.rows", {{"accepted", event.detail.substr(0, of)},
                                 {"rows", event.detail.substr(of + 4)}});
    }
  } else if (event.name == "record.refused") {
    const bool row = event.detail.starts_with("row ");
    more = event.code + " " +
           (row ? words("demo.row", {{"row", event.detail.substr(4)}}) : event.detail);
  } else if (event.name == "delivery.retry") {
    more = event.code + " " + words("demo.attempt", {{"count", std::to_string(event.count)}});
  } else {
    more = event.code.empty() ? event.detail : event.code;
  }
  std::string line = "  " + clock(event.at) + "  " + padded(what, 13) + " " + padded(who, 26) +
                     " " + padded(event.kind, 17) + " ";
  if (!event.record.empty()) {
    line += "…" + event.record.substr(event.record.size() -
                                      std::min<std::size_t>(7, event.record.size()));
  } else {
    line += std::string(8, ' ');
  }
  line += "  " + more;
  while (line.ends_with(' ')) line.pop_back();
  put(line);
}

void Screen::table_row(const std::string& name, const Sums& sums, const std::string& state) const {
  std::string line = "  " + padded(name, 16);
  for (const std::uint64_t count :
       {sums.accepted, sums.delivered, sums.waiting, sums.quarantined, sums.withdrawn}) {
    line += padded(std::to_string(count), 14, true);
  }
  line += "   " + state;
  while (line.ends_with(' ')) line.pop_back();
  put(line);
}

void Screen::status(const Status& status) const {
  std::string head = "  " + padded(words("demo.column.receiver"), 16);
  for (const std::string_view column :
       {"accepted", "delivered", "waiting", "quarantined", "withdrawn"}) {
    head += padded(words("demo.column." + std::string(column)), 14, true);
  }
  put(head);
  for (const ReceiverSums& one : status.receivers) {
    table_row(one.party, one.sums, words("demo.state." + one.state));
  }
  const Sums& sums = status.sums;
  const auto text = [](std::uint64_t count) { return std::to_string(count); };
  put("");
  say(sums.hold() ? "demo.sum_holds" : "demo.sum_fails", {{"accepted", text(sums.accepted)},
                                                          {"delivered", text(sums.delivered)},
                                                          {"waiting", text(sums.waiting)},
                                                          {"quarantined", text(sums.quarantined)},
                                                          {"withdrawn", text(sums.withdrawn)}});
}

void Screen::wanted(std::string_view key, bool came) const {
  put("  " + padded(words(came ? "demo.yes" : "demo.no"), 6) + " " + words(key));
}

}  // namespace portage::demo
