#include "gateway/api/call.h"
#include "gateway/config/config.h"

#ifndef PORTAGE_VERSION
#define PORTAGE_VERSION "0.0.0"
#endif

namespace portage::api {
namespace {

void sums(format::JsonText& json, const ledger::Sums& sums) {
  json.number("accepted", sums.accepted)
      .number("delivered", sums.delivered)
      .number("waiting", sums.waiting)
      .number("quarantined", sums.quarantined)
      .number("withdrawn", sums.withdrawn);
}

constexpr std::string_view state_word(pipeline::Outlet::State state) {
  switch (state) {
    case pipeline::Outlet::State::ok: return "ok";
    case pipeline::Outlet::State::down: return "down";
    case pipeline::Outlet::State::slow: return "slow";
    case pipeline::Outlet::State::mailbox: return "mailbox";
  }
  return "ok";
}

}  // namespace

void get_status(Api::Call call) {
  call.world.pipeline.receiver_states([call](std::vector<pipeline::ReceiverState> states) {
    const ledger::Totals totals = call.world.ledger.totals();
    const ledger::DiskFigures disk = call.world.ledger.disk();
    const auto generation = call.world.pipeline.generation();
    const config::Config& config = *generation->config;
    std::string out;
    format::JsonText json(out);
    json.object()
        .text("name", config.settings.name)
        .text("version", PORTAGE_VERSION)
        .number("generation", generation->number)
        .text("started_at", base::format_instant(call.world.started_at))
        .boolean("ready", call.world.ready());
    json.object("totals")
        .number("records", totals.records)
        .number("refusals", totals.refusals)
        .number("duplicates", totals.duplicates);
    sums(json, totals.sums);
    json.end_object();
    json.list("receivers");
    for (const ledger::ReceiverSums& receiver : totals.receivers) {
      json.object().text("party", receiver.receiver);
      sums(json, receiver.sums);
      if (receiver.oldest_waiting == 0) {
        json.null("oldest_waiting");
      } else {
        json.text("oldest_waiting", base::format_instant(receiver.oldest_waiting));
      }
      std::string_view state = "mailbox";
      std::string error;
      for (const pipeline::ReceiverState& one : states) {
        if (one.party != receiver.receiver) continue;
        state = state_word(one.state);
        error = one.last_error;
      }
      json.text("state", state);
      if (error.empty()) {
        json.null("last_error");
      } else {
        json.text("last_error", error);
      }
      json.end_object();
    }
    json.end_list();
    json.object("disk")
        .number("commits", disk.commits)
        .number("syncs", disk.syncs)
        .number("free_bytes", disk.free_bytes)
        .boolean("refusing", disk.refusing)
        .end_object();
    json.object("config").text("digest", config.digest).end_object();
    json.end_object();
    call.json(std::move(out));
  });
}

void get_metrics(Api::Call call) {
  const ledger::Totals totals = call.world.ledger.totals();
  const ledger::DiskFigures disk = call.world.ledger.disk();
  std::string out;
  const auto help = [&out](std::string_view name, std::string_view type, std::string_view text) {
    out.append("# HELP ").append(name).append(" ").append(text).append("\n# TYPE ");
    out.append(name).append(" ").append(type).append("\n");
  };
  const auto line = [&out](std::string_view name, const std::string& party, std::uint64_t value) {
    out.append(name);
    if (!party.empty()) out.append("{party=\"").append(party).append("\"}");
    out.append(" ").append(std::to_string(value)).append("\n");
  };
  help("portage_records_accepted_total", "counter", "Records accepted.");
  line("portage_records_accepted_total", "", totals.records);
  help("portage_records_refused_total", "counter", "Records refused before the commit.");
  line("portage_records_refused_total", "", totals.refusals);
  help("portage_deliveries_delivered_total", "counter", "Deliveries done, by receiver.");
  for (const auto& r : totals.receivers) {
    line("portage_deliveries_delivered_total", r.receiver, r.sums.delivered);
  }
  help("portage_deliveries_waiting", "gauge", "Deliveries that wait, by receiver.");
  for (const auto& r : totals.receivers) line("portage_deliveries_waiting", r.receiver, r.sums.waiting);
  help("portage_deliveries_quarantined", "gauge", "Deliveries in quarantine, by receiver.");
  for (const auto& r : totals.receivers) {
    line("portage_deliveries_quarantined", r.receiver, r.sums.quarantined);
  }
  help("portage_oldest_waiting_seconds", "gauge", "Age of the oldest waiting delivery, by receiver.");
  const base::Micros now = base::now();
  for (const auto& r : totals.receivers) {
    const base::Micros age = r.oldest_waiting == 0 ? 0 : now - r.oldest_waiting;
    line("portage_oldest_waiting_seconds", r.receiver, static_cast<std::uint64_t>(age / 1'000'000));
  }
  help("portage_ledger_commits_total", "counter", "Transactions of the ledger.");
  line("portage_ledger_commits_total", "", disk.commits);
  help("portage_ledger_syncs_total", "counter", "Times the ledger waited for the disk.");
  line("portage_ledger_syncs_total", "", disk.syncs);
  help("portage_ledger_free_bytes", "gauge", "Free space on the ledger's disk.");
  line("portage_ledger_free_bytes", "", disk.free_bytes);
  call.exchange->respond({200, {{"content-type", "text/plain; version=0.0.4"}}, std::move(out)});
}

}  // namespace portage::api
