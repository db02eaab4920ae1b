// portage trace ID: one record, wire to wire.
#include "gateway/base/text.h"
#include "gateway/cli/gateway_client.h"
#include "gateway/cli/pages.h"
#include "gateway/cli/verbs.h"

namespace portage::cli {

int trace(const Options& options, const Io& io) {
  GatewayClient client(io);
  if (const int exit = client.open_socket(options); exit != kDone) return exit;
  // Lists print "…1YHT15Q"; what is copied from there is understood.
  std::string id = options.names.front();
  if (id.starts_with("…")) id = id.substr(std::string_view("…").size());
  if (id.starts_with("...")) id = id.substr(3);
  const bool plain = !id.empty() && id.find_first_not_of(
                                        "0123456789abcdefghijklmnopqrstuvwxyz"
                                        "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == std::string::npos;
  if (!plain) {
    io.complain("cli.not_an_id", {{"id", id}});
    return kWrongUse;
  }
  const Answer answer = client.get("/v1/records/" + id);
  if (!answer.ok()) return answer.exit;
  switch (options.output) {
    case Output::table:
      io.out << trace_page(answer.view(), io.style);
      break;
    case Output::json:
    case Output::jsonl:
      io.out << base::trim(answer.body) << '\n';
      break;
    case Output::id:
      io.out << answer.view()["id"].text() << '\n';
      break;
  }
  return kDone;
}

}  // namespace portage::cli
