// Pattern: a regular expression that people wrote in ECMA-262 (JSON Schema) or XSD syntax, carried
// out by RE2, so that no input and no expression costs more than linear time. What RE2 cannot do
// (look-around, back references) is refused when the schema is loaded. The door of RE2 is
// pattern.cc. Threads: a Pattern is immutable; matching may run on many threads.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "gateway/base/result.h"

namespace portage::schema {

// The same expression in RE2's syntax. Errors: schema.pattern_unsupported {what},
// schema.pattern_wrong {why}.
base::Result<std::string> re2_from_ecma(std::string_view source);
// Unanchored, as XSD means it: the whole text must match it.
base::Result<std::string> re2_from_xsd(std::string_view source);
// RE2 syntax that matches a whole text exactly where `re2` is found somewhere in it.
std::string anchored(std::string_view re2);

class Pattern {
 public:
  // Somewhere in the text, as JSON Schema's `pattern`.
  static base::Result<std::shared_ptr<const Pattern>> ecma(std::string_view source);
  // The whole text, as XSD's pattern.
  static base::Result<std::shared_ptr<const Pattern>> xsd(std::string_view source);
  // Already RE2 and anchored, as in Shape::pattern.
  static base::Result<std::shared_ptr<const Pattern>> re2(std::string_view anchored_source);
  ~Pattern();

  bool matches(std::string_view text) const;
  const std::string& source() const { return source_; }     // as it was written
  const std::string& re2_anchored() const { return re2_; }  // for Shape::pattern

 private:
  struct Machine;
  Pattern(std::string source, std::string re2, std::unique_ptr<Machine> machine);
  static base::Result<std::shared_ptr<const Pattern>> compile(std::string_view source,
                                                              std::string re2);
  std::string source_;
  std::string re2_;
  std::unique_ptr<Machine> machine_;
};

}  // namespace portage::schema
