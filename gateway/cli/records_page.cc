#include <array>

#include "gateway/cli/pages.h"
#include "gateway/cli/table.h"

namespace portage::cli {
namespace {

std::string receivers_text(std::span<const record::Value> deliveries, const Style& style) {
  std::string out;
  for (const record::Value& item : deliveries) {
    const View one(item);
    if (!out.empty()) out += ", ";
    out += one["receiver"].text() + " " + state_word(one["state"].text(), style);
    if (one["attempts"].number() > 1) out += " (" + one["attempts"].text() + ")";
  }
  return out;
}

std::string when_text(const View& instant) {
  const auto at = instant.instant();
  return at ? day_and_clock(*at) : std::string();
}

}  // namespace

std::string worst_state(std::span<const record::Value> deliveries) {
  static constexpr std::array<std::string_view, 4> kWorstFirst = {"quarantined", "waiting",
                                                                  "delivered", "withdrawn"};
  for (const std::string_view state : kWorstFirst) {
    for (const record::Value& one : deliveries) {
      if (View(one)["state"].text() == state) return std::string(state);
    }
  }
  return "";
}

std::string records_page(const View& list, const Style& style) {
  TextTable table({style.say("cli.column.record"), style.say("cli.column.accepted_at"),
                   style.say("cli.column.kind"), style.say("cli.column.from"),
                   style.say("cli.column.source_id"), style.say("cli.column.date"),
                   style.say("cli.column.to")});
  for (const record::Value& item : list["items"].items()) {
    const View one(item);
    const auto deliveries = one["deliveries"].items();
    table.add(
        {TextCell(ending(one["id"].text(), style), Tone::strong), when_text(one["accepted_at"]),
         one["kind"].text(), one["party"].text(), one["source_id"].text(), one["date"].text(),
         TextCell(receivers_text(deliveries, style), tone_of_state(worst_state(deliveries)))});
  }
  if (table.empty()) return style.say("cli.no_records") + '\n';
  return table.text(style);
}

std::string quarantine_page(const View& answer, const Style& style) {
  std::string out;
  TextTable groups({style.say("cli.column.cause"), style.say("cli.column.receiver"),
                    style.say("cli.column.count"), style.say("cli.column.oldest"),
                    style.say("cli.column.who"), style.say("cli.column.next")});
  for (const record::Value& item : answer["groups"].items()) {
    const View one(item);
    const std::string cause = one["cause"].text();
    const base::CatalogueEntry* entry = base::catalogue_find(cause);
    const auto oldest = one["oldest"].instant();
    groups.add(
        {TextCell(cause, Tone::bad), one["receiver"].text(),
         number_cell(one["count"].number(), style),
         TextCell(oldest ? age(style.now - *oldest) : "-", Tone::plain, true),
         entry == nullptr || entry->who_acts.empty()
             ? ""
             : style.say("cli.who." + std::string(entry->who_acts)),
         "portage quarantine show --receiver " + one["receiver"].text() + " --cause " + cause});
  }
  out += groups.empty() ? style.say("cli.quarantine.empty") + '\n' : groups.text(style);
  TextTable refusals({style.say("cli.column.code"), style.say("cli.column.from"),
                      style.say("cli.column.kind"), style.say("cli.column.place"),
                      style.say("cli.column.at")});
  for (const record::Value& item : answer["refusals"].items()) {
    const View one(item);
    std::string place = one["pointer"].text();
    if (one["row"].number() > 0) {
      place = style.say("cli.map.row", {{"row", one["row"].text()}, {"column", place}});
    }
    if (one["line"].number() > 0) {
      place += (place.empty() ? "" : "  ") + one["line"].text() + ":" + one["column"].text("0");
    }
    refusals.add({TextCell(one["code"].text(), Tone::warn), one["party"].text(),
                  one["kind"].text(one["form"].text()), place, when_text(one["at"])});
  }
  if (!refusals.empty()) {
    out += '\n' + style.say("cli.quarantine.refusals") + '\n' + refusals.text(style);
  }
  return out;
}

std::string quarantined_page(const View& list, const Style& style) {
  TextTable table({style.say("cli.column.record"), style.say("cli.column.accepted_at"),
                   style.say("cli.column.kind"), style.say("cli.column.from"),
                   style.say("cli.column.receiver"), style.say("cli.column.attempts"),
                   style.say("cli.column.cause")});
  for (const record::Value& item : list["items"].items()) {
    const View one(item);
    for (const record::Value& to : one["deliveries"].items()) {
      const View delivery(to);
      if (delivery["state"].text() != "quarantined") continue;
      table.add({TextCell(ending(one["id"].text(), style), Tone::strong),
                 when_text(one["accepted_at"]), one["kind"].text(), one["party"].text(),
                 delivery["receiver"].text(), number_cell(delivery["attempts"].number(), style),
                 TextCell(delivery["cause"].text(), Tone::bad)});
    }
  }
  if (table.empty()) return style.say("cli.quarantine.empty") + '\n';
  return table.text(style);
}

std::string event_line(const View& event, const Style& style) {
  const auto at = event["at"].instant();
  const std::string name = event["event"].text();
  const std::string level = event["level"].text();
  const Tone colour = level == "error" ? Tone::bad : level == "warning" ? Tone::warn : Tone::plain;
  const std::string key = "cli.event." + name;
  const bool known = base::catalogue_find(key) != nullptr;
  std::string out = at ? clock(*at) : std::string(12, ' ');
  out += "  " + tone(colour, known ? style.say(key) : name, style);
  if (event["party"].there()) out += "  " + event["party"].text();
  if (event["peer"].there()) {
    out += " " + std::string(arrow(style)) + " " + event["peer"].text();
  }
  if (event["kind"].there()) out += "  " + event["kind"].text();
  if (event["record"].there()) out += "  " + ending(event["record"].text(), style);
  if (event["code"].there()) out += "  " + event["code"].text();
  if (event["detail"].there()) out += "  " + event["detail"].text();
  const bool counts = name.starts_with("stream.") || name.starts_with("config.");
  if (counts && event["count"].number() > 0) out += "  " + event["count"].text();
  return out;
}

}  // namespace portage::cli
