// One record, wire to wire: every step with its time, the mappings and the rule, each attempt, the
// answers, and what each field was and became.
#include <algorithm>
#include <vector>

#include "gateway/cli/pages.h"
#include "gateway/cli/table.h"

namespace portage::cli {
namespace {

struct Line {
  base::Micros at = 0;
  std::string who, what, detail;
  Tone tone = Tone::plain;
};

// "0.41 ms", "84 ms", "9.52 s": three figures at most, for most steps take less than a millisecond.
std::string span_text(base::Micros span, const Style& style) {
  const bool seconds = span >= 1'000'000;
  const base::Micros unit = seconds ? 1'000'000 : 1'000;
  std::string out = std::to_string(span / unit);
  if (span < 10 * unit) {
    const std::string hundredths = std::to_string(span % unit * 100 / unit);
    out += (style.french() ? "," : ".") + std::string(2 - hundredths.size(), '0') + hundredths;
  }
  return out + (seconds ? " s" : " ms");
}

// Since the record came; the clock itself where a minute or more lies between.
std::string time_text(base::Micros at, base::Micros first, const Style& style) {
  const base::Micros since = std::max<base::Micros>(0, at - first);
  if (since >= 60'000'000) return clock(at);
  const std::string out = "+ " + span_text(since, style);
  return std::string(out.size() < 12 ? 12 - out.size() : 0, ' ') + out;
}

std::string join(std::initializer_list<std::string> parts) {
  std::string out;
  for (const std::string& part : parts) {
    if (part.empty()) continue;
    out += (out.empty() ? "" : "   ") + part;
  }
  return out;
}

void add_steps(const View& record, const Style& style, std::vector<Line>& lines) {
  const View story = record["story"];
  const auto accepted = record["accepted_at"].instant().value_or(0);
  const base::Micros received = story["received_at"].instant().value_or(accepted);
  const std::string gateway = style.say("cli.trace.gateway");
  const auto step = [&](const char* name, const char* time, std::string detail) {
    const auto at = received + static_cast<base::Micros>(story[time].number());
    lines.push_back(
        {at, gateway, style.say(std::string("cli.trace.") + name), std::move(detail), Tone::plain});
  };
  std::string bytes;
  if (story["bytes"].there()) {
    bytes = style.say("cli.trace.bytes", {{"n", thousands(story["bytes"].number(), style)}});
  }
  std::string row;
  if (record["row"].number() > 0) {
    row = style.say("cli.trace.row",
                    {{"row", record["row"].text()}, {"submission", record["submission"].text()}});
  }
  lines.push_back({received, record["party"].text(), style.say("cli.trace.receive"),
                   join({record["content_type"].text(), record["form"].text(), bytes, row}),
                   Tone::plain});
  if (!story.there()) return;
  step("admit", "admit_us",
       style.say("cli.trace.may_send",
                 {{"party", record["party"].text()}, {"kind", record["kind"].text()}}));
  step("read", "read_us", style.say("cli.trace.schema", {{"schema", story["schema"].text()}}));
  std::string mapping = story["mapping"].text();
  if (const std::string lifted = story["lifted"].text(); !lifted.empty()) {
    mapping += (mapping.empty() ? "" : ", ") + lifted;
  }
  step("translate", "translate_us",
       mapping.empty() ? style.say("cli.trace.canonical", {{"schema", story["canonical"].text()}})
                       : style.say("cli.trace.mapping",
                                   {{"mapping", mapping}, {"schema", story["canonical"].text()}}));
  std::string to;
  for (const record::Value& item : record["deliveries"].items()) {
    to += (to.empty() ? "" : ", ") + View(item)["receiver"].text();
  }
  std::string how = story["rule"].text();
  if (!how.empty()) how = style.say("cli.route.by_rule", {{"rule", how}});
  if (how.empty() && story["reason"].there()) how = style.say(story["reason"].text());
  std::string where;
  if (story["catchment"].there()) {
    where = style.say("cli.trace.catchment", {{"catchment", story["catchment"].text()}});
    if (story["certainty"].there()) {
      where += " (" + style.say("cli.certainty." + story["certainty"].text()) + ")";
    }
  }
  step("route", "route_us", join({std::string(arrow(style)) + " " + to, how, where}));
  std::string digest = record["digest"].text();
  if (digest.size() > 20) {
    digest = digest.substr(0, 15) + std::string(ellipsis(style)) + digest.substr(digest.size() - 4);
  }
  lines.push_back({std::max(accepted, received), gateway, style.say("cli.trace.commit"),
                   join({style.say("cli.trace.on_disk"), digest}), Tone::plain});
}

std::string code_text(const std::string& code, const Style& style) {
  if (code == "delivered" || code.empty()) return {};
  return code + (base::catalogue_find(code) != nullptr ? "  " + style.say(code) : std::string());
}

void add_deliveries(const View& record, const Style& style, std::vector<Line>& lines) {
  for (const record::Value& item : record["deliveries"].items()) {
    const View one(item);
    for (const record::Value& logged : one["log"].items()) {
      const View attempt(logged);
      const std::string result = attempt["result"].text();
      const base::Micros began = attempt["at"].instant().value_or(0);
      const auto took = static_cast<base::Micros>(attempt["took_us"].number());
      // What is delivered or given up is final; "waiting" means that this try failed.
      const std::string word =
          result == "waiting" ? style.say("cli.trace.failed") : state_word(result, style);
      lines.push_back({began + took, one["receiver"].text(),
                       style.say("cli.trace.try", {{"n", attempt["attempt"].text()}}),
                       join({word, attempt["mapping"].text(), attempt["detail"].text(),
                             code_text(attempt["code"].text(), style),
                             style.say("cli.trace.took", {{"age", span_text(took, style)}})}),
                       tone_of_state(result)});
    }
  }
  for (const record::Value& item : record["answers"].items()) {
    const View one(item);
    std::string to;
    for (const record::Value& delivery : one["deliveries"].items()) {
      const View sent(delivery);
      to += (to.empty() ? "" : ", ") + sent["receiver"].text() + " " +
            state_word(sent["state"].text(), style);
    }
    lines.push_back({one["accepted_at"].instant().value_or(0), one["party"].text(),
                     style.say("cli.trace.answered"),
                     join({one["kind"].text(), ending(one["id"].text(), style), to}), Tone::good});
  }
}

std::string waiting_text(const View& record, const Style& style) {
  std::string out;
  for (const record::Value& item : record["deliveries"].items()) {
    const View one(item);
    const std::string state = one["state"].text();
    if (state != "waiting" && state != "quarantined") continue;
    out += "  " + tone(tone_of_state(state), one["receiver"].text(), style) + "  " +
           state_word(state, style);
    if (one["cause"].there()) out += "  " + code_text(one["cause"].text(), style);
    const auto due = one["due"].instant();
    if (state == "waiting" && due && *due > style.now) {
      out += "  " + style.say("cli.trace.next_try", {{"age", age(*due - style.now)}});
    }
    out += '\n';
  }
  return out;
}

std::string fields_text(const View& record, const Style& style) {
  TextTable table({style.say("cli.column.received"), style.say("cli.column.canonical"),
                   style.say("cli.column.sent"), style.say("cli.column.before"),
                   style.say("cli.column.after"), "", style.say("cli.column.rule")});
  for (const record::Value& item : record["fields"].items()) {
    const View one(item);
    const std::string before = one["before"].text(), after = one["after"].text();
    const bool gone = one["sent"].text().empty();
    const char* what = gone              ? "cli.trace.not_sent"
                       : before == after ? "cli.trace.same"
                                         : "cli.trace.changed";
    table.add({one["received"].text(), TextCell(one["canonical"].text(), Tone::faint),
               one["sent"].text(), before, after,
               TextCell(style.say(what), before == after || gone ? Tone::faint : Tone::warn),
               TextCell(one["rule"].text(), Tone::faint)});
  }
  if (table.empty()) return {};
  return '\n' + table.text(style, 2);
}

}  // namespace

std::string trace_page(const View& record, const Style& style) {
  const auto deliveries = record["deliveries"].items();
  const std::string state = worst_state(deliveries);
  std::string out = tone(Tone::strong, record["id"].text(), style) + "   " + record["kind"].text() +
                    "@" + record["version"].text("1") + "   " +
                    tone(tone_of_state(state), state_word(state, style), style) + '\n';
  std::string to;
  for (const record::Value& item : deliveries) {
    to += (to.empty() ? "" : ", ") + View(item)["receiver"].text();
  }
  out += record["party"].text() + ' ' + std::string(arrow(style)) + ' ' + to;
  if (const auto at = record["accepted_at"].instant()) out += "      " + day_and_clock(*at);
  out += "   " + style.say("cli.trace.source_id", {{"id", record["source_id"].text()}});
  out += "   " + style.say("cli.trace.date", {{"date", record["date"].text()}}) + '\n';
  if (record["in_reply_to"].there()) {
    out += style.say("cli.trace.in_reply_to", {{"id", record["in_reply_to"].text()}}) + '\n';
  }
  out += '\n';

  std::vector<Line> lines;
  add_steps(record, style, lines);
  add_deliveries(record, style, lines);
  std::stable_sort(lines.begin(), lines.end(),
                   [](const Line& a, const Line& b) { return a.at < b.at; });
  TextTable table;
  const base::Micros first = lines.front().at;
  for (const Line& line : lines) {
    const bool begins = &line == &lines.front();
    table.add({TextCell(begins ? clock(first) : time_text(line.at, first, style), Tone::faint),
               line.who, TextCell(line.what, line.tone), line.detail});
  }
  out += table.text(style, 2);
  if (const std::string waiting = waiting_text(record, style); !waiting.empty()) {
    out += '\n' + waiting;
  }
  for (const record::Value& item : record["story"]["notes"].items()) {
    const View note(item);
    out += "  " + mark(Mark::warn, style) + " " + note["code"].text() + "  " +
           note["pointer"].text() + "  (" + note["rule"].text() + ")\n";
  }
  return out + fields_text(record, style);
}

}  // namespace portage::cli
