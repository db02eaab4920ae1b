#include "gateway/ledger/sqlite/store.h"

#include <algorithm>

#include "gateway/ledger/sqlite/schema.h"

namespace portage::ledger::sqlite {
namespace {

base::Error cannot_open(Connection& db) {
  return base::make_error(base::ErrorKind::internal, "ledger.open",
                          {{"reason", sqlite3_errstr(db.error())}});
}

// Drawn once for a ledger: its tag in every ULID, and the seed that keeps senders from making
// hashes meet.
void draw(Connection& db, const char* what, std::int64_t mask) {
  if (meta(db, what, -1) >= 0) return;
  set_meta(db, what, static_cast<std::int64_t>(security::random_number()) & mask);
}

// The keys that were still in memory when the ledger was last closed.
void rebuild_keys(Connection& db, Keys& keys) {
  Statement rows(db,
                 "SELECT id,party,source_id,key,refers_key,in_reply_to FROM record WHERE id>=? "
                 "ORDER BY id");
  std::size_t n = 0;
  for (bool row = rows.start(keys.first_missing()); row; row = rows.next()) {
    const RecordId id = rows.natural(0);
    keys.add(keys.hash(KeyKind::source, rows.small(1), rows.text(2)), id);
    const std::string_view key = rows.text(3);
    if (!key.empty()) keys.add(keys.hash(KeyKind::business, 0, key), id);
    const std::string_view refers = rows.text(4);
    if (!refers.empty()) keys.add(keys.hash(KeyKind::refers, 0, refers), id);
    if (rows.integer(5) != 0) keys.add(keys.hash(KeyKind::reply, rows.natural(5), {}), id);
    if (++n % 4096 == 0) keys.committed();
  }
  keys.committed();
}

std::uint64_t after_last(Connection& db, const char* sql) {
  Statement last(db, sql);
  return last.start() ? last.natural(0) + 1 : 1;
}

}  // namespace

void Statements::prepare(Connection& db) {
  insert_record = Statement(db, "INSERT INTO record VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)");
  insert_delivery = Statement(db,
                              "INSERT INTO delivery VALUES(?,?,0,0,0,?,?,?,?,?,0,NULL) "
                              "ON CONFLICT(record,receiver) DO NOTHING");
  same_record = Statement(db, "SELECT party,source_id,digest,accepted_at FROM record WHERE id=?");
  find_key = Statement(db, Keys::kProbe);
  settle_first = Statement(db,
                           "UPDATE delivery SET state=?,attempts=?,log=? "
                           "WHERE record=? AND receiver=? AND state=0 AND attempts=0");
  get_delivery = Statement(
      db, "SELECT state,attempts,due,cause,log FROM delivery WHERE record=? AND receiver=?");
  set_delivery = Statement(db,
                           "UPDATE delivery SET state=?,attempts=?,due=?,cause=?,log=? "
                           "WHERE record=? AND receiver=?");
  insert_submission =
      Statement(db, "INSERT INTO submission VALUES(?,?,?,?,?,?,?,0,0,0,0,0,0,0,?,?,?)");
  find_submission =
      Statement(db, "SELECT id,party,digest,in_reply_to FROM submission WHERE finger=?");
  get_submission = Statement(db, "SELECT closed,position FROM submission WHERE id=?");
  set_submission = Statement(db,
                             "UPDATE submission SET position=?,rows=rows+?,accepted=accepted+?,"
                             "duplicates=duplicates+?,refused=refused+?,closed=? WHERE id=?");
  set_reported = Statement(db, "UPDATE submission SET reported=1 WHERE id=?");
  insert_refusal = Statement(db, "INSERT INTO refusal VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)");
  insert_verdict = Statement(db, "INSERT OR REPLACE INTO verdict VALUES(?,?,?,?,?)");
  insert_artifact =
      Statement(db, "INSERT INTO artifact VALUES(?,?,?) ON CONFLICT(digest) DO NOTHING");
}

base::Status Store::open(const std::string& folder) {
  db.open(folder + "/ledger.db", vfs.name(), false);
  set_up(db, true);
  if (!db.ok()) return cannot_open(db);
  if (auto made = make_tables(db); !made.ok()) return made;
  db.run("BEGIN IMMEDIATE");
  draw(db, "tag", (1 << 20) - 1);
  draw(db, "seed", INT64_MAX);
  db.run("COMMIT");
  tag = static_cast<std::uint32_t>(meta(db, "tag", 0));
  keys.set_seed(static_cast<std::uint64_t>(meta(db, "seed", 0)));
  const bool loaded =
      names.load(db) && counters.load(db) && segments.load(db) && keys.load(db) && db.ok();
  if (!loaded) return cannot_open(db);
  rebuild_keys(db, keys);
  next.record = after_last(db, "SELECT max(id) FROM record");
  next.submission = after_last(db, "SELECT max(id) FROM submission");
  next.refusal = after_last(db, "SELECT max(id) FROM refusal");
  committed_next = next;
  Statement last(db, "SELECT accepted_at FROM record ORDER BY id DESC LIMIT 1");
  if (last.start()) at = last.integer(0);
  last.reset();
  sql.prepare(db);
  if (!db.ok()) return cannot_open(db);
  return {};
}

}  // namespace portage::ledger::sqlite
