// A JSON Schema as one Schema of the gateway.
#include <algorithm>

#include "gateway/schema/formats.h"
#include "gateway/schema/json/compile.h"
#include "gateway/schema/json/evaluate.h"
#include "gateway/schema/json/registry.h"
#include "gateway/schema/json/shape.h"
#include "gateway/schema/json/uri.h"
#include "gateway/schema/schema.h"
#include "gateway/security/digest.h"

namespace portage::schema {
namespace {

constexpr std::uint32_t kDeepest = 10'000;  // more than any format reads

// How many schemas may lie on one another, by references and allOf, for each level of a document.
constexpr int kSchemasEachLevel = 24;

class JsonSchema final : public Schema {
 public:
  JsonSchema(json::Program program, Shape shape, std::string name, std::string_view source,
             std::uint32_t depth)
      : program_(std::move(program)), deepest_(static_cast<int>(depth) * kSchemasEachLevel) {
    name_ = std::move(name);
    format_ = format::Format::json;
    shape_ = std::move(shape);
    source_ = source;
    digest_ = security::sha256(source);
  }

  std::vector<Fault> check(const record::Value& root, std::size_t most) const override {
    if (json::Evaluation(nullptr, 0, deepest_).run(*program_.root, root)) return {};
    std::vector<Fault> faults;
    json::Evaluation(&faults, std::max<std::size_t>(most, 1), deepest_).run(*program_.root, root);
    // The two passes must agree; a value that was refused never comes back without a fault.
    if (faults.empty()) faults.push_back({"schema.refused", "", root.at(), {}});
    return faults;
  }

 private:
  json::Program program_;
  int deepest_;
};

std::string name_of(const record::Value& root) {
  const record::Value* id = root.find("$id");
  if (id == nullptr || !id->is(record::Kind::text)) return {};
  return std::string(json::split_fragment(id->as_text()).uri);
}

// The $id of a document, if it is a whole address.
std::string absolute_id(std::string_view text, bool wide_numbers) {
  record::Document document;
  format::Limits limits;
  limits.wide_numbers = wide_numbers;
  if (!format::read_json(text, limits, document)) return {};  // said when a reference needs it
  std::string name = name_of(document.root);
  return formats::uri(name) ? name : std::string();
}

}  // namespace

Loaded load_json_schema(std::string_view text, const std::string& file, const Schemas& library) {
  return load_json_schema(text, file, library, JsonOptions{});
}

Loaded load_json_schema(std::string_view text, const std::string& file, const Schemas& library,
                        const JsonOptions& options) {
  Loaded loaded;
  json::Program program;
  json::Registry registry(program, loaded.findings);
  registry.assume(options.draft);
  registry.take_wide_numbers(options.limits.wide_numbers);
  for (const std::shared_ptr<const Schema>& known : library) {
    if (known->format() != format::Format::json || known->name().empty()) continue;
    registry.offer(json::absolute_uri(json::kHome, known->name()), known->name(), known->source());
  }
  // Where a document stands counts before what it calls itself.
  for (const NamedText& document : options.documents) {
    const std::string own = absolute_id(document.text, options.limits.wide_numbers);
    if (!own.empty()) registry.offer(own, own, document.text);
  }
  for (const NamedText& document : options.documents) {
    if (!document.uri.empty()) registry.offer(document.uri, document.uri, document.text);
  }
  const json::Resource* resource = registry.add(json::kHome, file, text, true);
  if (resource == nullptr) return loaded;
  registry.assume(resource->dialect.draft);  // documents that say nothing are read like this one
  const json::Source& source = *program.sources.front();
  json::Compiler compiler(program, registry, options.assert_formats);
  compiler.compile(source.document.root);
  const auto refused = [&] {
    return std::any_of(loaded.findings.begin(), loaded.findings.end(), [](const auto& finding) {
      return finding.severity == base::Severity::error;
    });
  };
  if (refused()) return loaded;
  Shape shape = json::ShapeReader(registry).read(source.document.root);
  json::check_shape(shape, source, loaded.findings);
  if (refused()) return loaded;
  std::string name = name_of(source.document.root);
  loaded.schema =
      std::make_shared<JsonSchema>(std::move(program), std::move(shape), std::move(name), text,
                                   std::min(options.limits.depth, kDeepest));
  return loaded;
}

}  // namespace portage::schema
