// portage route prove: that no kind of record, place or day is left without an owner, or has two.
#include "gateway/cli/offline.h"
#include "gateway/cli/routes.h"
#include "gateway/cli/verbs.h"
#include "gateway/routing/prove.h"

namespace portage::cli {

std::vector<routing::KindFields> kinds_of(const config::Config& config) {
  std::vector<routing::KindFields> kinds;
  for (const std::string& kind : config.kinds) {
    if (const schema::Schema* schema = config.canonical(kind)) {
      kinds.push_back(routing::fields_of(kind, schema->shape()));
    }
  }
  return kinds;
}

int route_prove(const Options& options, const Io& io) {
  int exit = kDone;
  const auto config = load_config(options, io, config::Scope::everything, exit);
  if (!config) return exit;
  const std::uint64_t began = base::steady_micros();
  const routing::Proof proof = routing::prove(config->rules, config->directory, kinds_of(*config),
                                             routing::kProvenDays, &config->services);
  const std::uint64_t took = base::steady_micros() - began;
  switch (options.output) {
    case Output::table:
      io.out << routing::render_proof(proof, io.style.language)
             << io.style.say("cli.took", {{"ms", std::to_string((took + 500) / 1'000)}}) << '\n';
      break;
    case Output::json:
    case Output::jsonl:
      io.out << routing::render_proof_json(proof);
      break;
    case Output::id:
      for (const routing::ProofFault& fault : proof.faults) {
        io.out << (fault.what == routing::ProofFault::What::gap ? "gap " : "overlap ") << fault.kind
               << ' ' << base::format_day(fault.days.from) << ' '
               << base::format_day(fault.days.until) << '\n';
      }
      break;
  }
  return proof.faults.empty() ? kDone : kFound;
}

}  // namespace portage::cli
