// Rows as HSDS 3.0 JSON. What HSDS has no field for - certainty, source, days, the record to send -
// is shown as attributes of the taxonomy "Portage". Pure; any thread.
#pragma once

#include <string>

#include "gateway/base/catalogue.h"
#include "gateway/services/services.h"

namespace portage::services {

struct Shown {
  const Services& services;
  base::Language language = base::Language::english;
  base::Day day;  // decides what is active
  // A service in a page and an organisation's services have their own fields only; what is asked
  // for by id has everything.
  bool full = true;
  bool full_service = false;  // of an organisation's services
};

// One object, with its id as a UUID.
std::string object_json(const Shown& shown, Table table, const Row& row);
// {"id": …, "last_modified": …}
std::string minimal_json(Table table, const Row& row);

}  // namespace portage::services
