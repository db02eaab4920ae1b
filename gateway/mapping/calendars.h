// Calendars of business days, by the rule of their holidays. Pure; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "gateway/base/time.h"

namespace portage::mapping {

enum class Calendar : std::uint8_t { ontario, canada, weekdays };
std::optional<Calendar> calendar_named(std::string_view name);
bool business_day(Calendar calendar, base::Day day);

}  // namespace portage::mapping
