#include "gateway/config/flows.h"

#include <algorithm>

namespace portage::config {

using agreements::FieldSet;
using agreements::Flow;
using agreements::KindLeaves;

namespace {

const Exchange* received(const Link& link, const std::string& kind) {
  const auto it = std::find_if(link.receives.begin(), link.receives.end(),
                               [&](const Exchange& e) { return e.kind == kind; });
  return it == link.receives.end() ? nullptr : &*it;
}

// The versions of a mapping that write the exchange's form.
std::vector<const mapping::Mapping*> versions(const Config& config, const Exchange& exchange) {
  std::vector<const mapping::Mapping*> out;
  for (const auto& one : config.mappings.all()) {
    if (one->name() == exchange.mapping && one->theirs() == exchange.form) out.push_back(one.get());
  }
  return out;
}

// "contact.phones[kind=home].number" -> "contact.phones.number"
std::string plain_path(std::string_view path) {
  std::string out;
  int brackets = 0;
  for (const char c : path) {
    if (c == '[') ++brackets;
    if (brackets == 0) out += c;
    if (c == ']') --brackets;
  }
  return out;
}

void find(Findings& findings, std::string_view code, const std::string& file, std::uint32_t line,
          std::uint32_t column, base::Arguments arguments,
          base::Severity severity = base::Severity::error) {
  base::Finding finding;
  finding.severity = severity;
  finding.code = code;
  finding.place = {file, line, column, {}};
  finding.arguments = std::move(arguments);
  findings.push_back(std::move(finding));
}

bool reaches(const Config& config, const Flow& flow, const std::string& party) {
  const auto& to = flow.agreement->to;
  return std::any_of(to.begin(), to.end(), [&](const std::string& name) {
    if (name == party) return true;
    const auto& roles = config.directory.roles();
    return std::any_of(roles.begin(), roles.end(), [&](const directory::Role& role) {
      return role.party == party && role.role == name;
    });
  });
}

struct Receiver {
  const Link* link;
  const Exchange* exchange;
};
// The connected parties that receive a flow's kind by its agreement.
std::vector<Receiver> receivers(const Config& config, const Flow& flow) {
  std::vector<Receiver> out;
  for (const Link& link : config.links) {
    const Exchange* exchange = received(link, flow.kind);
    if (exchange != nullptr && reaches(config, flow, link.party)) out.push_back({&link, exchange});
  }
  return out;
}

void check_use(const Config& config, const FlowUse& use, Findings& findings) {
  const KindLeaves& leaves = *config.agreements.leaves(use.flow->kind);
  const agreements::Agreement& agreement = *use.flow->agreement;
  for (std::size_t i = 0; i < leaves.paths.size() && i < FieldSet::kMost; ++i) {
    if (use.flow->permitted.has(i)) continue;
    if (use.mapping == nullptr) {
      if (!leaves.required[i]) continue;
      find(findings, "agreements.required_not_permitted", agreement.file, use.flow->line,
           use.flow->column,
           {{"form", use.exchange->form}, {"field", leaves.paths[i]}, {"id", agreement.id}});
    } else if (use.mapped.has(i)) {
      find(findings, "agreements.mapped_not_permitted", agreement.file, use.flow->line,
           use.flow->column,
           {{"mapping", use.mapping->name()}, {"field", leaves.paths[i]}, {"id", agreement.id}});
    }
  }
}

}  // namespace

FieldSet mapped_fields(const mapping::Mapping& mapping, const KindLeaves& leaves) {
  FieldSet out;
  for (const mapping::FieldStory& story : mapping::describe(mapping)) {
    if (story.way == "<-" || story.ours.empty()) continue;
    out |= leaves.below(plain_path(story.ours));
  }
  return out;
}

std::vector<FlowUse> flow_uses(const Config& config) {
  std::vector<FlowUse> out;
  for (const auto& flow : config.agreements.flows()) {
    const KindLeaves* leaves = config.agreements.leaves(flow->kind);
    if (leaves == nullptr) continue;
    for (const auto& [link, exchange] : receivers(config, *flow)) {
      FlowUse use{flow.get(), link->party, exchange, nullptr, {}};
      if (exchange->mapping.empty()) {
        use.mapped = flow->permitted;
        out.push_back(std::move(use));
        continue;
      }
      for (const mapping::Mapping* mapping : versions(config, *exchange)) {
        use.mapping = mapping;
        use.mapped = mapped_fields(*mapping, *leaves);
        out.push_back(use);
      }
    }
  }
  return out;
}

Permits::Permits(const Config& config) {
  std::map<std::pair<std::string, std::string>, FieldSet> sets;
  for (const auto& flow : config.agreements.flows()) {
    const schema::Schema* canonical = config.canonical(flow->kind);
    if (canonical == nullptr || config.agreements.leaves(flow->kind) == nullptr) continue;
    for (const auto& [link, exchange] : receivers(config, *flow)) {
      const auto [at, first] =
          sets.emplace(std::pair(exchange->form, canonical->name()), flow->permitted);
      if (!first) at->second = at->second & flow->permitted;
      const KindLeaves& leaves = *config.agreements.leaves(flow->kind);
      std::vector<std::string>& names = fields_[at->first];
      names.clear();
      for (std::size_t i = 0; i < leaves.paths.size() && i < FieldSet::kMost; ++i) {
        if (at->second.has(i)) names.push_back(leaves.paths[i]);
      }
    }
  }
}

const std::vector<std::string>* Permits::of(std::string_view theirs, std::string_view ours) const {
  const auto at = fields_.find({std::string(theirs), std::string(ours)});
  return at == fields_.end() ? nullptr : &at->second;
}

void check_permits(const Config& config, Findings& findings) {
  const Permits permits(config);
  mapping::World world;
  world.schema = [&config](std::string_view name) { return config.schemas.find(name); };
  world.table = [&config](std::string_view name) { return config.table(name); };
  world.permits = [&permits](std::string_view theirs, std::string_view ours) {
    return permits.of(theirs, ours);
  };
  for (const auto& one : config.mappings.all()) {
    if (permits.of(one->theirs(), one->ours()) == nullptr) continue;
    for (base::Finding& found : mapping::compile(one->source(), one->file(), world).findings) {
      if (found.code == "M501") findings.push_back(std::move(found));
    }
  }
}

void check_flows(const Config& config, Findings& findings) {
  for (const FlowUse& use : flow_uses(config)) check_use(config, use, findings);
  // A party that sends a kind to which no agreement lets anybody receive it sends into nothing.
  for (const Link& link : config.links) {
    for (const Exchange& exchange : link.sends) {
      const auto& flows = config.agreements.flows();
      const bool any = std::any_of(flows.begin(), flows.end(), [&](const auto& flow) {
        return flow->kind == exchange.kind && config.agreements.sends_by(*flow, link.party);
      });
      const bool known = config.agreements.leaves(exchange.kind) != nullptr &&
                         config.directory.party(link.party) != nullptr;
      if (any || !known) continue;  // an unknown name is a finding already
      find(findings, "agreements.no_way_out", link.where.file, link.where.line, 1,
           {{"party", link.party}, {"kind", exchange.kind}}, base::Severity::warning);
    }
  }
}

}  // namespace portage::config
