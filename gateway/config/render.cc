// How a finding looks to a person and to a program.
#include <fstream>

#include "gateway/base/catalogue.h"
#include "gateway/base/text.h"
#include "gateway/config/config.h"
#include "gateway/format/json_text.h"

namespace portage::config {
namespace {

using base::Language;

constexpr std::size_t kWidest = 100;  // columns of the source line that are shown

std::string_view severity_key(base::Severity severity) {
  switch (severity) {
    case base::Severity::error:
      return "finding.error";
    case base::Severity::warning:
      return "finding.warning";
    case base::Severity::note:
      break;
  }
  return "finding.note";
}

// An argument that begins with "@" is itself a key of the catalogue.
base::Arguments spoken(const base::Arguments& arguments, Language language) {
  base::Arguments out = arguments;
  for (auto& [name, value] : out) {
    if (value.starts_with("@config.")) value = base::say(value.substr(1), language);
  }
  return out;
}

std::optional<std::string> source_line(const base::Place& place) {
  if (place.file.empty() || place.line == 0) return std::nullopt;
  std::ifstream in(place.file, std::ios::binary);
  std::string line;
  for (std::uint32_t n = 0; n < place.line; ++n) {
    if (!std::getline(in, line) || line.size() > (1u << 20)) return std::nullopt;
  }
  if (base::invalid_utf8_at(line) != std::string::npos) return std::nullopt;
  for (char& c : line) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
  }
  return line;
}

// `count` code points of well-formed UTF-8 from code point `from`.
std::string_view columns(std::string_view line, std::size_t from, std::size_t count) {
  const auto step = [&](std::size_t at, std::size_t n) {
    while (n > 0 && at < line.size()) {
      ++at;
      while (at < line.size() && (static_cast<unsigned char>(line[at]) & 0xC0) == 0x80) ++at;
      --n;
    }
    return at;
  };
  const std::size_t begin = step(0, from);
  return line.substr(begin, step(begin, count) - begin);
}

void append_source(std::string& out, const base::Finding& finding) {
  const auto line = source_line(finding.place);
  if (!line) return;
  const std::size_t all = base::code_points(*line);
  const std::size_t column = finding.place.column;
  // A long line is shown around its column.
  const std::size_t from = column > kWidest - 20 ? column - kWidest / 2 : 0;
  const std::string number = std::to_string(finding.place.line);
  const std::string gutter(number.size() < 5 ? 5 - number.size() : 0, ' ');
  out += gutter + number + " | ";
  out += columns(*line, from, kWidest);
  out += '\n';
  if (column == 0 || column > all + 1) return;
  const std::size_t end = finding.end_column > column ? finding.end_column : column + 1;
  const std::size_t shown = std::min(end, from + kWidest + 1);
  out += std::string(gutter.size() + number.size(), ' ') + " | ";
  out += std::string(column - 1 - from, ' ');
  out += std::string(shown > column ? shown - column : 1, '^');
  out += '\n';
}

}  // namespace

std::string render(const base::Finding& finding, bool french) {
  const Language language = french ? Language::french : Language::english;
  const base::Arguments arguments = spoken(finding.arguments, language);
  std::string out = finding.place.file;
  if (finding.place.line != 0) {
    out += ':' + std::to_string(finding.place.line);
    if (finding.place.column != 0) out += ':' + std::to_string(finding.place.column);
  }
  if (!out.empty()) out += "  ";
  out += base::say(severity_key(finding.severity), language) + ' ' + finding.code + "  " +
         base::say(finding.code, language, arguments) + '\n';
  append_source(out, finding);
  if (!finding.suggestion.empty()) {
    out +=
        "  " + base::say("finding.did_you_mean", language, {{"word", finding.suggestion}}) + '\n';
  }
  if (const std::string fix = base::say_fix(finding.code, language, arguments); !fix.empty()) {
    out += "  " + base::say("finding.fix", language, {{"fix", fix}}) + '\n';
  }
  return out;
}

std::string render_json(const base::Finding& finding, bool french) {
  const Language language = french ? Language::french : Language::english;
  const base::Arguments arguments = spoken(finding.arguments, language);
  std::string out;
  format::JsonText(out)
      .object()
      .text("code", finding.code)
      .text("severity", base::say(severity_key(finding.severity), Language::english))
      .text("file", finding.place.file)
      .number("line", finding.place.line)
      .number("col", finding.place.column)
      .number("end_col", finding.end_column)
      .text("message", base::say(finding.code, language, arguments))
      .text("fix", base::say_fix(finding.code, language, arguments))
      .text("suggestion", finding.suggestion)
      .end_object();
  return out;
}

}  // namespace portage::config
