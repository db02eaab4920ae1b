// A SQLite connection and its statements, without exceptions. The first failure of a connection
// sticks: until clear_error(), every later step does nothing and says so, so that a transaction
// made of many statements is checked once, before its commit. Threads: a connection and its
// statements belong to one thread at a time. Lifetime: statements end before their connection.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "gateway/base/result.h"

namespace portage::ledger::sqlite {

struct Blob {
  std::string_view bytes;
};

class Connection {
 public:
  Connection() = default;
  ~Connection() { close(); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  int open(const std::string& path, const char* vfs, bool read_only);
  void close();
  sqlite3* get() const { return db_; }
  bool run(const char* sql);  // one or more statements without rows

  int error() const { return error_; }  // 0, or SQLite's extended code of the first failure
  bool ok() const { return error_ == 0; }
  void fail(int code) {
    if (error_ == 0) error_ = code;
  }
  void clear_error() { error_ = 0; }
  std::int64_t changes() const { return sqlite3_changes64(db_); }

 private:
  sqlite3* db_ = nullptr;
  int error_ = 0;
};

class Statement {
 public:
  Statement() = default;
  Statement(Connection& db, const char* sql);
  ~Statement() { sqlite3_finalize(statement_); }
  Statement(Statement&& other) noexcept { swap(other); }
  Statement& operator=(Statement&& other) noexcept {
    swap(other);
    return *this;
  }

  explicit operator bool() const { return statement_ != nullptr; }

  // Binds all parameters and takes the first step. Texts must live until the statement is reset.
  // True = a row is there: read it, then next() or reset().
  template <class... Args>
  bool start(const Args&... args) {
    reset();
    int i = 0;
    (bind(++i, args), ...);
    return next();
  }
  // For statements without rows.
  template <class... Args>
  void run(const Args&... args) {
    start(args...);
    reset();
  }
  bool next();
  void reset() {
    if (statement_ != nullptr) sqlite3_reset(statement_);
  }

  std::int64_t integer(int column) const { return sqlite3_column_int64(statement_, column); }
  std::uint64_t natural(int column) const { return static_cast<std::uint64_t>(integer(column)); }
  std::uint32_t small(int column) const { return static_cast<std::uint32_t>(integer(column)); }
  std::string_view text(int column) const;  // also of a blob; valid until the next step

 private:
  void swap(Statement& other) {
    std::swap(db_, other.db_);
    std::swap(statement_, other.statement_);
  }
  void bind(int i, std::int64_t v) { check(sqlite3_bind_int64(statement_, i, v)); }
  void bind(int i, std::uint64_t v) { bind(i, static_cast<std::int64_t>(v)); }
  void bind(int i, std::int32_t v) { bind(i, static_cast<std::int64_t>(v)); }
  void bind(int i, std::uint32_t v) { bind(i, static_cast<std::int64_t>(v)); }
  void bind(int i, bool v) { bind(i, static_cast<std::int64_t>(v)); }
  void bind(int i, std::string_view v);  // "" is kept as NULL: it takes no byte
  void bind(int i, const std::string& v) { bind(i, std::string_view(v)); }
  void bind(int i, Blob v);
  void check(int code) {
    if (code != SQLITE_OK && db_ != nullptr) db_->fail(code);
  }

  Connection* db_ = nullptr;
  sqlite3_stmt* statement_ = nullptr;
};

}  // namespace portage::ledger::sqlite
