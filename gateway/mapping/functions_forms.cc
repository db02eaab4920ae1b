// Texts with a form of their own: postal codes, telephones, UUIDs, numbers with check digits.
#include <algorithm>
#include <array>
#include <cstring>

#include "gateway/base/text.h"
#include "gateway/mapping/functions.h"
#include "gateway/security/uuid.h"

namespace portage::mapping {
namespace {

using record::Kind;
using record::Value;
using schema::Type;
using Args = std::span<const Value>;

Value text_of(CallState& s, std::string_view t) { return Value::text(s.arena.copy(t)); }

bool is_digit(char c) { return c >= '0' && c <= '9'; }

Abstract keep(const Abstract& a, const Prepared&) { return a; }

// Letters that Canada Post uses: in the first place, and in the others.
bool postal_letter(char c, bool first) {
  return (first ? std::string_view("ABCEGHJKLMNPRSTVXY") : std::string_view("ABCEGHJKLMNPRSTVWXYZ"))
             .find(c) != std::string_view::npos;
}

bool postal(CallState& s, Args args, Value& out) {
  char code[7];
  std::size_t n = 0;
  for (char c : args[0].as_text()) {
    if (c == ' ' || c == '-') {
      if (n != 0 && n != 4) return s.fail("postal.unreadable");
      continue;
    }
    if (n == 3) code[n++] = ' ';
    if (n == 7) return s.fail("postal.unreadable");
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    const bool letter = n == 0 || n == 2 || n == 5;
    if (letter ? !postal_letter(c, n == 0) : !is_digit(c)) return s.fail("postal.unreadable");
    code[n++] = c;
    if (n == 3) code[n++] = ' ';
  }
  if (n != 7) return s.fail("postal.unreadable");
  out = text_of(s, {code, n});
  return true;
}

// Ten digits of the North American plan as +1…, other countries as +….
bool phone(CallState& s, Args args, Value& out) {
  char digits[17];
  std::size_t n = 1;
  digits[0] = '+';
  bool plus = false, any = false;
  for (const char c : args[0].as_text()) {
    if (is_digit(c)) {
      if (n == 16) return s.fail("phone.unreadable");
      digits[n++] = c;
      any = true;
    } else if (c == '+' && !any && !plus) {
      plus = true;
    } else if (c != ' ' && c != '-' && c != '.' && c != '(' && c != ')' && c != '/') {
      return s.fail("phone.unreadable");
    }
  }
  if (!plus) {
    if (n == 11) {
      std::memmove(digits + 2, digits + 1, 10);
      digits[1] = '1';
      n = 12;
    } else if (n != 12 || digits[1] != '1') {
      return s.fail("phone.unreadable");
    }
  }
  const bool american = n > 1 && digits[1] == '1';
  const bool ok =
      american ? n == 12 && digits[2] >= '2' && digits[5] >= '2' : n >= 9 && digits[1] != '0';
  if (!ok) return s.fail("phone.unreadable");
  out = text_of(s, {digits, n});
  return true;
}

bool normal_phone(std::string_view t) {
  if (t.size() < 9 || t.size() > 16 || t[0] != '+' || t[1] == '0') return false;
  if (!std::all_of(t.begin() + 1, t.end(), is_digit)) return false;
  return t[1] != '1' || (t.size() == 12 && t[2] >= '2' && t[5] >= '2');
}

// Ours -> theirs: as it is, or as 905-555-0123 if the step says so. What is not in the normal form
// would come back changed, so it is refused.
bool write_phone(CallState& s, Args args, Value& out) {
  const std::string_view t = args[0].as_text();
  if (!normal_phone(t)) return s.fail("phone.unreadable");
  if (args.size() < 2) {
    out = args[0];
    return true;
  }
  if (t[1] != '1') return s.fail("phone.foreign");
  const std::array<char, 12> local = {t[2], t[3], t[4], '-',  t[5],  t[6],
                                      t[7], '-',  t[8], t[9], t[10], t[11]};
  out = text_of(s, {local.data(), local.size()});
  return true;
}

bool write_postal(CallState& s, Args args, Value& out) {
  Value normal;
  if (!postal(s, args.first(1), normal)) return false;
  if (normal.as_text() != args[0].as_text()) return s.fail("postal.unreadable");
  out = args[0];
  return true;
}

bool is_uuid(std::string_view t) {
  if (t.size() != 36) return false;
  for (std::size_t i = 0; i < 36; ++i) {
    const char c = t[i];
    const bool hyphen = i == 8 || i == 13 || i == 18 || i == 23;
    const bool hex = is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    if (hyphen ? c != '-' : !hex) return false;
  }
  return true;
}

bool uuid(CallState& s, Args args, Value& out) {
  if (!is_uuid(args[0].as_text())) return s.fail("uuid.unreadable");
  out = args[0];
  return true;
}

// Each part with its length before it, so that ("ab", "c") and ("a", "bc") differ.
bool name_uuid(CallState& s, Args args, Value& out) {
  static const security::Uuid kSpace =
      security::uuid_v5(security::kUuidUrl, "urn:portage:mapping:name");
  std::size_t size = 0;
  for (const Value& a : args) size += a.as_text().size() + 12;
  char* name = static_cast<char*>(s.arena.allocate(size + 1, 1));
  std::size_t at = 0;
  for (const Value& a : args) {
    std::string_view t = a.is(Kind::boolean) ? (a.as_bool() ? "true" : "false") : a.as_text();
    const std::string length = std::to_string(t.size());  // short: no allocation
    std::copy(length.begin(), length.end(), name + at);
    at += length.size();
    name[at++] = ':';
    std::copy(t.begin(), t.end(), name + at);
    at += t.size();
  }
  const auto id = security::write_uuid(security::uuid_v5(kSpace, {name, at}));
  out = text_of(s, {id.data(), id.size()});
  return true;
}

bool luhn(std::string_view digits) {
  int sum = 0;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    int d = digits[digits.size() - 1 - i] - '0';
    if (i % 2 == 1) {
      d *= 2;
      if (d > 9) d -= 9;
    }
    sum += d;
  }
  return sum % 10 == 0;
}

// Digits of a number written with blanks or hyphens between its groups; false if anything else is
// in it.
bool bare_digits(std::string_view t, std::size_t wanted, char* digits) {
  std::size_t n = 0;
  for (const char c : t) {
    if (c == ' ' || c == '-') continue;
    if (!is_digit(c) || n == wanted) return false;
    digits[n++] = c;
  }
  return n == wanted;
}

bool sin(CallState& s, Args args, Value& out) {
  char d[9];
  if (!bare_digits(args[0].as_text(), 9, d) || d[0] == '8' || !luhn({d, 9})) {
    return s.fail("sin.unreadable");
  }
  out = text_of(s, {d, 9});
  return true;
}

// Ten digits with a check digit, then a version code of up to two letters.
bool health_card(CallState& s, Args args, Value& out) {
  std::string_view t = base::trim(args[0].as_text());
  char d[12];
  std::size_t letters = 0;
  while (letters < 2 && letters < t.size()) {
    const char c = t[t.size() - 1 - letters];
    if (!((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'))) break;
    ++letters;
  }
  if (!bare_digits(t.substr(0, t.size() - letters), 10, d) || d[0] == '0' || !luhn({d, 10})) {
    return s.fail("health_card.unreadable");
  }
  for (std::size_t i = 0; i < letters; ++i) {
    const char c = t[t.size() - letters + i];
    d[10 + i] = c >= 'a' ? static_cast<char>(c - 'a' + 'A') : c;
  }
  out = text_of(s, {d, 10 + letters});
  return true;
}

// Ours -> theirs of a tidy step: only what is in the normal form may leave.
template <Apply Normal>
bool already(CallState& s, Args args, Value& out) {
  Value normal;
  if (!Normal(s, args, normal)) return false;
  if (normal.as_text() != args[0].as_text()) return s.fail("not.normal");
  out = args[0];
  return true;
}

Abstract of_format(std::string_view format, std::uint32_t least, std::uint32_t most,
                   std::string_view chars, bool letters) {
  Abstract a = abstract_type(Type::text);
  a.format = format;
  a.min_length = least;
  a.max_length = most;
  a.chars = CharSet::range('0', '9');
  a.chars.add(CharSet::of(chars));
  if (letters) a.chars.add(CharSet::range('A', 'Z'));
  a.edge_blank = false;
  return a;
}

Abstract postal_form(const Abstract&, const Prepared&) {
  Abstract a = of_format("postal", 7, 7, " ", true);
  a.pattern = "[A-Z][0-9][A-Z] [0-9][A-Z][0-9]";
  return a;
}

Abstract phone_wire(const Abstract& a, const Prepared& p) {
  if (p.values.empty()) return a;
  return of_format("", 12, 12, "-", false);
}

Abstract uuid_form(const Abstract& a, const Prepared&) {
  Abstract out = of_format("uuid", 36, 36, "-abcdefABCDEF", false);
  if (a.format == "uuid") out = a;
  return out;
}

Abstract name_uuid_form(const Abstract&, const Prepared&) {
  return of_format("uuid", 36, 36, "-abcdef", false);
}

// A tidy step is exact if ours is known to be in the normal form.
template <char Which>
Law tidy_law(const Abstract& a, const Prepared&) {
  constexpr std::string_view format = Which == 'p'   ? "postal"
                                      : Which == 't' ? "phone"
                                      : Which == 's' ? "sin"
                                                     : "health_card";
  if (a.format == format) return {};
  CharSet upper = CharSet::range('0', '9');
  if (Which == 'p' || Which == 'h') upper.add(CharSet::range('A', 'Z'));
  if (Which == 'p') upper.add(' ');
  if (Which == 't') upper.add('+');
  const bool fixed = Which == 'p'   ? a.min_length == 7 && a.max_length == 7
                     : Which == 't' ? a.min_length >= 9 && a.max_length <= 16
                     : Which == 's' ? a.min_length == 9 && a.max_length == 9
                                    : a.min_length >= 10 && a.max_length <= 12;
  if (fixed && a.chars.within(upper) && !a.edge_blank) return {};
  return {Law::Grade::loses, "M311",
          Which == 'p'   ? "l6h1a1"
          : Which == 't' ? "905 555 0123"
          : Which == 's' ? "046 454 286"
                         : "9876 543 217"};
}

Abstract phone_form(const Abstract&, const Prepared&) {
  return of_format("phone", 9, 16, "+", false);
}

Abstract sin_form(const Abstract&, const Prepared&) { return of_format("sin", 9, 9, "", false); }

Abstract card_form(const Abstract&, const Prepared&) {
  return of_format("health_card", 10, 12, "", true);
}

using P = Parameter;
const P kText{"text", P::Kind::text};

}  // namespace

std::vector<Function> form_functions() {
  std::vector<Function> all;
  const auto add = [&](Function f) {
    f.group = "Forms";
    all.push_back(std::move(f));
  };
  add({.name = "postal",
       .doc = "A Canadian postal code, written A1A 1A1.",
       .parameters = {kText},
       .from = Type::text,
       .to = Type::text,
       .apply = postal,
       .undo = write_postal,
       .forward = postal_form,
       .backward = keep,
       .law = tidy_law<'p'>,
       .tidy = true,
       .failures = {"postal.unreadable"},
       .examples = {{R"("l6h1a1" | postal)", R"("L6H 1A1")"},
                    {R"("L6H 1A1" | postal)", R"("L6H 1A1")", true},
                    {R"("90210" | postal)", "!postal.unreadable"},
                    {R"("D6H 1A1" | postal)", "!postal.unreadable"}}});
  add({.name = "phone",
       .doc = "A telephone number in the international form: ten digits are North American (+1). "
              "With \"local\" "
              "it is sent out as 905-555-0123.",
       .parameters = {kText, {"form", P::Kind::phone_form, true}},
       .from = Type::text,
       .to = Type::text,
       .apply = phone,
       .undo = write_phone,
       .forward = phone_form,
       .backward = phone_wire,
       .law = tidy_law<'t'>,
       .tidy = true,
       .failures = {"phone.unreadable", "phone.foreign"},
       .examples = {{R"("(905) 555-0123" | phone)", R"("+19055550123")"},
                    {R"("+19055550123" | phone)", R"("+19055550123")", true},
                    {R"("905-555-0123" | phone "local")", R"("+19055550123")", true},
                    {R"("555-0123" | phone)", "!phone.unreadable"}}});
  add({.name = "uuid",
       .doc = "A UUID, kept as it is written.",
       .parameters = {kText},
       .from = Type::text,
       .to = Type::text,
       .apply = uuid,
       .undo = uuid,
       .forward = uuid_form,
       .backward = uuid_form,
       .failures = {"uuid.unreadable"},
       .examples = {{R"("6ba7b810-9dad-11d1-80b4-00c04fd430c8" | uuid)",
                     R"("6ba7b810-9dad-11d1-80b4-00c04fd430c8")", true},
                    {R"("6ba7b810" | uuid)", "!uuid.unreadable"}}});
  add({.name = "sin",
       .doc = "A social insurance number: nine digits whose check digit is right.",
       .parameters = {kText},
       .from = Type::text,
       .to = Type::text,
       .apply = sin,
       .undo = already<sin>,
       .forward = sin_form,
       .backward = keep,
       .law = tidy_law<'s'>,
       .tidy = true,
       .failures = {"sin.unreadable", "not.normal"},
       .examples = {{R"("046 454 286" | sin)", R"("046454286")"},
                    {R"("046454286" | sin)", R"("046454286")", true},
                    {R"("046454287" | sin)", "!sin.unreadable"}}});
  add({.name = "health_card",
       .doc =
           "An Ontario health number: ten digits whose check digit is right, and its version code.",
       .parameters = {kText},
       .from = Type::text,
       .to = Type::text,
       .apply = health_card,
       .undo = already<health_card>,
       .forward = card_form,
       .backward = keep,
       .law = tidy_law<'h'>,
       .tidy = true,
       .failures = {"health_card.unreadable", "not.normal"},
       .examples = {{R"("9876-543-217-ym" | health_card)", R"("9876543217YM")"},
                    {R"("9876543217YM" | health_card)", R"("9876543217YM")", true},
                    {R"("9876543218" | health_card)", "!health_card.unreadable"}}});
  add({.name = "name_uuid",
       .doc = "A UUID made of its parts (version 5): the same parts give the same id, for ever.",
       .parameters = {{"parts", P::Kind::value, false, true}},
       .to = Type::text,
       .apply = name_uuid,
       .forward = name_uuid_form,
       .examples = {{R"(name_uuid("halton/referral", "A-1"))",
                     R"("cbbc1f09-dd13-59f4-a83f-853c04c58948")"}}});
  return all;
}

}  // namespace portage::mapping
