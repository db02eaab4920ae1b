// The parser's hands: the token it stands on, the brackets it stands in, and how it recovers.
// Internal to the parser's files. After a fault peek() gives the end token until recover() is
// called, so every loop ends.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/mapping/ast.h"
#include "gateway/mapping/findings.h"
#include "gateway/mapping/token.h"

namespace portage::mapping {

class Parser {
 public:
  Parser(std::string_view source, Findings& findings);

  File file();
  ExprPtr lone_expression();

 private:
  // Tokens (parser.cc).
  const Token& peek(std::size_t ahead = 0);
  Token take();
  bool at(std::string_view word) { return peek().is(word); }
  bool accept(std::string_view word);
  bool expect(std::string_view word);
  void fault(const std::string& expected);
  void recover(std::size_t block_depth);
  Span since(std::uint32_t begin) const { return {begin, last_end_}; }
  std::string quoted(const char* what);
  bool starts_path();

  // Headers (parser.cc).
  bool header(File& file);
  void side(std::string& schema, bool& list, Span& span);
  void effective(File& file);

  // Statements (parser_statements.cc).
  void statements(std::vector<Stmt>& into, bool in_block);
  void statement(Stmt& s);
  void rule(Stmt& s);
  void each(Stmt& s);
  void when(Stmt& s);
  void make(Stmt& s);
  void ignore(Stmt& s);
  void test(Stmt& s);
  void require(Stmt& s);
  bool arrow(Arrow& arrow, Span& span);
  void block(Stmt& s);
  void spelled(ExprPtr& into);
  void paths(std::vector<Path>& into);
  void name(std::string& into, Span& span);
  void reject_code(std::string& into);

  // Expressions (parser_expressions.cc).
  ExprPtr expression();
  bool linked();
  ExprPtr disjunction();
  ExprPtr conjunction();
  ExprPtr negation();
  ExprPtr comparison();
  ExprPtr piped();
  ExprPtr sum();
  ExprPtr product();
  ExprPtr operand();
  ExprPtr literal();
  ExprPtr call();
  ExprPtr list();
  bool starts_literal();
  Path path();
  Segment segment();
  Selector selector();
  StepExpr step();
  bool starts_argument(const StepExpr& step);
  Argument argument(const StepExpr& step);
  void rows(std::vector<Row>& into);
  RowSide row_side();
  Fallback fallback();
  ExprPtr binary(Expr::Kind kind, ExprPtr left, ExprPtr right);
  ExprPtr make_expr(Expr::Kind kind, Span span);

  Findings& findings_;
  Tokens tokens_;
  std::size_t at_ = 0;
  std::size_t brackets_ = 0;      // open ( [ and row braces: newlines mean nothing inside
  std::size_t nesting_ = 0;       // of expressions and blocks, against hostile sources
  std::size_t links_ = 0;         // operators in this statement
  std::size_t open_choices_ = 0;  // `if`s whose else is still to come
  bool panic_ = false;
  bool lost_ = false;
  std::uint32_t last_end_ = 0;
  Token nothing_;
};

}  // namespace portage::mapping
