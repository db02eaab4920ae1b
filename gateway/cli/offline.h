// What the offline verbs share: finding and loading the configuration, and telling what is wrong
// with it.
#pragma once

#include <memory>
#include <string>

#include "gateway/cli/io.h"
#include "gateway/config/config.h"

namespace portage::cli {

// --config, else config/portage.toml if it is there, else /etc/portage/portage.toml.
std::string config_path(const Options& options);

// The configuration, or nullptr with `exit` set and every finding told on `err`.
std::shared_ptr<const config::Config> load_config(const Options& options, const Io& io,
                                                  config::Scope scope, int& exit);

// Is the file itself missing or unreadable, so that nothing could be checked?
bool could_not_check(const config::Loaded& loaded, const std::string& path);

struct Tally {
  std::size_t errors = 0, warnings = 0, notes = 0;
};
Tally tally(const std::vector<base::Finding>& findings);
// "2 errors, 1 warning"
std::string tally_text(const Tally& tally, const Style& style);

// A file's bytes; nothing, and a complaint, if it can't be read. "-" is standard input.
std::optional<std::string> read_input(const std::string& path, const Io& io);

}  // namespace portage::cli
