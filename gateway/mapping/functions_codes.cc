// Code tables: the party's words and ours. Rows written in the map come before the rows of the
// named table; `any` comes last.
#include "gateway/mapping/functions.h"

namespace portage::mapping {
namespace {

using record::Kind;
using record::Value;
using schema::Type;
using Args = std::span<const Value>;

std::string_view key_of(const Value& v) {
  if (v.is(Kind::boolean)) return v.as_bool() ? "true" : "false";
  return v.as_text();
}

bool same_code(const Value& row, const Value& given) { return key_of(row) == key_of(given); }

bool code_in(CallState& s, Args args, Value& out) {
  if (!s.prepared) return s.fail("code.unknown");
  const InlineRow* any = nullptr;
  for (const InlineRow& row : s.prepared->rows) {
    if (!row.in) continue;
    if (row.theirs_any) {
      any = &row;
    } else if (same_code(row.theirs, args[0])) {
      if (row.ours_reject) return s.fail(row.reject_code);
      out = row.ours;
      out.set_at(args[0].at());
      return true;
    }
  }
  if (s.prepared->table) {
    if (const directory::CodeRow* row = s.prepared->table->in(key_of(args[0]), s.day)) {
      out = Value::text(row->ours, args[0].at());
      return true;
    }
  }
  if (!any) return s.fail("code.unknown");
  if (any->ours_reject) return s.fail(any->reject_code);
  out = any->ours;
  out.set_at(args[0].at());
  return true;
}

bool code_out(CallState& s, Args args, Value& out) {
  if (!s.prepared) return s.fail("code.unknown");
  const InlineRow* any = nullptr;
  for (const InlineRow& row : s.prepared->rows) {
    if (!row.out) continue;
    if (row.ours_any) {
      any = &row;
    } else if (same_code(row.ours, args[0])) {
      if (row.theirs_reject) return s.fail(row.reject_code);
      out = row.theirs;
      out.set_at(args[0].at());
      return true;
    }
  }
  if (s.prepared->table) {
    if (const directory::CodeRow* row = s.prepared->table->out(key_of(args[0]), s.day)) {
      out = Value::text(row->theirs, args[0].at());
      return true;
    }
  }
  if (!any) return s.fail("code.unknown");
  if (any->theirs_reject) return s.fail(any->reject_code);
  out = any->theirs;
  out.set_at(args[0].at());
  return true;
}

bool label(CallState& s, Args args, Value& out) {
  if (!s.prepared || !s.prepared->table) return s.fail("code.unknown");
  const bool french = args.size() > 1 && args[1].as_text() == "fr";
  for (const directory::CodeRow& row : s.prepared->table->rows()) {
    if (row.ours != key_of(args[0]) || !row.valid.contains(s.day)) continue;
    const std::string& words = french ? row.label_fr : row.label_en;
    if (!words.empty()) out = Value::text(words, args[0].at());
    return true;
  }
  return s.fail("code.unknown");
}

Type type_of(const Value& v) {
  switch (v.kind()) {
    case Kind::boolean:
      return Type::boolean;
    case Kind::number:
      return v.as_text().find('.') == std::string_view::npos ? Type::integer : Type::decimal;
    default:
      return Type::text;
  }
}

Abstract written(const Abstract& from, const Prepared& p, bool in) {
  std::vector<std::string> values;
  std::optional<Type> type;
  for (const InlineRow& row : p.rows) {
    const bool rejects = in ? row.ours_reject : row.theirs_reject;
    const bool any = in ? row.ours_any : row.theirs_any;
    if (!(in ? row.in : row.out) || rejects || any) continue;
    const Value& side = in ? row.ours : row.theirs;
    values.emplace_back(key_of(side));
    if (type && *type != type_of(side)) type = Type::any;
    if (!type) type = type_of(side);
  }
  if (p.table) {
    for (const directory::CodeRow& row : p.table->rows()) {
      if (in ? row.in : row.out) values.push_back(in ? row.ours : row.theirs);
    }
    if (!type) type = Type::text;
  }
  Abstract a = values.size() <= 256 ? abstract_values(type.value_or(Type::text), std::move(values))
                                    : abstract_type(type.value_or(Type::text));
  a.missing = from.missing;
  return a;
}

using P = Parameter;

}  // namespace

std::vector<Function> code_functions() {
  std::vector<Function> all;
  const auto add = [&](Function f) {
    f.group = "Codes";
    all.push_back(std::move(f));
  };
  add({.name = "code",
       .doc = "Turns a code into ours by a table (mappings/tables) or by rows written here: `{ "
              "\"urgent\" <-> "
              "\"1\", \"other\" <- any }`. The record's own day picks the row. A code without a "
              "row refuses the "
              "record.",
       .parameters = {{"code", P::Kind::value}, {"table", P::Kind::table}},
       .apply = code_in,
       .undo = code_out,
       .forward = [](const Abstract& a, const Prepared& p) { return written(a, p, true); },
       .backward = [](const Abstract& a, const Prepared& p) { return written(a, p, false); },
       .failures = {"code.unknown"},
       .examples = {{R"("1" | code { "OW" <-> "1", "ODSP" <-> "2" })", R"("OW")", true},
                    {R"("Y" | code { true <-> "Y", false <-> "N" })", "true", true},
                    {R"("7" | code { "OW" <-> "1" })", "!code.unknown"},
                    {R"("7" | code { "OW" <-> "1", "other" <- any })", R"("other")"},
                    {R"("7" | code { "OW" <-> "1", reject "programme.unknown" <- any })",
                     "!programme.unknown"}}});
  add({.name = "label",
       .doc = "The label of one of our codes, in English or French (\"en\", \"fr\").",
       .parameters = {{"code", P::Kind::value},
                      {"table", P::Kind::table},
                      {"language", P::Kind::text}},
       .to = Type::text,
       .apply = label,
       .forward =
           [](const Abstract& a, const Prepared& p) {
             std::vector<std::string> values;
             const bool french = !p.values.empty() && p.values[0].as_text() == "fr";
             if (p.table) {
               for (const directory::CodeRow& row : p.table->rows()) {
                 values.push_back(french ? row.label_fr : row.label_en);
               }
             }
             Abstract out = values.size() <= 256 ? abstract_values(Type::text, values)
                                                 : abstract_type(Type::text);
             out.missing = true;
             out.sensitivity = a.sensitivity;
             return out;
           },
       .failures = {"code.unknown"},
       .examples = {}});
  return all;
}

}  // namespace portage::mapping
