#include "gateway/format/json_text.h"
#include "gateway/routing/routing.h"

namespace portage::routing {

namespace {

using format::JsonText;

void list(std::string_view name, const std::vector<std::string>& values, JsonText& out) {
  out.list(name);
  for (const std::string& value : values) out.element(value);
  out.end_list();
}

// An open end is left out.
void days(const base::Days& days, JsonText& out) {
  if (days.from != base::kFirstDay) out.text("from", base::format_day(days.from));
  if (days.until != base::kLastDay) out.text("until", base::format_day(days.until));
}

void where(std::string_view file, std::uint32_t line, JsonText& out) {
  out.text("file", file).number("line", line);
}

void place(const directory::PostalArea& p, JsonText& out) {
  out.object("place").text("fsa", p.fsa).text("name", p.place).text("catchment", p.catchment);
  out.text("catchment_certainty", directory::certainty_name(p.catchment_certainty));
  list("other_catchments", p.other_catchments, out);
  out.text("service_manager", p.service_manager);
  out.text("service_manager_certainty", directory::certainty_name(p.service_manager_certainty));
  list("other_service_managers", p.other_service_managers, out);
  days(p.valid, out);
  where(p.where.file, p.where.line, out);
  out.end_object();
}

void catchment(const directory::Catchment& c, JsonText& out) {
  out.object("catchment").text("id", c.id).text("name_en", c.name_en).text("name_fr", c.name_fr);
  out.text("integrated_start", base::format_day(c.integrated_start));
  out.text("precision", c.precision);
  if (c.contracts_move) out.text("contracts_move", base::format_day(*c.contracts_move));
  out.text("contracts_window", c.contracts_window);
  where(c.where.file, c.where.line, out);
  out.end_object();
}

void receiver(const Receiver& r, const directory::Party& party, JsonText& out) {
  out.object().text("party", r.party).text("role", r.role).text("rule", r.rule);
  out.text("reason", r.reason).boolean("marked", r.marked).boolean("copy", r.copy);
  out.text("name_en", party.name_en).text("name_fr", party.name_fr);
  out.boolean("sample", party.sample).end_object();
}

void rule(const ConsideredRule& r, JsonText& out) {
  out.object().text("id", r.id).boolean("matched", r.matched).text("why", r.why_code);
  for (const auto& [name, value] : r.why_arguments) out.text(name, value);
  out.text("to", r.to).boolean("dated", r.dated);
  if (r.dated) days(r.in_force, out);
  where(r.file, r.line, out);
  out.end_object();
}

}  // namespace

std::string render_explanation_json(const Explanation& explanation, const Facts& facts) {
  std::string text;
  JsonText out(text);
  out.object().text("kind", facts.kind).text("from", facts.from);
  out.text("asked_place", shown_place(facts.place)).text("date", base::format_day(facts.date));
  const Decision& decision = explanation.decision;
  out.list("receivers");
  for (std::size_t i = 0; i < decision.receivers.size(); ++i) {
    receiver(decision.receivers[i], explanation.parties[i], out);
  }
  out.end_list();
  out.text("certainty", directory::certainty_name(decision.certainty));
  out.boolean("unmatched", decision.unmatched);
  if (explanation.place) place(*explanation.place, out);
  if (explanation.catchment) catchment(*explanation.catchment, out);
  out.list("rules");
  for (const ConsideredRule& r : explanation.rules) rule(r, out);
  out.end_list().list("changes");
  for (const Change& c : explanation.changes) {
    out.object().text("on", base::format_day(c.on)).text("from", c.from).text("to", c.to);
    out.text("rule", c.rule).end_object();
  }
  out.end_list().end_object();
  return text + "\n";
}

}  // namespace portage::routing
