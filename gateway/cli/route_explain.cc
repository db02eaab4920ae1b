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

void routing_fields(const schema::Shape& shape, const std::string& path,
                    std::vector<std::pair<std::string, const schema::Shape*>>& out) {
  for (const schema::Shape& member : shape.members) {
    const std::string here = path.empty() ? member.name : path + "." + member.name;
    if (member.marks.routing) out.emplace_back(here, &member);
    routing_fields(member, here, out);
  }
}

bool refers(const schema::Shape& shape) {
  return !shape.marks.refers.empty() ||
         std::any_of(shape.members.begin(), shape.members.end(), refers);
}

// "field=value" of --with, against the fields that the kind's schema marks for routing.
int read_with(const Options& options, const schema::Schema& schema, routing::Facts& facts,
              const Io& io) {
  std::vector<std::pair<std::string, const schema::Shape*>> fields;
  routing_fields(schema.shape(), "", fields);
  std::vector<std::string> names;
  for (const auto& [name, shape] : fields) names.push_back(name);
  for (const std::string& one : options.with) {
    const std::size_t equals = one.find('=');
    if (equals == std::string::npos || equals == 0) {
      io.complain("cli.with_syntax", {{"text", one}});
      return kWrongUse;
    }
    const std::string name = one.substr(0, equals), value = one.substr(equals + 1);
    const auto found = std::find_if(fields.begin(), fields.end(),
                                    [&](const auto& field) { return field.first == name; });
    if (found == fields.end()) {
      io.complain("cli.with_field", {{"name", name}, {"kind", options.kind}});
      io.suggest(name, names);
      return kWrongUse;
    }
    const std::vector<std::string>& values = found->second->values;
    if (!values.empty() && std::find(values.begin(), values.end(), value) == values.end()) {
      io.complain("cli.with_value", {{"name", name}, {"value", value}});
      io.suggest(value, values);
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

// "2023-04-01 →", "→ 2023-03-31", "always"
std::string span_text(const base::Days& days, const Style& style) {
  const bool from = days.from != base::kFirstDay, until = days.until != base::kLastDay;
  const std::string to(arrow(style));
  if (!from && !until) return style.say("cli.route.always");
  return (from ? base::format_day(days.from) : std::string(10, ' ')) + " " + to +
         (until ? " " + base::format_day(days.until) : "");
}

std::string place_line(const routing::Explanation& why, const Style& style) {
  const directory::PostalArea& area = *why.place;
  return style.say(
      "cli.route.place_found",
      {{"fsa", area.fsa},
       {"place", area.place},
       {"catchment", area.catchment.empty() ? "?" : area.catchment},
       {"certainty", style.say("cli.certainty." +
                               std::string(directory::certainty_name(area.catchment_certainty)))},
       {"where", area.where.file + ":" + std::to_string(area.where.line)}});
}

void print_rules(const routing::Explanation& why, const Io& io) {
  const Style& style = io.style;
  io.out << "  " << style.say("cli.route.rules") << '\n';
  TextTable table;
  Style plain = style;
  plain.color = false;
  for (const routing::ConsideredRule& rule : why.rules) {
    const Mark what = rule.matched ? Mark::good : Mark::skip;
    table.add({TextCell(mark(what, plain), rule.matched ? Tone::good : Tone::faint),
               TextCell(rule.id, rule.matched ? Tone::strong : Tone::plain), rule.to,
               span_text(rule.in_force, style), style.say(rule.why_code, rule.why_arguments),
               TextCell(rule.file + ":" + std::to_string(rule.line), Tone::faint)});
  }
  io.out << table.text(style, 4);
}

void print_text(const routing::Facts& facts, const routing::Explanation& why,
                const config::Config& config, const Io& io) {
  const Style& style = io.style;
  const std::string weekday = style.say("cli.weekday." + std::to_string(base::weekday(facts.date)));
  io.out << style.say(facts.place.empty() ? "cli.route.head" : "cli.route.head_place",
                      {{"date", base::format_day(facts.date)},
                       {"weekday", weekday},
                       {"kind", facts.kind},
                       {"from", facts.from},
                       {"place", facts.place}})
         << '\n';
  for (const routing::Receiver& receiver : why.decision.receivers) {
    const directory::Party* party = config.directory.party(receiver.party);
    const std::string name = party == nullptr                            ? ""
                             : style.french() && !party->name_fr.empty() ? party->name_fr
                                                                         : party->name_en;
    io.out << "  " << arrow(style) << ' ' << tone(Tone::strong, receiver.party, style);
    if (!name.empty()) io.out << "  " << name;
    if (party != nullptr && party->sample) io.out << "  (" << style.say("cli.sample") << ')';
    io.out << '\n'
           << "    "
           << style.say(receiver.reason, {{"rule", receiver.rule}, {"role", receiver.role}});
    if (!receiver.rule.empty()) {
      io.out << "  " << style.say("cli.route.by_rule", {{"rule", receiver.rule}});
    }
    if (receiver.marked) io.out << "  " << tone(Tone::warn, style.say("cli.route.marked"), style);
    io.out << '\n';
  }
  io.out << '\n';
  if (why.place) {
    io.out << "  " << place_line(why, style) << '\n';
  } else if (!facts.place.empty()) {
    io.out << "  " << style.say("cli.route.place_unknown", {{"place", facts.place}}) << '\n';
  }
  print_rules(why, io);
  io.out << '\n';
  if (why.changes.empty()) {
    io.out << "  " << style.say("cli.route.no_changes") << '\n';
    return;
  }
  io.out << "  " << style.say("cli.route.changes") << '\n';
  TextTable table;
  for (const routing::Change& change : why.changes) {
    table.add({base::format_day(change.on), change.from, std::string(arrow(style)), change.to,
               change.rule.empty() ? "" : style.say("cli.route.by_rule", {{"rule", change.rule}})});
  }
  io.out << table.text(style, 4);
}

void json_day(Json& json, std::string_view name, base::Day day, base::Day open) {
  json.key(name);
  if (day == open) {
    json.null();
  } else {
    json.text(base::format_day(day));
  }
}

std::string to_json(const routing::Facts& facts, const routing::Explanation& why,
                    const Style& style) {
  Json json;
  json.open('{').member("schema", "portage.cli/1").member("kind", facts.kind);
  json.member("from", facts.from).member("place", facts.place);
  json.member("date", base::format_day(facts.date));
  json.member("catchment", why.decision.catchment);
  json.member("certainty", directory::certainty_name(why.decision.certainty));
  json.key("unmatched").flag(why.decision.unmatched).key("receivers").open('[');
  for (const routing::Receiver& receiver : why.decision.receivers) {
    json.open('{').member("party", receiver.party).member("role", receiver.role);
    json.member("rule", receiver.rule).member("reason", receiver.reason);
    json.key("marked").flag(receiver.marked).close('}');
  }
  json.close(']').key("place_row");
  if (why.place) {
    json.open('{').member("fsa", why.place->fsa).member("place", why.place->place);
    json.member("file", why.place->where.file).member("line", why.place->where.line).close('}');
  } else {
    json.null();
  }
  json.key("rules").open('[');
  for (const routing::ConsideredRule& rule : why.rules) {
    json.open('{').member("id", rule.id).member("file", rule.file).member("line", rule.line);
    json_day(json, "from", rule.in_force.from, base::kFirstDay);
    json_day(json, "until", rule.in_force.until, base::kLastDay);
    json.key("matched").flag(rule.matched).member("why", rule.why_code);
    json.member("text", style.say(rule.why_code, rule.why_arguments)).member("to", rule.to);
    json.close('}');
  }
  json.close(']').key("changes").open('[');
  for (const routing::Change& change : why.changes) {
    json.open('{').member("on", base::format_day(change.on)).member("from", change.from);
    json.member("to", change.to).member("rule", change.rule).close('}');
  }
  return json.close(']').close('}').take();
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
      print_text(facts, why, *config, io);
      break;
    case Output::json:
    case Output::jsonl:
      io.out << to_json(facts, why, io.style) << '\n';
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
