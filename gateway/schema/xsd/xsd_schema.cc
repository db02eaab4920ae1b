// An XSD as one Schema of the gateway.
#include <algorithm>

#include "gateway/schema/schema.h"
#include "gateway/schema/xsd/check.h"
#include "gateway/schema/xsd/compile.h"
#include "gateway/schema/xsd/library.h"
#include "gateway/security/digest.h"

namespace portage::schema {
namespace {

class XsdSchema final : public Schema {
 public:
  XsdSchema(xsd::Model model, std::unique_ptr<xsd::LibrarySchema> library, std::string name,
            format::Soap soap, std::string_view source)
      : model_(std::move(model)), library_(std::move(library)) {
    name_ = std::move(name);
    format_ = format::Format::xml;
    shape_ = xsd::shape_of(model_);
    wire_.format = format_;
    wire_.soap = soap;
    for (const Shape& root : shape_.members) wire_.roots.push_back(root.name);
    source_ = source;
    digest_ = security::sha256(source);
  }

  std::vector<Fault> check(const record::Value& root, std::size_t most) const override {
    if (xsd::Check(nullptr, 0).document(model_, root)) return {};
    std::vector<Fault> faults;
    xsd::Check(&faults, std::max<std::size_t>(most, 1)).document(model_, root);
    if (faults.empty()) faults.push_back({"schema.refused", "", root.at(), {}});
    return faults;
  }

  base::Status validate(std::string_view document) const { return library_->validate(document); }

 private:
  xsd::Model model_;
  std::unique_ptr<xsd::LibrarySchema> library_;
};

}  // namespace

Loaded load_xsd(std::string_view text, const std::string& file) {
  Loaded loaded;
  xsd::Tag tree;
  if (!xsd::read_tree(text, file, tree, loaded.findings)) return loaded;
  xsd::Model model;
  xsd::Compiler compiler(tree, file, model, loaded.findings);
  compiler.compile();
  if (!loaded.findings.empty()) return loaded;
  auto library = xsd::LibrarySchema::compile(text, file, loaded.findings);
  if (!library) return loaded;
  loaded.schema =
      std::make_shared<XsdSchema>(std::move(model), std::move(library), compiler.name(), compiler.soap(),
                                  text);
  return loaded;
}

base::Status validate_xml_bytes(const Schema& schema, std::string_view document) {
  const auto* known = dynamic_cast<const XsdSchema*>(&schema);
  if (known == nullptr) {
    return base::make_error(base::ErrorKind::unsupported, "xsd.not_a_schema");
  }
  return known->validate(document);
}

}  // namespace portage::schema
