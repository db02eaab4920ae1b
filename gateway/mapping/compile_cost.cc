// What a rule costs: files that must be held in memory, and lists gone through again for each
// element of another.
#include "gateway/mapping/compiler.h"

namespace portage::mapping {

// Rows that are grouped may stand anywhere, so all of them are read first.
void WayCompiler::cost_of_by(const Stmt& s) {
  if (!inward()) return;
  job_.findings.note("M601", s.paths[0].span, {{"why", "by " + job_.text(s.paths[0].span)}});
}

// `root.list | where (…)` inside an each.
void WayCompiler::cost_of_search(const StepExpr& s, const Expr& head, const Scope& scope) {
  if (s.name != "where" || head.kind != Expr::Kind::path) return;
  const bool inside = scope.element != nullptr && scope.element->outer != nullptr;
  const std::string& first = head.path.segments[0].name;
  const Name* name = find_name(scope, first);
  const bool elsewhere = first == "root" || (name != nullptr && name->scope != nullptr &&
                                             name->scope->element != scope.element);
  if (inside && elsewhere) job_.findings.warning("M602", s.span, {{"path", job_.text(head.span)}});
}

}  // namespace portage::mapping
