// Connections for reading, heads, and single records.
#include "gateway/ledger/sqlite/reads.h"

#include <algorithm>
#include <cstdio>
#include <cstring>

#include "gateway/ledger/sqlite/attempts.h"
#include "gateway/ledger/sqlite/schema.h"

namespace portage::ledger::sqlite {
namespace {

constexpr std::size_t kMostHits = 1024;  // records under one key

base::Error no_such_record() {
  return base::make_error(base::ErrorKind::not_found, "ledger.no_such_record");
}

}  // namespace

Statement& ReadConnection::operator()(const char* sql) {
  auto found = statements_.find(sql);
  if (found == statements_.end()) found = statements_.emplace(sql, Statement(db, sql)).first;
  found->second.reset();
  return found->second;
}

base::Status Reads::open(const std::string& path) {
  for (int i = 0; i < kConnections; ++i) {
    auto c = std::make_unique<ReadConnection>(store_, key_);
    c->db.open(path, store_.vfs.name(), false);
    set_up(c->db, false);
    if (!c->db.ok()) {
      return base::make_error(base::ErrorKind::internal, "ledger.open",
                              {{"reason", sqlite3_errstr(c->db.error())}});
    }
    idle_.push_back(std::move(c));
  }
  return {};
}

Reads::Lease Reads::lease() const {
  std::unique_lock lock(mutex_);
  free_.wait(lock, [this] { return !idle_.empty(); });
  auto held = std::move(idle_.back());
  idle_.pop_back();
  return Lease(*this, std::move(held));
}

Reads::Lease::~Lease() {
  if (!held_->db.ok()) {
    std::fprintf(stderr, "portaged: a read of the ledger failed: %s\n",
                 sqlite3_errstr(held_->db.error()));
    held_->db.clear_error();
  }
  if (sqlite3_get_autocommit(held_->db.get()) == 0) held_->db.run("COMMIT");
  const std::lock_guard lock(reads_.mutex_);
  reads_.idle_.push_back(std::move(held_));
  reads_.free_.notify_one();
}

Head Reads::head_of(ReadConnection& c, const Statement& row) const {
  Head h;
  h.id = row.natural(0);
  h.accepted_at = row.integer(1);
  h.kind = store_.names.text(row.small(2));
  h.party = store_.names.text(row.small(3));
  h.source_id = row.text(4);
  h.key = row.text(5);
  h.version = row.small(6);
  h.date.since_1970 = static_cast<std::int32_t>(row.integer(7));
  h.in_reply_to = row.natural(8);
  h.deliveries = deliveries(c, h.id, false);
  return h;
}

std::optional<Head> Reads::head(ReadConnection& c, RecordId id) const {
  Statement& get = c("SELECT " PORTAGE_HEAD_COLUMNS " FROM record WHERE id=?");
  if (!get.start(id)) return std::nullopt;
  Head h = head_of(c, get);
  get.reset();
  return h;
}

std::vector<Delivery> Reads::deliveries(ReadConnection& c, RecordId id, bool logs) const {
  std::vector<Delivery> all;
  Statement& rows =
      c("SELECT receiver,state,attempts,due,lane,role,rule,reason,marked,cause,log "
        "FROM delivery WHERE record=?");
  for (bool row = rows.start(id); row; row = rows.next()) {
    Delivery& d = all.emplace_back();
    d.record = id;
    d.receiver = store_.names.text(rows.small(0));
    d.state = static_cast<State>(rows.integer(1));
    d.attempts = rows.small(2);
    d.due = rows.integer(3);
    d.lane = rows.text(4);
    d.role = store_.names.text(rows.small(5));
    d.rule = store_.names.text(rows.small(6));
    d.reason = rows.text(7);
    d.marked = rows.integer(8) != 0;
    d.cause = store_.names.text(rows.small(9));
    if (!logs) continue;
    for (const LoggedAttempt& a : read_log(rows.text(10))) {
      d.log.push_back({a.number, a.at, a.took_us, a.result, store_.names.text(a.code),
                       std::string(a.detail), store_.names.text(a.mapping)});
    }
  }
  return all;
}

base::Result<Full> Reads::record(RecordId id) const {
  Lease held = lease();
  ReadConnection& c = *held;
  const std::vector<RecordId> replies =
      find_ids(c, store_.keys.hash(KeyKind::reply, id, {}), kMostHits);
  Full full;
  Statement& get = c("SELECT " PORTAGE_HEAD_COLUMNS
                     ",digest,form,submission,row,seg,off,len "
                     "FROM record WHERE id=?");
  if (!get.start(id)) return no_such_record();
  full.head = head_of(c, get);
  full.head.deliveries = deliveries(c, id, true);
  const std::string_view digest = get.text(9);
  std::memcpy(full.digest.data(), digest.data(), std::min(digest.size(), full.digest.size()));
  full.form = store_.names.text(get.small(10));
  full.submission = get.natural(11);
  full.row = get.small(12);
  const BodyPlace place{get.small(13), get.natural(14), get.small(15)};
  get.reset();
  auto parts = c.bodies.get(c.db, BodyOf::record, id, place);
  if (!parts.ok()) return parts.error();
  if (parts->size() != 4) {
    return base::make_error(base::ErrorKind::internal, "ledger.body_unreadable",
                            {{"segment", std::to_string(place.segment)}});
  }
  full.raw = std::move(parts.value()[0]);
  full.canonical = std::move(parts.value()[1]);
  full.story = std::move(parts.value()[2]);
  full.content_type = std::move(parts.value()[3]);
  Statement& answers = c("SELECT 1 FROM record WHERE id=? AND in_reply_to=?");
  for (const RecordId reply : replies) {
    if (answers.start(reply, id)) full.answers.push_back(reply);
    answers.reset();
  }
  // Answers that came before their record was here name it by its business key only.
  if (!full.head.key.empty()) {
    const Name kind = store_.names.find(full.head.kind);
    Statement& early = c(
        "SELECT 1 FROM record WHERE id=? AND refers_kind=? AND refers_key=? AND in_reply_to=0");
    for (const RecordId reply :
         find_ids(c, store_.keys.hash(KeyKind::refers, 0, full.head.key), kMostHits)) {
      if (early.start(reply, kind, full.head.key)) full.answers.push_back(reply);
      early.reset();
    }
  }
  std::sort(full.answers.begin(), full.answers.end());
  return full;
}

// Outside any transaction: what leaves memory while we look is found in the file (see Keys::find).
std::vector<RecordId> Reads::find_ids(ReadConnection& c, std::uint64_t hash,
                                      std::size_t most) const {
  return store_.keys.find(hash, c(Keys::kProbe), most);
}

std::vector<RecordId> Reads::by_source(ReadConnection& c, std::string_view source_id) const {
  std::vector<RecordId> ids;
  for (Name party = 1; party <= store_.names.last(); ++party) {
    const std::uint64_t hash = store_.keys.hash(KeyKind::source, party, source_id);
    if (!store_.keys.seen(hash)) continue;
    for (const RecordId id : find_ids(c, hash, kMostHits)) ids.push_back(id);
  }
  std::sort(ids.begin(), ids.end(), std::greater<>());
  return ids;
}

std::optional<Head> Reads::find(std::string_view party, std::string_view source_id) const {
  const Name name = store_.names.find(party);
  const std::uint64_t hash = store_.keys.hash(KeyKind::source, name, source_id);
  if (name == 0 || !store_.keys.seen(hash)) return std::nullopt;
  Lease held = lease();
  for (const RecordId id : find_ids(*held, hash, kMostHits)) {
    auto found = head(*held, id);
    if (found && found->party == party && found->source_id == source_id) return found;
  }
  return std::nullopt;
}

std::optional<Head> Reads::find_key(std::string_view kind, std::string_view key) const {
  if (key.empty()) return std::nullopt;
  Lease held = lease();
  for (const RecordId id :
       find_ids(*held, store_.keys.hash(KeyKind::business, 0, key), kMostHits)) {
    auto found = head(*held, id);
    if (found && found->kind == kind && found->key == key) return found;
  }
  return std::nullopt;
}

std::vector<Head> Reads::waiting_for(std::string_view kind, std::string_view key) const {
  std::vector<Head> all;
  const Name name = store_.names.find(kind);
  if (name == 0 || key.empty()) return all;
  Lease held = lease();
  ReadConnection& c = *held;
  const auto ids = find_ids(c, store_.keys.hash(KeyKind::refers, 0, key), kMostHits);
  Statement& matches = c(
      "SELECT 1 FROM record r WHERE id=? AND refers_kind=? AND refers_key=? AND in_reply_to=0 AND "
      "EXISTS(SELECT 1 FROM delivery WHERE record=r.id AND state IN (0,2))");
  for (const RecordId id : ids) {
    const bool waits = matches.start(id, name, key);
    matches.reset();
    if (!waits) continue;
    if (auto found = head(c, id)) all.push_back(std::move(*found));
  }
  return all;
}

std::vector<Head> Reads::find_ending(std::uint64_t low_bits, int bits) const {
  std::vector<Head> all;
  if (bits < 1 || bits > 60) return all;
  const std::uint64_t step = std::uint64_t{1} << bits;
  Lease held = lease();
  Statement& newest = (*held)("SELECT max(id) FROM record");
  const RecordId last = newest.start() ? newest.natural(0) : 0;
  newest.reset();
  low_bits &= step - 1;
  if (low_bits > last) return all;
  for (RecordId id = low_bits + (last - low_bits) / step * step; all.size() < 10; id -= step) {
    if (auto found = head(*held, id)) all.push_back(std::move(*found));
    if (id < step) break;
  }
  return all;
}

}  // namespace portage::ledger::sqlite
