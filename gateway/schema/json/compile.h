// Compile: the schemas that a Registry holds -> the nodes of a Program, from the root along every
// reference. All mistakes become findings; a Program with an error among them must not be used.
#pragma once

#include <unordered_map>
#include <vector>

#include "gateway/schema/json/program.h"
#include "gateway/schema/json/registry.h"

namespace portage::schema::json {

class Compiler {
 public:
  Compiler(Program& program, Registry& registry, bool assert_formats)
      : program_(program), registry_(registry), assert_formats_(assert_formats) {}

  void compile(const record::Value& root);

 private:
  struct Work {
    const record::Value* value;
    Node* node;
  };
  Node* node_for(const record::Value& value);
  void fill(const record::Value& schema, Node& node);
  void keyword_of(std::string_view name, const record::Value& value, const record::Value& schema,
                  Node& node);
  void assertion(std::string_view name, const record::Value& value, Node& node);
  void applicator(std::string_view name, const record::Value& value, const record::Value& schema,
                  Node& node);
  void types(const record::Value& value, Node& node);
  void enumeration(const record::Value& value, Node& node);
  void reference(std::string_view name, const record::Value& value, Node& node);
  void properties(const record::Value& schema, Node& node);
  void dependencies(std::string_view name, const record::Value& value, Node& node);
  void dynamic_nodes();
  void refuse_loops();

  std::optional<std::uint64_t> count(std::string_view name, const record::Value& value,
                                     const Node& node);
  std::optional<Limit> limit(std::string_view name, const record::Value& value, const Node& node);
  const Node* subschema(std::string_view name, const record::Value& value, const Node& node);
  std::vector<const Node*> subschemas(std::string_view name, const record::Value& value,
                                      const Node& node);
  std::shared_ptr<const Pattern> pattern(std::string_view source, std::uint32_t at,
                                         const Node& node);
  bool texts(std::string_view name, const record::Value& value, const Node& node,
             std::vector<std::string_view>& into);
  void wrong(std::string_view name, std::string_view wanted, const record::Value& value,
             const Node& node);
  bool is_schema(const record::Value& value) const {
    return value.is(record::Kind::group) || value.is(record::Kind::boolean);
  }

  NumberRules& number(Node& node);
  TextRules& text(Node& node);
  ListRules& list(Node& node);
  GroupRules& group(Node& node);
  Applied& applied(Node& node);

  Program& program_;
  Registry& registry_;
  bool assert_formats_;
  std::unordered_map<const record::Value*, Node*> made_;
  std::vector<Work> work_;
};

}  // namespace portage::schema::json
