#include "gateway/services/rows.h"

#include <algorithm>
#include <unordered_set>

#include "gateway/base/text.h"
#include "gateway/security/uuid.h"

namespace portage::services {
namespace {

const RowCell kNone = {};

}  // namespace

Row& Rows::add(Table table, std::uint32_t file, std::uint32_t line) {
  Row row;
  row.cells.resize(form(table).fields.size());
  row.file = file;
  row.line = line;
  return rows_[index_of(table)].emplace_back(std::move(row));
}

const RowCell& Rows::cell(Table table, const Row& row, std::string_view field) {
  const std::size_t at = form(table).field(field);
  return at < row.cells.size() ? row.cells[at] : kNone;
}

const std::string& Rows::text(Table table, const Row& row, std::string_view field) {
  return cell(table, row, field).text;
}

void Rows::set(Table table, Row& row, std::string_view field, std::string text) {
  const std::size_t at = form(table).field(field);
  if (at < row.cells.size()) row.cells[at].text = std::move(text);
}

void Rows::drop_repeats() {
  for (const TableForm& form : forms()) {
    std::vector<Row>& rows = rows_[index_of(form.table)];
    if (std::none_of(rows.begin(), rows.end(), [](const Row& row) { return row.within; })) continue;
    std::unordered_set<std::string> alone, kept;
    for (const Row& row : rows) {
      if (!row.within) alone.insert(row.cells[form.id].text);
    }
    std::erase_if(rows, [&](const Row& row) {
      const std::string& id = row.cells[form.id].text;
      return row.within && !id.empty() && (alone.contains(id) || !kept.insert(id).second);
    });
  }
}

void Rows::index() {
  for (const TableForm& form : forms()) {
    const std::vector<Row>& rows = rows_[index_of(form.table)];
    Ids& ids = ids_[index_of(form.table)];
    auto& children = children_[index_of(form.table)];
    ids.clear();
    children.clear();
    ids.reserve(rows.size() * 2);
    for (std::size_t f = 0; f < form.fields.size(); ++f) {
      const FieldType type = form.fields[f].type;
      if (type == FieldType::reference || type == FieldType::link) {
        children.emplace_back(f, Children{});
      }
    }
    for (std::uint32_t i = 0; i < rows.size(); ++i) {
      const std::string& id = rows[i].cells[form.id].text;
      if (!id.empty()) {
        ids.emplace(id, i);
        // Pieces of a service are never asked for by id from outside.
        if (form.table <= Table::location || form.table == Table::taxonomy ||
            form.table == Table::taxonomy_term) {
          ids.emplace(public_id(form.table, id), i);
        }
      }
      for (auto& [f, by_key] : children) {
        const std::string& key = rows[i].cells[f].text;
        if (!key.empty()) by_key[key].push_back(i);
      }
    }
  }
}

const Row* Rows::find(Table table, std::string_view id) const {
  const Ids& ids = ids_[index_of(table)];
  const auto it = ids.find(id);
  return it == ids.end() ? nullptr : &rows_[index_of(table)][it->second];
}

std::vector<const Row*> Rows::children(Table child, std::string_view key,
                                       std::string_view id) const {
  std::vector<const Row*> out;
  const std::size_t field = form(child).field(key);
  for (const auto& [f, by_key] : children_[index_of(child)]) {
    if (f != field) continue;
    const auto it = by_key.find(id);
    if (it == by_key.end()) break;
    for (const std::uint32_t i : it->second) out.push_back(&rows_[index_of(child)][i]);
  }
  return out;
}

bool is_uuid(std::string_view text) {
  if (text.size() != 36) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool hyphen = i == 8 || i == 13 || i == 18 || i == 23;
    const bool digit = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    if (hyphen ? c != '-' : !digit) return false;
  }
  return true;
}

std::string public_id(Table table, std::string_view id) {
  if (is_uuid(id)) return base::lower_ascii(id);
  const std::string name = "urn:portage:hsds:" + form(table).name + ":" + std::string(id);
  const auto text = security::write_uuid(security::uuid_v5(security::kUuidUrl, name));
  return std::string(text.data(), text.size());
}

}  // namespace portage::services
