// The files of one load: read within limits, remembered for the digest of the whole configuration,
// and named in findings the way a person would open them. For one thread, for the time of one load.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/config/reader.h"

namespace portage::config {

class Files {
 public:
  // `folder` is that of portage.toml; relative names are relative to it.
  Files(std::string folder, Findings& findings);

  // The name to open and to show: `name` itself if absolute, else below the folder, tidied.
  std::string resolve(std::string_view name) const;
  // The bytes, or nothing and a finding (config.file_missing, config.file_unreadable,
  // config.too_large) at `said` - where the name was written - or at the file itself.
  std::optional<std::string> read(const std::string& path, std::size_t limit,
                                  const At* said = nullptr);
  // The files below `folder` whose name ends with one of `endings`, sorted. A folder that is not
  // there is a finding at `said`.
  std::vector<std::string> list(const std::string& folder, const std::vector<std::string>& endings,
                                bool recursive, const At& said);
  // A folder that is there or could be made.
  void check_folder(const std::string& path, const At& said);
  // A file that is there and can be read (certificates, keys). True if it is.
  bool check_file(const std::string& path, const At& said);

  std::size_t count() const { return read_.size(); }
  std::string digest()
      const;  // hex SHA-256 over every file read: names below the folder, and bytes

 private:
  std::string folder_;
  Findings& findings_;
  std::map<std::string, std::string> read_;  // path -> hex digest of its bytes
};

}  // namespace portage::config
