#include "gateway/config/files.h"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <system_error>

#include "gateway/base/text.h"
#include "gateway/security/digest.h"

namespace portage::config {
namespace {

namespace fs = std::filesystem;
constexpr std::size_t kMostFiles = 20'000;

bool ends_with_any(const std::string& name, const std::vector<std::string>& endings) {
  return std::any_of(endings.begin(), endings.end(),
                     [&](const std::string& ending) { return name.ends_with(ending); });
}

// Hidden files and editors' copies are nobody's configuration.
bool ignored(const fs::path& path) {
  const std::string name = path.filename().string();
  return name.empty() || name.front() == '.' || name.ends_with("~");
}

}  // namespace

Files::Files(std::string folder, Findings& findings)
    : folder_(std::move(folder)), findings_(findings) {}

std::string Files::resolve(std::string_view name) const {
  const fs::path path(name);
  if (path.is_absolute()) return path.lexically_normal().string();
  return (fs::path(folder_) / path).lexically_normal().string();
}

std::optional<std::string> Files::read(const std::string& path, std::size_t limit, const At* said) {
  At where = said != nullptr ? *said : At{base::Place{path, 0, 0, {}}, 0};
  std::error_code failed;
  if (!fs::exists(path, failed)) {
    report(findings_, "config.file_missing", where, {{"file", path}});
    return std::nullopt;
  }
  const std::uintmax_t size = fs::file_size(path, failed);
  if (failed) {
    report(findings_, "config.file_unreadable", where,
           {{"file", path}, {"reason", failed.message()}});
    return std::nullopt;
  }
  if (size > limit) {
    report(findings_, "config.too_large", where,
           {{"file", path}, {"limit", std::to_string(limit)}});
    return std::nullopt;
  }
  std::ifstream in(path, std::ios::binary);
  std::string bytes(static_cast<std::size_t>(size), '\0');
  in.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (!in || in.gcount() != static_cast<std::streamsize>(bytes.size())) {
    report(findings_, "config.file_unreadable", where,
           {{"file", path}, {"reason", std::generic_category().message(errno)}});
    return std::nullopt;
  }
  read_[path] = base::hex(security::sha256(bytes));
  return bytes;
}

std::vector<std::string> Files::list(const std::string& folder,
                                     const std::vector<std::string>& endings, bool recursive,
                                     const At& said) {
  std::vector<std::string> out;
  std::error_code failed;
  if (!fs::is_directory(folder, failed)) {
    report(findings_, "config.folder_missing", said, {{"folder", folder}});
    return out;
  }
  fs::recursive_directory_iterator it(folder, failed), end;
  for (; !failed && it != end && out.size() <= kMostFiles; it.increment(failed)) {
    std::error_code gone;
    if (it->is_directory(gone)) {
      if (!recursive || ignored(it->path())) it.disable_recursion_pending();
    } else if (!ignored(it->path()) && ends_with_any(it->path().filename().string(), endings)) {
      out.push_back(it->path().lexically_normal().string());
    }
  }
  if (failed) {
    report(findings_, "config.file_unreadable", said,
           {{"file", folder}, {"reason", failed.message()}});
  }
  if (out.size() > kMostFiles) {
    report(findings_, "config.too_many_files", said,
           {{"folder", folder}, {"limit", std::to_string(kMostFiles)}});
    out.clear();
  }
  std::sort(out.begin(), out.end());
  return out;
}

void Files::check_folder(const std::string& path, const At& said) {
  std::error_code failed;
  fs::path at(path);
  // The nearest thing that is there decides: a folder can be made in a folder only.
  while (!at.empty() && !fs::exists(at, failed) && at.has_relative_path()) at = at.parent_path();
  if (at.empty()) at = ".";
  if (!fs::is_directory(at, failed)) {
    report(findings_, "config.folder_blocked", said, {{"folder", path}, {"file", at.string()}});
  } else if (access(at.c_str(), W_OK) != 0) {
    report(findings_, "config.folder_read_only", said, {{"folder", path}, {"file", at.string()}},
           base::Severity::warning);
  }
}

bool Files::check_file(const std::string& path, const At& said) {
  std::error_code failed;
  if (!fs::is_regular_file(path, failed)) {
    report(findings_, "config.file_missing", said, {{"file", path}});
    return false;
  }
  if (access(path.c_str(), R_OK) == 0) return true;
  report(findings_, "config.file_unreadable", said,
         {{"file", path}, {"reason", std::generic_category().message(errno)}});
  return false;
}

std::string Files::digest() const {
  std::string all;
  for (const auto& [path, digest] : read_) {
    all += fs::path(path).lexically_relative(folder_.empty() ? "." : folder_).string();
    all += '\0';
    all += digest;
    all += '\n';
  }
  return base::hex(security::sha256(all));
}

}  // namespace portage::config
