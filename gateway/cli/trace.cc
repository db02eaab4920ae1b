// portage trace ID: one record, wire to wire.
#include "gateway/base/text.h"
#include "gateway/cli/gateway_client.h"
#include "gateway/cli/pages.h"
#include "gateway/cli/verbs.h"

namespace portage::cli {

namespace {

// Ids of ours hold letters and digits only; anything else can't be one.
Answer by_ulid(GatewayClient& client, const std::string& id) {
  const bool plain = !id.empty() && id.find_first_not_of(
                                        "0123456789abcdefghijklmnopqrstuvwxyz"
                                        "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == std::string::npos;
  if (plain) return client.get("/v1/records/" + id, true);
  Answer none;
  none.exit = kNotFound;
  return none;
}

}  // namespace

int trace(const Options& options, const Io& io) {
  GatewayClient client(io);
  if (const int exit = client.open_socket(options); exit != kDone) return exit;
  // Lists print "…1YHT15Q"; what is copied from there is understood.
  std::string id = options.names.front();
  if (id.starts_with("…")) id = id.substr(std::string_view("…").size());
  if (id.starts_with("...")) id = id.substr(3);
  Answer answer = by_ulid(client, id);
  if (answer.exit == kNotFound) {
    // Not one of ours: perhaps the sender's own number.
    const Answer list =
        client.get("/v1/records" + query_text({{"where", "id=" + id}, {"limit", "20"}}));
    if (!list.ok()) return list.exit;
    const auto items = list.view()["items"].items();
    if (items.empty()) {
      io.complain("cli.no_such_record", {{"id", id}});
      return kNotFound;
    }
    if (items.size() > 1) {
      io.complain("cli.several_records", {{"id", id}, {"n", std::to_string(items.size())}});
      io.err << records_page(list.view(), io.style);
      return kWrongUse;
    }
    answer = by_ulid(client, View(items.front())["id"].text());
  }
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
