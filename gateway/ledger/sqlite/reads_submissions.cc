// Submissions, verdicts, refusals and artifacts.
#include "gateway/ledger/sqlite/reads.h"

namespace portage::ledger::sqlite {
namespace {

constexpr std::string_view kStatus[] = {"accepted", "duplicate", "conflict", "refused"};

#define PORTAGE_REFUSAL_COLUMNS \
  "id,at,party,source_id,kind,form,code,pointer,line,col,submission,row,seg,off,len"

}  // namespace

Refusal Reads::refusal_of(ReadConnection& c, const Statement& row) const {
  Refusal r;
  const auto name = [&](int column) { return store_.names.text(row.small(column)); };
  r.id = row.natural(0);
  r.at = row.integer(1);
  r.what.party = name(2);
  r.what.id = row.text(3);
  r.what.kind = row.text(4);
  r.what.form = name(5);
  r.what.code = name(6);
  r.what.pointer = row.text(7);
  r.what.line = row.small(8);
  r.what.column = row.small(9);
  r.what.submission = row.natural(10);
  r.what.row = row.small(11);
  auto parts =
      c.bodies.get(c.db, BodyOf::refusal, r.id, {row.small(12), row.natural(13), row.small(14)});
  if (parts.ok() && parts->size() == 2) {  // else the code and the place still say what happened
    r.what.raw = std::move(parts.value()[0]);
    r.what.faults = std::move(parts.value()[1]);
  }
  return r;
}

std::vector<Refusal> Reads::refusals(std::string_view party, std::size_t limit) const {
  std::vector<Refusal> all;
  const Name name = store_.names.find(party);
  if (name == 0 && !party.empty()) return all;
  Lease held = lease();
  ReadConnection& c = *held;
  Statement& rows = party.empty() ? c("SELECT " PORTAGE_REFUSAL_COLUMNS
                                      " FROM refusal WHERE ?=0 ORDER BY id DESC LIMIT ?")
                                  : c("SELECT " PORTAGE_REFUSAL_COLUMNS
                                      " FROM refusal WHERE party=? ORDER BY id DESC LIMIT ?");
  for (bool row = rows.start(name, static_cast<std::uint64_t>(limit)); row; row = rows.next()) {
    all.push_back(refusal_of(c, rows));
  }
  return all;
}

std::vector<SubmissionId> Reads::unfinished() const {
  std::vector<SubmissionId> ids;
  Lease held = lease();
  Statement& rows = (*held)("SELECT id FROM submission WHERE closed=0 OR reported=0 ORDER BY id");
  for (bool row = rows.start(); row; row = rows.next()) ids.push_back(rows.natural(0));
  return ids;
}

base::Result<Submission> Reads::submission(SubmissionId id) const {
  Lease held = lease();
  ReadConnection& c = *held;
  Statement& get =
      c("SELECT party,form,in_reply_to,received_at,position,rows,accepted,duplicates,"
        "refused,closed,reported,seg,off,len FROM submission WHERE id=?");
  if (!get.start(id)) {
    return base::make_error(base::ErrorKind::not_found, "ledger.no_such_submission");
  }
  Submission s;
  s.id = id;
  s.party = store_.names.text(get.small(0));
  s.form = store_.names.text(get.small(1));
  s.in_reply_to = get.natural(2);
  s.received_at = get.integer(3);
  s.position = get.natural(4);
  s.rows = get.small(5);
  s.accepted = get.small(6);
  s.duplicates = get.small(7);
  s.refused = get.small(8);
  s.closed = get.integer(9) != 0;
  s.reported = get.integer(10) != 0;
  const BodyPlace place{get.small(11), get.natural(12), get.small(13)};
  get.reset();
  auto parts = c.bodies.get(c.db, BodyOf::submission, id, place);
  if (!parts.ok()) return parts.error();
  if (parts->size() != 3) {
    return base::make_error(base::ErrorKind::internal, "ledger.body_unreadable",
                            {{"segment", std::to_string(place.segment)}});
  }
  s.raw = std::move(parts.value()[0]);
  s.name = std::move(parts.value()[1]);
  s.content_type = std::move(parts.value()[2]);
  return s;
}

std::vector<RowVerdict> Reads::verdicts(SubmissionId id) const {
  std::vector<RowVerdict> all;
  Lease held = lease();
  ReadConnection& c = *held;
  Statement& rows =
      c("SELECT row,status,record,refusal FROM verdict WHERE submission=? ORDER BY row");
  Statement& refused = c("SELECT " PORTAGE_REFUSAL_COLUMNS " FROM refusal WHERE id=?");
  for (bool row = rows.start(id); row; row = rows.next()) {
    RowVerdict& v = all.emplace_back();
    v.row = rows.small(0);
    v.status = kStatus[rows.natural(1) & 3];
    v.record = rows.natural(2);
    if (v.status == "conflict") v.code = "ledger.conflict";
    if (rows.integer(3) == 0 || !refused.start(rows.natural(3))) continue;
    Refusal r = refusal_of(c, refused);
    refused.reset();
    v.code = std::move(r.what.code);
    v.pointer = std::move(r.what.pointer);
    v.faults = std::move(r.what.faults);
    v.line = r.what.line;
    v.column = r.what.column;
  }
  return all;
}

base::Result<std::string> Reads::artifact(const record::Digest& digest) const {
  Lease held = lease();
  Statement& get = (*held)("SELECT bytes FROM artifact WHERE digest=?");
  const Blob key{{reinterpret_cast<const char*>(digest.data()), digest.size()}};
  if (!get.start(key)) {
    return base::make_error(base::ErrorKind::not_found, "ledger.no_such_artifact");
  }
  std::string bytes(get.text(0));
  get.reset();
  return bytes;
}

}  // namespace portage::ledger::sqlite
