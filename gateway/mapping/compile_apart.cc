// Parts of one thing that must not meet, and must leave nothing over: branches that write one
// place, selectors and filters on one list.
#include <algorithm>

#include "gateway/base/text.h"
#include "gateway/mapping/compiler.h"
#include "gateway/mapping/conditions.h"

namespace portage::mapping {

using schema::Type;

// Two rules in different branches write one place: their tests must exclude each other.
void WayCompiler::branches_apart(const std::vector<const Stmt*>& a,
                                 const std::vector<const Stmt*>& b, const Scope& scope) {
  std::vector<const Expr*> tests;
  std::size_t same = 0;
  while (same < a.size() && same < b.size() && a[same] == b[same]) ++same;
  const auto test_of = [&](const Stmt& s) {
    return s.arrow == Arrow::both && !inward() ? s.left.get() : s.right.get();
  };
  for (const auto* way : {&a, &b}) {
    for (std::size_t i = same; i < way->size(); ++i) tests.push_back(test_of(*(*way)[i]));
  }
  if (std::any_of(tests.begin(), tests.end(), [](const Expr* e) { return e == nullptr; })) return;
  const Stmt& other = *a[same];
  const Stmt& here = *b[same];
  if (!compared_.emplace(&other, &here).second) return;
  const Conditions::Proof proof = Conditions(job_, scope, *this).apart(tests);
  if (proof == Conditions::Proof::yes) return;
  const base::Arguments arguments = {{"line", std::to_string(job_.findings.line(other.span))},
                                     {"way", inward() ? "in" : "out"}};
  const Expr* test = test_of(here);
  if (proof == Conditions::Proof::no) {
    job_.findings.error("M322", test->span, arguments);
  } else {
    job_.findings.warning("M322", test->span, arguments);
  }
}

namespace {
// A field that a test wants, and the codes that it takes; none: any will do.
struct Wanted {
  const Path* path;
  std::vector<std::string> codes;
};

// `or` and `not` say nothing sure.
void wanted_fields(const Expr& e, std::vector<Wanted>& into) {
  if (e.kind == Expr::Kind::conjunction) {
    for (const ExprPtr& c : e.children) wanted_fields(*c, into);
  }
  if (e.kind == Expr::Kind::has) into.push_back({&e.path, {}});
  const bool equal = e.kind == Expr::Kind::compare &&
                     (e.comparison == Comparison::eq || e.comparison == Comparison::in);
  if (!equal || e.children[0]->kind != Expr::Kind::path) return;
  const Expr& other = *e.children[1];
  Wanted w{&e.children[0]->path, {}};
  const auto add = [&](const Expr& code) {
    if (code.kind == Expr::Kind::boolean) w.codes.emplace_back(code.truth ? "true" : "false");
    if (code.kind == Expr::Kind::text || code.kind == Expr::Kind::integer)
      w.codes.push_back(code.text);
  };
  if (other.kind == Expr::Kind::null) return;
  if (other.kind == Expr::Kind::list) {
    for (const ExprPtr& c : other.children) add(*c);
  } else {
    add(other);
  }
  into.push_back(std::move(w));
}
}  // namespace

// Is the field written in that branch as its test wants it?
bool WayCompiler::written_so(const Path& path, const std::vector<std::string>& codes,
                             const Scope& scope) const {
  const Draft* at = scope.write;
  for (const Segment& segment : path.segments) {
    const bool simple = segment.kind != Segment::Kind::qualified && !segment.selector.present &&
                        find_name(scope, segment.name) == nullptr && segment.name != "root";
    if (!simple || at == nullptr) return true;  // not looked into
    const Draft* next = nullptr;
    for (const auto& child : at->children) {
      if (child->name == segment.name && child->selector.empty()) next = child.get();
    }
    if (next == nullptr) return false;
    at = next;
  }
  if (at->key || at->quiet || at->kind != TargetNode::Kind::leaf) return true;
  const std::vector<const Stmt*>& chain = scope.branches;
  const auto in_chain = [&](const Stmt* s) {
    return std::find(chain.begin(), chain.end(), s) != chain.end();
  };
  bool any = false;
  for (std::size_t i = 0; i < at->writers.size(); ++i) {
    const std::vector<const Stmt*>& branches = at->writers[i];
    const bool inside = std::find(branches.begin(), branches.end(), chain.back()) != branches.end();
    if (!inside && !std::all_of(branches.begin(), branches.end(), in_chain)) continue;
    any = true;
    if (codes.empty() || i >= at->values.size() || !at->values[i]) continue;
    const auto fits = [&](const std::string& v) {
      return std::find(codes.begin(), codes.end(), v) != codes.end();
    };
    const std::vector<std::string>& values = *at->values[i];
    const bool good = inside ? std::all_of(values.begin(), values.end(), fits)
                             : std::any_of(values.begin(), values.end(), fits);
    if (!good) return false;
  }
  return any;
}

// A branch of both ways is found again only if what its other test reads is written so.
void WayCompiler::branches_written() {
  for (const Branch& b : two_way_branches_) {
    if (!b.stmt->right || b.scope->branches.empty()) continue;
    std::vector<Wanted> fields;
    wanted_fields(*b.stmt->right, fields);
    for (const Wanted& w : fields) {
      if (written_so(*w.path, w.codes, *b.scope)) continue;
      Span span = w.path->span;
      if (b.stmt->right->kind == Expr::Kind::has) span = b.stmt->right->span;
      job_.findings.error("M323", span, {{"path", job_.text(w.path->span)}});
    }
  }
}

// What an `each` takes of a list of ours, going out.
void WayCompiler::taken(const Stmt& s, const Resolved& source) {
  if (inward() || source.shape == nullptr || source.shape->type != Type::list) return;
  Picked p{source.shape, nullptr, {}, s.left->span, job_.text(s.left->span)};
  p.whole = source.filter.empty();
  p.each = true;
  p.both = s.arrow == Arrow::both;
  if (source.filter.size() == 1 && source.filter[0].path == UINT32_MAX && source.shape->item) {
    const Test& t = source.filter[0];
    const Shape* key = source.shape->item.get();
    for (const std::string& m : t.members) {
      if (key != nullptr) key = key->find(m);
    }
    p.key = key;
    for (const record::Value& v : t.values) p.values.emplace(scalar_text(v));
    if (t.comparison == Comparison::ne) {
      if (key == nullptr || key->values.empty()) return;
      std::set<std::string> others(key->values.begin(), key->values.end());
      for (const std::string& v : p.values) others.erase(v);
      p.values = std::move(others);
    }
  } else if (!p.whole) {
    p.open = true;
  }
  picked_.push_back(std::move(p));
}

// Elements of ours that nothing picks are lost; those that two pick come back twice.
void WayCompiler::complete() {
  for (std::size_t i = 0; i < picked_.size(); ++i) {
    const Picked& p = picked_[i];
    for (std::size_t k = 0; k < i; ++k) {
      const Picked& other = picked_[k];
      if (other.list != p.list || !(p.each || other.each) || !p.both || !other.both) continue;
      bool meet = p.whole || other.whole || p.open || other.open || p.key != other.key;
      for (const std::string& v : p.values) meet = meet || other.values.contains(v);
      if (!meet) continue;
      job_.findings.error(
          "M331", p.span,
          {{"path", p.path}, {"other_line", std::to_string(job_.findings.line(other.span))}});
      break;
    }
  }
  for (const Picked& p : picked_) {
    if (p.list == nullptr || p.list->item == nullptr) continue;
    std::set<std::string> picked = p.values;
    bool excused = false;
    for (const Picked& other : picked_) {
      if (other.list != p.list) continue;
      excused = excused || other.whole;
      if (other.key == p.key) picked.insert(other.values.begin(), other.values.end());
    }
    for (const Ignored& i : ignored_) {
      excused =
          excused || (!i.writing_side && (i.shape == p.list || i.shape == p.list->item.get()));
    }
    if (excused) continue;
    std::string left;
    if (p.key != nullptr && !p.key->values.empty()) {
      for (const std::string& v : p.key->values) {
        if (!picked.contains(v)) left += (left.empty() ? "" : ", ") + v;
      }
      if (left.empty()) continue;
    }
    job_.findings.error("M332", p.span, {{"path", p.path}, {"left", left.empty() ? "…" : left}});
    return;
  }
}

}  // namespace portage::mapping
