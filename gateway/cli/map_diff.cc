// portage map diff: what two versions of a mapping do differently, target field by target field.
// Tests of branches, names and demands count as the rules do; layout, comments and the order of
// rules do not.
#include <map>

#include "gateway/cli/maps.h"
#include "gateway/cli/offline.h"
#include "gateway/cli/table.h"
#include "gateway/cli/verbs.h"
#include "gateway/format/json_text.h"

namespace portage::cli {
namespace {

struct Rule {
  std::string source, how;
  std::uint32_t line = 0;
};
// (way, target) -> the rules that write it, in order.
using Rules = std::map<std::pair<std::string, std::string>, std::vector<Rule>>;

Rules rules_of(const mapping::Mapping& mapping, bool french) {
  Rules rules;
  for (const mapping::FieldStory& story : mapping::describe(mapping)) {
    const std::string& text = french ? story.text_fr : story.text_en;
    const auto how = [&](const std::string& when) {
      return when.empty() ? text : "when " + when + ": " + text;
    };
    // What is not carried is told by the side that has it.
    const bool dropped = story.ours.empty() || story.theirs.empty();
    const std::string& only = story.ours.empty() ? story.theirs : story.ours;
    if (story.way != "->") {
      rules[{"in", dropped ? only : story.ours}].push_back(
          {story.theirs, how(story.when_in), story.line});
    }
    if (story.way != "<-") {
      rules[{"out", dropped ? only : story.theirs}].push_back(
          {story.ours, how(story.when_out), story.line});
    }
  }
  for (mapping::ClauseStory& clause : mapping::clauses(mapping)) {
    const std::string way = clause.way == "<->" ? "" : clause.way == "<-" ? "in" : "out";
    rules[{way, clause.what}].push_back({"", std::move(clause.text), clause.line});
  }
  return rules;
}

struct Change {
  std::string what;  // "added", "removed", "changed"
  std::string way, target, before, after;
  std::uint32_t line = 0;  // in the new file; of what was removed, in the old one
};

std::string told(const std::vector<Rule>& rules) {
  std::string out;
  for (const Rule& rule : rules) {
    if (!out.empty()) out += "; ";
    out += rule.source.empty() ? rule.how : rule.source + ": " + rule.how;
  }
  return out;
}

std::vector<Change> changes_of(const mapping::Mapping& before, const mapping::Mapping& after,
                               const Style& style) {
  std::vector<Change> all;
  const auto header = [&](const char* key, const std::string& old, const std::string& now) {
    if (old != now) all.push_back({"changed", "", style.say(key), old, now, 1});
  };
  const auto days = [](const mapping::Mapping& mapping) {
    return base::format_day(mapping.effective().from) + " .. " +
           base::format_day(mapping.effective().until);
  };
  header("cli.diff.version", std::to_string(before.version()), std::to_string(after.version()));
  header("cli.diff.ours", before.ours(), after.ours());
  header("cli.diff.theirs", before.theirs(), after.theirs());
  header("cli.diff.days", days(before), days(after));
  const Rules old = rules_of(before, style.french()), now = rules_of(after, style.french());
  for (const auto& [key, rules] : old) {
    const auto found = now.find(key);
    if (found == now.end()) {
      all.push_back({"removed", key.first, key.second, told(rules), "", rules.front().line});
    } else if (told(rules) != told(found->second)) {
      all.push_back({"changed", key.first, key.second, told(rules), told(found->second),
                     found->second.front().line});
    }
  }
  for (const auto& [key, rules] : now) {
    if (!old.contains(key)) {
      all.push_back({"added", key.first, key.second, "", told(rules), rules.front().line});
    }
  }
  return all;
}

std::shared_ptr<const mapping::Mapping> compiled(const MapFile& map, const config::Config& config,
                                                 const Io& io) {
  mapping::Compiled made = mapping::compile(map.text, map.path, world_of(config));
  for (const base::Finding& finding : made.findings) {
    if (finding.severity == base::Severity::error) {
      io.err << config::render(finding, io.style.french());
    }
  }
  return std::move(made.mapping);
}

std::string to_json(const std::vector<Change>& all) {
  std::string text;
  format::JsonText json(text);
  json.object().text("schema", "portage.cli/1").boolean("same", all.empty()).list("changes");
  for (const Change& one : all) {
    json.object().text("what", one.what).text("way", one.way).text("target", one.target);
    json.text("before", one.before).text("after", one.after).number("line", one.line).end_object();
  }
  json.end_list().end_object();
  return text;
}

}  // namespace

int map_diff(const Options& options, const Io& io) {
  int exit = kDone;
  const auto config = load_config(options, io, config::Scope::words, exit);
  if (!config) return exit;
  std::vector<std::shared_ptr<const mapping::Mapping>> both;
  for (const std::string& name : options.names) {
    std::vector<MapFile> maps;
    if (!find_maps({name}, maps, io)) return kCouldNotCheck;
    if (maps.size() != 1) {
      io.complain("cli.diff.one_file", {{"file", name}});
      return kWrongUse;
    }
    both.push_back(compiled(maps.front(), *config, io));
    if (!both.back()) return kConfiguration;
  }
  const std::vector<Change> all = changes_of(*both[0], *both[1], io.style);
  exit = all.empty() ? kDone : kFound;
  if (options.output == Output::json || options.output == Output::jsonl) {
    io.out << to_json(all) << '\n';
    return exit;
  }
  if (all.empty()) {
    io.err << io.style.say("cli.diff.same") << '\n';
    return exit;
  }
  for (const Change& one : all) {
    const Tone colour = one.what == "added"     ? Tone::good
                        : one.what == "removed" ? Tone::bad
                                                : Tone::warn;
    io.out << tone(colour, io.style.say("cli.diff." + one.what), io.style) << "  "
           << (one.way.empty() ? "" : one.way + "  ") << tone(Tone::strong, one.target, io.style)
           << tone(Tone::faint, "  :" + std::to_string(one.line), io.style) << '\n';
    if (!one.before.empty()) io.out << "  - " << one.before << '\n';
    if (!one.after.empty()) io.out << "  + " << one.after << '\n';
  }
  return exit;
}

}  // namespace portage::cli
