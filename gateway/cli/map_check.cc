// portage map check: compile mappings against both schemas and tell everything that is wrong with
// them.
#include "gateway/cli/map_lists.h"
#include "gateway/cli/maps.h"
#include "gateway/cli/offline.h"
#include "gateway/cli/verbs.h"
#include "gateway/format/json_text.h"

namespace portage::cli {

int map_check(const Options& options, const Io& io) {
  if (options.list_findings) return list_findings(options, io);
  int exit = kDone;
  // What may be sent is asked too, where the agreements and parties can be read.
  auto config = config::load(config_path(options), config::Scope::agreed).config;
  const bool agreed = config != nullptr;
  if (!agreed) config = load_config(options, io, config::Scope::words, exit);
  if (!config) return exit;
  if (!agreed && options.output == Output::table) {
    io.err << io.style.say("cli.map.not_agreed") << '\n';
  }
  std::vector<MapFile> maps;
  if (!maps_meant(options.names, *config, io, maps, exit)) return exit;
  const CompiledMaps compiled = compile_maps(maps, *config, true);
  const Tally found = tally(compiled.findings);
  exit = found.errors > 0 ? kFound : kDone;
  mapping::Proofs counted;
  for (const auto& mapping : compiled.set.all()) {
    for (const mapping::Way way : {mapping::Way::in, mapping::Way::out}) {
      counted.proved += mapping->proofs(way).proved;
      counted.checked += mapping->proofs(way).checked;
    }
  }
  switch (options.output) {
    case Output::json: {
      std::string json_text;
      format::JsonText json(json_text);
      json.object().text("schema", "portage.cli/1").boolean("ok", found.errors == 0);
      json.number("files", maps.size()).number("errors", found.errors);
      json.number("warnings", found.warnings);
      json.number("constraints_proved", counted.proved);
      json.number("constraints_checked", counted.checked).list("findings");
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
  const std::uint32_t all = counted.proved + counted.checked;
  if (all > 0) {
    io.out << "  "
           << io.style.say("cli.map.proofs",
                           {{"proved", thousands(counted.proved, io.style)},
                            {"checked", thousands(counted.checked, io.style)},
                            {"percent", std::to_string(counted.proved * 100 / all)}})
           << '\n';
  }
  return exit;
}

}  // namespace portage::cli
