// Refuses silence about codes: each that the reading side allows must have a row, on every day of
// the mapping on which it is allowed.
#include <algorithm>

#include "gateway/base/text.h"
#include "gateway/mapping/compiler.h"

namespace portage::mapping {

using schema::Type;

namespace {

using Spans = std::vector<base::Days>;  // sorted, apart

Spans sorted(Spans days) {
  std::sort(days.begin(), days.end(),
            [](const base::Days& a, const base::Days& b) { return a.from < b.from; });
  return days;
}

// What of `whole` is not in `days`.
Spans without(const Spans& whole, const Spans& days) {
  Spans out;
  for (base::Days rest : whole) {
    bool open = true;
    for (const base::Days& d : days) {
      if (!open || d.until < rest.from || d.from > rest.until) continue;
      if (d.from > rest.from) out.push_back({rest.from, base::Day{d.from.since_1970 - 1}});
      open = d.until < rest.until;
      if (open) rest.from = base::Day{d.until.since_1970 + 1};
    }
    if (open) out.push_back(rest);
  }
  return out;
}

Spans within(const Spans& whole, const Spans& days) { return without(whole, without(whole, days)); }

// The days on which a field allows a code: those of its own table, if that is dated.
Spans allowed(const Shape* shape, const TableLookup& tables, const std::string& code) {
  Spans days;
  const directory::CodeTable* table = shape == nullptr || shape->code_table.empty() || !tables
                                          ? nullptr
                                          : tables(shape->code_table);
  if (table != nullptr) {
    for (const directory::CodeRow& row : table->rows()) {
      if (row.ours == code) days.push_back(row.valid);
    }
  }
  if (days.empty()) days.push_back({});
  return sorted(std::move(days));
}

std::string told(const Spans& days) {
  std::string out;
  for (const base::Days& d : days) {
    out += out.empty() ? "" : ", ";
    if (d.from != base::kFirstDay) out += base::format_day(d.from) + " ";
    out += "..";
    if (d.until != base::kLastDay) out += " " + base::format_day(d.until);
  }
  return out;
}

}  // namespace

// Every code that the reading side allows must have a row (M401), and rows for codes that neither
// side has are probably mistakes (M402).
void WayCompiler::covered(const StepExpr& s, const Prepared& p, bool undo, const Abstract& from) {
  if (from.type == Type::any || !from.values) return;
  bool any = false;
  for (const InlineRow& row : p.rows)
    any = any || (undo ? row.out && row.ours_any : row.in && row.theirs_any);
  const auto inline_row = [&](const std::string& code) {
    return std::any_of(p.rows.begin(), p.rows.end(), [&](const InlineRow& row) {
      if (!(undo ? row.out : row.in) || (undo ? row.ours_any : row.theirs_any)) return false;
      return scalar_text(undo ? row.ours : row.theirs) == code;
    });
  };
  for (const std::string& code : *from.values) {
    if (any || inline_row(code) || gap(s, p, undo, from, code)) continue;
    // The layout's own `codes` names this table: it then allows what stands on the other side.
    if (from.shape != nullptr && !p.table_name.empty() && from.shape->code_table == p.table_name &&
        from.shape->values.empty() && !undo) {
      job_.findings.error("M408", s.span, {{"table", p.table_name}, {"code", code}});
      return;
    }
    job_.findings.error("M401", s.span,
                        {{"code", code},
                         {"side", std::string(undo ? "ours" : "theirs")},
                         {"table", p.table_name.empty() ? "code { … }" : p.table_name}});
  }
  for (const InlineRow& row : p.rows) {
    if (!(undo ? row.out : row.in) || (undo ? row.ours_any : row.theirs_any)) continue;
    const std::string code(scalar_text(undo ? row.ours : row.theirs));
    if (std::find(from.values->begin(), from.values->end(), code) != from.values->end()) continue;
    if (from.shape == nullptr) continue;
    job_.findings.warning("M402", s.span, {{"code", code}, {"side", undo ? "ours" : "theirs"}},
                          base::nearest(code, *from.values).value_or(""));
  }
}

// Has the code a row on some day of the mapping? Days on which it is allowed and has none are
// kept until it is known where the rule writes.
bool WayCompiler::gap(const StepExpr& s, const Prepared& p, bool undo, const Abstract& from,
                      const std::string& code) {
  if (!p.table) return false;
  const Spans effective = {job_.file.effective};
  Spans rows;
  Gap found{s.span, code, p.table_name, undo, {}, {}};
  for (const directory::CodeRow& row : p.table->rows()) {
    if (!(undo ? row.out : row.in) || (undo ? row.ours : row.theirs) != code) continue;
    rows.push_back(row.valid);
    found.becomes.push_back(undo ? row.theirs : row.ours);
  }
  found.days = without(effective, sorted(rows));
  if (found.days == effective) return false;
  found.days = within(found.days, allowed(from.shape, job_.tables, code));
  if (!found.days.empty() && !in_law_) gaps_.push_back(std::move(found));
  return true;
}

// On days on which what the code becomes is no code of the field written, no row can be given:
// a note. On others a row is missing.
void WayCompiler::tell_gaps(const Shape* target) {
  if (target != nullptr && target->type == Type::list && target->item) target = target->item.get();
  for (Gap& found : gaps_) {
    Spans possible;
    for (const std::string& code : found.becomes) {
      for (const base::Days& d : allowed(target, job_.tables, code)) possible.push_back(d);
    }
    const Spans missing = within(found.days, sorted(std::move(possible)));
    const base::Arguments arguments = {
        {"code", found.code},
        {"side", std::string(found.undo ? "ours" : "theirs")},
        {"table", found.table + " (" + told(missing.empty() ? found.days : missing) + ")"}};
    if (missing.empty()) {
      job_.findings.note("M401", found.span, arguments);
    } else {
      job_.findings.error("M401", found.span, arguments);
    }
  }
  gaps_.clear();
}

}  // namespace portage::mapping
