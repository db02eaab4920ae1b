#include "connectors/pretend/options.h"

#include <algorithm>
#include <charconv>

namespace portage::pretend {

base::Result<Options> Options::parse(const std::vector<std::string>& arguments,
                                     const std::vector<std::string_view>& known) {
  Options out;
  for (std::size_t i = 0; i < arguments.size(); i += 2) {
    const std::string& flag = arguments[i];
    const std::string name = flag.starts_with("--") ? flag.substr(2) : std::string();
    const bool named = std::find(known.begin(), known.end(), name) != known.end();
    if (!named || i + 1 == arguments.size() ||
        !out.values_.try_emplace(name, arguments[i + 1]).second) {
      return base::make_error(base::ErrorKind::invalid, "pretend.flag", {{"flag", flag}});
    }
  }
  return out;
}

std::string Options::text(std::string_view name, std::string_view otherwise) const {
  const auto found = values_.find(name);
  return found == values_.end() ? std::string(otherwise) : found->second;
}

std::uint32_t Options::number(std::string_view name, std::uint32_t otherwise) const {
  const std::string digits = text(name);
  std::uint32_t out = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), out);
  return error == std::errc() && end == digits.data() + digits.size() && !digits.empty()
             ? out
             : otherwise;
}

}  // namespace portage::pretend
