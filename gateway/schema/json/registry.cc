#include "gateway/schema/json/registry.h"

#include <algorithm>

#include "gateway/base/text.h"
#include "gateway/format/format.h"
#include "gateway/schema/json/uri.h"

namespace portage::schema::json {
namespace {

using record::Kind;
using record::Value;

constexpr std::string_view kDraft07 = "http://json-schema.org/draft-07/schema";
constexpr std::string_view kDraft2019 = "https://json-schema.org/draft/2019-09/schema";
constexpr std::string_view kDraft2020 = "https://json-schema.org/draft/2020-12/schema";
constexpr std::string_view kVocabularies = "https://json-schema.org/draft/2020-12/vocab/";
constexpr std::string_view kVocabularies2019 = "https://json-schema.org/draft/2019-09/vocab/";

std::string without_empty_fragment(std::string_view uri) {
  if (uri.ends_with('#')) uri.remove_suffix(1);
  return std::string(uri);
}

}  // namespace

void Registry::find(base::Severity severity, std::string_view code, const Source& source,
                    std::uint32_t at, base::Arguments arguments, std::string suggestion) {
  const base::LineColumn place = base::line_column(source.text, at);
  base::Finding finding;
  finding.severity = severity;
  finding.code = code;
  finding.place = {source.file, place.line, place.column, {}};
  finding.arguments = std::move(arguments);
  finding.suggestion = std::move(suggestion);
  findings_.push_back(std::move(finding));
}

void Registry::offer(std::string uri, std::string file, std::string_view text) {
  offers_.insert_or_assign(without_empty_fragment(uri), Offer{std::move(file), text});
}

Resource* Registry::add(std::string_view uri, std::string file, std::string_view text, bool ours) {
  auto source = std::make_unique<Source>();
  source->file = std::move(file);
  source->text = text;
  source->ours = ours;
  const base::Status read = format::read_json(source->text, limits_, source->document);
  if (!read) {
    base::Finding finding;
    finding.code = read.error().code;
    finding.place = read.error().place;
    finding.place.file = source->file;
    finding.arguments = read.error().arguments;
    findings_.push_back(std::move(finding));
    return nullptr;
  }
  const Source& kept = *source;
  program_.sources.push_back(std::move(source));
  const Value& root = kept.document.root;
  Resource* resource = open_resource(root, std::string(split_fragment(uri).uri), kept, assumed_);
  walk(root, resource, kept, 0);
  return owner_[&root];
}

Resource* Registry::open_resource(const Value& schema, std::string uri, const Source& source,
                                  const Dialect& inherited) {
  const Dialect dialect = dialect_of(schema, source, inherited);
  auto resource = std::make_unique<Resource>();
  resource->uri = std::move(uri);
  resource->root = &schema;
  resource->source = &source;
  resource->dialect = dialect;
  Resource* made = resource.get();
  program_.resources.push_back(std::move(resource));
  by_uri_.try_emplace(made->uri, made);
  return made;
}

Dialect Registry::dialect_of(const Value& schema, const Source& source, const Dialect& inherited) {
  const Value* named = schema.find("$schema");
  if (named == nullptr || !named->is(Kind::text)) return inherited;
  return dialect_named(named->as_text(), named->at(), source);
}

Dialect Registry::dialect_named(std::string_view named, std::uint32_t at, const Source& source) {
  const std::string uri = without_empty_fragment(named);
  Dialect dialect;
  if (uri == kDraft2020) return dialect;
  if (uri == kDraft07 || uri == "https://json-schema.org/draft-07/schema") {
    dialect.draft = Draft::draft_07;
    return dialect;
  }
  if (uri == kDraft2019) {
    dialect.draft = Draft::draft_2019_09;
    return dialect;
  }
  const auto unknown = [&] {
    find(base::Severity::error, "schema.dialect_unknown", source, at, {{"uri", uri}});
    return dialect;
  };
  // A meta-schema of somebody's own: its $vocabulary says which keywords are in force.
  if (!offers_.contains(uri) || meta_depth_ > 8) return unknown();
  ++meta_depth_;
  const Resource* meta = resource_at(uri);
  --meta_depth_;
  if (meta == nullptr) return unknown();
  const Value* vocabularies = meta->root->find("$vocabulary");
  if (vocabularies == nullptr || !vocabularies->is(Kind::group)) return meta->dialect;
  dialect.draft = meta->dialect.draft;
  dialect.applicator = dialect.unevaluated = dialect.validation = false;
  for (const record::Member& member : vocabularies->members()) {
    const bool required = member.value.is(Kind::boolean) && member.value.as_bool();
    std::string_view name = member.name;
    for (const std::string_view known : {kVocabularies, kVocabularies2019}) {
      if (name.starts_with(known)) name.remove_prefix(known.size());
    }
    if (name == "applicator") {
      dialect.applicator = true;
      // 2019-09 has no vocabulary of its own for unevaluated*.
      if (dialect.draft == Draft::draft_2019_09) dialect.unevaluated = true;
    }
    if (name == "unevaluated")
      dialect.unevaluated = true;
    else if (name == "validation")
      dialect.validation = true;
    else if (name == "format-assertion")
      dialect.format_assertion = true;
    else if (name != "core" && name != "meta-data" && name != "content" && name != "applicator" &&
             name != "format-annotation" && name != "format" && required) {
      find(base::Severity::error, "schema.vocabulary_unknown", source, at,
           {{"uri", std::string(member.name)}});
    }
  }
  return dialect;
}

void Registry::walk(const Value& schema, Resource* resource, const Source& source, int depth) {
  owner_[&schema] = resource;
  if (!schema.is(Kind::group) || depth > 200) return;
  const Draft outer = resource->dialect.draft;
  const bool replaced = outer == Draft::draft_07 && schema.find("$ref") != nullptr;
  const Value* id = schema.find("$id");
  if (id != nullptr && id->is(Kind::text) && !replaced) {
    const std::string absolute = absolute_uri(resource->uri, id->as_text());
    const Fragmented parts = split_fragment(absolute);
    const bool anchor_only = outer == Draft::draft_07 && id->as_text().starts_with('#');
    if (!parts.fragment.empty() && outer == Draft::draft_07) {
      resource->anchors.try_emplace(std::string(parts.fragment), &schema);
    } else if (!parts.fragment.empty()) {
      find(base::Severity::error, "schema.id_fragment", source, id->at(), {});
    }
    if (!anchor_only) {
      if (resource->root == &schema) {
        // The document's own name, beside the address that it was found under.
        resource->uri = parts.uri;
        by_uri_.try_emplace(resource->uri, resource);
      } else {
        const auto taken = by_uri_.find(parts.uri);
        if (taken != by_uri_.end() && taken->second->source == &source) {
          find(base::Severity::error, "schema.same_id", source, id->at(),
               {{"id", std::string(id->as_text())}});
        }
        resource = open_resource(schema, std::string(parts.uri), source, resource->dialect);
        owner_[&schema] = resource;
      }
    }
  }
  const Draft draft = resource->dialect.draft;
  if (draft != Draft::draft_07) {
    const auto note = [&](std::string_view key, auto& anchors) {
      const Value* anchor = schema.find(key);
      if (anchor == nullptr || !anchor->is(Kind::text)) return;
      const auto [place, fresh] = anchors.try_emplace(std::string(anchor->as_text()), &schema);
      if (!fresh && place->second != &schema) {
        find(base::Severity::error, "schema.same_id", source, anchor->at(),
             {{"id", std::string(anchor->as_text())}});
      }
    };
    note("$anchor", resource->anchors);
    if (draft == Draft::draft_2020_12) note("$dynamicAnchor", resource->dynamic_anchors);
    const Value* recursive = schema.find("$recursiveAnchor");
    if (draft == Draft::draft_2019_09 && recursive != nullptr && recursive->is(Kind::boolean) &&
        recursive->as_bool() && resource->root == &schema) {
      resource->dynamic_anchors.try_emplace(std::string(kRecursive), &schema);
    }
  }
  for (const record::Member& member : schema.members()) {
    const Keyword* known = keyword(member.name, draft);
    if (known == nullptr || known->holds == Holds::nothing) continue;
    const Value& value = member.value;
    const bool one = known->holds == Holds::schema || known->holds == Holds::items;
    if (one && !value.is(Kind::list)) walk(value, resource, source, depth + 1);
    for (const Value& item : value.items()) walk(item, resource, source, depth + 1);
    if (one || known->holds == Holds::schemas) continue;
    for (const record::Member& inner : value.members()) {
      walk(inner.value, resource, source, depth + 1);
    }
  }
}

Resource* Registry::resource_at(const std::string& uri) {
  const auto found = by_uri_.find(uri);
  if (found != by_uri_.end()) return found->second;
  const auto offered = offers_.find(uri);
  if (offered != offers_.end()) {
    const Offer offer = offered->second;
    Resource* added = add(uri, offer.file, offer.text, false);
    if (added != nullptr) by_uri_.try_emplace(uri, added);
    return added;
  }
  const std::string_view meta = meta_schema(uri);
  return meta.empty() ? nullptr : add(uri, uri, meta, false);
}

Resource* Registry::resource_of(const Value* value) const {
  const auto found = owner_.find(value);
  return found == owner_.end() ? nullptr : found->second;
}

std::optional<Target> Registry::pointed(Resource& resource, std::string_view pointer) {
  const std::string decoded = percent_decoded(pointer);
  const Value* here = resource.root;
  Resource* owner = &resource;
  std::string_view rest = decoded;
  while (!rest.empty()) {
    rest.remove_prefix(1);
    const std::size_t end = std::min(rest.find('/'), rest.size());
    std::string token(rest.substr(0, end));
    rest.remove_prefix(end);
    for (std::size_t i = 0; (i = token.find('~', i)) != std::string::npos; ++i) {
      const char c = i + 1 < token.size() ? token[i + 1] : '\0';
      if (c == '0' || c == '1') token.replace(i, 2, c == '0' ? "~" : "/");
    }
    if (here->is(Kind::group)) {
      here = here->find(token);
    } else if (here->is(Kind::list)) {
      std::size_t index = 0;
      if (token.empty() || token.size() > 9 ||
          token.find_first_not_of("0123456789") != token.npos) {
        return std::nullopt;
      }
      for (const char c : token) index = index * 10 + static_cast<std::size_t>(c - '0');
      here = index < here->size() ? &here->items()[index] : nullptr;
    } else {
      return std::nullopt;
    }
    if (here == nullptr) return std::nullopt;
    if (Resource* inner = resource_of(here)) owner = inner;
  }
  // A place that no keyword names, such as a folder of schemas: index it now.
  if (resource_of(here) == nullptr) {
    walk(*here, owner, *owner->source, 0);
    owner = resource_of(here);
  }
  return Target{here, owner};
}

std::optional<Target> Registry::resolve(const Resource& from, std::string_view reference) {
  const std::string absolute = absolute_uri(from.uri, reference);
  const Fragmented parts = split_fragment(absolute);
  Resource* resource = resource_at(std::string(parts.uri));
  if (resource == nullptr) {
    // A schema of the house, named as its own $id names it: "referral@1".
    resource = resource_at(absolute_uri(kHome, split_fragment(reference).uri));
  }
  if (resource == nullptr) return std::nullopt;
  if (parts.fragment.empty()) return Target{resource->root, resource_of(resource->root)};
  if (parts.fragment.starts_with('/')) return pointed(*resource, parts.fragment);
  const std::string anchor = percent_decoded(parts.fragment);
  for (const auto* anchors : {&resource->anchors, &resource->dynamic_anchors}) {
    const auto found = anchors->find(anchor);
    if (found != anchors->end()) return Target{found->second, resource_of(found->second)};
  }
  return std::nullopt;
}

}  // namespace portage::schema::json
