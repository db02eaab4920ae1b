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
// Fields that a test wants to hold a literal; `or` and `not` say nothing sure.
void wanted_fields(const Expr& e, std::vector<const Path*>& into) {
  if (e.kind == Expr::Kind::conjunction) {
    for (const ExprPtr& c : e.children) wanted_fields(*c, into);
  }
  const bool equal = e.kind == Expr::Kind::compare &&
                     (e.comparison == Comparison::eq || e.comparison == Comparison::in);
  if (equal && e.children[0]->kind == Expr::Kind::path && e.children[1]->kind != Expr::Kind::null) {
    into.push_back(&e.children[0]->path);
  }
}
}  // namespace

bool WayCompiler::something_written(const Path& path, const Scope& scope) const {
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
  return at == nullptr || at->written || at->key || at->quiet || !at->children.empty();
}

// A branch of both ways is found again only if what its other test reads is written.
void WayCompiler::branches_written() {
  for (const Branch& b : two_way_branches_) {
    if (!b.stmt->right) continue;
    std::vector<const Path*> fields;
    wanted_fields(*b.stmt->right, fields);
    for (const Path* path : fields) {
      if (something_written(*path, *b.scope)) continue;
      job_.findings.error("M323", path->span, {{"path", job_.text(path->span)}});
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
