#include <algorithm>

#include "gateway/ledger/sqlite/apply.h"
#include "gateway/ledger/sqlite/attempts.h"

namespace portage::ledger::sqlite {
namespace {

struct Row {
  State state = State::waiting;
  std::uint32_t attempts = 0;
  base::Micros due = 0;
  Name cause = 0;
  std::string log;
};

bool final(State s) { return s == State::delivered || s == State::withdrawn; }

constexpr std::size_t kDetailBytes = 300;

enum class Effect { nothing, logged, moved };

// What a settlement makes of a delivery.
Effect fold(Store& s, const Settlement& what, const LoggedAttempt& attempt, Row& row) {
  const bool logged = has_attempt(row.log, what.attempt, what.result);
  const bool stale =
      row.state == State::waiting && what.result == State::waiting && what.attempt < row.attempts;
  const bool late = final(row.state) || stale;
  if (late) {
    if (logged) return Effect::nothing;
  } else {
    if (logged && row.state == what.result && row.due == what.due) return Effect::nothing;
    row.state = what.result;
    row.due = what.result == State::waiting ? what.due : 0;
    if (!final(what.result) && !what.code.empty()) row.cause = s.names.put(what.code);
  }
  row.attempts = std::max(row.attempts, what.attempt);
  append_attempt(row.log, attempt);
  trim_log(row.log);
  return late ? Effect::logged : Effect::moved;
}

// Almost every delivery succeeds at its first attempt: one statement, no read.
bool settled_at_once(Store& s, const Settlement& what, Name receiver,
                     const LoggedAttempt& attempt) {
  if (!final(what.result)) return false;
  std::string log;
  append_attempt(log, attempt);
  s.sql.settle_first.run(static_cast<int>(what.result), what.attempt, Blob{log}, what.record,
                         receiver);
  return s.db.ok() && s.db.changes() == 1;
}

// A receiver that had withdrawn its delivery may be asked again; one that has it is left alone.
void reopen(Store& s, RecordId record, Name receiver) {
  Statement& get = s.sql.get_delivery;
  if (!get.start(record, receiver)) return;
  const auto state = static_cast<State>(get.integer(0));
  const std::uint32_t attempts = get.small(1);
  const Name cause = get.small(3);
  const std::string log(get.text(4));
  get.reset();
  if (state != State::withdrawn) return;
  s.sql.set_delivery.run(static_cast<int>(State::waiting), attempts, 0, cause, Blob{log}, record,
                         receiver);
  s.counters.moved(receiver, state, State::waiting);
}

}  // namespace

void apply(Store& s, SettleOp& op) {
  const Settlement& what = op.settlement;
  op.result = {};  // a group that failed is tried again
  op.reply = {};
  const Name receiver = s.names.find(what.receiver);
  const LoggedAttempt attempt{what.attempt,
                              what.sent_at,
                              what.took_us,
                              what.result,
                              s.names.put(what.code),
                              s.names.put(what.mapping),
                              std::string_view(what.detail).substr(0, kDetailBytes)};
  Effect effect = Effect::moved;
  if (receiver != 0 && settled_at_once(s, what, receiver, attempt)) {
    s.counters.moved(receiver, State::waiting, what.result);
  } else {
    Statement& get = s.sql.get_delivery;
    if (receiver == 0 || !get.start(what.record, receiver)) {
      op.result = base::make_error(base::ErrorKind::not_found, "ledger.no_such_delivery");
      return;
    }
    Row row{static_cast<State>(get.integer(0)), get.small(1), get.integer(2), get.small(3),
            std::string(get.text(4))};
    get.reset();
    const State before = row.state;
    effect = fold(s, what, attempt, row);
    if (effect != Effect::nothing) {
      s.sql.set_delivery.run(static_cast<int>(row.state), row.attempts, row.due, row.cause,
                             Blob{row.log}, what.record, receiver);
      if (row.state != before) s.counters.moved(receiver, before, row.state);
    }
  }
  s.dirty = s.dirty || effect != Effect::nothing;
  if (effect == Effect::moved) {  // a late answer of a desk adds no receivers
    for (const NewDelivery& d : what.redirect) {
      if (!put_delivery(s, what.record, d)) reopen(s, what.record, s.names.put(d.receiver));
    }
  }
  // A reply is kept however late it comes; the same reply to the same record is kept once.
  if (what.reply) op.reply = put_submission(s, *what.reply);
}

}  // namespace portage::ledger::sqlite
