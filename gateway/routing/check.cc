#include "gateway/routing/check.h"

#include <algorithm>
#include <set>

namespace portage::routing {

using directory::Catchment;
using directory::Directory;

namespace {

bool ever_holds(const Directory& directory, std::string_view party, std::string_view role) {
  return std::any_of(directory.roles().begin(), directory.roles().end(),
                     [&](const directory::Role& r) { return r.party == party && r.role == role; });
}

bool senders_meet(const SenderTest& a, const SenderTest& b, const Directory& directory) {
  using What = SenderTest::What;
  // The receiver of an earlier record can be any party.
  if (a.what == What::answer_receiver || b.what == What::answer_receiver) return true;
  if (a.name == b.name) return true;
  if (a.what == What::party && b.what == What::party) return false;
  if (a.what == What::party) return ever_holds(directory, a.name, b.name);
  if (b.what == What::party) return ever_holds(directory, b.name, a.name);
  return std::any_of(directory.parties().begin(), directory.parties().end(), [&](const auto& p) {
    return ever_holds(directory, p.first, a.name) && ever_holds(directory, p.first, b.name);
  });
}

bool fields_meet(const Rules::Rule& a, const Rules::Rule& b) {
  for (const FieldTest& x : a.tests) {
    for (const FieldTest& y : b.tests) {
      if (x.field != y.field) continue;
      const bool shared = std::any_of(x.values.begin(), x.values.end(), [&](const auto& value) {
        return std::find(y.values.begin(), y.values.end(), value) != y.values.end();
      });
      if (!shared) return false;
    }
  }
  return true;
}

// The days on which both are in force there.
std::optional<base::Days> both(const Rules::Rule& a, const Rules::Rule& b, const Catchment* c) {
  const auto x = a.days(c), y = b.days(c);
  if (!x || !y) return std::nullopt;
  const base::Days days{std::max(x->from, y->from), std::min(x->until, y->until)};
  if (days.from > days.until) return std::nullopt;
  return days;
}

void check_pair(const Rules::Rule& a, const Rules::Rule& b, const Directory& directory,
                std::vector<base::Finding>& findings) {
  if (!may_meet(a, b, directory)) return;
  std::optional<base::Days> days;
  std::string area = "*";
  if (a.relative() || b.relative()) {
    for (const auto& [id, catchment] : directory.catchments()) {
      days = both(a, b, &catchment);
      area = id;
      if (days) break;
    }
  } else {
    days = both(a, b, nullptr);
  }
  if (!days) return;
  base::Finding finding;
  finding.code = "rules.overlap";
  finding.place = {b.file, b.line, b.column, {}};
  finding.arguments = {{"rule", b.id},         {"other", a.id},
                       {"other_file", a.file}, {"other_line", std::to_string(a.line)},
                       {"area", area},         {"day", base::format_day(days->from)}};
  findings.push_back(std::move(finding));
}

}  // namespace

bool may_meet(const Rules::Rule& a, const Rules::Rule& b, const Directory& directory) {
  if (!fields_meet(a, b)) return false;
  // Who one asks for, the other will not have.
  const auto shut_out = [](const Rules::Rule& x, const Rules::Rule& y) {
    return !x.senders.empty() &&
           std::all_of(x.senders.begin(), x.senders.end(), [&](const SenderTest& s) {
             return std::any_of(
                 y.not_senders.begin(), y.not_senders.end(),
                 [&](const SenderTest& n) { return n.what == s.what && n.name == s.name; });
           });
  };
  if (shut_out(a, b) || shut_out(b, a)) return false;
  if (a.senders.empty() || b.senders.empty()) return true;
  for (const SenderTest& x : a.senders) {
    for (const SenderTest& y : b.senders) {
      if (senders_meet(x, y, directory)) return true;
    }
  }
  return false;
}

void check_overlaps(const Rules& rules, const Directory& directory,
                    std::vector<base::Finding>& findings) {
  std::set<std::pair<const Rules::Rule*, const Rules::Rule*>>
      done;  // two rules may share two kinds
  for (const Rules::Kind& kind : rules.kinds()) {
    for (std::size_t i = 0; i < kind.rules.size(); ++i) {
      for (std::size_t j = i + 1; j < kind.rules.size(); ++j) {
        if (!done.emplace(kind.rules[i], kind.rules[j]).second) continue;
        check_pair(*kind.rules[i], *kind.rules[j], directory, findings);
      }
    }
  }
}

}  // namespace portage::routing
