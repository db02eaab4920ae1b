#include <algorithm>
#include <array>
#include <charconv>

#include "gateway/mapping/parser_state.h"

namespace portage::mapping {
namespace {
constexpr std::size_t kMostNesting = 40;
constexpr std::size_t kMostLinks = 300;
}  // namespace

ExprPtr Parser::make_expr(Expr::Kind kind, Span span) {
  auto e = std::make_unique<Expr>();
  e->kind = kind;
  e->span = span;
  return e;
}

ExprPtr Parser::binary(Expr::Kind kind, ExprPtr left, ExprPtr right) {
  if (!left || !right) return nullptr;
  ExprPtr e = make_expr(kind, {left->span.begin, right->span.end});
  e->children.push_back(std::move(left));
  e->children.push_back(std::move(right));
  return e;
}

ExprPtr Parser::expression() {
  if (++nesting_ > kMostNesting) {
    --nesting_;
    fault("a simpler expression: brackets are nested too deep");
    return nullptr;
  }
  ExprPtr out;
  const Token first = peek();
  if (first.kind == TokenKind::name && first.is("if")) {
    take();
    out = make_expr(Expr::Kind::choice, first.span);
    ++open_choices_;
    out->children.push_back(expression());
    expect("then");
    out->children.push_back(expression());
    --open_choices_;
    expect("else");
    out->children.push_back(expression());
    out->span = since(first.span.begin);
    if (panic_) out = nullptr;
  } else {
    out = disjunction();
  }
  --nesting_;
  return out;
}

// Chains become deep trees, so one rule has a bounded number of links.
bool Parser::linked() {
  if (++links_ <= kMostLinks) return true;
  fault("a simpler expression: it has too many operators");
  return false;
}

ExprPtr Parser::disjunction() {
  ExprPtr left = conjunction();
  while (!panic_ && accept("or") && linked())
    left = binary(Expr::Kind::disjunction, std::move(left), conjunction());
  return left;
}

ExprPtr Parser::conjunction() {
  ExprPtr left = negation();
  while (!panic_ && accept("and") && linked())
    left = binary(Expr::Kind::conjunction, std::move(left), negation());
  return left;
}

ExprPtr Parser::negation() {
  bool negative = false;
  const std::uint32_t begin = peek().span.begin;
  while (accept("not")) negative = !negative;
  ExprPtr inner = comparison();
  if (!negative || !inner) return inner;
  ExprPtr e = make_expr(Expr::Kind::negation, since(begin));
  e->children.push_back(std::move(inner));
  return e;
}

ExprPtr Parser::comparison() {
  ExprPtr left = piped();
  if (panic_ || !left) return nullptr;
  constexpr std::array<std::pair<std::string_view, Comparison>, 7> kAll = {
      {{"=", Comparison::eq},
       {"!=", Comparison::ne},
       {"<", Comparison::lt},
       {"<=", Comparison::le},
       {">", Comparison::gt},
       {">=", Comparison::ge},
       {"in", Comparison::in}}};
  for (const auto& [text, comparison] : kAll) {
    if (!at(text)) continue;
    take();
    ExprPtr e = binary(Expr::Kind::compare, std::move(left), piped());
    if (e) e->comparison = comparison;
    return e;
  }
  return left;
}

ExprPtr Parser::piped() {
  ExprPtr head = sum();
  if (panic_ || !head || (!at("|") && !at("??") && !at("else"))) return head;
  ExprPtr e = make_expr(Expr::Kind::pipe, head->span);
  const std::uint32_t begin = head->span.begin;
  e->children.push_back(std::move(head));
  while (!panic_ && accept("|")) e->steps.push_back(step());
  while (!panic_ && (at("??") || at("else"))) {
    // Inside `if … then …` an else belongs to the if; in brackets it is the pipe's own again.
    if (at("else") && open_choices_ > 0) break;
    e->fallbacks.push_back(fallback());
  }
  e->span = since(begin);
  if (e->steps.empty() && e->fallbacks.empty()) return std::move(e->children[0]);
  return e;
}

Fallback Parser::fallback() {
  Fallback f;
  const Token token = take();
  f.when = token.text == "??" ? Fallback::When::missing : Fallback::When::failed;
  if (at("reject")) {
    f.what = Fallback::What::reject;
    reject_code(f.code);
  } else if (f.when == Fallback::When::failed && at("note")) {
    take();
    f.what = Fallback::What::note;
    f.code = quoted("a code in quotes");
  } else {
    f.value = operand();
  }
  f.span = since(token.span.begin);
  return f;
}

ExprPtr Parser::sum() {
  ExprPtr left = product();
  while (!panic_ && (at("+") || at("-"))) {
    const std::string sign(take().text);
    if (!linked()) break;
    left = binary(Expr::Kind::arithmetic, std::move(left), product());
    if (left) left->text = sign;
  }
  return left;
}

ExprPtr Parser::product() {
  ExprPtr left = operand();
  while (!panic_ && at("*")) {
    take();
    if (!linked()) break;
    left = binary(Expr::Kind::arithmetic, std::move(left), operand());
    if (left) left->text = "*";
  }
  return left;
}

bool Parser::starts_literal() {
  const Token& t = peek();
  return t.kind == TokenKind::text || t.kind == TokenKind::integer ||
         t.kind == TokenKind::decimal || t.kind == TokenKind::date ||
         (t.kind == TokenKind::name && (t.is("true") || t.is("false") || t.is("null")));
}

ExprPtr Parser::literal() {
  const Token t = peek();
  ExprPtr e = make_expr(Expr::Kind::null, t.span);
  if (t.kind == TokenKind::text) {
    e->kind = Expr::Kind::text;
    e->text = quoted("a text");
    return panic_ ? nullptr : std::move(e);
  }
  if (t.kind == TokenKind::date) {
    e->kind = Expr::Kind::date;
    e->text = t.text;
    if (!base::parse_day(t.text)) fault("a day of the calendar");
  } else if (t.kind == TokenKind::integer || t.kind == TokenKind::decimal) {
    e->kind = t.kind == TokenKind::integer ? Expr::Kind::integer : Expr::Kind::decimal;
    e->text = t.text;
    if (t.text.size() > 18) fault("a number of at most 18 characters");
  } else if (t.is("true") || t.is("false")) {
    e->kind = Expr::Kind::boolean;
    e->truth = t.is("true");
  }
  take();
  return panic_ ? nullptr : std::move(e);
}

ExprPtr Parser::operand() {
  if (panic_) return nullptr;
  if (starts_literal()) return literal();
  const Token t = peek();
  if (t.is("(")) {
    const std::size_t outer = std::exchange(open_choices_, 0);
    ++brackets_;
    take();
    ExprPtr inner = expression();
    if (!panic_ && !at(")")) fault("\")\"");
    if (!panic_) {
      take();
      --brackets_;
    }
    open_choices_ = outer;
    return panic_ ? nullptr : std::move(inner);
  }
  if (t.is("[")) return list();
  if (t.kind == TokenKind::name && t.is("has")) {
    take();
    ExprPtr e = make_expr(Expr::Kind::has, t.span);
    e->path = path();
    e->span = since(t.span.begin);
    return e;
  }
  if (t.kind == TokenKind::name && peek(1).is("(")) return call();
  if (!starts_path()) {
    fault("a value: a path, a literal or a call");
    return nullptr;
  }
  ExprPtr e = make_expr(Expr::Kind::path, t.span);
  e->path = path();
  e->span = e->path.span;
  return panic_ ? nullptr : std::move(e);
}

ExprPtr Parser::list() {
  const std::uint32_t begin = peek().span.begin;
  const std::size_t outer = std::exchange(open_choices_, 0);
  ++brackets_;
  take();
  ExprPtr e = make_expr(Expr::Kind::list, {});
  while (!panic_ && !at("]")) {
    e->children.push_back(expression());
    if (!at("]") && !accept(",")) fault("\",\" or \"]\"");
  }
  if (!panic_) {
    take();
    --brackets_;
  }
  open_choices_ = outer;
  e->span = since(begin);
  return panic_ ? nullptr : std::move(e);
}

ExprPtr Parser::call() {
  const Token function = take();
  ExprPtr e = make_expr(Expr::Kind::call, function.span);
  e->text = function.text;
  e->name_span = function.span;
  const std::size_t outer = std::exchange(open_choices_, 0);
  ++brackets_;
  take();
  while (!panic_ && !at(")")) {
    e->children.push_back(expression());
    if (!at(")") && !accept(",")) fault("\",\" or \")\"");
  }
  if (!panic_) {
    take();
    --brackets_;
  }
  open_choices_ = outer;
  e->span = since(function.span.begin);
  return panic_ ? nullptr : std::move(e);
}

bool Parser::starts_path() {
  const TokenKind kind = peek().kind;
  return kind == TokenKind::name || kind == TokenKind::qualified || kind == TokenKind::attribute ||
         kind == TokenKind::ticked;
}

Path Parser::path() {
  Path p;
  const std::uint32_t begin = peek().span.begin;
  do {
    p.segments.push_back(segment());
  } while (!panic_ && accept("."));
  p.span = since(begin);
  return p;
}

Segment Parser::segment() {
  Segment s;
  const Token t = peek();
  if (!starts_path()) {
    fault("a field's name");
    return s;
  }
  take();
  s.name = t.text;
  s.span = t.span;
  s.kind = t.kind == TokenKind::qualified   ? Segment::Kind::qualified
           : t.kind == TokenKind::attribute ? Segment::Kind::attribute
           : t.kind == TokenKind::ticked    ? Segment::Kind::ticked
                                            : Segment::Kind::name;
  if (at("[")) s.selector = selector();
  return s;
}

Selector Parser::selector() {
  Selector s;
  const std::uint32_t begin = peek().span.begin;
  if (++nesting_ > kMostNesting) {
    --nesting_;
    fault("a simpler selector");
    return s;
  }
  ++brackets_;
  take();
  s.present = true;
  if (peek().kind == TokenKind::integer) {
    const Token t = peek();
    const auto [end, problem] =
        std::from_chars(t.text.data(), t.text.data() + t.text.size(), s.index);
    if (problem != std::errc() || s.index == 0 || s.index > 10'000)
      fault("a place from 1 to 10000");
    take();
  } else {
    do {
      if (peek().kind == TokenKind::name && at("first") && (peek(1).is(",") || peek(1).is("]"))) {
        take();
        s.first = true;
        continue;
      }
      Selector::Condition c;
      const std::uint32_t from = peek().span.begin;
      c.path = path();
      if (accept("=")) {
        c.comparison = Comparison::eq;
      } else if (accept("!=")) {
        c.comparison = Comparison::ne;
      } else if (accept("in")) {
        c.comparison = Comparison::in;
      } else {
        fault("\"=\", \"!=\" or \"in\"");
        break;
      }
      c.value = operand();
      c.span = since(from);
      s.conditions.push_back(std::move(c));
    } while (!panic_ && accept(","));
  }
  if (!panic_ && !at("]")) fault("\"]\"");
  if (!panic_) {
    take();
    --brackets_;
  }
  --nesting_;
  s.span = since(begin);
  return s;
}

}  // namespace portage::mapping
