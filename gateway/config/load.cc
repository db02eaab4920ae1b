#include <algorithm>
#include <filesystem>

#include "gateway/base/text.h"
#include "gateway/config/flows.h"
#include "gateway/config/library.h"

namespace portage::config {
namespace {

namespace fs = std::filesystem;

std::string folder_of(const std::string& file) { return fs::path(file).parent_path().string(); }

std::vector<LinkDraft> read_parties(const Named& folder, Files& files, Findings& findings) {
  std::vector<LinkDraft> drafts;
  const std::string path = files.resolve(folder.name);
  for (const std::string& file : files.list(path, {".toml"}, false, folder.at)) {
    const auto bytes = files.read(file, kTomlBytes);
    if (!bytes) continue;
    format::TomlFile toml = format::read_toml(*bytes, file, kTomlForm);
    std::move(toml.findings.begin(), toml.findings.end(), std::back_inserter(findings));
    if (toml.ok) drafts.push_back(read_party(toml.root, file, files, findings));
  }
  return drafts;
}

// A name that may belong to something that failed to load is not worth a second finding.
void drop_echoes(const Library& library, Findings& findings) {
  std::erase_if(findings, [&](const base::Finding& finding) {
    return (finding.code == "config.unknown_form" && !library.schemas_whole()) ||
           (finding.code == "config.unknown_kind" && !library.schemas_whole()) ||
           (finding.code == "config.drop_form" && !library.schemas_whole()) ||
           (finding.code == "config.unknown_mapping" &&
            !(library.mappings_whole() && library.schemas_whole())) ||
           (finding.code == "config.unknown_party" && !library.places_whole());
  });
}

bool any_error(const Findings& findings) {
  return std::any_of(findings.begin(), findings.end(), [](const base::Finding& finding) {
    return finding.severity == base::Severity::error;
  });
}

void sort_by_place(Findings& findings) {
  std::stable_sort(findings.begin(), findings.end(),
                   [](const base::Finding& a, const base::Finding& b) {
                     return std::tie(a.place.file, a.place.line, a.place.column) <
                            std::tie(b.place.file, b.place.line, b.place.column);
                   });
}

}  // namespace

Loaded load(const std::string& portage_toml, Scope scope) {
  Loaded loaded;
  Findings& findings = loaded.findings;
  auto config = std::make_shared<Config>();
  const std::string file = fs::path(portage_toml).lexically_normal().string();
  config->folder = folder_of(file);
  Files files(config->folder, findings);
  const auto bytes = files.read(file, kTomlBytes);
  if (!bytes) return loaded;
  format::TomlFile toml = format::read_toml(*bytes, file, kTomlForm);
  std::move(toml.findings.begin(), toml.findings.end(), std::back_inserter(findings));
  if (!toml.ok) return loaded;

  SettingsDraft settings = read_settings(toml.root, file, files, findings);
  const bool whole = scope == Scope::everything || scope == Scope::all_but_flows;
  if (!whole) findings.clear();  // a mapping needs no listener
  config->settings = std::move(settings.settings);
  config->mappings_folder = files.resolve(settings.paths.mappings.name);
  Library library(settings.paths, files, *config, findings);
  if (scope != Scope::settings) library.load_words();
  if (scope == Scope::agreed) {
    std::vector<LinkDraft> drafts = read_parties(settings.paths.parties, files, findings);
    library.load_agreed();
    take_links(drafts, *config);
  }
  if (whole) {
    std::vector<LinkDraft> drafts = read_parties(settings.paths.parties, files, findings);
    library.load_rest();
    cross_check(drafts, *config, findings);
    if (scope == Scope::everything && library.agreements_whole() && library.mappings_whole() &&
        library.schemas_whole() && library.places_whole()) {
      check_flows(*config, findings);
      if (!any_error(findings)) check_permits(*config, findings);
      check_style(*config, findings);
    }
    drop_echoes(library, findings);
  }
  sort_by_place(findings);

  config->digest = files.digest();
  loaded.counts = Counts{files.count(),
                         config->directory.parties().size(),
                         config->links.size(),
                         config->directory.places().size(),
                         config->rules.size(),
                         config->mappings.all().size(),
                         config->schemas.all().size(),
                         config->tables.size(),
                         config->directory.roles().size(),
                         config->directory.areas(),
                         config->agreements.all().size(),
                         config->agreements.flows().size(),
                         config->kinds.size()};
  if (!any_error(findings)) loaded.config = std::move(config);
  return loaded;
}

const Link* Config::link(std::string_view party) const {
  const auto at = std::lower_bound(links.begin(), links.end(), party,
                                   [](const Link& one, auto id) { return one.party < id; });
  return at != links.end() && at->party == party ? &*at : nullptr;
}

const Link* Config::by_certificate(std::string_view sha256,
                                   const std::vector<std::string>& names) const {
  // The certificate itself proves more than a name in it, so it is looked for first.
  for (const Link& one : links) {
    for (const std::string& held : one.certificates) {
      if (!sha256.empty() && held == sha256) return &one;
    }
  }
  const Link* found = nullptr;
  for (const Link& one : links) {
    for (const std::string& name : one.names) {
      for (const std::string& held : names) {
        if (base::lower_ascii(name) != base::lower_ascii(held)) continue;
        if (found != nullptr && found != &one) return nullptr;  // it proves two parties: neither
        found = &one;
      }
    }
  }
  return found;
}

const directory::CodeTable* Config::table(std::string_view name) const {
  const auto at = std::find_if(tables.begin(), tables.end(),
                               [&](const auto& table) { return table.name() == name; });
  return at != tables.end() ? &*at : nullptr;
}

const schema::Schema* Config::canonical(std::string_view kind) const {
  const schema::Schema* newest = nullptr;
  unsigned long best = 0;
  for (const auto& schema : schemas.all()) {
    const std::string& name = schema->name();
    const std::size_t at = name.rfind('@');
    if (at == std::string::npos || std::string_view(name).substr(0, at) != kind) continue;
    const unsigned long version = std::strtoul(name.c_str() + at + 1, nullptr, 10);
    if (newest == nullptr || version > best) {
      newest = schema.get();
      best = version;
    }
  }
  return newest;
}

}  // namespace portage::config
