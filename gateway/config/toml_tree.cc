#include "gateway/config/toml_tree.h"

#include <algorithm>
#include <optional>

#include "gateway/base/text.h"
#include "gateway/format/toml_text.h"

#define TOML_EXCEPTIONS 0
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wconversion"
#pragma clang diagnostic ignored "-Wshadow"
#include <toml++/toml.h>
#pragma clang diagnostic pop

namespace portage::config {
namespace {

using base::Finding;
using base::Place;
using base::Severity;

Finding at(std::string_view code, const std::string& file, Span span,
           base::Arguments arguments = {}) {
  return Finding{Severity::error, std::string(code),    Place{file, span.line, span.column, {}},
                 span.end_column, std::move(arguments), {}};
}

// The name that toml++ puts between quotes in "cannot redefine existing integer 'a.b' as table".
std::string quoted_in(std::string_view detail) {
  const std::size_t open = detail.find('\'');
  const std::size_t close = detail.rfind('\'');
  return close > open && close != std::string_view::npos
             ? std::string(detail.substr(open + 1, close - open - 1))
             : std::string();
}

Span span_of(const toml::source_region& region) {
  Span span{region.begin.line, region.begin.column, 0};
  if (region.end.line == region.begin.line && region.end.column > region.begin.column) {
    span.end_column = region.end.column;
  }
  return span;
}

std::string two(unsigned value) { return (value < 10 ? "0" : "") + std::to_string(value); }

Node convert(const toml::node& from);

void convert_table(const toml::table& table, Node& into) {
  into.kind = NodeKind::table;
  for (const auto& [key, value] : table) {
    Node child = convert(value);
    child.key = std::string(key.str());
    child.key_at = span_of(key.source());
    into.children.push_back(std::move(child));
  }
  std::stable_sort(into.children.begin(), into.children.end(), [](const Node& a, const Node& b) {
    return std::pair(a.key_at.line, a.key_at.column) < std::pair(b.key_at.line, b.key_at.column);
  });
}

Node convert(const toml::node& from) {
  Node node;
  node.at = span_of(from.source());
  if (const auto* table = from.as_table()) {
    convert_table(*table, node);
  } else if (const auto* array = from.as_array()) {
    node.kind = NodeKind::array;
    for (const toml::node& item : *array) node.children.push_back(convert(item));
  } else if (const auto* text = from.as_string()) {
    node.kind = NodeKind::text;
    node.text = text->get();
  } else if (const auto* integer = from.as_integer()) {
    node.kind = NodeKind::integer;
    node.integer = integer->get();
  } else if (from.is_floating_point()) {
    node.kind = NodeKind::decimal;
  } else if (const auto* boolean = from.as_boolean()) {
    node.kind = NodeKind::boolean;
    node.boolean = boolean->get();
  } else if (const auto* date = from.as_date()) {
    node.kind = NodeKind::date;
    const toml::date day = date->get();
    std::string year = std::to_string(day.year);
    year.insert(0, 4 - std::min<std::size_t>(4, year.size()), '0');
    node.text = year + "-" + two(day.month) + "-" + two(day.day);
  }
  return node;
}

}  // namespace

std::string_view node_kind_name(NodeKind kind) {
  switch (kind) {
    case NodeKind::table:
      return "config.kind.table";
    case NodeKind::array:
      return "config.kind.array";
    case NodeKind::text:
      return "config.kind.text";
    case NodeKind::integer:
      return "config.kind.integer";
    case NodeKind::decimal:
      return "config.kind.decimal";
    case NodeKind::boolean:
      return "config.kind.boolean";
    case NodeKind::date:
      return "config.kind.date";
    case NodeKind::other:
      break;
  }
  return "config.kind.other";
}

const Node* Node::find(std::string_view name) const {
  const auto found = std::find_if(children.begin(), children.end(),
                                  [&](const Node& child) { return child.key == name; });
  return kind == NodeKind::table && found != children.end() ? &*found : nullptr;
}

TomlFile read_toml(std::string_view bytes, const std::string& file) {
  TomlFile out;
  if (bytes.size() > kTomlBytes) {
    out.findings.push_back(
        at("config.too_large", file, {}, {{"limit", std::to_string(kTomlBytes)}}));
    return out;
  }
  const auto span_at = [&](std::size_t offset) {
    const base::LineColumn here = base::line_column(bytes, offset);
    return Span{here.line, here.column, here.column + 1};
  };
  if (const std::size_t bad = base::invalid_utf8_at(bytes); bad != std::string_view::npos) {
    out.findings.push_back(at("config.utf8", file, span_at(bad)));
    return out;
  }
  if (const auto fault = format::toml_fault(bytes, kTomlDepth)) {
    const bool deep = fault->what == format::TomlFault::What::too_deep;
    out.findings.push_back(at(deep ? "config.too_deep" : "config.character", file,
                              span_at(fault->at), {{"limit", std::to_string(kTomlDepth)}}));
    return out;
  }
  const toml::parse_result parsed = toml::parse(bytes, std::string_view(file));
  if (!parsed) {
    const std::string_view detail = parsed.error().description();
    const bool repeated = detail.find("redefin") != std::string_view::npos;
    out.findings.push_back(at(repeated ? "config.repeated_key" : "config.syntax", file,
                              span_of(parsed.error().source()),
                              {{"detail", std::string(detail)}, {"name", quoted_in(detail)}}));
    return out;
  }
  convert_table(parsed.table(), out.root);
  out.ok = true;
  return out;
}

}  // namespace portage::config
