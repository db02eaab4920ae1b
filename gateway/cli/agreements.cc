// portage agreements list | show: what may flow between whom, and by what right.
#include <algorithm>

#include "gateway/cli/offline.h"
#include "gateway/cli/table.h"
#include "gateway/cli/verbs.h"
#include "gateway/format/json_text.h"

namespace portage::cli {
namespace {

using agreements::Agreement;
using agreements::FieldSet;
using agreements::Flow;

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : ", ") + word;
  return out;
}

const std::string& said(const std::string& en, const std::string& fr, const Style& style) {
  return style.french() ? fr : en;
}

std::string days_text(const base::Days& days) {
  return base::format_day(days.from) + " → " +
         (days.until == base::kLastDay ? std::string("…") : base::format_day(days.until));
}

std::vector<std::string> kinds_of_agreement(const config::Config& config, const Agreement& one) {
  std::vector<std::string> out;
  for (const auto& flow : config.agreements.flows()) {
    if (flow->agreement.get() == &one) out.push_back(flow->kind);
  }
  return out;
}

void print_json(const config::Config& config, const Agreement& one, const Io& io) {
  std::string line;
  format::JsonText json(line);
  const auto list = [&](std::string_view name, const std::vector<std::string>& words) {
    json.list(name);
    for (const std::string& word : words) json.element(word);
    json.end_list();
  };
  json.object()
      .text("id", one.id)
      .text("title", said(one.title_en, one.title_fr, io.style))
      .text("authority", said(one.authority_en, one.authority_fr, io.style))
      .text("purpose", one.purpose)
      .text("consent", agreements::consent_rule_name(one.consent))
      .text("since", base::format_day(one.days.from));
  if (one.days.until != base::kLastDay) json.text("until", base::format_day(one.days.until));
  json.boolean("sample", one.sample)
      .text("certainty", directory::certainty_name(one.certainty))
      .text("source", one.source);
  list("from", one.from);
  list("to", one.to);
  json.list("flows");
  for (const auto& flow : config.agreements.flows()) {
    if (flow->agreement.get() != &one) continue;
    json.object().text("kind", flow->kind).list("fields");
    const auto& paths = config.agreements.leaves(flow->kind)->paths;
    for (std::size_t i = 0; i < paths.size() && i < FieldSet::kMost; ++i) {
      if (flow->permitted.has(i)) json.element(paths[i]);
    }
    json.end_list().end_object();
  }
  json.end_list().end_object();
  io.out << line << '\n';
}

}  // namespace

int agreements_list(const Options& options, const Io& io) {
  int exit = kDone;
  const auto config = load_config(options, io, config::Scope::everything, exit);
  if (!config) return exit;
  TextTable table({io.style.say("cli.column.agreement"), io.style.say("cli.column.from"),
                   io.style.say("cli.column.to"), io.style.say("cli.column.kinds"),
                   io.style.say("cli.column.consent"), io.style.say("cli.column.days")});
  for (const auto& one : config->agreements.all()) {
    if (options.output == Output::id) {
      io.out << one->id << '\n';
    } else if (options.output == Output::table) {
      table.add(
          {one->id + (one->sample ? " *" : ""), joined(one->from), joined(one->to),
           joined(kinds_of_agreement(*config, *one)),
           io.style.say("cli.consent." + std::string(agreements::consent_rule_name(one->consent))),
           days_text(one->days)});
    } else {
      print_json(*config, *one, io);
    }
  }
  if (options.output == Output::table) {
    io.out << table.text(io.style) << '\n' << io.style.say("cli.agreements.samples") << '\n';
  }
  return kDone;
}

int agreements_show(const Options& options, const Io& io) {
  int exit = kDone;
  const auto config = load_config(options, io, config::Scope::everything, exit);
  if (!config) return exit;
  const auto& all = config->agreements.all();
  const auto found = std::find_if(
      all.begin(), all.end(), [&](const auto& one) { return one->id == options.names.front(); });
  if (found == all.end()) {
    std::vector<std::string> known;
    for (const auto& one : all) known.push_back(one->id);
    io.complain("cli.no_agreement", {{"id", options.names.front()}});
    io.suggest(options.names.front(), known);
    return kNotFound;
  }
  const Agreement& one = **found;
  if (options.output != Output::table) {
    print_json(*config, one, io);
    return kDone;
  }
  const Style& style = io.style;
  io.out << one.id << "  " << said(one.title_en, one.title_fr, style) << "\n";
  TextTable facts;
  facts.add({style.say("cli.column.from"), joined(one.from)});
  facts.add({style.say("cli.column.to"), joined(one.to)});
  facts.add({style.say("cli.column.authority"), said(one.authority_en, one.authority_fr, style)});
  facts.add({style.say("cli.column.purpose"), one.purpose});
  facts.add({style.say("cli.column.consent"),
             style.say("cli.consent." + std::string(agreements::consent_rule_name(one.consent)))});
  facts.add({style.say("cli.column.days"), days_text(one.days)});
  facts.add(
      {style.say("cli.column.certainty"), std::string(directory::certainty_name(one.certainty)) +
                                              (one.sample ? ", " + style.say("cli.sample") : "")});
  facts.add({style.say("cli.column.source"), one.source});
  io.out << facts.text(style, 2);
  for (const auto& flow : config->agreements.flows()) {
    if (flow->agreement.get() != &one) continue;
    const auto& paths = config->agreements.leaves(flow->kind)->paths;
    std::vector<std::string> permitted, not_permitted;
    for (std::size_t i = 0; i < paths.size() && i < FieldSet::kMost; ++i) {
      (flow->permitted.has(i) ? permitted : not_permitted).push_back(paths[i]);
    }
    io.out << "\n  " << flow->kind << "\n    "
           << style.say("cli.agreements.permitted", {{"n", std::to_string(permitted.size())}})
           << ' ' << joined(permitted) << '\n';
    if (not_permitted.empty()) continue;
    io.out << "    "
           << style.say("cli.agreements.withheld", {{"n", std::to_string(not_permitted.size())}})
           << ' ' << joined(not_permitted) << '\n';
  }
  return kDone;
}

}  // namespace portage::cli
