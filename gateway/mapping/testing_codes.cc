// Which codes the case files of a mapping hold: the fields are those that its rules use.
#include <algorithm>

#include "gateway/format/documents.h"
#include "gateway/mapping/field_path.h"
#include "gateway/mapping/program.h"

namespace portage::mapping {
namespace {

using record::Kind;
using record::Value;
using schema::Shape;

class CodeCount {
 public:
  CodeCount(const Mapping& mapping, Coverage& into) : mapping_(mapping), into_(into) {}

  // One document of the side that is read.
  void document(const Value& root) {
    const bool ours = into_.way == Way::out;
    const Shape& shape = mapping_.root(ours);
    const bool list = ours ? mapping_.ours_list() : mapping_.theirs_list();
    if (!list) return walk(shape, root, {});
    for (const Shape& records : shape.members) {
      if (records.item) walk(*records.item, root, local_field(records.name));
    }
  }

 private:
  void walk(const Shape& shape, const Value& value, const std::string& path) {
    if (value.is(Kind::list)) {
      const Shape& item = shape.item ? *shape.item : shape;
      for (const Value& one : value.items()) walk(item, one, path);
    } else if (value.is(Kind::group)) {
      for (const Shape& member : shape.members) {
        const Value* inner = value.find(member.name);
        if (inner != nullptr) walk(member, *inner, field_path(path, member.name));
      }
    } else if (value.is(Kind::text)) {
      code(path, std::string(value.as_text()));
    }
  }

  void code(const std::string& path, const std::string& text) {
    for (Coverage::Coded& field : into_.coded) {
      if (field.path != path) continue;
      const auto has = [&](const std::vector<std::string>& all) {
        return std::find(all.begin(), all.end(), text) != all.end();
      };
      if (has(field.codes) && !has(field.seen)) field.seen.push_back(text);
    }
  }

  const Mapping& mapping_;
  Coverage& into_;
};

// What can't be read is told by the test itself.
void count_file(const format::Wire& wire, const std::string& bytes, CodeCount& count) {
  auto reader = format::DocumentReader::open(wire, {}, bytes);
  if (!reader) return;
  format::Entry entry;
  record::Document document;
  while (reader->next(entry, document)) {
    if (!entry.error) {
      count.document(document.root);
    } else if (entry.error->code == "json.trailing" && !wire.lines) {
      format::Wire lines = wire;  // one record a line, as `map run` writes
      lines.lines = true;
      return count_file(lines, bytes, count);
    }
    document = record::Document();
  }
}

}  // namespace

void count_codes(
    const Mapping& mapping, const World& world,
    const std::function<std::optional<std::string>(const std::string& path)>& read_file,
    std::vector<Coverage>& into) {
  for (Coverage& way : into) {
    const bool in = way.way == Way::in;
    const schema::Schema* reads = world.schema(in ? mapping.theirs() : mapping.ours());
    if (reads == nullptr) continue;
    CodeCount count(mapping, way);
    for (const Program::Case& c : mapping.program().cases) {
      if (c.rejects || c.arrow == (in ? Arrow::out : Arrow::in)) continue;
      for (const std::string& file : in ? c.theirs : c.ours) {
        const std::optional<std::string> bytes = read_file(file);
        if (bytes) count_file(reads->wire(), *bytes, count);
      }
    }
  }
}

}  // namespace portage::mapping
