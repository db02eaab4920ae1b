#include "gateway/cli/io.h"

#include "gateway/base/text.h"

namespace portage::cli {

void Io::complain(const base::Error& error) const { complain(error.code, error.arguments); }

void Io::complain(std::string_view key, const base::Arguments& arguments) const {
  err << "portage: " << base::say(key, style.language, arguments) << '\n';
  const std::string fix = base::say_fix(key, style.language, arguments);
  if (!fix.empty()) err << "  " << base::say("finding.fix", style.language, {{"fix", fix}}) << '\n';
}

void Io::suggest(std::string_view word, const std::vector<std::string>& known) const {
  const auto near = base::nearest(word, known);
  if (near) err << "  " << style.say("finding.did_you_mean", {{"word", *near}}) << '\n';
}

int exit_of(const base::Error& error) {
  switch (error.kind) {
    case base::ErrorKind::invalid:
      return kFound;
    case base::ErrorKind::denied:
      return kNotAllowed;
    case base::ErrorKind::not_found:
      return kNotFound;
    case base::ErrorKind::conflict:
      return kUnsafe;
    case base::ErrorKind::too_large:
      return kFound;
    case base::ErrorKind::unsupported:
      return kWrongUse;
    case base::ErrorKind::unavailable:
      return kTryLater;
    case base::ErrorKind::internal:
      break;
  }
  return kCouldNotCheck;
}

}  // namespace portage::cli
