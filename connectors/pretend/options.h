// The flags of a pretend partner: `--name value`, each at most once. Plain data; one thread.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/base/result.h"

namespace portage::pretend {

class Options {
 public:
  // Errors: "pretend.flag" for a flag that is not in `known`, is given twice or has no value.
  static base::Result<Options> parse(const std::vector<std::string>& arguments,
                                     const std::vector<std::string_view>& known);

  std::string text(std::string_view name, std::string_view otherwise = {}) const;
  // What is not a number counts as `otherwise`.
  std::uint32_t number(std::string_view name, std::uint32_t otherwise) const;

 private:
  std::map<std::string, std::string, std::less<>> values_;
};

}  // namespace portage::pretend
