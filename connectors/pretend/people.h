// The invented people of the pretend province. Nobody here exists: telephone numbers are of the
// range kept for fiction, addresses are on Sample streets, mail goes to example.org. The same seed
// and number give the same person. Pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace portage::pretend {

struct Person {
  std::string given, family;  // a single name stands in family
  std::string birth_date;     // 1991-04-12
  std::string member_id;      // nine digits
  std::string language;       // canonical code
  std::string street, city, postal;
  std::string home_phone, cell_phone;  // as people write them; either may be empty
  std::string email;                   // may be empty
  std::string consent;                 // UUID
};

// `number` counts from 0 within a party; `party` keeps the member numbers of two parties apart.
Person person(std::uint32_t seed, std::string_view party, std::uint32_t number);

// A UUID (version 4 in form) that the same words always give.
std::string made_uuid(std::uint32_t seed, std::string_view party, std::string_view what,
                      std::uint32_t number);

}  // namespace portage::pretend
