// portage validate: the whole configuration, offline, layer by layer.
#include <array>

#include "gateway/cli/offline.h"
#include "gateway/cli/routes.h"
#include "gateway/cli/table.h"
#include "gateway/cli/verbs.h"
#include "gateway/format/json_text.h"
#include "gateway/routing/prove.h"

namespace portage::cli {
namespace {

enum Layer : std::size_t { kSyntax, kKeys, kReferences, kPlaces, kSchemas, kMappings, kRoutes };
constexpr std::array<std::string_view, 7> kLayerKeys = {
    "cli.layer.syntax",  "cli.layer.keys",     "cli.layer.references", "cli.layer.places",
    "cli.layer.schemas", "cli.layer.mappings", "cli.layer.routes"};

// Which layer a finding belongs to, by its code and its file.
Layer layer_of(const base::Finding& finding) {
  const std::string& code = finding.code;
  const std::string& file = finding.place.file;
  for (const char* one : {"config.syntax", "config.repeated_key", "config.too_deep", "config.utf8",
                          "config.too_large"}) {
    if (code == one) return kSyntax;
  }
  for (const char* one : {"config.unknown_key", "config.missing_key", "config.type", "config.range",
                          "config.word", "config.empty", "config.secret"}) {
    if (code == one) return kKeys;
  }
  if (code == "config.index_name" || code == "config.schema_twice") return kSchemas;
  if (code.starts_with("config.")) return kReferences;
  if (code.starts_with("route") || code.starts_with("rules")) return kRoutes;
  if (code.starts_with("directory")) return kPlaces;
  if (file.ends_with(".map")) return kMappings;
  if (file.ends_with(".csv")) return code.starts_with("M4") ? kMappings : kPlaces;
  return kSchemas;
}

// `cells` of the proof of the rules; 0 if it was not made.
std::string what_was_seen(Layer layer, const config::Counts& counts, std::uint64_t cells,
                          const Style& style) {
  const auto n = [&](std::size_t count) { return thousands(count, style); };
  switch (layer) {
    case kSyntax:
      return style.say("cli.seen.files", {{"n", n(counts.files)}});
    case kKeys:
      return style.say("cli.seen.keys");
    case kReferences:
      return style.say("cli.seen.links", {{"n", n(counts.links)}});
    case kPlaces:
      return style.say("cli.seen.places",
                       {{"parties", n(counts.parties)}, {"places", n(counts.places)}});
    case kSchemas:
      return style.say("cli.seen.schemas",
                       {{"schemas", n(counts.schemas)}, {"tables", n(counts.tables)}});
    case kMappings:
      return style.say("cli.seen.mappings", {{"n", n(counts.mappings)}});
    case kRoutes:
      break;
  }
  if (cells == 0) return style.say("cli.seen.rules", {{"n", n(counts.rules)}});
  return style.say("cli.seen.proof",
                   {{"n", n(counts.rules)}, {"cells", n(static_cast<std::size_t>(cells))}});
}

void print_layers(const config::Loaded& loaded, std::uint64_t cells, const Io& io) {
  std::array<std::vector<base::Finding>, kLayerKeys.size()> by_layer;
  for (const base::Finding& finding : loaded.findings) {
    by_layer[layer_of(finding)].push_back(finding);
  }
  // With a portage.toml that can't be parsed nothing else was looked at.
  const bool stopped = loaded.counts.files == 0;
  TextTable table;
  for (std::size_t i = 0; i < kLayerKeys.size(); ++i) {
    const Tally found = tally(by_layer[i]);
    const bool skipped = stopped && by_layer[i].empty();
    const Mark what = skipped              ? Mark::skip
                      : found.errors > 0   ? Mark::bad
                      : found.warnings > 0 ? Mark::warn
                                           : Mark::good;
    const std::string seen =
        skipped ? io.style.say("cli.seen.not_run")
        : found.errors + found.warnings > 0
            ? tally_text(found, io.style)
            : what_was_seen(static_cast<Layer>(i), loaded.counts, cells, io.style);
    Style plain = io.style;
    plain.color = false;
    const Tone colour = what == Mark::good   ? Tone::good
                        : what == Mark::bad  ? Tone::bad
                        : what == Mark::warn ? Tone::warn
                                             : Tone::faint;
    table.add({TextCell(mark(what, plain), colour), io.style.say(kLayerKeys[i]), seen});
  }
  io.out << table.text(io.style, 2) << '\n';
}

void print_json(const config::Loaded& loaded, std::uint64_t took_us, const Io& io) {
  std::string json_text;
  format::JsonText json(json_text);
  const config::Counts& counts = loaded.counts;
  json.object().text("schema", "portage.cli/1").boolean("ok", loaded.config != nullptr);
  json.object("counts");
  json.number("files", counts.files).number("parties", counts.parties);
  json.number("links", counts.links).number("places", counts.places);
  json.number("rules", counts.rules).number("mappings", counts.mappings);
  json.number("schemas", counts.schemas).number("tables", counts.tables).end_object();
  if (loaded.config) json.text("digest", loaded.config->digest);
  json.number("took_us", took_us).list("findings");
  for (const base::Finding& finding : loaded.findings) {
    json.raw_element(config::render_json(finding, io.style.french()));
  }
  json.end_list().end_object();
  io.out << json_text << '\n';
}

// Adds a finding for each gap and overlap, if everything else is in order; gives the cells checked.
std::uint64_t prove_routes(config::Loaded& loaded) {
  if (!loaded.config) return 0;
  const config::Config& config = *loaded.config;
  const routing::Proof proof = routing::prove(config.rules, config.directory, kinds_of(config));
  for (base::Finding& finding : routing::findings_of(proof, config.rules)) {
    loaded.findings.push_back(std::move(finding));
  }
  if (!proof.faults.empty()) loaded.config.reset();
  return proof.cells;
}

}  // namespace

int validate(const Options& options, const Io& io) {
  const std::string path = config_path(options);
  const std::uint64_t began = base::steady_micros();
  config::Loaded loaded = config::load(path);
  const std::uint64_t cells = prove_routes(loaded);
  const std::uint64_t took = base::steady_micros() - began;
  const int exit = could_not_check(loaded, path) ? kCouldNotCheck : loaded.config ? kDone : kFound;
  switch (options.output) {
    case Output::json:
      print_json(loaded, took, io);
      return exit;
    case Output::jsonl:
      for (const base::Finding& finding : loaded.findings) {
        io.out << config::render_json(finding, io.style.french()) << '\n';
      }
      return exit;
    case Output::id:
      for (const base::Finding& finding : loaded.findings) {
        io.out << finding.place.file << ':' << finding.place.line << ':' << finding.place.column
               << ' ' << finding.code << '\n';
      }
      return exit;
    case Output::table:
      break;
  }
  if (exit == kCouldNotCheck) {
    io.complain("cli.config_unread", {{"file", path}});
    return exit;
  }
  io.out << io.style.say("cli.checking", {{"file", path}}) << "\n\n";
  print_layers(loaded, cells, io);
  for (const base::Finding& finding : loaded.findings) {
    io.out << config::render(finding, io.style.french()) << '\n';
  }
  const std::string ms = std::to_string((took + 500) / 1'000);
  io.out << io.style.say("cli.checked", {{"tally", tally_text(tally(loaded.findings), io.style)},
                                         {"files", thousands(loaded.counts.files, io.style)},
                                         {"ms", ms}})
         << '\n';
  if (!loaded.findings.empty()) {
    io.out << io.style.say("cli.explain_code", {{"code", loaded.findings.front().code}}) << '\n';
  }
  return exit;
}

}  // namespace portage::cli
