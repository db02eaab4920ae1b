// Lists, the backlog of a receiver, quarantine, and sums.
#include <algorithm>

#include "gateway/ledger/sqlite/reads.h"

namespace portage::ledger::sqlite {
namespace {

constexpr RecordId kSlice = 16'384;  // ids in one statement: no reader holds the log for long
constexpr std::size_t kOpenPage = 512;
constexpr std::size_t kMostHits = 1024;

bool fits(const Head& h, const Query& q) {
  const auto is_party = [&](const Delivery& d) { return d.receiver == q.party; };
  const auto is_state = [&](const Delivery& d) { return d.state == *q.state; };
  const auto any = [&](const auto& p) {
    return std::any_of(h.deliveries.begin(), h.deliveries.end(), p);
  };
  return (q.before == 0 || h.id < q.before) && (q.kind.empty() || h.kind == q.kind) &&
         (q.source_id.empty() || h.source_id == q.source_id) && (q.key.empty() || h.key == q.key) &&
         (q.party.empty() || h.party == q.party || any(is_party)) && (!q.state || any(is_state)) &&
         (!q.accepted_before || h.accepted_at < *q.accepted_before) &&
         (!q.accepted_after || h.accepted_at > *q.accepted_after);
}

}  // namespace

// Acceptance times rise with the ids, so an instant is found by halving.
RecordId Reads::first_at(ReadConnection& c, base::Micros at) const {
  Statement& newest = c("SELECT max(id) FROM record");
  RecordId low = 1, high = (newest.start() ? newest.natural(0) : 0) + 1;
  newest.reset();
  Statement& get = c("SELECT accepted_at FROM record WHERE id>=? ORDER BY id LIMIT 1");
  while (low < high) {
    const RecordId middle = low + (high - low) / 2;
    const bool before = get.start(middle) && get.integer(0) < at;
    get.reset();
    if (before) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

// The newest `limit` records below `before` with a delivery in that state.
std::vector<RecordId> Reads::open_before(ReadConnection& c, State state, Name receiver,
                                         RecordId before, std::size_t limit) const {
  Statement& rows =
      c(state == State::waiting
            ? "SELECT record FROM delivery INDEXED BY d_wait WHERE state=0 AND receiver=? "
              "AND record<? ORDER BY record DESC LIMIT ?"
            : "SELECT record FROM delivery INDEXED BY d_held WHERE state=2 AND receiver=? "
              "AND record<? ORDER BY record DESC LIMIT ?");
  std::vector<RecordId> ids;
  for (bool row = rows.start(receiver, before, static_cast<std::uint64_t>(limit)); row;
       row = rows.next()) {
    ids.push_back(rows.natural(0));
  }
  return ids;
}

void Reads::scan(ReadConnection& c, const Query& q, RecordId from, RecordId below,
                 std::vector<Head>& out) const {
  const Name party = store_.names.find(q.party), kind = store_.names.find(q.kind);
  if ((!q.party.empty() && party == 0) || (!q.kind.empty() && kind == 0)) return;
  const int state = q.state ? static_cast<int>(*q.state) : -1;
  while (below > from && out.size() < q.limit) {
    const RecordId slice = std::max(from, below > kSlice ? below - kSlice : 0);
    Statement& rows =
        c("SELECT " PORTAGE_HEAD_COLUMNS
          " FROM record r WHERE id>=?1 AND id<?2 AND (?3=0 OR kind=?3) AND "
          "(?4=0 OR party=?4 OR EXISTS(SELECT 1 FROM delivery d WHERE "
          "d.record=r.id AND d.receiver=?4)) AND (?5<0 OR EXISTS(SELECT 1 FROM "
          "delivery d WHERE d.record=r.id AND d.state=?5)) ORDER BY id DESC LIMIT ?6");
    for (bool row = rows.start(slice, below, kind, party, state,
                               static_cast<std::uint64_t>(q.limit - out.size()));
         row; row = rows.next()) {
      out.push_back(head_of(c, rows));
    }
    below = slice;
  }
}

std::vector<Head> Reads::list(const Query& q) const {
  std::vector<Head> out;
  Lease held = lease();
  ReadConnection& c = *held;
  const auto take = [&](const std::vector<RecordId>& ids) {
    for (const RecordId id : ids) {
      if (out.size() >= q.limit) return;
      if (q.before != 0 && id >= q.before) continue;
      if (auto h = head(c, id); h && fits(*h, q)) out.push_back(std::move(*h));
    }
  };
  if (!q.source_id.empty()) {
    take(by_source(c, q.source_id));
    return out;
  }
  if (!q.key.empty()) {
    take(find_ids(c, store_.keys.hash(KeyKind::business, 0, q.key), kMostHits));
    return out;
  }
  RecordId below = q.before != 0 ? q.before : INT64_MAX;
  if (q.accepted_before) below = std::min(below, first_at(c, *q.accepted_before));
  const RecordId from = q.accepted_after ? first_at(c, *q.accepted_after + 1) : 1;
  if (q.state == State::waiting || q.state == State::quarantined) {
    // What is open is short: page through its own index, newest first over all receivers.
    const auto receivers = store_.counters.receivers();
    while (out.size() < q.limit && below > from) {
      std::vector<RecordId> ids;
      RecordId floor = 0;  // below it some receiver may have more than its page
      for (const auto& [receiver, sums] : receivers) {
        const auto page = open_before(c, *q.state, receiver, below, kOpenPage);
        if (page.size() == kOpenPage) floor = std::max(floor, page.back());
        ids.insert(ids.end(), page.begin(), page.end());
      }
      std::sort(ids.begin(), ids.end(), std::greater<>());
      ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
      std::erase_if(ids, [&](RecordId id) { return id < floor || id < from; });
      take(ids);
      if (floor == 0) break;
      below = floor;
    }
    return out;
  }
  Statement& newest = c("SELECT max(id) FROM record");
  if (newest.start()) below = std::min(below, newest.natural(0) + 1);
  newest.reset();
  scan(c, q, from, below, out);
  return out;
}

std::vector<Waiting> Reads::waiting(std::string_view receiver, RecordId after,
                                    std::size_t limit) const {
  std::vector<Waiting> all;
  const Name name = store_.names.find(receiver);
  if (name == 0) return all;
  Lease held = lease();
  ReadConnection& c = *held;
  c.db.run("BEGIN");  // one view for both, or a delivery that moves between them is missed
  for (const State state : {State::waiting, State::quarantined}) {
    Statement& rows =
        c(state == State::waiting
              ? "SELECT record,lane,due,attempts,(SELECT accepted_at FROM record WHERE id=record) "
                "FROM delivery INDEXED BY d_wait WHERE state=0 AND receiver=? AND record>? "
                "ORDER BY record LIMIT ?"
              : "SELECT record,lane,due,attempts,(SELECT accepted_at FROM record WHERE id=record) "
                "FROM delivery INDEXED BY d_held WHERE state=2 AND receiver=? AND record>? "
                "ORDER BY record LIMIT ?");
    for (bool row = rows.start(name, after, static_cast<std::uint64_t>(limit)); row;
         row = rows.next()) {
      all.push_back({rows.natural(0), std::string(rows.text(1)), rows.integer(2), rows.integer(4),
                     rows.small(3), state});
    }
  }
  c.db.run("COMMIT");
  std::sort(all.begin(), all.end(),
            [](const Waiting& a, const Waiting& b) { return a.record < b.record; });
  if (all.size() > limit) all.resize(limit);
  return all;
}

std::vector<std::string> Reads::receivers() const {
  std::vector<std::string> all;
  for (const auto& [name, sums] : store_.counters.receivers())
    all.push_back(store_.names.text(name));
  std::sort(all.begin(), all.end());
  return all;
}

std::vector<QuarantineGroup> Reads::quarantine() const {
  std::vector<QuarantineGroup> all;
  Lease held = lease();
  Statement& rows = (*held)(
      "SELECT receiver,cause,n,(SELECT accepted_at FROM record WHERE id=first) FROM "
      "(SELECT receiver,cause,count(*) n,min(record) first FROM delivery INDEXED BY d_held "
      "WHERE state=2 GROUP BY receiver,cause)");
  for (bool row = rows.start(); row; row = rows.next()) {
    all.push_back({store_.names.text(rows.small(0)), store_.names.text(rows.small(1)),
                   rows.natural(2), rows.integer(3)});
  }
  std::sort(all.begin(), all.end(), [](const QuarantineGroup& a, const QuarantineGroup& b) {
    return std::tie(a.receiver, a.cause) < std::tie(b.receiver, b.cause);
  });
  return all;
}

std::vector<Head> Reads::quarantined(std::string_view receiver, std::string_view cause,
                                     std::size_t limit) const {
  std::vector<Head> all;
  const Name to = store_.names.find(receiver), why = store_.names.find(cause);
  if (to == 0 || (why == 0 && !cause.empty())) return all;
  Lease held = lease();
  ReadConnection& c = *held;
  Statement& rows =
      c("SELECT record FROM delivery INDEXED BY d_held WHERE state=2 AND receiver=? AND cause=? "
        "ORDER BY record LIMIT ?");
  std::vector<RecordId> ids;
  for (bool row = rows.start(to, why, static_cast<std::uint64_t>(limit)); row; row = rows.next()) {
    ids.push_back(rows.natural(0));
  }
  for (const RecordId id : ids) {
    if (auto h = head(c, id)) all.push_back(std::move(*h));
  }
  return all;
}

Totals Reads::totals() const {
  Totals t;
  const Counters::All all = store_.counters.all();
  t.records = all.records;
  t.refusals = all.refusals;
  t.duplicates = all.duplicates;
  Lease held = lease();
  Statement& oldest = (*held)(
      "SELECT accepted_at FROM record WHERE id=(SELECT record FROM delivery INDEXED BY d_wait "
      "WHERE state=0 AND receiver=? ORDER BY record LIMIT 1)");
  for (const auto& [name, sums] : store_.counters.receivers()) {
    ReceiverSums& r = t.receivers.emplace_back();
    r.receiver = store_.names.text(name);
    r.sums = sums;
    if (sums.waiting > 0 && oldest.start(name)) r.oldest_waiting = oldest.integer(0);
    oldest.reset();
    t.sums.accepted += sums.accepted;
    t.sums.delivered += sums.delivered;
    t.sums.waiting += sums.waiting;
    t.sums.quarantined += sums.quarantined;
    t.sums.withdrawn += sums.withdrawn;
  }
  std::sort(t.receivers.begin(), t.receivers.end(),
            [](const ReceiverSums& a, const ReceiverSums& b) { return a.receiver < b.receiver; });
  return t;
}

}  // namespace portage::ledger::sqlite
