// portage map coverage: which fields of what is read are used, dropped with a reason, or neither;
// and how many of their codes stand in the cases beside the mapping.
#include <algorithm>
#include <filesystem>

#include "gateway/cli/maps.h"
#include "gateway/cli/offline.h"
#include "gateway/cli/table.h"
#include "gateway/cli/verbs.h"
#include "gateway/format/json_text.h"

namespace portage::cli {
namespace {

struct Covered {
  const MapFile* map;
  std::vector<mapping::Coverage> ways;
  bool sound = true;  // its rules hold, so that it could be measured
};

// Rounded down: 99.9 % is not all.
std::uint32_t percent(const mapping::Coverage& way) {
  const std::uint64_t fields = way.fields();
  return fields == 0 ? 100 : static_cast<std::uint32_t>((way.used + way.dropped) * 100ull / fields);
}

struct Codes {
  std::size_t seen = 0, all = 0;
};
Codes codes_of(const mapping::Coverage& way) {
  Codes out;
  for (const mapping::Coverage::Coded& field : way.coded) {
    out.seen += field.seen.size();
    out.all += field.codes.size();
  }
  return out;
}

std::string_view way_name(mapping::Way way) { return way == mapping::Way::in ? "in" : "out"; }

std::string to_json(const std::vector<Covered>& all, bool good, std::uint64_t least) {
  std::string text;
  format::JsonText json(text);
  json.object().text("schema", "portage.cli/1").boolean("ok", good);
  json.number("fail_under", least).list("mappings");
  for (const Covered& one : all) {
    json.object().text("mapping", one.map->name).text("file", one.map->path);
    json.boolean("measured", one.sound).list("ways");
    for (const mapping::Coverage& way : one.ways) {
      json.object().text("way", way_name(way.way)).number("fields", way.fields());
      json.number("used", way.used).number("dropped", way.dropped);
      json.number("percent", percent(way)).number("written", way.written);
      json.number("left", way.left).list("unexplained");
      for (const std::string& path : way.unexplained) json.element(path);
      json.end_list().number("codes", codes_of(way).all);
      json.number("codes_seen", codes_of(way).seen).list("coded");
      for (const mapping::Coverage::Coded& field : way.coded) {
        json.object().text("path", field.path).number("codes", field.codes.size());
        json.number("seen", field.seen.size()).list("unseen");
        for (const std::string& code : field.codes) {
          const bool seen =
              std::find(field.seen.begin(), field.seen.end(), code) != field.seen.end();
          if (!seen) json.element(code);
        }
        json.end_list().end_object();
      }
      json.end_list().end_object();
    }
    json.end_list().end_object();
  }
  json.end_list().end_object();
  return text;
}

TextTable table_of(const std::vector<Covered>& all, std::uint64_t least, const Style& style) {
  TextTable table({style.say("cli.cover.mapping"), style.say("cli.cover.way"),
                   TextCell(style.say("cli.cover.fields"), Tone::plain, true),
                   TextCell(style.say("cli.cover.used"), Tone::plain, true),
                   TextCell(style.say("cli.cover.dropped"), Tone::plain, true),
                   TextCell(style.say("cli.cover.open"), Tone::plain, true),
                   TextCell(style.say("cli.cover.explained"), Tone::plain, true),
                   TextCell(style.say("cli.cover.written"), Tone::plain, true),
                   TextCell(style.say("cli.cover.codes"), Tone::plain, true)});
  for (const Covered& one : all) {
    if (!one.sound) {
      table.add({one.map->name, TextCell(style.say("cli.cover.unsound"), Tone::bad)});
    }
    for (const mapping::Coverage& way : one.ways) {
      const bool enough = percent(way) >= least;
      const Codes codes = codes_of(way);
      table.add(
          {one.map->name, std::string(way_name(way.way)), number_cell(way.fields(), style),
           number_cell(way.used, style), number_cell(way.dropped, style),
           number_cell(way.unexplained.size(), style,
                       way.unexplained.empty() ? Tone::plain : Tone::bad),
           TextCell(std::to_string(percent(way)) + " %", enough ? Tone::good : Tone::bad, true),
           TextCell(std::to_string(way.written) + "/" + std::to_string(way.written + way.left),
                    Tone::plain, true),
           TextCell(
               codes.all == 0 ? "–" : std::to_string(codes.seen) + "/" + std::to_string(codes.all),
               codes.all == 0 ? Tone::faint : Tone::plain, true)});
    }
  }
  return table;
}

}  // namespace

int map_coverage(const Options& options, const Io& io) {
  int exit = kDone;
  const auto config = load_config(options, io, config::Scope::words, exit);
  if (!config) return exit;
  std::vector<MapFile> maps;
  if (!maps_meant(options.names, *config, io, maps, exit)) return exit;
  const mapping::World world = world_of(*config);
  std::vector<Covered> all;
  std::size_t fields = 0, explained = 0;
  for (const MapFile& map : maps) {
    mapping::Compiled compiled = mapping::compile(map.text, map.path, world);
    Covered one{&map, std::move(compiled.coverage), true};
    if (one.ways.empty()) {
      one.sound = false;
      exit = kFound;
      for (const base::Finding& finding : compiled.findings) {
        if (finding.severity == base::Severity::error) {
          io.err << config::render(finding, io.style.french());
        }
      }
    }
    if (compiled.mapping) {
      const std::filesystem::path folder = std::filesystem::path(map.path).parent_path();
      mapping::count_codes(
          *compiled.mapping, world,
          [&](const std::string& name) { return case_file((folder / name).string()); }, one.ways);
    }
    for (const mapping::Coverage& way : one.ways) {
      fields += way.fields();
      explained += way.used + way.dropped;
      if (percent(way) < options.fail_under) exit = kFound;
    }
    all.push_back(std::move(one));
  }
  if (options.output == Output::json || options.output == Output::jsonl) {
    io.out << to_json(all, exit == kDone, options.fail_under) << '\n';
    return exit;
  }
  io.out << table_of(all, options.fail_under, io.style).text(io.style);
  for (const Covered& one : all) {
    for (const mapping::Coverage& way : one.ways) {
      for (const std::string& path : way.unexplained) {
        io.out << mark(Mark::bad, io.style) << ' '
               << io.style.say("cli.cover.neither", {{"mapping", one.map->name},
                                                     {"way", std::string(way_name(way.way))},
                                                     {"path", path}})
               << '\n';
      }
    }
  }
  io.out << '\n'
         << io.style.say("cli.cover.sum", {{"explained", thousands(explained, io.style)},
                                           {"fields", thousands(fields, io.style)},
                                           {"n", thousands(all.size(), io.style)}})
         << '\n';
  return exit;
}

}  // namespace portage::cli
