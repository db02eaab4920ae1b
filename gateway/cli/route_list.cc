// portage route list: every rule, with its days and where it stands.
#include "gateway/cli/offline.h"
#include "gateway/cli/verbs.h"
#include "gateway/routing/prove.h"

namespace portage::cli {

int route_list(const Options& options, const Io& io) {
  int exit = kDone;
  const auto config = load_config(options, io, config::Scope::everything, exit);
  if (!config) return exit;
  const std::vector<routing::RuleSummary> rules = config->rules.list();
  switch (options.output) {
    case Output::table:
      io.out << routing::render_rules(rules, io.style.language);
      break;
    case Output::json:
    case Output::jsonl:
      io.out << routing::render_rules_json(rules);
      break;
    case Output::id:
      for (const routing::RuleSummary& rule : rules) io.out << rule.id << '\n';
      break;
  }
  return kDone;
}

}  // namespace portage::cli
