// Each party's exchanges against kinds, schemas and mappings, and the parties against each other.
#include <algorithm>
#include <map>

#include "gateway/base/text.h"
#include "gateway/config/draft.h"

namespace portage::config {
namespace {

std::string kind_of(std::string_view canonical) {
  return std::string(canonical.substr(0, canonical.rfind('@')));
}

// What a name may be, for "did you mean".
struct Known {
  std::vector<std::string> parties, kinds, forms, mappings;
};

Known known_names(const Config& config) {
  Known known;
  for (const auto& [id, party] : config.directory.parties()) known.parties.push_back(id);
  known.kinds = config.kinds;
  for (const auto& schema : config.schemas.all()) known.forms.push_back(schema->name());
  for (const auto& mapping : config.mappings.all()) {
    if (std::find(known.mappings.begin(), known.mappings.end(), mapping->name()) ==
        known.mappings.end()) {
      known.mappings.push_back(mapping->name());
    }
  }
  return known;
}

std::string_view content_type_of(format::Format format) {
  switch (format) {
    case format::Format::json:
      return "application/json";
    case format::Format::xml:
      return "application/xml";
    case format::Format::csv:
      return "text/csv";
    case format::Format::fixed:
      return "text/plain";
  }
  return {};
}

bool fits(std::string_view content_type, format::Format format) {
  const std::string type =
      base::lower_ascii(base::trim(content_type.substr(0, content_type.find(';'))));
  if (type == content_type_of(format)) return true;
  switch (format) {
    case format::Format::json:
      return type.ends_with("+json");
    case format::Format::xml:
      return type == "text/xml" || type.ends_with("+xml");
    case format::Format::csv:
      return type == "application/csv" || type == "text/tab-separated-values";
    case format::Format::fixed:
      return type == "application/octet-stream";
  }
  return false;
}

class Checker {
 public:
  Checker(const Config& config, Findings& findings)
      : config_(config), known_(known_names(config)), findings_(findings) {}

  void exchange(ExchangeDraft& draft, bool receives) {
    Exchange& exchange = draft.exchange;
    if (exchange.kind.empty()) return;
    if (!contains(known_.kinds, exchange.kind)) {
      report_unknown(findings_, "config.unknown_kind", draft.kind_at, exchange.kind, known_.kinds);
      return;
    }
    if (exchange.form.empty() && exchange.mapping.empty()) {
      const schema::Schema* canonical = config_.canonical(exchange.kind);
      if (canonical != nullptr) exchange.form = canonical->name();
      draft.form_at = draft.kind_at;
    }
    if (exchange.form.empty()) {
      report(findings_, "config.missing_key", draft.at,
             {{"key", "form"}, {"table", "[[sends]], [[receives]]"}});
      return;
    }
    const schema::Schema* form = config_.schemas.find(exchange.form);
    if (form == nullptr) {
      report_unknown(findings_, "config.unknown_form", draft.form_at, exchange.form, known_.forms);
    }
    if (exchange.mapping.empty()) {
      if (form != nullptr && kind_of(exchange.form) != exchange.kind) {
        report(findings_, "config.no_mapping", draft.form_at,
               {{"form", exchange.form}, {"kind", exchange.kind}});
      }
    } else {
      mapping(draft, receives);
    }
    if (form != nullptr) content_type(draft, form->format());
  }

  // No two exchanges of one direction may leave the gateway a choice.
  void twice(const std::vector<ExchangeDraft>& drafts, bool receives) {
    for (std::size_t i = 0; i < drafts.size(); ++i) {
      const Exchange& later = drafts[i].exchange;
      for (std::size_t j = 0; j < i && !later.kind.empty(); ++j) {
        const Exchange& earlier = drafts[j].exchange;
        if (earlier.kind != later.kind || (!receives && earlier.form != later.form)) continue;
        report(findings_, receives ? "config.receives_twice" : "config.sends_twice",
               drafts[i].kind_at, {{"kind", later.kind}, {"form", later.form}});
        break;
      }
    }
  }

  void party(const LinkDraft& draft) {
    const std::string& id = draft.link.party;
    if (id.empty()) return;
    if (config_.directory.party(id) == nullptr) {
      report_unknown(findings_, "config.unknown_party", draft.party_at, id, known_.parties);
    }
    claim(parties_, id, id, draft.party_at, "config.party_twice");
    for (std::size_t i = 0; i < draft.link.certificates.size(); ++i) {
      claim(certificates_, draft.link.certificates[i], id, draft.certificates_at[i],
            "config.certificate_twice");
    }
    for (std::size_t i = 0; i < draft.link.names.size(); ++i) {
      claim(names_, base::lower_ascii(draft.link.names[i]), id, draft.names_at[i],
            "config.name_twice");
    }
  }

  void drop(const LinkDraft& link, const DropDraft& draft) {
    if (!draft.drop.folder.empty()) {
      claim(folders_, draft.drop.folder, link.link.party, draft.folder_at, "config.drop_twice");
    }
    if (draft.drop.form.empty()) return;
    std::vector<std::string> sent;
    for (const ExchangeDraft& exchange : link.sends) sent.push_back(exchange.exchange.form);
    if (!contains(sent, draft.drop.form)) {
      report_unknown(findings_, "config.drop_form", draft.form_at, draft.drop.form, sent);
    }
  }

  // Files are written into the delivery folder; a drop that reads it would take them back in.
  void loop(const LinkDraft& draft) {
    if (!draft.link.delivery.file) return;
    for (const DropDraft& drop : draft.drops) {
      if (drop.drop.folder == draft.link.delivery.file->folder) {
        report(findings_, "config.drop_is_delivery", drop.folder_at,
               {{"folder", drop.drop.folder}});
      }
    }
  }

 private:
  using Claims = std::map<std::string, std::pair<std::string, At>>;  // what -> party, where

  static bool contains(const std::vector<std::string>& all, const std::string& one) {
    return std::find(all.begin(), all.end(), one) != all.end();
  }

  void claim(Claims& claims, const std::string& what, const std::string& party, const At& where,
             std::string_view code) {
    const auto [held, fresh] = claims.try_emplace(what, party, where);
    if (fresh) return;
    const base::Place& place = held->second.second.place;
    report(
        findings_, code, where,
        {{"party", held->second.first}, {"where", place.file + ":" + std::to_string(place.line)}});
  }

  // What is delivered is one record at a time, so its mapping must make one file of one record.
  void out_of(const ExchangeDraft& draft) {
    const Exchange& exchange = draft.exchange;
    const schema::Schema* form = config_.schemas.find(exchange.form);
    for (const auto& one : config_.mappings.all()) {
      if (one->name() != exchange.mapping || one->theirs() != exchange.form) continue;
      const base::Arguments about = {{"mapping", exchange.mapping}, {"form", exchange.form}};
      if (!one->goes(mapping::Way::out)) {
        report(findings_, "config.mapping_not_out", draft.mapping_at, about);
      } else if (one->ours_list()) {
        report(findings_, "config.mapping_batch_out", draft.mapping_at, about);
      } else if (one->theirs_list() && form != nullptr && !form->wire().holds_many()) {
        report(findings_, "config.mapping_several_out", draft.mapping_at, about);
      } else {
        continue;
      }
      return;
    }
  }

  void into(const ExchangeDraft& draft) {
    const Exchange& exchange = draft.exchange;
    for (const auto& one : config_.mappings.all()) {
      if (one->name() != exchange.mapping || one->goes(mapping::Way::in)) continue;
      report(findings_, "config.mapping_not_in", draft.mapping_at,
             {{"mapping", exchange.mapping}, {"form", exchange.form}});
      return;
    }
  }

  void mapping(const ExchangeDraft& draft, bool receives) {
    const Exchange& exchange = draft.exchange;
    bool named = false, of_kind = false, of_form = false;
    std::vector<std::string> forms;
    std::string ours;
    for (const auto& one : config_.mappings.all()) {
      if (one->name() != exchange.mapping) continue;
      named = true;
      ours = one->ours();
      forms.push_back(one->theirs());
      of_kind = of_kind || kind_of(one->ours()) == exchange.kind;
      for (const std::string& made : one->makes()) {
        ours += (ours.empty() ? "" : ", ") + made;
        of_kind = of_kind || kind_of(made) == exchange.kind;
      }
      of_form = of_form || one->theirs() == exchange.form;
    }
    if (named && receives) out_of(draft);
    if (named && !receives) into(draft);
    if (!named) {
      report_unknown(findings_, "config.unknown_mapping", draft.mapping_at, exchange.mapping,
                     known_.mappings);
    } else if (!of_kind) {
      report(findings_, "config.mapping_kind", draft.mapping_at,
             {{"mapping", exchange.mapping}, {"ours", ours}, {"kind", exchange.kind}});
    } else if (!of_form && config_.schemas.find(exchange.form) != nullptr) {
      base::Finding& finding = report(
          findings_, "config.mapping_form", draft.form_at,
          {{"mapping", exchange.mapping}, {"theirs", forms.front()}, {"form", exchange.form}});
      finding.suggestion = forms.front();
    }
  }

  void content_type(ExchangeDraft& draft, format::Format format) {
    Exchange& exchange = draft.exchange;
    if (exchange.content_type.empty()) {
      exchange.content_type = content_type_of(format);
    } else if (!fits(exchange.content_type, format)) {
      base::Finding& finding = report(findings_, "config.content_type", draft.content_type_at,
                                      {{"content_type", exchange.content_type},
                                       {"form", exchange.form},
                                       {"wanted", std::string(content_type_of(format))}});
      finding.suggestion = content_type_of(format);
    }
  }

  const Config& config_;
  Known known_;
  Findings& findings_;
  Claims parties_, certificates_, names_, folders_;
};

}  // namespace

void cross_check(std::vector<LinkDraft>& drafts, Config& config, Findings& findings) {
  Checker checker(config, findings);
  for (LinkDraft& draft : drafts) {
    checker.party(draft);
    for (ExchangeDraft& one : draft.sends) checker.exchange(one, false);
    for (ExchangeDraft& one : draft.receives) checker.exchange(one, true);
    checker.twice(draft.sends, false);
    checker.twice(draft.receives, true);
    for (const DropDraft& drop : draft.drops) checker.drop(draft, drop);
    checker.loop(draft);
  }
  take_links(drafts, config);
}

void take_links(std::vector<LinkDraft>& drafts, Config& config) {
  for (LinkDraft& draft : drafts) {
    for (ExchangeDraft& one : draft.sends) draft.link.sends.push_back(std::move(one.exchange));
    for (ExchangeDraft& one : draft.receives) {
      draft.link.receives.push_back(std::move(one.exchange));
    }
    for (DropDraft& drop : draft.drops) draft.link.drops.push_back(std::move(drop.drop));
    config.links.push_back(std::move(draft.link));
  }
  std::sort(config.links.begin(), config.links.end(),
            [](const Link& a, const Link& b) { return a.party < b.party; });
}

}  // namespace portage::config
