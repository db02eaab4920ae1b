// JSON out: compact, in member order, the same bytes for the same tree. By hand: an append of runs
// is faster than a writer that asks for each character.
#include <array>

#include "gateway/format/format.h"
#include "gateway/format/scan.h"

namespace portage::format {
namespace {

using record::Kind;
using record::Value;

// 0: as it is; 'u': \u00XX; else the letter behind the backslash.
constexpr std::array<char, 256> kEscapes = [] {
  std::array<char, 256> escapes{};
  for (std::size_t i = 0; i < 0x20; ++i) escapes[i] = 'u';
  escapes['\b'] = 'b';
  escapes['\f'] = 'f';
  escapes['\n'] = 'n';
  escapes['\r'] = 'r';
  escapes['\t'] = 't';
  escapes['"'] = '"';
  escapes['\\'] = '\\';
  return escapes;
}();

// `level` < 0: compact.
void new_line(std::string& out, int level) {
  if (level < 0) return;
  out += '\n';
  out.append(static_cast<std::size_t>(level) * 2, ' ');
}

void write(const Value& value, std::string& out, int level) {
  const int inner = level < 0 ? -1 : level + 1;
  switch (value.kind()) {
    case Kind::missing:
    case Kind::null:
      out += "null";
      return;
    case Kind::boolean:
      out += value.as_bool() ? "true" : "false";
      return;
    case Kind::number:
      out += value.as_text();
      return;
    case Kind::text:
      write_json_text(value.as_text(), out);
      return;
    case Kind::list: {
      out += '[';
      bool first = true;
      for (const Value& item : value.items()) {
        if (!first) out += ',';
        first = false;
        new_line(out, inner);
        write(item, out, inner);
      }
      if (!first) new_line(out, level);
      out += ']';
      return;
    }
    case Kind::group: {
      out += '{';
      bool first = true;
      for (const record::Member& m : value.members()) {
        if (m.value.missing()) continue;
        if (!first) out += ',';
        first = false;
        new_line(out, inner);
        write_json_text(m.name, out);
        out += ':';
        if (level >= 0) out += ' ';
        write(m.value, out, inner);
      }
      if (!first) new_line(out, level);
      out += '}';
      return;
    }
  }
}

}  // namespace

void write_json(const Value& value, std::string& out) { write(value, out, -1); }

void write_json_pretty(const Value& value, std::string& out) {
  write(value, out, 0);
  out += '\n';
}

void write_json_text(std::string_view text, std::string& out) {
  constexpr char kHex[] = "0123456789abcdef";
  out += '"';
  std::size_t run = 0;
  for (std::size_t i = skip_plain<'"', '\\'>(text, 0); i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const char escape = kEscapes[byte];
    if (escape == 0) continue;
    out.append(text.data() + run, i - run);
    run = i + 1;
    out += '\\';
    out += escape;
    if (escape == 'u') {
      out += "00";
      out += kHex[byte >> 4];
      out += kHex[byte & 15];
    }
    i = skip_plain<'"', '\\'>(text, run) - 1;
  }
  out.append(text.data() + run, text.size() - run);
  out += '"';
}

}  // namespace portage::format
