// What the pipeline must remember of earlier runs: the consents, read from the ledger once at the
// start.
#include "gateway/base/text.h"
#include "gateway/pipeline/permit.h"
#include "gateway/pipeline/pipeline.h"

namespace portage::pipeline {

void Pipeline::recall_consents() {
  constexpr std::size_t kPage = 500;
  ledger::Query query;
  query.kind = kConsentKind;
  query.limit = kPage;
  std::vector<record::RecordId> ids;
  while (true) {
    const std::vector<ledger::Head> page = world_.ledger.list(query);
    for (const ledger::Head& head : page) ids.push_back(head.id);
    if (page.size() < kPage) break;
    query.before = page.back().id;
  }
  for (auto id = ids.rbegin(); id != ids.rend(); ++id) {
    const auto full = world_.ledger.record(*id);
    if (!full.ok()) continue;  // its bytes are gone or can't be opened; the ledger has said so
    const auto record = revive(*full);
    if (!record.ok()) continue;
    for (agreements::Consent& one : consents_from((*record)->data.root)) {
      consents_.put(std::move(one));
    }
  }
}

}  // namespace portage::pipeline
