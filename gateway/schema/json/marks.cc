// The keyword "portage": what a field means to the gateway. Its members are listed in
// schemas/README.md.
#include <algorithm>
#include <array>
#include <map>

#include "gateway/base/text.h"
#include "gateway/schema/json/shape.h"

namespace portage::schema::json {
namespace {

using record::Kind;
using record::Value;

struct Mark {
  std::string_view name;
  Kind kind;
  bool Marks::*flag;
  std::string Marks::*text;
};

constexpr std::array<Mark, 16> kMarks = {{
    {"addressee", Kind::boolean, &Marks::addressee, nullptr},
    {"class", Kind::text, nullptr, nullptr},
    {"codes", Kind::text, nullptr, nullptr},
    {"date", Kind::boolean, &Marks::date, nullptr},
    {"description_fr", Kind::text, nullptr, nullptr},
    {"filled", Kind::text, nullptr, &Marks::filled},
    {"key", Kind::boolean, &Marks::key, nullptr},
    {"lane", Kind::boolean, &Marks::lane, nullptr},
    {"municipality", Kind::boolean, &Marks::municipality, nullptr},
    {"place", Kind::boolean, &Marks::place, nullptr},
    {"refers", Kind::text, nullptr, &Marks::refers},
    {"reserve", Kind::boolean, &Marks::reserve, nullptr},
    {"routing", Kind::boolean, &Marks::routing, nullptr},
    {"service", Kind::boolean, &Marks::service, nullptr},
    {"unique", Kind::text, nullptr, nullptr},
    {"unordered", Kind::boolean, nullptr, nullptr},
}};

const Mark* mark_named(std::string_view name) {
  const auto found = std::find_if(kMarks.begin(), kMarks.end(),
                                  [&](const Mark& mark) { return mark.name == name; });
  return found == kMarks.end() ? nullptr : &*found;
}

void finding(std::vector<base::Finding>& findings, std::string_view code, const Source& source,
             const Shape& shape, std::string_view mark) {
  base::Finding made;
  made.code = code;
  made.place = {source.file, shape.line, 1, {}};
  made.arguments = {{"mark", std::string(mark)}, {"name", shape.name}};
  findings.push_back(std::move(made));
}

void count_marks(const Shape& shape, bool in_list, const Source& source,
                 std::map<std::string_view, int>& counts, std::vector<base::Finding>& findings) {
  const auto once = [&](bool marked, std::string_view name) {
    if (!marked) return;
    if (in_list) finding(findings, "schema.mark_in_list", source, shape, name);
    if (++counts[name] == 2) finding(findings, "schema.mark_twice", source, shape, name);
  };
  once(shape.marks.date, "date");
  once(shape.marks.key, "key");
  once(shape.marks.lane, "lane");
  once(shape.marks.place, "place");
  once(shape.marks.municipality, "municipality");
  once(shape.marks.reserve, "reserve");
  once(shape.marks.service, "service");
  if (shape.marks.date && shape.type != Type::date && shape.type != Type::datetime) {
    finding(findings, "schema.mark_date", source, shape, "date");
  }
  if (shape.marks.routing && shape.values.empty() && shape.type != Type::boolean &&
      shape.code_table.empty()) {
    finding(findings, "schema.mark_routing", source, shape, "routing");
  }
  for (const Shape& member : shape.members) {
    count_marks(member, in_list, source, counts, findings);
  }
  if (shape.item) count_marks(*shape.item, true, source, counts, findings);
}

}  // namespace

void check_marks(const Value& marks, const Source& source, Registry& registry) {
  const auto wrong = [&](const Value& at, std::string_view mark, std::string_view wanted) {
    registry.find(base::Severity::error, "schema.mark_wrong", source, at.at(),
                  {{"mark", std::string(mark)}, {"wanted", std::string(wanted)}});
  };
  if (!marks.is(Kind::group)) return wrong(marks, "portage", "object");
  for (const record::Member& member : marks.members()) {
    const Mark* mark = mark_named(member.name);
    if (mark == nullptr) {
      std::vector<std::string> names;
      for (const Mark& known : kMarks) names.emplace_back(known.name);
      registry.find(base::Severity::error, "schema.mark_unknown", source, member.value.at(),
                    {{"mark", std::string(member.name)}},
                    base::nearest(member.name, names).value_or(""));
    } else if (!member.value.is(mark->kind)) {
      wrong(member.value, member.name, mark->kind == Kind::text ? "string" : "boolean");
    } else if (member.name == "class" && !class_from(member.value.as_text())) {
      wrong(member.value, member.name, "public, program, personal, identifier, sensitive");
    } else if (member.name == "filled" && member.value.as_text() != "route") {
      wrong(member.value, member.name, "route");
    }
  }
}

void read_marks(const Value& marks, Shape& shape) {
  for (const record::Member& member : marks.members()) {
    const Mark* mark = mark_named(member.name);
    if (mark == nullptr || !member.value.is(mark->kind)) continue;
    const Value& value = member.value;
    if (mark->flag != nullptr)
      shape.marks.*(mark->flag) = value.as_bool();
    else if (mark->text != nullptr)
      shape.marks.*(mark->text) = value.as_text();
    else if (member.name == "class") {
      shape.marks.sensitivity = class_from(value.as_text()).value_or(shape.marks.sensitivity);
    } else if (member.name == "codes") {
      shape.code_table = value.as_text();
    } else if (member.name == "description_fr") {
      shape.description_fr = value.as_text();
    } else if (member.name == "unordered") {
      shape.unordered = value.as_bool();
    }
  }
}

void check_shape(const Shape& root, const Source& source, std::vector<base::Finding>& findings) {
  std::map<std::string_view, int> counts;
  count_marks(root, false, source, counts, findings);
}

}  // namespace portage::schema::json
