#include "gateway/config/library.h"

#include <algorithm>
#include <filesystem>

#include "gateway/base/text.h"
#include "gateway/directory/sheet.h"

namespace portage::config {
namespace {

namespace fs = std::filesystem;
constexpr std::size_t kSchemaBytes = 8u << 20;
constexpr std::size_t kMappingBytes = 1u << 20;
constexpr std::size_t kTableBytes = 32u << 20;

std::string below(const std::string& folder, std::string_view name) {
  return (fs::path(folder) / fs::path(name)).lexically_normal().string();
}

bool any_error(const std::vector<base::Finding>& findings) {
  return std::any_of(findings.begin(), findings.end(), [](const base::Finding& finding) {
    return finding.severity == base::Severity::error;
  });
}

}  // namespace

Library::Library(const Paths& paths, Files& files, Config& config, Findings& findings)
    : paths_(paths), files_(files), config_(config), findings_(findings) {}

void Library::load_words() {
  tables();
  const std::string schemas = files_.resolve(paths_.schemas.name);
  records(below(schemas, "records"));
  forms(below(schemas, "parties"));
}

void Library::load_rest() {
  mappings();
  places();
  services();
  routes();
  agreements();
}

void Library::load_agreed() {
  places();
  agreements();
}

bool Library::take(std::vector<base::Finding>&& findings) {
  const bool whole = !any_error(findings);
  findings_.insert(findings_.end(), std::make_move_iterator(findings.begin()),
                   std::make_move_iterator(findings.end()));
  return whole;
}

void Library::tables() {
  const std::string folder = files_.resolve(paths_.tables.name);
  for (const std::string& path : files_.list(folder, {".csv"}, false, paths_.tables.at)) {
    const auto bytes = files_.read(path, kTableBytes);
    if (!bytes) continue;
    directory::LoadedTable loaded =
        directory::load_table(fs::path(path).stem().string(), *bytes, path);
    take(std::move(loaded.findings));
    if (loaded.table) config_.tables.push_back(std::move(*loaded.table));
  }
}

// index.csv names each kind and version once, with its file.
void Library::records(const std::string& folder) {
  const std::string index = below(folder, "index.csv");
  const auto bytes = files_.read(index, kTableBytes, &paths_.schemas.at);
  if (!bytes) {
    schemas_whole_ = false;
    return;
  }
  std::vector<base::Finding> found;
  const directory::Sheet sheet(index, *bytes, {"kind", "version", "file"},
                               {"name_en", "name_fr", "refers", "group", "sent_by", "received_by",
                                "volume", "status", "source"},
                               found);
  if (!take(std::move(found))) schemas_whole_ = false;
  for (const directory::SheetRow& row : sheet.rows()) {
    const directory::Cell& kind = row.at(sheet.column("kind"));
    const directory::Cell& version = row.at(sheet.column("version"));
    const directory::Cell& file = row.at(sheet.column("file"));
    const auto width = static_cast<std::uint32_t>(file.text.size());
    const At at = at_of(index, Span{file.line, file.column, file.column + width});
    const std::string path = below(folder, file.text);
    const auto text = files_.read(path, kSchemaBytes, &at);
    if (!text) {
      schemas_whole_ = false;
      continue;
    }
    schema::Loaded loaded = schema::load_json_schema(*text, path, config_.schemas.all());
    if (!take(std::move(loaded.findings))) schemas_whole_ = false;
    if (!loaded.schema) continue;
    const std::string name = kind.text + "@" + version.text;
    if (loaded.schema->name() != name) {
      report(findings_, "config.index_name", at,
             {{"file", path}, {"name", name}, {"found", loaded.schema->name()}});
      schemas_whole_ = false;
      continue;
    }
    if (config_.schemas.find(name) != nullptr) {
      report(findings_, "config.schema_twice", at, {{"name", name}});
      continue;
    }
    config_.schemas.add(std::move(loaded.schema));
    if (std::find(config_.kinds.begin(), config_.kinds.end(), kind.text) == config_.kinds.end()) {
      config_.kinds.push_back(kind.text);
    }
  }
}

void Library::forms(const std::string& folder) {
  for (const std::string& path :
       files_.list(folder, {".schema.json", ".xsd", ".toml"}, true, paths_.schemas.at)) {
    const auto text = files_.read(path, kSchemaBytes);
    if (!text) {
      schemas_whole_ = false;
      continue;
    }
    schema::Loaded loaded = path.ends_with(".xsd") ? schema::load_xsd(*text, path)
                            : path.ends_with(".toml")
                                ? schema::load_layout(*text, path)
                                : schema::load_json_schema(*text, path, config_.schemas.all());
    if (!take(std::move(loaded.findings))) schemas_whole_ = false;
    if (!loaded.schema) continue;
    if (config_.schemas.find(loaded.schema->name()) != nullptr) {
      report(findings_, "config.schema_twice", At{base::Place{path, 1, 1, {}}, 0},
             {{"name", loaded.schema->name()}});
      continue;
    }
    config_.schemas.add(std::move(loaded.schema));
  }
}

void Library::mappings() {
  mapping::World world;
  world.schema = [this](std::string_view name) { return config_.schemas.find(name); };
  world.table = [this](std::string_view name) { return config_.table(name); };
  const std::string folder = files_.resolve(paths_.mappings.name);
  for (const std::string& path : files_.list(folder, {".map"}, true, paths_.mappings.at)) {
    const auto text = files_.read(path, kMappingBytes);
    if (!text) {
      mappings_whole_ = false;
      continue;
    }
    mapping::Compiled compiled = mapping::compile(*text, path, world);
    if (!take(std::move(compiled.findings))) mappings_whole_ = false;
    if (compiled.mapping) take(config_.mappings.add(std::move(compiled.mapping)));
  }
}

void Library::places() {
  directory::DirectoryFiles given;
  const std::string folder = files_.resolve(paths_.places.name);
  for (const std::string& path : files_.list(folder, {".csv"}, false, paths_.places.at)) {
    auto bytes = files_.read(path, kTableBytes);
    if (bytes) given.files.emplace_back(path, std::move(*bytes));
    places_whole_ = places_whole_ && bytes.has_value();
  }
  directory::LoadedDirectory loaded = directory::load_directory(given);
  if (!take(std::move(loaded.findings))) places_whole_ = false;
  config_.directory = std::move(loaded.directory);
}

void Library::services() {
  const std::string folder = files_.resolve(paths_.services.name);
  std::error_code failed;
  config_.services_folder = folder;
  if (paths_.services.at.place.file.empty() && !fs::is_directory(folder, failed)) return;
  services::ServiceFiles given;
  for (const std::string& path :
       files_.list(folder, {".csv", ".json", ".jsonl", ".ndjson"}, true, paths_.services.at)) {
    auto bytes = files_.read(path, kTableBytes);
    if (bytes) given.files.emplace_back(path, std::move(*bytes));
  }
  // Parties and areas are checked only where all are known.
  if (!places_whole_) return;
  services::LoadedServices loaded =
      services::load_services(given, config_.directory, config_.table("language"),
                              schemas_whole_ ? &config_.kinds : nullptr);
  take(std::move(loaded.findings));
  config_.services = std::move(loaded.services);
}

void Library::agreements() {
  std::vector<std::pair<std::string, std::string>> given;
  const std::string folder =
      files_.resolve(paths_.agreements.name.empty() ? paths_.routes.name + "/../agreements"
                                                    : paths_.agreements.name);
  for (const std::string& path : files_.list(folder, {".toml"}, true, paths_.agreements.at)) {
    auto bytes = files_.read(path, kTomlBytes);
    if (bytes) given.emplace_back(path, std::move(*bytes));
  }
  // Against schemas and places that did not load, every name would be unknown.
  if (!schemas_whole_ || !places_whole_) return;
  std::vector<agreements::KindShape> kinds;
  for (const std::string& kind : config_.kinds) {
    if (const schema::Schema* canonical = config_.canonical(kind)) {
      kinds.push_back({kind, &canonical->shape()});
    }
  }
  agreements::LoadedAgreements loaded = agreements::load_agreements(
      given, config_.directory, kinds, config_.table("consent_purpose"));
  if (!take(std::move(loaded.findings))) agreements_whole_ = false;
  config_.agreements = std::move(loaded.agreements);
}

void Library::routes() {
  std::vector<std::pair<std::string, std::string>> given;
  const std::string folder = files_.resolve(paths_.routes.name);
  for (const std::string& path : files_.list(folder, {".toml"}, true, paths_.routes.at)) {
    auto bytes = files_.read(path, kTomlBytes);
    if (bytes) given.emplace_back(path, std::move(*bytes));
  }
  // Kinds and fields are checked only where all are known.
  std::vector<routing::KindFields> kinds;
  for (const std::string& kind : config_.kinds) {
    kinds.push_back(routing::fields_of(kind, config_.canonical(kind)->shape()));
  }
  routing::LoadedRules loaded =
      routing::load_rules(given, config_.directory, schemas_whole_ ? &kinds : nullptr);
  take(std::move(loaded.findings));
  config_.rules = std::move(loaded.rules);
}

}  // namespace portage::config
