// Sealed bodies of records, refusals and submissions: the parts of a body are joined, sealed under
// its id, and put into the segments (large groups) or into a table (small ones, which so need a
// single sync). Threads: BodyWriter is the writer's; a BodyReader belongs to one reading thread at
// a time. Never: a part in clear on disk; a body opened under another id than its own.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/ledger/sqlite/segments.h"
#include "gateway/security/seal.h"

namespace portage::ledger::sqlite {

enum class BodyOf : std::uint8_t { record = 0, refusal = 1, submission = 2 };

class BodyWriter {
 public:
  BodyWriter(Segments& segments, const security::Key& key) : segments_(segments), sealer_(key) {}
  // Whether the group's bodies go into the table.
  void begin_group(bool small);
  BodyPlace put(Connection& db, BodyOf of, std::uint64_t id,
                std::initializer_list<std::string_view> parts);

 private:
  Segments& segments_;
  security::Sealer sealer_;
  bool small_ = false;
  std::string plain_, sealed_;
  Statement insert_;
};

class BodyReader {
 public:
  BodyReader(const Segments& segments, const security::Key& key)
      : segments_(segments), sealer_(key) {}
  // The parts, as many as were put.
  base::Result<std::vector<std::string>> get(Connection& db, BodyOf of, std::uint64_t id,
                                             const BodyPlace& place);

 private:
  const Segments& segments_;
  security::Sealer sealer_;
};

}  // namespace portage::ledger::sqlite
