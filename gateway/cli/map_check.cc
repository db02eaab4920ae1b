// portage map check: compile mappings against both schemas and tell everything that is wrong with
// them.
#include "gateway/cli/maps.h"
#include "gateway/cli/offline.h"
#include "gateway/cli/verbs.h"
#include "gateway/format/json_text.h"

namespace portage::cli {

int map_check(const Options& options, const Io& io) {
  int exit = kDone;
  const auto config = load_config(options, io, config::Scope::words, exit);
  if (!config) return exit;
  std::vector<MapFile> maps;
  const std::vector<std::string> places =
      options.names.empty() ? std::vector{config->mappings_folder} : options.names;
  if (!find_maps(places, maps, io)) return kCouldNotCheck;
  if (maps.empty()) {
    io.complain("cli.no_maps", {{"folder", places.front()}});
    return kNotFound;
  }
  const CompiledMaps compiled = compile_maps(maps, *config);
  const Tally found = tally(compiled.findings);
  exit = found.errors > 0 ? kFound : kDone;
  switch (options.output) {
    case Output::json: {
      std::string json_text;
      format::JsonText json(json_text);
      json.object().text("schema", "portage.cli/1").boolean("ok", found.errors == 0);
      json.number("files", maps.size()).number("errors", found.errors);
      json.number("warnings", found.warnings).list("findings");
      for (const base::Finding& finding : compiled.findings) {
        json.raw_element(config::render_json(finding, io.style.french()));
      }
      json.end_list().end_object();
      io.out << json_text << '\n';
      return exit;
    }
    case Output::jsonl:
      for (const base::Finding& finding : compiled.findings) {
        io.out << config::render_json(finding, io.style.french()) << '\n';
      }
      return exit;
    case Output::id:
      for (const auto& mapping : compiled.set.all()) {
        io.out << mapping->name() << ' ' << mapping->version() << '\n';
      }
      return exit;
    case Output::table:
      break;
  }
  for (const base::Finding& finding : compiled.findings) {
    io.out << config::render(finding, io.style.french()) << '\n';
  }
  io.out << mark(exit == kDone ? Mark::good : Mark::bad, io.style) << ' '
         << io.style.say("cli.map.checked", {{"n", thousands(maps.size(), io.style)},
                                             {"tally", tally_text(found, io.style)}})
         << '\n';
  return exit;
}

}  // namespace portage::cli
