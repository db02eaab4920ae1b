// Proves of conditions that they exclude each other, or that one of them always holds: every
// combination of what the fields they name can be is tried. Made for one question while a way is
// compiled; one thread. It adds no finding of its own.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "gateway/mapping/compiler.h"

namespace portage::mapping {

class Conditions {
 public:
  enum class Proof : std::uint8_t { yes, no, unknown };
  Conditions(Job& job, const Scope& scope, WayCompiler& compiler)
      : job_(job), scope_(scope), compiler_(compiler) {}

  // Can't all of them hold at once? `no` only if a case is known in which they do.
  Proof apart(const std::vector<const Expr*>& tests);
  Proof apart(const Expr& a, const Expr& b) { return apart({&a, &b}); }
  // Does at least one of them hold whatever comes?
  bool always_one(const std::vector<const Expr*>& tests);
  // The same for conjunctions.
  bool always_one_of(const std::vector<std::vector<const Expr*>>& all);

 private:
  // What one field, or one test that can't be looked into, can be. The order of `cases` is theirs.
  struct Variable {
    std::vector<std::string> literals;
    std::vector<std::string> cases;
    bool ordered = false;  // compared by < or >: cases are the literals and what lies between
    bool opaque = false;
    bool may_miss = true;
    std::vector<std::string> finite;  // all values, if the schema has few
    std::size_t now = 0;
  };
  struct Said {
    bool missing = false;
    std::string text;
  };
  void collect(const Expr& e, int depth);
  void literal(const Expr& path, const Expr& value, bool ordered);
  Variable& variable(const Expr& e);
  const Expr* let_of(const Expr& e) const;
  bool prepare();
  bool next();
  bool holds(const Expr& e, int depth) const;
  bool compares(const Expr& e) const;
  Said value(const Expr& e, int depth) const;
  std::string key(const Expr& e) const;
  int rank(const Variable& v, const std::string& text) const;

  Job& job_;
  const Scope& scope_;
  WayCompiler& compiler_;
  std::map<std::string, Variable> variables_;
  bool any_opaque_ = false;
};

}  // namespace portage::mapping
