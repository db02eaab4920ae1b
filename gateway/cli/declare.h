// Declare: how a verb and its options are written down for CLI11, with their words in the reader's
// language. The families of verbs stand in parse.cc and declare_map.cc. Borrowed for one parse.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "gateway/cli/options.h"

namespace portage::cli {

class Declare {
 public:
  Declare(Options& options, base::Language language) : options_(options), language_(language) {}

  Options& options() { return options_; }
  std::string say(const std::string& key) const { return base::say(key, language_); }

  // A verb that can be run; `key` names its texts: cli.help.KEY and cli.examples.KEY.
  CLI::App* verb(CLI::App* parent, const std::string& name, const std::string& key, Verb what) {
    CLI::App* sub = group(parent, name, key);
    sub->callback([this, what] { options_.verb = what; });
    return sub;
  }
  CLI::App* group(CLI::App* parent, const std::string& name, const std::string& key) {
    CLI::App* sub = parent->add_subcommand(name, say("cli.help." + key));
    sub->footer(say("cli.examples." + key));
    sub->fallthrough();
    sub->group(say("cli.label.subcommands"));
    sub->get_help_ptr()->group(say("cli.label.options"));
    return sub;
  }
  // `key` names its text: cli.option.KEY.
  CLI::Option* option(CLI::App* app, const std::string& names, std::string& into,
                      const std::string& key) {
    return app->add_option(names, into, say("cli.option." + key));
  }
  CLI::Option* flag(CLI::App* app, const std::string& names, bool& into, const std::string& key) {
    return app->add_flag(names, into, say("cli.option." + key));
  }
  CLI::Option* positional(CLI::App* app, const std::string& name, const std::string& key) {
    return app->add_option(name, options_.names, say("cli.option." + key));
  }

 private:
  Options& options_;
  base::Language language_;
};

// `portage map …`, `portage schema …` and `portage codes …`.
void declare_words(Declare& declare, CLI::App& app);
// `portage resolve` and `portage services …`.
void declare_services(Declare& declare, CLI::App& app);
// `portage agreements …`.
void declare_agreements(Declare& declare, CLI::App& app);

}  // namespace portage::cli
