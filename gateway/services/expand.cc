// The columns `needs`, `areas` and `languages` of a service are short for rows of three HSDS
// tables.
#include "gateway/base/text.h"
#include "gateway/services/read.h"
#include "gateway/services/services.h"

namespace portage::services {
namespace {

std::string area_name(const Area& area, const directory::Directory& directory) {
  switch (area.kind) {
    case Area::Kind::catchment:
      if (const auto* catchment = directory.catchment(area.id)) return catchment->name_en;
      break;
    case Area::Kind::service_manager:
      for (const directory::ServiceManager& one : directory.service_managers()) {
        const directory::Party* party = one.area == area.id ? directory.party(one.party) : nullptr;
        if (party != nullptr) return party->name_en;
      }
      break;
    case Area::Kind::province:
      return area.id == "on" ? "Ontario" : area.id;
    case Area::Kind::country:
      return area.id == "ca" ? "Canada" : area.id;
    case Area::Kind::postal:
    case Area::Kind::text:
      break;
  }
  return area.id;
}

// The items of a list in a cell, each with its own column.
std::vector<RowCell> items(const RowCell& cell) {
  std::vector<RowCell> out;
  std::uint32_t column = cell.column;
  for (const std::string_view part : base::split(cell.text, '|')) {
    const std::string_view name = base::trim(part);
    if (!name.empty()) {
      const auto lead = static_cast<std::uint32_t>(name.data() - part.data());
      out.push_back({std::string(name), cell.line, column == 0 ? 0 : column + lead});
    }
    if (column != 0) column += static_cast<std::uint32_t>(base::code_points(part)) + 1;
  }
  return out;
}

void set(Table table, Row& row, std::string_view field, const RowCell& at, std::string text) {
  RowCell& cell = row.cells[form(table).field(field)];
  cell = {std::move(text), at.line, at.column};
}

}  // namespace

void expand(Rows& rows, const directory::Directory& directory,
            const directory::CodeTable* languages) {
  const TableForm& shape = form(Table::service);
  const std::size_t needs = shape.field("needs"), areas = shape.field("areas"),
                    spoken = shape.field("languages");
  for (std::size_t i = 0; i < rows.of(Table::service).size(); ++i) {
    const Row service = rows.of(Table::service)[i];
    const std::string& id = service.cells[shape.id].text;
    const auto add = [&](Table table, const RowCell& at, std::string_view key) -> Row& {
      Row& row = rows.add(table, service.file, service.line);
      set(table, row, "id", at, id + "/" + form(table).name + "/" + at.text);
      set(table, row, key, at, id);
      return row;
    };
    for (const RowCell& need : items(service.cells[needs])) {
      Row& row = add(Table::attribute, need, "link_id");
      set(Table::attribute, row, "link_entity", need, "service");
      set(Table::attribute, row, "link_type", need, "need");
      set(Table::attribute, row, "taxonomy_term_id", need, need.text);
    }
    for (const RowCell& area : items(service.cells[areas])) {
      Row& row = add(Table::service_area, area, "service_id");
      const auto read = area_from(area.text);
      set(Table::service_area, row, "name", area, read ? area_name(*read, directory) : area.text);
      set(Table::service_area, row, "uri", area, read ? area_uri(*read) : area.text);
      set(Table::service_area, row, "extent_type", area, "text");
    }
    for (const RowCell& language : items(service.cells[spoken])) {
      Row& row = add(Table::language, language, "service_id");
      set(Table::language, row, "code", language, language.text);
    }
  }
  const std::size_t code = form(Table::language).field("code"),
                    name = form(Table::language).field("name");
  for (Row& row : rows.edit(Table::language)) {
    if (!row.cells[name].text.empty() || row.cells[code].text.empty()) continue;
    const directory::CodeRow* named =
        languages != nullptr ? languages->out(row.cells[code].text, base::kLastDay) : nullptr;
    row.cells[name].text = named != nullptr ? named->label_en : row.cells[code].text;
  }
}

}  // namespace portage::services
