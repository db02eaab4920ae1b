// portage services import: HSDS tables or documents of others, checked together with what is here;
// with --as they become a package of config/services.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "gateway/cli/offline.h"
#include "gateway/cli/services.h"
#include "gateway/cli/table.h"
#include "gateway/cli/verbs.h"
#include "gateway/format/json_text.h"

namespace portage::cli {
namespace {

namespace fs = std::filesystem;
using services::Table;

bool is_hsds(const fs::path& path) {
  const std::string name = path.filename().string();
  const std::string ending = path.extension().string();
  return !name.empty() && name.front() != '.' &&
         (ending == ".csv" || ending == ".json" || ending == ".jsonl" || ending == ".ndjson");
}

bool plain_name(const std::string& name) {
  return !name.empty() && name.size() <= 64 && name.front() != '.' &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
                  c == '.';
         });
}

// The files as they came, into a folder beside the others; it appears whole or not at all.
bool keep(const services::ServiceFiles& files, const std::string& from, const fs::path& folder,
          const Io& io) {
  const fs::path draft = folder.parent_path() / ("." + folder.filename().string() + ".new");
  std::error_code failed;
  fs::remove_all(draft, failed);
  fs::create_directories(draft, failed);
  const fs::path base = fs::is_directory(from) ? fs::path(from) : fs::path(from).parent_path();
  for (const auto& [path, bytes] : files.files) {
    const fs::path to = draft / fs::path(path).lexically_relative(base.empty() ? "." : base);
    fs::create_directories(to.parent_path(), failed);
    std::ofstream out(to, std::ios::binary);
    out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    out.close();
    if (!out) {
      io.complain("cli.file_unwritten", {{"file", to.string()}});
      return false;
    }
  }
  fs::remove_all(folder, failed);
  fs::rename(draft, folder, failed);
  if (failed) io.complain("cli.file_unwritten", {{"file", folder.string()}});
  return !failed;
}

std::size_t count_of(const services::LoadedServices& loaded, Table table,
                     const services::ServiceFiles& theirs) {
  const services::Rows& rows = loaded.services.rows();
  const auto& all = rows.of(table);
  return static_cast<std::size_t>(
      std::count_if(all.begin(), all.end(), [&](const services::Row& row) {
        return std::any_of(theirs.files.begin(), theirs.files.end(),
                           [&](const auto& file) { return file.first == rows.files[row.file]; });
      }));
}

}  // namespace

bool gather(const std::string& path, services::ServiceFiles& into, const Io& io) {
  std::vector<std::string> found;
  std::error_code failed;
  if (fs::is_directory(path, failed)) {
    for (fs::recursive_directory_iterator it(path, failed), end; !failed && it != end;
         it.increment(failed)) {
      if (it->is_regular_file() && is_hsds(it->path())) found.push_back(it->path().string());
    }
  } else {
    found.push_back(path);
  }
  if (failed || found.empty()) {
    io.complain("cli.nothing_to_import", {{"file", path}});
    return false;
  }
  std::sort(found.begin(), found.end());
  for (const std::string& file : found) {
    auto bytes = read_input(file, io);
    if (!bytes) return false;
    into.files.emplace_back(file, std::move(*bytes));
  }
  return true;
}

int services_import(const Options& options, const Io& io) {
  int exit = kDone;
  const auto config = load_config(options, io, config::Scope::everything, exit);
  if (!config) return exit;
  if (!options.as.empty() && !plain_name(options.as)) {
    io.complain("cli.import_name", {{"name", options.as}});
    return kWrongUse;
  }
  const std::string& from = options.names.front();
  services::ServiceFiles theirs, all;
  if (!gather(from, theirs, io)) return kCouldNotCheck;
  const fs::path folder = fs::path(config->services_folder) / options.as;
  std::error_code failed;
  if (fs::is_directory(config->services_folder, failed) &&
      !gather(config->services_folder, all, io)) {
    return kCouldNotCheck;
  }
  // What a package of that name brought before gives way to it.
  if (!options.as.empty()) {
    std::erase_if(all.files,
                  [&](const auto& file) { return file.first.starts_with(folder.string() + "/"); });
  }
  all.files.insert(all.files.end(), theirs.files.begin(), theirs.files.end());
  const services::LoadedServices loaded =
      services::load_services(all, config->directory, config->table("language"), &config->kinds);
  const Tally found = tally(loaded.findings);
  if (options.output == Output::table) {
    for (const base::Finding& finding : loaded.findings) {
      io.out << config::render(finding, io.style.french());
    }
  } else {
    for (const base::Finding& finding : loaded.findings) {
      io.out << config::render_json(finding, io.style.french()) << '\n';
    }
  }
  if (found.errors > 0) {
    io.err << io.style.say("cli.import_refused", {{"tally", tally_text(found, io.style)}}) << '\n';
    return kFound;
  }
  const auto n = [&](Table table) { return thousands(count_of(loaded, table, theirs), io.style); };
  io.err << io.style.say("cli.import_good", {{"organizations", n(Table::organization)},
                                             {"services", n(Table::service)},
                                             {"locations", n(Table::location)},
                                             {"terms", n(Table::taxonomy_term)},
                                             {"tally", tally_text(found, io.style)}})
         << '\n';
  if (options.as.empty()) {
    io.err << io.style.say("cli.import_checked") << '\n';
    return kDone;
  }
  if (!keep(theirs, from, folder, io)) return kCouldNotCheck;
  io.err << io.style.say("cli.import_kept", {{"folder", folder.string()}}) << '\n';
  return kDone;
}

}  // namespace portage::cli
