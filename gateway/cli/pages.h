// What a person reads, made from the daemon's JSON. Pure: the same answer, language and time give
// the same text, so that golden tests hold them. Values come masked from the daemon; nothing here
// unmasks.
#pragma once

#include <string>

#include "gateway/cli/style.h"
#include "gateway/cli/tree.h"

namespace portage::cli {

std::string status_page(const View& status, bool brief, const Style& style);
std::string trace_page(const View& record, const Style& style);
std::string records_page(const View& list, const Style& style);
std::string quarantine_page(const View& answer, const Style& style);
std::string quarantined_page(const View& list, const Style& style);
std::string event_line(const View& event, const Style& style);

// "delivered to ssm-halton, waiting for cmsm-halton"; the state of the whole is its worst
// delivery's.
std::string worst_state(std::span<const record::Value> deliveries);

}  // namespace portage::cli
