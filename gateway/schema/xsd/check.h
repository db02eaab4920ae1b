// Checks a tree that was read from XML, or will be written as XML, against a Model. One Check is
// for one value and one thread; without `faults` it stops at the first and allocates nothing for
// elements of ordinary size. A place is said as a path of local names:
// "/Referral/Client/Phone[2]/@kind".
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "gateway/record/value.h"
#include "gateway/schema/schema.h"
#include "gateway/schema/xsd/model.h"

namespace portage::schema::xsd {

class Check {
 public:
  Check(std::vector<Fault>* faults, std::size_t most) : faults_(faults), most_(most) {}
  bool document(const Model& model, const record::Value& root);

 private:
  struct Step {
    std::string_view name;
    std::size_t index;  // from 1; 0 = the only one
  };
  bool element(const Element& element, const record::Value& value);
  bool simple(const SimpleType& type, const std::optional<std::string>& fixed,
              bool empty_is_default, const record::Value& value);
  bool complex(const Element& element, const ComplexType& type, const record::Value& value);
  bool members(const Element& element, const ComplexType& type, const record::Value& value);
  bool child(const Slot& slot, const record::Value& value);
  bool attribute(const ComplexType& type, const record::Member& member);
  bool required_attributes(const ComplexType& type, const record::Value& value);
  bool content(const ComplexType& type, const std::uint64_t* counts, const record::Value& value);
  void explain(const Particle& particle, const std::uint64_t* counts, const record::Value& value);
  bool stray(const ComplexType& type, const record::Member& member);

  bool collecting() const { return faults_ != nullptr; }
  bool go_on(bool ok) const { return ok || collecting(); }
  bool fault(std::string_view code, const record::Value& value, base::Arguments arguments = {});
  bool fault_at(std::string_view name, std::string_view code, const record::Value& value,
                base::Arguments arguments = {});

  std::vector<Fault>* faults_;
  std::size_t most_;
  std::vector<Step> path_;
  int depth_ = 0;
};

}  // namespace portage::schema::xsd
