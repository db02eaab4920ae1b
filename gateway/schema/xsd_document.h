// XsdDocuments: XSD 1.0 as libxml2 knows it, for schemas that use more than the gateway's own
// compiler takes (include, import, any, keys, substitution …). It judges whole XML documents and
// has no shape, so that no mapping can be compiled against it: for tools. Parts that a schema
// includes are read from its own folder and from nowhere else. Threads: one at a time. Never
// fetches.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/base/error.h"
#include "gateway/schema/schema.h"

namespace portage::schema {

class XsdDocuments {
 public:
  // nullptr after findings.
  static std::unique_ptr<XsdDocuments> load(std::string_view text, const std::string& file,
                                            std::vector<base::Finding>& findings);
  ~XsdDocuments();
  // Each fault with line, column and path in the document; never a value of it.
  std::vector<PlacedFault> check(std::string_view document, std::size_t most = 32) const;

 private:
  struct Held;
  explicit XsdDocuments(std::unique_ptr<Held> held);
  std::unique_ptr<Held> held_;
};

}  // namespace portage::schema
