#include "gateway/schema/pattern.h"

#include <re2/re2.h>

namespace portage::schema {

struct Pattern::Machine {
  Machine(const std::string& re2, const RE2::Options& options) : expression(re2, options) {}
  RE2 expression;
};

Pattern::Pattern(std::string source, std::string re2, std::unique_ptr<Machine> machine)
    : source_(std::move(source)), re2_(std::move(re2)), machine_(std::move(machine)) {}
Pattern::~Pattern() = default;

base::Result<std::shared_ptr<const Pattern>> Pattern::compile(std::string_view source,
                                                              std::string re2) {
  RE2::Options options;
  options.set_log_errors(false);
  options.set_never_capture(true);
  options.set_max_mem(4 << 20);
  auto machine = std::make_unique<Machine>(re2, options);
  if (!machine->expression.ok()) {
    if (machine->expression.error_code() == RE2::ErrorPatternTooLarge ||
        machine->expression.error_code() == RE2::ErrorRepeatSize) {
      return base::make_error(base::ErrorKind::invalid, "schema.pattern_large");
    }
    return base::make_error(base::ErrorKind::invalid, "schema.pattern_wrong",
                            {{"why", machine->expression.error()}});
  }
  return std::shared_ptr<const Pattern>(
      new Pattern(std::string(source), std::move(re2), std::move(machine)));
}

base::Result<std::shared_ptr<const Pattern>> Pattern::ecma(std::string_view source) {
  base::Result<std::string> re2 = re2_from_ecma(source);
  if (!re2) return re2.error();
  return compile(source, anchored(*re2));
}

base::Result<std::shared_ptr<const Pattern>> Pattern::xsd(std::string_view source) {
  base::Result<std::string> re2 = re2_from_xsd(source);
  if (!re2) return re2.error();
  return compile(source, std::move(*re2));
}

base::Result<std::shared_ptr<const Pattern>> Pattern::re2(std::string_view anchored_source) {
  return compile(anchored_source, std::string(anchored_source));
}

bool Pattern::matches(std::string_view text) const {
  return RE2::FullMatch(re2::StringPiece(text.data(), text.size()), machine_->expression);
}

std::string anchored(std::string_view re2) {
  // "\A…\z" without alternatives at the top needs no search around it.
  const bool begins = re2.starts_with("\\A");
  const bool ends = re2.size() >= 4 && re2.ends_with("\\z") && re2[re2.size() - 3] != '\\';
  int depth = 0;
  bool alternatives = false;
  bool set = false;
  for (std::size_t i = 0; i < re2.size(); ++i) {
    const char c = re2[i];
    if (c == '\\') {
      ++i;
    } else if (set) {
      set = c != ']';
    } else if (c == '[') {
      set = true;
    } else if (c == '(') {
      ++depth;
    } else if (c == ')') {
      --depth;
    } else if (c == '|' && depth == 0) {
      alternatives = true;
    }
  }
  if (alternatives) return "(?s:.*)(?:" + std::string(re2) + ")(?s:.*)";
  std::string_view body = re2;
  if (ends) body.remove_suffix(2);
  if (begins) body.remove_prefix(2);
  std::string out;
  if (!begins) out += "(?s:.*)";
  out += body;
  if (!ends) out += "(?s:.*)";
  return out;
}

}  // namespace portage::schema
