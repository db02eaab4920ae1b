#include "gateway/cli/map_property.h"

#include <algorithm>

#include "gateway/cli/table.h"
#include "gateway/format/json_text.h"
#include "gateway/mapping/property.h"

namespace portage::cli {
namespace {

struct Tried {
  const mapping::Mapping* mapping;
  std::vector<mapping::WayReport> ways;
};

std::string_view way_name(mapping::Way way) { return way == mapping::Way::in ? "in" : "out"; }

std::string to_json(const std::vector<Tried>& all, bool good, const Options& options) {
  std::string text;
  format::JsonText json(text);
  json.object().text("schema", "portage.cli/1").boolean("ok", good).number("seed", options.seed);
  json.list("mappings");
  for (const Tried& one : all) {
    for (const mapping::WayReport& way : one.ways) {
      json.object().text("mapping", one.mapping->name()).text("way", way_name(way.way));
      json.number("made", way.made).number("unfit", way.unfit).number("written", way.written);
      json.number("refused", way.refused).number("checked", way.checked);
      json.number("returned", way.returned).number("not_taken", way.not_taken).object("codes");
      for (const auto& [code, count] : way.codes) json.number(code, count);
      json.end_object().list("failures");
      for (const mapping::PropertyFailure& failure : way.failures) {
        json.object().text("what", failure.what).text("code", failure.code);
        json.text("place", failure.place).number("seed", failure.seed);
        json.text("record", failure.record).end_object();
      }
      json.end_list().end_object();
    }
  }
  json.end_list().end_object();
  return text;
}

void print_failures(const Tried& one, const mapping::WayReport& way, const Io& io) {
  for (const mapping::PropertyFailure& failure : way.failures) {
    io.out << mark(Mark::bad, io.style) << ' ' << one.mapping->name() << ' ' << way_name(way.way)
           << "  "
           << io.style.say("cli.property." + failure.what,
                           {{"code", failure.code}, {"place", failure.place}})
           << "  (--seed " << failure.seed << " --property 1)\n";
    if (!failure.record.empty()) io.out << "    " << failure.record << '\n';
  }
}

}  // namespace

int map_property(const Options& options, const CompiledMaps& maps, const std::string& filter,
                 const config::Config& config, const Io& io) {
  const mapping::World world = world_of(config);
  std::vector<Tried> all;
  bool good = true;
  std::uint64_t made = 0;
  const std::uint64_t began = base::steady_micros();
  for (const auto& mapping : maps.set.all()) {
    if (mapping->name().find(filter) == std::string::npos) continue;
    Tried one{mapping.get(),
              mapping::try_properties(*mapping, world, options.property, options.seed)};
    for (const mapping::WayReport& way : one.ways) {
      good = good && way.failures.empty();
      made += way.made;
    }
    all.push_back(std::move(one));
  }
  if (all.empty()) {
    io.complain("cli.map.no_tests", {{"filter", filter}});
    return kNotFound;
  }
  const int exit = good ? kDone : kFound;
  if (options.output == Output::json || options.output == Output::jsonl) {
    io.out << to_json(all, good, options) << '\n';
    return exit;
  }
  TextTable table({"", io.style.say("cli.cover.mapping"), io.style.say("cli.cover.way"),
                   TextCell(io.style.say("cli.property.made"), Tone::plain, true),
                   TextCell(io.style.say("cli.property.written"), Tone::plain, true),
                   TextCell(io.style.say("cli.property.by_schema"), Tone::plain, true),
                   TextCell(io.style.say("cli.property.by_mapping"), Tone::plain, true),
                   TextCell(io.style.say("cli.property.after"), Tone::plain, true),
                   TextCell(io.style.say("cli.property.back"), Tone::plain, true)});
  Style plain = io.style;
  plain.color = false;
  for (const Tried& one : all) {
    for (const mapping::WayReport& way : one.ways) {
      const bool fine = way.failures.empty();
      table.add(
          {TextCell(mark(fine ? Mark::good : Mark::bad, plain), fine ? Tone::good : Tone::bad),
           one.mapping->name() + " " + std::to_string(one.mapping->version()),
           std::string(way_name(way.way)), number_cell(way.made, io.style),
           number_cell(way.written, io.style), number_cell(way.unfit, io.style),
           number_cell(way.refused, io.style), number_cell(way.checked, io.style),
           way.way == mapping::Way::out ? number_cell(way.returned, io.style) : TextCell("")});
    }
  }
  io.out << table.text(io.style) << '\n';
  for (const Tried& one : all) {
    for (const mapping::WayReport& way : one.ways) print_failures(one, way, io);
  }
  const std::uint64_t ms = (base::steady_micros() - began + 500) / 1'000;
  io.out << io.style.say(good ? "cli.property.good" : "cli.property.bad",
                         {{"n", thousands(made, io.style)},
                          {"seed", std::to_string(options.seed)},
                          {"ms", std::to_string(ms)}})
         << '\n';
  return exit;
}

}  // namespace portage::cli
