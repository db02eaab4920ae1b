// The mapping language: parse, compile against both schemas, run, explain. See mappings/README.md
// for the language. A Mapping is immutable and may run on many threads at once, each with its own
// Runner. `ours` is the canonical record (left), `theirs` the party's own form (right).
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/base/catalogue.h"
#include "gateway/base/error.h"
#include "gateway/base/time.h"
#include "gateway/directory/tables.h"
#include "gateway/record/record.h"
#include "gateway/record/value.h"
#include "gateway/schema/schema.h"

namespace portage::mapping {

enum class Way : std::uint8_t { in, out };  // in: theirs -> ours

struct Program;  // the compiled form; private to this room

// Constraints of the written side's schema on the fields that rules write: what the compiler has
// proved can't fail, and what is left to the schema check after the run.
struct Proofs {
  std::uint32_t proved = 0, checked = 0;
};
// One of them: what must hold where a rule writes.
struct Constraint {
  std::string path;       // "client.phones[kind = "home"].number"
  std::string_view kind;  // "required", "type", "null", "enum", "min_length", "pattern" …
  bool proved = false;    // else checked at run time
  std::uint32_t line = 0;
};

class Mapping {
 public:
  const std::string& name() const { return name_; }  // "halton/referral"
  std::uint32_t version() const { return version_; }
  const std::string& ours() const { return ours_; }      // "referral@1"
  const std::string& theirs() const { return theirs_; }  // "halton/referral@2"
  base::Days effective() const { return effective_; }
  const record::Digest& digest() const { return digest_; }  // of the source text
  const std::string& source() const { return source_; }
  const std::string& file() const { return file_; }
  const Program& program() const { return *program_; }
  bool goes(Way way) const;      // has rules that way
  Proofs proofs(Way way) const;  // of the constraints of what is written that way
  const std::vector<Constraint>& constraints(Way way) const;
  bool settles() const;  // some <-> shows a loss in its text; else every one is exact

  // `ours list of …`: the root is a group with the one member `records` (`rows` for a table).
  bool ours_list() const;
  bool theirs_list() const;
  bool batch_each() const;  // a bad record is left out; else it refuses the file
  // The schemas of `make`; then ours() is empty and RunResult::made holds what was made.
  const std::vector<std::string>& makes() const;
  // The shape of each side's root as the rules see it.
  const schema::Shape& root(bool of_ours) const;

 private:
  friend struct Compiler;
  std::string name_, ours_, theirs_, source_, file_;
  std::uint32_t version_ = 0;
  base::Days effective_;
  record::Digest digest_{};
  std::shared_ptr<const Program> program_;
};

// What the compiler may look up. All return nullptr when there is none; the last two may be left
// out.
struct World {
  std::function<const schema::Schema*(std::string_view name)> schema;
  std::function<const directory::CodeTable*(std::string_view name)> table;
  // The fields of ours (dotted; a group's path stands for all in it) that may go to the party of
  // that form. nullptr: no agreement is known, and nothing is checked.
  std::function<const std::vector<std::string>*(std::string_view theirs, std::string_view ours)>
      permits;
  // Is there such a case file? `path` lies beside the mapping's own file.
  std::function<bool(const std::string& path)> exists;
};

// What becomes of the fields of the side that is read one way; written ones: of the other side.
struct Coverage {
  Way way = Way::in;
  std::uint32_t used = 0, dropped = 0;   // read by a rule; named by an `ignore` with its reason
  std::vector<std::string> unexplained;  // neither
  std::uint32_t written = 0, left = 0;   // set by a rule; not set, or not this way
  // The fields used whose codes are few and known; `seen`: those that the tests beside the mapping
  // read, once count_codes has been asked.
  struct Coded {
    std::string path;
    std::vector<std::string> codes, seen;
  };
  std::vector<Coded> coded;
  std::uint32_t fields() const {
    return used + dropped + static_cast<std::uint32_t>(unexplained.size());
  }
};

struct Compiled {
  std::shared_ptr<const Mapping> mapping;  // nullptr if any finding is an error
  std::vector<Coverage> coverage;          // of each way that has rules; empty if they don't hold
  std::vector<base::Finding> findings;     // M101 … M702, all at once
};
Compiled compile(std::string_view source, const std::string& file, const World& world);

// A record that a mapping refuses, or a note about a field that was left missing.
struct Refusal {
  std::string code;      // "date.unreadable", "code.unknown", the map's own "x.y"
  std::string pointer;   // the path in the reading side's own document
  std::uint32_t at = 0;  // byte offset in the source document
  std::string rule;      // "referral.map:12"
  base::Arguments arguments;
};

// How one written leaf came about; filled only when asked (explain).
struct Step {
  std::string name;  // "date dd/MM/yyyy", "code language"
  std::string before, after;
};
struct Provenance {
  std::string target;         // path on the written side: "client.birth_date"
  std::string sources;        // paths on the read side, joined by ", "
  std::string rule;           // "referral.map:12"
  std::string before, after;  // values; the caller masks them by class
  schema::Class sensitivity = schema::Class::personal;
  std::vector<Step> steps;
};

// One record made by a `make`.
struct Made {
  std::string schema;  // "referral@1"
  record::Value value;
  std::uint32_t line = 0;
};
// `batch each`: an element that was left out, and why.
struct LeftOut {
  std::uint32_t index = 0;  // in the list, from 0
  std::vector<Refusal> refusals;
};

struct RunContext {
  base::Day received_on;                       // for `dated envelope`
  std::optional<base::Day> date;               // out: the record's own date, from its envelope
  std::vector<Provenance>* explain = nullptr;  // not null: collect provenance
  std::uint64_t steps = 20'000'000;            // more than these refuse the record (`budget`)
  std::size_t memory = 1u << 30;               // of the target's arena
};

struct RunResult {
  bool ok() const { return refusals.empty(); }
  base::Day date;                 // in: what `dated` gave
  std::vector<Refusal> refusals;  // up to 32, all reported together
  std::vector<Refusal> notes;     // up to 64
  std::vector<Made> made;         // of a mapping with `make`, in the order made
  std::vector<LeftOut> left_out;  // `batch each`
};

// Runs a mapping. The result is written into `into` (its arena is not reset first).
// The written side is NOT checked against its schema here; steps `translate` and `deliver` do that.
RunResult run(const Mapping& mapping, Way way, const record::Value& from, const RunContext& context,
              record::Document& into);

// `list of`: the one root that the records of a file make. Nothing is copied: the records must
// outlive it.
record::Value list_root(const Mapping& mapping, bool of_ours,
                        std::span<const record::Value> records, record::Arena& arena);

// All versions by name. The version is the one whose `effective` holds the record's date.
class MappingSet {
 public:
  // Overlapping days of one name and theirs-schema are findings (M411); gaps are warnings (M412).
  std::vector<base::Finding> add(std::shared_ptr<const Mapping> mapping);
  const Mapping* pick(std::string_view name, base::Day date) const;
  // In: reads `dated` of each version against the document. nullptr + refusal if none is in effect.
  const Mapping* pick_in(std::string_view name, const record::Value& theirs, base::Day received_on,
                         Refusal& why) const;
  const std::vector<std::shared_ptr<const Mapping>>& all() const { return all_; }

 private:
  std::vector<std::shared_ptr<const Mapping>> all_;
};

// The tests beside a mapping, run from raw bytes to raw bytes. `read_file` gives a case file's
// bytes.
struct TestOutcome {
  std::string name;
  bool passed = false;
  std::string detail;  // what was expected, what came, which rule; empty when passed
  std::uint32_t line = 0;
  // Failed, but a sound document came: the one file that was expected, and what would stand in it.
  std::string file, came;
};
std::vector<TestOutcome> run_tests(
    const Mapping& mapping, const World& world,
    const std::function<std::optional<std::string>(const std::string& path)>& read_file,
    base::Language language = base::Language::english);

// Which codes stand in the case files that are read, each way, by tests that refuse nothing.
void count_codes(
    const Mapping& mapping, const World& world,
    const std::function<std::optional<std::string>(const std::string& path)>& read_file,
    std::vector<Coverage>& into);

// A static description for `portage map explain`: one block of text for each field, in either
// language.
struct FieldStory {
  std::string ours, theirs;  // paths; either may be empty
  std::string way;           // "<->", "<-", "->"
  std::string text_en, text_fr;
  std::string when_in, when_out;  // the tests of the branches around it, as written
  std::uint32_t line = 0;
};
std::vector<FieldStory> describe(const Mapping& mapping);

// What decides beside the rules: dates, names, demands, grouping, where a def is placed.
struct ClauseStory {
  std::string what;  // "let urgent", "require late.visit", "dated"
  std::string way;   // "<->", "<-", "->"
  std::string text;  // as written, token by token, behind the tests around it
  std::uint32_t line = 0;
};
std::vector<ClauseStory> clauses(const Mapping& mapping);

// One function of the language, as its reference tells it.
struct FunctionDoc {
  struct Example {
    std::string expression, result;  // result: JSON, `missing` or !code
    bool back = false;               // undoing it on the result gives the head again
  };
  std::string name, usage, group, doc;
  bool both_ways = false;
  std::vector<std::string> failures;
  std::vector<Example> examples;
};
std::vector<FunctionDoc> function_docs();

// The function reference of mappings/README.md, in Markdown, from the table that runs.
std::string function_reference();

}  // namespace portage::mapping
