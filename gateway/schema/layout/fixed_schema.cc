#include "gateway/schema/layout/fixed_schema.h"

#include <algorithm>

#include "gateway/security/digest.h"

namespace portage::schema {
namespace {

Shape shape_of(const FixedNode& node) {
  Shape shape = leaf_copy(node.rules.shape);
  shape.required = node.required;
  if (node.group) shape.type = Type::group;
  for (const FixedNode& member : node.members) shape.members.push_back(shape_of(member));
  if (!node.list) return shape;
  Shape list;
  list.name = shape.name;
  list.type = Type::list;
  list.required = shape.required;
  list.min_items = node.least;
  list.max_items = node.most;
  list.description_en = shape.description_en;
  list.description_fr = shape.description_fr;
  list.marks = shape.marks;
  list.line = shape.line;
  shape.name.clear();
  list.item = std::make_unique<Shape>(std::move(shape));
  return list;
}

// A line with its fields and the lines under it; `items` make its occurrences the list.
FixedNode line_node(const format::FixedLayout& layout, std::vector<FixedNode>& lines,
                    std::size_t index) {
  FixedNode node = std::move(lines[index]);
  const format::FixedLine& line = layout.lines[index];
  if (line.items_field != format::FixedField::kNone) {
    const auto found =
        std::find_if(node.members.begin(), node.members.end(),
                     [&](const FixedNode& n) { return n.rules.shape.name == line.items; });
    if (found != node.members.end()) {
      std::vector<FixedNode> members = std::move(found->members);
      node.members = std::move(members);
      node.list = true;
      node.most = UINT32_MAX;
    }
  }
  for (std::size_t i = 0; i < layout.lines.size(); ++i) {
    if (layout.lines[i].parent == index) node.members.push_back(line_node(layout, lines, i));
  }
  return node;
}

}  // namespace

FixedNode fixed_tree(const format::FixedLayout& layout, std::vector<FixedNode> lines) {
  FixedNode root;
  root.group = true;
  if (!layout.document.empty()) {
    std::vector<FixedNode> headers;
    for (std::size_t i = 0; i < layout.lines.size(); ++i) {
      if (layout.lines[i].first && layout.lines[i].data)
        headers.push_back(line_node(layout, lines, i));
    }
    root = line_node(layout, lines, layout.document_line);
    root.list = root.required = false;
    root.rules.shape.name.clear();
    for (FixedNode& header : headers) root.members.push_back(std::move(header));
    return root;
  }
  for (std::size_t i = 0; i < layout.lines.size(); ++i) {
    if (layout.lines[i].parent != format::FixedField::kNone || !layout.lines[i].data) continue;
    root.members.push_back(line_node(layout, lines, i));
  }
  return root;
}

FixedSchema::FixedSchema(std::string name, std::shared_ptr<const format::FixedLayout> layout,
                         FixedNode root, std::string_view source)
    : root_(std::move(root)) {
  name_ = std::move(name);
  format_ = format::Format::fixed;
  wire_.format = format_;
  wire_.fixed = std::move(layout);
  shape_ = shape_of(root_);
  shape_.required = false;
  source_ = source;
  digest_ = security::sha256(source);
}

std::vector<Fault> FixedSchema::check(const record::Value& root, std::size_t most) const {
  CellFaults faults{{}, std::max<std::size_t>(most, 1)};
  check_group(root_, root, "", faults);
  return std::move(faults.list);
}

void FixedSchema::check_group(const FixedNode& node, const record::Value& value,
                              const std::string& pointer, CellFaults& faults) const {
  if (!value.is(record::Kind::group)) {
    return faults.add("schema.type", pointer, value.at(), {{"wanted", "group"}});
  }
  for (const record::Member& member : value.members()) {
    const auto known =
        std::find_if(node.members.begin(), node.members.end(),
                     [&](const FixedNode& n) { return n.rules.shape.name == member.name; });
    const std::string inner = pointer + "/" + std::string(member.name);
    if (known != node.members.end()) {
      check_node(*known, member.value, inner, faults);
    } else {
      faults.add("schema.unknown", inner, member.value.at());
    }
  }
  for (const FixedNode& member : node.members) {
    if (!member.required) continue;
    const record::Value* found = value.find(member.rules.shape.name);
    const bool empty = found == nullptr || found->missing() ||
                       (found->is(record::Kind::text) && found->as_text().empty());
    if (empty) {
      faults.add("schema.required", pointer + "/" + member.rules.shape.name, value.at(),
                 {{"name", member.rules.shape.name}});
    }
  }
}

void FixedSchema::check_node(const FixedNode& node, const record::Value& value,
                             const std::string& pointer, CellFaults& faults) const {
  if (!node.list) {
    if (node.group) return check_group(node, value, pointer, faults);
    return check_cell(node.rules, value, pointer, faults);
  }
  if (!value.is(record::Kind::list)) {
    return faults.add("schema.type", pointer, value.at(), {{"wanted", "list"}});
  }
  if (value.size() < node.least) {
    faults.add("schema.min_items", pointer, value.at(), {{"limit", std::to_string(node.least)}});
  }
  if (value.size() > node.most) {
    faults.add("schema.max_items", pointer, value.at(), {{"limit", std::to_string(node.most)}});
  }
  for (std::size_t i = 0; i < value.size(); ++i) {
    const std::string inner = pointer + "/" + std::to_string(i);
    if (node.group) {
      check_group(node, value.items()[i], inner, faults);
    } else {
      check_cell(node.rules, value.items()[i], inner, faults);
    }
  }
}

}  // namespace portage::schema
