#include <algorithm>
#include <set>

#include "gateway/base/text.h"
#include "gateway/services/read.h"
#include "gateway/services/services.h"

namespace portage::services {
namespace {

constexpr std::size_t kSuggestions = 50;  // beyond it a file is of another world: no near names

bool digits(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool is_number(std::string_view text, bool whole) {
  if (text.starts_with('-')) text.remove_prefix(1);
  const std::size_t point = text.find('.');
  if (text.size() > 1 && text[0] == '0' && text[1] != '.') return false;  // no number in JSON
  if (point == std::string_view::npos) return digits(text) && text.size() <= 18;
  if (whole || text.size() > 24) return false;
  return digits(text.substr(0, point)) && digits(text.substr(point + 1));
}

// 09:00, 09:00:30, with Z or an offset, or without.
bool is_time(std::string_view text) {
  const auto two = [&](std::size_t at, int most) {
    return at + 2 <= text.size() && digits(text.substr(at, 2)) &&
           (text[at] - '0') * 10 + (text[at + 1] - '0') <= most;
  };
  if (!two(0, 24) || text.size() < 5 || text[2] != ':' || !two(3, 59)) return false;
  text.remove_prefix(5);
  if (text.size() >= 3 && text[0] == ':' && two(1, 59)) text.remove_prefix(3);
  if (text.empty() || text == "Z" || text == "z") return true;
  if (text[0] != '+' && text[0] != '-') return false;
  return text.size() == 6 && two(1, 14) && text[3] == ':' && two(4, 59);
}

bool is_uri(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos || colon < 2 || colon + 1 >= text.size()) return false;
  if (text.find_first_of(" \"<>\\^`{|}\n\t") != std::string_view::npos) return false;
  return std::all_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(colon), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+' ||
           c == '-' || c == '.';
  });
}

bool is_email(std::string_view text) {
  const std::size_t at = text.find('@');
  return at != std::string_view::npos && at > 0 && at + 3 < text.size() &&
         text.find('@', at + 1) == std::string_view::npos &&
         text.find('.', at) != std::string_view::npos && text.back() != '.' &&
         text.find_first_of(" \t<>,;") == std::string_view::npos;
}

const char* fault_of(const Field& field, const std::string& text) {
  switch (field.type) {
    case FieldType::uri:
      return is_uri(text) ? nullptr : "services.bad_uri";
    case FieldType::email:
      return is_email(text) ? nullptr : "services.bad_email";
    case FieldType::integer:
      return is_number(text, true) ? nullptr : "services.bad_integer";
    case FieldType::number:
      return is_number(text, false) ? nullptr : "services.bad_number";
    case FieldType::date:
      return base::parse_day(text) ? nullptr : "services.bad_date";
    case FieldType::instant:
      return base::parse_day(text) || base::parse_instant(text) ? nullptr : "services.bad_instant";
    case FieldType::time:
      return is_time(text) ? nullptr : "services.bad_time";
    case FieldType::flag:
      return text == "true" || text == "false" ? nullptr : "services.bad_flag";
    case FieldType::word:
    case FieldType::text:
    case FieldType::id:
    case FieldType::reference:
    case FieldType::link:
      break;
  }
  return nullptr;
}

class Check {
 public:
  Check(const Rows& rows, const Known& known, Findings& findings)
      : rows_(rows), known_(known), findings_(findings) {}

  void table(const TableForm& shape) {
    std::set<std::string_view> ids;
    for (const Row& row : rows_.of(shape.table)) {
      const RowCell& id = row.cells[shape.id];
      if (!id.text.empty() && !ids.insert(id.text).second) {
        const Row* first = rows_.find(shape.table, id.text);
        tell("services.id_twice", row, id,
             {{"id", id.text},
              {"first", rows_.files[first->file] + ":" + std::to_string(first->line)}});
      }
      for (std::size_t i = 0; i < shape.fields.size(); ++i) field(shape, row, shape.fields[i], i);
    }
  }

  void service(const Row& row) {
    constexpr Table kTable = Table::service;
    const RowCell& from = Rows::cell(kTable, row, "valid_from");
    const RowCell& until = Rows::cell(kTable, row, "valid_until");
    const auto first = base::parse_day(from.text), last = base::parse_day(until.text);
    if (first && last && *first > *last) {
      tell("services.turned_dates", row, from, {{"from", from.text}, {"until", until.text}});
    }
    const RowCell& least = Rows::cell(kTable, row, "minimum_age");
    const RowCell& most = Rows::cell(kTable, row, "maximum_age");
    if (is_number(least.text, true) && is_number(most.text, true) &&
        std::stoll(least.text) > std::stoll(most.text)) {
      tell("services.turned_ages", row, least, {{"from", least.text}, {"until", most.text}});
    }
    const RowCell& kind = Rows::cell(kTable, row, "kind");
    if (!kind.text.empty()) known_kind(row, kind);
    const std::string& id = Rows::text(kTable, row, "id");
    for (const Row* area : rows_.children(Table::service_area, "service_id", id)) {
      known_area(row, *area);
    }
  }

  void organization(const Row& row) {
    const RowCell& party = Rows::cell(Table::organization, row, "party");
    if (party.text.empty() || known_.directory.party(party.text) != nullptr) return;
    std::vector<std::string> names;
    for (const auto& [id, one] : known_.directory.parties()) names.push_back(id);
    tell("services.unknown_party", row, party, {{"party", party.text}},
         base::nearest(party.text, names).value_or(""));
  }

  void term(const Row& row) {
    const RowCell& kind = Rows::cell(Table::taxonomy_term, row, "kind");
    if (!kind.text.empty()) known_kind(row, kind);
    // A term above itself would never end.
    const Row* at = &row;
    for (int depth = 0; at != nullptr; ++depth) {
      const std::string& parent = Rows::text(Table::taxonomy_term, *at, "parent_id");
      at = parent.empty() ? nullptr : rows_.find(Table::taxonomy_term, parent);
      if (depth < 32) continue;
      tell("services.term_circle", row, Rows::cell(Table::taxonomy_term, row, "parent_id"));
      return;
    }
  }

 private:
  void field(const TableForm& shape, const Row& row, const Field& field, std::size_t at) {
    const RowCell& cell = row.cells[at];
    if (cell.text.empty()) {
      // What an object stands in says what it belongs to.
      if (field.required && !(row.within && field.type == FieldType::reference)) {
        tell("services.missing", row, cell, {{"field", field.name}, {"table", shape.name}});
      }
      return;
    }
    if (const char* fault = fault_of(field, cell.text)) {
      tell(fault, row, cell, {{"field", field.name}});
    } else if (field.type == FieldType::word) {
      if (std::find(field.words.begin(), field.words.end(), cell.text) == field.words.end()) {
        std::string words;
        for (const std::string& word : field.words) words += (words.empty() ? "" : ", ") + word;
        tell("services.bad_word", row, cell, {{"field", field.name}, {"words", words}},
             base::nearest(cell.text, field.words).value_or(""));
      }
    } else if (field.type == FieldType::reference) {
      if (rows_.find(field.target, cell.text) == nullptr) {
        tell("services.unknown_reference", row, cell,
             {{"field", field.name}, {"id", cell.text}, {"table", form(field.target).name}},
             near(field.target, cell.text), dangling(row, field));
      }
    } else if (field.type == FieldType::link) {
      link(shape, row, field, cell);
    }
  }

  void link(const TableForm& shape, const Row& row, const Field& field, const RowCell& cell) {
    const auto table = table_named(Rows::text(
        shape.table, row, shape.table == Table::attribute ? "link_entity" : "resource_type"));
    const bool found = table ? rows_.find(*table, cell.text) != nullptr
                             : std::any_of(forms().begin(), forms().end(), [&](const auto& one) {
                                 return rows_.find(one.table, cell.text) != nullptr;
                               });
    if (found) return;
    tell("services.unknown_reference", row, cell,
         {{"field", field.name}, {"id", cell.text}, {"table", table ? form(*table).name : "*"}},
         table ? near(*table, cell.text) : "", dangling(row, field));
  }

  // A document is a part of something larger: what it names beside itself may stand elsewhere. What
  // an entry can't be without must be there, and so must everything that a set of tables names.
  base::Severity dangling(const Row& row, const Field& field) const {
    const bool table = rows_.files[row.file].ends_with(".csv");
    const bool needed = field.required && field.type == FieldType::reference;
    return table || needed ? base::Severity::error : base::Severity::warning;
  }

  void known_kind(const Row& row, const RowCell& kind) {
    const std::vector<std::string>* kinds = known_.kinds;
    if (kinds == nullptr || std::find(kinds->begin(), kinds->end(), kind.text) != kinds->end())
      return;
    tell("services.unknown_kind", row, kind, {{"kind", kind.text}},
         base::nearest(kind.text, *kinds).value_or(""));
  }

  void known_area(const Row& service, const Row& area) {
    const RowCell& uri = Rows::cell(Table::service_area, area, "uri");
    const auto read = area_from(uri.text);
    if (!read) {
      // Not ours: kept and shown, but nobody is sent there by it.
      tell("services.area_unknown", area,
           uri.text.empty() ? Rows::cell(Table::service_area, area, "id") : uri,
           {{"service", Rows::text(Table::service, service, "id")}}, {}, base::Severity::warning);
      return;
    }
    std::vector<std::string> names;
    bool good = true;
    if (read->kind == Area::Kind::catchment) {
      for (const auto& [id, one] : known_.directory.catchments()) names.push_back(id);
    } else if (read->kind == Area::Kind::service_manager) {
      for (const auto& one : known_.directory.service_managers()) names.push_back(one.area);
    } else if (read->kind == Area::Kind::province) {
      names = {"on"};
    } else if (read->kind == Area::Kind::country) {
      names = {"ca"};
    } else {
      good = directory::fsa_number(read->id).has_value();
    }
    if (!names.empty()) good = std::find(names.begin(), names.end(), read->id) != names.end();
    if (!good) {
      tell("services.no_such_area", area, uri, {{"area", read->id}},
           base::nearest(read->id, names).value_or(""));
    }
  }

  std::string near(Table table, std::string_view id) {
    if (findings_.size() > kSuggestions) return {};
    std::vector<std::string> names;
    for (const Row& row : rows_.of(table)) names.push_back(row.cells[form(table).id].text);
    return base::nearest(id, names).value_or("");
  }

  void tell(std::string_view code, const Row& row, RowCell cell, base::Arguments arguments = {},
            std::string suggestion = {}, base::Severity severity = base::Severity::error) {
    if (cell.line == 0) cell.line = row.line;
    if (cell.column == 0) cell.column = 1;
    report(findings_, code, rows_.files[row.file], cell, std::move(arguments),
           std::move(suggestion), severity);
  }

  const Rows& rows_;
  const Known& known_;
  Findings& findings_;
};

}  // namespace

void check(const Rows& rows, const Known& known, Findings& findings) {
  Check check(rows, known, findings);
  for (const TableForm& shape : forms()) check.table(shape);
  for (const Row& row : rows.of(Table::service)) check.service(row);
  for (const Row& row : rows.of(Table::organization)) check.organization(row);
  for (const Row& row : rows.of(Table::taxonomy_term)) check.term(row);
}

}  // namespace portage::services
