// The tables of the ledger's file, and how its connections are set up.
#pragma once

#include <cstdint>

#include "gateway/base/result.h"
#include "gateway/ledger/sqlite/connection.h"

namespace portage::ledger::sqlite {

inline constexpr std::int64_t kSchemaVersion = 1;

// What every connection needs. The writer's is the only one that writes rows.
bool set_up(Connection& db, bool writer);
// Makes the tables if they are not there. Error: ledger.schema (made by another version).
base::Status make_tables(Connection& db);
std::int64_t meta(Connection& db, const char* name, std::int64_t otherwise);
void set_meta(Connection& db, const char* name, std::int64_t value);

}  // namespace portage::ledger::sqlite
