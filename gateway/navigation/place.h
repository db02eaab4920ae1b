// The place of a question: what the postal code and the name of a municipality come to, as routing
// has it. Inside this room only. Pure.
#pragma once

#include <string>

#include "gateway/navigation/navigation.h"

namespace portage::navigation {

struct Place {
  services::Wanted wanted;   // its need is filled in later
  std::string municipality;  // a name, for routing
  const directory::Municipality* named = nullptr;
  const directory::Party* site = nullptr;  // of a First Nation
  std::string problem;
};
Place read_place(const directory::Directory& directory, const Question& question);

}  // namespace portage::navigation
