// Turns what is written into agreements: names are looked up, every unknown one is a finding; two
// agreements that would both answer on one day are one.
#include <algorithm>
#include <array>
#include <map>
#include <tuple>

#include "gateway/agreements/agreements.h"
#include "gateway/agreements/agreements_toml.h"
#include "gateway/base/text.h"

namespace portage::agreements {

namespace {

const std::vector<std::string> kConsentWords = {"none", "respected", "required"};
const std::vector<std::string> kCertaintyWords = {"high", "medium", "low", "unknown"};

bool contains(const std::vector<std::string>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

}  // namespace

std::string_view consent_rule_name(ConsentRule rule) {
  return kConsentWords[static_cast<std::size_t>(rule)];
}

struct AgreementsLoader {
  const directory::Directory& directory;
  const std::vector<KindShape>& kinds;
  const directory::CodeTable* purposes;
  std::vector<base::Finding>& findings;
  Agreements out = {};
  std::string file = {};
  std::vector<std::string> kind_names = {}, parties = {}, purpose_names = {};
  std::map<std::string, std::string> ids = {};

  void report(std::string_view code, const Written& at, base::Arguments arguments = {},
              std::string suggestion = {}) {
    base::Finding finding;
    finding.code = code;
    finding.place = {file, at.line, at.column, {}};
    finding.arguments = std::move(arguments);
    finding.suggestion = std::move(suggestion);
    findings.push_back(std::move(finding));
  }
  void unknown(std::string_view code, const Written& at, const std::vector<std::string>& known,
               base::Arguments arguments = {}) {
    arguments.emplace_back("word", at.text);
    report(code, at, std::move(arguments), base::nearest(at.text, known).value_or(""));
  }

  void prepare() {
    for (const KindShape& kind : kinds) {
      kind_names.push_back(kind.kind);
      out.leaves_.push_back(leaves_of(kind.kind, *kind.shape));
    }
    std::sort(out.leaves_.begin(), out.leaves_.end(),
              [](const KindLeaves& a, const KindLeaves& b) { return a.kind < b.kind; });
    for (const auto& [id, party] : directory.parties()) parties.push_back(id);
    if (purposes == nullptr) return;
    purpose_names.emplace_back(kAdministration);
    for (const directory::CodeRow& row : purposes->rows()) purpose_names.push_back(row.ours);
  }

  void add(const WrittenAgreement& written) {
    file = written.file;
    auto made = std::make_shared<Agreement>();
    made->id = written.id.text;
    made->title_en = written.title_en.text;
    made->title_fr = written.title_fr.text;
    made->authority_en = written.authority_en.text;
    made->authority_fr = written.authority_fr.text;
    made->purpose = written.purpose.text;
    made->sample = written.sample;
    made->source = written.source.text;
    made->file = file;
    const Written& at = written.id.present() ? written.id : written.here;
    made->line = at.line;
    made->column = at.column;
    required_texts(written);
    check_id(written.id);
    words(written, *made);
    dates(written, *made);
    for (const Written& one : written.from) made->from.push_back(side_name(one));
    for (const Written& one : written.to) made->to.push_back(side_name(one));
    if (written.flows.empty()) report("agreements.no_flow", at, {{"id", made->id}});
    const std::shared_ptr<const Agreement> agreement = std::move(made);
    for (const WrittenFlow& flow : written.flows) add_flows(flow, agreement);
    out.all_.push_back(agreement);
  }

  void required_texts(const WrittenAgreement& written) {
    const std::array<std::pair<const Written*, const char*>, 7> wanted = {
        {{&written.id, "id"},
         {&written.title_en, "title.en"},
         {&written.title_fr, "title.fr"},
         {&written.authority_en, "authority.en"},
         {&written.authority_fr, "authority.fr"},
         {&written.purpose, "purpose"},
         {&written.source, "source"}}};
    for (const auto& [text, key] : wanted) {
      if (!text->present() || base::trim(text->text).empty()) {
        report("agreements.missing_key", text->present() ? *text : written.here, {{"key", key}});
      }
    }
    if (written.from.empty()) report("agreements.missing_key", written.here, {{"key", "from"}});
    if (written.to.empty()) report("agreements.missing_key", written.here, {{"key", "to"}});
    if (!written.since_at.present()) {
      report("agreements.missing_key", written.here, {{"key", "since"}});
    }
  }

  void check_id(const Written& id) {
    if (!id.present()) return;
    const auto [it, fresh] = ids.emplace(id.text, file + ":" + std::to_string(id.line));
    if (!fresh) report("agreements.duplicate_id", id, {{"id", id.text}, {"other", it->second}});
  }

  void words(const WrittenAgreement& written, Agreement& made) {
    if (written.consent.present()) {
      const auto it = std::find(kConsentWords.begin(), kConsentWords.end(), written.consent.text);
      if (it == kConsentWords.end()) {
        unknown("agreements.unknown_word", written.consent, kConsentWords, {{"key", "consent"}});
      } else {
        made.consent = static_cast<ConsentRule>(it - kConsentWords.begin());
      }
    }
    if (written.certainty.present()) {
      const auto it =
          std::find(kCertaintyWords.begin(), kCertaintyWords.end(), written.certainty.text);
      if (it == kCertaintyWords.end()) {
        unknown("agreements.unknown_word", written.certainty, kCertaintyWords,
                {{"key", "certainty"}});
      } else {
        made.certainty = static_cast<directory::Certainty>(it - kCertaintyWords.begin());
      }
    }
    if (purposes != nullptr && written.purpose.present() &&
        !contains(purpose_names, written.purpose.text)) {
      unknown("agreements.unknown_word", written.purpose, purpose_names, {{"key", "purpose"}});
    }
  }

  void dates(const WrittenAgreement& written, Agreement& made) {
    if (written.since) made.days.from = *written.since;
    if (written.until) made.days.until = *written.until;
    if (made.days.from > made.days.until) report("agreements.turned_dates", written.since_at);
  }

  std::string side_name(const Written& name) {
    const auto& roles = directory::role_names();
    if (directory.party(name.text) == nullptr && !contains(roles, name.text)) {
      std::vector<std::string> known = parties;
      known.insert(known.end(), roles.begin(), roles.end());
      unknown("agreements.unknown_party", name, known);
    }
    return name.text;
  }

  Agreements::Side side(const std::vector<std::string>& names) const {
    Agreements::Side made;
    for (const std::string& name : names) {
      if (directory.party(name) != nullptr) {
        made.by_name.push_back(name);
        continue;
      }
      for (const directory::Role& role : directory.roles()) {
        if (role.role == name) made.by_role[role.party].push_back(role.valid);
      }
    }
    return made;
  }

  void add_flows(const WrittenFlow& written, const std::shared_ptr<const Agreement>& agreement) {
    if (written.kinds.empty()) report("agreements.missing_key", written.here, {{"key", "kind"}});
    if (written.fields.empty()) {
      report("agreements.missing_key", written.here, {{"key", "fields"}});
    }
    for (const Written& kind : written.kinds) {
      const auto shape = std::find_if(kinds.begin(), kinds.end(), [&](const KindShape& known) {
        return known.kind == kind.text;
      });
      if (shape == kinds.end()) {
        unknown("agreements.unknown_kind", kind, kind_names);
        continue;
      }
      auto flow = std::make_shared<Flow>();
      flow->agreement = agreement;
      flow->kind = kind.text;
      flow->line = kind.line;
      flow->column = kind.column;
      flow->permitted = fields(written.fields, *out.leaves(kind.text));
      flow->mask = mask_of(*shape->shape, flow->permitted);
      flow->number = static_cast<std::uint32_t>(out.flows_.size());
      Agreements::Entry entry{flow.get(), side(agreement->from), side(agreement->to)};
      check_overlap(entry, kind);
      out.kinds_[kind.text].push_back(std::move(entry));
      out.flows_.push_back(std::move(flow));
    }
  }

  // "*" stands for every field, and only where none is about a person.
  FieldSet fields(const std::vector<Written>& written, const KindLeaves& leaves) {
    FieldSet permitted;
    for (const Written& field : written) {
      if (field.text == "*") {
        for (std::size_t i = 0; i < leaves.paths.size() && i < FieldSet::kMost; ++i) {
          permitted.add(i);
          if (leaves.classes[i] >= schema::Class::personal) {
            report("agreements.everything", field,
                   {{"kind", leaves.kind}, {"field", leaves.paths[i]}});
            break;
          }
        }
        continue;
      }
      const FieldSet below = leaves.below(field.text);
      if (below.empty()) {
        unknown("agreements.unknown_field", field, leaves.paths, {{"kind", leaves.kind}});
      }
      permitted |= below;
    }
    if (leaves.paths.size() > FieldSet::kMost && !written.empty()) {
      report("agreements.too_many_fields", written.front(),
             {{"kind", leaves.kind}, {"limit", std::to_string(FieldSet::kMost)}});
    }
    return permitted;
  }

  // Two flows that no party's name tells apart, on one day.
  void check_overlap(const Agreements::Entry& later, const Written& at) {
    const auto shared = [](const Agreements::Side& a, const Agreements::Side& b) {
      for (const std::string& name : a.by_name) {
        if (contains(b.by_name, name)) return true;
      }
      for (const auto& [party, spans] : a.by_role) {
        const auto other = b.by_role.find(party);
        if (other == b.by_role.end()) continue;
        for (const base::Days& x : spans) {
          for (const base::Days& y : other->second) {
            if (x.from <= y.until && y.from <= x.until) return true;
          }
        }
      }
      return false;
    };
    const auto found = out.kinds_.find(later.flow->kind);
    if (found == out.kinds_.end()) return;
    for (const Agreements::Entry& earlier : found->second) {
      const Agreement& a = *earlier.flow->agreement;
      const Agreement& b = *later.flow->agreement;
      const bool same_days = a.days.from <= b.days.until && b.days.from <= a.days.until;
      if (!same_days || !shared(earlier.from, later.from) || !shared(earlier.to, later.to))
        continue;
      report("agreements.overlap", at,
             {{"id", b.id},
              {"other", a.id},
              {"kind", later.flow->kind},
              {"day", base::format_day(std::max(a.days.from, b.days.from))}});
      return;
    }
  }
};

int Agreements::Side::fits(std::string_view party, const base::Day* day) const {
  if (contains(by_name, party)) return 2;
  const auto found = by_role.find(party);
  if (found == by_role.end()) return 0;
  for (const base::Days& held : found->second) {
    if (day == nullptr || held.contains(*day)) return 1;
  }
  return 0;
}

const Flow* Agreements::find(std::string_view from, std::string_view to, std::string_view kind,
                             const base::Day* day) const {
  const auto entries = kinds_.find(kind);
  if (entries == kinds_.end()) return nullptr;
  const Flow* best = nullptr;
  int named = 0;
  for (const Entry& entry : entries->second) {
    if (day != nullptr && !entry.flow->agreement->days.contains(*day)) continue;
    const int sender = entry.from.fits(from, day);
    const int receiver = sender == 0 ? 0 : entry.to.fits(to, day);
    if (receiver == 0 || sender + receiver <= named) continue;
    named = sender + receiver;
    best = entry.flow;
  }
  return best;
}

const Flow* Agreements::flow(std::string_view from, std::string_view to, std::string_view kind,
                             base::Day day) const {
  return find(from, to, kind, &day);
}

const Flow* Agreements::any_flow(std::string_view from, std::string_view to,
                                 std::string_view kind) const {
  return find(from, to, kind, nullptr);
}

bool Agreements::sends_by(const Flow& flow, std::string_view party) const {
  const auto entries = kinds_.find(flow.kind);
  if (entries == kinds_.end()) return false;
  return std::any_of(entries->second.begin(), entries->second.end(), [&](const Entry& entry) {
    return entry.flow == &flow && entry.from.fits(party, nullptr) != 0;
  });
}

const KindLeaves* Agreements::leaves(std::string_view kind) const {
  const auto it = std::lower_bound(
      leaves_.begin(), leaves_.end(), kind,
      [](const KindLeaves& one, std::string_view name) { return one.kind < name; });
  return it == leaves_.end() || it->kind != kind ? nullptr : &*it;
}

LoadedAgreements load_agreements(const std::vector<std::pair<std::string, std::string>>& files,
                                 const directory::Directory& directory,
                                 const std::vector<KindShape>& kinds,
                                 const directory::CodeTable* purposes) {
  LoadedAgreements loaded;
  AgreementsLoader loader{directory, kinds, purposes, loaded.findings};
  loader.prepare();
  for (const auto& [file, bytes] : files) {
    for (const WrittenAgreement& written : read_agreements(bytes, file, loaded.findings)) {
      loader.add(written);
    }
  }
  loaded.agreements = std::move(loader.out);
  std::stable_sort(loaded.findings.begin(), loaded.findings.end(),
                   [](const base::Finding& a, const base::Finding& b) {
                     return std::tie(a.place.file, a.place.line, a.place.column) <
                            std::tie(b.place.file, b.place.line, b.place.column);
                   });
  return loaded;
}

}  // namespace portage::agreements
