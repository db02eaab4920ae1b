#include "gateway/mapping/parser.h"

#include "gateway/base/text.h"
#include "gateway/mapping/parser_state.h"

namespace portage::mapping {

Parser::Parser(std::string_view source, Findings& findings)
    : findings_(findings), tokens_(tokenize(source)) {}

const Token& Parser::peek(std::size_t ahead) {
  if (panic_) return nothing_;
  std::size_t i = at_;
  while (true) {
    if (brackets_ > 0) {
      while (tokens_.all[i].kind == TokenKind::newline) ++i;
    }
    if (ahead == 0 || tokens_.all[i].kind == TokenKind::end) return tokens_.all[i];
    --ahead;
    ++i;
  }
}

Token Parser::take() {
  const Token& token = peek();
  if (panic_) return token;
  if (token.kind != TokenKind::end) {
    at_ = static_cast<std::size_t>(&token - tokens_.all.data()) + 1;
    if (token.kind != TokenKind::newline) last_end_ = token.span.end;
  }
  return token;
}

bool Parser::accept(std::string_view word) {
  if (!at(word)) return false;
  take();
  return true;
}

bool Parser::expect(std::string_view word) {
  if (accept(word)) return true;
  fault("\"" + std::string(word) + "\"");
  return false;
}

void Parser::fault(const std::string& expected) {
  if (panic_) return;
  const Token& found = peek();
  std::string text;
  if (found.kind == TokenKind::end) {
    text = "the end of the file";
  } else if (found.kind == TokenKind::newline) {
    text = "the end of the line";
  } else if (found.kind == TokenKind::text) {
    text = "a text";
  } else {
    text = "\"" + std::string(found.text.substr(0, 40)) + "\"";
  }
  Span span = found.span;
  if (span.end <= span.begin || found.kind == TokenKind::newline) span.end = span.begin + 1;
  findings_.error("M101", span, {{"expected", expected}, {"found", text}});
  panic_ = true;
}

// Goes to the end of the line, past any block that was opened on it, but not out of the block we
// are in.
void Parser::recover(std::size_t block_depth) {
  panic_ = false;
  brackets_ = 0;
  std::size_t depth = 0, inline_depth = 0;
  while (true) {
    const Token& token = tokens_.all[at_];
    if (token.kind == TokenKind::end) return;
    const bool line_ends = tokens_.all[at_ + 1].kind == TokenKind::newline;
    if (token.is("{")) ++(line_ends ? depth : inline_depth);
    if (token.is("}")) {
      if (inline_depth > 0) {
        --inline_depth;
      } else if (depth > 0) {
        --depth;
      } else if (block_depth > 0) {
        return;
      }
    }
    ++at_;
    if (token.kind == TokenKind::newline) {
      inline_depth = 0;
      if (depth == 0) return;
    }
  }
}

void Parser::name(std::string& into, Span& span) {
  if (peek().kind != TokenKind::name) return fault("a name");
  const Token token = take();
  into = token.text;
  span = token.span;
}

std::string Parser::quoted(const char* what) {
  if (peek().kind != TokenKind::text) {
    fault(what);
    return {};
  }
  std::string out;
  const Token token = peek();
  if (!unescape(token.text, out)) {
    fault("a text whose backslashes stand before \" \\ t n or r");
    return {};
  }
  take();
  return out;
}

void Parser::side(std::string& schema, bool& is_list, Span& span) {
  take();
  if (at("list")) {
    take();
    expect("of");
    is_list = true;
  }
  if (peek().kind != TokenKind::schema)
    return fault("a schema with its version, such as referral@1");
  const Token token = take();
  schema = token.text;
  span = token.span;
}

void Parser::effective(File& file) {
  const std::uint32_t begin = take().span.begin;
  file.has_effective = true;
  const auto day = [&](base::Day& into) {
    if (peek().kind != TokenKind::date) return fault("a day, such as 2023-04-01");
    const std::optional<base::Day> parsed = base::parse_day(peek().text);
    if (!parsed) return fault("a day of the calendar");
    into = *parsed;
    take();
  };
  if (!at("..")) day(file.effective.from);
  expect("..");
  if (!panic_ && peek().kind != TokenKind::newline) day(file.effective.until);
  file.effective_span = since(begin);
  if (!panic_ && file.effective.from > file.effective.until) {
    findings_.error("M406", file.effective_span,
                    {{"from", base::format_day(file.effective.from)},
                     {"until", base::format_day(file.effective.until)}});
  }
}

// True if a header line was read (or failed to be).
bool Parser::header(File& file) {
  const Token token = peek();
  if (token.kind != TokenKind::name) return false;
  const Token next = peek(1);
  const bool is_rule = next.is("<->") || next.is("<-") || next.is("->") || next.is(".") ||
                       next.is("[") || next.is("|");
  if (is_rule) return false;
  if (token.is("mapping")) {
    take();
    const Token name_token = peek();
    if (name_token.kind != TokenKind::slashed && name_token.kind != TokenKind::name) {
      fault("the mapping's name, such as halton/referral");
      return true;
    }
    take();
    file.name = name_token.text;
    file.name_span = name_token.span;
    if (peek().kind != TokenKind::integer || peek().text.size() > 6 || peek().text[0] == '-') {
      fault("the mapping's version, a number");
      return true;
    }
    file.version = static_cast<std::uint32_t>(std::stoul(std::string(take().text)));
  } else if (token.is("ours")) {
    side(file.ours, file.ours_list, file.ours_span);
  } else if (token.is("theirs")) {
    side(file.theirs, file.theirs_list, file.theirs_span);
  } else if (token.is("prefix")) {
    take();
    File::Prefix prefix;
    name(prefix.name, prefix.span);
    expect("=");
    prefix.uri = quoted("the namespace in quotes");
    file.prefixes.push_back(std::move(prefix));
  } else if (token.is("effective")) {
    effective(file);
  } else if (token.is("dated")) {
    take();
    const std::uint32_t begin = peek().span.begin;
    file.dated_envelope = accept("envelope");
    if (!file.dated_envelope) file.dated = expression();
    file.dated_span = since(begin);
  } else if (token.is("batch")) {
    const std::uint32_t begin = take().span.begin;
    if (!at("each") && !at("whole")) {
      fault("\"each\" or \"whole\"");
      return true;
    }
    file.batch = take().text;
    file.batch_span = since(begin);
  } else {
    return false;
  }
  return true;
}

File Parser::file() {
  File out;
  while (true) {
    while (peek().kind == TokenKind::newline) take();
    if (peek().kind == TokenKind::end) break;
    if (header(out)) {
      if (!panic_ && peek().kind != TokenKind::newline) fault("the end of the line");
      lost_ = lost_ || panic_;
      if (panic_) recover(0);
      continue;
    }
    statements(out.statements, false);
  }
  out.lost = lost_;
  return out;
}

ExprPtr Parser::lone_expression() {
  ExprPtr out = expression();
  while (!panic_ && peek().kind == TokenKind::newline) take();
  if (!panic_ && peek().kind != TokenKind::end) fault("the end of the expression");
  return panic_ ? nullptr : std::move(out);
}

File parse(std::string_view source, Findings& findings) {
  const std::size_t bad = base::invalid_utf8_at(source);
  if (bad != std::string_view::npos) {
    const auto at = static_cast<std::uint32_t>(bad);
    findings.error("M101", {at, at + 1}, {{"expected", "UTF-8"}, {"found", "another byte"}});
    return {};
  }
  return Parser(source, findings).file();
}

ExprPtr parse_expression(std::string_view source, Findings& findings) {
  return Parser(source, findings).lone_expression();
}

}  // namespace portage::mapping
