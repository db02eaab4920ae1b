// The target of a request, taken apart: path decoded once, query decoded. Pure.
// Refuses what could be read in two ways: encoded slashes, NUL and control characters, "." and ".."
// segments, invalid UTF-8, bytes outside printable ASCII.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace portage::http {

struct Target {
  std::string path;
  std::vector<std::pair<std::string, std::string>> query;
};
// False if refused. Origin form, absolute form ("http://host/path") and "*".
bool parse_target(std::string_view text, Target& target);

}  // namespace portage::http
