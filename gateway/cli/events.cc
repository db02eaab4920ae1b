// portage events: what the gateway does, as it does it.
#include <algorithm>
#include <chrono>
#include <deque>
#include <thread>

#include "gateway/base/text.h"
#include "gateway/cli/gateway_client.h"
#include "gateway/cli/pages.h"
#include "gateway/cli/verbs.h"
#include "gateway/format/format.h"

namespace portage::cli {
namespace {

bool wanted(const View& event, const base::Where& where, base::Micros now) {
  const auto is = [](const std::string& wish, const View& have) {
    return wish.empty() || have.text() == wish;
  };
  const bool party =
      where.party.empty() || is(where.party, event["party"]) || is(where.party, event["peer"]);
  const auto at = event["at"].instant();
  const base::Micros age = at ? now - *at : 0;
  const bool timely = (!where.older_than || age > *where.older_than) &&
                      (!where.younger_than || age < *where.younger_than);
  return party && timely && is(where.kind, event["kind"]) && is(where.id, event["record"]);
}

std::string line_of(const View& event, std::string_view json, const Options& options,
                    const Io& io) {
  if (options.output == Output::table) return event_line(event, io.style);
  return options.output == Output::id ? event["seq"].text() : std::string(json);
}

}  // namespace

int events(const Options& options, const Io& io) {
  const auto where = read_where(options.where, io, "party kind id age");
  if (!where) return kWrongUse;
  GatewayClient client(io);
  if (const int exit = client.open_socket(options); exit != kDone) return exit;
  std::uint64_t after = options.after;
  while (true) {
    const Answer answer = client.get("/v1/events" + query_text({{"after", std::to_string(after)}}));
    if (!answer.ok()) return answer.exit;
    std::deque<std::string> lines;
    for (const std::string_view line : base::split(answer.body, '\n')) {
      record::Document event;
      if (base::trim(line).empty() || !format::read_json(line, format::Limits{}, event)) continue;
      const View view(event.root);
      after = std::max(after, view["seq"].number());
      if (wanted(view, *where, base::now())) lines.push_back(line_of(view, line, options, io));
      // Without a place to go on from, the newest are meant.
      if (!options.follow && options.after == 0 && lines.size() > options.limit) lines.pop_front();
    }
    for (const std::string& line : lines) io.out << line << '\n';
    io.out.flush();
    if (!options.follow || !io.out) return kDone;
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
  }
}

}  // namespace portage::cli
