#include "gateway/format/toml.h"

#include <algorithm>

#include "gateway/base/text.h"
#include "gateway/format/toml_text.h"

#define TOML_EXCEPTIONS 0
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wconversion"
#pragma clang diagnostic ignored "-Wshadow"
#include <toml++/toml.h>
#pragma clang diagnostic pop

namespace portage::format {
namespace {

// The name that toml++ puts between quotes in "cannot redefine existing integer 'a.b' as table".
std::string quoted_in(std::string_view detail) {
  const std::size_t open = detail.find('\'');
  const std::size_t close = detail.rfind('\'');
  return close > open && close != std::string_view::npos
             ? std::string(detail.substr(open + 1, close - open - 1))
             : std::string();
}

TomlSpan span_of(const toml::source_region& region) {
  TomlSpan span{region.begin.line, region.begin.column, 0};
  if (region.end.line == region.begin.line && region.end.column > region.begin.column) {
    span.end_column = region.end.column;
  }
  return span;
}

std::string two(unsigned value) { return (value < 10 ? "0" : "") + std::to_string(value); }

TomlNode convert(const toml::node& from);

void convert_table(const toml::table& table, TomlNode& into) {
  into.kind = TomlKind::table;
  for (const auto& [key, value] : table) {
    TomlNode child = convert(value);
    child.key = std::string(key.str());
    child.key_at = span_of(key.source());
    into.children.push_back(std::move(child));
  }
  std::stable_sort(into.children.begin(), into.children.end(),
                   [](const TomlNode& a, const TomlNode& b) {
                     return std::pair(a.key_at.line, a.key_at.column) <
                            std::pair(b.key_at.line, b.key_at.column);
                   });
}

TomlNode convert(const toml::node& from) {
  TomlNode node;
  node.at = span_of(from.source());
  if (const auto* table = from.as_table()) {
    convert_table(*table, node);
  } else if (const auto* array = from.as_array()) {
    node.kind = TomlKind::array;
    for (const toml::node& item : *array) node.children.push_back(convert(item));
  } else if (const auto* text = from.as_string()) {
    node.kind = TomlKind::text;
    node.text = text->get();
  } else if (const auto* integer = from.as_integer()) {
    node.kind = TomlKind::integer;
    node.integer = integer->get();
  } else if (from.is_floating_point()) {
    node.kind = TomlKind::decimal;
  } else if (const auto* boolean = from.as_boolean()) {
    node.kind = TomlKind::boolean;
    node.boolean = boolean->get();
  } else if (const auto* date = from.as_date()) {
    node.kind = TomlKind::date;
    const toml::date day = date->get();
    std::string year = std::to_string(day.year);
    year.insert(0, 4 - std::min<std::size_t>(4, year.size()), '0');
    node.text = year + "-" + two(day.month) + "-" + two(day.day);
  }
  return node;
}

}  // namespace

const TomlNode* TomlNode::find(std::string_view name) const {
  const auto found = std::find_if(children.begin(), children.end(),
                                  [&](const TomlNode& child) { return child.key == name; });
  return kind == TomlKind::table && found != children.end() ? &*found : nullptr;
}

TomlFile read_toml(std::string_view bytes, const std::string& file, const TomlForm& form) {
  TomlFile out;
  const auto refuse = [&](std::string_view code, TomlSpan span, base::Arguments arguments = {}) {
    out.findings.push_back({base::Severity::error,
                            std::string(form.codes).append(".").append(code),
                            {file, span.line, span.column, {}},
                            span.end_column,
                            std::move(arguments),
                            {}});
    return std::move(out);
  };
  const auto span_at = [&](std::size_t offset) {
    const base::LineColumn here = base::line_column(bytes, offset);
    return TomlSpan{here.line, here.column, here.column + 1};
  };
  if (bytes.size() > form.most_bytes) {
    return refuse("too_large", {1, 1, 0}, {{"limit", std::to_string(form.most_bytes)}});
  }
  if (const std::size_t bad = base::invalid_utf8_at(bytes); bad != std::string_view::npos) {
    return refuse("utf8", span_at(bad));
  }
  if (const auto fault = toml_fault(bytes, form.depth)) {
    const bool deep = fault->what == TomlFault::What::too_deep;
    return refuse(deep ? "too_deep" : "character", span_at(fault->at),
                  {{"limit", std::to_string(form.depth)}});
  }
  const toml::parse_result parsed = toml::parse(bytes, std::string_view(file));
  if (!parsed) {
    const std::string_view detail = parsed.error().description();
    const bool repeated = detail.find("redefin") != std::string_view::npos;
    return refuse(repeated ? "repeated_key" : "syntax", span_of(parsed.error().source()),
                  {{"detail", std::string(detail)}, {"name", quoted_in(detail)}});
  }
  convert_table(parsed.table(), out.root);
  out.root.at = span_of(parsed.table().source());
  out.ok = true;
  return out;
}

}  // namespace portage::format
