// What the demonstration must show before it says that it is done. Pure.
#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "connectors/pretend/demo/watch.h"

namespace portage::demo {

// What must be seen, each in the words of `key`.
struct Wanted {
  std::string_view key;
  std::function<bool(const Event&)> fits;
  bool came = false;
};

std::vector<Wanted> everything_wanted();

}  // namespace portage::demo
