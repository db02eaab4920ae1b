#include <algorithm>
#include <set>

#include "gateway/base/text.h"
#include "gateway/services/read.h"
#include "gateway/services/services.h"

namespace portage::services {
namespace {

constexpr std::int32_t kLeastPriority = 1, kMostPriority = 1000;

std::string name_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return path.substr(slash == std::string::npos ? 0 : slash + 1);
}

std::vector<std::string> list_of(std::string_view text) {
  std::vector<std::string> out;
  for (const std::string_view part : base::split(text, '|')) {
    if (!base::trim(part).empty()) out.emplace_back(base::trim(part));
  }
  return out;
}

bool any_error(const Findings& findings) {
  return std::any_of(findings.begin(), findings.end(), [](const base::Finding& finding) {
    return finding.severity == base::Severity::error;
  });
}

}  // namespace

struct ServicesLoader {
  Services out;
  const directory::Directory& directory;

  explicit ServicesLoader(Rows rows, const directory::Directory& directory_)
      : directory(directory_) {
    out.rows_ = std::make_shared<const Rows>(std::move(rows));
  }
  const Rows& rows() const { return *out.rows_; }

  void needs() {
    for (const Row& row : rows().of(Table::taxonomy_term)) {
      const auto text = [&](std::string_view field) {
        return Rows::text(Table::taxonomy_term, row, field);
      };
      Need need;
      need.code = text("code").empty() ? text("id") : text("code");
      need.name_en = text("name");
      need.name_fr = text("name_fr");
      need.parent = code_of(text("parent_id"));
      need.kind = text("kind");
      need.where = rows().where(row);
      for (const char* field : {"words_en", "words_fr"}) {
        for (std::string& word : list_of(text(field))) need.words.push_back(std::move(word));
      }
      std::vector<std::string> names = need.words;
      names.insert(names.end(), {need.code, need.name_en, need.name_fr});
      for (const std::string& name : names) {
        const std::string key = directory::place_key(name);
        if (!key.empty()) out.need_words_.emplace(key, need.code);
      }
      const std::string code = need.code;
      out.needs_.emplace(code, std::move(need));
    }
  }

  void services() {
    const std::vector<Row>& all = rows().of(Table::service);
    out.services_.reserve(all.size());
    for (const Row& row : all) out.services_.push_back(service(row));
    for (const Service& one : out.services_) {
      out.by_id_.emplace(one.id, &one);
      out.by_id_.emplace(public_id(Table::service, one.id), &one);
      for (const std::string& need : one.needs) out.by_need_[need].push_back(&one);
    }
    for (auto& [need, found] : out.by_need_) {
      std::sort(found.begin(), found.end(), [](const Service* a, const Service* b) {
        return std::tie(a->priority, a->id) < std::tie(b->priority, b->id);
      });
    }
  }

 private:
  std::string code_of(const std::string& term) const {
    const Row* row = term.empty() ? nullptr : rows().find(Table::taxonomy_term, term);
    if (row == nullptr) return {};
    const std::string& code = Rows::text(Table::taxonomy_term, *row, "code");
    return code.empty() ? Rows::text(Table::taxonomy_term, *row, "id") : code;
  }

  Service service(const Row& row) const {
    const auto text = [&](std::string_view field) -> const std::string& {
      return Rows::text(Table::service, row, field);
    };
    Service out_service;
    Service& s = out_service;
    s.row = &row;
    s.where = rows().where(row);
    s.id = text("id");
    s.organization = text("organization_id");
    if (const Row* organization = rows().find(Table::organization, s.organization)) {
      s.party = Rows::text(Table::organization, *organization, "party");
      s.sample = Rows::text(Table::organization, *organization, "sample") == "true";
    }
    s.role = text("role");
    s.kind = text("kind");
    s.level = text("level");
    s.source = text("source");
    s.active = text("status") == "active";
    s.sample = s.sample || text("sample") == "true";
    if (!text("priority").empty()) {
      s.priority = static_cast<std::int32_t>(std::clamp<long>(
          std::strtol(text("priority").c_str(), nullptr, 10), kLeastPriority, kMostPriority));
    }
    for (const auto& [word, certainty] : {std::pair{"high", directory::Certainty::high},
                                          std::pair{"medium", directory::Certainty::medium},
                                          std::pair{"low", directory::Certainty::low}}) {
      if (text("certainty") == word) s.certainty = certainty;
    }
    if (const auto day = base::parse_day(text("valid_from"))) s.valid.from = *day;
    if (const auto day = base::parse_day(text("valid_until"))) s.valid.until = *day;
    linked(s);
    return out_service;
  }

  void linked(Service& s) const {
    std::set<std::string> needs;
    for (const Row* row : rows().children(Table::attribute, "link_id", s.id)) {
      std::string code = code_of(Rows::text(Table::attribute, *row, "taxonomy_term_id"));
      for (int depth = 0; !code.empty() && depth < 32; ++depth) {
        needs.insert(code);
        const auto need = out.needs_.find(code);
        code = need == out.needs_.end() ? std::string() : need->second.parent;
      }
    }
    s.needs.assign(needs.begin(), needs.end());
    for (const Row* row : rows().children(Table::service_area, "service_id", s.id)) {
      auto area = area_from(Rows::text(Table::service_area, *row, "uri"));
      if (area) s.areas.push_back(std::move(*area));
    }
    const auto speak = [&](const char* key, const std::string& id) {
      for (const Row* row : rows().children(Table::language, key, id)) {
        std::string code = base::lower_ascii(Rows::text(Table::language, *row, "code"));
        if (!code.empty() && !s.speaks(code)) s.languages.push_back(std::move(code));
      }
    };
    speak("service_id", s.id);
    for (const Row* row : rows().children(Table::service_at_location, "service_id", s.id)) {
      const std::string& id = Rows::text(Table::service_at_location, *row, "location_id");
      s.sites.push_back({id, out.fsa_of(id)});
      speak("location_id", id);
    }
  }
};

LoadedServices load_services(const ServiceFiles& files, const directory::Directory& directory,
                             const directory::CodeTable* languages,
                             const std::vector<std::string>* kinds) {
  LoadedServices loaded;
  Rows rows;
  const std::pair<std::string, std::string>* offers = nullptr;
  for (const auto& file : files.files) {
    const auto& [path, bytes] = file;
    const std::string name = name_of(path);
    if (name == "datapackage.json") continue;
    if (name == "offers.csv") {
      offers = &file;  // last: an organisation that a table describes is not made again
    } else if (!name.ends_with(".csv")) {
      read_document(path, bytes, rows, loaded.findings);
    } else if (const auto table = table_of_file(name)) {
      read_table(path, bytes, *table, rows, loaded.findings);
    } else {
      std::vector<std::string> known = {"offers.csv"};
      for (const TableForm& one : forms()) known.push_back(one.file);
      report(loaded.findings, "services.unknown_file", path, {{}, 1, 1}, {{"file", name}},
             base::nearest(name, known).value_or(""));
    }
  }
  if (offers != nullptr) {
    read_offers(offers->first, offers->second, directory, rows, loaded.findings);
  }
  rows.drop_repeats();
  expand(rows, directory, languages);
  rows.index();
  check(rows, Known{directory, kinds}, loaded.findings);
  if (!any_error(loaded.findings)) {
    ServicesLoader loader(std::move(rows), directory);
    loader.needs();
    loader.services();
    loaded.services = std::move(loader.out);
  }
  std::stable_sort(loaded.findings.begin(), loaded.findings.end(),
                   [](const base::Finding& a, const base::Finding& b) {
                     return std::tie(a.place.file, a.place.line, a.place.column) <
                            std::tie(b.place.file, b.place.line, b.place.column);
                   });
  return loaded;
}

}  // namespace portage::services
