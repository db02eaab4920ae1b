// portage send: a file, as a party, and its receipt.
#include "gateway/base/text.h"
#include "gateway/cli/gateway_client.h"
#include "gateway/cli/offline.h"
#include "gateway/cli/verbs.h"

namespace portage::cli {
namespace {

// By the file's ending, unless --content-type; a JSON object with "specversion" is a structured
// event.
std::string content_type_of(const Options& options, const std::string& path,
                            std::string_view bytes) {
  if (!options.content_type.empty()) return options.content_type;
  const std::string name = base::lower_ascii(path);
  if (name.ends_with(".csv")) return "text/csv";
  if (name.ends_with(".xml")) return "application/xml";
  const bool event = base::trim(bytes).starts_with("{") &&
                     bytes.substr(0, 4'096).find("\"specversion\"") != std::string_view::npos;
  return event ? "application/cloudevents+json" : "application/json";
}

http::Headers event_headers(const Options& options) {
  http::Headers headers;
  if (options.kind.empty() && options.id.empty()) return headers;
  headers.emplace_back("ce-specversion", "1.0");
  headers.emplace_back("ce-source", http::percent_encode(options.as));
  if (!options.kind.empty()) {
    headers.emplace_back("ce-type", "portage." + options.kind + ".v1");
  }
  if (!options.id.empty()) headers.emplace_back("ce-id", http::percent_encode(options.id));
  return headers;
}

}  // namespace

int send(const Options& options, const Io& io) {
  if (options.as.empty()) {
    io.complain("cli.send_as");
    return kWrongUse;
  }
  const auto bytes = read_input(options.names.front(), io);
  if (!bytes) return kCouldNotCheck;
  GatewayClient client(io);
  const int exit = options.url.empty() ? client.open_socket(options) : client.open_url(options);
  if (exit != kDone) return exit;
  std::string type = content_type_of(options, options.names.front(), *bytes);
  const Answer answer = client.post("/v1/in/" + http::percent_encode(options.as), std::move(type),
                                    *bytes, event_headers(options));
  if (!answer.ok()) return answer.exit;
  const View receipt = answer.view();
  if (options.output == Output::json || options.output == Output::jsonl) {
    io.out << base::trim(answer.body) << '\n';
    return kDone;
  }
  const bool batch = receipt["submission"].there();
  const std::string id = receipt[batch ? "submission" : "id"].text();
  if (options.output == Output::id) {
    io.out << id << '\n';
    return kDone;
  }
  io.out << mark(Mark::good, io.style) << ' '
         << io.style.say(batch ? "cli.sent_batch" : "cli.sent", {{"id", id}}) << '\n';
  if (!batch) {
    io.err << "  " << io.style.say("cli.sent_next", {{"id", ending(id, io.style)}}) << '\n';
  }
  return kDone;
}

}  // namespace portage::cli
