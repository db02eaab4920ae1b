#include "gateway/cli/parse.h"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <memory>

#include "gateway/base/text.h"
#include "gateway/cli/declare.h"

namespace portage::cli {
namespace {

using base::Language;

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string() : std::string(value);
}

// The language must be known before the words of --help are chosen.
Language language_of(const std::vector<std::string>& arguments, const Surroundings& around) {
  std::string said = around.lang;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    if (arguments[i] == "--lang" && i + 1 < arguments.size()) said = arguments[i + 1];
    if (arguments[i].starts_with("--lang=")) said = arguments[i].substr(7);
  }
  return base::language_from(said);
}

// Declares the command tree; each verb's own options stand in one function.
class Tree : public Declare {
 public:
  Tree(Options& options, Language language) : Declare(options, language), options_(options) {
    auto formatter = std::make_shared<CLI::Formatter>();
    formatter->column_width(30);
    for (const char* label : {"Usage", "OPTIONS", "SUBCOMMAND", "SUBCOMMANDS", "Options",
                              "Subcommands", "Positionals", "REQUIRED", "TEXT", "UINT"}) {
      formatter->label(label, say(std::string("cli.label.") + base::lower_ascii(label)));
    }
    app_.formatter(formatter);
    app_.option_defaults()->group(say("cli.label.options"));
    app_.description(say("cli.help.portage"));
    app_.footer(say("cli.examples.portage"));
    app_.set_help_flag("-h,--help", say("cli.option.help"));
    app_.require_subcommand(0, 1);
    common();
    offline();
    online();
    act();
    app_.failure_message(
        [](const CLI::App*, const CLI::Error& error) { return std::string(error.what()); });
  }

  CLI::App& app() { return app_; }
  bool any() const { return !app_.get_subcommands().empty(); }
  std::string& language_word() { return language_word_; }
  std::string& output_word() { return output_word_; }
  bool no_color() const { return no_color_; }
  bool ascii() const { return ascii_; }

  std::vector<std::string> extras() const { return app_.remaining(true); }

  // Every word that may stand where `word` was not understood.
  std::vector<std::string> known(const std::string& word) const {
    std::vector<std::string> out;
    const CLI::App* at = &app_;
    while (!at->get_subcommands().empty()) at = at->get_subcommands().front();
    if (word.starts_with("-")) {
      for (const CLI::App* level = at; level != nullptr; level = level->get_parent()) {
        for (const CLI::Option* option : level->get_options()) {
          for (const std::string& name : option->get_lnames()) out.push_back("--" + name);
        }
      }
    } else {
      for (const CLI::App* sub : at->get_subcommands([](const CLI::App*) { return true; })) {
        out.push_back(sub->get_name());
      }
    }
    return out;
  }

 private:
  void common() {
    option(&app_, "-o,--output", output_word_, "output");
    option(&app_, "--lang", language_word_, "lang");
    app_.add_flag("--no-color", no_color_, say("cli.option.no_color"));
    app_.add_flag("--ascii", ascii_, say("cli.option.ascii"));
    option(&app_, "--config", options_.config, "config");
    option(&app_, "--socket", options_.socket, "socket");
  }

  void offline() {
    CLI::App* validate = verb(&app_, "validate", "validate", Verb::validate);
    flag(validate, "--online", options_.online, "online");
    declare_words(*this, app_);
    declare_services(*this, app_);
    declare_agreements(*this, app_);
    CLI::App* route = group(&app_, "route", "route");
    route->require_subcommand(1);
    CLI::App* why = verb(route, "explain", "route.explain", Verb::route_explain);
    option(why, "--kind", options_.kind, "kind")->required();
    option(why, "--from", options_.from, "from")->required();
    option(why, "--place", options_.place, "place");
    option(why, "--municipality", options_.municipality, "route_municipality");
    flag(why, "--reserve", options_.reserve, "reserve");
    option(why, "--at", options_.at, "at");
    why->add_option("--with", options_.with, say("cli.option.with"));
    verb(route, "list", "route.list", Verb::route_list);
    CLI::App* diff = verb(route, "diff", "route.diff", Verb::route_diff);
    diff->add_option("--between", options_.names, say("cli.option.between"))
        ->required()
        ->expected(2);
    verb(route, "prove", "route.prove", Verb::route_prove);
    verb(&app_, "version", "version", Verb::version);
    CLI::App* help = verb(&app_, "help", "help", Verb::help_code);
    help->add_option("code", options_.names, say("cli.option.code"))->expected(0, 1);
  }

  void list_options(CLI::App* app) {
    option(app, "--where", options_.where, "where");
    app->add_option("--limit", options_.limit, say("cli.option.limit"))
        ->check(CLI::Range(std::size_t{1}, std::size_t{1000}));
  }

  void online() {
    verb(&app_, "status", "status", Verb::status);
    CLI::App* trace = verb(&app_, "trace", "trace", Verb::trace);
    trace->add_option("id", options_.names, say("cli.option.id"))->required()->expected(1);
    CLI::App* records = group(&app_, "records", "records");
    records->require_subcommand(1);
    CLI::App* list = verb(records, "list", "records.list", Verb::records_list);
    list_options(list);
    option(list, "--before", options_.before, "before");
    CLI::App* events = verb(&app_, "events", "events", Verb::events);
    events->add_option("--after", options_.after, say("cli.option.after"));
    events->add_flag("--follow,-f", options_.follow, say("cli.option.follow"));
    option(events, "--where", options_.where, "where");
    events->add_option("--limit", options_.limit, say("cli.option.limit"));
  }

  void act() {
    CLI::App* send = verb(&app_, "send", "send", Verb::send);
    send->add_option("file", options_.names, say("cli.option.send_file"))->required()->expected(1);
    option(send, "--as", options_.as, "as");
    option(send, "--url", options_.url, "url");
    option(send, "--cert", options_.certificate, "cert");
    option(send, "--key", options_.key, "key");
    option(send, "--ca", options_.authorities, "ca");
    option(send, "--content-type", options_.content_type, "content_type");
    option(send, "--kind", options_.kind, "kind");
    option(send, "--id", options_.id, "source_id");

    CLI::App* quarantine = group(&app_, "quarantine", "quarantine");
    quarantine->require_subcommand(1);
    CLI::App* list = verb(quarantine, "list", "quarantine.list", Verb::quarantine_list);
    list_options(list);
    CLI::App* show = verb(quarantine, "show", "quarantine.show", Verb::quarantine_show);
    show->add_option("id", options_.names, say("cli.option.id"))->expected(0, 1);
    option(show, "--receiver", options_.receiver, "receiver");
    option(show, "--cause", options_.cause, "cause");
    show->add_option("--limit", options_.limit, say("cli.option.limit"));
    CLI::App* retry = verb(quarantine, "retry", "quarantine.retry", Verb::quarantine_retry);
    retry->add_option("id", options_.names, say("cli.option.id"))->expected(0, 1);
    option(retry, "--receiver", options_.receiver, "receiver");
    option(retry, "--cause", options_.cause, "cause");
    option(retry, "--reason", options_.reason, "reason");
  }

  Options& options_;
  CLI::App app_{"", "portage"};
  std::string language_word_, output_word_ = "table";
  bool no_color_ = false, ascii_ = false;
};

// CLI11 speaks English only; its exceptions are told apart by type and said in our own words.
std::string wrong_use(const Tree& tree, const CLI::ParseError& error, Language language) {
  std::string key = "cli.use.other", name = error.what();
  // What nobody asked for is the slip, even where CLI11 stumbles over what is lacking after it.
  std::vector<std::string> extras = tree.extras();
  const auto option = std::find_if(extras.begin(), extras.end(),
                                   [](const std::string& word) { return word.starts_with("-"); });
  if (!extras.empty()) {
    key = "cli.use.unknown";
    name = option != extras.end() ? *option : extras.front();
  } else if (dynamic_cast<const CLI::RequiredError*>(&error) != nullptr) {
    key = "cli.use.required";
    name = name.substr(0, name.find(" is required"));
    if (name.find("subcommand") != std::string::npos) key = "cli.use.verb";
  } else if (dynamic_cast<const CLI::ArgumentMismatch*>(&error) != nullptr) {
    key = "cli.use.value";
    name = name.substr(0, name.find_first_of(": "));
  } else if (dynamic_cast<const CLI::ConversionError*>(&error) != nullptr ||
             dynamic_cast<const CLI::ValidationError*>(&error) != nullptr) {
    key = "cli.use.bad_value";
    const std::size_t dash = name.find("--");
    if (dash != std::string::npos) name = name.substr(dash, name.find_first_of(": ", dash) - dash);
  }
  std::string out = "portage: " + base::say(key, language, {{"name", name}}) + "\n";
  if (key == "cli.use.unknown") {
    if (const auto near = base::nearest(name, tree.known(name))) {
      out += "  " + base::say("finding.did_you_mean", language, {{"word", *near}}) + "\n";
    }
  }
  return out + "  " + base::say("cli.use.help", language) + "\n";
}

Parsed refuse(std::string text) {
  Parsed parsed;
  parsed.exit = kWrongUse;
  parsed.err = std::move(text);
  return parsed;
}

// One of `words`, or the message that says so.
std::optional<std::size_t> word_among(const std::string& word, const std::string& option,
                                      const std::vector<std::string>& words, Language language,
                                      std::string& problem) {
  const auto at = std::find(words.begin(), words.end(), word);
  if (at != words.end()) return static_cast<std::size_t>(at - words.begin());
  std::string all;
  for (const std::string& one : words) all += (all.empty() ? "" : ", ") + one;
  problem =
      "portage: " +
      base::say("cli.use.word", language, {{"option", option}, {"word", word}, {"words", all}}) +
      "\n";
  if (const auto near = base::nearest(word, words)) {
    problem += "  " + base::say("finding.did_you_mean", language, {{"word", *near}}) + "\n";
  }
  return std::nullopt;
}

}  // namespace

Surroundings surroundings() {
  Surroundings around;
  around.lang = environment("PORTAGE_LANG");
  around.config = environment("PORTAGE_CONFIG");
  around.socket = environment("PORTAGE_SOCKET");
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    if (around.locale.empty()) around.locale = environment(name);
  }
  around.no_color = !environment("NO_COLOR").empty() || environment("TERM") == "dumb";
  around.terminal = isatty(STDOUT_FILENO) == 1;
  return around;
}

Parsed parse(const std::vector<std::string>& arguments, const Surroundings& around) {
  const Language language = language_of(arguments, around);
  Parsed parsed;
  Options options;
  options.language = language;
  options.config = around.config;
  options.socket = around.socket;
  Tree tree(options, language);
  try {
    std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
    tree.app().parse(reversed);
  } catch (const CLI::CallForHelp&) {
    parsed.out = tree.app().help();  // of the verb that was named, if one was
    return parsed;
  } catch (const CLI::ParseError& error) {
    return refuse(wrong_use(tree, error, language));
  }

  std::string problem;
  if (!tree.language_word().empty() &&
      !word_among(tree.language_word(), "--lang", {"en", "fr"}, language, problem)) {
    return refuse(problem);
  }
  const auto output = word_among(tree.output_word(), "--output", {"table", "json", "jsonl", "id"},
                                 language, problem);
  if (!output) return refuse(problem);
  options.output = static_cast<Output>(*output);
  if (!word_among(options.way, "--way", {"in", "out"}, language, problem) ||
      !word_among(options.formats, "--formats", {"annotate", "assert"}, language, problem) ||
      !word_among(options.draft, "--draft", {"2020-12", "2019-09", "draft-07"}, language,
                  problem)) {
    return refuse(problem);
  }
  if (!tree.any()) options.brief = true;
  if (options.verb == Verb::help_code && options.names.empty()) {
    parsed.out = tree.app().help();
    return parsed;
  }
  options.color = around.terminal && !around.no_color && !tree.no_color();
  const std::string locale = base::lower_ascii(around.locale);
  options.utf8 = !tree.ascii() && (locale.find("utf-8") != std::string::npos ||
                                   locale.find("utf8") != std::string::npos);
  parsed.options = std::move(options);
  return parsed;
}

}  // namespace portage::cli
