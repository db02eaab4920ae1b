// portage version: of the product, and of each form that others may rely on.
#include "gateway/cli/tree.h"
#include "gateway/cli/verbs.h"

#ifndef PORTAGE_VERSION
#define PORTAGE_VERSION "0.0.0"
#endif

namespace portage::cli {

int version(const Options& options, const Io& io) {
  if (options.output == Output::json || options.output == Output::jsonl) {
    Json json;
    json.open('{').member("schema", "portage.cli/1").member("version", PORTAGE_VERSION);
    json.member("api", "v1").member("receipt", "portage.receipt/1").close('}');
    io.out << json.take() << '\n';
  } else if (options.output == Output::id) {
    io.out << PORTAGE_VERSION << '\n';
  } else {
    io.out << "portage " << PORTAGE_VERSION << "  (API v1)\n";
  }
  return kDone;
}

}  // namespace portage::cli
