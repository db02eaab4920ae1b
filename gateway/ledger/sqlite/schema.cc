#include "gateway/ledger/sqlite/schema.h"

namespace portage::ledger::sqlite {
namespace {

// Bodies lie in segments: (seg, off, len); seg 0 = in `body`. Our own names are interned in
// `name`; what a sender may choose freely (content type, kind of a refused record) is not.
constexpr char kTables[] = R"(
CREATE TABLE IF NOT EXISTS meta(k TEXT PRIMARY KEY, v) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS name(id INTEGER PRIMARY KEY, text TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS record(
  id INTEGER PRIMARY KEY, party INTEGER NOT NULL, source_id TEXT NOT NULL, digest BLOB NOT NULL,
  kind INTEGER NOT NULL, version INTEGER NOT NULL, date INTEGER NOT NULL,
  key TEXT, refers_kind INTEGER NOT NULL, refers_key TEXT, in_reply_to INTEGER NOT NULL,
  accepted_at INTEGER NOT NULL, form INTEGER NOT NULL,
  submission INTEGER NOT NULL, row INTEGER NOT NULL,
  seg INTEGER NOT NULL, off INTEGER NOT NULL, len INTEGER NOT NULL);
-- Keys of closed buckets of 65,536 ids, written sorted: pure append. Newer keys live in memory.
CREATE TABLE IF NOT EXISTS rkey(b INTEGER, h INTEGER, id INTEGER, PRIMARY KEY(b,h,id)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS delivery(
  record INTEGER, receiver INTEGER, state INTEGER NOT NULL, attempts INTEGER NOT NULL,
  due INTEGER NOT NULL, lane TEXT, role INTEGER NOT NULL, rule INTEGER NOT NULL, reason TEXT,
  marked INTEGER NOT NULL, cause INTEGER NOT NULL, log BLOB,
  PRIMARY KEY(record,receiver)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS d_wait ON delivery(receiver,record) WHERE state=0;
CREATE INDEX IF NOT EXISTS d_held ON delivery(receiver,record,cause) WHERE state=2;
CREATE TABLE IF NOT EXISTS counter(
  receiver INTEGER PRIMARY KEY, accepted INTEGER NOT NULL, delivered INTEGER NOT NULL,
  waiting INTEGER NOT NULL, quarantined INTEGER NOT NULL, withdrawn INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS total(
  one INTEGER PRIMARY KEY CHECK(one=1), records INTEGER NOT NULL, refusals INTEGER NOT NULL,
  duplicates INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS submission(
  id INTEGER PRIMARY KEY, party INTEGER NOT NULL, form INTEGER NOT NULL,
  digest BLOB NOT NULL, finger INTEGER NOT NULL,
  in_reply_to INTEGER NOT NULL, received_at INTEGER NOT NULL, position INTEGER NOT NULL,
  rows INTEGER NOT NULL, accepted INTEGER NOT NULL, duplicates INTEGER NOT NULL,
  refused INTEGER NOT NULL, closed INTEGER NOT NULL, reported INTEGER NOT NULL,
  seg INTEGER NOT NULL, off INTEGER NOT NULL, len INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS s_finger ON submission(finger);
CREATE INDEX IF NOT EXISTS s_open ON submission(id) WHERE closed=0 OR reported=0;
CREATE TABLE IF NOT EXISTS verdict(
  submission INTEGER, row INTEGER, status INTEGER NOT NULL, record INTEGER NOT NULL,
  refusal INTEGER NOT NULL, PRIMARY KEY(submission,row)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS refusal(
  id INTEGER PRIMARY KEY, at INTEGER NOT NULL, party INTEGER NOT NULL, source_id TEXT,
  kind TEXT, form INTEGER NOT NULL, code INTEGER NOT NULL, pointer TEXT,
  line INTEGER NOT NULL, col INTEGER NOT NULL, submission INTEGER NOT NULL, row INTEGER NOT NULL,
  seg INTEGER NOT NULL, off INTEGER NOT NULL, len INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS r_party ON refusal(party,id);
CREATE TABLE IF NOT EXISTS artifact(
  digest BLOB PRIMARY KEY, kind INTEGER NOT NULL, bytes BLOB) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS body(id INTEGER PRIMARY KEY, sealed BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS segment(seg INTEGER PRIMARY KEY, tail INTEGER NOT NULL);
INSERT OR IGNORE INTO total VALUES(1,0,0,0);
)";

}  // namespace

bool set_up(Connection& db, bool writer) {
  if (!writer)
    return db.run(
        "PRAGMA query_only=1; PRAGMA cache_size=-4096; PRAGMA temp_store=2;"
        "PRAGMA busy_timeout=2000;");
  return db.run(
      "PRAGMA page_size=4096; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
      "PRAGMA wal_autocheckpoint=0; PRAGMA cache_size=-32768; PRAGMA temp_store=2;"
      "PRAGMA busy_timeout=2000;");
}

base::Status make_tables(Connection& db) {
  db.run("BEGIN IMMEDIATE");
  db.run(kTables);
  if (db.ok()) {
    const std::int64_t version = meta(db, "schema", 0);
    if (version == 0) {
      set_meta(db, "schema", kSchemaVersion);
    } else if (version != kSchemaVersion) {
      db.run("ROLLBACK");
      return base::make_error(
          base::ErrorKind::unsupported, "ledger.schema",
          {{"found", std::to_string(version)}, {"known", std::to_string(kSchemaVersion)}});
    }
  }
  db.run("COMMIT");
  if (db.ok()) return {};
  return base::make_error(base::ErrorKind::internal, "ledger.open",
                          {{"reason", sqlite3_errstr(db.error())}});
}

std::int64_t meta(Connection& db, const char* name, std::int64_t otherwise) {
  Statement get(db, "SELECT v FROM meta WHERE k=?");
  return get.start(std::string_view(name)) ? get.integer(0) : otherwise;
}

void set_meta(Connection& db, const char* name, std::int64_t value) {
  Statement set(db, "INSERT INTO meta VALUES(?,?) ON CONFLICT(k) DO UPDATE SET v=excluded.v");
  set.run(std::string_view(name), value);
}

}  // namespace portage::ledger::sqlite
