#include "gateway/schema/layout/layout_keys.h"

namespace portage::schema {

std::vector<std::string> LayoutKeys::rule_keys() {
  return {"name",     "type",        "required",       "min_length",    "max_length", "values",
          "format",   "pattern",     "codes",          "class",         "minimum",    "maximum",
          "decimals", "description", "description_en", "description_fr"};
}

std::vector<std::string> LayoutKeys::top_keys() {
  return {"schema",   "format",   "charset",     "line_end",       "class",
          "title_en", "title_fr", "description", "description_en", "description_fr"};
}

void LayoutKeys::descriptions(const TomlNode& table, Shape& shape) {
  shape.description_en = text(table, "description_en").value_or("");
  if (shape.description_en.empty()) shape.description_en = text(table, "description").value_or("");
  if (shape.description_en.empty()) shape.description_en = text(table, "title_en").value_or("");
  shape.description_fr = text(table, "description_fr").value_or("");
  if (shape.description_fr.empty()) shape.description_fr = text(table, "title_fr").value_or("");
}

void LayoutKeys::type_of(const TomlNode& table, ColumnRules& rules) {
  const std::string type = text(table, "type").value_or("text");
  const auto form = text(table, "format");
  if (type == "text" || type == "code") {
    rules.shape.type = Type::text;
    rules.shape.format = form.value_or("");
  } else if (type == "integer" || type == "decimal" || type == "boolean") {
    rules.kind = type == "integer"   ? ColumnKind::integer
                 : type == "decimal" ? ColumnKind::decimal
                                     : ColumnKind::boolean;
    rules.shape.type = type == "integer"   ? Type::integer
                       : type == "decimal" ? Type::decimal
                                           : Type::boolean;
  } else if (type == "date" || type == "datetime") {
    const bool day = type == "date";
    rules.kind = day ? ColumnKind::date : ColumnKind::datetime;
    const bool plain = !form || (day && *form == "yyyy-MM-dd");
    // A date in a form of its own is a text to the mapping, which says how to read it.
    rules.shape.type = plain ? (day ? Type::date : Type::datetime) : Type::text;
    rules.shape.format = plain ? (day ? "date" : "date-time") : *form;
    if (!plain) {
      rules.form = DateForm::from(*form);
      if (!rules.form)
        wrong(*table.find("format"), "format", "yyyy, yy, MM, M, dd, d, DDD, HH, mm, ss");
    }
  } else {
    wrong(*table.find("type"), "type", "text, code, integer, decimal, boolean, date, datetime");
  }
}

ColumnRules LayoutKeys::rules(const TomlNode& table, Class inherited) {
  ColumnRules rules;
  Shape& shape = rules.shape;
  shape.name = text(table, "name").value_or("");
  shape.line = table.at.line;
  if (shape.name.empty()) find("layout.missing", table.at, {{"key", "name"}});
  type_of(table, rules);
  shape.required = flag(table, "required");
  shape.min_length = length(table, "min_length").value_or(shape.required ? 1 : 0);
  shape.max_length = length(table, "max_length").value_or(UINT32_MAX);
  shape.values = texts(table, "values");
  shape.code_table = text(table, "codes").value_or("");
  shape.minimum = number(table, "minimum");
  shape.maximum = number(table, "maximum");
  shape.fraction_digits = std::min(9u, length(table, "decimals").value_or(9));
  descriptions(table, shape);
  shape.marks.sensitivity = class_of(table, inherited);
  if (const auto source = text(table, "pattern")) {
    auto compiled = Pattern::ecma(*source);
    if (compiled) {
      rules.pattern = *compiled;
      shape.pattern = rules.pattern->re2_anchored();
    } else {
      base::Arguments arguments = compiled.error().arguments;
      arguments.emplace_back("pattern", *source);
      find(compiled.error().code, table.find("pattern")->at, std::move(arguments));
    }
  }
  return rules;
}

}  // namespace portage::schema
