// What the writer holds: its connection, its statements, and what it knows in memory. The rows of
// one transaction are written by the functions of apply.h. Threads: the writer's, save the const
// functions of the parts that say otherwise.
#pragma once

#include <string>

#include "gateway/ledger/ledger.h"
#include "gateway/ledger/sqlite/bodies.h"
#include "gateway/ledger/sqlite/counters.h"
#include "gateway/ledger/sqlite/keys.h"
#include "gateway/ledger/sqlite/names.h"
#include "gateway/ledger/sqlite/vfs.h"

namespace portage::ledger::sqlite {

struct Statements {
  Statement insert_record, insert_delivery, same_record, find_key;
  Statement settle_first, get_delivery, set_delivery;
  Statement insert_submission, find_submission, get_submission, set_submission, set_reported;
  Statement insert_refusal, insert_verdict, insert_artifact;
  void prepare(Connection& db);
};

struct Store {
  Store(const std::string& folder, Disk& the_disk, const security::Key& key)
      : disk(the_disk),
        vfs(the_disk),
        segments(folder + "/segments", the_disk),
        bodies(segments, key) {}

  // Opens the file and builds what lives in memory.
  base::Status open(const std::string& folder);

  Disk& disk;
  Vfs vfs;
  Connection db;
  Statements sql;
  Names names;
  Counters counters;
  Keys keys;
  Segments segments;
  BodyWriter bodies;
  std::uint32_t tag = 0;

  struct Next {
    RecordId record = 1;
    SubmissionId submission = 1;
    std::uint64_t refusal = 1;
  };
  Next next, committed_next;
  base::Micros at = 0;  // of the open group; never goes back
  bool dirty = false;   // the open transaction has changed a row
};

}  // namespace portage::ledger::sqlite
