// Agreements against mappings: for each flow and each connected receiver, which fields are
// permitted, which the receiver's mapping reads, and which it would need and may not have. Pure;
// the pointers live as long as the Config.
#pragma once

#include <map>
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

// Which fields of a kind may go out in a form: those that every agreement permits by which some
// connected party receives the kind in that form. One mapping writes the form for all of them, so
// what one of them may not have it must not send.
class Permits {
 public:
  explicit Permits(const Config& config);
  // Dotted paths; nullptr if no party receives the record in that form. `ours`: "referral@1".
  const std::vector<std::string>* of(std::string_view theirs, std::string_view ours) const;

 private:
  std::map<std::pair<std::string, std::string>, std::vector<std::string>> fields_;
};

// Fields that a mapping reads going out, also in its conditions, and may not (M501). For a
// configuration in which check_flows has found nothing.
void check_permits(const Config& config, Findings& findings);

// What is mapped and not permitted; what a form needs and may not have; who sends without
// agreement.
void check_flows(const Config& config, Findings& findings);
// style.cc: what is sound and yet misleads people; warnings only.
void check_style(const Config& config, Findings& findings);

}  // namespace portage::config
