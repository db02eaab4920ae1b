#include "connectors/pretend/demo/wanted.h"

#include <string>

namespace portage::demo {

std::vector<Wanted> everything_wanted() {
  const auto delivered = [](std::string kind, std::string from, std::string to) {
    return
        [kind = std::move(kind), from = std::move(from), to = std::move(to)](const Event& event) {
          return event.name == "delivery.delivered" && event.kind == kind && event.peer == to &&
                 (from.empty() || event.party == from);
        };
  };
  const auto named = [](std::string name, std::string party, std::string peer) {
    return
        [name = std::move(name), party = std::move(party), peer = std::move(peer)](const Event& e) {
          return e.name == name && (party.empty() || e.party == party) &&
                 (peer.empty() || e.peer == peer);
        };
  };
  return {
      {"demo.want.file", named("submission.closed", "cmsm-halton", "")},
      {"demo.want.bad_date",
       [](const Event& e) {
         return e.name == "record.refused" && e.party == "cmsm-halton" &&
                e.code == "date.unreadable";
       }},
      {"demo.want.manager", delivered("referral", "prov-intake", "ssm-halton")},
      {"demo.want.own_unit", delivered("referral", "", "cmsm-halton")},
      {"demo.want.odsp", delivered("referral", "odsp-halton", "ssm-halton")},
      {"demo.want.answer_intake", delivered("referral-decision", "ssm-halton", "prov-intake")},
      {"demo.want.answer_halton", delivered("referral-decision", "ssm-halton", "cmsm-halton")},
      {"demo.want.answer_odsp", delivered("referral-decision", "ssm-halton", "odsp-halton")},
      {"demo.want.progress", delivered("referral-status", "ssm-halton", "prov-intake")},
      {"demo.want.application", delivered("application", "prov-intake", "cmsm-halton")},
      {"demo.want.plan", delivered("action-plan", "cmsm-halton", "ssm-halton")},
      {"demo.want.benefit", delivered("benefit-request", "odsp-halton", "cmsm-halton")},
      {"demo.want.benefit_decided", delivered("benefit-decision", "cmsm-halton", "odsp-halton")},
      {"demo.want.outcome", delivered("outcome", "eo-halton-01", "ssm-halton")},
      {"demo.want.ministry",
       [](const Event& e) {
         return e.name == "record.accepted" && e.kind == "outcome" && e.party == "ssm-halton" &&
                e.peer == "prov-employment";
       }},
      {"demo.want.down", named("receiver.down", "", "ssm-peel")},
      {"demo.want.quarantined", named("delivery.quarantined", "prov-intake", "cmsm-halton")},
      {"demo.want.late", named("answer.late", "ssm-halton", "")},
  };
}

}  // namespace portage::demo
