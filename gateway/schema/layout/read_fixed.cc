// Reads the layout of a fixed-width file from TOML.
#include <algorithm>
#include <set>

#include "gateway/format/charset.h"
#include "gateway/schema/layout/fixed_schema.h"
#include "gateway/schema/layout/layout_keys.h"

namespace portage::schema {
namespace {

using format::FixedField;
using format::FixedLayout;
using format::FixedLine;

class FixedReading {
 public:
  FixedReading(const TomlNode& table, std::string_view source, LayoutKeys& keys,
               std::vector<base::Finding>& findings)
      : table_(table), source_(source), keys_(keys), findings_(findings) {}

  std::shared_ptr<const Schema> run() {
    top();
    const TomlNode* lines = table_.find("line");
    if (lines == nullptr || !lines->is(TomlKind::array) || lines->children.empty()) {
      keys_.find("layout.missing", table_.at, {{"key", "[[line]]"}});
      return nullptr;
    }
    for (const TomlNode& item : lines->children) {
      if (item.is(TomlKind::table)) {
        line(item);
      } else {
        keys_.wrong(item, "line", "[[line]]");
      }
    }
    for (const FixedLayout::Problem& problem : layout_.link()) {
      std::string name = problem.line + (problem.line.empty() ? "" : ".") + problem.field;
      keys_.find("layout.reference", at(problem.line),
                 {{"key", std::move(name)}, {"name", problem.name}});
    }
    structure();
    if (!findings_.empty()) return nullptr;
    FixedNode root = fixed_tree(layout_, std::move(nodes_));
    root.rules.shape.marks.sensitivity = class_;
    root.rules.shape.description_en = root_.description_en;
    root.rules.shape.description_fr = root_.description_fr;
    return std::make_shared<FixedSchema>(std::move(name_),
                                         std::make_shared<FixedLayout>(std::move(layout_)),
                                         std::move(root), source_);
  }

 private:
  format::TomlSpan at(const std::string& line) const {
    for (std::size_t i = 0; i < layout_.lines.size(); ++i) {
      if (layout_.lines[i].name == line) return places_[i];
    }
    return table_.at;
  }

  void top() {
    std::vector<std::string> known = LayoutKeys::top_keys();
    for (const char* key : {"width", "short_lines", "document", "document_bytes", "line"}) {
      known.emplace_back(key);
    }
    keys_.known_keys(table_, known);
    name_ = keys_.text(table_, "schema").value_or("");
    if (name_.empty()) keys_.find("layout.missing", table_.at, {{"key", "schema"}});
    const auto charset = format::charset_from(keys_.text(table_, "charset").value_or("utf-8"));
    if (!charset || (*charset != format::Charset::utf8 && *charset != format::Charset::cp1252 &&
                     *charset != format::Charset::iso_8859_1)) {
      keys_.wrong(*table_.find("charset"), "charset", "utf-8, cp1252, iso-8859-1");
    } else {
      layout_.charset = *charset;
    }
    const std::string end = keys_.text(table_, "line_end").value_or("lf");
    layout_.line_end = end == "crlf"   ? FixedLayout::LineEnd::crlf
                       : end == "none" ? FixedLayout::LineEnd::none
                                       : FixedLayout::LineEnd::lf;
    if (end != "lf" && end != "crlf" && end != "none") {
      keys_.wrong(*table_.find("line_end"), "line_end", "lf, crlf, none");
    } else if (end == "none" && layout_.charset == format::Charset::utf8) {
      // Lines without an end are counted in bytes, so a character must be one.
      keys_.wrong(*table_.find("line_end"), "line_end", "lf, crlf (none: cp1252, iso-8859-1)");
    }
    layout_.width = keys_.length(table_, "width").value_or(0);
    if (layout_.width == 0 || layout_.width > 32'768) {
      keys_.find("layout.value", table_.find("width") ? table_.find("width")->at : table_.at,
                 {{"key", "width"}, {"wanted", "1 to 32768"}});
    }
    layout_.short_lines = keys_.flag(table_, "short_lines");
    layout_.document = keys_.text(table_, "document").value_or("");
    if (layout_.document == "file") layout_.document.clear();
    layout_.document_bytes = keys_.length(table_, "document_bytes").value_or(1u << 20);
    if (layout_.document_bytes < layout_.width || layout_.document_bytes > (8u << 20)) {
      keys_.find("layout.value", table_.at,
                 {{"key", "document_bytes"}, {"wanted", "width to 8388608"}});
    }
    class_ = keys_.class_of(table_, Class::personal);
    keys_.descriptions(table_, root_);
  }

  // "1", "0..1", "1..", "2..5"
  void occurs(const TomlNode& table, FixedLine& line) {
    const std::string text =
        keys_.text(table, "occurs").value_or(line.first || line.last ? "1" : "0..");
    const std::size_t dots = text.find("..");
    const std::string low = text.substr(0, dots);
    const std::string high = dots == std::string::npos ? low : text.substr(dots + 2);
    const auto digits = [](const std::string& part) {
      return !part.empty() && part.size() < 9 &&
             std::all_of(part.begin(), part.end(), [](char c) { return c >= '0' && c <= '9'; });
    };
    if (!digits(low) || (!high.empty() && !digits(high))) {
      return keys_.wrong(*table.find("occurs"), "occurs", "1, 0..1, 0.., 1.., 2..5");
    }
    line.least = static_cast<std::uint32_t>(std::stoul(low));
    line.most = high.empty() ? UINT32_MAX : static_cast<std::uint32_t>(std::stoul(high));
    if (line.most < line.least || line.most == 0) {
      keys_.wrong(*table.find("occurs"), "occurs", "1, 0..1, 0.., 1.., 2..5");
    }
  }

  void line(const TomlNode& table) {
    keys_.known_keys(table, {"name", "tag", "tag_at", "first", "last", "under", "occurs", "items",
                             "field", "class", "description", "description_en", "description_fr"});
    FixedLine line;
    FixedNode node;
    line.name = keys_.text(table, "name").value_or("");
    if (line.name.empty()) keys_.find("layout.missing", table.at, {{"key", "name"}});
    line.tag = keys_.text(table, "tag").value_or("");
    line.tag_at = position(table, "tag_at", 0);
    line.first = keys_.flag(table, "first");
    line.last = keys_.flag(table, "last");
    line.under = keys_.text(table, "under").value_or("");
    line.items = keys_.text(table, "items").value_or("");
    occurs(table, line);
    node.rules.shape.name = line.name;
    node.rules.shape.line = table.at.line;
    node.rules.shape.marks.sensitivity = keys_.class_of(table, class_);
    keys_.descriptions(table, node.rules.shape);
    node.group = true;
    node.list = line.most > 1;
    node.least = line.least;
    node.most = line.most;
    node.required = line.least > 0;
    if (line.tag_at + line.tag.size() > layout_.width) {
      keys_.find("layout.place", table.at, {{"name", line.name}});
    }
    fields(table, line.fields, node, layout_.width, "field");
    if (!names_.insert(line.name).second) {
      keys_.find("layout.same_column", table.at, {{"name", line.name}});
    }
    layout_.lines.push_back(std::move(line));
    nodes_.push_back(std::move(node));
    places_.push_back(table.at);
  }

  // A place counted from 1 in the file, from 0 here.
  std::uint32_t position(const TomlNode& table, std::string_view key, std::uint32_t otherwise) {
    const auto said = keys_.length(table, key);
    if (!said) return otherwise;
    if (*said == 0) keys_.wrong(*table.find(key), key, "1 or more");
    return *said == 0 ? 0 : *said - 1;
  }

  void fields(const TomlNode& table, std::vector<FixedField>& into, FixedNode& node,
              std::uint32_t width, std::string_view key) {
    const TomlNode* list = table.find(key);
    if (list == nullptr) return;
    if (!list->is(TomlKind::array)) return keys_.wrong(*list, key, "[[line.field]]");
    std::uint32_t next = 0;
    for (const TomlNode& item : list->children) {
      if (!item.is(TomlKind::table)) {
        keys_.wrong(item, key, "[[line.field]]");
        continue;
      }
      FixedField field;
      field.at = position(item, "at", next);
      FixedNode member;
      read_field(item, field, member, node.rules.shape.marks.sensitivity);
      const std::uint64_t end = std::uint64_t{field.at} + std::uint64_t{field.width} * field.occurs;
      if (field.width == 0 || field.at < next || end > width) {
        keys_.find("layout.place", item.at, {{"name", field.name}});
      }
      next = static_cast<std::uint32_t>(std::min<std::uint64_t>(end, width));
      if (field.role == FixedField::Role::data) {
        for (const FixedNode& other : node.members) {
          if (other.rules.shape.name == field.name) {
            keys_.find("layout.same_column", item.at, {{"name", field.name}});
          }
        }
        node.members.push_back(std::move(member));
      }
      into.push_back(std::move(field));
    }
  }

  // What the field is, if it is no data. True if it is.
  bool role(const TomlNode& table, FixedField& field) {
    using Role = FixedField::Role;
    int roles = 0;
    const auto is = [&](const char* key, Role role) {
      if (table.find(key) == nullptr) return false;
      field.role = role;
      ++roles;
      return true;
    };
    if (is("constant", Role::constant)) field.value = keys_.text(table, "constant").value_or("");
    if (is("filler", Role::filler)) field.value = keys_.text(table, "filler").value_or(" ");
    if (is("copy", Role::copy)) field.of = {keys_.text(table, "copy").value_or("")};
    if (is("count", Role::count)) field.of = keys_.texts(table, "count");
    if (is("sum", Role::sum)) field.of = keys_.texts(table, "sum");
    if (table.find("line_number") != nullptr && keys_.flag(table, "line_number")) {
      field.role = Role::line;
      ++roles;
    }
    if (roles > 1)
      keys_.wrong(table, "field", "one of constant, filler, line_number, copy, count, sum");
    const bool number =
        field.role == Role::line || field.role == Role::count || field.role == Role::sum;
    if (number) {
      field.number = field.right = true;
      field.pad = '0';
      if (field.role == Role::sum && keys_.flag(table, "signed")) {
        field.sign = FixedField::Sign::leading;
      }
    }
    if (field.role == Role::constant && field.value.size() > field.width) {
      keys_.wrong(*table.find("constant"), "constant", "text of the field's width");
    }
    if (field.role == Role::constant) field.value.resize(field.width, ' ');
    return roles > 0;
  }

  char one_character(const TomlNode& table, std::string_view key, char otherwise) {
    const auto text = keys_.text(table, key);
    if (!text) return otherwise;
    if (text->size() == 1 && (*text)[0] >= ' ') return (*text)[0];
    keys_.wrong(*table.find(key), key, "one character");
    return otherwise;
  }

  void read_field(const TomlNode& table, FixedField& field, FixedNode& node, Class inherited) {
    std::vector<std::string> known = LayoutKeys::rule_keys();
    for (const char* key :
         {"at", "width", "align", "pad", "blank", "implied", "sign", "occurs", "field", "constant",
          "filler", "line_number", "copy", "count", "sum", "signed"}) {
      known.emplace_back(key);
    }
    keys_.known_keys(table, known);
    field.name = keys_.text(table, "name").value_or("");
    field.width = keys_.length(table, "width").value_or(0);
    if (role(table, field)) return;
    field.occurs = keys_.length(table, "occurs").value_or(1);
    if (field.occurs == 0 || field.occurs > 1000) {
      keys_.wrong(*table.find("occurs"), "occurs", "1 to 1000");
      field.occurs = 1;
    }
    node.rules = keys_.rules(table, inherited);
    node.required = node.rules.shape.required;
    node.list = field.occurs > 1;
    node.most = field.occurs;
    node.least = node.list && node.required ? 1 : 0;
    if (table.find("field") != nullptr) {
      node.group = true;
      fields(table, field.fields, node, field.width, "field");
      return;
    }
    characters(table, field, node);
  }

  // How a field's value stands in its characters.
  void characters(const TomlNode& table, FixedField& field, FixedNode& node) {
    Shape& shape = node.rules.shape;
    const ColumnKind kind = node.rules.kind;
    field.number = kind == ColumnKind::integer || kind == ColumnKind::decimal;
    const auto implied = keys_.length(table, "implied");
    if (implied && (!field.number || kind == ColumnKind::integer || *implied > 9)) {
      keys_.wrong(*table.find("implied"), "implied", "1 to 9, of a decimal");
    }
    field.decimals = implied.value_or(0);
    field.point = kind == ColumnKind::decimal && !implied;
    const std::string sign = keys_.text(table, "sign").value_or("none");
    using Sign = FixedField::Sign;
    field.sign = sign == "leading"     ? Sign::leading
                 : sign == "trailing"  ? Sign::trailing
                 : sign == "overpunch" ? Sign::overpunch
                                       : Sign::none;
    if (sign != "none" && (field.sign == Sign::none || !field.number)) {
      keys_.wrong(*table.find("sign"), "sign", "none, leading, trailing, overpunch, of a number");
    }
    const std::string align = keys_.text(table, "align").value_or(field.number ? "right" : "left");
    field.right = align == "right";
    if (align != "left" && align != "right")
      keys_.wrong(*table.find("align"), "align", "left, right");
    field.pad = one_character(table, "pad", field.number ? '0' : ' ');
    field.blank = one_character(table, "blank", ' ');
    if (!field.number) {
      shape.max_length = std::min(shape.max_length, field.width);
      return;
    }
    const bool mark = field.sign == Sign::leading || field.sign == Sign::trailing;
    if (field.width > 18u) return;
    std::int64_t most = 1;
    const std::uint32_t digits = field.width > field.decimals ? field.width - field.decimals : 0;
    for (std::uint32_t i = 0; i < digits; ++i) most *= 10;
    if (kind == ColumnKind::integer) {
      // A minus takes the place of a digit.
      const std::int64_t lowest = mark ? -(most / 10 - 1) : -(most - 1);
      shape.maximum = std::min(shape.maximum.value_or(most - 1), most - 1);
      const std::int64_t floor = field.sign == Sign::none ? 0 : lowest;
      shape.minimum = std::max(shape.minimum.value_or(floor), floor);
    } else {
      if (field.sign == Sign::none && !shape.minimum) shape.minimum = 0;
      if (implied) shape.fraction_digits = std::min(shape.fraction_digits, field.decimals);
    }
  }

  void structure() {
    const bool file = layout_.document.empty();
    for (std::size_t i = 0; i < layout_.lines.size(); ++i) {
      const FixedLine& line = layout_.lines[i];
      const auto wrong = [&](const char* wanted) {
        keys_.find("layout.value", places_[i], {{"key", line.name}, {"wanted", wanted}});
      };
      if ((line.first || line.last) && (line.most != 1 || !line.under.empty())) {
        wrong("first and last: once, and under no line");
      }
      if (line.tag.empty() && i + 1 < layout_.lines.size())
        wrong("tag (only the last line may lack it)");
      if (line.items_field != FixedField::kNone && line.most == 1)
        wrong("items: occurs 0.. or 1..");
      if (file) continue;
      const bool top = line.under.empty();
      if (top && !line.first && !line.last && line.name != layout_.document) {
        wrong("under: with document, each line belongs to it, or is first or last");
      }
      if (line.last && !nodes_[i].members.empty()) wrong("last: no data, with document");
      if (line.first && document_member(line.name))
        wrong("a name that no field of the document has");
    }
  }
  bool document_member(const std::string& name) const {
    for (std::size_t i = 0; i < layout_.lines.size(); ++i) {
      if (layout_.lines[i].name != layout_.document) continue;
      for (const FixedNode& member : nodes_[i].members) {
        if (member.rules.shape.name == name) return true;
      }
    }
    return false;
  }

  const TomlNode& table_;
  std::string_view source_;
  LayoutKeys& keys_;
  std::vector<base::Finding>& findings_;
  std::string name_;
  Class class_ = Class::personal;
  Shape root_;
  FixedLayout layout_;
  std::vector<FixedNode> nodes_;  // of layout_.lines
  std::vector<format::TomlSpan> places_;
  std::set<std::string> names_;
};

}  // namespace

std::shared_ptr<const Schema> read_fixed_layout(const TomlNode& table, std::string_view source,
                                                LayoutKeys& keys,
                                                std::vector<base::Finding>& findings) {
  return FixedReading(table, source, keys, findings).run();
}

}  // namespace portage::schema
