#include "gateway/api/call.h"
#include "gateway/base/text.h"

namespace portage::api {

void get_quarantine(Api::Call call) {
  const ledger::Ledger& ledger = call.world.ledger;
  std::string out;
  format::JsonText json(out);
  json.object().list("groups");
  for (const ledger::QuarantineGroup& group : ledger.quarantine()) {
    json.object()
        .text("receiver", group.receiver)
        .text("cause", group.cause)
        .number("count", group.count)
        .text("oldest", base::format_instant(group.oldest))
        .end_object();
  }
  json.end_list().list("refusals");
  for (const ledger::Refusal& refusal : ledger.refusals(call.query("party"), 200)) {
    const ledger::NewRefusal& what = refusal.what;
    json.object()
        .number("id", refusal.id)
        .text("at", base::format_instant(refusal.at))
        .text("party", what.party)
        .text_if("kind", what.kind)
        .text_if("form", what.form)
        .text("code", what.code)
        .text_if("pointer", what.pointer)
        .number("line", what.line)
        .number("column", what.column);
    if (what.submission != 0) json.number("submission", what.submission).number("row", what.row);
    json.end_object();
  }
  json.end_list().end_object();
  call.json(std::move(out));
}

void list_quarantined(Api::Call call) {
  std::size_t limit = std::strtoul(call.query("limit").c_str(), nullptr, 10);
  if (limit == 0 || limit > 1000) limit = 100;
  std::string out;
  format::JsonText json(out);
  json.object().list("items");
  for (const ledger::Head& head :
       call.world.ledger.quarantined(call.query("receiver"), call.query("cause"), limit)) {
    write_head(json, head, call.world.ledger.tag());
  }
  json.end_list().end_object();
  call.json(std::move(out));
}

void retry_quarantined(Api::Call call) {
  record::Document body;
  format::Limits limits;
  limits.bytes = 64u << 10;
  if (const auto read = format::read_json(call.exchange->request().body, limits, body); !read.ok()) {
    return call.problem(400, read.error().code, read.error().arguments);
  }
  const auto text = [&](std::string_view name) {
    const record::Value* value = body.root.find(name);
    return value != nullptr && value->is(record::Kind::text) ? std::string(value->as_text())
                                                             : std::string();
  };
  const std::string name = text("record"), receiver = text("receiver"), cause = text("cause");
  if (text("reason").empty()) return call.problem(422, "api.reason_missing");
  if (name.empty() && receiver.empty() && cause.empty()) return call.problem(422, "api.retry_what");
  record::RecordId id = 0;
  if (!name.empty()) {
    const auto found = find_record(call.world.ledger, name);
    if (!found.ok()) return call.problem(404, found.error().code);
    id = *found;
  }
  call.world.pipeline.retry(id, receiver, cause, [call](std::size_t count) {
    std::string out;
    format::JsonText(out).object().number("retried", count).end_object();
    call.json(std::move(out));
  });
}

}  // namespace portage::api
