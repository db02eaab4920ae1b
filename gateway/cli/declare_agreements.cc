// The verbs about agreements.
#include "gateway/cli/declare.h"

namespace portage::cli {

void declare_agreements(Declare& declare, CLI::App& app) {
  CLI::App* agreements = declare.group(&app, "agreements", "agreements");
  agreements->require_subcommand(1);
  declare.verb(agreements, "list", "agreements.list", Verb::agreements_list);
  CLI::App* show = declare.verb(agreements, "show", "agreements.show", Verb::agreements_show);
  declare.positional(show, "id", "agreement")->required()->expected(1);
  CLI::App* check = declare.verb(agreements, "check", "agreements.check", Verb::agreements_check);
  declare.positional(check, "id", "agreement")->expected(0, 1);
}

}  // namespace portage::cli
