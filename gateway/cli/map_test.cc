// portage map test: the tests that stand in the mappings, from raw bytes to raw bytes.
#include <filesystem>
#include <fstream>
#include <iterator>

#include "gateway/cli/line_diff.h"
#include "gateway/cli/map_property.h"
#include "gateway/cli/maps.h"
#include "gateway/cli/offline.h"
#include "gateway/cli/table.h"
#include "gateway/cli/verbs.h"
#include "gateway/format/json_text.h"

namespace portage::cli {
namespace {

namespace fs = std::filesystem;

struct Tested {
  std::shared_ptr<const mapping::Mapping> mapping;
  std::vector<mapping::TestOutcome> outcomes;
  std::size_t passed = 0;
};

// A mapping's name, or a part of it or of a test's name.
std::vector<Tested> run_all(const CompiledMaps& compiled, const config::Config& config,
                            const std::string& filter, base::Language language) {
  std::vector<Tested> all;
  const mapping::World world = world_of(config);
  for (const auto& mapping : compiled.set.all()) {
    const fs::path folder = fs::path(mapping->file()).parent_path();
    Tested one{mapping, {}, 0};
    const bool whole = mapping->name().find(filter) != std::string::npos;
    for (mapping::TestOutcome& outcome : mapping::run_tests(
             *mapping, world,
             [&](const std::string& name) { return case_file((folder / name).string()); },
             language)) {
      if (!whole && outcome.name.find(filter) == std::string::npos) continue;
      one.passed += outcome.passed ? 1 : 0;
      one.outcomes.push_back(std::move(outcome));
    }
    if (whole || !one.outcomes.empty()) all.push_back(std::move(one));
  }
  return all;
}

std::string to_json(const std::vector<Tested>& all, std::size_t passed, std::size_t failed) {
  std::string json_text;
  format::JsonText json(json_text);
  json.object().text("schema", "portage.cli/1").boolean("ok", failed == 0);
  json.number("passed", passed).number("failed", failed).list("tests");
  for (const Tested& one : all) {
    for (const mapping::TestOutcome& outcome : one.outcomes) {
      json.object().text("mapping", one.mapping->name());
      json.number("version", one.mapping->version()).text("name", outcome.name);
      json.boolean("passed", outcome.passed).text("file", one.mapping->file());
      json.number("line", outcome.line).text("detail", outcome.detail).end_object();
    }
  }
  json.end_list().end_object();
  return json_text;
}

void print_failure(const Tested& one, const mapping::TestOutcome& outcome, const Io& io) {
  io.out << '\n'
         << mark(Mark::bad, io.style) << ' ' << one.mapping->name() << " › \"" << outcome.name
         << "\"  " << one.mapping->file() << ':' << outcome.line << '\n';
  std::string line = "    ";
  for (const char c : outcome.detail) {
    line += c;
    if (c == '\n') line += "    ";
  }
  io.out << line << '\n';
}

// What came, into the files that were expected; the files that can't be written are complained of.
std::size_t rewrite(const std::vector<Tested>& all, const Io& io) {
  std::size_t written = 0;
  for (const Tested& one : all) {
    const fs::path folder = fs::path(one.mapping->file()).parent_path();
    for (const mapping::TestOutcome& outcome : one.outcomes) {
      if (outcome.passed || outcome.file.empty()) continue;
      const fs::path file = folder / outcome.file;
      io.out << file.string() << '\n'
             << line_diff(case_file((folder / outcome.file).string()).value_or(""), outcome.came);
      std::ofstream out(file, std::ios::binary | std::ios::trunc);
      out << outcome.came;
      out.close();
      if (out) {
        ++written;
      } else {
        io.complain("cli.file_unwritten", {{"file", file.string()}});
      }
    }
  }
  return written;
}

}  // namespace

int map_test(const Options& options, const Io& io) {
  int exit = kDone;
  const auto config = load_config(options, io, config::Scope::words, exit);
  if (!config) return exit;
  std::vector<MapFile> maps;
  // A file or a folder, else a part of a mapping's or a test's name.
  std::string filter = options.names.empty() ? "" : options.names.front();
  std::error_code failed_to_look;
  const bool is_path = filter.ends_with(".map") || fs::exists(filter, failed_to_look);
  if (!find_maps({is_path ? filter : config->mappings_folder}, maps, io)) return kCouldNotCheck;
  if (is_path) filter.clear();
  const std::uint64_t began = base::steady_micros();
  const CompiledMaps compiled = compile_maps(maps, *config);
  for (const base::Finding& finding : compiled.findings) {
    if (finding.severity != base::Severity::error) continue;
    io.err << config::render(finding, io.style.french());
    exit = kFound;
  }
  if (options.property > 0) {
    if (exit != kDone) return exit;
    return map_property(options, compiled, filter, *config, io);
  }
  const std::vector<Tested> all = run_all(compiled, *config, filter, io.style.language);
  std::size_t passed = 0, failed = 0;
  for (const Tested& one : all) {
    passed += one.passed;
    failed += one.outcomes.size() - one.passed;
  }
  if (failed > 0) exit = kFound;
  const std::size_t untested =
      maps.size() > compiled.set.all().size() ? maps.size() - compiled.set.all().size() : 0;
  if (passed + failed == 0 && exit == kDone) {
    io.complain("cli.map.no_tests", {{"filter", filter}});
    return kNotFound;
  }
  if (options.output == Output::json || options.output == Output::jsonl) {
    io.out << to_json(all, passed, failed) << '\n';
    return exit;
  }
  if (options.output == Output::table) {
    TextTable table;
    Style plain = io.style;
    plain.color = false;
    for (const Tested& one : all) {
      const bool good = one.passed == one.outcomes.size();
      table.add(
          {TextCell(mark(good ? Mark::good : Mark::bad, plain), good ? Tone::good : Tone::bad),
           one.mapping->name() + " " + std::to_string(one.mapping->version()),
           io.style.say("cli.map.of", {{"passed", std::to_string(one.passed)},
                                       {"all", std::to_string(one.outcomes.size())}})});
    }
    io.out << table.text(io.style);
  }
  for (const Tested& one : all) {
    for (const mapping::TestOutcome& outcome : one.outcomes) {
      if (outcome.passed) continue;
      if (options.output == Output::id) {
        io.out << one.mapping->file() << ':' << outcome.line << '\n';
      } else {
        print_failure(one, outcome, io);
      }
    }
  }
  if (options.update && failed > 0) {
    const std::size_t written = rewrite(all, io);
    io.err << io.style.say("cli.map.updated", {{"n", thousands(written, io.style)}}) << '\n';
  }
  const std::uint64_t ms = (base::steady_micros() - began + 500) / 1'000;
  if (options.output == Output::table) {
    io.out << '\n'
           << io.style.say("cli.map.tested", {{"passed", thousands(passed, io.style)},
                                              {"failed", thousands(failed, io.style)},
                                              {"ms", std::to_string(ms)}})
           << '\n';
    if (untested > 0) {
      io.out << mark(Mark::bad, io.style) << ' '
             << io.style.say("cli.map.untested", {{"n", thousands(untested, io.style)}}) << '\n';
    }
  }
  return exit;
}

}  // namespace portage::cli
