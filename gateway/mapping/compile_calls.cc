// Pipes with their fallbacks, and calls.
#include <algorithm>

#include "gateway/mapping/compiler.h"

namespace portage::mapping {

using schema::Type;

namespace {
bool numeric(Type t) { return t == Type::integer || t == Type::decimal; }
}  // namespace

bool WayCompiler::fallbacks(const std::vector<Fallback>& all, const Scope& scope, Node& n,
                            Abstract& abstract) {
  bool good = true;
  for (const Fallback& f : all) {
    FallbackCode code;
    code.when = f.when;
    code.what = f.what;
    code.code = f.code;
    if (f.what == Fallback::What::value) {
      if (!f.value) return false;
      const Typed v = expression(*f.value, scope, Purpose::copy);
      if (!v.ok()) {
        good = false;
        continue;
      }
      code.value = v.node;
      if (v.abstract.type != abstract.type && v.abstract.type != Type::any &&
          abstract.type != Type::any && !(numeric(v.abstract.type) && numeric(abstract.type))) {
        job_.findings.error("M202", f.value->span,
                            {{"path", job_.text(f.value->span)},
                             {"is", std::string(type_name(v.abstract.type))},
                             {"wanted", std::string(type_name(abstract.type))}});
        good = false;
        continue;
      }
      const bool missing = f.when == Fallback::When::missing
                               ? v.abstract.missing
                               : abstract.missing || v.abstract.missing;
      abstract = join(abstract, v.abstract);
      abstract.missing = missing;
    } else if (f.what == Fallback::What::note) {
      abstract.missing = true;
    } else if (f.when == Fallback::When::missing) {
      abstract.missing = false;
    }
    n.fallbacks.push_back(std::move(code));
  }
  return good;
}

Typed WayCompiler::pipe(const Expr& e, const Scope& scope, Purpose purpose) {
  Typed out;
  const bool wants_list = !e.steps.empty() && find_function(e.steps[0].name) &&
                          find_function(e.steps[0].name)->takes_list;
  const Purpose head_purpose = e.steps.empty() ? purpose
                               : wants_list    ? Purpose::list
                                               : Purpose::scalar;
  Typed head = expression(*e.children[0], scope, head_purpose);
  if (!head.ok()) return out;
  Node n;
  n.kind = Node::Kind::pipe;
  n.children = {head.node};
  Abstract abstract = head.abstract;
  // A date column that the pipe itself reads with a pattern is text on the wire.
  if (!e.steps.empty() && (e.steps[0].name == "date" || e.steps[0].name == "datetime") &&
      out_.nodes[head.node].kind == Node::Kind::read) {
    ReadPath& path = out_.paths[out_.nodes[head.node].path];
    if (path.coerce == Coerce::date || path.coerce == Coerce::datetime) {
      path.coerce = Coerce::none;
      const bool missing = abstract.missing;
      abstract = abstract_type(Type::text);
      abstract.missing = missing;
    }
  }
  for (const StepExpr& s : e.steps) cost_of_search(s, *e.children[0], scope);
  if (!steps(e.steps, false, scope, abstract, n.steps)) return out;
  if (!fallbacks(e.fallbacks, scope, n, abstract)) return out;
  abstract.sensitivity = std::max(abstract.sensitivity, head.abstract.sensitivity);
  out.node = add_node(std::move(n));
  out.abstract = std::move(abstract);
  return out;
}

Typed WayCompiler::call(const Expr& e, const Scope& scope, Purpose purpose) {
  (void)purpose;
  Typed out;
  const Function* f = function(e.text, e.name_span);
  if (f == nullptr) return out;
  const bool variadic = !f->parameters.empty() && f->parameters.back().variadic;
  const std::size_t least = static_cast<std::size_t>(std::count_if(
      f->parameters.begin(), f->parameters.end(), [](const Parameter& p) { return !p.optional; }));
  const bool constants =
      std::any_of(f->parameters.begin(), f->parameters.end(), [](const Parameter& p) {
        return p.kind == Parameter::Kind::pattern || p.kind == Parameter::Kind::table ||
               p.kind == Parameter::Kind::steps || p.kind == Parameter::Kind::expression;
      });
  if (constants || e.children.size() < least ||
      (!variadic && e.children.size() > f->parameters.size()) || e.children.size() > 16) {
    job_.findings.error("M103", e.span, {{"what", e.text}, {"expected", usage(*f, constants)}});
    return out;
  }
  Node n;
  n.kind = Node::Kind::call;
  n.function = f;
  auto prepared = std::make_shared<Prepared>();
  prepared->label = job_.text(e.span);
  bool good = true;
  std::vector<Typed> args;
  for (std::size_t i = 0; i < e.children.size(); ++i) {
    const Parameter& p = f->parameters[std::min(i, f->parameters.size() - 1)];
    const Typed arg =
        expression(*e.children[i], scope, f->takes_list ? Purpose::list : Purpose::scalar);
    good = good && arg.ok();
    if (!arg.ok()) continue;
    const Type wanted = i == 0 && !p.variadic                ? f->from
                        : p.kind == Parameter::Kind::integer ? Type::integer
                        : p.kind == Parameter::Kind::value   ? Type::any
                                                             : Type::text;
    if (wanted != Type::any && arg.abstract.type != Type::any && arg.abstract.type != wanted) {
      job_.findings.error("M202", e.children[i]->span,
                          {{"path", job_.text(e.children[i]->span)},
                           {"is", std::string(type_name(arg.abstract.type))},
                           {"wanted", std::string(type_name(wanted))}});
      good = false;
    }
    if (arg.abstract.null && !f->takes_null && arg.abstract.type != Type::any) {
      job_.findings.error("M214", e.span, {{"step", e.text}});
      good = false;
    }
    if (i > 0 && !known_word(p, e.children[i]->span,
                             arg.abstract.values && arg.abstract.values->size() == 1
                                 ? arg.abstract.values->front()
                                 : std::string())) {
      good = false;
    }
    if (i > 0 && out_.nodes[arg.node].kind == Node::Kind::constant) {
      const record::Value& v = out_.nodes[arg.node].constant;
      prepared->values.push_back(
          v.is(record::Kind::text)     ? record::Value::text(prepared->keep(v.as_text()))
          : v.is(record::Kind::number) ? record::Value::number(prepared->keep(v.as_text()))
                                       : v);
    }
    n.children.push_back(arg.node);
    args.push_back(arg);
  }
  if (!good) return out;
  Abstract first = args.empty() ? abstract_type(Type::any) : args[0].abstract;
  if (f->parameters[0].variadic) {
    for (std::size_t i = 1; i < args.size(); ++i) {
      const bool missing = first.missing && args[i].abstract.missing;
      const bool any_missing = first.missing || args[i].abstract.missing;
      first = join(first, args[i].abstract);
      first.missing = f->takes_missing ? missing : any_missing;
    }
  }
  out.abstract = f->forward ? f->forward(first, *prepared) : abstract_type(f->to);
  if (!f->takes_missing) {
    for (const Typed& a : args) out.abstract.missing = out.abstract.missing || a.abstract.missing;
  } else if (f->forward == nullptr) {
    out.abstract.missing = first.missing;
  }
  for (const Typed& a : args) {
    out.abstract.sensitivity = std::max(out.abstract.sensitivity, a.abstract.sensitivity);
  }
  extreme(e.text, args, out.abstract);
  n.prepared = std::move(prepared);
  out.node = add_node(std::move(n));
  return out;
}

// max and min of single values: what is left out if missing, and how far they reach.
void WayCompiler::extreme(const std::string& name, const std::vector<Typed>& args, Abstract& a) {
  const bool max = name == "max";
  if ((!max && name != "min") || args.empty()) return;
  a.missing = true;
  bool always_one = false;
  std::optional<std::int64_t> least, most;  // of those that are always there
  for (const Typed& t : args) {
    if (t.abstract.type == Type::list || t.abstract.type == Type::any) return;
    if (t.abstract.missing) continue;
    always_one = true;
    if (max && t.abstract.minimum) least = std::max(least.value_or(INT64_MIN), *t.abstract.minimum);
    if (!max && t.abstract.maximum) most = std::min(most.value_or(INT64_MAX), *t.abstract.maximum);
  }
  a.missing = !always_one;
  a.values = std::nullopt;
  if (max && least) a.minimum = least;
  if (!max && most) a.maximum = most;
}

}  // namespace portage::mapping
