#include "gateway/mapping/parser_state.h"

namespace portage::mapping {
namespace {
constexpr std::size_t kMostBlocks = 8;
}

// Reads statements until the block's "}" (not taken), a header line or the end.
void Parser::statements(std::vector<Stmt>& into, bool in_block) {
  while (true) {
    while (peek().kind == TokenKind::newline) take();
    if (peek().kind == TokenKind::end || (in_block && at("}"))) return;
    if (!in_block && peek().kind == TokenKind::name) {
      // A header line may stand anywhere at the top; file() takes it.
      const Token token = peek();
      const Token next = peek(1);
      const bool word = token.is("mapping") || token.is("ours") || token.is("theirs") ||
                        token.is("prefix") || token.is("effective") || token.is("dated") ||
                        token.is("batch");
      const bool is_rule = next.is("<->") || next.is("<-") || next.is("->") || next.is(".") ||
                           next.is("[") || next.is("|");
      if (word && !is_rule) return;
    }
    Stmt s;
    links_ = 0;
    const std::uint32_t begin = peek().span.begin;
    const std::size_t before = at_;
    statement(s);
    s.span = since(begin);
    if (!panic_ && peek().kind != TokenKind::newline && peek().kind != TokenKind::end &&
        !(in_block && at("}"))) {
      fault("the end of the rule");
    }
    if (panic_) {
      recover(in_block ? 1 : 0);
      if (at_ == before) ++at_;  // a stray token: always move on
      continue;
    }
    into.push_back(std::move(s));
  }
}

void Parser::statement(Stmt& s) {
  const Token token = peek();
  const Token next = peek(1);
  const bool is_path = next.is("<->") || next.is("<-") || next.is("->") || next.is(".") ||
                       next.is("[") || next.is("|");
  if (token.is("when") && (next.is("<-") || next.is("->"))) return when(s);
  if (token.kind == TokenKind::name && !is_path) {
    if (token.is("each")) return each(s);
    if (token.is("when")) return when(s);
    if (token.is("make")) return make(s);
    if (token.is("ignore")) return ignore(s);
    if (token.is("test")) return test(s);
    if (token.is("require")) return require(s);
    if (token.is("place")) {
      take();
      s.kind = Stmt::Kind::place;
      name(s.name, s.name_span);
      expect("is");
      s.paths.push_back(path());
      return;
    }
    if (token.is("let")) {
      take();
      s.kind = Stmt::Kind::let;
      name(s.name, s.name_span);
      if (at("<->")) return fault("\"<-\" or \"->\"");
      if (!arrow(s.arrow, s.arrow_span)) return;
      s.right = expression();
      return;
    }
    if (token.is("def")) {
      take();
      s.kind = Stmt::Kind::def;
      name(s.name, s.name_span);
      return block(s);
    }
    if (token.is("use")) {
      take();
      s.kind = Stmt::Kind::use;
      return name(s.name, s.name_span);
    }
    if (token.is("same")) {
      take();
      s.kind = Stmt::Kind::same;
      return paths(s.paths);
    }
    if (token.is("none")) {
      take();
      s.kind = Stmt::Kind::none;
      return reject_code(s.text);
    }
  }
  rule(s);
}

bool Parser::arrow(Arrow& into, Span& span) {
  const Token token = peek();
  if (token.is("<->")) {
    into = Arrow::both;
  } else if (token.is("<-")) {
    into = Arrow::in;
  } else if (token.is("->")) {
    into = Arrow::out;
  } else {
    fault("an arrow (<->, <- or ->)");
    return false;
  }
  span = take().span;
  return true;
}

// The right of <-> and ->: a path with spellings.
void Parser::spelled(ExprPtr& into) {
  if (!starts_path()) return fault("a path");
  into = piped();
}

void Parser::rule(Stmt& s) {
  s.kind = Stmt::Kind::rule;
  const Token first = peek();
  s.left = expression();
  if (panic_ || !arrow(s.arrow, s.arrow_span)) return;
  const Expr::Kind left = s.left->kind;
  const bool computed = left == Expr::Kind::call || left == Expr::Kind::text ||
                        left == Expr::Kind::integer || left == Expr::Kind::decimal ||
                        left == Expr::Kind::boolean || left == Expr::Kind::date;
  const bool allowed =
      left == Expr::Kind::path || s.arrow == Arrow::out || (s.arrow == Arrow::both && computed);
  if (!allowed) {
    findings_.error(
        "M101", s.left->span,
        {{"expected", s.arrow == Arrow::in ? "a path to write, left of \"<-\""
                                           : "a path, a literal or a call, left of \"<->\""},
         {"found", "\"" + std::string(first.text.substr(0, 40)) + " …\""}});
    panic_ = true;
    return;
  }
  if (s.arrow == Arrow::in) {
    s.right = expression();
  } else {
    spelled(s.right);
  }
  if (at("{")) block(s);
}

void Parser::each(Stmt& s) {
  take();
  s.kind = Stmt::Kind::each;
  s.left = expression();
  if (panic_ || !arrow(s.arrow, s.arrow_span)) return;
  if (s.arrow != Arrow::out && s.left->kind != Expr::Kind::path) {
    at_ = at_ > 0 ? at_ - 1 : 0;
    return fault("a path left of the arrow");
  }
  if (s.arrow == Arrow::in) {
    s.right = expression();
  } else {
    spelled(s.right);
  }
  if (accept("by")) paths(s.paths);
  if (accept("as")) name(s.name, s.name_span);
  block(s);
}

void Parser::when(Stmt& s) {
  take();
  s.kind = Stmt::Kind::when;
  if (!at("<-") && !at("->")) s.left = expression();
  if (panic_) return;
  if (s.left && !at("<->")) return fault("\"<->\", and the test of their side");
  if (!arrow(s.arrow, s.arrow_span)) return;
  if (!s.left && s.arrow == Arrow::both) return fault("a test left of \"<->\"");
  s.right = expression();
  block(s);
}

void Parser::make(Stmt& s) {
  take();
  s.kind = Stmt::Kind::make;
  if (peek().kind != TokenKind::schema)
    return fault("a schema with its version, such as referral@1");
  s.text_span = peek().span;
  s.schema = take().text;
  if (accept("each")) {
    s.paths.push_back(path());
    expect("as");
    name(s.name, s.name_span);
  }
  if (accept("when")) s.left = expression();
  block(s);
}

void Parser::ignore(Stmt& s) {
  take();
  s.kind = Stmt::Kind::ignore;
  if (accept("in")) {
    s.arrow = Arrow::in;
  } else if (accept("out")) {
    s.arrow = Arrow::out;
  }
  if (accept("theirs")) {
    s.theirs = true;
  } else if (!accept("ours")) {
    return fault("\"ours\" or \"theirs\"");
  }
  paths(s.paths);
  expect("because");
  s.text_span = peek().span;
  s.text = quoted("the reason in quotes");
}

void Parser::require(Stmt& s) {
  take();
  s.kind = Stmt::Kind::require;
  s.left = expression();
  // `require X else reject "c"`: the expression may have taken the `else reject` as its own
  // fallback.
  if (s.left && s.left->kind == Expr::Kind::compare && !s.left->children.empty()) {
    Expr& right = *s.left->children.back();
    if (right.kind == Expr::Kind::pipe && !right.fallbacks.empty() &&
        right.fallbacks.back().when == Fallback::When::failed &&
        right.fallbacks.back().what == Fallback::What::reject) {
      s.text = right.fallbacks.back().code;
      right.fallbacks.pop_back();
      return;
    }
  }
  if (s.left && s.left->kind == Expr::Kind::pipe && !s.left->fallbacks.empty() &&
      s.left->fallbacks.back().when == Fallback::When::failed &&
      s.left->fallbacks.back().what == Fallback::What::reject) {
    s.text = s.left->fallbacks.back().code;
    s.left->fallbacks.pop_back();
    return;
  }
  expect("else");
  reject_code(s.text);
}

void Parser::reject_code(std::string& into) {
  if (!expect("reject")) return;
  if (peek().kind == TokenKind::text) into = quoted("a code");
}

void Parser::test(Stmt& s) {
  take();
  s.kind = Stmt::Kind::test;
  s.name_span = peek().span;
  s.name = quoted("the test's title in quotes");
  const auto files = [&](std::vector<std::string>& into) {
    into.push_back(quoted("a case file in quotes"));
    while (!panic_ && accept(",")) into.push_back(quoted("a case file in quotes"));
  };
  if (at("reject")) {
    s.rejects = true;
    reject_code(s.text);
    if (accept("at")) s.paths.push_back(path());
    if (at("<->")) return fault("\"<-\" or \"->\"");
    if (!arrow(s.arrow, s.arrow_span)) return;
    files(s.arrow == Arrow::in ? s.theirs_files : s.ours_files);
    return;
  }
  files(s.ours_files);
  if (!arrow(s.arrow, s.arrow_span)) return;
  files(s.theirs_files);
}

void Parser::block(Stmt& s) {
  s.has_block = true;
  if (!expect("{")) {
    lost_ = true;
    return;
  }
  if (++nesting_ > kMostBlocks) {
    --nesting_;
    return fault("at most 8 blocks inside each other");
  }
  const std::size_t outer = brackets_;
  brackets_ = 0;
  statements(s.block, true);
  brackets_ = outer;
  --nesting_;
  expect("}");
}

void Parser::paths(std::vector<Path>& into) {
  into.push_back(path());
  while (!panic_ && accept(",")) into.push_back(path());
}

}  // namespace portage::mapping
