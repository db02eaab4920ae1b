#include "gateway/services/hsds_json.h"

#include <algorithm>

#include "gateway/format/json_text.h"

namespace portage::services {
namespace {

// Columns of ours that others may see, in the order in which they are shown.
constexpr std::string_view kShown[] = {"certainty",  "source",      "sample", "party",
                                       "role",       "level",       "kind",   "priority",
                                       "valid_from", "valid_until", "fsa"};
// A field in English, and the column of ours that has it in French.
constexpr std::pair<std::string_view, std::string_view> kFrench[] = {
    {"name", "name_fr"},
    {"description", "description_fr"},
    {"eligibility_description", "eligibility_fr"},
    {"application_process", "application_fr"}};

// How far down an object is: what it stands in is not repeated inside it.
struct Within {
  Table parent;
  std::string_view key;  // of the child, naming the parent; empty: of the parent
};

class Writer {
 public:
  explicit Writer(const Shown& shown) : shown_(shown), rows_(shown.services.rows()) {}

  std::string object(Table table, const Row& row, const Within* within, bool full) const {
    std::string out;
    format::JsonText json(out);
    json.object();
    const TableForm& shape = form(table);
    for (std::size_t i = 0; i < shape.fields.size(); ++i) {
      const Field& field = shape.fields[i];
      if (field.ours || (within != nullptr && field.name == within->key)) continue;
      write(json, table, row, field, row.cells[i].text);
    }
    if (table == Table::attribute || table == Table::taxonomy_term)
      full = true;  // two levels at most
    for (const Nest& nest : nests()) {
      if (nest.parent == table && shows(nest, within, full)) nested(json, nest, row, full);
    }
    if (full && has_attributes(table)) linked(json, table, row);
    json.end_object();
    return out;
  }

 private:
  const std::string& text(Table table, const Row& row, std::string_view field) const {
    return Rows::text(table, row, field);
  }

  // In the reader's language, where both are known.
  std::string spoken(Table table, const Row& row, const Field& field,
                     const std::string& said) const {
    for (const auto& [english, french] : kFrench) {
      if (field.name != english) continue;
      const std::string& other = text(table, row, french);
      if (shown_.language == base::Language::french && !other.empty()) return other;
    }
    if (field.name == "alternate_name" && said.empty()) {
      const std::string& english = text(table, row, "name");
      const std::string& french = text(table, row, "name_fr");
      if (french.empty() || french == english) return {};
      return shown_.language == base::Language::french ? english : french;
    }
    return said;
  }

  void write(format::JsonText& json, Table table, const Row& row, const Field& field,
             const std::string& said) const {
    std::string value = spoken(table, row, field, said);
    if (table == Table::service && field.name == "status" && value == "active") {
      const Service* service = shown_.services.service(row.cells[form(table).id].text);
      if (service != nullptr && !service->valid.contains(shown_.day)) value = "inactive";
    }
    if (value.empty()) return;
    switch (field.type) {
      case FieldType::id:
        json.text(field.name, public_id(table, value));
        return;
      case FieldType::reference:
        json.text(field.name, public_id(field.target, value));
        return;
      case FieldType::link:
        if (const auto target = table_named(
                text(table, row, table == Table::attribute ? "link_entity" : "resource_type"))) {
          value = public_id(*target, value);
        }
        json.text(field.name, value);
        return;
      case FieldType::integer:
      case FieldType::number:
        json.raw(field.name, value);
        return;
      default:
        json.text(field.name, value);
    }
  }

  bool shows(const Nest& nest, const Within* within, bool full) const {
    if (within != nullptr && within->parent == nest.child) return false;
    if (nest.parent == Table::service_at_location && nest.one) return true;
    if (nest.parent == Table::service && nest.one) return true;  // organisation and programme
    if (!full) return false;
    // An organisation inside a service is shown by itself, not with all that it does.
    const bool inside = within != nullptr && nest.parent == Table::organization;
    return !inside || nest.child == Table::phone || nest.child == Table::organization_identifier;
  }

  void nested(format::JsonText& json, const Nest& nest, const Row& row, bool full) const {
    const std::string& id = row.cells[form(nest.parent).id].text;
    if (nest.one) {
      const Row* child = rows_.find(nest.child, text(nest.parent, row, nest.key));
      const Within within{nest.parent, {}};
      if (child != nullptr) json.raw(nest.member, object(nest.child, *child, &within, full));
      return;
    }
    const auto children = rows_.children(nest.child, nest.key, id);
    if (children.empty()) return;
    const Within within{nest.parent, nest.key};
    const bool services = nest.parent == Table::organization && nest.child == Table::service;
    json.list(nest.member);
    for (const Row* child : children) {
      json.raw_element(object(nest.child, *child, &within, services ? shown_.full_service : full));
    }
    json.end_list();
  }

  void linked(format::JsonText& json, Table table, const Row& row) const {
    const std::string& id = row.cells[form(table).id].text;
    std::string list;
    format::JsonText items(list);
    items.list();
    for (const Row* one : rows_.children(Table::attribute, "link_id", id)) {
      if (text(Table::attribute, *one, "link_entity") != form(table).name) continue;
      const Within within{table, "link_id"};
      items.raw_element(object(Table::attribute, *one, &within, true));
    }
    ours(items, table, row, id);
    items.end_list();
    if (list != "[]") json.raw("attributes", list);
    list.clear();
    format::JsonText history(list);
    history.list();
    for (const Row* one : rows_.children(Table::metadata, "resource_id", id)) {
      if (text(Table::metadata, *one, "resource_type") != form(table).name) continue;
      const Within within{table, "resource_id"};
      history.raw_element(object(Table::metadata, *one, &within, true));
    }
    history.end_list();
    if (list != "[]") json.raw("metadata", list);
  }

  void ours(format::JsonText& json, Table table, const Row& row, const std::string& id) const {
    for (const std::string_view code : kShown) {
      const std::string& value = text(table, row, code);
      if (value.empty()) continue;
      const std::string name(code);
      json.object()
          .text("id", public_id(Table::attribute, form(table).name + "/" + id + "/" + name))
          .text("link_type", "portage")
          .text("link_entity", form(table).name)
          .text("value", value);
      json.object("taxonomy_term")
          .text("id", public_id(Table::taxonomy_term, "portage:" + name))
          .text("code", name)
          .text("name", base::say("services.shown." + name, shown_.language))
          .text("description", base::say("services.shown_more." + name, shown_.language))
          .text("taxonomy", "Portage")
          .end_object()
          .end_object();
    }
  }

  const Shown& shown_;
  const Rows& rows_;
};

}  // namespace

std::string object_json(const Shown& shown, Table table, const Row& row) {
  return Writer(shown).object(table, row, nullptr, shown.full);
}

std::string minimal_json(Table table, const Row& row) {
  std::string out;
  format::JsonText(out)
      .object()
      .text("id", public_id(table, row.cells[form(table).id].text))
      .text_if("last_modified", Rows::text(table, row, "last_modified"))
      .end_object();
  return out;
}

}  // namespace portage::services
