#include "gateway/mapping/difference.h"

#include <algorithm>

#include "gateway/base/text.h"
#include "gateway/mapping/number.h"
#include "gateway/mapping/runner.h"

namespace portage::mapping {

using record::Kind;
using record::Value;

namespace {

std::string segment(const std::string& path, std::string_view name) {
  return path.empty() ? std::string(name) : path + "." + std::string(name);
}

// Bytes of another character set, such as CP1252, would break JSON and the terminal.
std::string readable(std::string text) {
  std::size_t from = 0;
  for (;;) {
    const std::size_t bad = base::invalid_utf8_at(std::string_view(text).substr(from));
    if (bad == std::string_view::npos) return text;
    from += bad;
    text[from++] = '?';
  }
}

}  // namespace

std::string difference(const Value& expected, const Value& got, const std::string& path,
                       base::Language language) {
  const auto say = [&](const char* key) {
    const std::string where = path.empty() ? base::say("mapping.test.document", language) : path;
    return base::say(key, language,
                     {{"path", where}, {"expected", shown(expected)}, {"came", shown(got)}});
  };
  if (expected.missing() && got.missing()) return {};
  if (got.missing()) return say("mapping.test.missing");
  if (expected.missing()) return say("mapping.test.not_expected");
  if (expected.is(Kind::group) && got.is(Kind::group)) {
    for (const record::Member& m : expected.members()) {
      const Value* other = got.find(m.name);
      const std::string d =
          difference(m.value, other ? *other : Value(), segment(path, m.name), language);
      if (!d.empty()) return d;
    }
    for (const record::Member& m : got.members()) {
      if (expected.find(m.name) == nullptr)
        return difference(Value(), m.value, segment(path, m.name), language);
    }
    return {};
  }
  if (expected.is(Kind::list) && got.is(Kind::list)) {
    for (std::size_t i = 0; i < std::max(expected.size(), got.size()); ++i) {
      const Value a = i < expected.size() ? expected.items()[i] : Value();
      const Value b = i < got.size() ? got.items()[i] : Value();
      const std::string d = difference(a, b, path + "[" + std::to_string(i + 1) + "]", language);
      if (!d.empty()) return d;
    }
    return {};
  }
  if (expected.is(Kind::number) && got.is(Kind::number)) {
    const auto a = parse_decimal(expected.as_text()), b = parse_decimal(got.as_text());
    if (a && b && compare(*a, *b) == 0) return {};
  }
  if (expected.kind() != got.kind() || scalar_text(expected) != scalar_text(got)) {
    return say("mapping.test.differs");
  }
  return {};
}

std::string first_difference(const std::string& expected, const std::string& got,
                             base::Language language) {
  std::size_t i = 0;
  std::size_t line = 1, column = 1;
  while (i < expected.size() && i < got.size() && expected[i] == got[i]) {
    ++column;
    if (expected[i] == '\n') {
      ++line;
      column = 1;
    }
    ++i;
  }
  const auto around = [&](const std::string& t) {
    const std::size_t from = t.rfind('\n', i > 0 ? i - 1 : 0);
    const std::size_t start =
        from == std::string::npos || i - from > 30 ? (i > 20 ? i - 20 : 0) : from + 1;
    return t.substr(start, t.find_first_of("\r\n", i) == std::string::npos
                               ? 60
                               : std::min<std::size_t>(60, t.find_first_of("\r\n", i) - start));
  };
  return base::say("mapping.test.bytes", language,
                   {{"line", std::to_string(line)},
                    {"column", std::to_string(column)},
                    {"expected", readable(around(expected))},
                    {"came", readable(around(got))}});
}

std::string plain_path(std::string_view pointer) {
  std::string out;
  std::string part;
  const auto push = [&] {
    const bool index = !part.empty() && std::all_of(part.begin(), part.end(),
                                                    [](char c) { return c >= '0' && c <= '9'; });
    if (!part.empty() && !index) out += (out.empty() ? "" : ".") + part;
    part.clear();
  };
  bool inside = false;
  for (const char c : pointer) {
    if (c == '[') inside = true;
    if (!inside && (c == '/' || c == '.')) {
      push();
    } else if (!inside && c != '`') {
      part += c;
    }
    if (c == ']') inside = false;
  }
  push();
  return out;
}

}  // namespace portage::mapping
