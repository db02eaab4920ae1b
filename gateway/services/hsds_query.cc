#include "gateway/services/hsds_query.h"

#include <algorithm>
#include <charconv>

#include "gateway/base/text.h"
#include "gateway/format/json_text.h"
#include "gateway/services/nearest.h"

namespace portage::services {
namespace {

using Parameters = std::vector<std::pair<std::string, std::string>>;

std::vector<std::string> known_to(Table table) {
  std::vector<std::string> out = {"search", "page", "per_page", "format", "at"};
  const auto more = [&](std::initializer_list<const char*> names) {
    out.insert(out.end(), names.begin(), names.end());
  };
  if (table == Table::service) {
    more({"taxonomy_term_id", "taxonomy_id", "organization_id", "modified_after", "minimal", "full",
          "postcode"});
  } else if (table == Table::service_at_location) {
    more({"taxonomy_term_id", "taxonomy_id", "organization_id", "modified_after", "full",
          "postcode", "proximity"});
  } else if (table == Table::organization) {
    more({"full", "full_service"});
  } else if (table == Table::taxonomy_term) {
    more({"taxonomy_id", "top_only", "parent_id"});
  }
  return out;
}

bool number(const std::string& text, std::uint32_t least, std::uint32_t most, std::uint32_t& into) {
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, into);
  return error == std::errc() && stop == end && into >= least && into <= most;
}

bool flag(const std::string& text, bool& into) {
  into = text == "true" || text == "1";
  return into || text == "false" || text == "0";
}

bool instant(const std::string& text, std::optional<base::Micros>& into) {
  if (const auto day = base::parse_day(text)) {
    into = base::toronto_midnight(*day);
  } else {
    into = base::parse_instant(text);
  }
  return into.has_value();
}

bool take(const std::string& name, const std::string& value, Query& into) {
  if (name == "search")
    into.search = value;
  else if (name == "taxonomy_term_id")
    into.taxonomy_term_id = value;
  else if (name == "taxonomy_id")
    into.taxonomy_id = value;
  else if (name == "organization_id")
    into.organization_id = value;
  else if (name == "parent_id")
    into.parent_id = value;
  else if (name == "postcode")
    into.postcode = value;
  else if (name == "page")
    return number(value, 1, 1'000'000, into.page);
  else if (name == "per_page")
    return number(value, 1, kLargestPage, into.per_page);
  else if (name == "proximity")
    return number(value, 1, 10'000'000, into.proximity.emplace());
  else if (name == "minimal")
    return flag(value, into.minimal);
  else if (name == "full")
    return flag(value, into.full);
  else if (name == "full_service")
    return flag(value, into.full_service);
  else if (name == "top_only")
    return flag(value, into.top_only);
  else if (name == "modified_after")
    return instant(value, into.modified_after);
  else if (name == "at")
    return (into.at = base::parse_day(value)).has_value();
  else if (name == "format")
    return (into.lines = value == "ndjson") || value == "json";
  return true;
}

// Does any attribute of the row have a term that fits?
template <class Fits>
bool has_term(const Rows& rows, std::string_view id, Fits fits) {
  for (const Row* attribute : rows.children(Table::attribute, "link_id", id)) {
    const Row* term = rows.find(Table::taxonomy_term,
                                Rows::text(Table::attribute, *attribute, "taxonomy_term_id"));
    if (term != nullptr && fits(*term)) return true;
  }
  return false;
}

class Filter {
 public:
  Filter(const Services& services, const Query& query, const PlaceOf& place)
      : services_(services), rows_(services.rows()), query_(query), place_(place) {
    for (const std::string_view word : base::split(query.search, ' ')) {
      std::string key = directory::place_key(word);
      if (!key.empty()) words_.push_back(std::move(key));
    }
  }

  bool passes(Table table, const Row& row) const {
    if (!words_.empty()) {
      const std::string text = searched(rows_, table, row);
      for (const std::string& word : words_) {
        if (text.find(word) == std::string::npos) return false;
      }
    }
    if (table == Table::service) return service(row);
    if (table == Table::taxonomy_term) return term(row);
    if (table != Table::service_at_location) return true;
    const Row* of = rows_.find(Table::service, Rows::text(table, row, "service_id"));
    return of != nullptr && service(*of) && near(Rows::text(table, row, "location_id"));
  }

  const directory::Directory* directory = nullptr;
  base::Day day;

 private:
  static bool names(Table table, const std::string& id, const std::string& asked) {
    return id == asked || public_id(table, id) == base::lower_ascii(asked);
  }

  bool service(const Row& row) const {
    const std::string& id = Rows::text(Table::service, row, "id");
    const auto& q = query_;
    if (!q.organization_id.empty() &&
        !names(Table::organization, Rows::text(Table::service, row, "organization_id"),
               q.organization_id)) {
      return false;
    }
    if (!q.taxonomy_term_id.empty() && !has_term(rows_, id, [&](const Row& term) {
          return names(Table::taxonomy_term, Rows::text(Table::taxonomy_term, term, "id"),
                       q.taxonomy_term_id);
        })) {
      return false;
    }
    if (!q.taxonomy_id.empty() && !has_term(rows_, id, [&](const Row& term) {
          return names(Table::taxonomy, Rows::text(Table::taxonomy_term, term, "taxonomy_id"),
                       q.taxonomy_id);
        })) {
      return false;
    }
    if (q.modified_after) {
      // Where no time is known it may have changed: a client that keeps a copy misses nothing.
      const std::string& said = Rows::text(Table::service, row, "last_modified");
      std::optional<base::Micros> at;
      if (!said.empty() && instant(said, at) && *at < *q.modified_after) return false;
    }
    if (q.postcode.empty()) return true;
    const Service* one = services_.service(id);
    return one != nullptr && serves(*one, place_);
  }

  bool term(const Row& row) const {
    const auto text = [&](std::string_view field) -> const std::string& {
      return Rows::text(Table::taxonomy_term, row, field);
    };
    if (!query_.taxonomy_id.empty() &&
        !names(Table::taxonomy, text("taxonomy_id"), query_.taxonomy_id)) {
      return false;
    }
    if (!query_.parent_id.empty() &&
        !names(Table::taxonomy_term, text("parent_id"), query_.parent_id)) {
      return false;
    }
    // The specification: terms that have no terms below them.
    return !query_.top_only ||
           rows_.children(Table::taxonomy_term, "parent_id", text("id")).empty();
  }

  bool near(const std::string& location) const {
    if (!query_.proximity) return true;
    const auto far = metres_to(place_, services_, location, *directory, day);
    return far && *far <= *query_.proximity;
  }

  const Services& services_;
  const Rows& rows_;
  const Query& query_;
  const PlaceOf& place_;
  std::vector<std::string> words_;
};

}  // namespace

base::Result<Query> read_query(Table table, const Parameters& parameters) {
  Query out;
  const std::vector<std::string> known = known_to(table);
  std::vector<std::string> seen;
  const auto wrong = [](const char* code, const std::string& name, std::string near = {}) {
    return base::make_error(base::ErrorKind::invalid, code,
                            {{"name", name}, {"near", std::move(near)}});
  };
  bool sized = false;
  for (const auto& [name, value] : parameters) {
    if (std::find(known.begin(), known.end(), name) == known.end()) {
      return wrong("services.query_unknown", name, base::nearest(name, known).value_or(""));
    }
    if (std::find(seen.begin(), seen.end(), name) != seen.end()) {
      return wrong("services.query_twice", name);
    }
    seen.push_back(name);
    if (value.empty()) continue;
    if (!take(name, value, out)) return wrong("services.query_value", name);
    sized = sized || name == "per_page";
  }
  if (out.proximity && out.postcode.empty()) return wrong("services.query_needs", "postcode");
  if (out.minimal && !sized) out.per_page = kLargestPage;
  return out;
}

base::Result<Listed> list(const Services& services, const directory::Directory& directory,
                          Table table, const Query& query, base::Language language,
                          base::Day today) {
  PlaceOf place;
  const base::Day day = query.at.value_or(today);
  if (!query.postcode.empty()) {
    Wanted wanted;
    wanted.place = query.postcode;
    wanted.day = day;
    place = place_of(directory, wanted);
    if (!place.problem.empty()) {
      return base::make_error(base::ErrorKind::invalid, place.problem);
    }
  }
  Filter filter(services, query, place);
  filter.directory = &directory;
  filter.day = day;
  const Shown shown{services, language, day, query.full || query.full_service, query.full_service};
  std::vector<const Row*> found;
  for (const Row& row : services.rows().of(table)) {
    if (filter.passes(table, row)) found.push_back(&row);
  }
  const auto written = [&](const Row& row) {
    return query.minimal ? minimal_json(table, row) : object_json(shown, table, row);
  };
  Listed out;
  if (query.lines) {
    for (const Row* row : found) out.body += written(*row) + "\n";
    out.content_type = "application/x-ndjson";
    return out;
  }
  const std::size_t size = query.per_page, pages = (found.size() + size - 1) / size;
  const std::size_t first = std::min(found.size(), (query.page - 1) * size);
  const std::size_t last = std::min(found.size(), first + size);
  format::JsonText json(out.body);
  json.object()
      .number("total_items", found.size())
      .number("total_pages", pages)
      .number("page_number", query.page)
      .number("size", last - first)
      .boolean("first_page", query.page == 1)
      .boolean("last_page", query.page >= pages)
      .boolean("empty", first == last)
      .list("contents");
  for (std::size_t i = first; i < last; ++i) json.raw_element(written(*found[i]));
  json.end_list().end_object();
  out.content_type = "application/json";
  return out;
}

std::string searched(const Rows& rows, Table table, const Row& row) {
  std::string out;
  const auto add = [&](Table of, const Row& one) {
    for (const char* field : {"name", "name_fr", "alternate_name", "description", "description_fr",
                              "eligibility_description", "code", "words_en", "words_fr"}) {
      const std::string& text = Rows::text(of, one, field);
      if (!text.empty()) out += directory::place_key(text) + '\n';
    }
  };
  add(table, row);
  if (table == Table::service_at_location) {
    if (const Row* of = rows.find(Table::service, Rows::text(table, row, "service_id"))) {
      out += searched(rows, Table::service, *of);
    }
    if (const Row* at = rows.find(Table::location, Rows::text(table, row, "location_id"))) {
      add(Table::location, *at);
    }
  }
  if (table != Table::service) return out;
  const Row* of = rows.find(Table::organization, Rows::text(table, row, "organization_id"));
  if (of != nullptr) add(Table::organization, *of);
  for (const Row* attribute :
       rows.children(Table::attribute, "link_id", Rows::text(table, row, "id"))) {
    const Row* term = rows.find(Table::taxonomy_term,
                                Rows::text(Table::attribute, *attribute, "taxonomy_term_id"));
    if (term != nullptr) add(Table::taxonomy_term, *term);
  }
  return out;
}

}  // namespace portage::services
