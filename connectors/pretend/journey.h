// One invented person's way through the pretend province: an application from the province's
// intake, life stabilization in Halton, a discretionary benefit asked for by the ODSP office, and
// an outcome told by a provider. Each body is the canonical record of its kind. Pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/record/value.h"

namespace portage::pretend {

std::string application_json(std::uint32_t seed);
std::string action_plan_json(std::uint32_t seed);
std::string benefit_request_json(std::uint32_t seed);
std::string benefit_decision_json(std::string_view request_id, std::string_view sender_ref);
std::string outcome_json(std::uint32_t seed);

// The members of `record` that its sender wrote and that no agreement lets `receiver` have. A
// partner that finds one was shown too much.
std::vector<std::string> not_for(std::string_view receiver, std::string_view kind,
                                 const record::Value& record);

}  // namespace portage::pretend
