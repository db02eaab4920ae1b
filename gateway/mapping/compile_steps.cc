// Steps of a pipe, run as written or undone, and their constant parameters.
#include <algorithm>

#include "gateway/base/text.h"
#include "gateway/mapping/calendars.h"
#include "gateway/mapping/compiler.h"

namespace portage::mapping {

using schema::Type;

const Function* WayCompiler::function(const std::string& name, Span span) {
  const Function* f = find_function(name);
  if (f != nullptr) return f;
  std::vector<std::string> known;
  for (const Function& each : functions()) known.emplace_back(each.name);
  job_.findings.error("M102", span, {{"name", name}}, base::nearest(name, known).value_or(""));
  return nullptr;
}

bool WayCompiler::table_argument(const Argument& a, Prepared& p) {
  if (a.kind == Argument::Kind::name) {
    p.table = job_.world.table ? job_.world.table(a.name) : nullptr;
    p.table_name = a.name;
    if (p.table == nullptr) {
      job_.findings.error("M104", a.span, {{"name", a.name}});
      return false;
    }
    return true;
  }
  for (const Row& row : a.rows) {
    InlineRow out;
    out.in = row.arrow != Arrow::out;
    out.out = row.arrow != Arrow::in;
    out.line = job_.findings.line(row.span);
    const auto side = [&](const RowSide& s, record::Value& v, bool& any, bool& rejects) {
      any = s.kind == RowSide::Kind::any;
      rejects = s.kind == RowSide::Kind::reject;
      if (rejects) out.reject_code = s.code.empty() ? "code.unknown" : s.code;
      if (s.kind != RowSide::Kind::literal) return;
      switch (s.literal->kind) {
        case Expr::Kind::boolean:
          v = record::Value::boolean(s.literal->truth);
          break;
        case Expr::Kind::integer:
        case Expr::Kind::decimal:
          v = record::Value::number(p.keep(s.literal->text));
          break;
        case Expr::Kind::null:
          v = record::Value::null();
          break;
        default:
          v = record::Value::text(p.keep(s.literal->text));
      }
    };
    side(row.ours, out.ours, out.ours_any, out.ours_reject);
    side(row.theirs, out.theirs, out.theirs_any, out.theirs_reject);
    // `any` stands where something is read, so its row has one direction, and a reject where one
    // writes.
    const bool writes_any = (out.in && out.ours_any) || (out.out && out.theirs_any);
    const bool reads_reject = (out.in && out.theirs_reject) || (out.out && out.ours_reject);
    if (writes_any || reads_reject) {
      job_.findings.error(
          "M103", row.span,
          {{"what", "a row with any or reject"},
           {"expected", "an arrow from any: `\"other\" <- any` or `any -> \"OTH\"`"}});
      return false;
    }
    for (const InlineRow& before : p.rows) {
      const auto same = [](const record::Value& x, bool x_any, const record::Value& y, bool y_any) {
        return x_any == y_any && (x_any || scalar_text(x) == scalar_text(y));
      };
      const bool in_twice =
          before.in && out.in && same(before.theirs, before.theirs_any, out.theirs, out.theirs_any);
      const bool out_twice =
          before.out && out.out && same(before.ours, before.ours_any, out.ours, out.ours_any);
      if (in_twice || out_twice) {
        job_.findings.error("M407", row.span,
                            {{"code", job_.text((in_twice ? row.theirs : row.ours).span)},
                             {"other_line", std::to_string(before.line)}});
        return false;
      }
    }
    p.rows.push_back(std::move(out));
  }
  return true;
}

namespace {
// Letters that mean something else where people have met them before.
std::string pattern_word(const std::string& word) {
  if (word == "mm" || word == "MMM") return "MM";
  if (word == "m") return "M";
  if (word == "YYYY" || word == "yyy" || word == "y" || word == "aaaa") return "yyyy";
  if (word == "YY") return "yy";
  if (word == "DD" || word == "jj") return "dd";
  if (word == "D") return "d";
  return {};
}
}  // namespace

// Time zones and calendars are few, and must be said as literals.
bool WayCompiler::known_word(const Parameter& p, Span span, const std::string& word) {
  if (p.kind == Parameter::Kind::zone && word != "America/Toronto" && word != "UTC") {
    job_.findings.error("M103", span,
                        {{"what", "a time zone"}, {"expected", "\"America/Toronto\" or \"UTC\""}});
    return false;
  }
  if (p.kind == Parameter::Kind::calendar && !calendar_named(word)) {
    job_.findings.error(
        "M103", span,
        {{"what", "a calendar"}, {"expected", "\"ontario\", \"canada\" or \"weekdays\""}});
    return false;
  }
  if (p.kind == Parameter::Kind::phone_form && word != "local") {
    job_.findings.error("M103", span,
                        {{"what", "a form of telephone numbers"}, {"expected", "\"local\""}});
    return false;
  }
  if (p.kind == Parameter::Kind::rounding && word != "half-up" && word != "half-even" &&
      word != "down" && word != "up") {
    job_.findings.error(
        "M103", span,
        {{"what", "a rounding"}, {"expected", "\"half-up\", \"half-even\", \"down\" or \"up\""}});
    return false;
  }
  return true;
}

// Fits the arguments of a step to the function's parameters; nullptr after a finding.
std::shared_ptr<Prepared> WayCompiler::prepare(const StepExpr& s, const Function& f) {
  auto p = std::make_shared<Prepared>();
  p->label = job_.text(s.span);
  std::size_t next = 0;
  const auto wrong = [&](Span span) {
    job_.findings.error("M103", span, {{"what", s.name}, {"expected", usage(f, true)}});
    return nullptr;
  };
  std::string pattern;
  Span pattern_span;
  std::int64_t century = 0;
  for (std::size_t i = 1; i < f.parameters.size(); ++i) {
    const Parameter& parameter = f.parameters[i];
    if (!parameter.keyword.empty()) {
      const bool given = next < s.arguments.size() &&
                         s.arguments[next].kind == Argument::Kind::name &&
                         s.arguments[next].name == parameter.keyword;
      if (!given) continue;
      ++next;
    }
    std::size_t taken = 0;
    while (next < s.arguments.size() && (taken == 0 || parameter.variadic)) {
      const Argument& a = s.arguments[next];
      const bool literal_argument = a.kind == Argument::Kind::literal;
      const Expr::Kind kind = literal_argument ? a.expr->kind : Expr::Kind::null;
      if (parameter.kind == Parameter::Kind::table) {
        if (a.kind != Argument::Kind::name && a.kind != Argument::Kind::table) break;
        if (!table_argument(a, *p)) return nullptr;
        ++next;
        ++taken;
        // `code language { … }`: a table and rows of its own.
        if (next < s.arguments.size() && s.arguments[next].kind == Argument::Kind::table) {
          if (!table_argument(s.arguments[next], *p)) return nullptr;
          ++next;
        }
        continue;
      }
      if (parameter.kind == Parameter::Kind::steps ||
          parameter.kind == Parameter::Kind::expression) {
        const Argument::Kind wanted = parameter.kind == Parameter::Kind::steps
                                          ? Argument::Kind::steps
                                          : Argument::Kind::expression;
        if (a.kind != wanted) return wrong(a.span);
        ++next;
        ++taken;
        continue;
      }
      if (!literal_argument) break;
      const bool fits =
          parameter.kind == Parameter::Kind::value ||
          (parameter.kind == Parameter::Kind::integer && kind == Expr::Kind::integer) ||
          (parameter.kind != Parameter::Kind::integer && kind == Expr::Kind::text);
      if (!fits) return wrong(a.span);
      if (parameter.kind == Parameter::Kind::pattern) {
        pattern = a.expr->text;
        pattern_span = a.span;
      } else if (parameter.keyword == "century") {
        century = std::stoll(a.expr->text);
      } else {
        if (!known_word(parameter, a.span, a.expr->text)) return nullptr;
        switch (kind) {
          case Expr::Kind::null:
            p->values.push_back(record::Value::null());
            break;
          case Expr::Kind::boolean:
            p->values.push_back(record::Value::boolean(a.expr->truth));
            break;
          case Expr::Kind::integer:
          case Expr::Kind::decimal:
            p->values.push_back(record::Value::number(p->keep(a.expr->text)));
            break;
          default:
            p->values.push_back(record::Value::text(p->keep(a.expr->text)));
        }
      }
      ++next;
      ++taken;
    }
    if (taken == 0 && !parameter.optional) return wrong(s.span);
  }
  if (next < s.arguments.size()) return wrong(s.arguments[next].span);
  if (pattern_span.end != 0) {
    std::string why;
    p->date = DatePattern::compile(
        pattern, static_cast<int>(std::clamp<std::int64_t>(century, -1, 9999)), why);
    if (!p->date) {
      const bool hour = !why.empty() && why.find_first_not_of(why[0]) == std::string::npos &&
                        std::string_view("mHhsS").find(why[0]) != std::string_view::npos;
      job_.findings.error(hour ? "M111" : "M110", pattern_span,
                          {{"pattern", pattern}, {"part", why}}, pattern_word(why));
      return nullptr;
    }
  }
  if (p->values.size() > 11) return wrong(s.span);
  return p;
}

bool WayCompiler::one_step(const StepExpr& s, bool undo, const Scope& scope, Abstract& abstract,
                           StepCode& into) {
  const Function* f = function(s.name, s.name_span);
  if (f == nullptr) return false;
  const bool special = f->name == "each";
  if (undo && f->undo == nullptr && !special) {
    job_.findings.error("M301", s.span, {{"step", s.name}});
    return false;
  }
  if (f->apply == nullptr && !special && f->name != "where") return false;
  std::shared_ptr<Prepared> prepared = prepare(s, *f);
  if (!prepared) return false;
  into.function = f;
  into.undo = undo;
  into.prepared = prepared;
  const Type wanted = undo ? f->to : f->from;
  if (wanted != Type::any && abstract.type != Type::any && abstract.type != wanted &&
      !(wanted == Type::decimal && abstract.type == Type::integer) &&
      !(f->name == "datetime" && abstract.type == Type::datetime)) {
    job_.findings.error("M202", s.span,
                        {{"path", s.name},
                         {"is", std::string(type_name(abstract.type))},
                         {"wanted", std::string(type_name(wanted))}});
    return false;
  }
  if (wanted == Type::any && !f->takes_list && !abstract.scalar()) {
    job_.findings.error("M206", s.span, {{"path", s.name}});
    return false;
  }
  if (abstract.null && !f->takes_null && abstract.type != Type::any) {
    job_.findings.error("M214", s.span, {{"step", s.name}});
    return false;
  }
  const Abstract before = abstract;
  if (special) {
    Abstract item = abstract.item ? *abstract.item : abstract_type(Type::any);
    item.missing = false;
    if (!steps(s.arguments[0].steps, undo, scope, item, into.inner)) return false;
    if (item.missing) abstract.missing = true;
    item.missing = false;
    abstract.item = std::make_shared<Abstract>(std::move(item));
    abstract.shape = nullptr;
    return true;
  }
  if (f->name == "where") {
    Scope inner;
    inner.outer = &scope;
    inner.read_shape =
        abstract.shape && abstract.shape->item ? abstract.shape->item.get() : nullptr;
    inner.read_item = abstract.item ? *abstract.item : abstract_type(Type::any);
    inner.read_item.missing = false;
    inner.read_slot = add_scope(scope.read_slot, UINT32_MAX, false);
    inner.element = &inner;
    inner.write = scope.write;
    into.item_scope = inner.read_slot;
    const Typed test = condition(*s.arguments[0].expr, inner);
    if (!test.ok()) return false;
    into.condition = test.node;
    abstract.missing = true;
    abstract.min_items = 0;
    return true;
  }
  if (f->name == "code") {
    covered(s, *prepared, undo, abstract);
  }
  const Transfer transfer = undo ? f->backward : f->forward;
  abstract = transfer ? transfer(before, *prepared) : abstract_type(undo ? f->from : f->to);
  if (!f->takes_missing) abstract.missing = abstract.missing || before.missing;
  abstract.sensitivity = before.sensitivity;
  if (abstract.shape == before.shape && abstract.type != Type::group) abstract.shape = nullptr;
  if (f->name == "nothing" && !undo) abstract.missing = true;
  return true;
}

// As written when reading theirs; from the last to the first, undone, when writing theirs.
bool WayCompiler::steps(const std::vector<StepExpr>& all, bool undo, const Scope& scope,
                        Abstract& abstract, std::vector<StepCode>& into) {
  for (std::size_t i = 0; i < all.size(); ++i) {
    StepCode code;
    const StepExpr& s = undo ? all[all.size() - 1 - i] : all[i];
    if (!one_step(s, undo, scope, abstract, code)) return false;
    into.push_back(std::move(code));
  }
  return true;
}

}  // namespace portage::mapping
