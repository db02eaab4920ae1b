// Steps of a pipe, their arguments, and the rows of an inline code table.
#include <algorithm>
#include <array>

#include "gateway/mapping/functions.h"
#include "gateway/mapping/parser_state.h"

namespace portage::mapping {
namespace {
constexpr std::size_t kMostNesting = 40;
// Words that end a step's arguments.
constexpr std::array<std::string_view, 12> kStops = {
    "else", "by", "as", "because", "then", "and", "or", "in", "not", "is", "when", "note"};
}  // namespace

StepExpr Parser::step() {
  StepExpr s;
  const std::uint32_t begin = peek().span.begin;
  name(s.name, s.name_span);
  while (!panic_ && starts_argument(s)) s.arguments.push_back(argument(s));
  s.span = since(begin);
  return s;
}

bool Parser::starts_argument(const StepExpr& s) {
  if (starts_literal()) return true;
  const Token t = peek();
  if (t.is("(")) return true;
  if (t.is("{")) return form_of(s.name) == ArgumentForm::table;
  if (t.kind != TokenKind::name) return false;
  return std::find(kStops.begin(), kStops.end(), t.text) == kStops.end();
}

Argument Parser::argument(const StepExpr& s) {
  Argument a;
  const Token t = peek();
  if (starts_literal()) {
    a.expr = literal();
  } else if (t.is("{")) {
    a.kind = Argument::Kind::table;
    rows(a.rows);
  } else if (t.is("(")) {
    if (++nesting_ > kMostNesting) {
      --nesting_;
      fault("a simpler expression: brackets are nested too deep");
      return a;
    }
    const std::size_t outer = std::exchange(open_choices_, 0);
    ++brackets_;
    take();
    if (form_of(s.name) == ArgumentForm::steps) {
      a.kind = Argument::Kind::steps;
      do {
        a.steps.push_back(step());
      } while (!panic_ && accept("|"));
    } else {
      a.kind = Argument::Kind::expression;
      a.expr = expression();
    }
    if (!panic_ && !at(")")) fault("\")\"");
    if (!panic_) {
      take();
      --brackets_;
    }
    open_choices_ = outer;
    --nesting_;
  } else {
    a.kind = Argument::Kind::name;
    a.name = take().text;
  }
  a.span = since(t.span.begin);
  return a;
}

void Parser::rows(std::vector<Row>& into) {
  ++brackets_;
  take();
  while (!panic_ && !at("}")) {
    Row r;
    const std::uint32_t begin = peek().span.begin;
    r.ours = row_side();
    Span arrow_span;
    if (panic_ || !arrow(r.arrow, arrow_span)) break;
    r.theirs = row_side();
    r.span = since(begin);
    into.push_back(std::move(r));
    if (!at("}") && !accept(",")) fault("\",\" or \"}\"");
  }
  if (!panic_) {
    take();
    --brackets_;
  }
}

RowSide Parser::row_side() {
  RowSide side;
  const Token t = peek();
  if (starts_literal()) {
    side.literal = literal();
  } else if (t.is("any")) {
    take();
    side.kind = RowSide::Kind::any;
  } else if (t.is("reject")) {
    side.kind = RowSide::Kind::reject;
    reject_code(side.code);
  } else {
    fault("a code, any or reject");
  }
  side.span = since(t.span.begin);
  return side;
}

}  // namespace portage::mapping
