#include "gateway/ledger/sqlite/names.h"

#include <mutex>

namespace portage::ledger::sqlite {

bool Names::load(Connection& db) {
  Statement all(db, "SELECT id,text FROM name ORDER BY id");
  for (bool row = all.start(); row; row = all.next()) {
    if (all.natural(0) != texts_.size()) return false;
    texts_.emplace_back(all.text(1));
    by_text_.emplace(texts_.back(), static_cast<Name>(texts_.size() - 1));
  }
  written_ = pending_ = texts_.size();
  return db.ok();
}

Name Names::put(std::string_view text) {
  if (text.empty()) return 0;
  const auto found = by_text_.find(text);  // only this thread changes the map
  if (found != by_text_.end()) return found->second;
  const std::unique_lock lock(mutex_);
  texts_.emplace_back(text);
  const auto name = static_cast<Name>(texts_.size() - 1);
  by_text_.emplace(texts_.back(), name);
  return name;
}

void Names::write(Connection& db) {
  if (pending_ == texts_.size()) return;
  Statement insert(db, "INSERT INTO name VALUES(?,?)");
  for (; pending_ < texts_.size(); ++pending_) {
    insert.run(static_cast<std::uint64_t>(pending_), texts_[pending_]);
  }
}

Name Names::find(std::string_view text) const {
  const std::shared_lock lock(mutex_);
  const auto found = by_text_.find(text);
  return found == by_text_.end() ? 0 : found->second;
}

const std::string& Names::text(Name name) const {
  const std::shared_lock lock(mutex_);
  return name < texts_.size() ? texts_[name] : texts_[0];
}

Name Names::last() const {
  const std::shared_lock lock(mutex_);
  return static_cast<Name>(texts_.size() - 1);
}

}  // namespace portage::ledger::sqlite
