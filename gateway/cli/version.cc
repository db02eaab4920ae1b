// portage version: of the product, and of each form that others may rely on.
#include "gateway/cli/verbs.h"
#include "gateway/format/json_text.h"

#ifndef PORTAGE_VERSION
#define PORTAGE_VERSION "0.0.0"
#endif

namespace portage::cli {

int version(const Options& options, const Io& io) {
  if (options.output == Output::json || options.output == Output::jsonl) {
    std::string json_text;
    format::JsonText json(json_text);
    json.object().text("schema", "portage.cli/1").text("version", PORTAGE_VERSION);
    json.text("api", "v1").text("receipt", "portage.receipt/1").end_object();
    io.out << json_text << '\n';
  } else if (options.output == Output::id) {
    io.out << PORTAGE_VERSION << '\n';
  } else {
    io.out << "portage " << PORTAGE_VERSION << "  (API v1)\n";
  }
  return kDone;
}

}  // namespace portage::cli
