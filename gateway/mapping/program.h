// The compiled form of a mapping: for each way a tree of operations over slots, resolved paths and
// constant parameters. Immutable once compiled; any number of threads run it, each with its own
// Runner.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "gateway/format/format.h"
#include "gateway/mapping/ast.h"
#include "gateway/mapping/functions.h"
#include "gateway/mapping/mapping.h"

namespace portage::mapping {

using NodeId = std::uint32_t;
constexpr NodeId kNone = UINT32_MAX;
constexpr std::uint32_t kRootScope = 0;  // the document that is read
constexpr std::uint32_t kMadeScope = 1;  // what was just written, for checks of computed fields

// How a leaf of XML or CSV, which is text on the wire, becomes a value of its schema's type.
enum class Coerce : std::uint8_t { none, integer, decimal, boolean, date, datetime };

// A test inside a selector: a path of the element against constants.
struct Test {
  std::vector<std::string> members;  // member names from the element down
  Comparison comparison = Comparison::eq;
  std::vector<record::Value> values;
  std::vector<std::unique_ptr<std::string>> texts;
  std::uint32_t path = UINT32_MAX;  // or against this path of the same side, read when needed
};

struct PathStep {
  enum class Kind : std::uint8_t { member, index, select, all };
  Kind kind = Kind::member;
  std::string name;         // member
  std::uint32_t hint = 0;   // its place in the schema
  std::uint32_t index = 0;  // index, from 1
  bool first = false;       // select: the first of several will do
  std::vector<Test> tests;  // select, all
  std::string shown;        // for pointers: as the map writes it
};

struct ReadPath {
  std::uint32_t scope = 0;
  std::vector<PathStep> steps;
  Coerce coerce = Coerce::none;
  bool list = false;     // a single element is a list of one
  bool flatten = false;  // goes through lists: gives the list of all it meets
  bool scalar = false;   // a group stands for its text content
  bool shared = false;   // what all rows of a group share; the scope is the list of them
  std::string shown;     // "client.birth_date"
  schema::Class sensitivity = schema::Class::open;
};

struct Node;

struct StepCode {
  const Function* function = nullptr;
  bool undo = false;
  std::shared_ptr<const Prepared> prepared;
  std::vector<StepCode> inner;   // each
  NodeId condition = kNone;      // where
  std::uint32_t item_scope = 0;  // where: `it`
};

struct FallbackCode {
  Fallback::When when = Fallback::When::missing;
  Fallback::What what = Fallback::What::value;
  NodeId value = kNone;
  std::string code;
};

struct Node {
  enum class Kind : std::uint8_t {
    constant,
    read,
    call,
    pipe,
    has,
    negation,
    conjunction,
    disjunction,
    compare,
    arithmetic,
    choice,
    list,
    let
  };
  Kind kind = Kind::constant;
  Comparison comparison = Comparison::eq;
  char sign = '+';
  record::Value constant;
  std::uint32_t path = 0;  // read, has; let: the slot
  std::vector<NodeId> children;
  const Function* function = nullptr;  // call
  std::shared_ptr<const Prepared> prepared;
  std::vector<StepCode> steps;  // pipe: children[0] is its head
  std::vector<FallbackCode> fallbacks;
};

// What is written, in the order of the target's schema.
struct TargetNode {
  enum class Kind : std::uint8_t { leaf, group, list };
  Kind kind = Kind::leaf;
  std::uint32_t name_at = 0, name_size = 0;  // in WayProgram::names; size 0: the text content ""
  bool key = false;                          // a constant key of a selector: no content by itself
  bool quiet = false;                        // a key that is copied: no content by itself
  record::Value constant;                    // of a key
  std::uint32_t slot = 0;                    // leaf, and a list's part that an `each` fills
  bool spliced = false;                      // list: the slot holds a list whose items come here
  bool keep_empty = false;                   // list: the schema requires it, so [] is written
  Coerce coerce = Coerce::none;              // into the target's type
  bool wire_text = false;                    // XML, CSV: numbers and booleans are written as text
  std::vector<TargetNode> children;
};

struct Frame {
  TargetNode root;
  std::uint32_t slots = 0;
  std::string shown;
  // `each … by` going out: root holds what all rows of the group share, and these are the rows.
  bool grouped = false;
  TargetNode rows;
  std::vector<std::string> order;  // of a row's members
};

struct Op {
  enum class Kind : std::uint8_t { write, enter, each, when, let, require, verify, make, none };
  Kind kind = Kind::write;
  NodeId node = kNone;       // value, test or list
  NodeId other = kNone;      // verify: what their side holds
  std::uint32_t path = 0;    // enter: the group
  std::uint32_t slot = 0;    // write, each: where it goes; let: its slot
  std::uint32_t scope = 0;   // enter, each
  std::uint32_t frame = 0;   // each, make: what it fills; write: what its slot is of
  std::uint32_t into = 0;    // each: the frame whose slot takes the list
  std::vector<Test> filter;  // each: the elements it takes
  std::vector<Test> must;    // each: what an element made must satisfy
  std::vector<Op> body;      // enter, each, when
  std::vector<Op> after;     // each: verified when the element is made
  std::vector<std::vector<std::string>> keys;  // each … by: members of a row; make: its key
  bool by_in = false, by_out = false;          // each … by
  bool lenient = false;                        // each, `batch each`: a bad element is left out
  std::uint32_t made_path = UINT32_MAX;        // verify: where `scope` stands in what was written
  std::string code;                            // require, none
  std::string schema;                          // make
  std::string shown;                           // the target's path
  std::string source;                          // the path named in a refusal, if any
  std::uint32_t line = 0;
  schema::Class sensitivity = schema::Class::open;
};

// Where a scope stands, for pointers.
struct ScopeInfo {
  std::uint32_t parent = UINT32_MAX;
  std::uint32_t path = UINT32_MAX;  // index into paths: how it is reached
  bool item = false;
  bool grouped = false;  // holds the rows of a group
};

struct WayProgram {
  bool present = false;  // the mapping has rules this way
  format::Format reads = format::Format::json;
  std::vector<Node> nodes;
  std::vector<ReadPath> paths;
  std::vector<ScopeInfo> scopes;
  std::uint32_t lets = 0;
  std::vector<Frame> frames;  // [0] is the document
  std::vector<Op> ops;
  std::vector<Op> after;          // verified when all is written
  std::string names;              // member names of the target, one after another
  std::deque<std::string> texts;  // what constants point at
  NodeId dated = kNone;           // in
  std::vector<Constraint> constraints;
};

struct Program {
  WayProgram in, out;
  bool dated_envelope = true;
  std::string dated_text;  // as written, without blanks
  std::uint32_t dated_line = 0, dated_column = 0;
  bool settles = false;                         // some rule shows a loss; else every <-> is exact
  bool ours_list = false, theirs_list = false;  // `list of`
  bool batch_each = false;
  std::vector<std::string> makes;  // the schemas of `make`, each once, as first written
  std::shared_ptr<const schema::Shape> ours_root, theirs_root;  // the roots that rules see
  // out, when no date is given: the field of ours that its schema marks as the date.
  std::vector<std::string> ours_date;
  std::vector<FieldStory> stories;
  struct Case {
    std::string title;
    Arrow arrow = Arrow::both;
    bool rejects = false;
    std::string code, at;
    std::vector<std::string> ours, theirs;
    std::uint32_t line = 0;
  };
  std::vector<Case> cases;
  std::string rule_file;  // the file's own name, for "referral.map:12"

  const WayProgram& way(Way w) const { return w == Way::in ? in : out; }
};

}  // namespace portage::mapping
