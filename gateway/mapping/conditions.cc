#include "gateway/mapping/conditions.h"

#include <algorithm>

#include "gateway/mapping/number.h"

namespace portage::mapping {
namespace {

constexpr std::size_t kMostCases = 50'000;
constexpr int kMostDepth = 24;
// Texts that no literal can be.
const std::string kOther = std::string(1, '\1'), kMissing = std::string(1, '\2');

bool is_literal(const Expr& e) {
  return e.kind == Expr::Kind::text || e.kind == Expr::Kind::integer ||
         e.kind == Expr::Kind::decimal || e.kind == Expr::Kind::date ||
         e.kind == Expr::Kind::boolean || e.kind == Expr::Kind::null;
}
std::string literal_text(const Expr& e) {
  if (e.kind == Expr::Kind::boolean) return e.truth ? "true" : "false";
  if (e.kind == Expr::Kind::null) return kMissing;
  return e.text;
}
bool less(const std::string& a, const std::string& b) {
  const auto x = parse_decimal(a), y = parse_decimal(b);
  if (x && y) return compare(*x, *y) < 0;
  return a < b;
}
// `p`, or `p ?? LITERAL`.
const Expr* plain_path(const Expr& e, const Expr** otherwise) {
  if (e.kind == Expr::Kind::path) return &e;
  if (e.kind != Expr::Kind::pipe || !e.steps.empty() || e.fallbacks.size() != 1) return nullptr;
  const Fallback& f = e.fallbacks[0];
  const bool simple = f.when == Fallback::When::missing && f.what == Fallback::What::value &&
                      f.value && is_literal(*f.value);
  if (!simple || e.children[0]->kind != Expr::Kind::path) return nullptr;
  if (otherwise) *otherwise = f.value.get();
  return e.children[0].get();
}
bool ordering(Comparison c) {
  return c == Comparison::lt || c == Comparison::le || c == Comparison::gt || c == Comparison::ge;
}

}  // namespace

std::string Conditions::key(const Expr& e) const {
  std::string out;
  for (const char c : job_.text(e.kind == Expr::Kind::has ? e.path.span : e.span)) {
    if (c != ' ' && c != '\n' && c != '\t' && c != '\r') out += c;
  }
  return out;
}

// The expression that a name said by `let` stands for.
const Expr* Conditions::let_of(const Expr& e) const {
  if (e.kind != Expr::Kind::path || e.path.segments.size() != 1) return nullptr;
  for (const Stmt& s : job_.file.statements) {
    if (s.kind == Stmt::Kind::let && s.name == e.path.segments[0].name && s.right)
      return s.right.get();
  }
  return nullptr;
}

Conditions::Variable& Conditions::variable(const Expr& e) {
  const auto [at, fresh] = variables_.try_emplace(key(e));
  Variable& v = at->second;
  if (!fresh) return v;
  if (e.kind != Expr::Kind::path && e.kind != Expr::Kind::has) {
    v.opaque = any_opaque_ = true;
    v.may_miss = false;
    v.finite = {"true", "false"};
    return v;
  }
  const Resolved r = compiler_.resolve(e.path, scope_, Purpose::mention);
  if (!r.ok) return v;
  v.may_miss = r.abstract.missing || r.abstract.null;
  if (r.abstract.values) v.finite = *r.abstract.values;
  if (r.abstract.type == schema::Type::boolean) v.finite = {"true", "false"};
  return v;
}

void Conditions::literal(const Expr& path, const Expr& value, bool ordered) {
  Variable& v = variable(path);
  v.ordered = v.ordered || ordered;
  if (value.kind == Expr::Kind::list) {
    for (const ExprPtr& item : value.children) v.literals.push_back(literal_text(*item));
  } else {
    v.literals.push_back(literal_text(value));
  }
}

// A comparison of one field with literals, which can be looked into.
bool Conditions::compares(const Expr& e) const {
  const Expr* path = plain_path(*e.children[0], nullptr);
  const Expr& other = *e.children[1];
  if (path == nullptr || let_of(*path) != nullptr) return false;
  if (e.comparison == Comparison::in) {
    return other.kind == Expr::Kind::list &&
           std::all_of(other.children.begin(), other.children.end(),
                       [](const ExprPtr& c) { return is_literal(*c); });
  }
  return is_literal(other);
}

void Conditions::collect(const Expr& e, int depth) {
  if (depth > kMostDepth) {
    variable(e).opaque = any_opaque_ = true;
    return;
  }
  switch (e.kind) {
    case Expr::Kind::negation:
    case Expr::Kind::conjunction:
    case Expr::Kind::disjunction:
      for (const ExprPtr& c : e.children) collect(*c, depth + 1);
      return;
    case Expr::Kind::boolean:
      return;
    case Expr::Kind::has:
      variable(e);
      return;
    case Expr::Kind::compare:
      if (compares(e)) {
        const Expr* otherwise = nullptr;
        const Expr* path = plain_path(*e.children[0], &otherwise);
        literal(*path, *e.children[1], ordering(e.comparison));
        if (otherwise != nullptr) literal(*path, *otherwise, false);
        return;
      }
      break;
    case Expr::Kind::path:
    case Expr::Kind::pipe:
      if (const Expr* said = let_of(e)) return collect(*said, depth + 1);
      if (const Expr* path = plain_path(e, nullptr)) {
        variable(*path).literals.emplace_back("true");
        return;
      }
      break;
    default:
      break;
  }
  variable(e);
}

bool Conditions::prepare() {
  std::size_t all = 1;
  for (auto& [name, v] : variables_) {
    std::sort(v.literals.begin(), v.literals.end(), less);
    v.literals.erase(std::unique(v.literals.begin(), v.literals.end()), v.literals.end());
    v.cases.clear();
    v.now = 0;
    if (v.ordered) {
      // Below the first, each of them, and between: "\3" and the place of the one before.
      for (std::size_t i = 0; i <= v.literals.size(); ++i) {
        v.cases.push_back("\3" + std::to_string(i));
        if (i < v.literals.size()) v.cases.push_back(v.literals[i]);
      }
    } else if (!v.finite.empty()) {
      v.cases = v.finite;
    } else {
      v.cases = v.literals;
      v.cases.push_back(kOther);
    }
    if (v.may_miss) v.cases.push_back(kMissing);
    if (all > kMostCases / std::max<std::size_t>(v.cases.size(), 1)) return false;
    all *= v.cases.size();
  }
  return true;
}

bool Conditions::next() {
  for (auto& [name, v] : variables_) {
    if (++v.now < v.cases.size()) return true;
    v.now = 0;
  }
  return false;
}

int Conditions::rank(const Variable& v, const std::string& text) const {
  if (text.size() > 1 && text[0] == '\3') return 2 * std::stoi(text.substr(1));
  const auto at = std::find(v.literals.begin(), v.literals.end(), text);
  return 2 * static_cast<int>(at - v.literals.begin()) + 1;
}

Conditions::Said Conditions::value(const Expr& e, int depth) const {
  (void)depth;
  const Expr* otherwise = nullptr;
  const Expr* path = plain_path(e, &otherwise);
  const Variable& v = variables_.at(key(*path));
  Said said{v.cases[v.now] == kMissing, v.cases[v.now]};
  if (said.missing && otherwise != nullptr) said = {false, literal_text(*otherwise)};
  return said;
}

bool Conditions::holds(const Expr& e, int depth) const {
  if (depth <= kMostDepth) {
    switch (e.kind) {
      case Expr::Kind::negation:
        return !holds(*e.children[0], depth + 1);
      case Expr::Kind::conjunction:
        return holds(*e.children[0], depth + 1) && holds(*e.children[1], depth + 1);
      case Expr::Kind::disjunction:
        return holds(*e.children[0], depth + 1) || holds(*e.children[1], depth + 1);
      case Expr::Kind::boolean:
        return e.truth;
      case Expr::Kind::has: {
        const Variable& v = variables_.at(key(e));
        return v.cases[v.now] != kMissing;
      }
      case Expr::Kind::compare: {
        if (!compares(e)) break;
        const Said said = value(*e.children[0], depth + 1);
        const Expr& other = *e.children[1];
        if (e.comparison == Comparison::in) {
          return std::any_of(other.children.begin(), other.children.end(), [&](const ExprPtr& c) {
            return !said.missing && literal_text(*c) == said.text;
          });
        }
        const std::string text = literal_text(other);
        if (e.comparison == Comparison::eq || e.comparison == Comparison::ne) {
          const bool same = said.missing ? text == kMissing : text == said.text;
          return same == (e.comparison == Comparison::eq);
        }
        if (said.missing) return false;
        const Variable& v = variables_.at(key(*plain_path(*e.children[0], nullptr)));
        const int a = rank(v, said.text), b = rank(v, text);
        return e.comparison == Comparison::lt   ? a < b
               : e.comparison == Comparison::le ? a <= b
               : e.comparison == Comparison::gt ? a > b
                                                : a >= b;
      }
      case Expr::Kind::path:
      case Expr::Kind::pipe:
        if (const Expr* said = let_of(e)) return holds(*said, depth + 1);
        if (plain_path(e, nullptr) != nullptr) return value(e, depth + 1).text == "true";
        break;
      default:
        break;
    }
  }
  const Variable& v = variables_.at(key(e));
  return v.cases[v.now] == "true";
}

Conditions::Proof Conditions::apart(const std::vector<const Expr*>& tests) {
  variables_.clear();
  any_opaque_ = false;
  for (const Expr* e : tests) collect(*e, 0);
  if (!prepare()) return Proof::unknown;
  do {
    if (std::all_of(tests.begin(), tests.end(), [&](const Expr* e) { return holds(*e, 0); }))
      return any_opaque_ ? Proof::unknown : Proof::no;
  } while (next());
  return Proof::yes;
}

bool Conditions::always_one(const std::vector<const Expr*>& tests) {
  std::vector<std::vector<const Expr*>> all;
  for (const Expr* e : tests) all.push_back({e});
  return always_one_of(all);
}

bool Conditions::always_one_of(const std::vector<std::vector<const Expr*>>& all) {
  variables_.clear();
  any_opaque_ = false;
  for (const auto& tests : all) {
    for (const Expr* e : tests) collect(*e, 0);
  }
  if (all.empty() || !prepare()) return false;
  const auto hold = [&](const std::vector<const Expr*>& tests) {
    return std::all_of(tests.begin(), tests.end(), [&](const Expr* e) { return holds(*e, 0); });
  };
  do {
    if (std::none_of(all.begin(), all.end(), hold)) return false;
  } while (next());
  return true;
}

}  // namespace portage::mapping
