// The sheets that say who stands behind the parties and how people name places.
#include <algorithm>

#include "gateway/directory/load.h"

namespace portage::directory {

namespace {

std::string text(const Sheet& sheet, const SheetRow& row, std::string_view column) {
  return std::string(row.text(sheet.column(column)));
}

const Cell& cell(const Sheet& sheet, const SheetRow& row, std::string_view column) {
  return row.at(sheet.column(column));
}

}  // namespace

void DirectoryLoader::read_organisations(const Sheet& sheet) {
  for (const SheetRow& row : sheet.rows()) {
    const Cell& id = cell(sheet, row, "id");
    if (!sheet.filled(row, "id") || !sheet.filled(row, "name_en")) continue;
    Organisation organisation;
    organisation.id = id.text;
    organisation.name_en = text(sheet, row, "name_en");
    organisation.name_fr = text(sheet, row, "name_fr");
    organisation.sector = text(sheet, row, "sector");
    organisation.certainty = sheet.certainty(cell(sheet, row, "certainty"));
    organisation.where = sheet.where(row);
    cite(sheet, row);
    const auto [at, fresh] = out.organisations_.emplace(id.text, std::move(organisation));
    if (fresh) continue;
    sheet.report("directory.duplicate_id", id,
                 {{"id", id.text},
                  {"other_file", sheet.file()},
                  {"other_line", std::to_string(at->second.where.line)}});
  }
}

void DirectoryLoader::read_municipalities(const Sheet& sheet) {
  for (const SheetRow& row : sheet.rows()) {
    const Cell& manager = cell(sheet, row, "service_manager");
    if (!sheet.filled(row, "name") || !sheet.filled(row, "service_manager")) continue;
    party_references.push_back({&sheet, manager, "service-manager"});
    cite(sheet, row);
    Municipality m;
    m.name = text(sheet, row, "name");
    m.service_manager = manager.text;
    m.certainty = sheet.certainty(cell(sheet, row, "certainty"));
    m.where = sheet.where(row);
    if (!dates(sheet, row, m.valid)) continue;
    out.municipality_keys_.emplace(place_key(m.name), out.municipalities_.size());
    for (const Cell& other : sheet.list(cell(sheet, row, "other_names"))) {
      if (place_key(other.text) == place_key(m.name)) continue;
      out.municipality_keys_.emplace(place_key(other.text), out.municipalities_.size());
    }
    out.municipalities_.push_back(std::move(m));
  }
}

// A site is a party of its own kind and the delivery agent of its communities.
void DirectoryLoader::read_first_nation_sites(const Sheet& sheet) {
  for (const SheetRow& row : sheet.rows()) {
    Party party;
    party.kind = "first-nation";
    party.sample = sheet.flag(cell(sheet, row, "sample"));
    if (!sheet.filled(row, "communities") || !add_party(sheet, row, std::move(party))) continue;
    const Party& site = out.parties_.find(text(sheet, row, "id"))->second;
    areas.insert(site.id);
    add_role(site.id, "delivery-agent", site.id, site.certainty, site.valid, site.where);
    for (const Cell& community : sheet.list(cell(sheet, row, "communities"))) {
      out.community_keys_.emplace(place_key(community.text), site.id);
    }
  }
}

void DirectoryLoader::read_sites(const Sheet& sheet) {
  for (const SheetRow& row : sheet.rows()) {
    const Cell& id = cell(sheet, row, "id");
    const Cell& party = cell(sheet, row, "party");
    const Cell& postal = cell(sheet, row, "postal");
    if (!sheet.filled(row, "id") || !sheet.filled(row, "party")) continue;
    party_references.push_back({&sheet, party, "provider"});
    cite(sheet, row);
    Site site;
    site.id = id.text;
    site.party = party.text;
    site.name_en = text(sheet, row, "name_en");
    site.name_fr = text(sheet, row, "name_fr");
    site.postal = postal.text;
    site.municipality = text(sheet, row, "municipality");
    site.sample = sheet.flag(cell(sheet, row, "sample"));
    site.certainty = sheet.certainty(cell(sheet, row, "certainty"));
    site.where = sheet.where(row);
    for (Cell& language : sheet.list(cell(sheet, row, "languages"))) {
      site.languages.push_back(std::move(language.text));
    }
    if (!postal.text.empty() && !fsa_number(postal.text)) {
      sheet.report("directory.bad_fsa", postal, {{"fsa", postal.text}});
    }
    if (!dates(sheet, row, site.valid)) continue;
    const auto same = std::find_if(out.sites_.begin(), out.sites_.end(),
                                   [&](const Site& other) { return other.id == site.id; });
    if (same != out.sites_.end()) {
      sheet.report("directory.duplicate_id", id,
                   {{"id", id.text},
                    {"other_file", sheet.file()},
                    {"other_line", std::to_string(same->where.line)}});
      continue;
    }
    out.sites_.push_back(std::move(site));
  }
}

// One name, two service managers on one day: people would be sent to whichever row came first.
void DirectoryLoader::check_municipalities() {
  for (auto it = out.municipality_keys_.begin(); it != out.municipality_keys_.end(); ++it) {
    const Municipality& a = out.municipalities_[it->second];
    for (auto other = std::next(it);
         other != out.municipality_keys_.end() && other->first == it->first; ++other) {
      const Municipality& b = out.municipalities_[other->second];
      if (a.valid.until < b.valid.from || b.valid.until < a.valid.from) continue;
      base::Finding finding;
      finding.code = "directory.municipality_twice";
      finding.place = {b.where.file, std::max(a.where.line, b.where.line), 1, {}};
      finding.arguments = {{"name", b.name},
                           {"other_line", std::to_string(std::min(a.where.line, b.where.line))}};
      findings.push_back(std::move(finding));
    }
  }
}

}  // namespace portage::directory
