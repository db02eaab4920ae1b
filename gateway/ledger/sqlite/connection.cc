#include "gateway/ledger/sqlite/connection.h"

namespace portage::ledger::sqlite {

int Connection::open(const std::string& path, const char* vfs, bool read_only) {
  const int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE |
                    (read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
  const int rc = sqlite3_open_v2(path.c_str(), &db_, flags, vfs);
  if (rc != SQLITE_OK) fail(rc);
  return rc;
}

void Connection::close() {
  sqlite3_close(db_);
  db_ = nullptr;
}

bool Connection::run(const char* sql) {
  if (error_ != 0) return false;
  const int rc = sqlite3_exec(db_, sql, nullptr, nullptr, nullptr);
  if (rc != SQLITE_OK) fail(rc);
  return rc == SQLITE_OK;
}

Statement::Statement(Connection& db, const char* sql) : db_(&db) {
  check(sqlite3_prepare_v3(db.get(), sql, -1, SQLITE_PREPARE_PERSISTENT, &statement_, nullptr));
}

bool Statement::next() {
  if (statement_ == nullptr || !db_->ok()) return false;
  const int rc = sqlite3_step(statement_);
  if (rc == SQLITE_ROW) return true;
  if (rc != SQLITE_DONE) db_->fail(rc);
  return false;
}

std::string_view Statement::text(int column) const {
  const void* bytes = sqlite3_column_blob(statement_, column);
  if (bytes == nullptr) return {};
  return {static_cast<const char*>(bytes),
          static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

void Statement::bind(int i, std::string_view v) {
  if (v.empty()) {
    check(sqlite3_bind_null(statement_, i));
  } else {
    check(sqlite3_bind_text64(statement_, i, v.data(), v.size(), SQLITE_STATIC, SQLITE_UTF8));
  }
}

void Statement::bind(int i, Blob v) {
  if (v.bytes.empty()) {
    check(sqlite3_bind_null(statement_, i));
  } else {
    check(sqlite3_bind_blob64(statement_, i, v.bytes.data(), v.bytes.size(), SQLITE_STATIC));
  }
}

}  // namespace portage::ledger::sqlite
