#include <cstring>

#include "gateway/ledger/sqlite/apply.h"

namespace portage::ledger::sqlite {
namespace {

enum class Verdict : int { accepted = 0, duplicate = 1, conflict = 2, refused = 3 };

std::string_view bytes(const record::Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

base::Error chunk_error(std::string_view code, base::ErrorKind kind) {
  return base::make_error(kind, code);
}

// Everything that can be wrong with a chunk is found before its first row is written.
base::Status check(Store& s, const Chunk& chunk) {
  if (chunk.records.size() != chunk.record_rows.size()) {
    return chunk_error("ledger.bad_record", base::ErrorKind::internal);
  }
  for (const NewRecord& r : chunk.records) {
    if (auto good = sqlite::check(r); !good.ok()) return good;
  }
  Statement& get = s.sql.get_submission;
  if (!get.start(chunk.submission)) {
    return chunk_error("ledger.no_such_submission", base::ErrorKind::not_found);
  }
  const bool closed = get.integer(0) != 0;
  const std::uint64_t position = get.natural(1);
  get.reset();
  const bool empty = chunk.records.empty() && chunk.refusals.empty();
  if (closed || chunk.position < position || (chunk.position == position && !empty)) {
    return chunk_error("ledger.chunk_order", base::ErrorKind::conflict);
  }
  return {};
}

}  // namespace

// A reply's duplicate key holds the record that it answers as well: two records may get equal
// replies.
SubmissionAccepted put_submission(Store& s, const NewSubmission& n) {
  const Name party = s.names.put(n.party);
  std::uint64_t finger;
  std::memcpy(&finger, n.digest.data(), sizeof finger);
  finger ^= party ^ (n.in_reply_to << 20);
  Statement& find = s.sql.find_submission;
  for (bool row = find.start(finger); row; row = find.next()) {
    if (find.small(1) != party || find.text(2) != bytes(n.digest) ||
        find.natural(3) != n.in_reply_to) {
      continue;
    }
    const SubmissionAccepted found{find.natural(0), true};
    find.reset();
    return found;
  }
  const SubmissionId id = s.next.submission++;
  const BodyPlace place =
      s.bodies.put(s.db, BodyOf::submission, id, {n.raw, n.name, n.content_type});
  s.sql.insert_submission.run(id, party, s.names.put(n.form), Blob{bytes(n.digest)}, finger,
                              n.in_reply_to, s.at, place.segment, place.offset, place.size);
  s.dirty = true;
  return {id, false};
}

void apply(Store& s, SubmitOp& op) { op.result = put_submission(s, op.submission); }

void apply(Store& s, ChunkOp& op) {
  Chunk& chunk = op.chunk;
  if (const base::Status good = check(s, chunk); !good.ok()) {
    op.result = good.error();
    return;
  }
  std::vector<Accepted> results;
  results.reserve(chunk.records.size());
  std::uint64_t counts[4] = {};
  const auto verdict = [&](std::uint32_t row, Verdict v, RecordId record, std::uint64_t refusal) {
    ++counts[static_cast<int>(v)];
    s.sql.insert_verdict.run(chunk.submission, row, static_cast<int>(v), record, refusal);
  };
  for (std::size_t i = 0; i < chunk.records.size(); ++i) {
    const std::uint32_t row = chunk.record_rows[i];
    results.push_back(put_record(s, chunk.records[i], chunk.submission, row));
    verdict(row, static_cast<Verdict>(results.back().outcome), results.back().id, 0);
  }
  for (NewRefusal& refusal : chunk.refusals) {
    refusal.submission = chunk.submission;
    verdict(refusal.row, Verdict::refused, 0, put_refusal(s, refusal));
  }
  const std::uint64_t refused = counts[2] + counts[3];
  s.sql.set_submission.run(chunk.position, counts[0] + counts[1] + refused, counts[0], counts[1],
                           refused, chunk.last, chunk.submission);
  s.dirty = true;
  op.result = std::move(results);
}

void apply(Store& s, ReportedOp& op) {
  s.sql.set_reported.run(op.id);
  if (s.db.ok() && s.db.changes() == 0) {
    op.result = chunk_error("ledger.no_such_submission", base::ErrorKind::not_found);
    return;
  }
  s.dirty = true;
}

}  // namespace portage::ledger::sqlite
