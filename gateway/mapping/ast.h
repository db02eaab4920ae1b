// The tree that the parser makes of a mapping file. Every node knows its place in the source. Plain
// data; made once, read by the compiler, fmt and the printer. It holds no opinion about schemas.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "gateway/base/time.h"
#include "gateway/mapping/token.h"

namespace portage::mapping {

struct Expr;
using ExprPtr = std::unique_ptr<Expr>;

enum class Comparison : std::uint8_t { eq, ne, lt, le, gt, ge, in };
enum class Arrow : std::uint8_t { both, in, out };  // <->  <-  ->

struct Path;

// [kind = "home", first] or [2].
struct Selector {
  struct Condition;
  bool present = false;
  bool first = false;
  std::uint32_t index = 0;  // from 1; 0 = none
  std::vector<Condition> conditions;
  Span span;
};

struct Segment {
  enum class Kind : std::uint8_t { name, qualified, attribute, ticked };
  Kind kind = Kind::name;
  std::string name;  // as written: "hh:Person", "@id", "Agency Name"
  Selector selector;
  Span span;
};

struct Path {
  std::vector<Segment> segments;
  Span span;
};

struct Selector::Condition {
  Path path;
  Comparison comparison = Comparison::eq;  // eq, ne or in
  ExprPtr value;                           // a literal, a path, or a list for `in`
  Span span;
};

// One side of a row in { … }.
struct RowSide {
  enum class Kind : std::uint8_t { literal, any, reject };
  Kind kind = Kind::literal;
  ExprPtr literal;
  std::string code;  // of reject
  Span span;
};
struct Row {
  RowSide ours, theirs;
  Arrow arrow = Arrow::both;
  Span span;
};

struct StepExpr;
struct Argument {
  enum class Kind : std::uint8_t { literal, name, table, steps, expression };
  Kind kind = Kind::literal;
  ExprPtr expr;      // literal, expression
  std::string name;  // name
  std::vector<Row> rows;
  std::vector<StepExpr> steps;
  Span span;
};
struct StepExpr {
  std::string name;
  std::vector<Argument> arguments;
  Span name_span, span;
};

// `?? x` (otherwise) or `else x` (failed).
struct Fallback {
  enum class When : std::uint8_t { missing, failed };
  enum class What : std::uint8_t { value, reject, note };
  When when = When::missing;
  What what = What::value;
  ExprPtr value;
  std::string code;  // of reject or note; empty = the engine's own
  Span span;
};

struct Expr {
  enum class Kind : std::uint8_t {
    text,
    integer,
    decimal,
    date,
    boolean,
    null,
    path,
    call,
    list,
    has,
    negation,
    conjunction,
    disjunction,
    compare,
    arithmetic,
    choice,
    pipe
  };
  Kind kind = Kind::null;
  Span span;
  std::string text;  // of a literal; the function's name; the sign of arithmetic
  bool truth = false;
  Comparison comparison = Comparison::eq;
  Path path;                        // path, has
  std::vector<ExprPtr> children;    // of everything that has some; a pipe's first is its head
  std::vector<StepExpr> steps;      // pipe
  std::vector<Fallback> fallbacks;  // pipe
  Span name_span;                   // call
};

struct Stmt {
  enum class Kind : std::uint8_t {
    rule,
    each,
    when,
    place,
    let,
    def,
    use,
    same,
    require,
    ignore,
    make,
    none,
    test
  };
  Kind kind = Kind::rule;
  Span span;
  ExprPtr left, right;  // rule, each, when; require: left; let: right
  Arrow arrow =
      Arrow::both;  // of rule, each, when, let, test; ignore: which way (both unless said)
  Span arrow_span;
  bool has_block = false;
  std::vector<Stmt> block;
  std::string name;  // place, let, def, use; each's and make's `as`; test: its title
  Span name_span;
  std::string schema;       // make
  std::vector<Path> paths;  // place: one; by, same, ignore; test: `at`
  bool theirs = false;      // ignore
  std::string text;         // ignore: because; require, none, test: reject code
  Span text_span;
  bool rejects = false;                               // test: expects a refusal
  std::vector<std::string> ours_files, theirs_files;  // test
};

struct File {
  std::string name, ours, theirs;
  std::uint32_t version = 0;
  bool ours_list = false, theirs_list = false;
  Span name_span, ours_span, theirs_span, effective_span;
  struct Prefix {
    std::string name, uri;
    Span span;
  };
  std::vector<Prefix> prefixes;
  base::Days effective;
  bool has_effective = false;
  bool dated_envelope = false;
  ExprPtr dated;
  Span dated_span;
  std::string batch;  // "each", "whole" or empty
  Span batch_span;
  std::vector<Stmt> statements;
  bool lost = false;  // a header or a block could not be read: what follows from it is not told
};

}  // namespace portage::mapping
