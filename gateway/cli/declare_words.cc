// The verbs about mappings, schemas and code tables.
#include "gateway/cli/declare.h"

namespace portage::cli {
namespace {

void declare_map(Declare& declare, CLI::App& app) {
  Options& options = declare.options();
  CLI::App* map = declare.group(&app, "map", "map");
  map->require_subcommand(1);
  CLI::App* check = declare.verb(map, "check", "map.check", Verb::map_check);
  declare.positional(check, "files", "map_files");
  declare.flag(check, "--list-findings", options.list_findings, "list_findings");
  declare.verb(map, "functions", "map.functions", Verb::map_functions);
  CLI::App* run = declare.verb(map, "run", "map.run", Verb::map_run);
  declare.positional(run, "names", "map_run")->required()->expected(2);
  declare.option(run, "--way", options.way, "way");
  declare.option(run, "--date", options.date, "date");
  declare.flag(run, "--beside", options.beside, "beside");
  CLI::App* test = declare.verb(map, "test", "map.test", Verb::map_test);
  declare.positional(test, "filter", "map_filter");
  CLI::App* explain = declare.verb(map, "explain", "map.explain", Verb::map_explain);
  declare.positional(explain, "mapping", "mapping")->required()->expected(1);
  declare.option(explain, "--field", options.field, "field");
  declare.flag(test, "--update", options.update, "update");
  test->add_option("--property", options.property, declare.say("cli.option.property"));
  test->add_option("--seed", options.seed, declare.say("cli.option.seed"));
  CLI::App* coverage = declare.verb(map, "coverage", "map.coverage", Verb::map_coverage);
  declare.positional(coverage, "files", "map_files");
  coverage->add_option("--fail-under", options.fail_under, declare.say("cli.option.fail_under"))
      ->check(CLI::Range(std::uint64_t{0}, std::uint64_t{100}));
  CLI::App* fmt = declare.verb(map, "fmt", "map.fmt", Verb::map_fmt);
  declare.positional(fmt, "files", "map_files");
  declare.flag(fmt, "--check", options.check_only, "fmt_check");
  CLI::App* diff = declare.verb(map, "diff", "map.diff", Verb::map_diff);
  declare.positional(diff, "files", "map_two")->required()->expected(2);
  CLI::App* doc = declare.verb(map, "doc", "map.doc", Verb::map_doc);
  declare.positional(doc, "mapping", "mapping")->required()->expected(1);
  CLI::App* fresh = declare.verb(map, "new", "map.new", Verb::map_new);
  declare.option(fresh, "--from", options.from, "new_from")->required();
  declare.option(fresh, "--to", options.to, "new_to")->required();
}

void declare_schema(Declare& declare, CLI::App& app) {
  Options& options = declare.options();
  CLI::App* schema = declare.group(&app, "schema", "schema");
  schema->require_subcommand(1);
  CLI::App* check = declare.verb(schema, "check", "schema.check", Verb::schema_check);
  declare.positional(check, "names", "schema_names")->required();
  declare.option(check, "--remotes", options.remotes, "remotes");
  declare.option(check, "--formats", options.formats, "formats");
  declare.option(check, "--draft", options.draft, "draft");
  check->add_option("--depth", options.depth, declare.say("cli.option.depth"))
      ->check(CLI::Range(std::uint32_t{1}, std::uint32_t{5000}));
}

void declare_codes(Declare& declare, CLI::App& app) {
  CLI::App* codes = declare.group(&app, "codes", "codes");
  codes->require_subcommand(1);
  CLI::App* check = declare.verb(codes, "check", "codes.check", Verb::codes_check);
  declare.positional(check, "folder", "codes_folder")->expected(0, 1);
}

}  // namespace

void declare_words(Declare& declare, CLI::App& app) {
  declare_map(declare, app);
  declare_schema(declare, app);
  declare_codes(declare, app);
}

}  // namespace portage::cli
