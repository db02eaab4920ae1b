#include "gateway/mapping/findings.h"

#include <algorithm>
#include <tuple>

#include "gateway/base/text.h"

namespace portage::mapping {
namespace {
constexpr std::size_t kMost = 500;  // nobody reads more, and hostile sources stay cheap
}

Findings::Findings(std::string_view source, std::string file)
    : source_(source), file_(std::move(file)) {
  lines_.push_back(0);
  for (std::size_t i = 0; i < source.size(); ++i) {
    if (source[i] == '\n') lines_.push_back(static_cast<std::uint32_t>(i + 1));
  }
}

std::uint32_t Findings::line(Span span) const {
  const auto after = std::upper_bound(lines_.begin(), lines_.end(), span.begin);
  return static_cast<std::uint32_t>(after - lines_.begin());
}

void Findings::add(base::Severity severity, std::string_view code, Span span,
                   base::Arguments arguments, std::string suggestion) {
  if (all_.size() >= kMost) return;
  base::Finding finding;
  finding.severity = severity;
  finding.code = code;
  finding.place.file = file_;
  finding.place.line = line(span);
  const std::size_t start = lines_[finding.place.line - 1];
  const std::size_t stop =
      std::min({std::size_t{span.end}, source_.find('\n', start), source_.size()});
  const std::string_view before = source_.substr(start, span.begin - start);
  finding.place.column = static_cast<std::uint32_t>(base::code_points(before) + 1);
  const std::size_t width =
      stop > span.begin ? base::code_points(source_.substr(span.begin, stop - span.begin)) : 1;
  finding.end_column = finding.place.column + static_cast<std::uint32_t>(width);
  finding.arguments = std::move(arguments);
  finding.suggestion = std::move(suggestion);
  const bool known = std::any_of(all_.begin(), all_.end(), [&](const base::Finding& f) {
    return f.code == finding.code && f.place.line == finding.place.line &&
           f.place.column == finding.place.column && f.arguments == finding.arguments;
  });
  if (known) return;
  if (severity == base::Severity::error) ++errors_;
  all_.push_back(std::move(finding));
}

void Findings::error(std::string_view code, Span span, base::Arguments arguments,
                     std::string suggestion) {
  add(base::Severity::error, code, span, std::move(arguments), std::move(suggestion));
}
void Findings::warning(std::string_view code, Span span, base::Arguments arguments,
                       std::string suggestion) {
  add(base::Severity::warning, code, span, std::move(arguments), std::move(suggestion));
}
void Findings::note(std::string_view code, Span span, base::Arguments arguments,
                    std::string suggestion) {
  add(base::Severity::note, code, span, std::move(arguments), std::move(suggestion));
}

std::vector<base::Finding> Findings::take() {
  std::stable_sort(all_.begin(), all_.end(), [](const base::Finding& a, const base::Finding& b) {
    return std::tie(a.place.line, a.place.column) < std::tie(b.place.line, b.place.column);
  });
  return std::move(all_);
}

}  // namespace portage::mapping
