// One operation into the open transaction. The result goes into the operation; a failure of the
// database sticks to store.db and fails the whole group.
#pragma once

#include "gateway/ledger/sqlite/ops.h"
#include "gateway/ledger/sqlite/store.h"

namespace portage::ledger::sqlite {

void apply(Store& store, AcceptOp& op);
void apply(Store& store, RefuseOp& op);
void apply(Store& store, SubmitOp& op);
void apply(Store& store, ChunkOp& op);
void apply(Store& store, ReportedOp& op);
void apply(Store& store, ArtifactOp& op);
void apply(Store& store, SettleOp& op);

// The steps that several operations share.
base::Status check(const NewRecord& record);
Accepted put_record(Store& store, const NewRecord& record, SubmissionId submission,
                    std::uint32_t row);
bool put_delivery(Store& store, RecordId record, const NewDelivery& delivery);  // false = is there
std::uint64_t put_refusal(Store& store, const NewRefusal& refusal);
SubmissionAccepted put_submission(Store& store, const NewSubmission& submission);

}  // namespace portage::ledger::sqlite
