// Does what is written fit what the target allows? Each constraint is proved, or checked at run
// time by the target's schema; what can never fit is a finding.
#include <algorithm>

#include "gateway/base/text.h"
#include "gateway/mapping/compiler.h"
#include "gateway/schema/formats.h"
#include "gateway/schema/pattern.h"

namespace portage::mapping {

using schema::Type;

namespace {

bool numeric(Type t) { return t == Type::integer || t == Type::decimal; }

// May a value of the one type stand where the other is wanted?
bool suits(const Abstract& value, const Shape& target) {
  const Type from = value.type, to = target.type;
  if (from == to || from == Type::any || to == Type::any) return true;
  if (from == Type::integer && to == Type::decimal) return true;
  if (from == Type::text && value.format == "number" && numeric(to)) return true;
  if (from == Type::text && value.format == "date-time" && to == Type::datetime) return true;
  if (from == Type::text && to == Type::date) {
    return value.format == "date yyyy-MM-dd" || value.format == "date " + target.format;
  }
  if (from == Type::date && to == Type::text) return target.format == "date";
  if (from == Type::datetime && to == Type::text) return target.format == "date-time";
  return false;
}

std::string list_of(const std::vector<std::string>& values) {
  std::string out;
  for (std::size_t i = 0; i < values.size() && i < 8; ++i) out += (i ? ", " : "") + values[i];
  if (values.size() > 8) out += ", …";
  return out;
}

// How many letters must change; small words only.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t before = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t change = before + (a[i - 1] == b[j - 1] ? 0 : 1);
      before = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, change});
    }
  }
  return row[b.size()];
}

}  // namespace

std::string near_of(std::string_view word, const std::vector<std::string>& known) {
  if (const auto one = base::nearest(word, known)) return *one;
  const std::string lower = base::lower_ascii(word.substr(0, 64));
  std::vector<std::pair<std::size_t, const std::string*>> all;
  for (const std::string& k : known) {
    all.emplace_back(distance(lower, base::lower_ascii(std::string_view(k).substr(0, 64))), &k);
  }
  const std::size_t n = std::min<std::size_t>(all.size(), 3);
  std::partial_sort(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(n), all.end(),
                    [](const auto& a, const auto& b) {
                      return a.first != b.first ? a.first < b.first : *a.second < *b.second;
                    });
  std::string out;
  for (std::size_t i = 0; i < n; ++i) out += (i ? ", " : "") + *all[i].second;
  return out;
}

void WayCompiler::fit(const Abstract& value, const Shape& target, Span span,
                      const std::string& shown_path) {
  const auto tally = [&](std::string_view kind, bool proved) {
    out_.constraints.push_back({shown_path, kind, proved, job_.findings.line(span)});
  };
  if (!suits(value, target)) {
    std::string hint;
    if (value.type == Type::text && target.type == Type::date) hint = "date PATTERN";
    if (value.type == Type::text && target.type == Type::datetime) hint = "datetime";
    if (value.type == Type::text && target.type == Type::integer) hint = "integer";
    if (value.type == Type::text && target.type == Type::decimal) hint = "decimal";
    if (value.type == Type::text && target.type == Type::boolean) hint = "code { true <-> … }";
    if (value.type == Type::datetime && target.type == Type::date) hint = "day \"America/Toronto\"";
    job_.findings.error("M202", span,
                        {{"path", shown_path},
                         {"is", std::string(type_name(value.type))},
                         {"wanted", std::string(type_name(target.type))}},
                        hint);
    return;
  }
  tally("type", value.type != Type::any);
  if (value.null && target.nullable) tally("null", true);
  const bool null_literal = value.null && value.values && value.values->empty();
  if (value.null && !target.nullable && (value.type != Type::any || null_literal)) {
    job_.findings.error("M213", span, {{"path", shown_path}});
    return;
  }
  if (target.type == Type::list && target.item) {
    if (value.item) fit(*value.item, *target.item, span, shown_path);
    if (target.min_items > 0) tally("min_items", value.min_items >= target.min_items);
    if (target.max_items != UINT32_MAX) {
      if (value.min_items > target.max_items) {
        job_.findings.error("M204", span,
                            {{"path", shown_path},
                             {"most", std::to_string(target.max_items)},
                             {"has", std::to_string(value.min_items)}});
        return;
      }
      tally("max_items", value.max_items <= target.max_items);
    }
    return;
  }
  std::vector<std::string> allowed = target.values;
  if (allowed.empty() && !target.code_table.empty() && job_.tables) {
    if (const directory::CodeTable* table = job_.tables(target.code_table)) {
      for (const directory::CodeRow& row : table->rows()) allowed.push_back(row.ours);
    }
  }
  if (!allowed.empty()) {
    if (value.values) {
      for (const std::string& v : *value.values) {
        if (std::find(allowed.begin(), allowed.end(), v) != allowed.end()) continue;
        job_.findings.error("M208", span, {{"value", v}, {"path", shown_path}},
                            near_of(v, allowed));
        return;
      }
    }
    tally("enum", value.values.has_value());
    return;  // lengths and patterns say nothing more
  }
  if (target.type == Type::text) {
    if (target.min_length > 0) {
      if (value.max_length < target.min_length) {
        job_.findings.error("M204", span,
                            {{"path", shown_path},
                             {"most", "at least " + std::to_string(target.min_length)},
                             {"has", std::to_string(value.max_length)}});
        return;
      }
      tally("min_length", value.min_length >= target.min_length);
    }
    if (target.max_length != UINT32_MAX) {
      const bool longest = value.values && value.max_length > target.max_length;
      if (value.min_length > target.max_length || longest) {
        job_.findings.error(
            "M204", span,
            {{"path", shown_path},
             {"most", std::to_string(target.max_length)},
             {"has", std::to_string(longest ? value.max_length : value.min_length)}});
        return;
      }
      tally("max_length", value.max_length <= target.max_length);
    }
    if (!target.format.empty() && value.values && value.type == Type::text) {
      const schema::FormatCheck check = schema::format_check(target.format);
      for (const std::string& v : *value.values) {
        if (check == nullptr || check(v)) continue;
        job_.findings.error("M207", span,
                            {{"path", shown_path}, {"pattern", target.format}, {"values", v}});
        return;
      }
      tally("format", check != nullptr);
    } else if (!target.format.empty()) {
      tally("format", value.format == target.format ||
                          (target.format == "date" && value.type == Type::date) ||
                          (target.format == "date-time" && value.type == Type::datetime));
    }
    if (!target.pattern.empty()) {
      bool proved = value.pattern == target.pattern;
      if (value.values) {
        const std::optional<bool> all = matches_all(target.pattern, *value.values);
        if (all && !*all) {
          job_.findings.error("M207", span,
                              {{"path", shown_path},
                               {"pattern", target.pattern},
                               {"values", list_of(*value.values)}});
          return;
        }
        proved = all.value_or(false);
      } else if (const std::optional<RegexFacts> facts = regex_facts(target.pattern)) {
        if (value.min_length > facts->max_length || value.max_length < facts->min_length) {
          job_.findings.error("M207", span,
                              {{"path", shown_path},
                               {"pattern", target.pattern},
                               {"values", "a text of another length"}});
          return;
        }
      }
      if (!proved && !value.values && regex_too_large(target.pattern)) {
        job_.findings.note("M603", span, {{"path", shown_path}});
      }
      tally("pattern", proved);
    }
  }
  if (numeric(target.type)) {
    if (target.minimum) {
      if (value.maximum && *value.maximum < *target.minimum) {
        job_.findings.error(
            "M205", span,
            {{"path", shown_path}, {"limit", "≥ " + std::to_string(*target.minimum)}});
        return;
      }
      tally("minimum", value.minimum && *value.minimum >= *target.minimum);
    }
    if (target.maximum) {
      if (value.minimum && *value.minimum > *target.maximum) {
        job_.findings.error(
            "M205", span,
            {{"path", shown_path}, {"limit", "≤ " + std::to_string(*target.maximum)}});
        return;
      }
      tally("maximum", value.maximum && *value.maximum <= *target.maximum);
    }
  }
}

// True if the leaf must be there in every document; `within` if it must be there whenever its
// block's group is.
bool WayCompiler::definite(const Draft& leaf, const Scope& scope, bool& within) const {
  within = leaf.shape->required;
  bool all = leaf.shape->required;
  for (const Draft* d = leaf.parent; d != nullptr; d = d->parent) {
    const bool top = d->parent == nullptr;
    const bool optional =
        !top && (d->kind == TargetNode::Kind::list || !d->selector.empty() || !d->shape->required);
    if (optional) all = false;
    // Between the leaf and the block's own place every group must be required too.
    if (optional && d != scope.write) {
      bool below = false;
      for (const Draft* up = d; up != nullptr; up = up->parent) below = below || up == scope.write;
      if (below) within = false;
    }
  }
  return all;
}

void WayCompiler::fit_required(const Abstract& value, const Draft& leaf, const Scope& scope,
                               Span span, const std::string& shown_path) {
  if (!leaf.shape->required || (!leaf.selector.empty())) return;
  bool within = false;
  const bool must = definite(leaf, scope, within);
  bool base_missing = false;
  for (const Scope* s = &scope; s != nullptr; s = s->outer) {
    if (s->frame != scope.frame) break;
    base_missing = base_missing || s->may_miss;
  }
  const bool conditional = !scope.branches.empty();
  // A row may be there for its group's sake only: then nothing of this element is.
  if (must && !scope.of_rows && (value.missing || base_missing) && value.type != Type::any) {
    job_.findings.error("M203", span, {{"path", shown_path}, {"side", std::string(writes().word)}});
    return;
  }
  const bool proved = within ? !value.missing && (!must || !conditional)
                             : !value.missing && !base_missing && !conditional;
  out_.constraints.push_back({shown_path, "required", proved, job_.findings.line(span)});
}

}  // namespace portage::mapping
