#include <algorithm>

#include "gateway/base/text.h"
#include "gateway/routing/routing.h"

namespace portage::routing {

namespace {

using base::Language;
using base::say;

// Pads to a width in code points, so that columns stand under each other.
std::string pad(std::string text, std::size_t width) {
  const std::size_t points = base::code_points(text);
  if (points < width) text.append(width - points, ' ');
  return text;
}

class Text {
 public:
  Text(const Explanation& explanation, const Facts& facts, Language language)
      : e_(explanation), facts_(facts), language_(language) {}

  std::string render() {
    head();
    place();
    rules();
    changes();
    return std::move(out_);
  }

 private:
  std::string word(std::string_view key, const base::Arguments& arguments = {}) const {
    return say(key, language_, arguments);
  }
  // One of the names in two languages; English where no French name is known.
  const std::string& name(const std::string& en, const std::string& fr) const {
    return language_ == Language::french && !fr.empty() ? fr : en;
  }
  static std::string row(const directory::SourceRow& where) {
    return where.file + ":" + std::to_string(where.line);
  }
  std::string certainty(directory::Certainty c) const {
    return word("route.certainty." + std::string(directory::certainty_name(c)));
  }
  void label(std::string_view key) { out_ += "  " + pad(word(key), 10) + " "; }
  void more(const std::string& text) { out_ += std::string(13, ' ') + text + "\n"; }

  void head() {
    base::Arguments arguments = {
        {"date", base::format_day(facts_.date)},
        {"weekday", word("route.weekday." + std::to_string(base::weekday(facts_.date)))},
        {"kind", facts_.kind},
        {"from", facts_.from},
        {"place", shown_place(facts_.place)}};
    out_ += word(facts_.place.empty() ? "route.head_no_place" : "route.head", arguments) + "\n";
    for (std::size_t i = 0; i < e_.decision.receivers.size(); ++i) receiver(i);
    out_ += "\n";
  }

  void receiver(std::size_t i) {
    const Receiver& r = e_.decision.receivers[i];
    const directory::Party& party = e_.parties[i];
    std::string who = r.party + " (" + word("route.role." + r.role);
    if (r.role != "desk" && !party.name_en.empty())
      who += ", " + name(party.name_en, party.name_fr);
    if (party.sample) who += ", " + word("route.sample");
    who += ")";
    out_ += "  → " + pad(std::move(who), 58) + "  " + word(r.reason, {{"rule", r.rule}}) + "\n";
    if (r.marked) more(word("route.marked"));
  }

  void place() {
    label("route.label.place");
    if (facts_.place.empty()) {
      out_ += word("route.place_none") + "\n\n";
      return;
    }
    if (!e_.place) {
      out_ += word("route.place_unknown", {{"place", shown_place(facts_.place)}}) + "\n\n";
      return;
    }
    const directory::PostalArea& p = *e_.place;
    out_ +=
        word("route.place_row", {{"fsa", p.fsa}, {"name", p.place}}) + "  (" + row(p.where) + ")\n";
    area("route.place_catchment", "catchment", p.catchment, p.catchment_certainty,
         p.other_catchments);
    area("route.place_manager", "party", p.service_manager, p.service_manager_certainty,
         p.other_service_managers);
    if (e_.catchment) catchment(*e_.catchment);
    out_ += "\n";
  }

  void area(std::string_view key, std::string_view argument, const std::string& id,
            directory::Certainty sure, const std::vector<std::string>& others) {
    std::string text =
        word(key, {{std::string(argument), id.empty() ? word("route.none_named") : id},
                   {"certainty", certainty(sure)}});
    if (!others.empty()) {
      std::string list;
      for (const std::string& other : others) list += (list.empty() ? "" : ", ") + other;
      text += "; " + word("route.place_others", {{"others", list}});
    }
    more(text);
  }

  void catchment(const directory::Catchment& c) {
    label("route.label.catchment");
    const std::string contracts = c.contracts_move ? base::format_day(*c.contracts_move)
                                  : c.contracts_window.empty() || c.contracts_window == "unknown"
                                      ? word("route.unknown")
                                      : c.contracts_window;
    const std::string precision = c.precision == "day sourced" ? word("route.precision.day")
                                  : c.precision == "month sourced, day inferred"
                                      ? word("route.precision.month")
                                      : c.precision;
    out_ += word("route.catchment_row", {{"name", name(c.name_en, c.name_fr)},
                                         {"start", base::format_day(c.integrated_start)},
                                         {"precision", precision},
                                         {"contracts", contracts}}) +
            "  (" + row(c.where) + ")\n";
  }

  std::string days(const ConsideredRule& rule) const {
    if (!rule.dated) return word("route.days_unknown");
    const std::string from =
        rule.in_force.from == base::kFirstDay ? "…" : base::format_day(rule.in_force.from);
    const std::string until =
        rule.in_force.until == base::kLastDay ? "…" : base::format_day(rule.in_force.until);
    return pad(from, 10) + " → " + until;
  }

  void rules() {
    out_ += "  " + word("route.label.rules") + "\n";
    std::size_t width = 24;
    for (const ConsideredRule& rule : e_.rules) width = std::max(width, rule.id.size());
    for (const ConsideredRule& rule : e_.rules) {
      base::Arguments arguments = rule.why_arguments;
      for (auto& [key, value] : arguments) {
        if (key == "reason") value = word(value);
      }
      out_ += std::string("    ") + (rule.matched ? "✓" : "–") + " " + pad(rule.id, width) + "  " +
              pad(days(rule), 24) + "  " + word(rule.why_code, arguments) + "\n";
      out_ += "      " + name(rule.description_en, rule.description_fr) + "  (" + rule.file + ":" +
              std::to_string(rule.line) + ")\n";
    }
    out_ += "\n";
  }

  void changes() {
    if (e_.changes.empty()) {
      out_ += "  " + word("route.label.no_changes") + "\n";
      return;
    }
    out_ += "  " + word("route.label.changes") + "\n";
    std::size_t width = 24;
    for (const Change& c : e_.changes) {
      width = std::max(width, c.from.size() + c.to.size() + 3);
    }
    for (const Change& c : e_.changes) {
      out_ += "    " + base::format_day(c.on) + "   " + pad(c.from + " → " + c.to, width) + "   " +
              c.rule + "\n";
    }
  }

  const Explanation& e_;
  const Facts& facts_;
  Language language_;
  std::string out_;
};

}  // namespace

std::string shown_place(std::string_view place) {
  if (directory::fsa_number(place)) {
    std::string out;
    for (const char c : place) {
      if (c == ' ' || c == '-' || c == '\t' || out.size() == 3) continue;
      out += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    }
    return out;
  }
  return place.size() <= 3 ? std::string(place) : "…";
}

std::string render_explanation(const Explanation& explanation, const Facts& facts,
                               base::Language language) {
  return Text(explanation, facts, language).render();
}

}  // namespace portage::routing
