// The shipped directory and rules, for tests; and a short way to ask.
#pragma once

#include "gateway/routing/routing.h"
#include "tests/unit/directory/files.h"

namespace portage::routing {

inline std::vector<std::pair<std::string, std::string>> shipped_rule_files() {
  return {{"routes/employment.toml", directory::read_source_file("config/routes/employment.toml")}};
}

struct Shipped {
  directory::LoadedDirectory loaded = directory::load_directory(directory::shipped_files());
  LoadedRules rules = load_rules(shipped_rule_files(), loaded.directory);

  const directory::Directory& directory() const { return loaded.directory; }
  Decision ask(const Facts& facts) const { return rules.rules.decide(directory(), facts); }
  Explanation explain(const Facts& facts) const { return rules.rules.explain(directory(), facts); }
};

inline const Shipped& shipped() {
  static const Shipped kShipped;
  return kShipped;
}

inline Facts referral(std::string_view from, std::string_view place, base::Day date) {
  Facts facts;
  facts.kind = "referral";
  facts.from = from;
  facts.place = place;
  facts.date = date;
  return facts;
}

inline Facts referral(std::string_view from, std::string_view place, std::string_view date) {
  return referral(from, place, directory::day(date));
}

inline base::Day day_before(base::Day day) { return {day.since_1970 - 1}; }

}  // namespace portage::routing
