// May a record go to a receiver now: by agreement, and by what the person has said. Asked before
// the commit (no agreement, no flow) and again at delivery, since both may be withdrawn meanwhile.
// Pure but for the Consents, which any thread may ask.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "gateway/agreements/consents.h"
#include "gateway/pipeline/steps.h"

namespace portage::pipeline {

struct Permit {
  const agreements::Flow* flow = nullptr;  // nullptr: none is needed, or none is there
  std::string_view cause;                  // why not: "agreement.none" …; empty: it may go
};

// The desk is this gateway's own, and what a party sends itself needs no agreement.
Permit permit(const config::Config& config, std::string_view from, std::string_view to,
              std::string_view kind, base::Day today);
// The same, and what the person in the record has said.
Permit permit(const config::Config& config, const agreements::Consents& consents,
              const record::Record& record, std::string_view to, base::Micros now);

// Digests of the numbers by which a canonical record names its person.
std::vector<std::string> persons_of(const record::Value& canonical);

// A canonical record of kind "consent", one for each number of its person; none if it names no
// person.
std::vector<agreements::Consent> consents_from(const record::Value& canonical);
inline constexpr std::string_view kConsentKind = "consent";

}  // namespace portage::pipeline
