// What public bodies offer by the role that they hold: one row for each role, many services. The
// parties, areas and days come from the directory, so that a cut-over is written once, there.
#include <algorithm>
#include <map>
#include <set>

#include "gateway/base/text.h"
#include "gateway/directory/sheet.h"
#include "gateway/services/read.h"

namespace portage::services {
namespace {

using directory::Cell;
using directory::Directory;
using directory::Party;
using directory::Role;
using directory::Sheet;
using directory::SheetRow;

// Columns that a service takes as they are.
constexpr std::string_view kTaken[] = {"needs",          "kind",
                                       "level",          "priority",
                                       "languages",      "url",
                                       "source",         "certainty",
                                       "name_fr",        "description_fr",
                                       "eligibility_fr", "application_fr",
                                       "description",    "interpretation_services"};

// The area that a role is held in, as a service has it.
std::string area_of(const Role& role) {
  if (role.area.empty()) return "province:on";
  const bool catchment = role.role == "system-manager" || role.role == "provider";
  return (catchment ? "catchment:" : "service-manager:") + role.area;
}

// An organisation for each party that offers something, once.
void add_organization(const Party& party, Rows& rows, std::uint32_t file) {
  Row& row = rows.add(Table::organization, file, party.where.line);
  const auto set = [&](std::string_view field, std::string text) {
    Rows::set(Table::organization, row, field, std::move(text));
  };
  set("id", party.id);
  set("party", party.id);
  set("name", party.name_en);
  set("name_fr", party.name_fr);
  set("description", party.sample ? "A sample: not a fact about an organisation." : party.name_en);
  set("description_fr", party.sample ? "Un exemple : ce n'est pas un fait sur une organisation."
                                     : (party.name_fr.empty() ? party.name_en : party.name_fr));
  set("certainty", std::string(directory::certainty_name(party.certainty)));
  if (party.sample) set("sample", "true");
}

std::uint32_t file_named(Rows& rows, const std::string& name) {
  const auto it = std::find(rows.files.begin(), rows.files.end(), name);
  if (it != rows.files.end()) return static_cast<std::uint32_t>(it - rows.files.begin());
  rows.files.push_back(name);
  return static_cast<std::uint32_t>(rows.files.size() - 1);
}

base::Days common(const base::Days& a, const base::Days& b) {
  return {std::max(a.from, b.from), std::min(a.until, b.until)};
}

class Offers {
 public:
  Offers(const Sheet& sheet, const Directory& directory, Rows& rows, std::uint32_t file)
      : sheet_(sheet), directory_(directory), rows_(rows), file_(file) {
    for (const Row& row : rows.of(Table::organization)) {
      organizations_.insert(Rows::text(Table::organization, row, "id"));
    }
  }

  void add(const SheetRow& offer) {
    const Cell& role = offer.at(sheet_.column("role"));
    const std::vector<std::string>& roles = directory::role_names();
    if (!sheet_.filled(offer, "id") || !sheet_.filled(offer, "name")) return;
    if (std::find(roles.begin(), roles.end(), role.text) == roles.end()) {
      sheet_.unknown("services.unknown_role", role, role.text, roles);
      return;
    }
    const auto days = sheet_.days(offer);
    if (!days) return;
    std::map<std::string, std::size_t> held;  // services of one party: its areas and spans
    for (const Role& one : directory_.roles()) {
      if (one.role != role.text) continue;
      const Party* party = directory_.party(one.party);
      if (party == nullptr) continue;
      const base::Days valid = common(common(one.valid, party->valid), *days);
      if (valid.from > valid.until) continue;
      service(offer, one, *party, valid, held[party->id]++);
    }
  }

 private:
  void service(const SheetRow& offer, const Role& role, const Party& party, const base::Days& valid,
               std::size_t before) {
    if (organizations_.insert(party.id).second) {
      add_organization(party, rows_, file_named(rows_, party.where.file));
    }
    Row& row = rows_.add(Table::service, file_, offer.line());
    const auto set = [&](std::string_view field, std::string text) {
      const std::size_t column = sheet_.column(field);
      RowCell& cell = row.cells[form(Table::service).field(field)];
      cell = {std::move(text), offer.line(),
              column == directory::kNoColumn ? 1 : offer.at(column).column};
    };
    std::string id = std::string(offer.text(sheet_.column("id"))) + "@" + party.id;
    if (before > 0) id += "/" + std::to_string(before + 1);
    set("id", std::move(id));
    set("organization_id", party.id);
    set("status", "active");
    set("name", std::string(offer.text(sheet_.column("name"))));
    for (const std::string_view field : kTaken) {
      const std::size_t column = sheet_.column(field);
      if (column != directory::kNoColumn) set(field, std::string(base::trim(offer.text(column))));
    }
    set("eligibility_description", std::string(offer.text(sheet_.column("eligibility"))));
    set("application_process", std::string(offer.text(sheet_.column("application"))));
    set("role", role.role);
    set("areas", area_of(role));
    if (valid.from != base::kFirstDay) set("valid_from", base::format_day(valid.from));
    if (valid.until != base::kLastDay) set("valid_until", base::format_day(valid.until));
    // A service is no surer than the party and its role.
    const directory::Certainty said = sheet_.certainty(offer.at(sheet_.column("certainty")));
    const auto least = std::max({said, role.certainty, party.certainty});
    set("certainty", std::string(directory::certainty_name(least)));
    if (party.sample) set("sample", "true");
    if (role.role == "provider") add_sites(party, row.cells[form(Table::service).id].text);
    const std::string phone(base::trim(offer.text(sheet_.column("phone"))));
    if (phone.empty()) return;
    const std::string service_id = row.cells[form(Table::service).id].text;
    Row& number = rows_.add(Table::phone, file_, offer.line());
    Rows::set(Table::phone, number, "id", service_id + "/phone");
    Rows::set(Table::phone, number, "service_id", service_id);
    Rows::set(Table::phone, number, "number", phone);
    Rows::set(Table::phone, number, "type", "voice");
  }

  // Where a provider works stands in the directory too.
  void add_sites(const Party& party, const std::string& service) {
    for (const directory::Site& site : directory_.sites()) {
      if (site.party != party.id) continue;
      const std::uint32_t file = file_named(rows_, site.where.file);
      if (locations_.insert(site.id).second) {
        Row& location = rows_.add(Table::location, file, site.where.line);
        for (const auto& [field, text] :
             {std::pair{"id", site.id}, std::pair{"name", site.name_en},
              std::pair{"organization_id", party.id},
              std::pair{"location_type", std::string("physical")}, std::pair{"fsa", site.postal}}) {
          Rows::set(Table::location, location, field, text);
        }
        for (const std::string& language : site.languages) {
          Row& spoken = rows_.add(Table::language, file, site.where.line);
          Rows::set(Table::language, spoken, "id", site.id + "/language/" + language);
          Rows::set(Table::language, spoken, "location_id", site.id);
          Rows::set(Table::language, spoken, "code", language);
        }
      }
      Row& at = rows_.add(Table::service_at_location, file, site.where.line);
      Rows::set(Table::service_at_location, at, "id", service + "/" + site.id);
      Rows::set(Table::service_at_location, at, "service_id", service);
      Rows::set(Table::service_at_location, at, "location_id", site.id);
    }
  }

  const Sheet& sheet_;
  const Directory& directory_;
  Rows& rows_;
  std::uint32_t file_;
  std::set<std::string, std::less<>> organizations_, locations_;
};

}  // namespace

void read_offers(const std::string& path, std::string_view bytes, const Directory& directory,
                 Rows& into, Findings& findings) {
  std::vector<std::string_view> optional(std::begin(kTaken), std::end(kTaken));
  for (const char* more : {"eligibility", "application", "phone", "valid_from", "valid_until"}) {
    optional.emplace_back(more);
  }
  const Sheet sheet(path, bytes, {"id", "role", "name", "needs", "level"}, optional, findings);
  const std::uint32_t file = file_named(into, path);
  Offers offers(sheet, directory, into, file);
  for (const SheetRow& row : sheet.rows()) offers.add(row);
}

}  // namespace portage::services
