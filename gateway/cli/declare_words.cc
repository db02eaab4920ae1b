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
}

}  // namespace

void declare_words(Declare& declare, CLI::App& app) {
  declare_map(declare, app);
  declare_schema(declare, app);
}

}  // namespace portage::cli
