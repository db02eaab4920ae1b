// Functions that take lists or give them, and the one that spells nothing.
#include "gateway/mapping/functions.h"

namespace portage::mapping {
namespace {

using record::Kind;
using record::Value;
using schema::Type;
using Args = std::span<const Value>;

bool split(CallState& s, Args args, Value& out) {
  std::string_view rest = args[0].as_text();
  const std::string_view mark = args[1].as_text();
  if (rest.empty() || mark.empty()) return true;
  out = Value::list(args[0].at());
  std::uint32_t at = args[0].at();
  while (true) {
    const std::size_t i = rest.find(mark);
    out.push(s.arena, Value::text(rest.substr(0, i), at));
    if (i == std::string_view::npos) return true;
    at += static_cast<std::uint32_t>(i + mark.size());
    rest.remove_prefix(i + mark.size());
  }
}

bool join_with(CallState& s, Args args, Value& out, bool refuse_mark) {
  const std::string_view mark = args[1].as_text();
  std::size_t size = 1;
  for (const Value& item : args[0].items()) size += item.as_text().size() + mark.size();
  char* to = static_cast<char*>(s.arena.allocate(size, 1));
  std::size_t n = 0;
  bool first = true;
  for (const Value& item : args[0].items()) {
    if (!item.is(Kind::text) && !item.is(Kind::number)) continue;
    const std::string_view t = item.as_text();
    if (refuse_mark && (t.empty() || t.find(mark) != std::string_view::npos)) {
      return s.fail("separator.inside");
    }
    if (!first) {
      mark.copy(to + n, mark.size());
      n += mark.size();
    }
    first = false;
    t.copy(to + n, t.size());
    n += t.size();
  }
  if (!first) out = Value::text({to, n}, args[0].at());
  return true;
}
bool unsplit(CallState& s, Args args, Value& out) { return join_with(s, args, out, true); }
bool join_list(CallState& s, Args args, Value& out) { return join_with(s, args, out, false); }

// A list of parts read as one text; written as a list of one.
bool unjoined(CallState& s, Args args, Value& out) {
  out = Value::list(args[0].at());
  out.push(s.arena, args[0]);
  return true;
}

bool is_spelling(Args args) {
  for (std::size_t i = 1; i < args.size(); ++i) {
    if (args[i].kind() == args[0].kind() &&
        (args[0].is(Kind::null) || record::equal(args[i], args[0]))) {
      return true;
    }
  }
  return false;
}
bool nothing(CallState&, Args args, Value& out) {
  if (!args[0].missing() && !is_spelling(args)) out = args[0];
  return true;
}
bool write_nothing(CallState& s, Args args, Value& out) {
  if (args[0].missing()) {
    out = args[1];
    return true;
  }
  if (is_spelling(args)) return s.fail("nothing.clash");
  out = args[0];
  return true;
}

bool first(CallState&, Args args, Value& out) {
  for (const Value& a : args) {
    if (a.is(Kind::list)) {
      for (const Value& item : a.items()) {
        if (item.missing()) continue;
        out = item;
        return true;
      }
    } else if (!a.missing() && !a.is(Kind::null)) {
      out = a;
      return true;
    }
  }
  return true;
}

Abstract parts(const Abstract& from, const Prepared& p) {
  Abstract item = abstract_type(Type::text);
  item.chars = from.chars;
  item.max_length = from.max_length;
  (void)p;
  Abstract a = abstract_type(Type::list);
  a.missing = from.missing || from.min_length == 0;
  a.item = std::make_shared<Abstract>(std::move(item));
  a.min_items = 1;
  return a;
}
Abstract joined_parts(const Abstract& from, const Prepared& p) {
  Abstract a = abstract_type(Type::text);
  a.missing = from.missing || from.min_items == 0;
  if (from.item) {
    a.chars = from.item->chars;
    a.edge_blank = from.item->edge_blank;
    a.min_length = from.item->min_length;
  }
  if (!p.values.empty()) {
    for (const char c : p.values[0].as_text()) a.chars.add(c);
  }
  return a;
}
Abstract one_part(const Abstract& from, const Prepared&) {
  Abstract a = abstract_type(Type::list);
  a.missing = from.missing;
  a.min_items = a.max_items = 1;
  a.item = std::make_shared<Abstract>(from);
  return a;
}
Law split_law(const Abstract& ours, const Prepared& p) {
  if (p.values.empty() || !ours.item) return {};
  const std::string mark(p.values[0].as_text());
  const Abstract& item = *ours.item;
  if (item.values) {
    for (const std::string& v : *item.values) {
      if (v.empty() || v.find(mark) != std::string::npos) return {Law::Grade::loses, "M312", v};
    }
    return {};
  }
  bool holds = item.min_length >= 1;
  bool can = true;
  for (const char c : mark) can = can && item.chars.has(c);
  if (holds && !can) return {};
  return {Law::Grade::loses, "M312", "a" + mark + "b"};
}
Abstract without_nothing(const Abstract& from, const Prepared& p) {
  Abstract a = from;
  a.missing = true;
  for (const Value& v : p.values) {
    if (v.is(Kind::null)) a.null = false;
  }
  if (a.values) {
    std::vector<std::string> left;
    for (const std::string& value : *a.values) {
      bool gone = false;
      for (const Value& v : p.values) gone = gone || (!v.is(Kind::null) && v.as_text() == value);
      if (!gone) left.push_back(value);
    }
    a.values = std::move(left);
  }
  return a;
}
Abstract with_nothing(const Abstract& from, const Prepared& p) {
  Abstract a = from;
  if (p.values.empty() || !from.missing) return a;
  a.missing = false;
  const Value& l = p.values[0];
  if (l.is(Kind::null)) {
    a.null = true;
    return a;
  }
  Abstract other = abstract_text(l.as_text());
  if (l.is(Kind::number)) other.type = Type::integer;
  a.missing = false;
  return join(a, other);
}

using P = Parameter;
const P kMark{"mark", P::Kind::text};

}  // namespace

std::vector<Function> list_functions() {
  std::vector<Function> all;
  const auto add = [&](Function f) {
    f.group = "Lists and nothing";
    all.push_back(std::move(f));
  };
  add({.name = "split",
       .doc = "Cuts a text at a mark into a list; sent out, joins it again.",
       .parameters = {{"text", P::Kind::text}, kMark},
       .from = Type::text,
       .to = Type::list,
       .apply = split,
       .undo = unsplit,
       .forward = parts,
       .backward = joined_parts,
       .law = split_law,
       .takes_list = true,
       .failures = {"separator.inside"},
       .examples = {{R"("a;b" | split ";")", R"(["a","b"])", true},
                    {R"("a" | split ";")", R"(["a"])", true},
                    {R"("" | split ";")", "missing"}}});
  add({.name = "joined",
       .doc = "Reads a list of texts as one text; sent out, writes a list of one.",
       .parameters = {{"list", P::Kind::value}, kMark},
       .from = Type::list,
       .to = Type::text,
       .apply = join_list,
       .undo = unjoined,
       .forward = joined_parts,
       .backward = one_part,
       .takes_list = true,
       .examples = {{R"(["Mary", "Ann"] | joined " ")", R"("Mary Ann")"},
                    {R"(["Mary"] | joined " ")", R"("Mary")", true}}});
  add({.name = "join",
       .doc = "The texts of a list with a mark between them.",
       .parameters = {{"list", P::Kind::value}, kMark},
       .from = Type::list,
       .to = Type::text,
       .apply = join_list,
       .forward = joined_parts,
       .takes_list = true,
       .examples = {{R"(["a", "b"] | join ", ")", R"("a, b")"}}});
  add({.name = "nothing",
       .doc = "How the party spells \"not there\": null or some texts. Sent out, the first is "
              "written where ours "
              "has nothing.",
       .parameters = {{"value", P::Kind::value}, {"spellings", P::Kind::value, false, true}},
       .apply = nothing,
       .undo = write_nothing,
       .forward = without_nothing,
       .backward = with_nothing,
       .takes_missing = true,
       .takes_null = true,
       .failures = {"nothing.clash"},
       .examples = {{R"("N/A" | nothing "N/A" "NONE")", "missing", true},
                    {R"("NONE" | nothing "N/A" "NONE")", "missing"},
                    {R"("yes" | nothing "N/A")", R"("yes")", true},
                    {"null | nothing null", "missing", true}}});
  add({.name = "first",
       .doc = "The first that is not missing, of its arguments or of a list.",
       .parameters = {{"values", P::Kind::value, false, true}},
       .apply = first,
       .forward =
           [](const Abstract& a, const Prepared&) {
             Abstract out = a.type == Type::list && a.item ? *a.item : a;
             out.missing = out.missing || (a.type == Type::list && a.min_items == 0);
             out.null = false;
             return out;
           },
       .takes_missing = true,
       .takes_null = true,
       .takes_list = true,
       .examples = {{R"(first(["a", "b"]))", R"("a")"}, {R"(first([], "b"))", R"("b")"}}});
  add({.name = "each",
       .doc = "Runs its steps on every item of a list.",
       .parameters = {{"list", P::Kind::value}, {"steps", P::Kind::steps}},
       .from = Type::list,
       .to = Type::list,
       .takes_list = true,
       .examples = {{R"("1;2" | split ";" | each (code { "a" <-> "1", "b" <-> "2" }))",
                     R"(["a","b"])", true},
                    {R"(["a", "b"] | each (upper))", R"(["A","B"])"}}});
  add({.name = "where",
       .doc = "Keeps the items of a list for which a condition holds; `it` is the item.",
       .parameters = {{"list", P::Kind::value}, {"condition", P::Kind::expression}},
       .from = Type::list,
       .to = Type::list,
       .takes_list = true,
       .examples = {{R"(["a", "", "b"] | where (it != ""))", R"(["a","b"])"}}});
  return all;
}

}  // namespace portage::mapping
