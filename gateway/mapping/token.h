// Tokens of the mapping language. The text of a token views the source, which must outlive it.
// Pure; any thread. The lexer never fails: what it can't read becomes a token of kind `bad`.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace portage::mapping {

// Byte offsets in the source; end is exclusive.
struct Span {
  std::uint32_t begin = 0, end = 0;
};

enum class TokenKind : std::uint8_t {
  end,
  newline,    // ends a statement, unless the parser stands inside brackets
  name,       // birth_date, name-uuid, LAST_NAME: keywords too
  qualified,  // hh:Person
  attribute,  // @id, @xml:lang
  ticked,     // `Resource Agency Number`; text without the ticks
  schema,     // referral@1, halton/referral@2
  slashed,    // halton/referral
  text,       // "…"; text is the raw inside, see unescape()
  integer,
  decimal,
  date,    // 2023-04-01
  symbol,  // one of <-> <- -> <= >= != ?? .. < > = | ( ) [ ] { } , . + - *
  bad,
};

struct Token {
  TokenKind kind = TokenKind::end;
  Span span;
  std::string_view text;
  bool is(std::string_view symbol_or_word) const {
    return (kind == TokenKind::symbol || kind == TokenKind::name) && text == symbol_or_word;
  }
};

// A comment with its '#', for fmt.
struct Comment {
  Span span;
  bool own_line = false;  // nothing but blanks before it
};

struct Tokens {
  std::vector<Token> all;  // the last one is of kind `end`
  std::vector<Comment> comments;
};

// A newline before `|`, `??` or `else` is not a token: such a line goes on with the rule above it.
Tokens tokenize(std::string_view source);

// The value of a text token: \" \\ \t \n \r stand for one character each. False if another escape
// is met.
bool unescape(std::string_view raw, std::string& out);

}  // namespace portage::mapping
