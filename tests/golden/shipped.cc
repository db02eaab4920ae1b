#include "tests/golden/shipped.h"

#include <algorithm>
#include <fstream>
#include <sstream>

namespace portage::golden {

namespace fs = std::filesystem;

std::optional<std::string> read_file(const fs::path& path) {
  std::ifstream in(fs::path(PORTAGE_SOURCE_DIR) / path, std::ios::binary);
  if (!in) return std::nullopt;
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

std::vector<std::string> files_below(const std::string& folder, const std::string& ending) {
  std::vector<std::string> out;
  for (const auto& entry :
       fs::recursive_directory_iterator(fs::path(PORTAGE_SOURCE_DIR) / folder)) {
    const std::string path = fs::relative(entry.path(), PORTAGE_SOURCE_DIR).string();
    if (entry.is_regular_file() && path.ends_with(ending)) out.push_back(path);
  }
  std::sort(out.begin(), out.end());
  return out;
}

std::string describe(const std::vector<base::Finding>& findings) {
  std::string out;
  for (const base::Finding& finding : findings) {
    out += finding.place.file + ":" + std::to_string(finding.place.line) + ":" +
           std::to_string(finding.place.column) + " " + finding.code;
    for (const auto& [name, value] : finding.arguments) out += " " + name + "=" + value;
    if (!finding.suggestion.empty()) out += " (" + finding.suggestion + "?)";
    out += "\n";
  }
  return out;
}

mapping::World Shipped::world() const {
  mapping::World world;
  world.schema = [this](std::string_view name) { return schemas.find(name); };
  world.table = [this](std::string_view name) {
    const auto found = tables.find(std::string(name));
    return found == tables.end() ? nullptr : &found->second;
  };
  return world;
}

namespace {

// On the heap: compiled maps point at the tables beside them.
std::unique_ptr<const Shipped> load() {
  auto out = std::make_unique<Shipped>();
  const auto take = [&](schema::Loaded loaded) {
    out->schema_findings.insert(out->schema_findings.end(), loaded.findings.begin(),
                                loaded.findings.end());
    if (loaded.schema) out->schemas.add(std::move(loaded.schema));
  };
  for (const std::string& path : files_below("schemas", ".schema.json")) {
    take(schema::load_json_schema(*read_file(path), path, out->schemas.all()));
  }
  for (const std::string& path : files_below("schemas", ".xsd")) {
    take(schema::load_xsd(*read_file(path), path));
  }
  for (const std::string& path : files_below("schemas", ".toml")) {
    take(schema::load_layout(*read_file(path), path));
  }
  for (const std::string& path : files_below("mappings/tables", ".csv")) {
    const std::string name = fs::path(path).stem().string();
    auto loaded = directory::load_table(name, *read_file(path), path);
    out->table_findings.insert(out->table_findings.end(), loaded.findings.begin(),
                               loaded.findings.end());
    if (loaded.table) out->tables.emplace(name, std::move(*loaded.table));
  }
  for (const std::string& path : files_below("mappings", ".map")) {
    out->maps.push_back({path, mapping::compile(*read_file(path), path, out->world())});
  }
  return out;
}

}  // namespace

const Shipped& shipped() {
  static const std::unique_ptr<const Shipped> kShipped = load();
  return *kShipped;
}

}  // namespace portage::golden
