// The Shape of a JSON Schema: what it says about every valid value, followed through $ref and
// allOf. `anyOf`, `oneOf`, `not`, `if` say nothing here, but for `anyOf` of a schema and null,
// which is a nullable field. A schema that holds itself becomes Type::any where it comes round.
#pragma once

#include <set>
#include <vector>

#include "gateway/schema/json/registry.h"
#include "gateway/schema/shape.h"

namespace portage::schema::json {

class ShapeReader {
 public:
  explicit ShapeReader(Registry& registry) : registry_(registry) {}
  Shape read(const record::Value& root) { return read(root, Class::personal); }

 private:
  Shape read(const record::Value& schema, Class inherited);
  void follow(const record::Value& schema, const Resource& resource, Class inherited, Shape& shape);
  void types(const record::Value& schema, Shape& shape);
  void values(const record::Value& schema, Shape& shape);
  void texts(const record::Value& schema, Shape& shape);
  void numbers(const record::Value& schema, Shape& shape);
  void lists(const record::Value& schema, Class inherited, Shape& shape);
  void groups(const record::Value& schema, Class inherited, Shape& shape);

  Registry& registry_;
  std::vector<const record::Value*> open_;  // the references being followed
  std::size_t made_ = 0;
};

// Findings for what is wrong inside the keyword "portage".
void check_marks(const record::Value& marks, const Source& source, Registry& registry);
// Reads them; what is wrong is left out.
void read_marks(const record::Value& marks, Shape& shape);
// Findings for marks that do not fit together: two record dates, a date that is none.
void check_shape(const Shape& root, const Source& source, std::vector<base::Finding>& findings);

}  // namespace portage::schema::json
