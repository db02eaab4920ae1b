// The layout of a fixed-width file as a Schema: its lines as groups and lists of a tree, its fields
// with the rules of columns.
#pragma once

#include <memory>
#include <vector>

#include "gateway/schema/layout/layout.h"

namespace portage::schema {

// What stands at one place of the tree.
struct FixedNode {
  ColumnRules rules;  // of a field; of a line or group its shape's name and descriptions
  bool list = false;
  bool group = false;
  bool required = false;
  std::uint32_t least = 0, most = UINT32_MAX;  // of a list
  std::vector<FixedNode> members;
};

// The tree of a document, from the nodes of layout.lines.
FixedNode fixed_tree(const format::FixedLayout& layout, std::vector<FixedNode> lines);

class FixedSchema final : public Schema {
 public:
  FixedSchema(std::string name, std::shared_ptr<const format::FixedLayout> layout, FixedNode root,
              std::string_view source);
  std::vector<Fault> check(const record::Value& root, std::size_t most) const override;

 private:
  void check_group(const FixedNode& node, const record::Value& value, const std::string& pointer,
                   CellFaults& faults) const;
  void check_node(const FixedNode& node, const record::Value& value, const std::string& pointer,
                  CellFaults& faults) const;
  FixedNode root_;
};

}  // namespace portage::schema
