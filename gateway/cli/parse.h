// The command line -> Options. The door of CLI11 is parse.cc.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "gateway/cli/options.h"

namespace portage::cli {

// What of the surroundings a run may read; tests give their own.
struct Surroundings {
  std::string lang;       // PORTAGE_LANG
  std::string config;     // PORTAGE_CONFIG
  std::string socket;     // PORTAGE_SOCKET
  std::string locale;     // LC_ALL, LC_CTYPE or LANG: the first that is set
  bool no_color = false;  // NO_COLOR is set, or TERM=dumb
  bool terminal = false;  // stdout is one
};
Surroundings surroundings();

struct Parsed {
  std::optional<Options> options;  // nothing: print and leave
  int exit = 0;
  std::string out, err;
};
Parsed parse(const std::vector<std::string>& arguments, const Surroundings& around);

}  // namespace portage::cli
