// Compile: the tree of an XSD document -> a Model. What the Model cannot express is a finding
// (xsd.unsupported), never left out in silence.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/format/wire.h"
#include "gateway/base/error.h"
#include "gateway/schema/xsd/model.h"
#include "gateway/schema/xsd/tree.h"

namespace portage::schema::xsd {

class Compiler {
 public:
  Compiler(const Tag& schema, std::string file, Model& model, std::vector<base::Finding>& findings)
      : schema_(schema), file_(std::move(file)), model_(model), findings_(findings) {}

  void compile();
  const std::string& name() const { return name_; }  // "ssm/referral@1"
  format::Soap soap() const { return soap_; }        // the envelope that documents stand in

 private:
  void top_level();
  void read_name();
  void choose_root(const std::vector<const Tag*>& elements);
  std::string qualified(std::string_view local) const;

  // compile_types.cc
  const SimpleType* simple_named(const Tag& at, std::string_view attribute);
  const SimpleType* simple_type(const Tag& tag, std::string name);
  SimpleType* restriction(const Tag& tag, const SimpleType& base, std::string name);
  void facet(const Tag& tag, SimpleType& type, std::string& pattern,
             std::vector<std::string>& values);
  void number_facet(const Tag& tag, SimpleType& type);
  const SimpleType* builtin(const Tag& at, std::string_view name);
  const ComplexType* complex_named(const std::string& name, const Tag& at);
  void fill(const Tag& tag, ComplexType& type);
  void simple_content(const Tag& tag, ComplexType& type);
  void body(const Tag& tag, ComplexType& type, Particle& content);
  void attributes(const Tag& tag, ComplexType& type);
  void attribute(const Tag& tag, ComplexType& type);
  void finish(const Tag& tag, ComplexType& type);

  const Element* element(const Tag& tag, bool global);
  const Element* element_named(const std::string& name, const Tag& at);
  bool particle(const Tag& tag, Particle& into);
  void assign_slots(Particle& particle, ComplexType& type, const Tag& tag, bool together,
                    bool optional, std::uint64_t most, std::size_t& position);

  // Marks and descriptions of an annotation.
  template <class Marked>
  void annotation(const Tag& tag, Marked& into);
  void field(const Tag& tag, Marks& marks, bool& own_class, std::string& codes, bool* unordered);

  void find(std::string_view code, const Tag& at, base::Arguments arguments);
  void unsupported(const Tag& at, std::string_view what);

  const Tag& schema_;
  std::string file_;
  Model& model_;
  std::vector<base::Finding>& findings_;
  std::string space_;
  std::string name_;
  std::string root_name_;
  format::Soap soap_ = format::Soap::none;
  using Tags = std::map<std::string, const Tag*, std::less<>>;
  Tags simple_tags_, complex_tags_, element_tags_, group_tags_, attribute_tags_,
      attribute_group_tags_;
  std::map<std::string, const SimpleType*, std::less<>> simple_;
  std::map<std::string, ComplexType*, std::less<>> complex_;
  std::map<std::string, Element*, std::less<>> global_;
  std::set<const Tag*> open_;  // being compiled: meeting one again is a loop
  int depth_ = 0;
  std::size_t particles_ = 0;
};

}  // namespace portage::schema::xsd
