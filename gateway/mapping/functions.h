// The function table: one entry for each word that may stand in a call or after a `|`. Compiler,
// runner, examples (which are tests) and the printed reference all read it. Constant data; any
// thread.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/base/time.h"
#include "gateway/directory/tables.h"
#include "gateway/mapping/abstract.h"
#include "gateway/mapping/date_pattern.h"
#include "gateway/record/value.h"

namespace portage::mapping {

enum class ArgumentForm : std::uint8_t { plain, table, steps, expression };

// A row of a table written in the map itself. Sides are values; `any` and `reject` are flags.
struct InlineRow {
  record::Value ours, theirs;  // texts live in Prepared::texts
  bool ours_any = false, theirs_any = false, ours_reject = false, theirs_reject = false;
  std::string reject_code;
  bool in = true, out = true;
  std::uint32_t line = 0;
};

// The constant parameters of one step, worked out by the compiler.
struct Prepared {
  std::vector<record::Value> values;                // literals in order
  std::vector<std::unique_ptr<std::string>> texts;  // what they point at
  std::optional<DatePattern> date;
  const directory::CodeTable* table = nullptr;
  std::string table_name;
  std::vector<InlineRow> rows;
  std::string label;  // the step as written, for explanations and refusals
  std::string_view keep(std::string_view text) {
    texts.push_back(std::make_unique<std::string>(text));
    return *texts.back();
  }
};

// What a function may see while it runs. It fails by setting `code` and returning false.
struct CallState {
  record::Arena& arena;
  base::Day day;  // the record's own
  const Prepared* prepared = nullptr;
  std::string_view code;
  bool fail(std::string_view why) {
    code = why;
    return false;
  }
};
// A day as a value: base::format_day without a string of its own.
record::Value day_value(CallState& s, base::Day day, std::uint32_t at);
// args[0] is what was piped in, or the first argument.
using Apply = bool (*)(CallState& state, std::span<const record::Value> args, record::Value& out);

// How a spelling keeps the law `in(out(x)) = x`, given what is known of x.
struct Law {
  enum class Grade : std::uint8_t { exact, settles, loses };
  Grade grade = Grade::exact;
  std::string_view code = "M311";
  std::string example;  // an x to try first, or empty
};
using Transfer = Abstract (*)(const Abstract& from, const Prepared& prepared);
using LawOf = Law (*)(const Abstract& ours, const Prepared& prepared);

struct Parameter {
  enum class Kind : std::uint8_t {
    value,
    text,
    integer,
    pattern,
    zone,
    calendar,
    rounding,
    phone_form,
    table,
    steps,
    expression
  };
  std::string_view name;
  Kind kind = Kind::value;
  bool optional = false;
  bool variadic = false;          // one or more of it
  std::string_view keyword = {};  // written before it: `century 2000`
};

struct Example {
  std::string_view expression;
  std::string_view result;  // as JSON; `missing`; or !code
  bool back = false;        // a spelling: undoing it on the result gives the head again
};

struct Function {
  std::string_view name;
  std::string_view doc;                   // English
  std::vector<Parameter> parameters;      // the first is what is piped in
  schema::Type from = schema::Type::any;  // what it takes as the first parameter
  schema::Type to = schema::Type::any;    // what it gives
  Apply apply = nullptr;
  Apply undo = nullptr;         // a spelling has one
  Transfer forward = nullptr;   // null: anything of type `to`
  Transfer backward = nullptr;  // null: anything of type `from`
  LawOf law = nullptr;          // null: exact
  bool tidy = false;            // normalises coming in; undo is identity
  bool takes_missing = false;   // is called with missing values
  bool takes_null = false;
  bool takes_list = false;  // lists as arguments; else it is given single values
  std::vector<std::string_view> failures;
  std::vector<Example> examples;
  std::string_view group;  // heading of the reference
};

std::span<const Function> functions();
const Function* find_function(std::string_view name);  // nullptr if unknown
ArgumentForm form_of(std::string_view step);
// How it is written: "date PATTERN [century CENTURY]" after a bar, "name_uuid(PARTS …)" as a call.
std::string usage(const Function& f, bool as_step);

// The tables that functions() joins.
std::vector<Function> text_functions();
std::vector<Function> form_functions();
std::vector<Function> date_functions();
std::vector<Function> day_functions();
std::vector<Function> code_functions();
std::vector<Function> number_functions();
std::vector<Function> list_functions();

}  // namespace portage::mapping
