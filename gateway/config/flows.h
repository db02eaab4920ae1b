// Agreements against mappings: for each flow and each connected receiver, which fields are
// permitted, which the receiver's mapping reads, and which it would need and may not have. Pure;
// the pointers live as long as the Config.
#pragma once

#include <string>
#include <vector>

#include "gateway/config/config.h"
#include "gateway/config/reader.h"

namespace portage::config {

struct FlowUse {
  const agreements::Flow* flow = nullptr;
  std::string receiver;  // a connected party
  const Exchange* exchange = nullptr;
  const mapping::Mapping* mapping = nullptr;  // nullptr: the canonical form
  agreements::FieldSet mapped;                // fields of the canonical record that reach the form
};
std::vector<FlowUse> flow_uses(const Config& config);

// Fields of the canonical record that the mapping reads on its way out.
agreements::FieldSet mapped_fields(const mapping::Mapping& mapping,
                                   const agreements::KindLeaves& leaves);

// What is mapped and not permitted; what a form needs and may not have; who sends without
// agreement.
void check_flows(const Config& config, Findings& findings);
// style.cc: what is sound and yet misleads people; warnings only.
void check_style(const Config& config, Findings& findings);

}  // namespace portage::config
