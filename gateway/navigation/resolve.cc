#include <algorithm>
#include <set>
#include <tuple>

#include "gateway/base/text.h"
#include "gateway/navigation/navigation.h"
#include "gateway/navigation/place.h"

namespace portage::navigation {
namespace {

using directory::Certainty;
using directory::Directory;
using services::Candidate;
using services::Need;
using services::Service;

constexpr std::size_t kOthers = 5;
// The need that a service answers which knows of all others.
constexpr std::string_view kInformation = "information";
// Who asks, where nobody says: central intake may send every kind that a person's need leads to.
constexpr std::string_view kAnybody = "prov-intake";

class Resolver {
 public:
  Resolver(const config::Config& config, const Question& question)
      : config_(config),
        directory_(config.directory),
        services_(config.services),
        question_(question) {}

  Answer run() {
    answer_.need = services_.need(question_.need);
    if (answer_.need == nullptr) {
      answer_.problem = "services.unknown_need";
      answer_.suggestion = base::nearest(question_.need, services_.need_names()).value_or("");
      return std::move(answer_);
    }
    place_ = read_place(directory_, question_);
    answer_.place = routing::shown_place(place_.wanted.place);
    reason("navigation.why.need", {{"need", answer_.need->code}}, answer_.need->where);
    if (!place_.problem.empty()) {
      answer_.problem = place_.problem;
      return std::move(answer_);
    }
    place_.wanted.need = answer_.need->code;
    where();
    found_ = services::nearest(services_, directory_, place_.wanted);
    if (!routed()) {
      place_.site != nullptr ? by_site() : by_directory();
    }
    rest();
    return std::move(answer_);
  }

 private:
  void reason(std::string key, base::Arguments arguments, directory::SourceRow row = {}) {
    answer_.why.push_back({std::move(key), std::move(arguments), std::move(row)});
  }

  void where() {
    const services::PlaceOf place = services::place_of(directory_, place_.wanted);
    if (place.area != nullptr) {
      reason("navigation.why.postal",
             {{"area", place.area->fsa},
              {"place", place.area->place},
              {"certainty", std::string(certainty_name(place.area->service_manager_certainty))}},
             place.area->where);
    }
    if (place.manager != nullptr) {
      answer_.municipality = place.manager->party;
      const directory::Party* party = directory_.party(place.manager->party);
      reason(
          place_.wanted.service_manager.empty() ? "navigation.why.manager" : "navigation.why.named",
          {{"party", place.manager->party}, {"name", party == nullptr ? "" : party->name_en}},
          place_.named != nullptr ? place_.named->where : place.manager->where);
    }
    if (place.catchment != nullptr) {
      answer_.catchment = place.catchment->id;
      reason("navigation.why.catchment",
             {{"catchment", place.catchment->id},
              {"day", base::format_day(place.catchment->integrated_start)}},
             place.catchment->where);
    }
  }

  // The kind of record that goes out for the need or one above it.
  std::string kind() const {
    const Need* at = answer_.need;
    for (int depth = 0; at != nullptr && depth < 32; ++depth) {
      if (!at->kind.empty()) return at->kind;
      const auto parent = services_.needs().find(at->parent);
      at = parent == services_.needs().end() ? nullptr : &parent->second;
    }
    return {};
  }

  // True if the rules have an answer, which may be that the place is not sure.
  bool routed() {
    const std::string kind = this->kind();
    const auto& kinds = config_.rules.kinds();
    if (kind.empty() || std::none_of(kinds.begin(), kinds.end(),
                                     [&](const auto& one) { return one.kind == kind; })) {
      return false;
    }
    routing::Facts facts;
    facts.kind = kind;
    facts.from = question_.from.empty() ? std::string(kAnybody) : question_.from;
    facts.place = place_.wanted.place;
    facts.municipality = place_.municipality;
    facts.date = question_.at;
    facts.services = &services_;
    const routing::Explanation why = config_.rules.explain(directory_, facts);
    const routing::Receiver& receiver = why.decision.receivers.front();
    if (receiver.role == "desk") return desk(receiver.reason);
    answer_.rule = receiver.rule;
    Server owner;
    owner.party = receiver.party;
    owner.role = receiver.role;
    owner.marked = receiver.marked;
    for (const routing::ConsideredRule& rule : why.rules) {
      if (rule.id != receiver.rule) continue;
      reason("navigation.why.rule",
             {{"rule", rule.id},
              {"kind", kind},
              {"text_en", rule.description_en},
              {"text_fr", rule.description_fr}},
             {rule.file, rule.line});
    }
    if (answer_.catchment.empty()) answer_.catchment = why.decision.catchment;
    for (const Service* one : services_.for_need(answer_.need->code)) {
      if (one->party != receiver.party || !one->serves_on(question_.at)) continue;
      if (owner.service == nullptr || one->role == receiver.role) owner.service = one;
    }
    measure(owner);
    serve(std::move(owner), kind);
    return true;
  }

  // A person's queue is no answer to a person: either the place can be asked for, or the directory
  // of services may know.
  bool desk(const std::string& reason_key) {
    if (reason_key == "route.no_place") {
      answer_.problem = "services.no_place";
    } else if (reason_key == "route.unknown_place") {
      answer_.problem = "services.unknown_place";
    } else if (reason_key == "route.uncertain_place" || reason_key == "route.uncertain_manager") {
      ask();
    } else {
      return false;
    }
    return true;
  }

  void ask() {
    answer_.problem = "services.uncertain_place";
    const services::PlaceOf place = services::place_of(directory_, place_.wanted);
    std::vector<std::string> may_be = place.may_be;
    if (may_be.empty() && place.area != nullptr) {
      may_be.push_back(place.area->service_manager);
      may_be.insert(may_be.end(), place.area->other_service_managers.begin(),
                    place.area->other_service_managers.end());
    }
    for (const std::string& party : may_be) {
      const directory::Party* row = directory_.party(party);
      if (row == nullptr) continue;
      Question named = question_;
      named.municipality = party;
      // One level only: a named municipality is sure.
      const Answer then = Resolver(config_, named).run();
      Choice choice{party, row->name_en, {}};
      if (then.owner) {
        choice.server = !then.owner->party.empty()       ? then.owner->party
                        : then.owner->service != nullptr ? then.owner->service->organization
                                                         : std::string();
      }
      answer_.choices.push_back(std::move(choice));
    }
  }

  // A First Nation delivers for its own community, whatever the postal area says.
  void by_site() {
    reason("navigation.why.community", {{"party", place_.site->id}}, place_.site->where);
    Server owner;
    owner.party = place_.site->id;
    serve(std::move(owner), {});
  }

  void by_directory() {
    if (found_.problem == "services.uncertain_place") return ask();
    if (!found_.problem.empty()) {
      answer_.problem = found_.problem;
      return;
    }
    // Who says this very need comes before who serves a part of it.
    const auto rank = [&](const Candidate& one) {
      return std::tuple(one.service->sample, !says_need(*one.service), one.service->priority);
    };
    const auto best =
        std::min_element(found_.candidates.begin(), found_.candidates.end(),
                         [&](const Candidate& a, const Candidate& b) { return rank(a) < rank(b); });
    if (best == found_.candidates.end()) {
      answer_.problem = "navigation.nobody";
      return;
    }
    Server owner = server(*best);
    serve(std::move(owner), best->service->kind);
  }

  bool says_need(const Service& service) const {
    const services::Rows& rows = services_.rows();
    for (const services::Row* row :
         rows.children(services::Table::attribute, "link_id", service.id)) {
      const services::Row* term =
          rows.find(services::Table::taxonomy_term,
                    services::Rows::text(services::Table::attribute, *row, "taxonomy_term_id"));
      if (term == nullptr) continue;
      const auto text = [&](const char* field) -> const std::string& {
        return services::Rows::text(services::Table::taxonomy_term, *term, field);
      };
      if ((text("code").empty() ? text("id") : text("code")) == answer_.need->code) return true;
    }
    return false;
  }

  Server server(const Candidate& candidate) const {
    Server out;
    out.service = candidate.service;
    out.party = candidate.service->party;
    out.role = candidate.service->role;
    out.near = candidate.near;
    out.metres = candidate.metres;
    out.marked = candidate.service->certainty == Certainty::medium;
    if (!place_.wanted.language.empty()) out.speaks = candidate.speaks;
    return out;
  }

  void measure(Server& owner) const {
    for (const Candidate& one : found_.candidates) {
      if (one.service != owner.service) continue;
      owner.near = one.near;
      owner.metres = one.metres;
    }
    if (!place_.wanted.language.empty()) {
      owner.speaks = owner.service != nullptr && owner.service->speaks(place_.wanted.language);
    }
  }

  void serve(Server owner, const std::string& kind) {
    if (const directory::Party* party = directory_.party(owner.party)) {
      for (const directory::Role& role : directory_.roles()) {
        if (role.party != party->id || role.role != owner.role ||
            !role.valid.contains(question_.at)) {
          continue;
        }
        const bool here = role.area.empty() || role.area == answer_.catchment ||
                          ("cmsm-" + role.area) == answer_.municipality ||
                          ("dssab-" + role.area) == answer_.municipality;
        if (!here) continue;
        reason("navigation.why.role",
               {{"party", party->id},
                {"role", role.role},
                {"area", role.area},
                {"certainty", std::string(certainty_name(role.certainty))}},
               role.where);
        break;
      }
    }
    if (const Service* service = owner.service) {
      const std::string from =
          service->valid.from == base::kFirstDay ? "" : base::format_day(service->valid.from);
      const std::string until =
          service->valid.until == base::kLastDay ? "" : base::format_day(service->valid.until);
      const char* key = !from.empty() && !until.empty() ? "navigation.why.service_between"
                        : !from.empty()                 ? "navigation.why.service_from"
                        : !until.empty()                ? "navigation.why.service_until"
                                                        : "navigation.why.service";
      reason(key,
             {{"service", service->id},
              {"certainty", std::string(certainty_name(service->certainty))},
              {"from", from},
              {"until", until}},
             service->where);
      if (service->sample) reason("navigation.why.sample", {});
    }
    if (owner.speaks) {
      reason(*owner.speaks ? "navigation.why.speaks" : "navigation.why.language_unknown",
             {{"language", place_.wanted.language}});
    }
    if (!question_.from.empty() && !owner.party.empty() && question_.from != owner.party) {
      answer_.redirected = true;
      reason("navigation.why.redirected", {{"from", question_.from}, {"party", owner.party}});
    }
    answer_.send = what_to_send(owner, kind);
    answer_.owner = std::move(owner);
  }

  Send what_to_send(const Server& owner, const std::string& kind) const {
    Send out;
    const schema::Schema* schema = kind.empty() ? nullptr : config_.canonical(kind);
    if (schema != nullptr && !owner.party.empty()) {
      out.kind = kind;
      out.schema = schema->name();
      for (const schema::Shape& member : schema->shape().members) {
        if (!member.required || !member.marks.filled.empty()) continue;
        out.fields.push_back({member.name, member.description_en, member.description_fr});
      }
    }
    if (owner.service == nullptr) return out;
    const services::Rows& rows = services_.rows();
    const auto phones = [&](const char* key, const std::string& id) {
      for (const services::Row* row : rows.children(services::Table::phone, key, id)) {
        const auto text = [&](const char* field) {
          return services::Rows::text(services::Table::phone, *row, field);
        };
        out.phones.push_back({text("number"), text("description"), text("description_fr")});
      }
    };
    phones("service_id", owner.service->id);
    if (out.phones.empty()) phones("organization_id", owner.service->organization);
    out.url = services::Rows::text(services::Table::service, *owner.service->row, "url");
    out.email = services::Rows::text(services::Table::service, *owner.service->row, "email");
    return out;
  }

  // The others who serve, and who knows of everything.
  void rest() {
    std::set<const Service*> named;
    if (answer_.owner) named.insert(answer_.owner->service);
    std::stable_partition(found_.candidates.begin(), found_.candidates.end(),
                          [](const Candidate& one) { return !one.service->sample; });
    for (const Candidate& one : found_.candidates) {
      if (answer_.others.size() < kOthers && named.insert(one.service).second) {
        answer_.others.push_back(server(one));
      }
    }
    if (answer_.owner && answer_.owner->service != nullptr &&
        std::find(answer_.owner->service->needs.begin(), answer_.owner->service->needs.end(),
                  kInformation) != answer_.owner->service->needs.end()) {
      return;
    }
    for (const Service* one : services_.for_need(kInformation)) {
      if (!one->serves_on(question_.at) || named.contains(one)) continue;
      Server all;
      all.service = one;
      all.party = one->party;
      all.role = one->role;
      if (!place_.wanted.language.empty()) all.speaks = one->speaks(place_.wanted.language);
      answer_.fallback = std::move(all);
      return;
    }
  }

  const config::Config& config_;
  const Directory& directory_;
  const services::Services& services_;
  const Question& question_;
  Place place_;
  services::Nearest found_;
  Answer answer_;
};

}  // namespace

Answer resolve(const config::Config& config, const Question& question) {
  return Resolver(config, question).run();
}

}  // namespace portage::navigation
