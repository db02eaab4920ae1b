#include <algorithm>

#include "gateway/schema/xsd/model.h"

namespace portage::schema::xsd {
namespace {

std::uint32_t bounded(std::uint64_t n) {
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(n, UINT32_MAX));
}

std::optional<std::int64_t> whole(const std::optional<NumberLimit>& limit, int outwards) {
  if (!limit) return std::nullopt;
  const Decimal decimal = Decimal::from(limit->text);
  const auto value = decimal.as_int64();
  if (!value) return std::nullopt;
  return limit->inclusive ? *value : *value + outwards;
}

class ShapeMaker {
 public:
  Shape of(const Element& element, Class inherited) {
    Shape shape;
    shape.name = element.member;
    describe(element, inherited, shape);
    shape.unordered = element.unordered;
    shape.nullable = element.nillable;
    if (element.simple != nullptr) {
      facts(*element.simple, shape);
      fixed(element.fixed, shape);
      if (element.has_default) shape.min_length = 0;
    } else if (element.complex != nullptr) {
      group(*element.complex, shape);
    }
    return shape;
  }

 private:
  template <class Marked>
  static void describe(const Marked& from, Class inherited, Shape& shape) {
    shape.marks = from.marks;
    if (!from.own_class) shape.marks.sensitivity = inherited;
    shape.code_table = from.code_table;
    shape.description_en = from.en;
    shape.description_fr = from.fr;
    shape.line = from.line;
  }

  static void fixed(const std::optional<std::string>& value, Shape& shape) {
    if (value) shape.values = {*value};
  }

  static void facts(const SimpleType& type, Shape& shape) {
    switch (type.primitive) {
      case Primitive::boolean:
        shape.type = Type::boolean;
        break;
      case Primitive::integer:
        shape.type = Type::integer;
        break;
      case Primitive::decimal:
        shape.type = Type::decimal;
        break;
      case Primitive::date:
        shape.type = Type::date;
        shape.format = "date";
        break;
      case Primitive::date_time:
        shape.type = Type::datetime;
        shape.format = "date-time";
        break;
      default:
        shape.type = Type::text;
    }
    shape.min_length = bounded(type.min_length);
    shape.max_length = bounded(type.max_length);
    shape.values = type.values;
    // Lengths, patterns and values are of the text after white space is folded; before, it may be
    // longer.
    if (!type.patterns.empty()) shape.pattern = type.patterns.back()->re2_anchored();
    if (shape.type == Type::integer) {
      shape.minimum = whole(type.least, 1);
      shape.maximum = whole(type.most, -1);
    }
    shape.fraction_digits = std::min<std::uint32_t>(9, bounded(type.fraction_digits));
  }

  void group(const ComplexType& type, Shape& shape) {
    shape.type = Type::group;
    const bool again = std::find(open_.begin(), open_.end(), &type) != open_.end();
    if (again || open_.size() > 60 || ++made_ > 20'000) {
      shape.type = Type::any;
      shape.open = true;
      return;
    }
    open_.push_back(&type);
    shape.mixed = type.mixed;
    const Class inherited = shape.marks.sensitivity;
    for (const Attribute& attribute : type.attributes) {
      Shape member;
      member.name = attribute.member;
      member.attribute = true;
      member.required = attribute.required;
      describe(attribute, inherited, member);
      if (attribute.type != nullptr) facts(*attribute.type, member);
      fixed(attribute.fixed, member);
      shape.members.push_back(std::move(member));
    }
    if (type.text != nullptr) {
      Shape text;
      text.name = "";
      text.text_content = true;
      text.marks.sensitivity = inherited;
      facts(*type.text, text);
      // An empty element with attributes has no text at all.
      text.required = !holds(*type.text, "", nullptr);
      shape.members.push_back(std::move(text));
    }
    for (const Slot& slot : type.slots) {
      Shape member = of(*slot.element, inherited);
      member.required = !slot.optional;
      member.mingled = member.unordered ? std::uint16_t{0} : slot.mingled;
      if (slot.most <= 1) {
        shape.members.push_back(std::move(member));
        continue;
      }
      Shape list;
      list.name = member.name;
      list.type = Type::list;
      list.required = member.required;
      list.unordered = member.unordered;
      list.mingled = member.mingled;
      list.min_items = member.required ? 1 : 0;
      list.max_items = bounded(slot.most);
      list.marks = member.marks;
      list.description_en = member.description_en;
      list.description_fr = member.description_fr;
      list.line = member.line;
      member.name.clear();
      member.required = false;
      member.mingled = 0;
      list.item = std::make_unique<Shape>(std::move(member));
      shape.members.push_back(std::move(list));
    }
    open_.pop_back();
  }

  std::vector<const ComplexType*> open_;
  std::size_t made_ = 0;
};

}  // namespace

Shape shape_of(const Model& model) {
  Shape root;
  root.type = Type::group;
  Shape document = ShapeMaker().of(*model.root, Class::personal);
  document.required = true;
  root.marks.sensitivity = document.marks.sensitivity;
  root.members.push_back(std::move(document));
  return root;
}

}  // namespace portage::schema::xsd
