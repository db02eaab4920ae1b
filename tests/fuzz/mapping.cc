// Any bytes as a mapping's source: it compiles or has findings; what compiles runs both ways on a
// small record without ever reading outside of it.
#include "gateway/mapping/mapping.h"

#include <cstdlib>

namespace {

using namespace portage;

constexpr std::string_view kOurs = R"({"$id": "thing@1", "type": "object",
  "additionalProperties": false, "required": ["id"], "properties": {
  "id": {"type": "string", "maxLength": 20}, "day": {"type": "string", "format": "date"},
  "yes": {"type": "boolean"}, "many": {"type": "array", "items": {"type": "object", "properties": {
  "kind": {"enum": ["a", "b"]}, "text": {"type": "string"}}}},
  "part": {"type": "object", "properties": {"n": {"type": "integer", "minimum": 0}}}}})";
constexpr std::string_view kTheirs = R"(schema = "x/thing@1"
format = "csv"
[[column]]
name = "ID"
required = true
max_length = 20
[[column]]
name = "DAY"
[[column]]
name = "YES"
values = ["Y", "N"]
[[column]]
name = "N"
type = "integer"
)";

struct Words {
  std::shared_ptr<const schema::Schema> ours, theirs;
};
const Words& words() {
  static const Words kWords{schema::load_json_schema(kOurs, "thing@1.schema.json", {}).schema,
                            schema::load_layout(kTheirs, "thing@1.toml").schema};
  return kWords;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const std::string_view source(reinterpret_cast<const char*>(data), size);
  mapping::World world;
  world.schema = [](std::string_view name) -> const schema::Schema* {
    if (name == "thing@1") return words().ours.get();
    return name == "x/thing@1" ? words().theirs.get() : nullptr;
  };
  world.table = [](std::string_view) -> const directory::CodeTable* { return nullptr; };
  const mapping::Compiled compiled = mapping::compile(source, "fuzz.map", world);
  if (compiled.mapping == nullptr) {
    if (compiled.findings.empty()) std::abort();
    return 0;
  }
  record::Document ours, theirs, made;
  if (!format::read_json(
           R"({"id":"1","day":"2024-02-29","yes":true,"many":[{"kind":"a","text":"x"}],)"
           R"("part":{"n":3}})",
           {}, ours)
           .ok() ||
      !format::read_json(R"({"ID":"1","DAY":"29/02/2024","YES":"Y","N":"7"})", {}, theirs).ok()) {
    std::abort();
  }
  mapping::RunContext context;
  context.date = context.received_on = *base::day_from(2024, 2, 29);
  static_cast<void>(mapping::run(*compiled.mapping, mapping::Way::in, theirs.root, context, made));
  static_cast<void>(mapping::run(*compiled.mapping, mapping::Way::out, ours.root, context, made));
  return 0;
}
