// portage route diff --between D1 D2: which receivers change from one day to the other, and where.
#include <algorithm>

#include "gateway/cli/offline.h"
#include "gateway/cli/routes.h"
#include "gateway/cli/verbs.h"
#include "gateway/routing/prove.h"

namespace portage::cli {

int route_diff(const Options& options, const Io& io) {
  int exit = kDone;
  const auto config = load_config(options, io, config::Scope::everything, exit);
  if (!config) return exit;
  std::vector<base::Day> days;
  for (const std::string& text : options.names) {
    const auto day = base::parse_day(text);
    if (!day) {
      io.complain("cli.not_a_day", {{"option", "--between"}, {"text", text}});
      return kWrongUse;
    }
    days.push_back(*day);
  }
  const auto differences =
      routing::diff(config->rules, config->directory, kinds_of(*config), days.at(0), days.at(1),
                    &config->services);
  switch (options.output) {
    case Output::table:
      io.out << routing::render_diff(differences, days[0], days[1], io.style.language);
      break;
    case Output::json:
    case Output::jsonl:
      io.out << routing::render_diff_json(differences, days[0], days[1]);
      break;
    case Output::id: {
      std::vector<std::string> areas;
      for (const routing::Difference& d : differences) {
        if (!d.senders.empty()) continue;  // a change of the sender's own role, not of the place
        areas.insert(areas.end(), d.areas.begin(), d.areas.end());
      }
      std::sort(areas.begin(), areas.end());
      areas.erase(std::unique(areas.begin(), areas.end()), areas.end());
      for (const std::string& area : areas) io.out << area << '\n';
      break;
    }
  }
  return kDone;
}

}  // namespace portage::cli
