#include "gateway/schema/schema.h"

namespace portage::schema {

void SchemaSet::add(std::shared_ptr<const Schema> schema) { all_.push_back(std::move(schema)); }

const Schema* SchemaSet::find(std::string_view name) const {
  for (const auto& schema : all_) {
    if (schema->name() == name) return schema.get();
  }
  return nullptr;
}

}  // namespace portage::schema
