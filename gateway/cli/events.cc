// portage events: what the gateway does, as it does it.
#include <algorithm>
#include <chrono>
#include <thread>

#include "gateway/base/text.h"
#include "gateway/base/where.h"
#include "gateway/cli/gateway_client.h"
#include "gateway/cli/pages.h"
#include "gateway/cli/verbs.h"
#include "gateway/format/format.h"

namespace portage::cli {
namespace {

bool wanted(const View& event, const base::Where& where) {
  const auto is = [](const std::string& wish, const View& have) {
    return wish.empty() || have.text() == wish;
  };
  const bool party =
      where.party.empty() || is(where.party, event["party"]) || is(where.party, event["peer"]);
  return party && is(where.kind, event["kind"]) && is(where.id, event["record"]);
}

}  // namespace

int events(const Options& options, const Io& io) {
  const auto where = base::parse_where(options.where);
  if (!where) return check_where(options.where, io) ? kDone : kWrongUse;
  GatewayClient client(io);
  if (const int exit = client.open_socket(options); exit != kDone) return exit;
  std::uint64_t after = options.after;
  while (true) {
    const Answer answer = client.get("/v1/events" + query_text({{"after", std::to_string(after)}}));
    if (!answer.ok()) return answer.exit;
    for (const std::string_view line : base::split(answer.body, '\n')) {
      if (base::trim(line).empty()) continue;
      record::Document event;
      if (!format::read_json(line, format::Limits{}, event)) continue;
      const View view(event.root);
      after = std::max(after, view["seq"].number());
      if (!wanted(view, *where)) continue;
      switch (options.output) {
        case Output::table:
          io.out << event_line(view, io.style) << '\n';
          break;
        case Output::json:
        case Output::jsonl:
          io.out << line << '\n';
          break;
        case Output::id:
          io.out << view["seq"].text() << '\n';
          break;
      }
    }
    io.out.flush();
    if (!options.follow || !io.out) return kDone;
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
  }
}

}  // namespace portage::cli
