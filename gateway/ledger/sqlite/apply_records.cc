#include <cstring>

#include "gateway/ledger/sqlite/apply.h"

namespace portage::ledger::sqlite {
namespace {

constexpr std::size_t kMostCandidates = 64;  // of one 64-bit hash: two are a rarity

std::string_view bytes(const record::Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

// The record that holds (party, id) already: committed, or earlier in this group.
std::optional<Accepted> holder(Store& s, std::uint64_t hash, Name party, const NewRecord& record) {
  if (!s.keys.seen(hash)) return std::nullopt;
  for (const RecordId id : s.keys.find(hash, s.sql.find_key, kMostCandidates)) {
    Statement& same = s.sql.same_record;
    if (!same.start(id) || same.small(0) != party || same.text(1) != record.id) continue;
    const Accepted found{
        same.text(2) == bytes(record.digest) ? Outcome::duplicate : Outcome::conflict, id,
        same.integer(3)};
    same.reset();
    return found;
  }
  return std::nullopt;
}

}  // namespace

base::Status check(const NewRecord& record) {
  if (!record.deliveries.empty() && !record.id.empty()) return {};
  return base::make_error(base::ErrorKind::internal, "ledger.bad_record");
}

Accepted put_record(Store& s, const NewRecord& r, SubmissionId submission, std::uint32_t row) {
  const Name party = s.names.put(r.party);
  const std::uint64_t source = s.keys.hash(KeyKind::source, party, r.id);
  if (const std::optional<Accepted> held = holder(s, source, party, r)) {
    if (held->outcome == Outcome::duplicate) s.counters.duplicate();
    return *held;
  }
  const RecordId id = s.next.record++;
  const BodyPlace place =
      s.bodies.put(s.db, BodyOf::record, id, {r.raw, r.canonical, r.story, r.content_type});
  s.sql.insert_record.run(id, party, r.id, Blob{bytes(r.digest)}, s.names.put(r.kind), r.version,
                          r.date.since_1970, r.key, s.names.put(r.refers_kind), r.refers_key,
                          r.in_reply_to, s.at, s.names.put(r.form), submission, row, place.segment,
                          place.offset, place.size);
  s.keys.add(source, id);
  if (!r.key.empty()) s.keys.add(s.keys.hash(KeyKind::business, 0, r.key), id);
  if (!r.refers_key.empty()) s.keys.add(s.keys.hash(KeyKind::refers, 0, r.refers_key), id);
  if (r.in_reply_to != 0) s.keys.add(s.keys.hash(KeyKind::reply, r.in_reply_to, {}), id);
  for (const NewDelivery& d : r.deliveries) put_delivery(s, id, d);
  s.counters.record();
  s.dirty = true;
  return {Outcome::accepted, id, s.at};
}

bool put_delivery(Store& s, RecordId record, const NewDelivery& d) {
  const Name receiver = s.names.put(d.receiver);
  s.sql.insert_delivery.run(record, receiver, d.lane, s.names.put(d.role), s.names.put(d.rule),
                            d.reason, d.marked);
  if (!s.db.ok() || s.db.changes() == 0) return false;
  s.counters.added(receiver);
  s.dirty = true;
  return true;
}

void apply(Store& s, AcceptOp& op) {
  if (const base::Status good = check(op.record); !good.ok()) {
    op.result = good.error();
    return;
  }
  op.result = put_record(s, op.record, 0, 0);
}

std::uint64_t put_refusal(Store& s, const NewRefusal& r) {
  const std::uint64_t id = s.next.refusal++;
  const BodyPlace place = s.bodies.put(s.db, BodyOf::refusal, id, {r.raw, r.faults});
  s.sql.insert_refusal.run(id, s.at, s.names.put(r.party), r.id, r.kind, s.names.put(r.form),
                           s.names.put(r.code), r.pointer, r.line, r.column, r.submission, r.row,
                           place.segment, place.offset, place.size);
  s.counters.refusal();
  s.dirty = true;
  return id;
}

void apply(Store& s, RefuseOp& op) { put_refusal(s, op.refusal); }

void apply(Store& s, ArtifactOp& op) {
  s.sql.insert_artifact.run(Blob{bytes(op.digest)}, s.names.put(op.kind), Blob{op.bytes});
  s.dirty = true;
}

}  // namespace portage::ledger::sqlite
