#include <algorithm>

#include "gateway/api/call.h"
#include "gateway/base/text.h"
#include "gateway/base/where.h"

namespace portage::api {

std::string ulid_of(const ledger::Head& head, std::uint32_t tag) {
  return record::ulid(head.id, head.accepted_at, tag);
}

namespace {

std::string ulid_by_id(const ledger::Ledger& ledger, record::RecordId id) {
  const auto full = ledger.record(id);
  return full.ok() ? ulid_of(full->head, ledger.tag()) : std::string();
}

void instant_or_null(format::JsonText& json, std::string_view name, base::Micros at) {
  if (at == 0) {
    json.null(name);
  } else {
    json.text(name, base::format_instant(at));
  }
}

void head_members(format::JsonText& json, const ledger::Head& head, std::uint32_t tag) {
  json.text("id", ulid_of(head, tag))
      .text("accepted_at", base::format_instant(head.accepted_at))
      .text("kind", head.kind)
      .number("version", head.version)
      .text("party", head.party)
      .text("source_id", head.source_id)
      .text("date", base::format_day(head.date))
      .text_if("key", head.key);
}

// --where, as the ledger asks it.
base::Result<ledger::Query> query_of(std::string_view text) {
  auto where = base::parse_where(text);
  if (!where.ok()) return std::move(where).error();
  ledger::Query query;
  query.party = where->party;
  query.kind = where->kind;
  query.source_id = where->id;
  query.key = where->key;
  if (!where->state.empty()) query.state = ledger::state_from(where->state);
  if (where->older_than) query.accepted_before = base::now() - *where->older_than;
  if (where->younger_than) query.accepted_after = base::now() - *where->younger_than;
  return query;
}

bool concerns(const ledger::Head& head, const std::string& party) {
  return head.party == party ||
         std::any_of(head.deliveries.begin(), head.deliveries.end(),
                     [&](const ledger::Delivery& d) { return d.receiver == party; });
}

}  // namespace

void write_head(format::JsonText& json, const ledger::Head& head, std::uint32_t tag) {
  json.object();
  head_members(json, head, tag);
  json.list("deliveries");
  for (const ledger::Delivery& d : head.deliveries) {
    json.object()
        .text("receiver", d.receiver)
        .text("state", ledger::state_name(d.state))
        .number("attempts", d.attempts);
    instant_or_null(json, "due", d.due);
    json.text_if("cause", d.cause).end_object();
  }
  json.end_list().end_object();
}

base::Result<record::RecordId> find_record(const ledger::Ledger& ledger, std::string_view name) {
  const auto none = [] { return base::make_error(base::ErrorKind::not_found, "api.not_found"); };
  if (const auto parts = record::parse_ulid(name)) {
    const auto full = ledger.record(parts->id);
    if (!full.ok() || ulid_of(full->head, ledger.tag()) != base::upper_ascii(name)) return none();
    return parts->id;
  }
  const auto ending = record::parse_ulid_ending(name);
  if (!ending) return none();
  const auto heads = ledger.find_ending(ending->low_bits, ending->bits);
  if (heads.empty()) return none();
  if (heads.size() > 1) return base::make_error(base::ErrorKind::invalid, "api.ambiguous");
  return heads.front().id;
}

void list_records(Api::Call call) {
  auto query = query_of(call.query("where"));
  if (!query.ok()) return call.problem(400, query.error().code, query.error().arguments);
  const std::string limit = call.query("limit");
  if (!limit.empty()) {
    query->limit = std::min<std::size_t>(1000, std::strtoul(limit.c_str(), nullptr, 10));
  }
  if (const auto before = record::parse_ulid(call.query("before"))) query->before = before->id;
  std::string out;
  format::JsonText json(out);
  json.object().list("items");
  for (const ledger::Head& head : call.world.ledger.list(*query)) {
    write_head(json, head, call.world.ledger.tag());
  }
  json.end_list().end_object();
  call.json(std::move(out));
}

void get_record(Api::Call call) {
  const ledger::Ledger& ledger = call.world.ledger;
  const auto id = find_record(ledger, call.variable);
  if (!id.ok()) {
    // A partner is not told how many records of others end so.
    if (id.error().code != "api.ambiguous" || !call.only_party.empty()) {
      return call.problem(404, "api.not_found");
    }
    return call.problem(409, id.error().code);
  }
  const auto full = ledger.record(*id);
  // The same answer for "not there" and "not yours".
  if (!full.ok() || (!call.only_party.empty() && !concerns(full->head, call.only_party))) {
    return call.problem(404, "api.not_found");
  }
  const std::uint32_t tag = ledger.tag();
  std::string out;
  format::JsonText json(out);
  json.object();
  head_members(json, full->head, tag);
  json.text("digest", "sha256:" + base::hex(full->digest))
      .text("content_type", full->content_type)
      .text("form", full->form);
  if (full->head.in_reply_to != 0) json.text("in_reply_to", ulid_by_id(ledger, full->head.in_reply_to));
  if (full->submission != 0) json.number("submission", full->submission).number("row", full->row);
  if (!full->story.empty()) json.raw("story", full->story);
  json.list("deliveries");
  for (const ledger::Delivery& d : full->head.deliveries) {
    json.object()
        .text("receiver", d.receiver)
        .text("state", ledger::state_name(d.state))
        .number("attempts", d.attempts);
    instant_or_null(json, "due", d.due);
    json.text_if("cause", d.cause)
        .text_if("role", d.role)
        .text_if("rule", d.rule)
        .text_if("reason", d.reason)
        .boolean("marked", d.marked)
        .list("log");
    for (const ledger::Attempt& a : d.log) {
      json.object()
          .number("attempt", a.number)
          .text("at", base::format_instant(a.at))
          .number("took_us", a.took_us)
          .text("result", ledger::state_name(a.result))
          .text("code", a.code)
          .text_if("detail", a.detail)
          .text_if("mapping", a.mapping)
          .end_object();
    }
    json.end_list().end_object();
  }
  json.end_list();
  json.list("answers");
  for (const record::RecordId answer : full->answers) {
    const auto other = ledger.record(answer);
    if (!other.ok()) continue;
    json.object()
        .text("id", ulid_of(other->head, tag))
        .text("kind", other->head.kind)
        .text("party", other->head.party)
        .text("accepted_at", base::format_instant(other->head.accepted_at))
        .list("deliveries");
    for (const ledger::Delivery& d : other->head.deliveries) {
      json.object().text("receiver", d.receiver).text("state", ledger::state_name(d.state));
      json.end_object();
    }
    json.end_list().end_object();
  }
  json.end_list();
  if (call.only_party.empty()) {
    json.raw("fields", fields_json(*full, ledger, *call.world.pipeline.generation()->config,
                                   call.world.mask, ulid_of(full->head, tag)));
  }
  json.end_object();
  call.json(std::move(out));
}

void get_submission(Api::Call call) {
  const auto found =
      call.world.ledger.submission(std::strtoull(call.variable.c_str(), nullptr, 10));
  if (!found.ok() || (!call.only_party.empty() && found->party != call.only_party)) {
    return call.problem(404, "api.not_found");
  }
  std::string out;
  format::JsonText json(out);
  json.object()
      .number("submission", found->id)
      .text("party", found->party)
      .text("form", found->form)
      .text("received_at", base::format_instant(found->received_at))
      .number("rows", found->rows)
      .number("accepted", found->accepted)
      .number("duplicates", found->duplicates)
      .number("refused", found->refused)
      .boolean("closed", found->closed)
      .list("verdicts");
  for (const ledger::RowVerdict& v : call.world.ledger.verdicts(found->id)) {
    json.object().number("row", v.row).text("status", v.status);
    if (v.record != 0) json.text("record", ulid_by_id(call.world.ledger, v.record));
    json.text_if("code", v.code).text_if("pointer", v.pointer);
    if (v.line != 0) json.number("line", v.line);
    json.end_object();
  }
  json.end_list().end_object();
  call.json(std::move(out));
}

}  // namespace portage::api
