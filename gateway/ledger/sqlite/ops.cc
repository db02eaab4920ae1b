#include "gateway/ledger/sqlite/ops.h"

namespace portage::ledger::sqlite {
namespace {

std::size_t size_of(const NewRecord& r) {
  return r.raw.size() + r.canonical.size() + r.story.size();
}

Weight weight_of(const AcceptOp& op) { return {1, 1, size_of(op.record)}; }
Weight weight_of(const RefuseOp& op) {
  return {1, 1, op.refusal.raw.size() + op.refusal.faults.size()};
}
Weight weight_of(const SubmitOp& op) { return {1, 1, op.submission.raw.size()}; }
Weight weight_of(const ChunkOp& op) {
  Weight w;
  for (const NewRecord& r : op.chunk.records) w.bytes += size_of(r);
  for (const NewRefusal& r : op.chunk.refusals) w.bytes += r.raw.size() + r.faults.size();
  w.records = w.bodies = op.chunk.records.size() + op.chunk.refusals.size();
  return w;
}
Weight weight_of(const ReportedOp&) { return {1, 0, 0}; }
Weight weight_of(const ArtifactOp& op) { return {1, 0, op.bytes.size()}; }

}  // namespace

Weight weigh(const Op& op) {
  return std::visit([](const auto& o) { return weight_of(o); }, op);
}

Weight weigh(const SettleOp& op) {
  const auto& reply = op.settlement.reply;
  return {0, reply ? 1u : 0u, reply ? reply->raw.size() : 0u};
}

void finish(Op& op) {
  std::visit(
      [](auto& o) {
        if (o.done) o.done(o.result);
      },
      op);
}

void finish(Op& op, const base::Error& error) {
  std::visit([&](auto& o) { o.result = error; }, op);
  finish(op);
}

void finish(SettleOp& op) {
  if (op.result.ok() && op.settlement.replied && op.reply.id != 0) op.settlement.replied(op.reply);
  if (op.done) op.done(op.result);
}

}  // namespace portage::ledger::sqlite
