// Where a verb writes: data to `out`, talk to `err`. Borrowed for one run.
#pragma once

#include <ostream>

#include "gateway/base/result.h"
#include "gateway/cli/options.h"
#include "gateway/cli/style.h"

namespace portage::cli {

struct Io {
  std::ostream& out;
  std::ostream& err;
  Style style;

  // "portage: …" and, on a second line, what to do about it.
  void complain(const base::Error& error) const;
  void complain(std::string_view key, const base::Arguments& arguments = {}) const;
  // "did you mean …?", if one of `known` is near.
  void suggest(std::string_view word, const std::vector<std::string>& known) const;
};

// The exit code that tells a script what to do about this error.
int exit_of(const base::Error& error);

}  // namespace portage::cli
