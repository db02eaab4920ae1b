// Collects the findings of one mapping file: turns byte spans into line and column, drops repeats,
// keeps them in the order of the source. One thread; lives as long as one compile.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "gateway/base/error.h"
#include "gateway/mapping/token.h"

namespace portage::mapping {

class Findings {
 public:
  Findings(std::string_view source, std::string file);

  void error(std::string_view code, Span span, base::Arguments arguments = {},
             std::string suggestion = {});
  void warning(std::string_view code, Span span, base::Arguments arguments = {},
               std::string suggestion = {});
  void note(std::string_view code, Span span, base::Arguments arguments = {},
            std::string suggestion = {});

  bool has_errors() const { return errors_ > 0; }
  std::size_t size() const { return all_.size(); }
  std::uint32_t line(Span span) const;
  std::vector<base::Finding> take();  // sorted by place

 private:
  void add(base::Severity severity, std::string_view code, Span span, base::Arguments arguments,
           std::string suggestion);
  std::string_view source_;
  std::string file_;
  std::vector<std::uint32_t> lines_;  // the offset at which each line begins
  std::vector<base::Finding> all_;
  std::size_t errors_ = 0;
};

}  // namespace portage::mapping
