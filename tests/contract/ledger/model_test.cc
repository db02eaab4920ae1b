// Random operations against a plain model: the sums add up at every moment and every delivery is in
// the state that the model says, also after a reopen.
#include <map>
#include <random>

#include "tests/contract/ledger/fixture.h"

namespace portage::ledger::test {
namespace {

// What the ledger promises, in the fewest words.
class Model {
 public:
  struct Entry {
    State state = State::waiting;
    std::uint32_t attempts = 0;
  };
  void accept(RecordId id, const std::string& receiver) { rows_[{id, receiver}]; }
  void settle(const Settlement& s) {
    Entry& e = rows_.at({s.record, s.receiver});
    if (e.state == State::delivered || e.state == State::withdrawn) return;
    if (e.state == State::waiting && s.result == State::waiting && s.attempt < e.attempts) return;
    e.state = s.result;
    e.attempts = std::max(e.attempts, s.attempt);
    for (const NewDelivery& d : s.redirect) {
      Entry& to = rows_[{s.record, d.receiver}];
      if (to.state == State::withdrawn) to.state = State::waiting;
    }
  }
  Sums sums(const std::string& receiver) const {
    Sums out;
    for (const auto& [key, e] : rows_) {
      if (!receiver.empty() && key.second != receiver) continue;
      ++out.accepted;
      out.delivered += e.state == State::delivered;
      out.waiting += e.state == State::waiting;
      out.quarantined += e.state == State::quarantined;
      out.withdrawn += e.state == State::withdrawn;
    }
    return out;
  }
  const std::map<std::pair<RecordId, std::string>, Entry>& rows() const { return rows_; }

 private:
  std::map<std::pair<RecordId, std::string>, Entry> rows_;
};

void expect_equal(const Sums& a, const Sums& b, const std::string& who) {
  EXPECT_EQ(a.accepted, b.accepted) << who;
  EXPECT_EQ(a.delivered, b.delivered) << who;
  EXPECT_EQ(a.waiting, b.waiting) << who;
  EXPECT_EQ(a.quarantined, b.quarantined) << who;
  EXPECT_EQ(a.withdrawn, b.withdrawn) << who;
}

void expect_like(Ledger& ledger, const Model& model) {
  const Totals t = ledger.totals();
  ASSERT_TRUE(adds_up(t));
  expect_equal(t.sums, model.sums(""), "all");
  for (const ReceiverSums& r : t.receivers) {
    expect_equal(r.sums, model.sums(r.receiver), r.receiver);
    std::size_t open = ledger.waiting(r.receiver, 0, 100'000).size();
    EXPECT_EQ(open, r.sums.waiting + r.sums.quarantined) << r.receiver;
  }
}

TEST(LedgerModel, SumsAddUpUnderRandomOperations) {
  for (unsigned seed = 1; seed <= 3; ++seed) {
    const Folder folder;
    auto opened = open_sqlite(folder.options());
    ASSERT_TRUE(opened.ok());
    auto ledger = std::move(opened).value();
    Model model;
    std::mt19937 random(seed);
    const auto any_receiver = [&] { return "r" + std::to_string(random() % 5); };
    RecordId last = 0;
    for (int step = 0; step < 1200; ++step) {
      const unsigned dice = random() % 100;
      if (dice < 30 || last == 0) {
        NewRecord r = record(std::to_string(random() % 800), "");
        r.deliveries.push_back({any_receiver(), "l", "role", "rule", "", false});
        if (random() % 3 == 0)
          r.deliveries.push_back({any_receiver(), "l", "role", "rule", "", false});
        const auto receivers = r.deliveries;
        const auto a = accept(*ledger, std::move(r));
        ASSERT_TRUE(a.ok());
        if (a->outcome == Outcome::accepted) {
          last = a->id;
          for (const NewDelivery& d : receivers) model.accept(last, d.receiver);
        }
      } else if (dice < 99) {
        Settlement s = settlement(1 + random() % last, static_cast<State>(random() % 4),
                                  1 + random() % 4, any_receiver());
        if (s.result == State::withdrawn && random() % 2 == 0) {
          s.redirect.push_back({any_receiver(), "l", "desk", "desk", "", false});
          if (s.redirect[0].receiver == s.receiver) s.redirect.clear();
        }
        const bool known = model.rows().count({s.record, s.receiver}) == 1;
        const bool wait = random() % 4 == 0;  // others ride in larger groups
        if (known) model.settle(s);
        if (wait) {
          EXPECT_EQ(settle(*ledger, s).ok(), known);
        } else {
          ledger->settle(s);
        }
      } else {
        ledger.reset();
        auto again = open_sqlite(folder.options());
        ASSERT_TRUE(again.ok());
        ledger = std::move(again).value();
        expect_like(*ledger, model);
      }
      ASSERT_TRUE(adds_up(ledger->totals()));
    }
    ledger.reset();
    ledger = std::move(open_sqlite(folder.options())).value();
    expect_like(*ledger, model);
    for (const auto& [key, entry] : model.rows()) {
      const auto full = ledger->record(key.first);
      ASSERT_TRUE(full.ok());
      bool found = false;
      for (const Delivery& d : full->head.deliveries) {
        if (d.receiver != key.second) continue;
        found = true;
        EXPECT_EQ(d.state, entry.state) << key.first << " " << key.second;
      }
      EXPECT_TRUE(found);
    }
  }
}

}  // namespace
}  // namespace portage::ledger::test
