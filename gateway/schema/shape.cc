#include "gateway/schema/shape.h"

#include <array>

namespace portage::schema {
namespace {

constexpr std::array<std::string_view, 5> kClassNames = {"public", "program", "personal",
                                                         "identifier", "sensitive"};

}  // namespace

std::string_view class_name(Class c) { return kClassNames[static_cast<std::size_t>(c)]; }

std::optional<Class> class_from(std::string_view name) {
  for (std::size_t i = 0; i < kClassNames.size(); ++i) {
    if (kClassNames[i] == name) return static_cast<Class>(i);
  }
  return std::nullopt;
}

const Shape* Shape::find(std::string_view member) const {
  for (const Shape& shape : members) {
    if (shape.name == member) return &shape;
  }
  return nullptr;
}

const Shape* Shape::at(std::string_view path) const {
  const Shape* here = this;
  while (!path.empty()) {
    // A namespace may hold dots: they count only outside of braces.
    std::size_t end = 0;
    for (bool braces = false; end < path.size() && (braces || path[end] != '.'); ++end) {
      if (path[end] == '{') braces = true;
      if (path[end] == '}') braces = false;
    }
    while (here->type == Type::list && here->item) here = here->item.get();
    here = here->find(path.substr(0, end));
    if (here == nullptr) return nullptr;
    path.remove_prefix(end == path.size() ? end : end + 1);
  }
  return here;
}

Shape copy_of(const Shape& from) {
  Shape out;
  out.name = from.name;
  out.type = from.type;
  out.required = from.required;
  out.nullable = from.nullable;
  out.attribute = from.attribute;
  out.text_content = from.text_content;
  out.unordered = from.unordered;
  out.open = from.open;
  out.mixed = from.mixed;
  out.mingled = from.mingled;
  out.min_length = from.min_length;
  out.max_length = from.max_length;
  out.min_items = from.min_items;
  out.max_items = from.max_items;
  out.minimum = from.minimum;
  out.maximum = from.maximum;
  out.fraction_digits = from.fraction_digits;
  out.values = from.values;
  out.pattern = from.pattern;
  out.format = from.format;
  out.code_table = from.code_table;
  out.description_en = from.description_en;
  out.description_fr = from.description_fr;
  out.marks = from.marks;
  out.line = from.line;
  for (const Shape& m : from.members) out.members.push_back(copy_of(m));
  if (from.item) out.item = std::make_unique<Shape>(copy_of(*from.item));
  return out;
}

}  // namespace portage::schema
