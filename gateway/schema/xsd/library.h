// The same schema in libxml2's own validator: the second opinion. It must compile when a schema is
// loaded, and judges whole documents in tests and on request. Slow beside Program::check; safe on
// many threads (one at a time).
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/base/error.h"
#include "gateway/base/result.h"

namespace portage::schema::xsd {

class LibrarySchema {
 public:
  // nullptr after findings. The text has passed our own compiler, so that it includes nothing.
  static std::unique_ptr<LibrarySchema> compile(std::string_view text, const std::string& file,
                                                std::vector<base::Finding>& findings);
  ~LibrarySchema();
  // Error: xsd.refused with the line.
  base::Status validate(std::string_view document) const;

 private:
  struct Held;
  explicit LibrarySchema(std::unique_ptr<Held> held);
  std::unique_ptr<Held> held_;
  mutable std::mutex mutex_;
};

}  // namespace portage::schema::xsd
