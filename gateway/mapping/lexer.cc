#include <algorithm>
#include <array>

#include "gateway/mapping/token.h"

namespace portage::mapping {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_alpha(char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_'; }
bool is_word(char c) { return is_alpha(c) || is_digit(c); }

constexpr std::array<std::string_view, 22> kSymbols = {
    "<->", "<-", "->", "<=", ">=", "!=", "??", "..", "<", ">", "=",
    "|",   "(",  ")",  "[",  "]",  "{",  "}",  ",",  ".", "+", "*"};

class Lexer {
 public:
  explicit Lexer(std::string_view source) : source_(source) {}

  Tokens run() {
    if (source_.starts_with("\xEF\xBB\xBF")) at_ = 3;
    while (at_ < source_.size()) step();
    push(TokenKind::newline, at_, at_);
    push(TokenKind::end, at_, at_);
    return std::move(out_);
  }

 private:
  char peek(std::size_t ahead = 0) const {
    return at_ + ahead < source_.size() ? source_[at_ + ahead] : '\0';
  }

  void push(TokenKind kind, std::size_t begin, std::size_t end, std::string_view text = {}) {
    // A line that begins with one of these goes on with the one before.
    if (!out_.all.empty() && out_.all.back().kind == TokenKind::newline) {
      const bool goes_on = (kind == TokenKind::symbol && (text == "|" || text == "??")) ||
                           (kind == TokenKind::name && text == "else");
      if (goes_on) out_.all.pop_back();
    }
    out_.all.push_back(
        {kind, {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)}, text});
  }

  void step() {
    const char c = peek();
    if (c == '\n') {
      if (out_.all.empty() || out_.all.back().kind != TokenKind::newline) {
        push(TokenKind::newline, at_, at_ + 1);
      }
      ++at_;
      line_start_ = true;
    } else if (c == ' ' || c == '\t' || c == '\r') {
      ++at_;
    } else if (c == '#') {
      const std::size_t end = std::min(source_.find('\n', at_), source_.size());
      out_.comments.push_back(
          {{static_cast<std::uint32_t>(at_), static_cast<std::uint32_t>(end)}, line_start_});
      at_ = end;
    } else {
      line_start_ = false;
      token(c);
    }
  }

  void token(char c) {
    const std::size_t begin = at_;
    if (c == '"') return quoted(begin);
    if (c == '`') return ticked(begin);
    if (is_digit(c) || (c == '-' && is_digit(peek(1)))) return number(begin);
    if (is_alpha(c)) return word(begin);
    if (c == '@' && is_alpha(peek(1))) return attribute(begin);
    for (const std::string_view symbol : kSymbols) {
      if (source_.substr(at_).starts_with(symbol)) {
        at_ += symbol.size();
        return push(TokenKind::symbol, begin, at_, symbol);
      }
    }
    if (c == '-') {
      ++at_;
      return push(TokenKind::symbol, begin, at_, source_.substr(begin, 1));
    }
    ++at_;
    while (at_ < source_.size() && (static_cast<unsigned char>(source_[at_]) & 0xC0) == 0x80) ++at_;
    push(TokenKind::bad, begin, at_, source_.substr(begin, at_ - begin));
  }

  void quoted(std::size_t begin) {
    ++at_;
    while (at_ < source_.size() && source_[at_] != '"' && source_[at_] != '\n') {
      if (source_[at_] == '\\' && at_ + 1 < source_.size() && source_[at_ + 1] != '\n') ++at_;
      ++at_;
    }
    if (peek() != '"') return push(TokenKind::bad, begin, at_, source_.substr(begin, at_ - begin));
    ++at_;
    push(TokenKind::text, begin, at_, source_.substr(begin + 1, at_ - begin - 2));
  }

  void ticked(std::size_t begin) {
    ++at_;
    while (at_ < source_.size() && source_[at_] != '`' && source_[at_] != '\n') ++at_;
    if (peek() != '`' || at_ == begin + 1) {
      if (peek() == '`') ++at_;
      return push(TokenKind::bad, begin, at_, source_.substr(begin, at_ - begin));
    }
    ++at_;
    push(TokenKind::ticked, begin, at_, source_.substr(begin + 1, at_ - begin - 2));
  }

  bool digits_at(std::size_t from, std::size_t n) const {
    for (std::size_t i = 0; i < n; ++i) {
      if (from + i >= source_.size() || !is_digit(source_[from + i])) return false;
    }
    return true;
  }

  void number(std::size_t begin) {
    const bool day = digits_at(at_, 4) && peek(4) == '-' && digits_at(at_ + 5, 2) &&
                     peek(7) == '-' && digits_at(at_ + 8, 2) && !is_word(peek(10));
    if (day) {
      at_ += 10;
      return push(TokenKind::date, begin, at_, source_.substr(begin, 10));
    }
    if (peek() == '-') ++at_;
    while (is_digit(peek())) ++at_;
    TokenKind kind = TokenKind::integer;
    if (peek() == '.' && is_digit(peek(1))) {
      kind = TokenKind::decimal;
      ++at_;
      while (is_digit(peek())) ++at_;
    }
    if (is_word(peek())) {
      while (is_word(peek())) ++at_;
      kind = TokenKind::bad;
    }
    push(kind, begin, at_, source_.substr(begin, at_ - begin));
  }

  void plain_word() {
    while (is_word(peek()) || (peek() == '-' && is_word(peek(1)))) ++at_;
  }

  void word(std::size_t begin) {
    plain_word();
    TokenKind kind = TokenKind::name;
    if (peek() == ':' && is_alpha(peek(1))) {
      ++at_;
      plain_word();
      kind = TokenKind::qualified;
    } else {
      while (peek() == '/' && is_word(peek(1))) {
        ++at_;
        plain_word();
        kind = TokenKind::slashed;
      }
      if (peek() == '@' && is_digit(peek(1))) {
        ++at_;
        while (is_digit(peek())) ++at_;
        kind = TokenKind::schema;
      }
    }
    push(kind, begin, at_, source_.substr(begin, at_ - begin));
  }

  void attribute(std::size_t begin) {
    ++at_;
    plain_word();
    if (peek() == ':' && is_alpha(peek(1))) {
      ++at_;
      plain_word();
    }
    push(TokenKind::attribute, begin, at_, source_.substr(begin, at_ - begin));
  }

  std::string_view source_;
  std::size_t at_ = 0;
  bool line_start_ = true;
  Tokens out_;
};

}  // namespace

Tokens tokenize(std::string_view source) { return Lexer(source).run(); }

bool unescape(std::string_view raw, std::string& out) {
  out.clear();
  for (std::size_t i = 0; i < raw.size(); ++i) {
    if (raw[i] != '\\') {
      out.push_back(raw[i]);
      continue;
    }
    if (++i >= raw.size()) return false;
    switch (raw[i]) {
      case '"':
      case '\\':
        out.push_back(raw[i]);
        break;
      case 't':
        out.push_back('\t');
        break;
      case 'n':
        out.push_back('\n');
        break;
      case 'r':
        out.push_back('\r');
        break;
      default:
        return false;
    }
  }
  return true;
}

}  // namespace portage::mapping
