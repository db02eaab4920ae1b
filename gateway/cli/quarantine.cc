// portage quarantine list, show, retry: what is held, why, and another try.
#include <tuple>

#include "gateway/base/text.h"
#include "gateway/cli/gateway_client.h"
#include "gateway/cli/pages.h"
#include "gateway/cli/verbs.h"
#include "gateway/format/format.h"
#include "gateway/format/json_text.h"

namespace portage::cli {
namespace {

// What --where leaves of the groups (by receiver) and the refusals (by sender).
record::Document kept_of(const View& answer, const base::Where& where, base::Micros now) {
  record::Document out{record::Arena(), {}};
  out.root = record::Value::group();
  for (const auto& [list, party, since] :
       {std::tuple{"groups", "receiver", "oldest"}, std::tuple{"refusals", "party", "at"}}) {
    record::Value kept = record::Value::list();
    for (const record::Value& item : answer[list].items()) {
      const View one(item);
      const base::Micros age = now - one[since].instant().value_or(now);
      if (!where.party.empty() && one[party].text() != where.party) continue;
      if (where.older_than && age <= *where.older_than) continue;
      if (where.younger_than && age >= *where.younger_than) continue;
      kept.push(out.arena, record::clone(item, out.arena));
    }
    out.root.add(out.arena, list, kept);
  }
  return out;
}

}  // namespace

int quarantine_list(const Options& options, const Io& io) {
  const auto where = read_where(options.where, io, "party age");
  if (!where) return kWrongUse;
  GatewayClient client(io);
  if (const int exit = client.open_socket(options); exit != kDone) return exit;
  const Answer answer = client.get("/v1/quarantine" + query_text({{"party", where->party}}));
  if (!answer.ok()) return answer.exit;
  const record::Document kept = kept_of(answer.view(), *where, io.style.now);
  const View view(kept.root);
  const auto print_lines = [&](const char* list, const char* kind) {
    for (const record::Value& item : view[list].items()) {
      std::string line;
      format::write_json(item, line);
      line.insert(1, std::string("\"list\":\"") + kind + "\",");
      io.out << line << '\n';
    }
  };
  switch (options.output) {
    case Output::table:
      io.out << quarantine_page(view, io.style);
      break;
    case Output::json: {
      std::string json;
      format::write_json(kept.root, json);
      io.out << json << '\n';
    } break;
    case Output::jsonl:
      print_lines("groups", "group");
      print_lines("refusals", "refusal");
      break;
    case Output::id:
      for (const record::Value& item : view["groups"].items()) {
        const View group(item);
        io.out << group["receiver"].text() << ' ' << group["cause"].text() << '\n';
      }
      break;
  }
  return kDone;
}

int quarantine_show(const Options& options, const Io& io) {
  if (!options.names.empty()) return trace(options, io);
  GatewayClient client(io);
  if (const int exit = client.open_socket(options); exit != kDone) return exit;
  const Answer answer =
      client.get("/v1/quarantine/items" + query_text({{"receiver", options.receiver},
                                                      {"cause", options.cause},
                                                      {"limit", std::to_string(options.limit)}}));
  if (!answer.ok()) return answer.exit;
  switch (options.output) {
    case Output::table:
      io.out << quarantined_page(answer.view(), io.style);
      break;
    case Output::json:
      io.out << base::trim(answer.body) << '\n';
      break;
    case Output::jsonl:
    case Output::id:
      print_items(answer.view()["items"], "id", options.output, io);
      break;
  }
  return kDone;
}

int quarantine_retry(const Options& options, const Io& io) {
  const bool one = !options.names.empty();
  if (!one && options.receiver.empty() && options.cause.empty()) {
    io.complain("cli.retry_what");
    return kWrongUse;
  }
  if (options.reason.empty()) {
    io.complain("cli.retry_reason");
    return kWrongUse;
  }
  GatewayClient client(io);
  if (const int exit = client.open_socket(options); exit != kDone) return exit;
  std::string json_text;
  format::JsonText body(json_text);
  body.object();
  if (one) body.text("record", options.names.front());
  if (!options.receiver.empty()) body.text("receiver", options.receiver);
  if (!options.cause.empty()) body.text("cause", options.cause);
  body.text("reason", options.reason).end_object();
  const Answer answer =
      client.post("/v1/quarantine/retry", "application/json", std::move(json_text));
  if (!answer.ok()) return answer.exit;
  const std::uint64_t retried = answer.view()["retried"].number();
  if (options.output == Output::table) {
    io.out << mark(retried > 0 ? Mark::good : Mark::skip, io.style) << ' '
           << io.style.say("cli.retried", {{"n", thousands(retried, io.style)}}) << '\n';
  } else {
    io.out << base::trim(answer.body) << '\n';
  }
  return retried > 0 ? kDone : kNotFound;
}

}  // namespace portage::cli
