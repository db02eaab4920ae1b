#include <algorithm>
#include <array>

#include "gateway/cli/pages.h"
#include "gateway/cli/table.h"

namespace portage::cli {
namespace {

// Worst first: what is down, then what holds quarantine, then the longest wait.
int badness(const View& receiver) {
  const std::string state = receiver["state"].text();
  if (state == "down") return 0;
  if (receiver["quarantined"].number() > 0) return 1;
  if (state == "slow") return 2;
  if (receiver["waiting"].number() > 0) return state == "mailbox" ? 4 : 3;
  return 5;
}

base::Micros oldest(const View& receiver, const Style& style) {
  const auto at = receiver["oldest_waiting"].instant();
  return at ? style.now - *at : -1;
}

std::string sum_line(const View& totals, const Style& style) {
  const auto n = [&](const char* name) { return totals[name].number(); };
  const bool holds =
      n("accepted") == n("delivered") + n("waiting") + n("quarantined") + n("withdrawn");
  return style.say("cli.status.sum", {{"accepted", thousands(n("accepted"), style)},
                                      {"delivered", thousands(n("delivered"), style)},
                                      {"waiting", thousands(n("waiting"), style)},
                                      {"quarantined", thousands(n("quarantined"), style)},
                                      {"withdrawn", thousands(n("withdrawn"), style)}}) +
         "  " + mark(holds ? Mark::good : Mark::bad, style);
}

std::string head_line(const View& status, const Style& style) {
  std::string out = tone(Tone::strong, status["name"].text("portage"), style);
  out += "  " + status["version"].text();
  const bool ready = status["ready"].flag();
  out += "  " + tone(ready ? Tone::good : Tone::bad,
                     style.say(ready ? "cli.status.ready" : "cli.status.not_ready"), style);
  if (const auto at = status["started_at"].instant()) {
    out += "  " + style.say("cli.status.up", {{"age", age(style.now - *at)}});
  }
  return out + "  " + style.say("cli.status.generation", {{"n", status["generation"].text("?")}}) +
         '\n';
}

std::string disk_line(const View& disk, const Style& style) {
  std::string out =
      style.say("cli.status.disk", {{"free", bytes_text(disk["free_bytes"].number(), style)},
                                    {"commits", thousands(disk["commits"].number(), style)},
                                    {"syncs", thousands(disk["syncs"].number(), style)}});
  if (disk["refusing"].flag()) {
    out += "  " + tone(Tone::bad, style.say("cli.status.disk_full"), style);
  }
  return out;
}

}  // namespace

std::string status_page(const View& status, bool brief, const Style& style) {
  const View totals = status["totals"];
  std::string out = head_line(status, style);
  out += sum_line(totals, style) + '\n';
  out += style.say("cli.status.records",
                   {{"records", thousands(totals["records"].number(), style)},
                    {"refusals", thousands(totals["refusals"].number(), style)},
                    {"duplicates", thousands(totals["duplicates"].number(), style)}}) +
         '\n';
  out += disk_line(status["disk"], style) + "\n";

  std::vector<View> receivers;
  for (const record::Value& one : status["receivers"].items()) receivers.emplace_back(one);
  std::stable_sort(receivers.begin(), receivers.end(), [&](const View& a, const View& b) {
    return std::pair(badness(a), -oldest(a, style)) < std::pair(badness(b), -oldest(b, style));
  });
  const std::size_t all = receivers.size();
  if (brief && all > 3) receivers.resize(3, View(nullptr));
  if (all > 0) {
    TextTable table({style.say("cli.column.receiver"), style.say("cli.column.state"),
                     style.say("cli.column.oldest"), style.say("cli.column.waiting"),
                     style.say("cli.column.delivered"), style.say("cli.column.quarantined"),
                     style.say("cli.column.withdrawn"), style.say("cli.column.accepted"),
                     style.say("cli.column.error")});
    for (const View& one : receivers) {
      const base::Micros waited = oldest(one, style);
      const std::string state = one["state"].text();
      const std::uint64_t held = one["quarantined"].number();
      table.add({TextCell(one["party"].text(), Tone::strong),
                 TextCell(state_word(state, style), tone_of_state(state)),
                 TextCell(waited < 0 ? "-" : age(waited), Tone::plain, true),
                 number_cell(one["waiting"].number(), style),
                 number_cell(one["delivered"].number(), style),
                 number_cell(held, style, held > 0 ? Tone::bad : Tone::plain),
                 number_cell(one["withdrawn"].number(), style),
                 number_cell(one["accepted"].number(), style), one["last_error"].text()});
    }
    out += (brief ? "" : "\n") + table.text(style);
  }
  if (brief) {
    if (all > receivers.size()) {
      out += style.say("cli.status.more", {{"n", std::to_string(all - receivers.size())}}) + '\n';
    }
    out += '\n' + style.say("cli.status.next") + '\n';
  }
  return out;
}

}  // namespace portage::cli
