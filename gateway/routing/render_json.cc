#include "gateway/format/format.h"
#include "gateway/routing/routing.h"

namespace portage::routing {

namespace {

// Appends members in a fixed order; the same explanation gives the same bytes.
class Json {
 public:
  void open(char bracket) {
    comma();
    out_ += bracket;
    fresh_ = true;
  }
  void close(char bracket) {
    out_ += bracket;
    fresh_ = false;
  }
  void key(std::string_view name) {
    comma();
    format::write_json_text(name, out_);
    out_ += ':';
    fresh_ = true;
  }
  void text(std::string_view name, std::string_view value) {
    key(name);
    item(value);
  }
  void flag(std::string_view name, bool value) { raw(name, value ? "true" : "false"); }
  void raw(std::string_view name, std::string_view value) {
    key(name);
    out_ += value;
    fresh_ = false;
  }
  void item(std::string_view value) {
    comma();
    format::write_json_text(value, out_);
    fresh_ = false;
  }
  void list(std::string_view name, const std::vector<std::string>& values) {
    key(name);
    open('[');
    for (const std::string& value : values) item(value);
    close(']');
  }
  // An open end is left out.
  void days(const base::Days& days) {
    if (days.from != base::kFirstDay) text("from", base::format_day(days.from));
    if (days.until != base::kLastDay) text("until", base::format_day(days.until));
  }
  void where(std::string_view file, std::uint32_t line) {
    text("file", file);
    raw("line", std::to_string(line));
  }
  std::string take() { return std::move(out_); }

 private:
  void comma() {
    if (!fresh_) out_ += ',';
    fresh_ = false;
  }
  std::string out_;
  bool fresh_ = true;
};

void place(const directory::PostalArea& p, Json& out) {
  out.key("place");
  out.open('{');
  out.text("fsa", p.fsa);
  out.text("name", p.place);
  out.text("catchment", p.catchment);
  out.text("catchment_certainty", directory::certainty_name(p.catchment_certainty));
  out.list("other_catchments", p.other_catchments);
  out.text("service_manager", p.service_manager);
  out.text("service_manager_certainty", directory::certainty_name(p.service_manager_certainty));
  out.list("other_service_managers", p.other_service_managers);
  out.days(p.valid);
  out.where(p.where.file, p.where.line);
  out.close('}');
}

void catchment(const directory::Catchment& c, Json& out) {
  out.key("catchment");
  out.open('{');
  out.text("id", c.id);
  out.text("name_en", c.name_en);
  out.text("name_fr", c.name_fr);
  out.text("integrated_start", base::format_day(c.integrated_start));
  out.text("precision", c.precision);
  if (c.contracts_move) out.text("contracts_move", base::format_day(*c.contracts_move));
  out.text("contracts_window", c.contracts_window);
  out.where(c.where.file, c.where.line);
  out.close('}');
}

void receiver(const Receiver& r, const directory::Party& party, Json& out) {
  out.open('{');
  out.text("party", r.party);
  out.text("role", r.role);
  out.text("rule", r.rule);
  out.text("reason", r.reason);
  out.flag("marked", r.marked);
  out.flag("copy", r.copy);
  out.text("name_en", party.name_en);
  out.text("name_fr", party.name_fr);
  out.flag("sample", party.sample);
  out.close('}');
}

void rule(const ConsideredRule& r, Json& out) {
  out.open('{');
  out.text("id", r.id);
  out.flag("matched", r.matched);
  out.text("why", r.why_code);
  for (const auto& [name, value] : r.why_arguments) out.text(name, value);
  out.text("to", r.to);
  out.flag("dated", r.dated);
  if (r.dated) out.days(r.in_force);
  out.where(r.file, r.line);
  out.close('}');
}

}  // namespace

std::string render_explanation_json(const Explanation& explanation, const Facts& facts) {
  Json out;
  out.open('{');
  out.text("kind", facts.kind);
  out.text("from", facts.from);
  out.text("asked_place", shown_place(facts.place));
  out.text("date", base::format_day(facts.date));
  out.key("receivers");
  out.open('[');
  for (std::size_t i = 0; i < explanation.decision.receivers.size(); ++i) {
    receiver(explanation.decision.receivers[i], explanation.parties[i], out);
  }
  out.close(']');
  out.text("certainty", directory::certainty_name(explanation.decision.certainty));
  out.flag("unmatched", explanation.decision.unmatched);
  if (explanation.place) place(*explanation.place, out);
  if (explanation.catchment) catchment(*explanation.catchment, out);
  out.key("rules");
  out.open('[');
  for (const ConsideredRule& r : explanation.rules) rule(r, out);
  out.close(']');
  out.key("changes");
  out.open('[');
  for (const Change& c : explanation.changes) {
    out.open('{');
    out.text("on", base::format_day(c.on));
    out.text("from", c.from);
    out.text("to", c.to);
    out.text("rule", c.rule);
    out.close('}');
  }
  out.close(']');
  out.close('}');
  return out.take() + "\n";
}

}  // namespace portage::routing
