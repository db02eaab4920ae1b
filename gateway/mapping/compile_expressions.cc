// Expressions: nodes that run, and what each can be.
#include <algorithm>

#include "gateway/base/text.h"
#include "gateway/mapping/compiler.h"

namespace portage::mapping {

using schema::Type;

NodeId WayCompiler::add_node(Node n) {
  out_.nodes.push_back(std::move(n));
  return static_cast<NodeId>(out_.nodes.size() - 1);
}

Typed WayCompiler::literal(const Expr& e) {
  Typed t;
  Node n;
  const auto keep = [&](std::string_view text) -> std::string_view {
    out_.texts.emplace_back(text);
    return out_.texts.back();
  };
  switch (e.kind) {
    case Expr::Kind::text:
      n.constant = record::Value::text(keep(e.text));
      t.abstract = abstract_text(e.text);
      break;
    case Expr::Kind::date:
      n.constant = record::Value::text(keep(e.text));
      t.abstract = abstract_values(Type::date, {e.text});
      break;
    case Expr::Kind::integer:
    case Expr::Kind::decimal:
      n.constant = record::Value::number(keep(e.text));
      t.abstract =
          abstract_values(e.kind == Expr::Kind::integer ? Type::integer : Type::decimal, {e.text});
      if (e.kind == Expr::Kind::integer)
        t.abstract.minimum = t.abstract.maximum = std::stoll(e.text);
      break;
    case Expr::Kind::boolean:
      n.constant = record::Value::boolean(e.truth);
      t.abstract = abstract_values(Type::boolean, {e.truth ? "true" : "false"});
      break;
    default:
      n.constant = record::Value::null();
      t.abstract = abstract_type(Type::any);
      t.abstract.null = true;
      t.abstract.values = std::vector<std::string>{};
      break;
  }
  t.node = add_node(std::move(n));
  return t;
}

Typed WayCompiler::path_value(const Path& path, Span span, const Scope& scope, Purpose purpose) {
  Typed t;
  if (path.segments.size() == 1 && path.segments[0].kind == Segment::Kind::name) {
    const Name* name = find_name(scope, path.segments[0].name);
    if (name != nullptr && name->kind == Name::Kind::let && name->reading) {
      if (name->slot == kNone) return t;
      Node n;
      n.kind = Node::Kind::let;
      n.path = name->slot;
      t.node = add_node(std::move(n));
      t.abstract = name->abstract;
      return t;
    }
  }
  Resolved r = resolve(path, scope, purpose);
  if (!r.ok) return t;
  if (purpose == Purpose::list && !r.filter.empty()) {
    // A selector at the end of a list in an aggregate filters.
    PathStep all;
    all.kind = PathStep::Kind::all;
    all.tests = std::move(r.filter);
    r.path.steps.push_back(std::move(all));
    r.path.flatten = true;
    r.path.list = false;
  }
  (void)span;
  Node n;
  n.kind = Node::Kind::read;
  n.path = add_path(std::move(r.path));
  t.node = add_node(std::move(n));
  t.abstract = std::move(r.abstract);
  return t;
}

Typed WayCompiler::expression(const Expr& e, const Scope& scope, Purpose purpose) {
  switch (e.kind) {
    case Expr::Kind::text:
    case Expr::Kind::integer:
    case Expr::Kind::decimal:
    case Expr::Kind::date:
    case Expr::Kind::boolean:
    case Expr::Kind::null:
      return literal(e);
    case Expr::Kind::path:
      return path_value(e.path, e.span, scope, purpose);
    case Expr::Kind::call:
      return call(e, scope, purpose);
    case Expr::Kind::pipe:
      return pipe(e, scope, purpose);
    case Expr::Kind::compare:
      return comparison(e, scope);
    case Expr::Kind::arithmetic:
      return arithmetic(e, scope);
    case Expr::Kind::choice:
      return choice(e, scope, purpose);
    case Expr::Kind::has: {
      Typed t;
      Resolved r = resolve(e.path, scope, Purpose::mention);
      if (!r.ok) return t;
      Node n;
      n.kind = Node::Kind::has;
      n.path = add_path(std::move(r.path));
      t.node = add_node(std::move(n));
      t.abstract = abstract_type(Type::boolean);
      t.abstract.sensitivity = r.abstract.sensitivity;
      return t;
    }
    case Expr::Kind::negation:
    case Expr::Kind::conjunction:
    case Expr::Kind::disjunction: {
      Typed t;
      Node n;
      n.kind = e.kind == Expr::Kind::negation      ? Node::Kind::negation
               : e.kind == Expr::Kind::conjunction ? Node::Kind::conjunction
                                                   : Node::Kind::disjunction;
      bool good = true;
      for (const ExprPtr& child : e.children) {
        const Typed c = condition(*child, scope);
        good = good && c.ok();
        n.children.push_back(c.node);
      }
      if (!good) return t;
      t.node = add_node(std::move(n));
      t.abstract = abstract_type(Type::boolean);
      return t;
    }
    case Expr::Kind::list: {
      Typed t;
      Node n;
      n.kind = Node::Kind::list;
      Abstract list = abstract_type(Type::list);
      list.min_items = list.max_items = static_cast<std::uint32_t>(e.children.size());
      list.missing = e.children.empty();
      bool good = true;
      for (const ExprPtr& child : e.children) {
        const Typed c = expression(*child, scope, Purpose::scalar);
        good = good && c.ok();
        if (!c.ok()) continue;
        n.children.push_back(c.node);
        list.item =
            std::make_shared<Abstract>(list.item ? join(*list.item, c.abstract) : c.abstract);
      }
      if (!good) return t;
      t.node = add_node(std::move(n));
      t.abstract = std::move(list);
      return t;
    }
  }
  return {};
}

// A test: boolean and never missing.
Typed WayCompiler::condition(const Expr& e, const Scope& scope) {
  Typed t = expression(e, scope, Purpose::scalar);
  if (!t.ok()) return t;
  if (t.abstract.type != Type::boolean && t.abstract.type != Type::any) {
    job_.findings.error("M202", e.span,
                        {{"path", job_.text(e.span)},
                         {"is", std::string(type_name(t.abstract.type))},
                         {"wanted", "boolean"}});
    return {};
  }
  if (t.abstract.missing) {
    job_.findings.error("M209", e.span, {{"path", job_.text(e.span)}});
    return {};
  }
  return t;
}

namespace {
bool numeric(Type t) { return t == Type::integer || t == Type::decimal; }
bool comparable(const Abstract& a, const Abstract& b) {
  return a.type == Type::any || b.type == Type::any || a.type == b.type ||
         (numeric(a.type) && numeric(b.type));
}
}  // namespace

Typed WayCompiler::comparison(const Expr& e, const Scope& scope) {
  Typed out;
  const bool in = e.comparison == Comparison::in;
  const Typed a = expression(*e.children[0], scope, Purpose::scalar);
  const Typed b = expression(*e.children[1], scope, in ? Purpose::list : Purpose::scalar);
  if (!a.ok() || !b.ok()) return out;
  Abstract other = b.abstract;
  if (in) {
    if (other.type != Type::list && other.type != Type::any) {
      job_.findings.error("M202", e.children[1]->span,
                          {{"path", job_.text(e.children[1]->span)},
                           {"is", std::string(type_name(other.type))},
                           {"wanted", "list"}});
      return out;
    }
    other = other.item ? *other.item : abstract_type(Type::any);
  }
  if (!comparable(a.abstract, other)) {
    job_.findings.error("M202", e.span,
                        {{"path", job_.text(e.children[0]->span)},
                         {"is", std::string(type_name(a.abstract.type))},
                         {"wanted", std::string(type_name(other.type))}});
    return out;
  }
  // A code that the field can never hold: the test would always go one way.
  const auto impossible = [&](const Abstract& field, const Abstract& code, Span span) {
    if (!field.values || !code.values || field.type == Type::boolean || field.type != code.type)
      return;
    if (e.comparison != Comparison::eq && e.comparison != Comparison::ne && !in) return;
    if (field.shape == nullptr) return;
    for (const std::string& v : *code.values) {
      if (std::find(field.values->begin(), field.values->end(), v) != field.values->end()) continue;
      job_.findings.error("M208", span, {{"value", v}, {"path", job_.text(e.children[0]->span)}},
                          near_of(v, *field.values));
    }
  };
  impossible(a.abstract, other, e.children[1]->span);
  if (!in) impossible(b.abstract, a.abstract, e.children[0]->span);
  Node n;
  n.kind = Node::Kind::compare;
  n.comparison = e.comparison;
  n.children = {a.node, b.node};
  out.node = add_node(std::move(n));
  out.abstract = abstract_type(Type::boolean);
  out.abstract.sensitivity = std::max(a.abstract.sensitivity, b.abstract.sensitivity);
  return out;
}

Typed WayCompiler::arithmetic(const Expr& e, const Scope& scope) {
  Typed out;
  const Typed a = expression(*e.children[0], scope, Purpose::scalar);
  const Typed b = expression(*e.children[1], scope, Purpose::scalar);
  if (!a.ok() || !b.ok()) return out;
  for (std::size_t i = 0; i < 2; ++i) {
    const Abstract& side = i == 0 ? a.abstract : b.abstract;
    if (numeric(side.type) || side.type == Type::any) continue;
    job_.findings.error("M202", e.children[i]->span,
                        {{"path", job_.text(e.children[i]->span)},
                         {"is", std::string(type_name(side.type))},
                         {"wanted", "integer"}});
    return out;
  }
  Node n;
  n.kind = Node::Kind::arithmetic;
  n.sign = e.text[0];
  n.children = {a.node, b.node};
  out.node = add_node(std::move(n));
  const bool whole = a.abstract.type == Type::integer && b.abstract.type == Type::integer;
  out.abstract = abstract_type(whole ? Type::integer : Type::decimal);
  out.abstract.missing = a.abstract.missing || b.abstract.missing;
  out.abstract.sensitivity = std::max(a.abstract.sensitivity, b.abstract.sensitivity);
  if (whole) interval(e.text[0], a.abstract, b.abstract, out.abstract);
  return out;
}

// How far a sum or a product reaches.
void WayCompiler::interval(char sign, const Abstract& a, const Abstract& b, Abstract& out) {
  using Wide = __int128;
  constexpr Wide kFar = Wide{1} << 100;
  const auto low = [&](const Abstract& x) { return x.minimum ? Wide{*x.minimum} : -kFar; };
  const auto high = [&](const Abstract& x) { return x.maximum ? Wide{*x.maximum} : kFar; };
  Wide least = -kFar, most = kFar;
  if (sign == '+') {
    least = low(a) + low(b);
    most = high(a) + high(b);
  } else if (sign == '-') {
    least = low(a) - high(b);
    most = high(a) - low(b);
  } else if (a.minimum && a.maximum && b.minimum && b.maximum) {
    const Wide all[] = {low(a) * low(b), low(a) * high(b), high(a) * low(b), high(a) * high(b)};
    least = *std::min_element(std::begin(all), std::end(all));
    most = *std::max_element(std::begin(all), std::end(all));
  }
  if (least >= INT64_MIN) out.minimum = static_cast<std::int64_t>(std::min<Wide>(least, INT64_MAX));
  if (most <= INT64_MAX) out.maximum = static_cast<std::int64_t>(std::max<Wide>(most, INT64_MIN));
}

Typed WayCompiler::choice(const Expr& e, const Scope& scope, Purpose purpose) {
  Typed out;
  const Typed test = condition(*e.children[0], scope);
  const Typed yes = expression(*e.children[1], scope, purpose);
  const Typed no = expression(*e.children[2], scope, purpose);
  if (!test.ok() || !yes.ok() || !no.ok()) return out;
  Node n;
  n.kind = Node::Kind::choice;
  n.children = {test.node, yes.node, no.node};
  out.node = add_node(std::move(n));
  out.abstract = join(yes.abstract, no.abstract);
  out.abstract.sensitivity = std::max(out.abstract.sensitivity, test.abstract.sensitivity);
  return out;
}

}  // namespace portage::mapping
