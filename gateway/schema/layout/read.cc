// Reads a column layout from TOML. One of the doors of toml++.
#include <algorithm>
#include <set>

#include "gateway/base/text.h"
#include "gateway/format/charset.h"
#include "gateway/format/toml_text.h"
#include "gateway/schema/layout/layout.h"

#define TOML_EXCEPTIONS 0
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wconversion"
#pragma clang diagnostic ignored "-Wshadow"
#include <toml++/toml.h>
#pragma clang diagnostic pop

namespace portage::schema {
namespace {

constexpr std::size_t kMostBytes = 1u << 20;
constexpr std::uint32_t kMostDepth = 24;

class LayoutReader {
 public:
  LayoutReader(std::string_view text, const std::string& file) : text_(text), file_(file) {}

  Loaded run() {
    if (text_.size() > kMostBytes || base::invalid_utf8_at(text_) != std::string_view::npos ||
        format::toml_fault(text_, kMostDepth)) {
      find("layout.unreadable", {}, {});
      return std::move(loaded_);
    }
    const toml::parse_result parsed = toml::parse(text_, file_);
    if (!parsed) {
      const toml::parse_error& error = parsed.error();
      find("layout.syntax", error.source(), {{"why", std::string(error.description())}});
      return std::move(loaded_);
    }
    top(parsed.table());
    const bool refused =
        std::any_of(loaded_.findings.begin(), loaded_.findings.end(),
                    [](const base::Finding& f) { return f.severity == base::Severity::error; });
    if (!refused) {
      row_.type = Type::group;
      row_.open = other_columns_;
      for (const ColumnRules& column : columns_) row_.members.push_back(copy(column.shape));
      loaded_.schema =
          std::make_shared<LayoutSchema>(std::move(name_), std::move(table_), std::move(columns_),
                                         other_columns_, std::move(row_), text_);
    }
    return std::move(loaded_);
  }

 private:
  static Shape copy(const Shape& from) {  // of a column, which has no item
    Shape shape;
    shape.name = from.name;
    shape.type = from.type;
    shape.required = from.required;
    shape.min_length = from.min_length;
    shape.max_length = from.max_length;
    shape.minimum = from.minimum;
    shape.maximum = from.maximum;
    shape.fraction_digits = from.fraction_digits;
    shape.values = from.values;
    shape.pattern = from.pattern;
    shape.format = from.format;
    shape.code_table = from.code_table;
    shape.description_en = from.description_en;
    shape.description_fr = from.description_fr;
    shape.marks = from.marks;
    shape.line = from.line;
    return shape;
  }

  void find(std::string_view code, const toml::source_region& at, base::Arguments arguments,
            std::string suggestion = {}) {
    base::Finding finding;
    finding.code = code;
    finding.place = {file_, at.begin.line, at.begin.column, {}};
    finding.arguments = std::move(arguments);
    finding.suggestion = std::move(suggestion);
    loaded_.findings.push_back(std::move(finding));
  }
  void wrong(const toml::node& value, std::string_view key, std::string_view wanted) {
    find("layout.value", value.source(),
         {{"key", std::string(key)}, {"wanted", std::string(wanted)}});
  }

  std::optional<std::string> text(const toml::table& table, std::string_view key) {
    const toml::node* value = table.get(key);
    if (value == nullptr) return std::nullopt;
    if (const auto* string = value->as_string()) return string->get();
    wrong(*value, key, "string");
    return std::nullopt;
  }
  std::optional<std::int64_t> number(const toml::table& table, std::string_view key) {
    const toml::node* value = table.get(key);
    if (value == nullptr) return std::nullopt;
    if (const auto* integer = value->as_integer()) return integer->get();
    wrong(*value, key, "integer");
    return std::nullopt;
  }
  std::optional<std::uint32_t> length(const toml::table& table, std::string_view key) {
    const auto value = number(table, key);
    if (!value) return std::nullopt;
    if (*value >= 0 && *value < UINT32_MAX) return static_cast<std::uint32_t>(*value);
    wrong(*table.get(key), key, "integer from 0");
    return std::nullopt;
  }
  bool flag(const toml::table& table, std::string_view key) {
    const toml::node* value = table.get(key);
    if (value == nullptr) return false;
    if (const auto* boolean = value->as_boolean()) return boolean->get();
    wrong(*value, key, "true or false");
    return false;
  }
  std::vector<std::string> texts(const toml::table& table, std::string_view key) {
    std::vector<std::string> out;
    const toml::node* value = table.get(key);
    if (value == nullptr) return out;
    const toml::array* array = value->as_array();
    if (array == nullptr || array->empty()) wrong(*value, key, "list of strings");
    if (array == nullptr) return out;
    for (const toml::node& item : *array) {
      if (const auto* string = item.as_string())
        out.push_back(string->get());
      else
        wrong(item, key, "list of strings");
    }
    return out;
  }
  void known_keys(const toml::table& table, const std::vector<std::string>& keys) {
    for (const auto& [key, value] : table) {
      const std::string name(key.str());
      if (std::find(keys.begin(), keys.end(), name) != keys.end()) continue;
      find("layout.unknown_key", key.source(), {{"key", name}},
           base::nearest(name, keys).value_or(""));
    }
  }
  Class class_of(const toml::table& table, Class inherited) {
    const auto name = text(table, "class");
    if (!name) return inherited;
    const auto known = class_from(*name);
    if (!known) {
      wrong(*table.get("class"), "class", "public, program, personal, identifier, sensitive");
    }
    return known.value_or(inherited);
  }

  void top(const toml::table& table) {
    known_keys(table, {"schema", "format", "delimiter", "charset", "line_end", "byte_order_mark",
                       "short_rows", "other_columns", "class", "title_en", "title_fr",
                       "description", "description_en", "description_fr", "column"});
    name_ = text(table, "schema").value_or("");
    if (name_.empty()) find("layout.missing", table.source(), {{"key", "schema"}});
    if (text(table, "format").value_or("") != "csv") {
      find("layout.format", table.get("format") ? table.get("format")->source() : table.source(),
           {});
    }
    const std::string delimiter = text(table, "delimiter").value_or(",");
    if (delimiter.size() != 1 || delimiter == "\"" || delimiter == "\n" || delimiter == "\r") {
      wrong(*table.get("delimiter"), "delimiter", "one character, not a quote");
    } else {
      table_.delimiter = delimiter[0];
    }
    table_.charset = base::lower_ascii(text(table, "charset").value_or("utf-8"));
    const auto charset = format::charset_from(table_.charset);
    if (!charset || (*charset != format::Charset::utf8 && *charset != format::Charset::cp1252 &&
                     *charset != format::Charset::iso_8859_1)) {
      wrong(*table.get("charset"), "charset", "utf-8, cp1252, iso-8859-1");
    }
    const std::string line_end = text(table, "line_end").value_or("lf");
    if (line_end != "lf" && line_end != "crlf") {
      wrong(*table.get("line_end"), "line_end", "lf, crlf");
    }
    table_.crlf = line_end == "crlf";
    table_.byte_order_mark = flag(table, "byte_order_mark");
    table_.short_rows = flag(table, "short_rows");
    other_columns_ = flag(table, "other_columns");
    row_.marks.sensitivity = class_of(table, Class::personal);
    row_.description_en = text(table, "description_en").value_or("");
    if (row_.description_en.empty()) row_.description_en = text(table, "description").value_or("");
    if (row_.description_en.empty()) row_.description_en = text(table, "title_en").value_or("");
    row_.description_fr = text(table, "description_fr").value_or("");
    if (row_.description_fr.empty()) row_.description_fr = text(table, "title_fr").value_or("");
    const toml::array* columns = table.get_as<toml::array>("column");
    if (columns == nullptr || columns->empty()) {
      find("layout.missing", table.source(), {{"key", "[[column]]"}});
      return;
    }
    for (const toml::node& item : *columns) {
      if (const toml::table* inner = item.as_table())
        column(*inner);
      else
        wrong(item, "column", "[[column]]");
    }
  }

  void type_of(const toml::table& table, ColumnRules& rules) {
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
          wrong(*table.get("format"), "format", "yyyy, yy, MM, M, dd, d, HH, mm, ss");
      }
    } else {
      wrong(*table.get("type"), "type", "text, code, integer, decimal, boolean, date, datetime");
    }
  }

  void column(const toml::table& table) {
    known_keys(table, {"name", "type", "required", "min_length", "max_length", "values", "format",
                       "pattern", "codes", "class", "aliases", "minimum", "maximum", "decimals",
                       "description", "description_en", "description_fr"});
    ColumnRules rules;
    Shape& shape = rules.shape;
    shape.name = text(table, "name").value_or("");
    shape.line = table.source().begin.line;
    if (shape.name.empty()) find("layout.missing", table.source(), {{"key", "name"}});
    type_of(table, rules);
    shape.required = flag(table, "required");
    shape.min_length = length(table, "min_length").value_or(shape.required ? 1 : 0);
    shape.max_length = length(table, "max_length").value_or(UINT32_MAX);
    shape.values = texts(table, "values");
    shape.code_table = text(table, "codes").value_or("");
    shape.minimum = number(table, "minimum");
    shape.maximum = number(table, "maximum");
    shape.fraction_digits = std::min(9u, length(table, "decimals").value_or(9));
    shape.description_en = text(table, "description_en").value_or("");
    if (shape.description_en.empty())
      shape.description_en = text(table, "description").value_or("");
    shape.description_fr = text(table, "description_fr").value_or("");
    shape.marks.sensitivity = class_of(table, row_.marks.sensitivity);
    if (const auto source = text(table, "pattern")) {
      auto compiled = Pattern::ecma(*source);
      if (compiled) {
        rules.pattern = *compiled;
        shape.pattern = rules.pattern->re2_anchored();
      } else {
        base::Arguments arguments = compiled.error().arguments;
        arguments.emplace_back("pattern", *source);
        find(compiled.error().code, table.get("pattern")->source(), std::move(arguments));
      }
    }
    TableLayout::Column named{shape.name, texts(table, "aliases")};
    for (const std::string& header : named.aliases) repeated(header, table);
    repeated(shape.name, table);
    table_.columns.push_back(std::move(named));
    columns_.push_back(std::move(rules));
  }

  void repeated(const std::string& header, const toml::table& table) {
    if (!headers_.insert(header).second) {
      find("layout.same_column", table.source(), {{"name", header}});
    }
  }

  std::string_view text_;
  std::string file_;
  Loaded loaded_;
  std::string name_;
  TableLayout table_;
  std::vector<ColumnRules> columns_;
  std::set<std::string> headers_;
  bool other_columns_ = false;
  Shape row_;
};

}  // namespace

Loaded load_layout(std::string_view toml, const std::string& file) {
  return LayoutReader(toml, file).run();
}

}  // namespace portage::schema
