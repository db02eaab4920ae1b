#include <algorithm>

#include "gateway/directory/load.h"

namespace portage::directory {

namespace {

bool plain_id(std::string_view id) {
  return !id.empty() && id.size() <= 64 && std::all_of(id.begin(), id.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

std::string text(const Sheet& sheet, const SheetRow& row, std::string_view column) {
  return std::string(row.text(sheet.column(column)));
}

const Cell& cell(const Sheet& sheet, const SheetRow& row, std::string_view column) {
  return row.at(sheet.column(column));
}

// "-76.2754" -> -762754; 0 for what is no such number.
std::int32_t ten_thousandths(std::string_view degrees) {
  const bool negative = degrees.starts_with('-');
  if (negative) degrees.remove_prefix(1);
  std::int64_t out = 0;
  int places = -1;
  for (const char c : degrees) {
    if (c == '.' && places < 0) {
      places = 0;
    } else if (c < '0' || c > '9' || out > 1'800'000) {
      return 0;
    } else if (places < 4) {
      out = out * 10 + (c - '0');
      if (places >= 0) ++places;
    }
  }
  for (places = std::max(places, 0); places < 4; ++places) out *= 10;
  return static_cast<std::int32_t>(negative ? -out : out);
}

}  // namespace

bool DirectoryLoader::dates(const Sheet& sheet, const SheetRow& row, base::Days& days) {
  const auto read = sheet.days(row);
  if (!read) return false;
  days = *read;
  if (days.from <= days.until) return true;
  sheet.report("directory.turned_dates", cell(sheet, row, "valid_from"),
               {{"from", base::format_day(days.from)}, {"until", base::format_day(days.until)}});
  return false;
}

void DirectoryLoader::cite(const Sheet& sheet, const SheetRow& row) {
  for (Cell& source : sheet.list(cell(sheet, row, "source"))) {
    source_references.push_back({&sheet, std::move(source), {}});
  }
}

bool DirectoryLoader::add_party(const Sheet& sheet, const SheetRow& row, Party party) {
  const Cell& id = cell(sheet, row, "id");
  if (!sheet.filled(row, "id")) return false;
  if (!plain_id(id.text)) {
    sheet.report("directory.bad_id", id, {{"id", id.text}});
    return false;
  }
  party.id = id.text;
  party.name_en = text(sheet, row, "name_en");
  party.name_fr = text(sheet, row, "name_fr");
  party.certainty = sheet.certainty(cell(sheet, row, "certainty"));
  party.where = sheet.where(row);
  const Cell& organisation = cell(sheet, row, "organisation");
  party.organisation = organisation.text;
  if (!organisation.text.empty()) organisation_references.push_back({&sheet, organisation, {}});
  sheet.filled(row, "name_en");
  cite(sheet, row);
  if (!dates(sheet, row, party.valid)) return false;
  const auto [at, fresh] = out.parties_.emplace(id.text, std::move(party));
  if (!fresh) {
    sheet.report("directory.duplicate_id", id,
                 {{"id", id.text},
                  {"other_file", at->second.where.file},
                  {"other_line", std::to_string(at->second.where.line)}});
  }
  return fresh;
}

void DirectoryLoader::read_sources(const Sheet& sheet) {
  has_sources = true;
  for (const SheetRow& row : sheet.rows()) {
    const Cell& id = cell(sheet, row, "id");
    if (!sheet.filled(row, "id")) continue;
    const auto [at, fresh] = source_lines.emplace(id.text, row.line());
    if (fresh) continue;
    sheet.report("directory.duplicate_id", id,
                 {{"id", id.text},
                  {"other_file", sheet.file()},
                  {"other_line", std::to_string(at->second)}});
  }
}

void DirectoryLoader::read_parties(const Sheet& sheet) {
  for (const SheetRow& row : sheet.rows()) {
    Party party;
    const Cell& kind = cell(sheet, row, "kind");
    party.kind = kind.text;
    const auto& kinds = party_kinds();
    if (std::find(kinds.begin(), kinds.end(), kind.text) == kinds.end()) {
      sheet.unknown("directory.unknown_kind", kind, kind.text, kinds);
    }
    party.sample = sheet.flag(cell(sheet, row, "sample"));
    add_party(sheet, row, std::move(party));
  }
}

void DirectoryLoader::read_service_managers(const Sheet& sheet) {
  for (const SheetRow& row : sheet.rows()) {
    Party party;
    party.kind = "service-manager";
    if (!add_party(sheet, row, std::move(party))) continue;
    const base::Days valid = out.parties_.find(text(sheet, row, "id"))->second.valid;
    const Cell& area = cell(sheet, row, "area");
    const Cell& catchment = cell(sheet, row, "catchment");
    if (!sheet.filled(row, "area") || !sheet.filled(row, "catchment")) continue;
    areas.insert(area.text);
    catchment_references.push_back({&sheet, catchment, {}});
    ServiceManager manager;
    manager.party = text(sheet, row, "id");
    manager.area = area.text;
    manager.catchment = catchment.text;
    manager.catchment_certainty = sheet.certainty(cell(sheet, row, "catchment_certainty"));
    manager.valid = valid;
    manager.where = sheet.where(row);
    out.service_managers_.push_back(std::move(manager));
  }
}

void DirectoryLoader::read_catchments(const Sheet& sheet) {
  for (const SheetRow& row : sheet.rows()) {
    const Cell& id = cell(sheet, row, "id");
    if (!sheet.filled(row, "id")) continue;
    if (!plain_id(id.text)) {
      sheet.report("directory.bad_id", id, {{"id", id.text}});
      continue;
    }
    Catchment c;
    c.id = id.text;
    c.name_en = text(sheet, row, "name_en");
    c.name_fr = text(sheet, row, "name_fr");
    c.contracts_move = sheet.day(cell(sheet, row, "contracts_move"));
    c.contracts_window = text(sheet, row, "contracts_window");
    c.precision = text(sheet, row, "precision");
    c.certainty = sheet.certainty(cell(sheet, row, "certainty"));
    c.where = sheet.where(row);
    cite(sheet, row);
    const Cell& owner = cell(sheet, row, "system_manager");
    c.system_manager = owner.text;
    if (owner.text.empty()) {
      sheet.report("directory.no_owner", owner, {{"catchment", id.text}});
    } else {
      party_references.push_back({&sheet, owner, "system-manager"});
    }
    const Cell& start = cell(sheet, row, "integrated_start");
    const auto day = sheet.day(start);
    if (start.text.empty())
      sheet.report("sheet.empty_cell", start, {{"column", "integrated_start"}});
    if (day && c.contracts_move && *c.contracts_move > *day) {
      sheet.report("directory.contracts_after_start", cell(sheet, row, "contracts_move"),
                   {{"catchment", id.text}, {"start", base::format_day(*day)}});
    }
    const auto [at, fresh] = catchment_lines.emplace(id.text, row.line());
    if (!fresh) {
      sheet.report("directory.duplicate_id", id,
                   {{"id", id.text},
                    {"other_file", sheet.file()},
                    {"other_line", std::to_string(at->second)}});
      continue;
    }
    areas.insert(c.id);
    if (!day) continue;  // a catchment with an unreadable start would route by guess
    c.integrated_start = *day;
    contract_days(sheet, row, c);
    out.catchments_.emplace(c.id, std::move(c));
  }
}

// "2022-04..2023-03": some day of these months. Anything but "unknown" and the empty text is a
// slip.
void DirectoryLoader::contract_days(const Sheet& sheet, const SheetRow& row, Catchment& c) {
  c.contracts_latest = c.integrated_start;
  if (c.contracts_move) {
    c.contracts_earliest = c.contracts_latest = *c.contracts_move;
    return;
  }
  const std::string& window = c.contracts_window;
  if (window.empty() || window == "unknown") return;
  const auto first = window.size() == 16 ? base::parse_day(window.substr(0, 7) + "-01")
                                         : std::optional<base::Day>();
  auto last = window.size() == 16 && window.substr(7, 2) == ".."
                  ? base::parse_day(window.substr(9) + "-01")
                  : std::optional<base::Day>();
  if (!first || !last || *first > *last) {
    sheet.report("directory.bad_window", cell(sheet, row, "contracts_window"));
    return;
  }
  const base::YearMonthDay month = base::civil(*last);
  last = month.month == 12 ? base::day_from(month.year + 1, 1, 1)
                           : base::day_from(month.year, month.month + 1, 1);
  c.contracts_earliest = first;
  c.contracts_latest = std::min(*last, c.integrated_start);
}

void DirectoryLoader::read_odsp_offices(const Sheet& sheet) {
  for (const SheetRow& row : sheet.rows()) {
    Party party;
    party.kind = "odsp-office";
    party.sample = sheet.flag(cell(sheet, row, "sample"));
    const Cell& manager = cell(sheet, row, "service_manager");
    const Cell& catchment = cell(sheet, row, "catchment");
    if (!manager.text.empty()) party_references.push_back({&sheet, manager, "service-manager"});
    if (!catchment.text.empty()) catchment_references.push_back({&sheet, catchment, {}});
    if (!add_party(sheet, row, std::move(party)) || manager.text.empty()) continue;
    const Party& office = out.parties_.find(text(sheet, row, "id"))->second;
    // The office serves the area of that service manager; resolved in derive_roles().
    add_role(office.id, "odsp-office", manager.text, office.certainty, office.valid, office.where);
  }
}

void DirectoryLoader::read_roles(const Sheet& sheet) {
  for (const SheetRow& row : sheet.rows()) {
    const Cell& party = cell(sheet, row, "party");
    const Cell& role = cell(sheet, row, "role");
    const Cell& area = cell(sheet, row, "area");
    if (!sheet.filled(row, "party") || !sheet.filled(row, "role")) continue;
    const auto& names = role_names();
    if (std::find(names.begin(), names.end(), role.text) == names.end()) {
      sheet.unknown("directory.unknown_role", role, role.text, names);
    }
    party_references.push_back({&sheet, party, {}});
    if (!area.text.empty()) area_references.push_back({&sheet, area, {}});
    cite(sheet, row);
    base::Days valid;
    const Certainty certainty = sheet.certainty(cell(sheet, row, "certainty"));
    if (!dates(sheet, row, valid)) continue;
    add_role(party.text, role.text, area.text, certainty, valid, sheet.where(row));
  }
}

void DirectoryLoader::read_postal_areas(const Sheet& sheet) {
  for (const SheetRow& row : sheet.rows()) {
    const Cell& fsa = cell(sheet, row, "fsa");
    const Cell& manager = cell(sheet, row, "service_manager");
    const Cell& catchment = cell(sheet, row, "catchment");
    PostalArea p;
    p.fsa = fsa.text;
    p.place = text(sheet, row, "place");
    p.service_manager = manager.text;
    p.catchment = catchment.text;
    p.service_manager_certainty = sheet.certainty(cell(sheet, row, "service_manager_certainty"));
    p.catchment_certainty = sheet.certainty(cell(sheet, row, "catchment_certainty"));
    p.latitude = ten_thousandths(text(sheet, row, "lat"));
    p.longitude = ten_thousandths(text(sheet, row, "lon"));
    p.where = sheet.where(row);
    cite(sheet, row);
    if (!manager.text.empty()) party_references.push_back({&sheet, manager, "service-manager"});
    if (!catchment.text.empty()) catchment_references.push_back({&sheet, catchment, {}});
    for (Cell& other : sheet.list(cell(sheet, row, "other_service_managers"))) {
      p.other_service_managers.push_back(other.text);
      party_references.push_back({&sheet, std::move(other), "service-manager"});
    }
    for (Cell& other : sheet.list(cell(sheet, row, "other_catchments"))) {
      p.other_catchments.push_back(other.text);
      catchment_references.push_back({&sheet, std::move(other), {}});
    }
    const bool dated = dates(sheet, row, p.valid);
    // Upper case and three characters: the text is a key that people search for.
    const bool good = fsa.text.size() == 3 && fsa_number(fsa.text).has_value() &&
                      fsa.text[0] <= 'Z' && fsa.text[2] <= 'Z';
    if (!good) sheet.report("directory.bad_fsa", fsa, {{"fsa", fsa.text}});
    if (good && dated) out.places_.push_back(std::move(p));
  }
}

}  // namespace portage::directory
