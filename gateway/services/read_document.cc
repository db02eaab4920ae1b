// HSDS JSON. Nested objects become rows of their own tables, joined by the keys that the nesting
// says; the same object met again (an organisation under each of its services) only fills in what
// is not known of it yet.
#include <algorithm>
#include <map>

#include "gateway/base/text.h"
#include "gateway/directory/sheet.h"
#include "gateway/format/format.h"
#include "gateway/services/read.h"

namespace portage::services {
namespace {

using record::Kind;
using record::Value;

// What an object is, where the file's name does not say.
std::optional<Table> guess(const Value& value) {
  const auto has = [&](const char* name) { return value.find(name) != nullptr; };
  if (has("location_type")) return Table::location;
  if (!has("name") && (has("service") || has("service_id")) &&
      (has("location") || has("location_id"))) {
    return Table::service_at_location;
  }
  if (has("status") || has("service_at_locations")) return Table::service;
  if (has("taxonomy") || has("taxonomy_id") || has("taxonomy_detail") || has("parent_id")) {
    return Table::taxonomy_term;
  }
  if (has("name") && has("version")) return Table::taxonomy;
  if (has("name") && has("description")) return Table::organization;
  return std::nullopt;
}

class Reader {
 public:
  Reader(const std::string& path, std::string_view bytes, Rows& rows, Findings& findings)
      : path_(path), rows_(rows), findings_(findings) {
    lines_.push_back(0);
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      if (bytes[i] == '\n') lines_.push_back(static_cast<std::uint32_t>(i + 1));
    }
    file_ = static_cast<std::uint32_t>(rows_.files.size());
    rows_.files.push_back(path);
  }

  // `base` is where the text of this root begins in the file.
  void root(const Value& value, std::size_t base) {
    base_ = base;
    if (value.is(Kind::list)) {
      for (const Value& item : value.items()) object(item);
      return;
    }
    if (!value.is(Kind::group)) return wrong("services.no_object", value);
    if (const Value* contents = value.find("contents")) {
      if (!contents->is(Kind::list)) return wrong("services.not_a_list", *contents, "contents");
      for (const Value& item : contents->items()) object(item);
      return;
    }
    if (!tables(value)) object(value);
  }

 private:
  // A set of tables: {"organizations": […], "services": […]}. False if it is something else.
  bool tables(const Value& value) {
    if (value.find("id") != nullptr || value.size() == 0) return false;
    for (const record::Member& member : value.members()) {
      const std::string name(member.name);
      const auto table = table_of_file(name.ends_with(".csv") ? name : name + ".csv");
      if (!table) return false;
      if (!member.value.is(Kind::list)) {
        wrong("services.not_a_list", member.value, member.name);
        continue;
      }
      for (const Value& item : member.value.items()) take(*table, item);
    }
    return true;
  }

  void object(const Value& value) {
    if (!value.is(Kind::group)) return wrong("services.no_object", value);
    std::optional<Table> table = guess(value);
    if (!table) {
      const std::size_t slash = path_.rfind('/');
      std::string stem = path_.substr(slash == std::string::npos ? 0 : slash + 1);
      stem = stem.substr(0, stem.find('.'));
      table = table_named(stem);
      if (!table) table = table_of_file(stem + ".csv");
    }
    if (!table) return wrong("services.unknown_object", value);
    take(*table, value);
  }

  // The row's id, or empty.
  std::string take(Table table, const Value& value, bool within = false) {
    if (!value.is(Kind::group)) {
      wrong("services.no_object", value);
      return {};
    }
    const TableForm& shape = form(table);
    const Value* id = value.find("id");
    const std::string name = id != nullptr ? std::string(id->as_text()) : std::string();
    const std::size_t at = row_of(table, name, value);
    Row& row = rows_.edit(table)[at];
    row.within = within && (row.within || row.cells[shape.id].text.empty());
    fields(table, at, value);
    for (const record::Member& member : value.members()) {
      if (member.value.is(Kind::null) || plain(shape, member.name, member.value)) continue;
      if (!nested(table, at, name, member)) unknown(table, member);
    }
    return name;
  }

  // Is it a field of the row? Some of ours are called as lists of HSDS are: `languages`.
  static bool plain(const TableForm& shape, std::string_view name, const Value& value) {
    const std::size_t at = shape.field(name);
    return at != kNoField && !(shape.fields[at].ours && value.is(Kind::list));
  }

  std::size_t row_of(Table table, const std::string& id, const Value& value) {
    std::vector<Row>& rows = rows_.edit(table);
    if (!id.empty()) {
      const auto [it, is_new] = met_.emplace(std::pair(table, id), rows.size());
      if (!is_new) return it->second;
    }
    rows_.add(table, file_, place(value.at()).line);
    return rows.size() - 1;
  }

  void fields(Table table, std::size_t at, const Value& value) {
    const TableForm& shape = form(table);
    for (std::size_t i = 0; i < shape.fields.size(); ++i) {
      const Value* found = value.find(shape.fields[i].name);
      if (found == nullptr || found->is(Kind::null)) continue;
      if (!plain(shape, shape.fields[i].name, *found)) continue;
      if (found->is(Kind::list) || found->is(Kind::group)) {
        wrong("services.not_a_value", *found, shape.fields[i].name);
        continue;
      }
      RowCell& cell = rows_.edit(table)[at].cells[i];
      if (!cell.text.empty()) continue;
      const base::LineColumn where = place(found->at());
      cell = {found->is(Kind::boolean) ? std::string(found->as_bool() ? "true" : "false")
                                       : std::string(base::trim(found->as_text())),
              where.line, where.column};
    }
  }

  bool nested(Table table, std::size_t at, const std::string& id, const record::Member& member) {
    if (member.name == "attributes" || member.name == "metadata") {
      const bool attributes = member.name == "attributes";
      if (attributes ? !has_attributes(table) : table == Table::metadata) return false;
      if (!member.value.is(Kind::list)) {
        wrong("services.not_a_list", member.value, member.name);
        return true;
      }
      for (const Value& item : member.value.items()) {
        if (attributes && ours(table, at, item)) continue;
        const Table child = attributes ? Table::attribute : Table::metadata;
        const std::size_t row = rows_.of(child).size();
        take(child, item);
        if (rows_.of(child).size() == row) continue;  // met before
        fill(child, row, attributes ? "link_id" : "resource_id", id, item);
        fill(child, row, attributes ? "link_entity" : "resource_type", form(table).name, item);
      }
      return true;
    }
    for (const Nest& nest : nests()) {
      if (nest.parent != table || nest.member != member.name) continue;
      if (nest.one) {
        if (!member.value.is(Kind::group)) {
          wrong("services.no_object", member.value, member.name);
        } else {
          fill(table, at, nest.key, take(nest.child, member.value, true), member.value);
        }
        return true;
      }
      if (!member.value.is(Kind::list)) {
        wrong("services.not_a_list", member.value, member.name);
        return true;
      }
      for (const Value& item : member.value.items()) {
        const std::size_t row = rows_.of(nest.child).size();
        take(nest.child, item);
        if (rows_.of(nest.child).size() > row) fill(nest.child, row, nest.key, id, item);
      }
      return true;
    }
    return false;
  }

  // What this project shows of its own columns as attributes comes back into them.
  bool ours(Table table, std::size_t at, const Value& attribute) {
    const Value* term = attribute.is(Kind::group) ? attribute.find("taxonomy_term") : nullptr;
    const Value* taxonomy = term != nullptr ? term->find("taxonomy") : nullptr;
    const Value* code = term != nullptr ? term->find("code") : nullptr;
    const Value* value = attribute.is(Kind::group) ? attribute.find("value") : nullptr;
    if (taxonomy == nullptr || taxonomy->as_text() != "Portage" || code == nullptr) return false;
    const std::size_t field = form(table).field(code->as_text());
    if (value == nullptr || field == kNoField || !form(table).fields[field].ours) return false;
    const base::LineColumn where = place(value->at());
    RowCell& cell = rows_.edit(table)[at].cells[field];
    if (cell.text.empty()) cell = {std::string(value->as_text()), where.line, where.column};
    return true;
  }

  void fill(Table table, std::size_t row, std::string_view field, std::string text,
            const Value& value) {
    const std::size_t at = form(table).field(field);
    RowCell& cell = rows_.edit(table)[row].cells[at];
    if (!cell.text.empty() || text.empty()) return;
    const base::LineColumn where = place(value.at());
    cell = {std::move(text), where.line, where.column};
  }

  void unknown(Table table, const record::Member& member) {
    std::vector<std::string> known;
    for (const Field& field : form(table).fields) known.push_back(field.name);
    for (const Nest& nest : nests()) {
      if (nest.parent == table) known.emplace_back(nest.member);
    }
    const base::LineColumn where = place(member.value.at());
    report(findings_, "services.unknown_member", path_, {{}, where.line, where.column},
           {{"name", std::string(member.name)}, {"table", form(table).name}},
           base::nearest(member.name, known).value_or(""), base::Severity::warning);
  }

  void wrong(std::string_view code, const Value& value, std::string_view name = {}) {
    const base::LineColumn where = place(value.at());
    report(findings_, code, path_, {{}, where.line, where.column}, {{"name", std::string(name)}});
  }

  base::LineColumn place(std::size_t offset) const {
    offset += base_;
    const auto line = std::upper_bound(lines_.begin(), lines_.end(), offset) - lines_.begin();
    const std::size_t begin = lines_[static_cast<std::size_t>(line - 1)];
    return {static_cast<std::uint32_t>(line), static_cast<std::uint32_t>(offset - begin + 1)};
  }

  std::string path_;
  Rows& rows_;
  Findings& findings_;
  std::vector<std::uint32_t> lines_;
  std::map<std::pair<Table, std::string>, std::size_t> met_;
  std::uint32_t file_ = 0;
  std::size_t base_ = 0;
};

}  // namespace

void read_document(const std::string& path, std::string_view bytes, Rows& into,
                   Findings& findings) {
  Reader reader(path, bytes, into, findings);
  format::Limits limits;
  limits.bytes = directory::kSheetBytes;
  const auto read = [&](std::string_view text, std::size_t base, std::uint32_t line) {
    record::Document document;
    const base::Status status = format::read_json(text, limits, document);
    if (status) return reader.root(document.root, base);
    const base::Error& error = status.error();
    report(findings, error.code, path,
           {{}, std::max(error.place.line, 1u) + line - 1, std::max(error.place.column, 1u)},
           error.arguments);
  };
  if (!path.ends_with(".jsonl") && !path.ends_with(".ndjson")) return read(bytes, 0, 1);
  std::uint32_t line = 1;
  for (std::size_t at = 0; at < bytes.size(); ++line) {
    const std::size_t end = std::min(bytes.find('\n', at), bytes.size());
    const std::string_view text = bytes.substr(at, end - at);
    if (!base::trim(text).empty()) read(text, at, line);
    at = end + 1;
  }
}

}  // namespace portage::services
