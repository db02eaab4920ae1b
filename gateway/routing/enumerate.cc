#include "gateway/routing/enumerate.h"

#include <algorithm>
#include <map>

namespace portage::routing {

using directory::Directory;

namespace {

void add_ends(const base::Days& days, std::set<base::Day>& out) {
  out.insert(days.from);
  if (days.until < base::kLastDay) out.insert({days.until.since_1970 + 1});
}

bool has_sender_test(const std::vector<const Rules::Rule*>& rules, SenderTest::What what) {
  return std::any_of(rules.begin(), rules.end(), [&](const Rules::Rule* rule) {
    const auto has = [&](const SenderTest& sender) { return sender.what == what; };
    return std::any_of(rule->senders.begin(), rule->senders.end(), has) ||
           std::any_of(rule->not_senders.begin(), rule->not_senders.end(), has);
  });
}

// Which sender tests the party passes, day by day: parties with equal texts are alike to the rules.
std::string sender_signature(const std::vector<const Rules::Rule*>& rules,
                             const Directory& directory, const std::string& party) {
  std::set<std::string> passed;
  for (const Rules::Rule* rule : rules) {
    std::vector<SenderTest> senders = rule->senders;
    senders.insert(senders.end(), rule->not_senders.begin(), rule->not_senders.end());
    for (const SenderTest& sender : senders) {
      if (sender.what == SenderTest::What::party && sender.name == party) {
        passed.insert("party " + party);
      }
      if (sender.what != SenderTest::What::role) continue;
      for (const directory::Role& role : directory.roles()) {
        if (role.party != party || role.role != sender.name) continue;
        passed.insert("role " + role.role + " " + base::format_day(role.valid.from) + " " +
                      base::format_day(role.valid.until));
      }
    }
  }
  std::string out;
  for (const std::string& text : passed) out += text + "\n";
  return out;
}

}  // namespace

std::vector<AreaClass> area_classes(const Directory& directory) {
  // All rows of an FSA as one text: what differs in none of it is alike to every rule.
  std::map<std::string, std::string> rows;
  for (const directory::PostalArea& p : directory.places()) {
    std::string& text = rows[p.fsa];
    text += p.catchment + "/" + std::string(directory::certainty_name(p.catchment_certainty)) +
            "/" + p.service_manager + "/" +
            std::string(directory::certainty_name(p.service_manager_certainty)) + "/";
    for (const std::string& other : p.other_service_managers) text += other + "|";
    text += base::format_day(p.valid.from) + base::format_day(p.valid.until) + "\n";
  }
  std::map<std::string, std::size_t> index;
  std::vector<AreaClass> out;
  for (const auto& [fsa, text] : rows) {
    const auto [it, fresh] = index.emplace(text, out.size());
    if (fresh) out.emplace_back();
    out[it->second].areas.push_back(fsa);
  }
  const std::size_t alone = out.size();
  out.emplace_back();  // no place given
  // One municipality stands for all of its service manager.
  std::map<std::string, std::string> of_manager;
  for (const directory::Municipality& m : directory.municipalities()) {
    of_manager.emplace(m.service_manager, m.name);
  }
  for (const auto& [manager, name] : of_manager) out.push_back({{}, name, false});
  for (std::size_t i = 0; i < alone; ++i) {
    std::set<std::string> candidates;
    for (const directory::PostalArea& p : directory.places()) {
      if (p.fsa != out[i].areas.front()) continue;
      if (p.service_manager_certainty == directory::Certainty::high &&
          p.catchment_certainty == directory::Certainty::high) {
        continue;
      }
      candidates.insert(p.service_manager);
      candidates.insert(p.other_service_managers.begin(), p.other_service_managers.end());
    }
    for (const std::string& manager : candidates) {
      const auto named = of_manager.find(manager);
      if (named != of_manager.end()) out.push_back({out[i].areas, named->second, false});
    }
  }
  out.push_back({{}, {}, true});
  for (const auto& [id, site] : directory.parties()) {
    if (site.kind != "first-nation") continue;
    for (const std::string& community : directory.communities_of(id)) {
      out.push_back({{}, community, true});
    }
  }
  return out;
}

void AreaClass::place(Facts& facts) const {
  facts.place = areas.empty() ? std::string() : areas.front();
  facts.municipality = municipality;
  facts.reserve = reserve;
}

std::vector<std::string> AreaClass::names() const {
  if (municipality.empty()) return reserve ? std::vector<std::string>{"(reserve)"} : areas;
  if (areas.empty()) return {municipality};
  std::vector<std::string> out;
  for (const std::string& area : areas) out.push_back(area + " (" + municipality + ")");
  return out;
}

CodeSpace code_space(const std::vector<const Rules::Rule*>& rules, const KindFields& kind) {
  CodeSpace out;
  std::map<std::string, std::set<std::string>> named;
  for (const Rules::Rule* rule : rules) {
    for (const FieldTest& test : rule->tests) {
      named[test.field].insert(test.values.begin(), test.values.end());
    }
  }
  for (const auto& [field, codes] : kind.fields) {
    if (!named.contains(field)) {
      out.untested *= codes.size() + 1;
      continue;
    }
  }
  for (auto& [field, values] : named) {
    values.insert("");
    const auto known = std::find_if(kind.fields.begin(), kind.fields.end(),
                                    [&](const auto& f) { return f.first == field; });
    if (known != kind.fields.end() && !known->second.empty()) {
      values.insert(known->second.begin(), known->second.end());
    } else {
      values.insert("(another code)");  // the codes are not finite: one that no rule names
    }
    out.tested.push_back({field, {values.begin(), values.end()}});
  }
  return out;
}

void each_combination(const CodeSpace& space, const std::function<void(const Facts&)>& visit,
                      Facts facts) {
  std::vector<std::size_t> at(space.tested.size(), 0);
  while (true) {
    for (std::size_t i = 0; i < at.size(); ++i) {
      facts.fields[space.tested[i].name] = space.tested[i].values[at[i]];
    }
    visit(facts);
    std::size_t i = 0;
    while (i < at.size() && ++at[i] == space.tested[i].values.size()) at[i++] = 0;
    if (i == at.size()) return;
  }
}

std::vector<SenderClass> sender_classes(const std::vector<const Rules::Rule*>& rules,
                                        const Directory& directory) {
  const bool answers = std::any_of(rules.begin(), rules.end(), [](const Rules::Rule* rule) {
    return rule->to.target == Target::answer_sender;
  });
  const bool told_apart = has_sender_test(rules, SenderTest::What::party) ||
                          has_sender_test(rules, SenderTest::What::role) ||
                          has_sender_test(rules, SenderTest::What::answer_receiver);
  std::vector<std::string> parties = {""};
  std::string plain;  // the party that stands for those who pass no test
  if (told_apart) {
    std::set<std::string> seen;
    parties.clear();
    for (const auto& [id, party] : directory.parties()) {
      const std::string signature = sender_signature(rules, directory, id);
      if (signature.empty() && plain.empty()) plain = id;
      if (seen.insert(signature).second) parties.push_back(id);
    }
  }
  std::vector<SenderClass> out;
  for (const std::string& party : parties) {
    if (!answers && !has_sender_test(rules, SenderTest::What::answer_receiver)) {
      out.push_back({party, std::nullopt, party == plain});
      continue;
    }
    // The earlier record is here and went to this party. Other parties may not answer it: that is a
    // refusal by the rules, not a gap in them; and an unmatched answer waits at the desk.
    out.push_back({party, Facts::Earlier{true, "sender", {party}}, party == plain});
  }
  return out;
}

void add_party(const Directory& directory, std::string_view id, std::set<base::Day>& out) {
  if (const directory::Party* party = directory.party(id)) add_ends(party->valid, out);
}

std::set<base::Day> boundaries(const std::vector<const Rules::Rule*>& rules,
                               const Directory& directory, const Facts& facts) {
  std::set<base::Day> out;
  std::set<std::string_view> catchments;
  if (const auto number = directory::fsa_number(facts.place)) {
    for (const directory::PostalArea& area : directory.places()) {
      if (directory::fsa_number(area.fsa) != number) continue;
      add_ends(area.valid, out);
      catchments.insert(area.catchment);
      add_party(directory, area.service_manager, out);
      for (const std::string& other : area.other_service_managers) add_party(directory, other, out);
    }
  }
  for (const directory::Municipality* m : directory.municipalities_named(facts.municipality)) {
    add_ends(m->valid, out);
    const directory::ServiceManager* manager = directory.service_manager(m->service_manager);
    if (manager != nullptr) catchments.insert(manager->catchment);
    add_party(directory, m->service_manager, out);
  }
  for (const Rules::Rule* rule : rules) {
    add_party(directory, rule->to.party, out);
    if (const auto days = rule->days(nullptr)) add_ends(*days, out);
    for (const std::string_view id : catchments) {
      const directory::Catchment* catchment = directory.catchment(id);
      if (catchment == nullptr) continue;
      if (const auto days = rule->days(catchment)) add_ends(*days, out);
      if (const auto range = rule->unsure(catchment)) add_ends(*range, out);
    }
  }
  if (facts.services != nullptr) {
    for (const Rules::Rule* rule : rules) {
      if (rule->to.target != Target::nearest_provider) continue;
      for (const services::Service* service : facts.services->for_need(rule->to.need)) {
        add_ends(service->valid, out);
      }
    }
  }
  for (const directory::Role& role : directory.roles()) {
    const bool owner = role.role == "system-manager" && catchments.contains(role.area);
    if (owner || (!facts.from.empty() && role.party == facts.from)) add_ends(role.valid, out);
  }
  return out;
}

std::vector<base::Day> interval_starts(const std::vector<const Rules::Rule*>& rules,
                                       const Directory& directory, const Facts& facts,
                                       base::Days days) {
  std::vector<base::Day> out = {days.from};
  for (const base::Day day : boundaries(rules, directory, facts)) {
    if (day > days.from && day <= days.until) out.push_back(day);
  }
  return out;
}

}  // namespace portage::routing
