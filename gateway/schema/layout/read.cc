// Reads a column layout from TOML.
#include <algorithm>
#include <set>

#include "gateway/format/charset.h"
#include "gateway/schema/layout/layout_keys.h"

namespace portage::schema {
namespace {

constexpr std::size_t kMostBytes = 1u << 20;
constexpr std::uint32_t kMostDepth = 24;

class CsvLayout {
 public:
  CsvLayout(const TomlNode& table, std::string_view source, LayoutKeys& keys,
            std::vector<base::Finding>& findings)
      : table_(table), source_(source), keys_(keys), findings_(findings) {}

  std::shared_ptr<const Schema> run() {
    top();
    const TomlNode* columns = table_.find("column");
    if (columns == nullptr || !columns->is(TomlKind::array) || columns->children.empty()) {
      keys_.find("layout.missing", table_.at, {{"key", "[[column]]"}});
    } else {
      for (const TomlNode& item : columns->children) {
        if (item.is(TomlKind::table))
          column(item);
        else
          keys_.wrong(item, "column", "[[column]]");
      }
    }
    if (!findings_.empty()) return nullptr;
    row_.type = Type::group;
    row_.open = other_columns_;
    for (const ColumnRules& column : columns_) row_.members.push_back(leaf_copy(column.shape));
    return std::make_shared<LayoutSchema>(std::move(name_), std::move(layout_), std::move(dialect_),
                                          std::move(columns_), other_columns_, std::move(row_),
                                          source_);
  }

 private:
  void top() {
    std::vector<std::string> known = LayoutKeys::top_keys();
    for (const char* key :
         {"delimiter", "byte_order_mark", "short_rows", "other_columns", "quote", "escape",
          "quote_all", "header", "trim", "skip_lines", "skip_blank_rows", "column"}) {
      known.emplace_back(key);
    }
    keys_.known_keys(table_, known);
    name_ = keys_.text(table_, "schema").value_or("");
    if (name_.empty()) keys_.find("layout.missing", table_.at, {{"key", "schema"}});
    const bool tabs = keys_.text(table_, "format").value_or("") == "tsv";
    const std::string delimiter = keys_.text(table_, "delimiter").value_or(tabs ? "\t" : ",");
    if (delimiter.size() != 1 || delimiter == "\n" || delimiter == "\r" || delimiter == "\\") {
      keys_.wrong(*table_.find("delimiter"), "delimiter", "one character, not a quote");
    } else {
      dialect_.delimiter = delimiter[0];
    }
    layout_.charset = base::lower_ascii(keys_.text(table_, "charset").value_or("utf-8"));
    const auto charset = format::charset_from(layout_.charset);
    if (!charset || (*charset != format::Charset::utf8 && *charset != format::Charset::cp1252 &&
                     *charset != format::Charset::iso_8859_1)) {
      keys_.wrong(*table_.find("charset"), "charset", "utf-8, cp1252, iso-8859-1");
    } else {
      dialect_.charset = *charset;
    }
    const std::string line_end = keys_.text(table_, "line_end").value_or("lf");
    if (line_end != "lf" && line_end != "crlf") {
      keys_.wrong(*table_.find("line_end"), "line_end", "lf, crlf");
    }
    dialect_.crlf = line_end == "crlf";
    dialect_.byte_order_mark = keys_.flag(table_, "byte_order_mark");
    dialect_.short_rows = keys_.flag(table_, "short_rows");
    other_columns_ = keys_.flag(table_, "other_columns");
    quotes();
    dialect_.header = keys_.flag(table_, "header", true);
    dialect_.trim = keys_.flag(table_, "trim");
    dialect_.skip_lines = keys_.length(table_, "skip_lines").value_or(0);
    dialect_.skip_blank_rows = keys_.flag(table_, "skip_blank_rows");
    if (dialect_.skip_lines > 100)
      keys_.wrong(*table_.find("skip_lines"), "skip_lines", "0 to 100");
    row_.marks.sensitivity = keys_.class_of(table_, Class::personal);
    keys_.descriptions(table_, row_);
    layout_.delimiter = dialect_.delimiter;
    layout_.crlf = dialect_.crlf;
    layout_.byte_order_mark = dialect_.byte_order_mark;
    layout_.short_rows = dialect_.short_rows;
  }

  void quotes() {
    const std::string quote = keys_.text(table_, "quote").value_or("\"");
    if (quote == "none") {
      dialect_.quote = 0;
    } else if ((quote == "\"" || quote == "'") && quote[0] != dialect_.delimiter) {
      dialect_.quote = quote[0];
    } else if (table_.find("quote") == nullptr) {
      keys_.wrong(*table_.find("delimiter"), "delimiter", "one character, not a quote");
    } else {
      keys_.wrong(*table_.find("quote"), "quote", "\", ', none");
    }
    const std::string escape = keys_.text(table_, "escape").value_or("double");
    dialect_.backslash = escape == "backslash";
    if (escape != "double" && escape != "backslash") {
      keys_.wrong(*table_.find("escape"), "escape", "double, backslash");
    }
    dialect_.quote_all = keys_.flag(table_, "quote_all");
    if (dialect_.quote_all && dialect_.quote == 0) {
      keys_.wrong(*table_.find("quote_all"), "quote_all", "false, where quote = \"none\"");
    }
  }

  void column(const TomlNode& table) {
    std::vector<std::string> known = LayoutKeys::rule_keys();
    known.emplace_back("aliases");
    keys_.known_keys(table, known);
    ColumnRules rules = keys_.rules(table, row_.marks.sensitivity);
    TableLayout::Column named{rules.shape.name, keys_.texts(table, "aliases")};
    for (const std::string& header : named.aliases) repeated(header, table);
    repeated(rules.shape.name, table);
    layout_.columns.push_back(std::move(named));
    columns_.push_back(std::move(rules));
  }

  void repeated(const std::string& header, const TomlNode& table) {
    if (!headers_.insert(header).second) {
      keys_.find("layout.same_column", table.at, {{"name", header}});
    }
  }

  const TomlNode& table_;
  std::string_view source_;
  LayoutKeys& keys_;
  std::vector<base::Finding>& findings_;
  std::string name_;
  TableLayout layout_;
  format::CsvDialect dialect_;
  std::vector<ColumnRules> columns_;
  std::set<std::string> headers_;
  bool other_columns_ = false;
  Shape row_;
};

}  // namespace

Shape leaf_copy(const Shape& from) {
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

Loaded load_layout(std::string_view text, const std::string& file) {
  Loaded loaded;
  LayoutKeys keys(file, loaded.findings);
  format::TomlFile toml = format::read_toml(text, file, {"layout", kMostBytes, kMostDepth});
  if (!toml.ok) {
    loaded.findings = std::move(toml.findings);
    return loaded;
  }
  const TomlNode& table = toml.root;
  const std::string format = keys.text(table, "format").value_or("");
  if (format == "csv" || format == "tsv") {
    loaded.schema = CsvLayout(table, text, keys, loaded.findings).run();
  } else if (format == "fixed") {
    loaded.schema = read_fixed_layout(table, text, keys, loaded.findings);
  } else {
    keys.find("layout.format", table.find("format") ? table.find("format")->at : table.at, {});
    loaded.schema = CsvLayout(table, text, keys, loaded.findings).run();  // for its findings
  }
  return loaded;
}

}  // namespace portage::schema
