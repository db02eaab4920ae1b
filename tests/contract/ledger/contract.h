// What every driver of the ledger must do. A driver joins by one more value at the end of this
// file.
#include <atomic>
#include <thread>

#include "tests/contract/ledger/fixture.h"

namespace portage::ledger::test {
struct Driver {
  std::string name;
  std::function<base::Result<std::unique_ptr<Ledger>>(const Folder&)> open;
};

class LedgerContract : public testing::TestWithParam<Driver> {
 protected:
  LedgerContract() { reopen(); }
  void reopen() {
    ledger_.reset();
    auto opened = GetParam().open(folder_);
    if (!opened.ok()) {
      ADD_FAILURE() << opened.error().code;
      std::abort();
    }
    ledger_ = std::move(opened).value();
  }
  Ledger& ledger() { return *ledger_; }
  RecordId accepted(const std::string& id, const std::string& receiver = "ssm-halton") {
    const auto a = accept(*ledger_, record(id, receiver));
    EXPECT_TRUE(a.ok());
    EXPECT_EQ(a->outcome, Outcome::accepted);
    return a->id;
  }
  Delivery delivery(RecordId id, const std::string& receiver = "ssm-halton") {
    const auto full = ledger_->record(id);
    EXPECT_TRUE(full.ok());
    for (const Delivery& d : full->head.deliveries) {
      if (d.receiver == receiver) return d;
    }
    ADD_FAILURE() << "no delivery to " << receiver;
    return {};
  }

 private:
  Folder folder_;
  std::unique_ptr<Ledger> ledger_;
};

}  // namespace portage::ledger::test
