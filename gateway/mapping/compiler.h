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
  const Selector* picks = nullptr;
  std::uint32_t index = 0;
  bool key = false;
  bool spliced = false;
  bool quiet = false;
  bool written = false;
  bool sure = false;   // written whenever its block's group is
  std::string source;  // the text of what is written
  record::Value constant;
  std::uint32_t slot = UINT32_MAX;
  std::vector<std::vector<const Stmt*>> writers;  // the branches in which it is written
  std::vector<std::optional<std::vector<std::string>>> values;  // of each writer, if few
  std::vector<std::unique_ptr<Draft>> children;
  Span first, head;
};

// Two places of what is written that are equal: the key of a selector and the path it names.
struct Equation {
  Draft* key;
  Draft* other;
  Span span;
  std::string text;
};

struct FrameDraft {
  std::unique_ptr<Draft> root;
  std::unique_ptr<Draft> rows;        // `each … by`, going out
  std::uint32_t beside = UINT32_MAX;  // stands in the rows of that frame
  const Side* side = nullptr;         // of a make; else the way's own
  Span span;                          // of a make: its schema
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
  std::uint32_t slot = 0;        // let; kNone: its value has a finding
  Abstract abstract;             // let
  Span span;
  bool list = false;  // alias: the rows of a group
};

// A block: where its relative paths begin on each side.
struct Scope {
  const Scope* outer = nullptr;
  const Shape* read_shape = nullptr;  // nullptr: a single value
  Abstract read_item;                 // of it
  std::uint32_t read_slot = kRootScope;
  std::string read_shown;
  bool may_miss = false;             // the group read may be missing
  bool of_rows = false;              // its elements are rows of a group
  const Shape* read_list = nullptr;  // `each … by`: the list whose rows are one group
  const Scope* element = nullptr;    // the nearest each, for `it`; itself if it is one
  Draft* write = nullptr;
  std::string write_shown;
  std::uint32_t frame = 0;
  Draft* write_rows = nullptr;  // `each … by` going out
  std::map<std::string, Name, std::less<>> names;
  std::vector<const Stmt*> branches;  // the `when`s around
  // What fields are known to hold here, by slot and path: filters of an each, tests of a when.
  std::map<std::pair<std::uint32_t, std::string>, std::vector<std::string>> known;
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
  std::string path;  // of the mapping's file
  std::string text(Span span) const {
    return std::string(source.substr(span.begin, span.end - span.begin));
  }
};

std::string_view scalar_text(const record::Value& value);
// The one to three of these that come nearest, joined by commas.
std::string near_of(std::string_view word, const std::vector<std::string>& known);

// An element of XML, or a list of them, in which text may stand among elements.
bool mixed_element(const Shape& shape);

class WayCompiler {
 public:
  friend class Conditions;
  WayCompiler(Job& job, Way way);
  void run();
  // After both ways are known to be right.
  void cover();
  Coverage coverage() const;
  bool present() const { return out_.present; }
  const std::map<std::uint32_t, std::string>& useless() const { return useless_both_; }
  bool settled() const { return settled_; }

  // For the table of examples: an expression with nothing around it.
  Typed lone(const Expr& e);

 private:
  bool inward() const { return way_ == Way::in; }
  const Side& reads() const { return inward() != made_ ? job_.theirs : job_.ours; }
  const Side& writes() const { return making_ ? *making_ : inward() ? job_.ours : job_.theirs; }
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
  void one_way_branch(const Stmt& s);
  void branches_written();
  bool written_so(const Path& path, const std::vector<std::string>& codes,
                  const Scope& scope) const;
  bool made_scope(Scope& scope, Scope& made, Op& op);
  // Grouping (compile_each.cc).
  bool each_source(const Stmt& s, Scope& scope, Scope& inner, Op& op, std::uint32_t& by_path);
  bool by_keys(const Stmt& s, const Shape* row, bool writing_side, Op& op);
  void splice(const Stmt& s, Draft& at, const Scope& scope, Op& op);
  void each_frame(Draft& at, bool rows, Op& op);
  void by_written(const Stmt& s, const Op& op);
  // One into several (compile_make.cc).
  void make(const Stmt& s, Scope& scope, std::vector<Op>& ops);
  bool make_each(const Stmt& s, Scope& scope, Scope& inner, Op& op);
  void none(const std::vector<Stmt>& statements, std::vector<Op>& ops);
  void same_ids(const std::map<std::string, std::vector<const Stmt*>>& by_schema);
  // Keys that are paths (compile_equations.cc).
  void equations();
  void indexed(const Draft& list);
  void same(const Stmt& s, Scope& scope, std::vector<Op>& ops);
  void let(const Stmt& s, Scope& scope, std::vector<Op>& ops);
  void use(const Stmt& s, Scope& scope, std::vector<Op>& ops, std::vector<Op>& after);
  void require(const Stmt& s, Scope& scope, std::vector<Op>& ops);
  void ignore(const Stmt& s, Scope& scope);
  void place(const Stmt& s, Scope& scope);
  void add_name(Scope& scope, const std::string& name, Name entry);
  void write(const Stmt& s, Typed value, const Path& to, Scope& scope, std::vector<Op>& ops);
  bool settle(Draft& at, const Abstract& value, Span span, const std::string& shown_path);
  bool free_to_write(Draft& at, Span span, const Scope& scope);
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
  Resolved place_of(const Name& name, bool& definite, bool writing_side);
  std::string member_name(const Segment& segment);
  const Shape* member_shape(const Shape& group, const Segment& segment, const std::string& name,
                            std::string_view side);
  bool tests(const Selector& selector, const Shape* element, const Scope& scope,
             std::vector<Test>& into, std::vector<const Shape*>* keys, bool writing_side);
  bool constant_of(const Selector::Condition& c, const Expr& e, const Shape* at, Test& t);
  void step_into(const Path& path, std::size_t from, Resolved& at, bool& definite, Purpose purpose,
                 const Scope& scope, bool writing_side);
  bool pick(const Segment& segment, bool last, Resolved& at, Purpose purpose, const Scope& scope,
            bool writing_side, std::string_view before);
  void finish_read(const Path& path, Resolved& at, bool definite, Purpose purpose,
                   bool writing_side);
  void refine(const Scope& scope, Resolved& at) const;
  void learn(const Expr& test, Scope& scope);
  Draft* draft_member(Draft& group, const Shape& shape, const std::string& name);
  Draft* draft_element(Draft& list, const Selector& selector, const Path& path, Scope& scope);
  std::uint32_t frame_of(const Draft* draft) const;
  bool element_wanted(Draft*& at, const Segment& segment, const Path& path, bool last,
                      bool list_wanted, std::vector<Test>* filter, Scope& scope);
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
  static void interval(char sign, const Abstract& a, const Abstract& b, Abstract& out);
  Typed choice(const Expr& e, const Scope& scope, Purpose purpose);
  void extreme(const std::string& name, const std::vector<Typed>& args, Abstract& a);
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
  bool known_word(const Parameter& p, Span span, const std::string& word);
  // Codes without a row (compile_codes.cc).
  void covered(const StepExpr& s, const Prepared& p, bool undo, const Abstract& from);
  bool gap(const StepExpr& s, const Prepared& p, bool undo, const Abstract& from,
           const std::string& code);
  void tell_gaps(const Shape* target);

  // What the target allows (compile_fit.cc).
  void fit(const Abstract& value, const Shape& target, Span span, const std::string& shown_path);
  void fit_required(const Abstract& value, const Draft& leaf, const Scope& scope, Span span,
                    const std::string& shown_path);
  bool definite(const Draft& leaf, const Scope& scope, bool& within) const;

  // What the agreement permits (compile_permits.cc).
  void load_permits();
  std::string party() const;
  void permitted(const Shape* shape, Span span);
  void never_sent();
  void fit_class(const Abstract& value, const Shape& target, Span span,
                 const std::string& shown_path);
  // What it costs (compile_cost.cc).
  void cost_of_by(const Stmt& s);
  void cost_of_search(const StepExpr& s, const Expr& head, const Scope& scope);

  // What a tree of XML does not hold (compile_xml.cc).
  bool mixed_text(const Shape& shape, Span span);
  void meet(const Shape& group, const Shape& member, Span span, bool writing_side);
  void cover_mixed();
  void cover_mingled();

  // What nobody explained (compile_cover.cc).
  void cover_source(const Shape& shape, const std::string& path, bool list_item);
  void cover_target(const Draft* draft, const Shape& shape, const std::string& path, bool must,
                    const Draft* beside);
  void cover_ignored();
  void measure(const Shape& shape, const std::string& path, bool list_item, Coverage& into) const;
  void measure_written(const Draft* draft, const Shape& shape, Coverage& into) const;
  bool ignored(const Shape* shape, bool writing_side) const;
  bool ignored_below(const Shape& shape) const;
  bool all_in(const std::unordered_set<const Shape*>& set, const Shape& shape) const;
  void in_every_branch(const Draft& draft, const std::string& path);

  // Parts that must not meet (compile_apart.cc).
  void branches_apart(const std::vector<const Stmt*>& a, const std::vector<const Stmt*>& b,
                      const Scope& scope);
  void taken(const Stmt& s, const Resolved& source);
  void complete();

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
    bool placed;    // in a place that a selector finds: its shape stands for others too
  };
  std::vector<Ignored> ignored_;
  struct Met {  // `span`: of the first path that comes by
    const Shape *group, *member;
    Span span;
  };
  std::vector<Met> mixed_, mingled_;
  std::vector<const Stmt*> using_;    // defs being placed
  std::vector<const Path*> placing_;  // places being followed
  std::vector<Equation> equations_;
  const Side* making_ = nullptr;  // inside a make: its own schema
  std::uint32_t root_frame_ = 0;  // the document, or what the make makes
  std::deque<Side> made_sides_;
  std::vector<std::string> target_names_;
  std::deque<std::unique_ptr<Scope>> scopes_;
  // selectors with constant keys read from lists of ours, going out: for completeness
  struct Picked {
    const Shape* list;
    const Shape* key;
    std::set<std::string> values;
    Span span;
    std::string path;
    bool whole = false, each = false, both = false;
    bool open = false;  // a filter that says nothing about a set of values
  };
  std::vector<Picked> picked_;
  struct Gap {
    Span span;
    std::string code, table;
    bool undo;
    std::vector<base::Days> days;      // on which the code is allowed and has no row
    std::vector<std::string> becomes;  // on other days
  };
  std::vector<Gap> gaps_;  // of the rule being compiled
  bool in_law_ = false;    // steps are compiled once more, only to try them
  std::set<std::pair<const Stmt*, const Stmt*>> compared_;  // branches
  bool rule_both_ = false;                                  // the rule being compiled is a <->
  Span cover_span_;
  const std::vector<std::string>* permits_ = nullptr;  // fields of ours; nullptr: no agreement
  std::map<const Shape*, std::string> ours_paths_;
  std::set<std::string> sent_;
  struct Branch {
    const Stmt* stmt;
    const Scope* scope;
  };
  std::vector<Branch> two_way_branches_;
  bool settled_ = false;  // some rule shows a loss: the mapping settles
  std::map<std::uint32_t, std::string>
      useless_both_;       // ignores of both ways that this way needs not
  bool ignoring_ = false;  // an ignored path is not a used one
  bool made_ = false;      // compiling a check of what was just written: it reads the other side
  std::uint32_t depth_ = 0;
};

}  // namespace portage::mapping
