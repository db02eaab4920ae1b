#include "gateway/format/json_text.h"
#include "gateway/routing/prove.h"

namespace portage::routing {

namespace {

using format::JsonText;

void list(std::string_view name, const std::vector<std::string>& values, JsonText& out) {
  out.list(name);
  for (const std::string& value : values) out.element(value);
  out.end_list();
}

void fields(const std::vector<std::pair<std::string, std::string>>& values, JsonText& out) {
  out.object("fields");
  for (const auto& [name, value] : values) out.text(name, value);
  out.end_object();
}

}  // namespace

std::string render_proof_json(const Proof& proof) {
  std::string text;
  JsonText out(text);
  out.object().text("from", base::format_day(proof.days.from));
  out.text("until", base::format_day(proof.days.until)).number("cells", proof.cells);
  out.number("combinations", proof.combinations).number("owned", proof.owned);
  out.number("to_desk", proof.to_desk).boolean("complete", proof.complete).list("faults");
  for (const ProofFault& fault : proof.faults) {
    out.object().text("what", fault.what == ProofFault::What::gap ? "gap" : "overlap");
    out.text("kind", fault.kind).text("sender", fault.sender);
    fields(fault.fields, out);
    out.text("from", base::format_day(fault.days.from));
    out.text("until", base::format_day(fault.days.until));
    list("rules", fault.rules, out);
    list("areas", fault.areas, out);
    out.end_object();
  }
  out.end_list().end_object();
  return text + "\n";
}

std::string render_diff_json(const std::vector<Difference>& differences, base::Day first,
                             base::Day second) {
  std::string text;
  JsonText out(text);
  out.object().text("first", base::format_day(first)).text("second", base::format_day(second));
  out.list("differences");
  for (const Difference& d : differences) {
    out.object().text("kind", d.kind).text("from", d.from).text("to", d.to);
    out.text("from_rule", d.from_rule).text("to_rule", d.to_rule);
    fields(d.fields, out);
    list("areas", d.areas, out);
    list("senders", d.senders, out);
    out.end_object();
  }
  out.end_list().end_object();
  return text + "\n";
}

std::string render_rules_json(const std::vector<RuleSummary>& rules) {
  std::string text;
  JsonText out(text);
  out.object().list("rules");
  for (const RuleSummary& rule : rules) {
    out.object().text("id", rule.id);
    list("kinds", rule.kinds, out);
    list("senders", rule.senders, out);
    list("fields", rule.fields, out);
    out.text_if("from", rule.from).text_if(rule.until_included ? "until" : "before", rule.until);
    out.text("to", rule.to).text("description_en", rule.description_en);
    out.text("description_fr", rule.description_fr)
        .text("file", rule.file)
        .number("line", rule.line);
    out.end_object();
  }
  out.end_list().end_object();
  return text + "\n";
}

}  // namespace portage::routing
