// What the two forms of step 4 share: one record of one document (translate.cc), several of one
// (several.cc). Pure functions, for any thread. Never: takes the read's bytes away.
#pragma once

#include "gateway/pipeline/steps.h"

namespace portage::pipeline {

// The refusal that a mapping's own refusals make, each with its place.
Refused refused_by_mapping(const Read& read, const std::vector<mapping::Refusal>& refusals);
// From what a mapping wrote to the canonical record: its kind, its schema, its newest version, its
// id. Moves the read in, where it is not refused.
Step<Translated> finish(Read& read, Translated out, const std::string& canonical);

}  // namespace portage::pipeline
