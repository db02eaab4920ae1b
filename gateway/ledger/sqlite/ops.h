// What callers ask of the writer, with the place for its result: kept from the call until the
// completion.
#pragma once

#include <functional>
#include <string>
#include <variant>
#include <vector>

#include "gateway/ledger/ledger.h"

namespace portage::ledger::sqlite {

struct AcceptOp {
  NewRecord record;
  Ledger::AcceptDone done;
  base::Result<Accepted> result = Accepted{};
};
struct RefuseOp {
  NewRefusal refusal;
  Ledger::Done done;
  base::Status result;
};
struct SubmitOp {
  NewSubmission submission;
  std::function<void(const base::Result<SubmissionAccepted>&)> done;
  base::Result<SubmissionAccepted> result = SubmissionAccepted{};
};
struct ChunkOp {
  Chunk chunk;
  std::function<void(const base::Result<std::vector<Accepted>>&)> done;
  base::Result<std::vector<Accepted>> result = std::vector<Accepted>{};
};
struct ReportedOp {
  SubmissionId id = 0;
  Ledger::Done done;
  base::Status result;
};
struct ArtifactOp {
  record::Digest digest{};
  std::string kind, bytes;
  Ledger::Done done;
  base::Status result;
};
using Op = std::variant<AcceptOp, RefuseOp, SubmitOp, ChunkOp, ReportedOp, ArtifactOp>;

struct SettleOp {
  Settlement settlement;
  Ledger::Done done;
  base::Status result;
  SubmissionAccepted reply;
};

// How much of a group an operation takes.
struct Weight {
  std::size_t records = 0, bodies = 0, bytes = 0;
};
Weight weigh(const Op& op);
Weight weigh(const SettleOp& op);

void finish(Op& op);                            // calls the completion with the result
void finish(Op& op, const base::Error& error);  // … with this error instead
void finish(SettleOp& op);

}  // namespace portage::ledger::sqlite
