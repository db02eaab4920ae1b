#include "gateway/schema/json/compile.h"

#include <algorithm>

#include "gateway/base/text.h"
#include "gateway/schema/json/shape.h"
#include "gateway/schema/json/uri.h"

namespace portage::schema::json {

using record::Kind;
using record::Value;

NumberRules& Compiler::number(Node& node) {
  if (!node.number) node.number = std::make_unique<NumberRules>();
  return *node.number;
}
TextRules& Compiler::text(Node& node) {
  if (!node.text) node.text = std::make_unique<TextRules>();
  return *node.text;
}
ListRules& Compiler::list(Node& node) {
  if (!node.list) node.list = std::make_unique<ListRules>();
  return *node.list;
}
GroupRules& Compiler::group(Node& node) {
  if (!node.group) node.group = std::make_unique<GroupRules>();
  return *node.group;
}
Applied& Compiler::applied(Node& node) {
  if (!node.applied) node.applied = std::make_unique<Applied>();
  return *node.applied;
}

void Compiler::compile(const Value& root) {
  program_.root = node_for(root);
  // Every dynamic anchor may be the target of a $dynamicRef; resources can grow while this runs.
  std::size_t anchored = 0;
  while (!work_.empty() || anchored < program_.resources.size()) {
    while (!work_.empty()) {
      const Work work = work_.back();
      work_.pop_back();
      fill(*work.value, *work.node);
    }
    for (; anchored < program_.resources.size(); ++anchored) {
      Resource& resource = *program_.resources[anchored];
      for (const auto& [name, value] : resource.dynamic_anchors) {
        resource.dynamic_nodes[name] = node_for(*value);
      }
    }
  }
  refuse_loops();
}

Node* Compiler::node_for(const Value& value) {
  const auto [place, fresh] = made_.try_emplace(&value, nullptr);
  if (!fresh) return place->second;
  program_.nodes.push_back(std::make_unique<Node>());
  Node* node = program_.nodes.back().get();
  place->second = node;
  node->resource = registry_.resource_of(&value);
  node->written = &value;
  work_.push_back({&value, node});
  return node;
}

void Compiler::wrong(std::string_view name, std::string_view wanted, const Value& value,
                     const Node& node) {
  registry_.find(base::Severity::error, "schema.keyword", *node.resource->source, value.at(),
                 {{"keyword", std::string(name)}, {"wanted", std::string(wanted)}});
}

void Compiler::fill(const Value& schema, Node& node) {
  if (schema.is(Kind::boolean)) {
    node.always = schema.as_bool() ? Node::Always::valid : Node::Always::invalid;
    return;
  }
  const Source& source = *node.resource->source;
  if (!schema.is(Kind::group)) {
    registry_.find(base::Severity::error, "schema.not_a_schema", source, schema.at(), {});
    return;
  }
  const Draft draft = node.resource->dialect.draft;
  const Value* ref = schema.find("$ref");
  if (draft == Draft::draft_07 && ref != nullptr) {
    reference("$ref", *ref, node);  // its siblings do not count
    return;
  }
  for (const record::Member& member : schema.members()) {
    const Keyword* known = keyword(member.name, draft);
    if (known != nullptr) {
      keyword_of(member.name, member.value, schema, node);
    } else if (source.ours && !member.name.starts_with("x-")) {
      const std::vector<std::string> names = keyword_names(draft);
      registry_.find(base::Severity::warning, "schema.unknown_keyword", source, member.value.at(),
                     {{"keyword", std::string(member.name)}},
                     base::nearest(member.name, names).value_or(""));
    }
  }
  const Dialect& dialect = node.resource->dialect;
  if (dialect.applicator || dialect.validation) properties(schema, node);
}

void Compiler::keyword_of(std::string_view name, const Value& value, const Value& schema,
                          Node& node) {
  if (name == "$ref" || name == "$dynamicRef" || name == "$recursiveRef") {
    return reference(name, value, node);
  }
  if (name == "$id" || name == "$schema" || name == "$anchor" || name == "$dynamicAnchor") {
    if (!value.is(Kind::text)) wrong(name, "string", value, node);
    return;
  }
  if (keyword(name, node.resource->dialect.draft)->holds != Holds::nothing) {
    return applicator(name, value, schema, node);
  }
  if (name == "portage") {
    if (node.resource->source->ours) check_marks(value, *node.resource->source, registry_);
    const Value* unique = value.find("unique");
    if (unique != nullptr && unique->is(Kind::text) && assert_formats_) {
      list(node).unique_member = unique->as_text();
    }
    return;
  }
  assertion(name, value, node);
}

const Node* Compiler::subschema(std::string_view name, const Value& value, const Node& node) {
  if (is_schema(value)) return node_for(value);
  wrong(name, "schema", value, node);
  return nullptr;
}

std::vector<const Node*> Compiler::subschemas(std::string_view name, const Value& value,
                                              const Node& node) {
  std::vector<const Node*> made;
  if (!value.is(Kind::list) || value.size() == 0) {
    wrong(name, "list of schemas", value, node);
    return made;
  }
  for (const Value& item : value.items()) {
    if (const Node* inner = subschema(name, item, node)) made.push_back(inner);
  }
  return made;
}

void Compiler::applicator(std::string_view name, const Value& value, const Value& schema,
                          Node& node) {
  const Dialect& dialect = node.resource->dialect;
  if (name == "$defs" || name == "definitions") {
    if (!value.is(Kind::group)) return wrong(name, "object of schemas", value, node);
    // Compiled even where nothing refers to them, so that their mistakes show.
    for (const record::Member& member : value.members()) {
      subschema(name, member.value, node);
    }
    return;
  }
  if (name == "contentSchema") return;
  const bool unevaluated = name == "unevaluatedItems" || name == "unevaluatedProperties";
  if (unevaluated ? !dialect.unevaluated : !dialect.applicator) return;
  const bool old = dialect.draft != Draft::draft_2020_12;
  if (name == "allOf")
    applied(node).all = subschemas(name, value, node);
  else if (name == "anyOf")
    applied(node).any = subschemas(name, value, node);
  else if (name == "oneOf")
    applied(node).one = subschemas(name, value, node);
  else if (name == "not")
    applied(node).never = subschema(name, value, node);
  else if (name == "if")
    applied(node).condition = subschema(name, value, node);
  else if (name == "then")
    applied(node).then = subschema(name, value, node);
  else if (name == "else")
    applied(node).otherwise = subschema(name, value, node);
  else if (name == "prefixItems")
    list(node).first = subschemas(name, value, node);
  else if (name == "contains")
    list(node).contains = subschema(name, value, node);
  else if (name == "unevaluatedItems")
    list(node).unevaluated = subschema(name, value, node);
  else if (name == "unevaluatedProperties")
    group(node).unevaluated = subschema(name, value, node);
  else if (name == "additionalProperties")
    group(node).additional = subschema(name, value, node);
  else if (name == "propertyNames")
    group(node).names = subschema(name, value, node);
  else if (name == "items" && old && value.is(Kind::list)) {
    for (const Value& item : value.items()) {
      if (const Node* inner = subschema(name, item, node)) list(node).first.push_back(inner);
    }
  } else if (name == "items") {
    list(node).rest = subschema(name, value, node);
  } else if (name == "additionalItems") {
    const Node* rest = subschema(name, value, node);
    const Value* items = schema.find("items");
    if (items != nullptr && items->is(Kind::list)) list(node).rest = rest;
  } else if (name == "patternProperties") {
    if (!value.is(Kind::group)) return wrong(name, "object of schemas", value, node);
    for (const record::Member& member : value.members()) {
      const auto compiled = pattern(member.name, member.value.at(), node);
      const Node* inner = subschema(name, member.value, node);
      if (compiled && inner != nullptr) group(node).patterns.push_back({compiled, inner});
    }
  } else if (name == "dependentSchemas" || name == "dependencies") {
    dependencies(name, value, node);
  }
}

void Compiler::dependencies(std::string_view name, const Value& value, Node& node) {
  if (!value.is(Kind::group)) return wrong(name, "object of schemas", value, node);
  for (const record::Member& member : value.members()) {
    Dependency dependency;
    dependency.name = member.name;
    if (member.value.is(Kind::list) && name == "dependencies") {
      if (!texts(name, member.value, node, dependency.required)) continue;
    } else {
      dependency.node = subschema(name, member.value, node);
    }
    group(node).dependencies.push_back(std::move(dependency));
  }
}

void Compiler::properties(const Value& schema, Node& node) {
  const Dialect& dialect = node.resource->dialect;
  const Value* named = dialect.applicator ? schema.find("properties") : nullptr;
  const Value* required = dialect.validation ? schema.find("required") : nullptr;
  if (named == nullptr && required == nullptr) return;
  GroupRules& rules = group(node);
  std::vector<Property>& list = rules.properties.list();
  if (named != nullptr && !named->is(Kind::group)) {
    return wrong("properties", "object of schemas", *named, node);
  }
  if (named != nullptr) {
    for (const record::Member& member : named->members()) {
      Property property;
      property.name = member.name;
      property.node = subschema("properties", member.value, node);
      property.declared = true;
      list.push_back(property);
    }
  }
  if (required != nullptr && texts("required", *required, node, rules.required)) {
    std::sort(rules.required.begin(), rules.required.end());
    rules.required.erase(std::unique(rules.required.begin(), rules.required.end()),
                         rules.required.end());
    for (std::size_t i = 0; i < rules.required.size(); ++i) {
      auto found = std::find_if(list.begin(), list.end(), [&](const Property& property) {
        return property.name == rules.required[i];
      });
      if (found == list.end()) {
        Property property;
        property.name = rules.required[i];
        found = list.insert(list.end(), property);
      }
      found->required = static_cast<std::int32_t>(i);
    }
  }
  rules.properties.build();
}

void Compiler::reference(std::string_view name, const Value& value, Node& node) {
  if (!value.is(Kind::text)) return wrong(name, "string", value, node);
  const std::string_view reference = value.as_text();
  const std::optional<Target> target = registry_.resolve(*node.resource, reference);
  if (!target || !is_schema(*target->value)) {
    registry_.find(base::Severity::error, "schema.reference_unknown", *node.resource->source,
                   value.at(), {{"reference", std::string(reference)}});
    return;
  }
  Node* to = node_for(*target->value);
  if (name == "$ref") {
    applied(node).reference = to;
    return;
  }
  applied(node).dynamic_first = to;
  const std::size_t hash = reference.find('#');
  std::string anchor;
  if (hash != std::string_view::npos) anchor = percent_decoded(reference.substr(hash + 1));
  if (name == "$recursiveRef") anchor = kRecursive;
  const auto found = target->resource->dynamic_anchors.find(anchor);
  if (found != target->resource->dynamic_anchors.end() && found->second == target->value) {
    applied(node).dynamic = found->first;
  }
}

namespace {

// What applies to the same value in the same place: a loop among these would never end.
template <class Visit>
void each_in_place(const Node& node, Visit visit) {
  if (node.group) {
    for (const Dependency& dependency : node.group->dependencies) visit(dependency.node);
  }
  if (!node.applied) return;
  const Applied& applied = *node.applied;
  visit(applied.reference);
  if (applied.dynamic.empty()) visit(applied.dynamic_first);
  for (const auto* nodes : {&applied.all, &applied.any, &applied.one}) {
    for (const Node* inner : *nodes) visit(inner);
  }
  visit(applied.never);
  visit(applied.condition);
  if (applied.condition != nullptr) {
    visit(applied.then);
    visit(applied.otherwise);
  }
}

}  // namespace

void Compiler::refuse_loops() {
  // Depth first without recursion. A node is open while it is on the path; meeting an open one is a
  // loop.
  enum : std::uint8_t { kOpen = 1, kDone = 2 };
  constexpr std::size_t kLongestPath = 256;
  std::unordered_map<const Node*, std::uint8_t> state;
  std::unordered_map<const Node*, std::size_t> length;  // of the longest way down from a node
  for (const auto& start : program_.nodes) {
    std::vector<std::pair<const Node*, std::vector<const Node*>>> path;
    const auto open = [&](const Node* node) {
      state[node] = kOpen;
      std::vector<const Node*> next;
      each_in_place(*node, [&](const Node* inner) {
        if (inner != nullptr) next.push_back(inner);
      });
      path.emplace_back(node, std::move(next));
    };
    if (state[start.get()] == 0) open(start.get());
    while (!path.empty()) {
      auto& [node, next] = path.back();
      const Node* here = node;
      if (next.empty()) {
        std::size_t longest = 0;
        each_in_place(*here, [&](const Node* inner) {
          if (inner != nullptr) longest = std::max(longest, length[inner] + 1);
        });
        length[here] = longest;
        state[here] = kDone;
        path.pop_back();
        if (longest > kLongestPath) {
          registry_.find(base::Severity::error, "schema.reference_long", *here->resource->source,
                         here->written->at(), {{"limit", std::to_string(kLongestPath)}});
          return;
        }
        continue;
      }
      const Node* inner = next.back();
      next.pop_back();
      if (state[inner] == kOpen) {
        registry_.find(base::Severity::error, "schema.reference_loop", *here->resource->source,
                       here->written->at(), {});
        return;
      }
      if (state[inner] == 0) open(inner);
    }
  }
}

}  // namespace portage::schema::json
