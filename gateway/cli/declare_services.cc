// The verbs about services and supports.
#include "gateway/cli/declare.h"

namespace portage::cli {

void declare_services(Declare& declare, CLI::App& app) {
  Options& options = declare.options();
  const auto asked = [&](CLI::App* verb) {
    declare.option(verb, "--need", options.need, "need")->required();
    declare.option(verb, "--place", options.place, "resolve_place");
    declare.option(verb, "--municipality", options.municipality, "municipality");
    declare.option(verb, "--language", options.spoken, "spoken");
    declare.option(verb, "--at", options.at, "resolve_at");
  };
  CLI::App* resolve = declare.verb(&app, "resolve", "resolve", Verb::resolve);
  asked(resolve);
  declare.option(resolve, "--from", options.from, "resolve_from");

  CLI::App* services = declare.group(&app, "services", "services");
  services->require_subcommand(1);
  declare.verb(services, "needs", "services.needs", Verb::services_needs);
  CLI::App* list = declare.verb(services, "list", "services.list", Verb::services_list);
  declare.option(list, "--need", options.need, "need");
  declare.option(list, "--place", options.place, "resolve_place");
  declare.option(list, "--at", options.at, "resolve_at");
  CLI::App* show = declare.verb(services, "show", "services.show", Verb::services_show);
  declare.positional(show, "id", "service_id")->required()->expected(1);
  CLI::App* near = declare.verb(services, "nearest", "services.nearest", Verb::services_nearest);
  asked(near);
  declare.option(near, "--kind", options.kind, "party_kind");
  CLI::App* import = declare.verb(services, "import", "services.import", Verb::services_import);
  declare.positional(import, "from", "import_from")->required()->expected(1);
  declare.option(import, "--as", options.as, "import_as");
}

}  // namespace portage::cli
