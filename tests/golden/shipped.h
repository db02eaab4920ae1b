// Everything that is shipped in schemas/ and mappings/, loaded once for the tests of this folder.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gateway/base/error.h"
#include "gateway/directory/tables.h"
#include "gateway/mapping/mapping.h"
#include "gateway/schema/schema.h"

namespace portage::golden {

// The bytes of a file below the project's folder, or nothing.
std::optional<std::string> read_file(const std::filesystem::path& path);
// "schemas/parties/halton/referral@2.toml", sorted.
std::vector<std::string> files_below(const std::string& folder, const std::string& ending);
// "file:line:column CODE name=value …", one line a finding.
std::string describe(const std::vector<base::Finding>& findings);

struct Shipped {
  schema::SchemaSet schemas;
  std::map<std::string, directory::CodeTable> tables;
  struct Map {
    std::string path;
    mapping::Compiled compiled;
  };
  std::vector<Map> maps;
  std::vector<base::Finding> schema_findings, table_findings;

  mapping::World world() const;
};
const Shipped& shipped();

}  // namespace portage::golden
