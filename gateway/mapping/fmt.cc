#include "gateway/mapping/fmt.h"

#include <algorithm>
#include <array>
#include <vector>

#include "gateway/base/text.h"
#include "gateway/mapping/token.h"

namespace portage::mapping {
namespace {

// Words of the header are written in a column of this width: "mapping", "ours", "theirs", "dated".
constexpr std::size_t kHeaderWidth = 7;
constexpr std::size_t kWidestLeft = 46, kWidestRight = 26, kWidestTitle = 64;

struct Line {
  enum class Kind { blank, comment, code } kind = Kind::blank;
  std::vector<Token> tokens;
  std::string comment;
  std::size_t indent = 0;
  bool goes_on = false;  // with the statement of the line before
  // Once laid out: up to three columns, then the comment.
  std::vector<std::string> columns;
};

bool is_arrow(const Token& token) { return token.is("<->") || token.is("<-") || token.is("->"); }
bool opens(const Token& token) { return token.is("{") || token.is("(") || token.is("["); }
bool closes(const Token& token) { return token.is("}") || token.is(")") || token.is("]"); }

bool begins_header(const Token& token) {
  return token.is("mapping") || token.is("ours") || token.is("theirs") || token.is("dated") ||
         token.is("effective") || token.is("batch") || token.is("prefix");
}

bool blank_between(const Token& a, const Token& b) {
  // A selector or a call stands close to its name; a list or a step's argument does not. Only the
  // writer knows which it is, and touching tokens stay touching.
  const bool touching = a.span.end == b.span.begin;
  if (a.is("(") || a.is("[") || b.is(")") || b.is("]") || b.is(",")) return false;
  if (a.is(".") || b.is(".")) return false;
  if (b.is("(") || b.is("[")) return !touching;
  if (a.is("{") && b.is("}")) return false;
  return true;
}

class Lines {
 public:
  explicit Lines(std::string_view source) : source_(source), tokens_(tokenize(source)) {}

  bool sound() const {
    return std::none_of(tokens_.all.begin(), tokens_.all.end(),
                        [](const Token& token) { return token.kind == TokenKind::bad; });
  }

  std::vector<Line> read() {
    std::size_t token = 0, comment = 0;
    std::size_t begin = source_.starts_with("\xEF\xBB\xBF") ? 3 : 0;
    bool open = false;  // a statement that the line before did not end
    while (begin < source_.size()) {
      const std::size_t end = std::min(source_.find('\n', begin), source_.size());
      Line line;
      bool ended = false;
      for (; token < tokens_.all.size() && tokens_.all[token].span.begin < end + 1; ++token) {
        const Token& here = tokens_.all[token];
        if (here.kind == TokenKind::end) break;
        if (here.kind == TokenKind::newline) {
          ended = true;
        } else {
          line.tokens.push_back(here);
        }
      }
      if (comment < tokens_.comments.size() && tokens_.comments[comment].span.begin < end) {
        const Span span = tokens_.comments[comment++].span;
        line.comment = base::trim(source_.substr(span.begin, span.end - span.begin));
      }
      if (!line.tokens.empty()) {
        line.kind = Line::Kind::code;
        line.goes_on = open;
        open = !ended;
      } else if (!line.comment.empty()) {
        line.kind = Line::Kind::comment;
      }
      lines_.push_back(std::move(line));
      begin = end + 1;
    }
    indent();
    return std::move(lines_);
  }

 private:
  void indent() {
    std::size_t depth = 0;
    for (Line& line : lines_) {
      std::size_t closing = 0;
      while (closing < line.tokens.size() && closes(line.tokens[closing])) ++closing;
      const std::size_t here = depth - std::min(depth, closing);
      const bool follows =
          !line.tokens.empty() && line.goes_on &&
          (line.tokens[0].is("|") || line.tokens[0].is("??") || line.tokens[0].is("else"));
      line.indent = 2 * here + (follows ? 4 : 0);
      for (const Token& token : line.tokens) {
        if (opens(token)) ++depth;
        if (closes(token) && depth > 0) --depth;
      }
    }
  }

  std::string_view source_;
  Tokens tokens_;
  std::vector<Line> lines_;
};

std::string text_of(std::string_view source, const std::vector<Token>& tokens, std::size_t from,
                    std::size_t until) {
  std::string out;
  for (std::size_t i = from; i < until; ++i) {
    if (i > from && blank_between(tokens[i - 1], tokens[i])) out += ' ';
    out += source.substr(tokens[i].span.begin, tokens[i].span.end - tokens[i].span.begin);
  }
  return out;
}

// The first arrow and the first bar behind it that stand in no bracket; the end if there is none.
struct Cuts {
  std::size_t arrow, bar;
};
Cuts cuts_of(const std::vector<Token>& tokens) {
  Cuts cuts{tokens.size(), tokens.size()};
  int depth = 0;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (opens(tokens[i])) ++depth;
    if (closes(tokens[i])) --depth;
    if (depth != 0) continue;
    if (is_arrow(tokens[i]) && cuts.arrow == tokens.size()) cuts.arrow = i;
    const bool bar = tokens[i].is("|") || tokens[i].is("??");
    if (bar && cuts.arrow < i && cuts.bar == tokens.size()) cuts.bar = i;
  }
  return cuts;
}

void lay_out(std::string_view source, Line& line) {
  const std::vector<Token>& tokens = line.tokens;
  const bool top = line.indent == 0 && !line.goes_on;
  if (top && begins_header(tokens[0])) {
    std::string word(tokens[0].text);
    word.resize(std::max(word.size(), kHeaderWidth), ' ');
    line.columns = {word + " " + text_of(source, tokens, 1, tokens.size())};
    return;
  }
  const Cuts cuts = cuts_of(tokens);
  const bool block = tokens.back().is("{");
  if (tokens[0].is("test") && tokens.size() > 2 && tokens[1].kind == TokenKind::text) {
    line.columns = {text_of(source, tokens, 0, 2), text_of(source, tokens, 2, tokens.size())};
    return;
  }
  const bool rule = cuts.arrow > 0 && cuts.arrow < tokens.size() && !line.goes_on && !block &&
                    !tokens[0].is("each") && !tokens[0].is("when") && !tokens[0].is("let") &&
                    !tokens[0].is("make");
  if (!rule) {
    line.columns = {text_of(source, tokens, 0, tokens.size())};
    return;
  }
  std::string arrow(tokens[cuts.arrow].text);
  arrow.resize(3, ' ');
  line.columns = {text_of(source, tokens, 0, cuts.arrow),
                  arrow + " " + text_of(source, tokens, cuts.arrow + 1, cuts.bar)};
  if (cuts.bar < tokens.size()) {
    line.columns.push_back(text_of(source, tokens, cuts.bar, tokens.size()));
  }
}

bool neighbours(const Line& a, const Line& b) {
  return a.kind == Line::Kind::code && b.kind == Line::Kind::code && a.indent == b.indent &&
         a.columns.size() > 1 && b.columns.size() > 1 && !b.goes_on &&
         a.tokens[0].is("test") == b.tokens[0].is("test");
}

// Columns of lines that follow each other begin at one place; what is very wide stands outside.
void align(std::vector<Line>& lines, std::size_t from, std::size_t until) {
  const bool tests = lines[from].tokens[0].is("test");
  for (std::size_t column = 0; column < 2; ++column) {
    const std::size_t widest = tests ? kWidestTitle : column == 0 ? kWidestLeft : kWidestRight + 4;
    std::size_t width = 0;
    for (std::size_t i = from; i < until; ++i) {
      if (lines[i].columns.size() <= column + 1) continue;
      const std::size_t here = base::code_points(lines[i].columns[column]);
      if (here <= widest) width = std::max(width, here);
    }
    for (std::size_t i = from; i < until; ++i) {
      if (lines[i].columns.size() <= column + 1) continue;
      const std::size_t here = base::code_points(lines[i].columns[column]);
      if (here < width) lines[i].columns[column].append(width - here, ' ');
    }
  }
}

std::string joined(const Line& line) {
  std::string out(line.indent, ' ');
  for (std::size_t i = 0; i < line.columns.size(); ++i) {
    if (i > 0) out += ' ';
    out += line.columns[i];
  }
  return out;
}

// Comments behind lines that follow each other stand in one column.
void comments(std::vector<Line>& lines, std::vector<std::string>& texts) {
  for (std::size_t i = 0; i < lines.size();) {
    std::size_t until = i, width = 0;
    const auto trailing = [&](const Line& line) {
      return line.kind == Line::Kind::code && !line.comment.empty();
    };
    for (; until < lines.size() && trailing(lines[until]); ++until) {
      width = std::max(width, base::code_points(texts[until]));
    }
    for (std::size_t k = i; k < until; ++k) {
      texts[k].append(width - base::code_points(texts[k]) + 2, ' ');
      texts[k] += lines[k].comment;
    }
    i = std::max(until, i + 1);
  }
}

// The same tokens in the same statements?
bool same_tokens(std::string_view a, std::string_view b) {
  const Tokens x = tokenize(a), y = tokenize(b);
  const auto equal = [](const Token& left, const Token& right) {
    return left.kind == right.kind && (left.kind == TokenKind::newline || left.text == right.text);
  };
  return std::equal(x.all.begin(), x.all.end(), y.all.begin(), y.all.end(), equal) &&
         x.comments.size() == y.comments.size();
}

}  // namespace

std::optional<std::string> formatted(std::string_view source) {
  Lines reader(source);
  if (!reader.sound()) return std::nullopt;
  std::vector<Line> lines = reader.read();
  // A comment stands with the statement below it, so it has that one's indent.
  for (std::size_t i = lines.size(); i-- > 0;) {
    if (lines[i].kind != Line::Kind::comment || i + 1 >= lines.size()) continue;
    const Line& next = lines[i + 1];
    if (next.kind != Line::Kind::blank && !next.goes_on &&
        !(next.kind == Line::Kind::code && closes(next.tokens[0]))) {
      lines[i].indent = next.indent;
    }
  }
  for (Line& line : lines) {
    if (line.kind == Line::Kind::code) lay_out(source, line);
  }
  for (std::size_t i = 0; i < lines.size();) {
    std::size_t until = i + 1;
    if (lines[i].columns.size() > 1) {
      while (until < lines.size() && neighbours(lines[until - 1], lines[until])) ++until;
      align(lines, i, until);
    }
    i = until;
  }
  std::vector<std::string> texts;
  for (const Line& line : lines) {
    texts.push_back(line.kind == Line::Kind::comment ? std::string(line.indent, ' ') + line.comment
                                                     : joined(line));
  }
  comments(lines, texts);
  std::string out;
  bool gap = false;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (lines[i].kind == Line::Kind::blank) {
      gap = !out.empty();
      continue;
    }
    if (gap) out += '\n';
    gap = false;
    while (texts[i].ends_with(' ')) texts[i].pop_back();
    out += texts[i] + '\n';
  }
  if (!same_tokens(source, out)) return std::nullopt;
  return out;
}

}  // namespace portage::mapping
