#include "gateway/cli/offline.h"

#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>

namespace portage::cli {
namespace {

constexpr std::size_t kInputBytes = 256u << 20;

std::string counted(std::size_t count, const char* one, const char* many, const Style& style) {
  return style.say(count == 1 ? one : many, {{"n", thousands(count, style)}});
}

}  // namespace

std::string config_path(const Options& options) {
  if (!options.config.empty()) return options.config;
  std::error_code failed;
  if (std::filesystem::exists("config/portage.toml", failed)) return "config/portage.toml";
  return "/etc/portage/portage.toml";
}

bool could_not_check(const config::Loaded& loaded, const std::string& path) {
  if (loaded.counts.files > 0 || loaded.findings.empty()) return false;
  const base::Finding& first = loaded.findings.front();
  const std::string tidy = std::filesystem::path(path).lexically_normal().string();
  return (first.code == "config.file_missing" || first.code == "config.file_unreadable") &&
         first.place.file == tidy;
}

std::shared_ptr<const config::Config> load_config(const Options& options, const Io& io,
                                                  config::Scope scope, int& exit) {
  const std::string path = config_path(options);
  config::Loaded loaded = config::load(path, scope);
  if (loaded.config) return std::move(loaded.config);
  for (const base::Finding& finding : loaded.findings) {
    if (finding.severity == base::Severity::error) {
      io.err << config::render(finding, io.style.french());
    }
  }
  exit = could_not_check(loaded, path) ? kCouldNotCheck : kFound;
  io.complain(exit == kFound ? "cli.config_unsound" : "cli.config_unread", {{"file", path}});
  return nullptr;
}

Tally tally(const std::vector<base::Finding>& findings) {
  Tally out;
  for (const base::Finding& finding : findings) {
    switch (finding.severity) {
      case base::Severity::error:
        ++out.errors;
        break;
      case base::Severity::warning:
        ++out.warnings;
        break;
      case base::Severity::note:
        ++out.notes;
        break;
    }
  }
  return out;
}

std::string tally_text(const Tally& tally, const Style& style) {
  return counted(tally.errors, "cli.count.error", "cli.count.errors", style) + ", " +
         counted(tally.warnings, "cli.count.warning", "cli.count.warnings", style);
}

std::optional<std::string> read_input(const std::string& path, const Io& io) {
  std::string bytes;
  if (path == "-") {
    bytes.assign(std::istreambuf_iterator<char>(std::cin), {});
    return bytes;
  }
  std::error_code failed;
  const std::uintmax_t size = std::filesystem::file_size(path, failed);
  if (!failed && size <= kInputBytes) {
    std::ifstream in(path, std::ios::binary);
    bytes.assign(std::istreambuf_iterator<char>(in), {});
    if (in && bytes.size() == size) return bytes;
  }
  io.complain("cli.file_unread", {{"file", path}});
  return std::nullopt;
}

}  // namespace portage::cli
