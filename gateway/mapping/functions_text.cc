// Functions on text.
#include <algorithm>

#include "gateway/base/text.h"
#include "gateway/base/utf8.h"
#include "gateway/mapping/functions.h"
#include "gateway/mapping/unicode.h"

namespace portage::mapping {
namespace {

using record::Kind;
using record::Value;
using schema::Type;
using Args = std::span<const Value>;

bool same(CallState&, Args args, Value& out) {
  out = args[0];
  return true;
}

bool trim(CallState&, Args args, Value& out) {
  out = Value::text(base::trim(args[0].as_text()), args[0].at());
  return true;
}

bool strip(CallState& s, Args args, Value& out) {
  const std::string_view t = args[0].as_text();
  if (!t.starts_with(args[1].as_text())) return s.fail("prefix.absent");
  out = Value::text(t.substr(args[1].size()), args[0].at());
  return true;
}
bool unstrip(CallState& s, Args args, Value& out) {
  const std::string_view head = args[1].as_text(), tail = args[0].as_text();
  char* to = static_cast<char*>(s.arena.allocate(head.size() + tail.size() + 1, 1));
  std::copy(head.begin(), head.end(), to);
  std::copy(tail.begin(), tail.end(), to + head.size());
  out = Value::text({to, head.size() + tail.size()}, args[0].at());
  return true;
}

bool words(CallState& s, Args args, Value& out) {
  std::size_t size = 0;
  for (const Value& a : args) size += a.as_text().size() + 1;
  char* to = static_cast<char*>(s.arena.allocate(size + 1, 1));
  std::size_t at = 0;
  for (const Value& a : args) {
    if (!a.is(Kind::text) && !a.is(Kind::number)) continue;
    const std::string_view t = base::trim(a.as_text());
    if (t.empty()) continue;
    if (at > 0) to[at++] = ' ';
    std::copy(t.begin(), t.end(), to + at);
    at += t.size();
  }
  if (at > 0) out = Value::text({to, at});
  return true;
}

bool before(CallState&, Args args, Value& out) {
  const std::string_view t = args[0].as_text();
  out = Value::text(t.substr(0, t.find(args[1].as_text())), args[0].at());
  return true;
}
bool after(CallState&, Args args, Value& out) {
  const std::string_view t = args[0].as_text();
  const std::size_t i = t.find(args[1].as_text());
  if (i != std::string_view::npos) out = Value::text(t.substr(i + args[1].size()), args[0].at());
  return true;
}

std::size_t count_argument(const Value& v) {
  std::size_t n = 0;
  for (const char c : v.as_text().substr(0, 6)) {
    if (c >= '0' && c <= '9') n = n * 10 + static_cast<std::size_t>(c - '0');
  }
  return n;
}
bool take(CallState& s, Args args, Value& out) {
  const std::size_t n = count_argument(args[1]);
  const std::string_view head = first_code_points(args[0].as_text(), n);
  if (base::code_points(head) < n) return s.fail("text.short");
  out = Value::text(head, args[0].at());
  return true;
}
bool cut(CallState&, Args args, Value& out) {
  out = Value::text(first_code_points(args[0].as_text(), count_argument(args[1])), args[0].at());
  return true;
}

template <class F>
bool mapped(CallState& s, const Value& v, Value& out, F each) {
  const std::string_view t = v.as_text();
  std::string result;
  result.reserve(t.size() + 8);
  std::size_t at = 0;
  while (at < t.size()) each(base::next_code_point(t, at), result);
  out = Value::text(s.arena.copy(result), v.at());
  return true;
}
bool upper(CallState& s, Args args, Value& out) {
  return mapped(s, args[0], out,
                [](char32_t c, std::string& r) { base::append_utf8(upper_of(c), r); });
}
bool lower(CallState& s, Args args, Value& out) {
  return mapped(s, args[0], out,
                [](char32_t c, std::string& r) { base::append_utf8(lower_of(c), r); });
}
bool latin(CallState& s, Args args, Value& out) {
  return mapped(s, args[0], out, [](char32_t c, std::string& r) {
    const std::string_view a = ascii_of(c);
    if (a.empty()) {
      r.push_back('?');
    } else {
      r += a;
    }
  });
}

Abstract keep(const Abstract& a, const Prepared&) { return a; }

// What a shorter part of a text may be.
Abstract part_of(const Abstract& a, const Prepared&) {
  Abstract out = abstract_type(Type::text);
  out.chars = a.chars;
  out.max_length = a.max_length;
  out.sensitivity = a.sensitivity;
  return out;
}
Abstract trimmed(const Abstract& a, const Prepared& p) {
  if (!a.edge_blank) return a;
  Abstract out = part_of(a, p);
  out.edge_blank = false;
  return out;
}
Abstract stripped(const Abstract& a, const Prepared& p) {
  Abstract out = part_of(a, p);
  const auto n = static_cast<std::uint32_t>(base::code_points(p.values[0].as_text()));
  out.min_length = a.min_length > n ? a.min_length - n : 0;
  if (a.max_length != UINT32_MAX) out.max_length = a.max_length > n ? a.max_length - n : 0;
  return out;
}
Abstract unstripped(const Abstract& a, const Prepared& p) {
  Abstract out = part_of(a, p);
  const std::string_view head = p.values[0].as_text();
  const auto n = static_cast<std::uint32_t>(base::code_points(head));
  for (const char c : head) out.chars.add(c);
  out.min_length = a.min_length + n;
  if (a.max_length != UINT32_MAX) out.max_length = a.max_length + n;
  return out;
}
Abstract shortened(const Abstract& a, const Prepared& p) {
  Abstract out = part_of(a, p);
  if (!p.values.empty()) {
    const auto n = static_cast<std::uint32_t>(count_argument(p.values[0]));
    out.max_length = std::min(a.max_length, n);
    out.min_length = std::min(a.min_length, n);
  }
  return out;
}
Abstract taken(const Abstract& a, const Prepared& p) {
  Abstract out = shortened(a, p);
  if (!p.values.empty()) out.min_length = static_cast<std::uint32_t>(count_argument(p.values[0]));
  if (a.format == "postal" && out.max_length <= 3) out.edge_blank = false;
  return out;
}
Abstract upper_form(const Abstract& a, const Prepared& p) {
  Abstract out = part_of(a, p);
  out.min_length = a.min_length;
  out.edge_blank = a.edge_blank;
  for (char c = 'a'; c <= 'z'; ++c) {
    if (a.chars.has(c)) out.chars.add(static_cast<char>(c - 32));
  }
  out.chars.high &= ~(CharSet::range('a', 'z').high);
  return out;
}
Abstract lower_form(const Abstract& a, const Prepared& p) {
  Abstract out = part_of(a, p);
  out.min_length = a.min_length;
  out.edge_blank = a.edge_blank;
  for (char c = 'A'; c <= 'Z'; ++c) {
    if (a.chars.has(c)) out.chars.add(static_cast<char>(c + 32));
  }
  out.chars.high &= ~(CharSet::range('A', 'Z').high);
  return out;
}
Abstract latin_form(const Abstract& a, const Prepared&) {
  Abstract out = abstract_type(Type::text);
  out.chars = CharSet::range(' ', '~');
  out.min_length = a.min_length;
  return out;
}

Law trim_law(const Abstract& a, const Prepared&) {
  if (!a.edge_blank) return {};
  return {Law::Grade::loses, "M311", " x"};
}
using P = Parameter;
const P kText{"text", P::Kind::text};

}  // namespace

std::vector<Function> text_functions() {
  std::vector<Function> all;
  const auto add = [&](Function f) {
    f.group = "Text";
    all.push_back(std::move(f));
  };
  add({.name = "trim",
       .doc =
           "Takes the blanks off both ends. A spelling only where ours forbids blanks at its ends.",
       .parameters = {kText},
       .from = Type::text,
       .to = Type::text,
       .apply = trim,
       .undo = same,
       .forward = trimmed,
       .backward = keep,
       .law = trim_law,
       .tidy = true,
       .examples = {{R"("  Roy " | trim)", R"("Roy")"},
                    {R"("Mary Ann" | trim)", R"("Mary Ann")", true}}});
  add({.name = "strip",
       .doc = "Takes a fixed beginning off; sent out, puts it back.",
       .parameters = {kText, {"beginning", P::Kind::text}},
       .from = Type::text,
       .to = Type::text,
       .apply = strip,
       .undo = unstrip,
       .forward = stripped,
       .backward = unstripped,
       .failures = {"prefix.absent"},
       .examples = {{R"("urn:uuid:7" | strip "urn:uuid:")", R"("7")", true},
                    {R"("7" | strip "urn:uuid:")", "!prefix.absent"}}});
  add({.name = "words",
       .doc = "The parts with one blank between them; parts that are missing are left out.",
       .parameters = {{"parts", P::Kind::value, false, true}},
       .to = Type::text,
       .apply = words,
       .takes_missing = true,
       .examples = {{R"(words("Mary Ann", "Roy"))", R"("Mary Ann Roy")"}}});
  add({.name = "before",
       .doc = "What stands before the first place of a mark; all of it if the mark is not there.",
       .parameters = {kText, {"mark", P::Kind::text}},
       .from = Type::text,
       .to = Type::text,
       .apply = before,
       .forward = part_of,
       .examples = {{R"("Mary Ann Roy" | before " ")", R"("Mary")"},
                    {R"("Roy" | before " ")", R"("Roy")"}}});
  add({.name = "after",
       .doc = "What stands after the first place of a mark; missing if the mark is not there.",
       .parameters = {kText, {"mark", P::Kind::text}},
       .from = Type::text,
       .to = Type::text,
       .apply = after,
       .forward =
           [](const Abstract& a, const Prepared& p) {
             Abstract out = part_of(a, p);
             out.missing = true;
             return out;
           },
       .examples = {{R"("Mary Ann Roy" | after " ")", R"("Ann Roy")"},
                    {R"("Roy" | after " ")", "missing"}}});
  add({.name = "take",
       .doc = "The first n characters; fails if there are fewer.",
       .parameters = {kText, {"n", P::Kind::integer}},
       .from = Type::text,
       .to = Type::text,
       .apply = take,
       .forward = taken,
       .failures = {"text.short"},
       .examples = {{R"("L6H 1A1" | take 3)", R"("L6H")"}, {R"("L6" | take 3)", "!text.short"}}});
  add({.name = "cut",
       .doc = "At most the first n characters.",
       .parameters = {kText, {"n", P::Kind::integer}},
       .from = Type::text,
       .to = Type::text,
       .apply = cut,
       .forward = shortened,
       .examples = {{R"("Beauchamp" | cut 5)", R"("Beauc")"}, {R"("Éva" | cut 5)", R"("Éva")"}}});
  add({.name = "upper",
       .doc = "Capital letters.",
       .parameters = {kText},
       .from = Type::text,
       .to = Type::text,
       .apply = upper,
       .forward = upper_form,
       .examples = {{R"("Éva Roy" | upper)", R"("ÉVA ROY")"}}});
  add({.name = "lower",
       .doc = "Small letters.",
       .parameters = {kText},
       .from = Type::text,
       .to = Type::text,
       .apply = lower,
       .forward = lower_form,
       .examples = {{R"("ÉVA" | lower)", R"("éva")"}}});
  add({.name = "latin",
       .doc = "Letters without accents, in ASCII; what has no such form becomes \"?\".",
       .parameters = {kText},
       .from = Type::text,
       .to = Type::text,
       .apply = latin,
       .forward = latin_form,
       .examples = {{R"("Françoise Lœuf" | latin)", R"("Francoise Loeuf")"}}});
  return all;
}

}  // namespace portage::mapping
