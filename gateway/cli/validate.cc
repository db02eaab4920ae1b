// portage validate: the whole configuration, offline, layer by layer; with --online the other ends
// too.
#include <algorithm>
#include <array>

#include "gateway/cli/offline.h"
#include "gateway/cli/online_check.h"
#include "gateway/cli/routes.h"
#include "gateway/cli/table.h"
#include "gateway/cli/verbs.h"
#include "gateway/format/json_text.h"
#include "gateway/routing/prove.h"

namespace portage::cli {
namespace {

enum Layer : std::size_t {
  kSyntax,
  kSchema,
  kReferences,
  kRoutes,
  kAgreements,
  kStyle,
  kOnline,
  kLayers
};
constexpr std::array<std::string_view, kLayers> kLayerKeys = {
    "cli.layer.syntax",     "cli.layer.schema", "cli.layer.references", "cli.layer.routes",
    "cli.layer.agreements", "cli.layer.style",  "cli.layer.online"};

bool ends_with_one(std::string_view code, std::initializer_list<std::string_view> endings) {
  return std::any_of(endings.begin(), endings.end(),
                     [&](std::string_view ending) { return code.ends_with(ending); });
}

// Which layer a finding belongs to: can the file be read, is it of the right form, does every name
// lead somewhere; then what the whole says.
Layer layer_of(const base::Finding& finding) {
  const std::string_view code = finding.code;
  const std::string_view room = code.substr(0, code.find('.'));
  if (room == "online") return kOnline;
  if (room == "style") return kStyle;
  if (ends_with_one(
          code, {".syntax", ".repeated_key", ".too_deep", ".utf8", ".too_large", ".character"}) ||
      code.starts_with("M1")) {
    return kSyntax;
  }
  if (ends_with_one(code, {".unknown_key", ".missing_key", ".wrong_type", ".type", ".range",
                           ".word", ".empty", ".secret", ".bad_id", ".bad_fsa", ".bad_date",
                           ".turned_dates", ".empty_cell", ".bad_flag", ".unknown_certainty"}) ||
      room == "schema" || room == "layout" || room == "xsd" || code == "config.index_name" ||
      code == "config.schema_twice") {
    return kSchema;
  }
  if (code.find(".unknown_") != std::string_view::npos &&
      finding.severity == base::Severity::error) {
    return kReferences;
  }
  if (room == "rules" || room == "route") return kRoutes;
  if (room == "agreements") return kAgreements;
  return finding.severity == base::Severity::error ? kReferences : kStyle;
}

// `cells` of the proof of the rules; 0 if it was not made.
std::string what_was_seen(Layer layer, const config::Counts& counts, std::uint64_t cells,
                          const Options& options, std::size_t asked, const Style& style) {
  const auto n = [&](std::size_t count) { return thousands(count, style); };
  switch (layer) {
    case kSyntax:
      return style.say("cli.seen.files", {{"n", n(counts.files)}});
    case kSchema:
      return style.say("cli.seen.schema", {{"kinds", n(counts.kinds)},
                                           {"schemas", n(counts.schemas)},
                                           {"tables", n(counts.tables)}});
    case kReferences:
      return style.say("cli.seen.references", {{"parties", n(counts.parties)},
                                               {"roles", n(counts.roles)},
                                               {"areas", n(counts.areas)},
                                               {"mappings", n(counts.mappings)},
                                               {"links", n(counts.links)}});
    case kAgreements:
      return style.say("cli.seen.agreements",
                       {{"n", n(counts.agreements)}, {"flows", n(counts.flows)}});
    case kStyle:
      return style.say("cli.seen.style");
    case kOnline:
      return options.online ? style.say("cli.seen.online", {{"n", n(asked)}})
                            : style.say("cli.seen.online_not");
    case kRoutes:
    case kLayers:
      break;
  }
  if (cells == 0) return style.say("cli.seen.rules", {{"n", n(counts.rules)}});
  return style.say("cli.seen.proof",
                   {{"n", n(counts.rules)}, {"cells", n(static_cast<std::size_t>(cells))}});
}

void print_layers(const config::Loaded& loaded, std::uint64_t cells, const Options& options,
                  std::size_t asked, const Io& io) {
  std::array<std::vector<base::Finding>, kLayerKeys.size()> by_layer;
  for (const base::Finding& finding : loaded.findings) {
    by_layer[layer_of(finding)].push_back(finding);
  }
  // With a portage.toml that can't be parsed nothing else was looked at.
  const bool stopped = loaded.counts.files == 0;
  TextTable table;
  for (std::size_t i = 0; i < kLayerKeys.size(); ++i) {
    const Tally found = tally(by_layer[i]);
    const bool skipped = by_layer[i].empty() && (stopped || (i == kOnline && !options.online));
    const Mark what = skipped              ? Mark::skip
                      : found.errors > 0   ? Mark::bad
                      : found.warnings > 0 ? Mark::warn
                                           : Mark::good;
    const std::string seen =
        skipped && i != kOnline ? io.style.say("cli.seen.not_run")
        : found.errors + found.warnings > 0
            ? tally_text(found, io.style)
            : what_was_seen(static_cast<Layer>(i), loaded.counts, cells, options, asked, io.style);
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
  json.number("schemas", counts.schemas).number("tables", counts.tables);
  json.number("roles", counts.roles).number("areas", counts.areas);
  json.number("agreements", counts.agreements).number("flows", counts.flows);
  json.number("kinds", counts.kinds).end_object();
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
  const routing::Proof proof = routing::prove(config.rules, config.directory, kinds_of(config),
                                              routing::kProvenDays, &config.services);
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
  std::size_t asked = 0;
  if (options.online && loaded.config) {
    asked = check_online(*loaded.config, loaded.findings);
    if (tally(loaded.findings).errors > 0) loaded.config.reset();
  }
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
  print_layers(loaded, cells, options, asked, io);
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
