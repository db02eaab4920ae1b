#include <algorithm>

#include "gateway/base/text.h"
#include "gateway/config/flows.h"
#include "gateway/pipeline/steps.h"

namespace portage::pipeline {
namespace {

FieldPath path_of(const std::string& dotted) {
  FieldPath path{dotted, {}};
  for (const std::string_view name : base::split(dotted, '.')) path.names.emplace_back(name);
  return path;
}

// Only addressees are looked for inside of lists.
void named_in_lists(const schema::Shape& item, const std::string& prefix, CanonicalKind& into) {
  for (const schema::Shape& member : item.members) {
    if (member.marks.addressee) into.addressees.push_back(path_of(prefix + "." + member.name));
  }
}

void collect(const schema::Shape& shape, const std::string& prefix, CanonicalKind& into) {
  for (const schema::Shape& member : shape.members) {
    const std::string dotted = prefix.empty() ? member.name : prefix + "." + member.name;
    const schema::Marks& marks = member.marks;
    if (marks.date) into.date = path_of(dotted);
    if (marks.lane) into.lane = path_of(dotted);
    if (marks.key) into.key = path_of(dotted);
    if (marks.place) into.place = path_of(dotted);
    if (marks.routing) into.routing.push_back(path_of(dotted));
    if (marks.municipality) into.municipality = path_of(dotted);
    if (marks.reserve) into.reserve = path_of(dotted);
    if (marks.addressee) into.addressees.push_back(path_of(dotted));
    if (marks.filled == "route") into.filled_by_route.push_back(path_of(dotted));
    if (!marks.refers.empty()) {
      into.refers = path_of(dotted);
      into.refers_kind = marks.refers;
    }
    if (member.type == schema::Type::group) collect(member, dotted, into);
    if (member.type == schema::Type::list && member.item)
      named_in_lists(*member.item, dotted, into);
  }
}

}  // namespace

SharedGeneration make_generation(std::shared_ptr<const config::Config> config,
                                 std::uint64_t number) {
  auto generation = std::make_shared<Generation>();
  generation->config = std::move(config);
  generation->number = number;
  const auto& kinds = generation->config->kinds;
  for (const auto& schema : generation->config->schemas.all()) {
    const std::string& name = schema->name();
    const std::size_t at = name.rfind('@');
    if (at == std::string::npos) continue;
    if (std::find(kinds.begin(), kinds.end(), name.substr(0, at)) == kinds.end()) continue;
    CanonicalKind kind;
    kind.kind = name.substr(0, at);
    kind.version = static_cast<std::uint32_t>(std::strtoul(name.c_str() + at + 1, nullptr, 10));
    kind.schema = schema.get();
    collect(schema->shape(), "", kind);
    generation->kinds.push_back(std::move(kind));
  }
  for (CanonicalKind& kind : generation->kinds) {
    for (const CanonicalKind& other : generation->kinds) {
      if (other.kind == kind.kind && other.version > kind.version)
        kind.lift = "canonical/" + kind.kind;
    }
  }
  for (const auto& mapping : generation->config->mappings.all()) {
    const std::string_view ours = mapping->ours();
    const auto* leaves = generation->config->agreements.leaves(ours.substr(0, ours.rfind('@')));
    if (leaves == nullptr || !mapping->goes(mapping::Way::out)) continue;
    generation->mapped.emplace_back(mapping.get(), config::mapped_fields(*mapping, *leaves));
  }
  for (const config::Link& link : generation->config->links) {
    for (const config::Exchange& exchange : link.sends) {
      if (makes_several(*generation->config, exchange)) generation->several.push_back(&exchange);
    }
  }
  return generation;
}

bool Generation::makes_several(const config::Exchange* exchange) const {
  return std::find(several.begin(), several.end(), exchange) != several.end();
}

const agreements::FieldSet* Generation::mapped_by(const mapping::Mapping* mapping) const {
  for (const auto& [one, fields] : mapped) {
    if (one == mapping) return &fields;
  }
  return nullptr;
}

const CanonicalKind* Generation::canonical(std::string_view schema_name) const {
  for (const CanonicalKind& kind : kinds) {
    if (kind.schema->name() == schema_name) return &kind;
  }
  return nullptr;
}

const record::Value* value_at(const record::Value& root, const FieldPath& path) {
  const record::Value* at = &root;
  for (const std::string& name : path.names) {
    at = at->find(name);
    if (at == nullptr) return nullptr;
  }
  return at;
}

std::optional<std::pair<std::string, std::uint32_t>> parse_type(std::string_view type) {
  constexpr std::string_view kPrefix = "portage.";
  if (!type.starts_with(kPrefix)) return std::nullopt;
  type.remove_prefix(kPrefix.size());
  const std::size_t v = type.rfind(".v");
  if (v == std::string_view::npos || v == 0 || v + 2 >= type.size()) return std::nullopt;
  std::uint32_t version = 0;
  for (const char c : type.substr(v + 2)) {
    if (c < '0' || c > '9' || version > 100'000) return std::nullopt;
    version = version * 10 + static_cast<std::uint32_t>(c - '0');
  }
  return std::pair{std::string(type.substr(0, v)), version};
}

std::string type_of(std::string_view kind, std::uint32_t version) {
  return "portage." + std::string(kind) + ".v" + std::to_string(version);
}

}  // namespace portage::pipeline
