#include "gateway/schema/json/evaluate.h"

#include <algorithm>
#include <utility>

namespace portage::schema::json {
namespace {

using record::Kind;
using record::Value;

constexpr std::uint64_t kMostSteps = 20'000'000;

constexpr std::uint8_t bit_of(Kind kind) {
  switch (kind) {
    case Kind::missing:
      return 0;
    case Kind::null:
      return kNull;
    case Kind::boolean:
      return kBoolean;
    case Kind::number:
      return kNumber;
    case Kind::text:
      return kText;
    case Kind::list:
      return kList;
    case Kind::group:
      return kGroup;
  }
  return 0;
}

std::string type_names(std::uint8_t types) {
  std::string names;
  const auto add = [&](std::uint8_t bit, std::string_view name) {
    if ((types & bit) == 0) return;
    if (!names.empty()) names += ", ";
    names += name;
  };
  add(kNull, "null");
  add(kBoolean, "boolean");
  add(kInteger, "integer");
  add(kNumber, "number");
  add(kText, "string");
  add(kList, "array");
  add(kGroup, "object");
  return names;
}

// -1, 0, 1. Most numbers are short and whole.
int compare_to(const Value& value, const Decimal& decimal, const Limit& limit) {
  const std::string_view digits = value.as_text();
  if (limit.small && digits.size() <= 18) {
    std::int64_t number = 0;
    const bool negative = digits.starts_with('-');
    bool whole = true;
    for (std::size_t i = negative ? 1 : 0; i < digits.size() && whole; ++i) {
      whole = digits[i] >= '0' && digits[i] <= '9';
      if (whole) number = number * 10 + (digits[i] - '0');
    }
    if (whole) {
      if (negative) number = -number;
      return number < *limit.small ? -1 : number > *limit.small ? 1 : 0;
    }
  }
  return compare(decimal, limit.decimal);
}

}  // namespace

bool Evaluation::spend(std::uint64_t steps, const Value& value) {
  steps_ += steps;
  if (steps_ <= kMostSteps) return true;
  if (!stopped_) fault("schema.budget", value);
  stopped_ = true;
  return false;
}

bool Evaluation::check(const Node& node, const Value& value, const Scope* outer, Marks* marks) {
  if (stopped_ || !spend(1, value)) return false;
  if (node.always == Node::Always::valid) return true;
  if (node.always == Node::Always::invalid) return fault("schema.unwanted", value);
  bool right_type = (node.types & bit_of(value.kind())) != 0;
  if (!right_type && (node.types & kInteger) != 0 && value.is(Kind::number)) {
    right_type = Decimal::from(value.as_text()).integer();
  }
  if (!right_type) return fault("schema.type", value, {{"wanted", type_names(node.types)}});
  if ((node.values || node.constant) && !values(node, value)) return false;

  const Scope entered{node.resource, outer};
  const Scope& scope = outer != nullptr && outer->resource == node.resource ? *outer : entered;
  if (depth_ >= deepest_) {
    if (!stopped_) fault("schema.too_deep", value);
    stopped_ = true;
    return false;
  }
  ++depth_;
  bool ok = true;
  switch (value.kind()) {
    case Kind::number:
      if (node.number) ok = number(*node.number, value);
      break;
    case Kind::text:
      if (node.text) ok = text(*node.text, value);
      break;
    case Kind::list:
      if (node.list && node.list->unevaluated != nullptr) {
        Marks own(value.size());
        ok = list(*node.list, value, scope, &own);
        if (node.applied && (ok || collecting())) {
          ok = applied(*node.applied, value, scope, &own) && ok;
        }
        if (ok) ok = unevaluated_items(*node.list->unevaluated, value, scope, own);
        if (ok && marks != nullptr) marks->merge(own);
        --depth_;
        return ok;
      }
      if (node.list) ok = list(*node.list, value, scope, marks);
      break;
    case Kind::group:
      if (node.group && node.group->unevaluated != nullptr) {
        Marks own(value.size());
        ok = group(*node.group, value, scope, &own);
        if (node.applied && (ok || collecting())) {
          ok = applied(*node.applied, value, scope, &own) && ok;
        }
        if (ok) ok = unevaluated_members(*node.group->unevaluated, value, scope, own);
        if (ok && marks != nullptr) marks->merge(own);
        --depth_;
        return ok;
      }
      if (node.group) ok = group(*node.group, value, scope, marks);
      break;
    default:
      break;
  }
  if (node.applied && (ok || collecting())) ok = applied(*node.applied, value, scope, marks) && ok;
  --depth_;
  return ok;
}

bool Evaluation::values(const Node& node, const Value& value) {
  for (const Values* values : {node.values.get(), node.constant.get()}) {
    if (values == nullptr) continue;
    bool found;
    if (value.is(Kind::text)) {
      found = values->texts.size() > 8
                  ? std::binary_search(values->texts.begin(), values->texts.end(), value.as_text())
                  : std::find(values->texts.begin(), values->texts.end(), value.as_text()) !=
                        values->texts.end();
    } else {
      found = !values->only_texts && spend(values->any.size(), value) &&
              std::any_of(values->any.begin(), values->any.end(),
                          [&](const Value* allowed) { return same(*allowed, value); });
    }
    if (found) continue;
    if (!collecting()) return false;
    std::string allowed;
    constexpr std::size_t kShown = 12;
    for (std::size_t i = 0; i < values->any.size() && i < kShown; ++i) {
      if (!values->any[i]->is(Kind::text) && !values->any[i]->is(Kind::number)) continue;
      if (!allowed.empty()) allowed += ", ";
      allowed += values->any[i]->as_text().substr(0, 40);
    }
    if (values->any.size() > kShown) allowed += ", …";
    return fault(values->constant ? "schema.const" : "schema.enum", value, {{"allowed", allowed}});
  }
  return true;
}

bool Evaluation::number(const NumberRules& rules, const Value& value) {
  const Decimal decimal = Decimal::from(value.as_text());
  bool ok = true;
  const auto refuse = [&](const std::optional<Limit>& limit, std::string_view code) {
    ok = fault(code, value, {{"limit", std::string(limit->digits)}});
  };
  if (rules.minimum && compare_to(value, decimal, *rules.minimum) < 0) {
    refuse(rules.minimum, "schema.minimum");
  }
  if (rules.maximum && compare_to(value, decimal, *rules.maximum) > 0) {
    refuse(rules.maximum, "schema.maximum");
  }
  if (rules.above && compare_to(value, decimal, *rules.above) <= 0) {
    refuse(rules.above, "schema.above");
  }
  if (rules.below && compare_to(value, decimal, *rules.below) >= 0) {
    refuse(rules.below, "schema.below");
  }
  if (rules.multiple_of && !decimal.multiple_of(rules.multiple_of->decimal)) {
    refuse(rules.multiple_of, "schema.multiple_of");
  }
  return ok;
}

bool Evaluation::text(const TextRules& rules, const Value& value) {
  const std::string_view text = value.as_text();
  bool ok = true;
  // A code point takes one to four bytes: most lengths need no counting.
  if (text.size() > rules.max_length || (text.size() + 3) / 4 < rules.min_length) {
    std::uint64_t length = 0;
    for (const char c : text) length += (static_cast<unsigned char>(c) & 0xC0) != 0x80;
    if (length < rules.min_length) {
      ok = fault("schema.min_length", value, {{"limit", std::to_string(rules.min_length)}});
    }
    if (length > rules.max_length) {
      ok = fault("schema.max_length", value, {{"limit", std::to_string(rules.max_length)}});
    }
  }
  if (!ok && !collecting()) return false;
  if (rules.format != nullptr && !rules.format(text)) {
    ok = fault("schema.format", value, {{"format", std::string(rules.format_name)}});
  }
  if (!ok && !collecting()) return false;
  if (rules.pattern && !rules.pattern->matches(text)) {
    ok = fault("schema.pattern", value, {{"pattern", rules.pattern->source()}});
  }
  return ok;
}

bool Evaluation::quietly(const Node& node, const Value& value, const Scope& scope, Marks* marks) {
  std::vector<Fault>* kept = std::exchange(faults_, nullptr);
  bool ok;
  if (marks == nullptr) {
    ok = check(node, value, &scope, nullptr);
  } else {
    Marks branch(value.size());
    ok = check(node, value, &scope, &branch);
    if (ok) marks->merge(branch);
  }
  faults_ = kept;
  return ok;
}

bool Evaluation::applied(const Applied& rules, const Value& value, const Scope& scope,
                         Marks* marks) {
  bool ok = true;
  if (rules.reference != nullptr) ok = check(*rules.reference, value, &scope, marks);
  if (!ok && !collecting()) return false;
  if (rules.dynamic_first != nullptr) {
    const Node* target = rules.dynamic_first;
    if (!rules.dynamic.empty()) {
      std::uint64_t walked = 0;
      for (const Scope* at = &scope; at != nullptr; at = at->outer, ++walked) {
        const auto found = at->resource->dynamic_nodes.find(rules.dynamic);
        if (found != at->resource->dynamic_nodes.end()) target = found->second;  // outermost wins
      }
      if (!spend(walked / 2, value)) return false;  // a step of the walk is cheaper than a check
    }
    ok = check(*target, value, &scope, marks) && ok;
  }
  for (const Node* node : rules.all) {
    if (!ok && !collecting()) return false;
    ok = check(*node, value, &scope, marks) && ok;
  }
  if (!ok && !collecting()) return false;
  if (!rules.any.empty()) ok = any_of(rules, value, scope, marks) && ok;
  if (!ok && !collecting()) return false;
  if (!rules.one.empty()) ok = one_of(rules, value, scope, marks) && ok;
  if (!ok && !collecting()) return false;
  if (rules.never != nullptr && quietly(*rules.never, value, scope, nullptr)) {
    ok = fault("schema.not", value);
  }
  if (rules.condition != nullptr &&
      (rules.then != nullptr || rules.otherwise != nullptr || marks != nullptr)) {
    const Node* next =
        quietly(*rules.condition, value, scope, marks) ? rules.then : rules.otherwise;
    if (next != nullptr) ok = check(*next, value, &scope, marks) && ok;
  }
  return ok && !stopped_;
}

bool Evaluation::any_of(const Applied& rules, const Value& value, const Scope& scope,
                        Marks* marks) {
  bool any = false;
  for (const Node* node : rules.any) {
    any = quietly(*node, value, scope, marks) || any;
    if (any && marks == nullptr) return true;
  }
  if (!any && collecting()) explain_any(rules.any, value, scope, "schema.any_of");
  return any;
}

bool Evaluation::one_of(const Applied& rules, const Value& value, const Scope& scope,
                        Marks* marks) {
  std::size_t count = 0;
  for (const Node* node : rules.one) {
    if (quietly(*node, value, scope, marks)) ++count;
    if (count > 1 && !collecting()) return false;
  }
  if (count == 1) return true;
  if (!collecting()) return false;
  if (count > 1) return fault("schema.one_of_many", value, {{"count", std::to_string(count)}});
  explain_any(rules.one, value, scope, "schema.one_of");
  return false;
}

void Evaluation::explain_any(const std::vector<const Node*>& branches, const Value& value,
                             const Scope& scope, std::string_view code) {
  // Where only one branch is meant for values of this type, its own faults say more than "none
  // holds".
  const Node* meant = nullptr;
  std::size_t candidates = 0;
  for (const Node* node : branches) {
    const Node* plain = node;
    while (plain->applied && plain->applied->reference != nullptr && plain->types == kAnyType) {
      plain = plain->applied->reference;
    }
    if (plain->always == Node::Always::depends && (plain->types & bit_of(value.kind())) != 0) {
      meant = node;
      ++candidates;
    }
  }
  if (candidates == 1) {
    const std::size_t before = faults_->size();
    check(*meant, value, &scope, nullptr);
    if (faults_->size() > before) return;
  }
  fault(code, value);
}

bool Evaluation::fault(std::string_view code, const Value& value, base::Arguments arguments) {
  if (faults_ != nullptr && faults_->size() < most_) {
    faults_->push_back({std::string(code), pointer(), value.at(), std::move(arguments)});
  }
  return false;
}

std::string Evaluation::pointer() const {
  std::string out;
  for (const Step& step : path_) {
    out += '/';
    if (step.by_index) {
      out += std::to_string(step.index);
      continue;
    }
    for (const char c : step.name) {
      if (c == '~')
        out += "~0";
      else if (c == '/')
        out += "~1";
      else
        out += c;
    }
  }
  return out;
}

}  // namespace portage::schema::json
