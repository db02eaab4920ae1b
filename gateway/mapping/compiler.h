// Compiles one way of a mapping: resolves every path against both shapes, follows what each
// expression can be, builds the operations and reports all findings. Internal to the compiler's
// files; one thread.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <unordered_set>
#include <vector>

#include "gateway/mapping/ast.h"
#include "gateway/mapping/findings.h"
#include "gateway/mapping/program.h"

namespace portage::mapping {

using schema::Shape;

// One side of a mapping.
struct Side {
  const schema::Schema* schema = nullptr;
  const Shape* root = nullptr;
  format::Format format = format::Format::json;
  std::string_view word;  // "ours", "theirs"
};

// A place in the target while it is being planned.
struct Draft {
  TargetNode::Kind kind = TargetNode::Kind::leaf;
  const Shape* shape = nullptr;
  Draft* parent = nullptr;
  std::string name;      // of a member
  std::string selector;  // of a list's element
  std::uint32_t index = 0;
  bool key = false;
  bool spliced = false;
  bool written = false;
  record::Value constant;
  std::uint32_t slot = UINT32_MAX;
  std::vector<std::vector<const Stmt*>> writers;  // the branches in which it is written
  std::vector<std::unique_ptr<Draft>> children;
  Span first;
};

struct FrameDraft {
  std::unique_ptr<Draft> root;
  std::uint32_t slots = 0;
  std::string shown;
  bool must_exist = false;  // the document itself
};

struct Scope;
// A name of the map: `as`, place, let.
struct Name {
  enum class Kind : std::uint8_t { alias, place, let };
  Kind kind = Kind::alias;
  bool reading = true;           // which side it belongs to this way
  const Scope* scope = nullptr;  // alias: the block whose element it is; place: where it was said
  const Path* path = nullptr;    // place
  std::uint32_t slot = 0;        // let
  Abstract abstract;             // let
  Span span;
};

// A block: where its relative paths begin on each side.
struct Scope {
  const Scope* outer = nullptr;
  const Shape* read_shape = nullptr;  // nullptr: a single value
  Abstract read_item;                 // of it
  std::uint32_t read_slot = kRootScope;
  std::string read_shown;
  bool may_miss = false;           // the group read may be missing
  const Scope* element = nullptr;  // the nearest each, for `it`; itself if it is one
  Draft* write = nullptr;
  std::string write_shown;
  std::uint32_t frame = 0;
  std::map<std::string, Name, std::less<>> names;
  std::vector<const Stmt*> branches;  // the `when`s around
};

// An expression and what it can be.
struct Typed {
  NodeId node = kNone;
  Abstract abstract;
  bool ok() const { return node != kNone; }
};

enum class Purpose : std::uint8_t {
  scalar,   // one value
  copy,     // one value or a list of values
  list,     // a list, also through lists
  group,    // something with members
  mention,  // any of them: ignore, has
};

struct Resolved {
  bool ok = false;
  ReadPath path;
  const Shape* shape = nullptr;
  Abstract abstract;
  std::vector<Test> filter;  // list: the selector at its end
  bool ends_in_list = false;
};

// What all parts of one compile share.
struct Job {
  std::string_view source;
  const File& file;
  const World& world;
  Findings& findings;
  Side ours, theirs;
  Program& program;
  std::map<std::string, const Stmt*, std::less<>> defs;
  TableLookup tables;
  std::string text(Span span) const {
    return std::string(source.substr(span.begin, span.end - span.begin));
  }
};

std::string_view scalar_text(const record::Value& value);

class WayCompiler {
 public:
  WayCompiler(Job& job, Way way);
  void run();
  // After both ways are known to be right.
  void cover();
  const std::map<std::uint32_t, std::string>& useless() const { return useless_both_; }
  bool settled() const { return settled_; }

  // For the table of examples: an expression with nothing around it.
  Typed lone(const Expr& e);

 private:
  bool inward() const { return way_ == Way::in; }
  const Side& reads() const { return inward() != made_ ? job_.theirs : job_.ours; }
  const Side& writes() const { return inward() ? job_.ours : job_.theirs; }
  bool concerns(Arrow arrow) const {
    return arrow == Arrow::both || arrow == (inward() ? Arrow::in : Arrow::out);
  }

  // Statements (compile_rules.cc).
  void block(const std::vector<Stmt>& statements, Scope& scope, std::vector<Op>& ops,
             std::vector<Op>& after);
  void rule(const Stmt& s, Scope& scope, std::vector<Op>& ops, std::vector<Op>& after);
  void group(const Stmt& s, const Path& from, const Path& to, Scope& scope, std::vector<Op>& ops,
             std::vector<Op>& after);
  void each(const Stmt& s, Scope& scope, std::vector<Op>& ops);
  void when(const Stmt& s, Scope& scope, std::vector<Op>& ops, std::vector<Op>& after);
  void verified(const Stmt& s, Scope& scope, std::vector<Op>& after);
  void same(const Stmt& s, Scope& scope, std::vector<Op>& ops);
  void let(const Stmt& s, Scope& scope, std::vector<Op>& ops);
  void use(const Stmt& s, Scope& scope, std::vector<Op>& ops, std::vector<Op>& after);
  void require(const Stmt& s, Scope& scope, std::vector<Op>& ops);
  void ignore(const Stmt& s, Scope& scope);
  void not_yet(const Stmt& s, std::string_view what);
  void add_name(Scope& scope, const std::string& name, Name entry);
  void write(const Stmt& s, Typed value, const Path& to, Scope& scope, std::vector<Op>& ops);
  bool settle(Draft& at, const Abstract& value, Span span, const std::string& shown_path);
  bool free_to_write(Draft& at, const Stmt& s, const Scope& scope);
  bool same_shapes(const Shape& a, const Shape& b, std::string path, Span span);
  const Path* path_of(const ExprPtr& e);
  void element_keys(Draft& element, std::vector<Test>& tests, std::vector<Test>& must);
  const std::vector<StepExpr>& spelled_steps(const Expr& e) const;
  Scope& inner_scope(Scope& outer);

  // Paths (compile_paths.cc).
  Resolved resolve(const Path& path, const Scope& scope, Purpose purpose,
                   bool writing_side = false);
  Draft* target(const Path& path, Scope& scope, bool list_wanted, std::string& shown_path,
                std::vector<Test>* filter = nullptr);
  const Name* find_name(const Scope& scope, std::string_view name) const;
  std::string member_name(const Segment& segment);
  const Shape* member_shape(const Shape& group, const Segment& segment, const std::string& name,
                            std::string_view side);
  bool tests(const Selector& selector, const Shape* element, std::vector<Test>& into,
             std::vector<const Shape*>* keys, bool writing_side);
  void step_into(const Path& path, std::size_t from, Resolved& at, bool& definite, Purpose purpose,
                 bool writing_side);
  void finish_read(const Path& path, Resolved& at, bool definite, Purpose purpose,
                   bool writing_side);
  Draft* draft_member(Draft& group, const Shape& shape, const std::string& name);
  Draft* draft_element(Draft& list, const Selector& selector, const Path& path);
  Coerce coerce_of(const Shape& shape, format::Format format) const;
  std::uint32_t add_path(ReadPath path);
  std::uint32_t add_scope(std::uint32_t parent, std::uint32_t path, bool item);
  void use_shape(const Shape* shape, bool whole);

  // Expressions (compile_expressions.cc).
  Typed expression(const Expr& e, const Scope& scope, Purpose purpose);
  Typed literal(const Expr& e);
  Typed path_value(const Path& path, Span span, const Scope& scope, Purpose purpose);
  Typed call(const Expr& e, const Scope& scope, Purpose purpose);
  Typed pipe(const Expr& e, const Scope& scope, Purpose purpose);
  Typed condition(const Expr& e, const Scope& scope);
  Typed comparison(const Expr& e, const Scope& scope);
  Typed arithmetic(const Expr& e, const Scope& scope);
  Typed choice(const Expr& e, const Scope& scope, Purpose purpose);
  bool fallbacks(const std::vector<Fallback>& all, const Scope& scope, Node& n, Abstract& abstract);
  NodeId add_node(Node n);

  // Steps (compile_steps.cc).
  bool steps(const std::vector<StepExpr>& all, bool undo, const Scope& scope, Abstract& abstract,
             std::vector<StepCode>& into);
  bool one_step(const StepExpr& s, bool undo, const Scope& scope, Abstract& abstract,
                StepCode& into);
  const Function* function(const std::string& name, Span span);
  std::shared_ptr<Prepared> prepare(const StepExpr& s, const Function& f);
  bool table_argument(const Argument& a, Prepared& p);
  void covered(const StepExpr& s, const Prepared& p, bool undo, const Abstract& from,
               const Abstract& to);

  // What the target allows (compile_fit.cc).
  void fit(const Abstract& value, const Shape& target, Span span, const std::string& shown_path);
  void fit_required(const Abstract& value, const Draft& leaf, const Scope& scope, Span span,
                    const std::string& shown_path);
  bool definite(const Draft& leaf, const Scope& scope, bool& within) const;

  // What nobody explained (compile_cover.cc).
  void cover_source(const Shape& shape, const std::string& path, bool list_item);
  void cover_target(const Draft* draft, const Shape& shape, const std::string& path, bool must);
  void cover_ignored();
  bool ignored(const Shape* shape, bool writing_side) const;

  // The law of <-> (compile_law.cc).
  std::optional<bool> matches_all(const std::string& pattern,
                                  const std::vector<std::string>& values);
  void law(const Stmt& s, const Abstract& ours, const Scope& scope);
  void law_of_lists(const Stmt& s, const Path& ours, const Scope& scope);

  // The end (compile_finish.cc).
  void finish();
  TargetNode planned(Draft& draft);
  void collect_names(TargetNode& node, const Draft& draft);

  Job& job_;
  Way way_;
  WayProgram& out_;
  std::vector<FrameDraft> frames_;
  std::unordered_set<const Shape*> used_, used_whole_, written_;
  struct Ignored {
    const Shape* shape;
    bool writing_side;
    std::string path;
    Span span;
    bool both;
    bool selected;  // with a selector: a part of a list only
  };
  std::vector<Ignored> ignored_;
  std::vector<const Stmt*> using_;  // defs being placed
  std::vector<std::string> target_names_;
  std::deque<std::unique_ptr<Scope>> scopes_;
  // selectors with constant keys read from lists of ours, going out: for completeness
  struct Picked {
    const Shape* list;
    const Shape* key;
    std::set<std::string> values;
    Span span;
    std::string path;
  };
  std::vector<Picked> picked_;
  bool settled_ = false;  // some rule shows a loss: the mapping settles
  std::map<std::uint32_t, std::string>
      useless_both_;       // ignores of both ways that this way needs not
  bool ignoring_ = false;  // an ignored path is not a used one
  bool made_ = false;      // compiling a check of what was just written: it reads the other side
  std::uint32_t depth_ = 0;
};

}  // namespace portage::mapping
