// Partners whose wire is a folder: Halton's case software, an ODSP office and a provider. Answers
// are looked for until the end.
#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>

#include "connectors/pretend/casework.h"
#include "connectors/pretend/partner.h"
#include "connectors/pretend/people.h"
#include "gateway/base/text.h"
#include "gateway/base/time.h"
#include "gateway/format/csv.h"

namespace portage::pretend {
namespace {

namespace fs = std::filesystem;
using Row = std::vector<std::pair<std::string_view, std::string>>;

class Sheet {
 public:
  Sheet(std::vector<std::string> columns, const format::CsvDialect& dialect)
      : columns_(columns), writer_(std::move(columns), dialect, bytes_) {}
  base::Status header() { return writer_.header(); }
  base::Status row(const Row& row) {
    std::vector<std::string_view> cells(columns_.size());
    for (const auto& [column, text] : row) {
      const auto at = std::find(columns_.begin(), columns_.end(), column);
      if (at != columns_.end()) cells[static_cast<std::size_t>(at - columns_.begin())] = text;
    }
    return writer_.row(cells);
  }
  const std::string& bytes() const { return bytes_; }

 private:
  std::vector<std::string> columns_;
  std::string bytes_;
  format::CsvWriter writer_;
};

// Counts the answers in a folder by the columns of their header, each file once.
class Reader {
 public:
  Reader(std::string folder, Casework& casework)
      : folder_(std::move(folder)), casework_(casework) {}
  void look() {
    std::error_code failed;
    for (fs::recursive_directory_iterator it(folder_, failed), end; !failed && it != end;
         it.increment(failed)) {
      const std::string path = it->path().string();
      const fs::path ending = it->path().extension();
      if (!it->is_regular_file(failed) || it->path().filename().string().starts_with(".") ||
          (ending != ".csv" && ending != ".json") || !seen_.insert(path).second) {
        continue;
      }
      if (ending == ".json") {
        casework_.take(path);
        continue;
      }
      std::ifstream in(path, std::ios::binary);
      std::string line;
      std::getline(in, line);
      std::uint64_t rows = 0;
      for (std::string row; std::getline(in, row);) rows += row.empty() ? 0 : 1;
      const auto has = [&](std::string_view word) { return line.find(word) != line.npos; };
      if (has("portage_code") || has("portage_reason"))
        ++results_;
      else if (has("RESULT") || has("Motif"))
        decisions_ += rows;
      else if (has("STATUS") || has("Remarque"))
        progress_ += rows;
      else if (has("LAST_NAME"))
        referrals_ += rows;
      else
        ++unknown_;
    }
  }
  std::uint64_t results() const { return results_; }
  Counts counts() const {
    return {{"decisions", decisions_},
            {"progress", progress_},
            {"referrals", referrals_},
            {"received", decisions_ + progress_ + referrals_ + casework_.received()},
            {"unknown", unknown_}};
  }

 private:
  std::string folder_;
  Casework& casework_;
  std::set<std::string> seen_;
  std::uint64_t results_ = 0, decisions_ = 0, progress_ = 0, referrals_ = 0, unknown_ = 0;
};

// 1991-04-12 -> 12/04/1991
std::string halton_date(std::string_view day) {
  return std::string(day.substr(8, 2)) + "/" + std::string(day.substr(5, 2)) + "/" +
         std::string(day.substr(0, 4));
}

std::string_view halton_language(std::string_view code) {
  constexpr std::pair<std::string_view, std::string_view> kCodes[] = {
      {"en", "E"},  {"fr", "F"},  {"ar", "AR"}, {"es", "ES"},  {"fa", "FA"},
      {"pa", "PA"}, {"uk", "UK"}, {"zh", "ZH"}, {"ase", "ASL"}};
  for (const auto& [ours, theirs] : kCodes) {
    if (ours == code) return theirs;
  }
  return "O";
}

Row halton_row(std::uint32_t seed, std::uint32_t number, const std::string& today) {
  const Person p = person(seed, "cmsm-halton", number);
  Row row{{"CASE_NO", "H-" + std::to_string(seed) + "-" + std::to_string(100 + number)},
          {"MEMBER_ID", p.member_id},
          {"LAST_NAME", p.family},
          {"FIRST_NAME", p.given},
          {"DOB", halton_date(p.birth_date)},
          {"LANG", std::string(halton_language(p.language))},
          {"ADDR1", p.street},
          {"CITY", p.city},
          {"PROV", "ON"},
          {"POSTAL", p.postal},
          {"HOME_TEL", p.home_phone},
          {"CELL_TEL", p.cell_phone},
          {"EMAIL", p.email},
          {"NEEDS", number % 2 == 0 ? "RS;JS" : "TR"},
          {"PROGRAM", number % 3 == 2 ? "2" : "1"},
          {"ORIGIN", "C"},
          {"MAND", number % 3 == 2 ? "N" : "Y"},
          {"PRIORITY", number % 4 == 0 ? "1" : "3"},
          {"REF_DATE", halton_date(today)},
          {"WORKER", "Duty desk (sample)"},
          {"WORKER_TEL", "905-555-0100"},
          {"CONSENT_NO", p.consent},
          {"SIN", "000-000-000"},
          {"INTERNAL_ID", std::to_string(88'000 + number)},
          {"CREATED_BY", "sample"}};
  const auto set = [&](std::string_view column, std::string text) {
    for (auto& [name, value] : row) {
      if (name == column) value = std::move(text);
    }
  };
  if (number == 1) set("REF_DATE", "31/03/2023");  // the day before the change
  if (number == 3) set("DOB", "31/02/1990");       // there is no such day
  return row;
}

Row office_row(std::uint32_t seed, std::uint32_t number, const std::string& today) {
  const Person p = person(seed, "odsp-halton", number);
  const std::string_view language = p.language == "fr"   ? "FR"
                                    : p.language == "en" ? "AN"
                                    : p.language == "es" ? "ES"
                                    : p.language == "ar" ? "AR"
                                                         : "ND";
  return {{"Dossier", "POSPH-" + std::to_string(seed) + "-" + std::to_string(7000 + number)},
          {"Membre", p.member_id},
          {"Nom", p.family},
          {"Prénom", p.given},
          {"Naissance", p.birth_date},
          {"Langue", std::string(language)},
          {"Adresse", p.street},
          {"Ville", p.city},
          {"Code postal", p.postal},
          {"Téléphone", p.home_phone},
          {"Courriel", p.email},
          {"Besoins", "FP"},
          {"Obligatoire", "non"},
          {"Demande", today},
          {"Agent", "Bureau (exemple)"},
          {"Consentement", p.consent},
          {"NAS", "000-000-000"}};
}

using MakeRow = Row (*)(std::uint32_t, std::uint32_t, const std::string&);

int run_folder(const Options& options, std::string_view party, std::vector<std::string> columns,
               const format::CsvDialect& dialect, std::string_view mark, MakeRow make_row,
               const std::string& file) {
  const std::uint32_t seed = options.number("seed", 1), count = options.number("count", 5);
  const std::string today = base::format_day(base::toronto_day(base::now()));
  Sheet sheet(std::move(columns), dialect);
  if (base::Status status = sheet.header(); !status.ok()) return fail(status.error());
  for (std::uint32_t i = 0; i < count; ++i) {
    if (base::Status status = sheet.row(make_row(seed, i, today)); !status.ok()) {
      return fail(status.error());
    }
  }
  say_ready(party, 0);
  if (await_stop(std::max(1u, options.number("start-after-ms", 1)))) return 0;
  const bool dropped = drop_file(options.text("drop"), file, std::string(mark) + sheet.bytes());
  Casework casework(std::string(party), options.text("records"), seed);
  const bool begun = casework.begin();
  Reader answers(options.text("answers"), casework), results(options.text("results"), casework);
  do {
    answers.look();
    results.look();
  } while (!await_stop(200));
  answers.look();
  results.look();
  Counts counts{{"dropped", dropped ? 1 : 0}, {"rows", count}};
  const Counts seen = answers.counts();
  counts.insert(counts.end(), seen.begin(), seen.end());
  counts.emplace_back("result_files", results.results());
  const Counts cases = casework.counts();
  counts.insert(counts.end(), cases.begin(), cases.end());
  say_counts(party, counts);
  return dropped && begun ? 0 : 1;
}

}  // namespace

int run_halton(const Options& options) {
  format::CsvDialect dialect;
  dialect.charset = format::Charset::cp1252;
  dialect.crlf = true;
  const std::vector<std::string> columns{
      "CASE_NO",     "REF_NO",     "MEMBER_ID", "LAST_NAME",   "FIRST_NAME", "MIDDLE",
      "DOB",         "LANG",       "ADDR1",     "UNIT",        "CITY",       "PROV",
      "POSTAL",      "HOME_TEL",   "CELL_TEL",  "WORK_TEL",    "MSG_TEL",    "EMAIL",
      "NEEDS",       "ACCOM",      "PROGRAM",   "ORIGIN",      "MAND",       "PRIORITY",
      "REF_DATE",    "CA_REF",     "PLAN_REF",  "CAMS_REF",    "WORKER",     "WORKER_TEL",
      "WORKER_MAIL", "CONSENT_NO", "SIN",       "INTERNAL_ID", "CREATED_BY"};
  return run_folder(options, "cmsm-halton", columns, dialect, "", halton_row, "referrals.csv");
}

int run_office(const Options& options) {
  format::CsvDialect dialect;
  dialect.delimiter = ';';
  dialect.crlf = true;
  const std::vector<std::string> columns{"Dossier",
                                         "Membre",
                                         "Nom",
                                         "Prénom",
                                         "Naissance",
                                         "Langue",
                                         "Adresse",
                                         "Appartement",
                                         "Ville",
                                         "Code postal",
                                         "Téléphone",
                                         "Cellulaire",
                                         "Courriel",
                                         "Besoins",
                                         "Adaptation",
                                         "Obligatoire",
                                         "Demande",
                                         "Agent",
                                         "Téléphone de l'agent",
                                         "Consentement",
                                         "NAS",
                                         "Diagnostic"};
  return run_folder(options, "odsp-halton", columns, dialect, "\xEF\xBB\xBF", office_row,
                    "aiguillages.csv");
}

int run_provider(const Options& options) {
  const std::string party = "eo-halton-01";
  say_ready(party, 0);
  if (await_stop(std::max(1u, options.number("start-after-ms", 1)))) return 0;
  Casework casework(party, options.text("records"), options.number("seed", 1));
  const bool begun = casework.begin();
  await_stop(0);
  say_counts(party, casework.counts());
  return begun ? 0 : 1;
}

}  // namespace portage::pretend
