// The law of `<->`: whatever ours holds, if it can be sent out, comes back the same. Small sets are
// tried in full; for the others each spelling's own condition decides, and a counter-example is
// made and run.
#include <algorithm>

#include "gateway/mapping/compiler.h"
#include "gateway/mapping/runner.h"

namespace portage::mapping {

using record::Value;
using schema::Type;

namespace {

Value typed(Type type, const std::string& text) {
  if (type == Type::boolean) return Value::boolean(text == "true");
  if (type == Type::integer || type == Type::decimal) return Value::number(text);
  return Value::text(text);
}

// Runs steps outside any document.
class Trial {
 public:
  explicit Trial(base::Day day) : day_(day) {}
  // Nothing: refused.
  std::optional<Value> run(const std::vector<StepCode>& codes, Value v) {
    RunResult result;
    const Value nothing{};
    Runner runner(program_, Way::in, nothing, context_, arena_, result);
    runner.set_date(day_);
    if (!runner.apply(codes, v)) return std::nullopt;
    return v;
  }
  record::Arena& arena() { return arena_; }

 private:
  Program program_;
  RunContext context_;
  record::Arena arena_;
  base::Day day_;
};

bool shows_loss(const std::vector<StepCode>& codes) {
  return std::any_of(codes.begin(), codes.end(), [](const StepCode& c) {
    const auto& rows = c.prepared->rows;
    const bool one_way = std::any_of(rows.begin(), rows.end(), [](const InlineRow& r) {
      return !r.in || !r.out || r.ours_any || r.theirs_any;
    });
    bool table = false;
    if (c.prepared->table) {
      const auto& all = c.prepared->table->rows();
      table = std::any_of(all.begin(), all.end(),
                          [](const directory::CodeRow& r) { return !r.in || !r.out; });
    }
    return one_way || table || shows_loss(c.inner);
  });
}

// The days on which some table changes its rows, and the first of the mapping.
std::vector<base::Day> days_of(const std::vector<StepCode>& codes, base::Days effective) {
  std::vector<base::Day> days = {std::max(effective.from, base::Day{0})};
  for (const StepCode& c : codes) {
    if (c.prepared->table) {
      for (const directory::CodeRow& row : c.prepared->table->rows()) {
        if (effective.contains(row.valid.from)) days.push_back(row.valid.from);
      }
    }
    for (const base::Day d : days_of(c.inner, effective)) days.push_back(d);
  }
  std::sort(days.begin(), days.end());
  days.erase(std::unique(days.begin(), days.end()), days.end());
  if (days.size() > 24) days.resize(24);
  return days;
}

}  // namespace

// A rule is exact, or settles where its text shows the loss; else M311 or M312.
void WayCompiler::law(const Stmt& s, const Abstract& ours, const Scope& scope) {
  const std::vector<StepExpr>& spelled = spelled_steps(*s.right);
  law_of_lists(s, s.left->path, scope);
  if (s.right->kind == Expr::Kind::pipe) {
    for (const Fallback& f : s.right->fallbacks) {
      if (f.when == Fallback::When::missing && f.what == Fallback::What::value && ours.missing)
        settled_ = true;
    }
  }
  if (spelled.empty()) return;
  const std::size_t known = job_.findings.size();
  std::vector<StepCode> out_codes, in_codes;
  Abstract wire = ours, back;
  in_law_ = true;
  const bool undone = steps(spelled, true, scope, wire, out_codes);
  back = wire;
  const bool both = undone && steps(spelled, false, scope, back, in_codes);
  in_law_ = false;
  if (!both || job_.findings.size() > known) return;
  const bool visible = shows_loss(out_codes);
  const auto lost = [&](const Value& sent, const Value& came, std::string_view code,
                        bool moves = false) {
    if (visible && !moves) {
      settled_ = true;
      return;
    }
    job_.findings.error(code, s.right->span,
                        {{"path", job_.text(s.left->span)},
                         {"sent", shown(sent)},
                         {"back", came.missing() ? "(nothing)" : shown(came)}});
  };
  // Small sets, of the value or of the list's items: try them all, on every day that matters.
  const bool list = ours.type == Type::list;
  const Abstract& one = list && ours.item ? *ours.item : ours;
  bool tried = false;
  if (one.values && one.values->size() <= 256) {
    tried = true;
    for (const base::Day day : days_of(out_codes, job_.file.effective)) {
      Trial trial(day);
      for (const std::string& text : *one.values) {
        Value v = typed(one.type, text);
        if (list) {
          Value items = Value::list();
          items.push(trial.arena(), v);
          items.push(trial.arena(), v);
          v = items;
        }
        const std::optional<Value> sent = trial.run(out_codes, v);
        if (!sent) continue;
        const std::optional<Value> came = trial.run(in_codes, *sent);
        if (came && record::equal(*came, v)) continue;
        // What came back must at least stay as it is from then on.
        bool moves = false;
        if (came && !came->missing()) {
          const std::optional<Value> again = trial.run(out_codes, *came);
          const std::optional<Value> then = again ? trial.run(in_codes, *again) : std::nullopt;
          moves = then && !record::equal(*then, *came);
        }
        if (visible && !moves) {
          settled_ = true;
          continue;
        }
        return lost(v, came.value_or(Value()), "M311", moves);
      }
    }
  }
  // Each spelling's own condition, from ours to the wire.
  Abstract at = ours;
  for (std::size_t i = 0; i < out_codes.size(); ++i) {
    const StepCode& code = out_codes[i];
    const auto judge = [&](const StepCode& c, const Abstract& a) {
      return c.function->law && !(tried && c.function->name != "split")
                 ? c.function->law(a, *c.prepared)
                 : Law{};
    };
    Law verdict = judge(code, at);
    if (code.function->name == "each" && at.item) {
      Abstract item = *at.item;
      for (const StepCode& inner : code.inner) {
        const Law inner_law = judge(inner, item);
        if (inner_law.grade == Law::Grade::loses) verdict = inner_law;
        if (inner.function->backward) item = inner.function->backward(item, *inner.prepared);
      }
    }
    if (verdict.grade == Law::Grade::loses) {
      Trial trial(days_of(out_codes, job_.file.effective).front());
      for (std::string candidate :
           {std::string(verdict.example), std::string(" x"), std::string("x ")}) {
        Value v = Value::text(candidate);
        if (list) {
          Value items = Value::list();
          items.push(trial.arena(), v);
          v = items;
        }
        const std::optional<Value> sent = trial.run(out_codes, v);
        if (!sent) continue;
        const std::optional<Value> came = trial.run(in_codes, *sent);
        if (came && record::equal(*came, v)) continue;
        return lost(v, came.value_or(Value()), verdict.code);
      }
      // The run would refuse it: nothing is lost, but a record may be held up.
      if (verdict.code == "M312" || code.function->tidy) {
        return lost(Value::text(verdict.example), Value(), verdict.code);
      }
    }
    const Transfer transfer = code.function->backward;
    if (code.function->name == "each" && at.item) {
      Abstract item = *at.item;
      for (const StepCode& inner : code.inner) {
        item = inner.function->backward ? inner.function->backward(item, *inner.prepared)
                                        : abstract_type(inner.function->from);
      }
      at.item = std::make_shared<Abstract>(std::move(item));
    } else {
      at = transfer ? transfer(at, *code.prepared) : abstract_type(code.function->from);
    }
  }
}

// A list put together by selectors comes back in the order of the rules.
void WayCompiler::law_of_lists(const Stmt&, const Path& ours, const Scope&) {
  for (const Segment& segment : ours.segments) {
    if (segment.selector.present) settled_ = true;
  }
}

}  // namespace portage::mapping
