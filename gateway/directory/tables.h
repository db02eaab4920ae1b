// Code tables: CSV with the columns ours,theirs,way,label_en,label_fr,valid_from,valid_until. On
// any day a code has at most one row in each direction. Immutable once loaded; shared by threads.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "gateway/base/error.h"
#include "gateway/base/time.h"

namespace portage::directory {

struct TextHash {  // so that a lookup by string_view copies nothing
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const {
    return std::hash<std::string_view>{}(text);
  }
};

struct CodeRow {
  std::string ours, theirs, label_en, label_fr;
  bool in = true, out = true;
  base::Days valid;
  std::uint32_t line = 0;
};

class CodeTable {
 public:
  const std::string& name() const { return name_; }
  const std::vector<CodeRow>& rows() const { return rows_; }
  // The row that turns their code into ours on that day, or nullptr.
  const CodeRow* in(std::string_view theirs, base::Day day) const;
  // The row that turns our code into theirs on that day, or nullptr.
  const CodeRow* out(std::string_view ours, base::Day day) const;

 private:
  friend struct TableLoader;
  std::string name_;
  std::vector<CodeRow> rows_;
  std::unordered_multimap<std::string, std::size_t, TextHash, std::equal_to<>> by_theirs_, by_ours_;
};

struct LoadedTable {
  std::optional<CodeTable> table;       // nothing if any finding is an error
  std::vector<base::Finding> findings;  // every one: two rows (M403), turned dates (M405) …
};
// Columns: ours and theirs; way (both, in, out; both when empty), labels and dates may be left out.
// A gap between the days of a code (M404) is a warning, since a code may rest and come back.
LoadedTable load_table(std::string_view name, std::string_view csv, const std::string& file);

}  // namespace portage::directory
