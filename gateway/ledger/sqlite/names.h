// Names that repeat in many rows (parties, kinds, forms, rules, causes), each kept once under a
// number. 0 is the empty name. Threads: one writer calls the functions that are not const; the
// const ones may be called from any thread. Lifetime: the texts live as long as the Names. Never: a
// number in a row whose name is not in the same or an earlier transaction.
#pragma once

#include <cstdint>
#include <deque>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "gateway/ledger/sqlite/connection.h"

namespace portage::ledger::sqlite {

using Name = std::uint32_t;

class Names {
 public:
  bool load(Connection& db);
  Name put(std::string_view text);  // the writer's; makes it if it is new
  void write(Connection& db);       // new names into the open transaction
  void committed() { written_ = pending_; }
  void rolled_back() { pending_ = written_; }  // write() writes them again

  // 0 for an unknown name: compare with the text when "" is not the same as unknown.
  Name find(std::string_view text) const;
  const std::string& text(Name name) const;
  Name last() const;

 private:
  mutable std::shared_mutex mutex_;
  std::deque<std::string> texts_{std::string()};  // a deque never moves them
  std::unordered_map<std::string_view, Name> by_text_;
  std::size_t written_ = 1, pending_ = 1;
};

}  // namespace portage::ledger::sqlite
