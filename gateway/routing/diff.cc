// Which receivers change from one day to another, for every kind, code and place.
#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "gateway/routing/enumerate.h"
#include "gateway/routing/prove.h"

namespace portage::routing {

using directory::Directory;

namespace {

// What is alike in many cells, joined.
struct Joined {
  std::set<std::string> areas, senders;
  bool plain = false;
  std::map<std::string, std::set<std::string>> fields;
};
using ChangeKey = std::tuple<std::string, std::string, std::string, std::string>;

class Differ {
 public:
  Differ(const Rules& rules, const Directory& directory, base::Day first, base::Day second,
         const services::Services* services)
      : rules_(rules),
        directory_(directory),
        first_(first),
        second_(second),
        services_(services),
        areas_(area_classes(directory)) {}

  void kind(const KindFields& kind, std::vector<Difference>& out) {
    std::vector<const Rules::Rule*> of_kind;
    for (const Rules::Kind& k : rules_.kinds()) {
      if (k.kind == kind.kind) of_kind = k.rules;
    }
    const CodeSpace space = code_space(of_kind, kind);
    const auto senders = sender_classes(of_kind, directory_);
    std::map<ChangeKey, Joined> found;
    for (const SenderClass& sender : senders) {
      Facts facts;
      facts.kind = kind.kind;
      facts.services = services_;
      facts.from = sender.party;
      facts.earlier = sender.earlier;
      for (const AreaClass& area : areas_) {
        if (!area.municipality.empty()) continue;  // changes with its postal areas
        area.place(facts);
        each_combination(
            space, [&](const Facts& cell) { compare(cell, area, sender, found); }, facts);
      }
    }
    for (auto& [key, joined] : found) {
      Difference d;
      d.kind = kind.kind;
      std::tie(d.from, d.to, d.from_rule, d.to_rule) = key;
      d.areas.assign(joined.areas.begin(), joined.areas.end());
      if (!joined.plain) d.senders.assign(joined.senders.begin(), joined.senders.end());
      for (const CodeSpace::Field& field : space.tested) {
        const std::set<std::string>& values = joined.fields[field.name];
        if (values.size() == field.values.size()) continue;  // whatever it is
        std::string text;
        for (const std::string& value : values) {
          if (!value.empty()) text += (text.empty() ? "" : "|") + value;
        }
        d.fields.emplace_back(field.name, text);
      }
      out.push_back(std::move(d));
    }
  }

 private:
  void compare(const Facts& cell, const AreaClass& area, const SenderClass& sender,
               std::map<ChangeKey, Joined>& found) const {
    Facts then = cell;
    then.date = first_;
    const Decision before = rules_.decide(directory_, then);
    then.date = second_;
    const Decision after = rules_.decide(directory_, then);
    const Receiver &a = before.receivers[0], &b = after.receivers[0];
    if (a.party == b.party && a.role == b.role) return;
    Joined& joined = found[ChangeKey{a.party, b.party, a.rule, b.rule}];
    const std::vector<std::string> names = area.names();
    joined.areas.insert(names.begin(), names.end());
    joined.senders.insert(sender.party);
    joined.plain = joined.plain || sender.plain;
    for (const auto& [name, value] : cell.fields) joined.fields[name].insert(value);
  }

  const Rules& rules_;
  const Directory& directory_;
  const base::Day first_, second_;
  const services::Services* services_;
  const std::vector<AreaClass> areas_;
};

}  // namespace

std::vector<Difference> diff(const Rules& rules, const Directory& directory,
                             const std::vector<KindFields>& kinds, base::Day first,
                             base::Day second, const services::Services* services) {
  std::vector<Difference> out;
  Differ differ(rules, directory, first, second, services);
  for (const KindFields& kind : kinds) differ.kind(kind, out);
  std::stable_sort(out.begin(), out.end(), [](const Difference& a, const Difference& b) {
    return a.senders.empty() && !b.senders.empty();  // what concerns most parties first
  });
  return out;
}

}  // namespace portage::routing
