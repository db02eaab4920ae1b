// Property: what must hold for every record, tried on many made ones. A record that the source
// schema takes is mapped to one that the target schema takes, or refused with a code that has a
// text; what was sent out comes back and goes out the same; the same record gives the same result.
// What fails is cut down to a small record. Pure; the same seed gives the same report.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "gateway/mapping/mapping.h"

namespace portage::mapping {

struct PropertyFailure {
  std::string what;    // "target", "code", "law", "repeat", "vacuous"
  std::string code;    // of the fault or refusal; of a law, the field
  std::string place;   // in the document that is wrong
  std::string record;  // the small source record, as JSON; invented
  std::uint64_t seed = 0;
};

struct WayReport {
  Way way = Way::in;
  std::uint64_t made = 0;       // records
  std::uint64_t unfit = 0;      // the source schema refuses them, with its code
  std::uint64_t written = 0;    // mapped to what the target schema takes
  std::uint64_t refused = 0;    // by the mapping, with a code
  std::uint64_t checked = 0;    // by the target schema's check after the run, with its code
  std::uint64_t returned = 0;   // out: came back in
  std::uint64_t not_taken = 0;  // out: the way back refuses it, with a code
  std::map<std::string, std::uint64_t> codes;  // of refused and checked
  std::vector<PropertyFailure> failures;       // the first of each sort, at most 5
};

std::vector<WayReport> try_properties(const Mapping& mapping, const World& world,
                                      std::uint64_t count, std::uint64_t seed);

}  // namespace portage::mapping
