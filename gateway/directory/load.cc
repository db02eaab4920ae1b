#include "gateway/directory/load.h"

#include <algorithm>
#include <deque>
#include <tuple>

#include "gateway/base/text.h"

namespace portage::directory {

namespace {

std::string_view last_part(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

struct FileKind {
  std::string_view name;
  void (DirectoryLoader::*read)(const Sheet&);
  std::vector<std::string_view> required, optional;
};

const std::vector<FileKind>& file_kinds() {
  static const std::vector<FileKind> kKinds = {
      {"sources.csv",
       &DirectoryLoader::read_sources,
       {"id"},
       {"title", "address", "licence", "note"}},
      {"parties.csv",
       &DirectoryLoader::read_parties,
       {"id", "kind", "name_en"},
       {"name_fr", "organisation", "sample", "valid_from", "valid_until", "certainty", "source",
        "note"}},
      {"organisations.csv",
       &DirectoryLoader::read_organisations,
       {"id", "name_en"},
       {"name_fr", "sector", "certainty", "source", "note"}},
      {"municipalities.csv",
       &DirectoryLoader::read_municipalities,
       {"name", "service_manager"},
       {"other_names", "valid_from", "valid_until", "certainty", "source", "note"}},
      {"first_nation_sites.csv",
       &DirectoryLoader::read_first_nation_sites,
       {"id", "name_en", "communities"},
       {"name_fr", "organisation", "sample", "valid_from", "valid_until", "certainty", "source",
        "note"}},
      {"sites.csv",
       &DirectoryLoader::read_sites,
       {"id", "party", "name_en"},
       {"name_fr", "postal", "municipality", "languages", "sample", "valid_from", "valid_until",
        "certainty", "source", "note"}},
      {"catchments.csv",
       &DirectoryLoader::read_catchments,
       {"id", "name_en", "system_manager", "integrated_start"},
       {"name_fr", "name_fr_status", "brand", "contracts_move", "contracts_window", "precision",
        "phase", "eo_number", "economic_region", "certainty", "source", "note"}},
      {"service_managers.csv",
       &DirectoryLoader::read_service_managers,
       {"id", "area", "name_en", "catchment"},
       {"kind", "name_fr", "organisation", "serves", "census_divisions", "catchment_certainty",
        "catchment_basis", "french_services", "valid_from", "valid_until", "certainty", "source",
        "note"}},
      {"odsp_offices.csv",
       &DirectoryLoader::read_odsp_offices,
       {"id", "name_en"},
       {"name_fr", "service_manager", "catchment", "sample", "valid_from", "valid_until",
        "certainty", "source", "note"}},
      {"roles.csv",
       &DirectoryLoader::read_roles,
       {"party", "role", "area"},
       {"valid_from", "valid_until", "certainty", "source", "note"}},
      {"postal_areas.csv",
       &DirectoryLoader::read_postal_areas,
       {"fsa", "service_manager", "catchment", "service_manager_certainty", "catchment_certainty"},
       {"place", "other_service_managers", "other_catchments", "special", "division", "lat", "lon",
        "valid_from", "valid_until", "source", "note"}},
  };
  return kKinds;
}

base::Finding file_finding(std::string_view code, const std::string& file,
                           base::Severity severity) {
  base::Finding finding;
  finding.severity = severity;
  finding.code = code;
  finding.place.file = file;
  finding.arguments = {{"file", std::string(last_part(file))}};
  return finding;
}

}  // namespace

void DirectoryLoader::add_role(std::string_view party, std::string_view role, std::string_view area,
                               Certainty certainty, base::Days valid, const SourceRow& where) {
  out.roles_.push_back(
      {std::string(party), std::string(role), std::string(area), certainty, valid, where});
}

// What other rows say already is not asked for twice: a service manager's row gives its role and,
// until its catchment's start, that of its own employment unit; a catchment's row gives its system
// manager's.
void DirectoryLoader::derive_roles() {
  std::map<std::string_view, std::string_view> area_of;
  for (const ServiceManager& m : out.service_managers_) area_of.emplace(m.party, m.area);
  for (Role& role : out.roles_) {
    if (role.role != "odsp-office") continue;
    if (const auto it = area_of.find(role.area); it != area_of.end()) role.area = it->second;
  }
  for (const ServiceManager& m : out.service_managers_) {
    add_role(m.party, "service-manager", m.area, Certainty::high, m.valid, m.where);
    const Catchment* c = out.catchment(m.catchment);
    if (c == nullptr) continue;
    base::Days own = m.valid;
    own.until = std::min(own.until, base::Day{c->integrated_start.since_1970 - 1});
    if (own.from <= own.until) {
      add_role(m.party, "employment", m.area, m.catchment_certainty, own, m.where);
    }
  }
  for (const auto& [id, c] : out.catchments_) {
    if (c.system_manager.empty()) continue;
    base::Days held{c.contracts_latest, base::kLastDay};
    // A row in roles.csv takes over from its first day: that is how a manager is replaced.
    for (const Role& other : out.roles_) {
      if (other.role == "system-manager" && other.area == id && other.valid.from > held.from) {
        held.until = std::min(held.until, base::Day{other.valid.from.since_1970 - 1});
      }
    }
    add_role(c.system_manager, "system-manager", id, c.certainty, held, c.where);
  }
}

void DirectoryLoader::check_references() {
  std::vector<std::string> parties, catchments, all_areas(areas.begin(), areas.end());
  for (const auto& [id, party] : out.parties_) parties.push_back(id);
  for (const auto& [id, line] : catchment_lines) catchments.push_back(id);
  std::vector<std::string> known_sources;
  for (const auto& [id, line] : source_lines) known_sources.push_back(id);
  for (const Reference& r : party_references) {
    const Party* party = out.party(r.cell.text);
    if (party == nullptr) {
      r.sheet->unknown("directory.unknown_party", r.cell, r.cell.text, parties);
    } else if (!r.kind.empty() && party->kind != r.kind) {
      r.sheet->report("directory.wrong_kind", r.cell,
                      {{"party", party->id}, {"kind", party->kind}, {"wanted", r.kind}});
    }
  }
  for (const Reference& r : catchment_references) {
    if (!catchment_lines.contains(r.cell.text)) {
      r.sheet->unknown("directory.unknown_catchment", r.cell, r.cell.text, catchments);
    }
  }
  for (const Reference& r : area_references) {
    if (!areas.contains(r.cell.text)) {
      r.sheet->unknown("directory.unknown_area", r.cell, r.cell.text, all_areas);
    }
  }
  std::vector<std::string> organisations;
  for (const auto& [id, organisation] : out.organisations_) organisations.push_back(id);
  for (const Reference& r : organisation_references) {
    if (!out.organisations_.contains(r.cell.text)) {
      r.sheet->unknown("directory.unknown_organisation", r.cell, r.cell.text, organisations);
    }
  }
  for (const Reference& r : source_references) {
    if (has_sources && !source_lines.contains(r.cell.text)) {
      r.sheet->unknown("directory.unknown_source", r.cell, r.cell.text, known_sources,
                       base::Severity::warning);
    }
  }
}

// One holder at a time for the roles that own an area; elsewhere only the same party twice is a
// fault.
void DirectoryLoader::check_overlapping_roles() {
  std::vector<const Role*> sorted;
  for (const Role& r : out.roles_) sorted.push_back(&r);
  const auto shared = [](const Role& r) {
    return r.role == "provider" || r.role == "odsp-office" || r.role == "housing" ||
           r.role == "bank";
  };
  const auto key = [&](const Role& r) {
    return std::tuple<std::string_view, std::string_view, std::string_view>(
        r.role, r.area, shared(r) ? std::string_view(r.party) : std::string_view());
  };
  std::stable_sort(sorted.begin(), sorted.end(), [&](const Role* a, const Role* b) {
    return std::pair(key(*a), a->valid.from) < std::pair(key(*b), b->valid.from);
  });
  const Role* reach = nullptr;  // the holder that lasts longest so far
  for (const Role* role : sorted) {
    if (reach != nullptr && key(*reach) == key(*role) && role->valid.from <= reach->valid.until) {
      // The finding stands at the row that was written later.
      const bool swap = std::tie(role->where.file, role->where.line) <
                        std::tie(reach->where.file, reach->where.line);
      const Role& at = swap ? *reach : *role;
      const Role& other = swap ? *role : *reach;
      base::Finding finding =
          file_finding("directory.overlapping_roles", at.where.file, base::Severity::error);
      finding.place.line = at.where.line;
      finding.place.column = 1;
      finding.arguments = {{"role", at.role},
                           {"area", at.area},
                           {"party", at.party},
                           {"other", other.party},
                           {"other_line", std::to_string(other.where.line)},
                           {"day", base::format_day(role->valid.from)}};
      findings.push_back(std::move(finding));
    }
    if (reach == nullptr || key(*reach) != key(*role) || role->valid.until > reach->valid.until) {
      reach = role;
    }
  }
}

// From its integrated start on, every day of a catchment has a system manager that exists on that
// day.
void DirectoryLoader::check_owners() {
  for (const auto& [id, c] : out.catchments_) {
    if (c.system_manager.empty() || out.party(c.system_manager) == nullptr) continue;  // reported
    base::Day day = c.integrated_start;
    bool moved = true;
    while (moved && day < base::kLastDay) {
      moved = false;
      for (const Role& r : out.roles_) {
        if (r.role != "system-manager" || r.area != id || !r.valid.contains(day)) continue;
        const Party* party = out.party(r.party);
        if (party == nullptr || !party->valid.contains(day)) continue;
        day = std::min(r.valid.until, party->valid.until);
        moved = true;
        if (day < base::kLastDay) ++day.since_1970;
      }
    }
    if (moved || day == base::kLastDay) continue;
    base::Finding finding =
        file_finding("directory.no_owner_on", c.where.file, base::Severity::error);
    finding.place.line = c.where.line;
    finding.place.column = 1;
    finding.arguments = {{"catchment", id}, {"day", base::format_day(day)}};
    findings.push_back(std::move(finding));
  }
}

void DirectoryLoader::check_places() {
  out.index();
  const std::vector<PostalArea>& places = out.places_;
  for (std::size_t i = 1; i < places.size(); ++i) {
    const PostalArea& a = places[i - 1];
    const PostalArea& b = places[i];
    if (a.fsa != b.fsa || b.valid.from > a.valid.until) continue;
    const PostalArea& at = a.where.line > b.where.line ? a : b;
    const PostalArea& other = a.where.line > b.where.line ? b : a;
    base::Finding finding =
        file_finding("directory.overlapping_areas", at.where.file, base::Severity::error);
    finding.place = {at.where.file, at.where.line, 1, {}};
    finding.arguments = {{"fsa", at.fsa},
                         {"other_line", std::to_string(other.where.line)},
                         {"day", base::format_day(b.valid.from)}};
    findings.push_back(std::move(finding));
  }
}

void DirectoryLoader::check_desk(const std::string& file) {
  std::size_t desks = 0;
  for (const auto& [id, party] : out.parties_) {
    if (party.kind == "desk") ++desks;
  }
  if (desks == 1) return;
  base::Finding finding = file_finding(desks == 0 ? "directory.no_desk" : "directory.two_desks",
                                       file, base::Severity::error);
  findings.push_back(std::move(finding));
}

Directory DirectoryLoader::finish() { return std::move(out); }

LoadedDirectory load_directory(const DirectoryFiles& files) {
  LoadedDirectory loaded;
  DirectoryLoader loader{loaded.findings};
  std::deque<Sheet> sheets;  // references point into them until they are checked
  std::vector<std::string> names;
  for (const FileKind& kind : file_kinds()) names.emplace_back(kind.name);
  std::string parties_file = "parties.csv";
  bool has_parties = false;
  for (const auto& [path, bytes] : files.files) {
    const auto kind = std::find_if(file_kinds().begin(), file_kinds().end(),
                                   [&](const FileKind& k) { return k.name == last_part(path); });
    if (kind == file_kinds().end()) {
      base::Finding finding = file_finding("directory.unknown_file", path, base::Severity::warning);
      finding.suggestion = base::nearest(last_part(path), names).value_or("");
      loaded.findings.push_back(std::move(finding));
      continue;
    }
    if (kind->name == "parties.csv") {
      parties_file = path;
      has_parties = true;
    }
    sheets.emplace_back(path, bytes, kind->required, kind->optional, loaded.findings);
    (loader.*(kind->read))(sheets.back());
  }
  if (!has_parties) {
    loaded.findings.push_back(
        file_finding("directory.missing_file", parties_file, base::Severity::error));
  } else {
    loader.check_desk(parties_file);
  }
  loader.derive_roles();
  loader.check_references();
  loader.check_overlapping_roles();
  loader.check_owners();
  loader.check_places();
  loader.check_municipalities();
  loaded.directory = loader.finish();
  std::stable_sort(loaded.findings.begin(), loaded.findings.end(),
                   [](const base::Finding& a, const base::Finding& b) {
                     return std::tie(a.place.file, a.place.line, a.place.column) <
                            std::tie(b.place.file, b.place.line, b.place.column);
                   });
  return loaded;
}

}  // namespace portage::directory
