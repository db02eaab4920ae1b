// portage route explain: who gets a record of this kind, from this party, for this place, on this
// day, and why.
#include <algorithm>

#include "gateway/base/text.h"
#include "gateway/cli/offline.h"
#include "gateway/cli/table.h"
#include "gateway/cli/tree.h"
#include "gateway/cli/verbs.h"

namespace portage::cli {
namespace {

bool refers(const schema::Shape& shape) {
  return !shape.marks.refers.empty() ||
         std::any_of(shape.members.begin(), shape.members.end(), refers);
}

// "field=value" of --with, against the fields that the kind's schema marks for routing.
int read_with(const Options& options, const schema::Schema& schema, routing::Facts& facts,
              const Io& io) {
  const routing::KindFields known = routing::fields_of(options.kind, schema.shape());
  std::vector<std::string> names;
  for (const auto& [name, codes] : known.fields) names.push_back(name);
  for (const std::string& one : options.with) {
    const std::size_t equals = one.find('=');
    if (equals == std::string::npos || equals == 0) {
      io.complain("cli.with_syntax", {{"text", one}});
      return kWrongUse;
    }
    const std::string name = one.substr(0, equals), value = one.substr(equals + 1);
    const auto field = std::find_if(known.fields.begin(), known.fields.end(),
                                    [&](const auto& pair) { return pair.first == name; });
    if (field == known.fields.end()) {
      io.complain("cli.with_field", {{"name", name}, {"kind", options.kind}});
      io.suggest(name, names);
      return kWrongUse;
    }
    const std::vector<std::string>& codes = field->second;
    if (!codes.empty() && std::find(codes.begin(), codes.end(), value) == codes.end()) {
      io.complain("cli.with_value", {{"name", name}, {"value", value}});
      io.suggest(value, codes);
      return kWrongUse;
    }
    facts.fields[name] = value;
  }
  return kDone;
}

int read_facts(const Options& options, const config::Config& config, routing::Facts& facts,
               const Io& io) {
  const auto unknown = [&](const char* key, const std::string& name,
                           const std::vector<std::string>& known) {
    io.complain(key, {{"name", name}});
    io.suggest(name, known);
    return kNotFound;
  };
  const schema::Schema* schema = config.canonical(options.kind);
  if (schema == nullptr) return unknown("config.unknown_kind", options.kind, config.kinds);
  if (config.directory.party(options.from) == nullptr) {
    std::vector<std::string> known;
    for (const auto& [id, party] : config.directory.parties()) known.push_back(id);
    return unknown("config.unknown_party", options.from, known);
  }
  facts.kind = options.kind;
  facts.from = options.from;
  facts.place = options.place;
  facts.municipality = options.municipality;
  facts.reserve = options.reserve;
  facts.services = &config.services;
  facts.date = base::toronto_day(io.style.now);
  if (!options.at.empty() && options.at != "today") {
    const auto day = base::parse_day(options.at);
    if (!day) {
      io.complain("cli.not_a_day", {{"option", "--at"}, {"text", options.at}});
      return kWrongUse;
    }
    facts.date = *day;
  }
  if (refers(schema->shape())) facts.earlier = routing::Facts::Earlier{};
  return read_with(options, *schema, facts, io);
}

}  // namespace

int route_explain(const Options& options, const Io& io) {
  int exit = kDone;
  const auto config = load_config(options, io, config::Scope::everything, exit);
  if (!config) return exit;
  routing::Facts facts;
  if (exit = read_facts(options, *config, facts, io); exit != kDone) return exit;
  const routing::Explanation why = config->rules.explain(config->directory, facts);
  switch (options.output) {
    case Output::table:
      io.out << routing::render_explanation(why, facts, io.style.language);
      break;
    case Output::json:
    case Output::jsonl:
      io.out << routing::render_explanation_json(why, facts);
      break;
    case Output::id:
      for (const routing::Receiver& receiver : why.decision.receivers) {
        io.out << receiver.party << '\n';
      }
      break;
  }
  const bool owned = std::none_of(why.decision.receivers.begin(), why.decision.receivers.end(),
                                  [](const auto& one) { return one.reason == "route.no_rule"; });
  return owned ? kDone : kFound;
}

}  // namespace portage::cli
