// All versions of all mappings, picked by the record's day.
#include <algorithm>

#include "gateway/mapping/runner.h"

namespace portage::mapping {
namespace {

base::Finding about(const Mapping& m, std::string_view code, base::Severity severity,
                    base::Arguments arguments) {
  base::Finding f;
  f.code = code;
  f.severity = severity;
  f.place.file = m.file();
  f.place.line = 1;
  f.place.column = 1;
  f.arguments = std::move(arguments);
  return f;
}

}  // namespace

std::vector<base::Finding> MappingSet::add(std::shared_ptr<const Mapping> mapping) {
  std::vector<base::Finding> findings;
  const base::Days& days = mapping->effective();
  const Mapping* before = nullptr;
  const Mapping* after = nullptr;
  for (const auto& other : all_) {
    if (other->name() != mapping->name()) continue;
    const base::Days& theirs = other->effective();
    const Program& mine = mapping->program();
    if (other->theirs() == mapping->theirs() && mine.dated_text != other->program().dated_text) {
      base::Finding f = about(*mapping, "M413", base::Severity::error,
                              {{"mapping", mapping->name()},
                               {"version", std::to_string(mapping->version())},
                               {"other", std::to_string(other->version())}});
      f.place.line = mine.dated_line;
      f.place.column = mine.dated_column;
      findings.push_back(std::move(f));
    }
    if (other->version() == mapping->version() ||
        (days.from <= theirs.until && theirs.from <= days.until)) {
      findings.push_back(about(*mapping, "M411", base::Severity::error,
                               {{"mapping", mapping->name()},
                                {"version", std::to_string(mapping->version())},
                                {"other", std::to_string(other->version())}}));
      continue;
    }
    if (theirs.until < days.from && (!before || before->effective().until < theirs.until))
      before = other.get();
    if (theirs.from > days.until && (!after || after->effective().from > theirs.from))
      after = other.get();
  }
  // A version added between two others closes their gap, so only the nearest ones count.
  const auto gap = [&](base::Day last, base::Day first, const Mapping& m) {
    if (first.since_1970 - last.since_1970 <= 1) return;
    findings.push_back(about(m, "M412", base::Severity::warning,
                             {{"mapping", m.name()},
                              {"from", base::format_day({last.since_1970 + 1})},
                              {"until", base::format_day({first.since_1970 - 1})}}));
  };
  if (before) gap(before->effective().until, days.from, *mapping);
  if (after) gap(days.until, after->effective().from, *mapping);
  all_.push_back(std::move(mapping));
  std::stable_sort(all_.begin(), all_.end(), [](const auto& a, const auto& b) {
    return a->name() != b->name() ? a->name() < b->name()
                                  : a->effective().from < b->effective().from;
  });
  return findings;
}

const Mapping* MappingSet::pick(std::string_view name, base::Day date) const {
  for (const auto& m : all_) {
    if (m->name() == name && m->effective().contains(date)) return m.get();
  }
  return nullptr;
}

const Mapping* MappingSet::pick_in(std::string_view name, const record::Value& theirs,
                                   base::Day received_on, Refusal& why) const {
  bool known = false;
  std::optional<Refusal> unread;
  std::string day;
  record::Arena arena(512);
  for (const auto& m : all_) {
    if (m->name() != name) continue;
    known = true;
    RunContext context;
    context.received_on = received_on;
    RunResult result;
    Runner runner(m->program(), Way::in, theirs, context, arena, result);
    if (!runner.find_date()) {
      if (!result.refusals.empty()) unread = std::move(result.refusals.front());
      continue;
    }
    day = base::format_day(runner.date());
    if (m->effective().contains(runner.date())) return m.get();
  }
  if (unread && day.empty()) {
    why = std::move(*unread);
  } else {
    why = {};
    why.code = "no_version";
    why.arguments = {{"mapping", std::string(name)}, {"day", day.empty() || !known ? "?" : day}};
  }
  return nullptr;
}

}  // namespace portage::mapping
