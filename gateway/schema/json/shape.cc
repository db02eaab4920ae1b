#include "gateway/schema/json/shape.h"

#include <algorithm>

#include "gateway/base/text.h"

namespace portage::schema::json {
namespace {

using record::Kind;
using record::Value;

constexpr std::size_t kMostShapes = 20'000;

std::optional<std::uint32_t> count_of(const Value& schema, std::string_view name) {
  const Value* value = schema.find(name);
  if (value == nullptr || !value->is(Kind::number)) return std::nullopt;
  const auto number = Decimal::from(value->as_text()).as_int64();
  if (!number || *number < 0) return std::nullopt;
  return static_cast<std::uint32_t>(std::min<std::int64_t>(*number, UINT32_MAX));
}

std::optional<std::int64_t> whole(const Value& schema, std::string_view name) {
  const Value* value = schema.find(name);
  if (value == nullptr || !value->is(Kind::number)) return std::nullopt;
  return Decimal::from(value->as_text()).as_int64();
}

std::string_view text_of(const Value& schema, std::string_view name) {
  const Value* value = schema.find(name);
  return value != nullptr && value->is(Kind::text) ? value->as_text() : std::string_view();
}

bool is_false(const Value* value) {
  return value != nullptr && value->is(Kind::boolean) && !value->as_bool();
}

// Both hold: `shape` takes over every fact of `other` that is narrower than its own.
void narrow(Shape& shape, Shape other) {
  if (shape.type == Type::any || (shape.type == Type::decimal && other.type == Type::integer) ||
      (shape.type == Type::text && (other.type == Type::date || other.type == Type::datetime))) {
    const bool untyped = shape.type == Type::any;
    shape.type = other.type;
    shape.nullable = untyped ? other.nullable : shape.nullable && other.nullable;
  } else if (other.type != Type::any) {
    shape.nullable = shape.nullable && other.nullable;
  }
  shape.min_length = std::max(shape.min_length, other.min_length);
  shape.max_length = std::min(shape.max_length, other.max_length);
  shape.min_items = std::max(shape.min_items, other.min_items);
  shape.max_items = std::min(shape.max_items, other.max_items);
  if (other.minimum && (!shape.minimum || *shape.minimum < *other.minimum)) {
    shape.minimum = other.minimum;
  }
  if (other.maximum && (!shape.maximum || *shape.maximum > *other.maximum)) {
    shape.maximum = other.maximum;
  }
  shape.fraction_digits = std::min(shape.fraction_digits, other.fraction_digits);
  if (shape.values.empty()) shape.values = std::move(other.values);
  if (shape.pattern.empty()) shape.pattern = std::move(other.pattern);
  if (shape.format.empty()) shape.format = std::move(other.format);
  if (shape.code_table.empty()) shape.code_table = std::move(other.code_table);
  if (shape.description_en.empty()) shape.description_en = std::move(other.description_en);
  if (shape.description_fr.empty()) shape.description_fr = std::move(other.description_fr);
  shape.marks = other.marks;
  shape.unordered = shape.unordered || other.unordered;
  shape.open = shape.open && other.open;
  if (other.item && !shape.item) shape.item = std::move(other.item);
  for (Shape& member : other.members) {
    const auto mine = std::find_if(shape.members.begin(), shape.members.end(),
                                   [&](const Shape& known) { return known.name == member.name; });
    if (mine == shape.members.end()) {
      shape.members.push_back(std::move(member));
    } else {
      mine->required = mine->required || member.required;
      narrow(*mine, std::move(member));
    }
  }
}

}  // namespace

Shape ShapeReader::read(const Value& schema, Class inherited) {
  Shape shape;
  shape.open = true;
  shape.marks.sensitivity = inherited;
  const Resource* resource = registry_.resource_of(&schema);
  const bool repeated = std::find(open_.begin(), open_.end(), &schema) != open_.end();
  if (!schema.is(Kind::group) || resource == nullptr || repeated || ++made_ > kMostShapes) {
    return shape;
  }
  open_.push_back(&schema);
  if (const Value* marks = schema.find("portage")) {
    if (const auto own = class_from(text_of(*marks, "class"))) inherited = *own;
  }
  shape.marks.sensitivity = inherited;
  follow(schema, *resource, inherited, shape);
  const bool replaced =
      resource->dialect.draft == Draft::draft_07 && schema.find("$ref") != nullptr;
  if (!replaced) {
    types(schema, shape);
    values(schema, shape);
    texts(schema, shape);
    numbers(schema, shape);
    if (shape.type == Type::list) lists(schema, inherited, shape);
    groups(schema, inherited, shape);
  }
  // Descriptions and marks count beside a $ref of draft-07 too: they assert nothing.
  if (const auto text = text_of(schema, "description"); !text.empty()) shape.description_en = text;
  if (const Value* marks = schema.find("portage")) read_marks(*marks, shape);
  shape.line = base::line_column(resource->source->text, schema.at()).line;
  open_.pop_back();
  return shape;
}

void ShapeReader::follow(const Value& schema, const Resource& resource, Class inherited,
                         Shape& shape) {
  if (const auto reference = text_of(schema, "$ref"); !reference.empty()) {
    if (const auto target = registry_.resolve(resource, reference)) {
      narrow(shape, read(*target->value, inherited));
    }
  }
  if (const Value* all = schema.find("allOf")) {
    for (const Value& part : all->items()) {
      Marks before = shape.marks;
      narrow(shape, read(part, inherited));
      if (part.find("portage") == nullptr && part.find("$ref") == nullptr) shape.marks = before;
    }
  }
  for (const std::string_view name : {"anyOf", "oneOf"}) {
    const Value* branches = schema.find(name);
    if (branches == nullptr || !branches->is(Kind::list) || branches->size() != 2) continue;
    const auto items = branches->items();
    for (std::size_t i = 0; i < 2; ++i) {
      if (items[i].size() != 1 || text_of(items[i], "type") != "null") continue;
      narrow(shape, read(items[1 - i], inherited));
      shape.nullable = true;
    }
  }
}

void ShapeReader::types(const Value& schema, Shape& shape) {
  const Value* written = schema.find("type");
  if (written == nullptr) {
    // Members without a type: a group for all that the author thought of.
    const bool members = schema.find("properties") != nullptr;
    if (members && shape.type == Type::any) shape.type = Type::group;
    return;
  }
  Shape own;
  own.open = true;
  own.marks = shape.marks;
  std::vector<std::string_view> names;
  if (written->is(Kind::text)) names.push_back(written->as_text());
  for (const Value& item : written->items()) {
    if (item.is(Kind::text)) names.push_back(item.as_text());
  }
  const auto without_null = std::remove(names.begin(), names.end(), "null");
  own.nullable = without_null != names.end();
  names.erase(without_null, names.end());
  const auto has = [&](std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  if (names.size() == 2 && has("integer") && has("number")) names = {"number"};
  if (names.size() == 1) {
    const std::string_view name = names.front();
    const std::string_view format = text_of(schema, "format");
    if (name == "string") {
      own.type = format == "date"        ? Type::date
                 : format == "date-time" ? Type::datetime
                                         : Type::text;
    } else if (name == "integer") {
      own.type = Type::integer;
    } else if (name == "number") {
      own.type = Type::decimal;
    } else if (name == "boolean") {
      own.type = Type::boolean;
    } else if (name == "array") {
      own.type = Type::list;
    } else if (name == "object") {
      own.type = Type::group;
    }
  }
  narrow(shape, std::move(own));
}

void ShapeReader::values(const Value& schema, Shape& shape) {
  std::vector<const Value*> allowed;
  if (const Value* one = schema.find("const")) {
    allowed.push_back(one);
  } else if (const Value* list = schema.find("enum")) {
    for (const Value& item : list->items()) allowed.push_back(&item);
  }
  if (allowed.empty()) return;
  std::vector<std::string> texts;
  bool null = false;
  Kind kind = Kind::missing;
  for (const Value* value : allowed) {
    if (value->is(Kind::null)) {
      null = true;
      continue;
    }
    if (kind != Kind::missing && kind != value->kind()) return;
    kind = value->kind();
    if (value->is(Kind::text) || value->is(Kind::number)) {
      texts.emplace_back(value->as_text());
    } else if (value->is(Kind::boolean)) {
      texts.emplace_back(value->as_bool() ? "true" : "false");
    } else {
      return;
    }
  }
  if (shape.type == Type::any) {
    shape.type = kind == Kind::text      ? Type::text
                 : kind == Kind::boolean ? Type::boolean
                 : kind == Kind::number  ? Type::decimal
                                         : Type::any;
    shape.nullable = null;
  } else {
    shape.nullable = shape.nullable && null;
  }
  shape.values = std::move(texts);
}

void ShapeReader::texts(const Value& schema, Shape& shape) {
  if (const auto least = count_of(schema, "minLength")) {
    shape.min_length = std::max(shape.min_length, *least);
  }
  if (const auto most = count_of(schema, "maxLength")) {
    shape.max_length = std::min(shape.max_length, *most);
  }
  if (const auto format = text_of(schema, "format"); !format.empty()) shape.format = format;
  if (const auto source = text_of(schema, "pattern"); !source.empty()) {
    if (const auto pattern = Pattern::ecma(source)) shape.pattern = (*pattern)->re2_anchored();
  }
}

void ShapeReader::numbers(const Value& schema, Shape& shape) {
  if (shape.type == Type::integer) {
    const auto raise = [&](std::optional<std::int64_t> limit) {
      if (limit && (!shape.minimum || *shape.minimum < *limit)) shape.minimum = limit;
    };
    const auto lower = [&](std::optional<std::int64_t> limit) {
      if (limit && (!shape.maximum || *shape.maximum > *limit)) shape.maximum = limit;
    };
    raise(whole(schema, "minimum"));
    lower(whole(schema, "maximum"));
    auto above = whole(schema, "exclusiveMinimum"), below = whole(schema, "exclusiveMaximum");
    if (above && *above < INT64_MAX) raise(*above + 1);
    if (below && *below > INT64_MIN) lower(*below - 1);
  }
  const Value* step = schema.find("multipleOf");
  if (step != nullptr && step->is(Kind::number)) {
    const std::uint64_t digits = Decimal::from(step->as_text()).fraction_digits();
    shape.fraction_digits =
        static_cast<std::uint32_t>(std::min<std::uint64_t>(shape.fraction_digits, digits));
  }
}

void ShapeReader::lists(const Value& schema, Class inherited, Shape& shape) {
  if (const auto least = count_of(schema, "minItems")) {
    shape.min_items = std::max(shape.min_items, *least);
  }
  if (const auto most = count_of(schema, "maxItems")) {
    shape.max_items = std::min(shape.max_items, *most);
  }
  const Value* items = schema.find("items");
  const bool tuple = schema.find("prefixItems") != nullptr;
  if (items != nullptr && !tuple && items->is(Kind::group)) {
    Shape item = read(*items, inherited);
    if (shape.item)
      narrow(*shape.item, std::move(item));
    else
      shape.item = std::make_unique<Shape>(std::move(item));
  }
  if (!shape.item) {
    shape.item = std::make_unique<Shape>();
    shape.item->marks.sensitivity = inherited;
    shape.item->open = true;
  }
}

void ShapeReader::groups(const Value& schema, Class inherited, Shape& shape) {
  if (const Value* properties = schema.find("properties")) {
    Shape own;
    own.open = true;
    own.marks = shape.marks;
    for (const record::Member& member : properties->members()) {
      if (is_false(&member.value)) continue;  // may never be there
      Shape inner = read(member.value, inherited);
      inner.name = member.name;
      own.members.push_back(std::move(inner));
    }
    narrow(shape, std::move(own));
  }
  if (const Value* required = schema.find("required")) {
    for (const Value& name : required->items()) {
      if (!name.is(Kind::text)) continue;
      auto found = std::find_if(shape.members.begin(), shape.members.end(),
                                [&](const Shape& member) { return member.name == name.as_text(); });
      if (found == shape.members.end() && shape.type == Type::group) {
        Shape unknown;
        unknown.name = name.as_text();
        unknown.open = true;
        unknown.marks.sensitivity = inherited;
        found = shape.members.insert(shape.members.end(), std::move(unknown));
      }
      if (found != shape.members.end()) found->required = true;
    }
  }
  const bool closed = is_false(schema.find("additionalProperties")) ||
                      is_false(schema.find("unevaluatedProperties"));
  if (closed && schema.find("patternProperties") == nullptr) shape.open = false;
}

}  // namespace portage::schema::json
