// Reading an answer's JSON tree without ceremony. A View never fails: what is
// not there reads as empty or 0, because an older or newer daemon may leave members out or add
// some.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/base/time.h"
#include "gateway/record/value.h"

namespace portage::cli {

class View {
 public:
  explicit View(const record::Value* value) : value_(value) {}
  explicit View(const record::Value& value) : value_(&value) {}

  View operator[](std::string_view name) const;
  bool there() const;                                       // neither missing nor null
  std::string text(std::string_view otherwise = "") const;  // of a text, number or boolean
  std::uint64_t number() const;                             // 0 if it is none
  bool flag() const;
  std::optional<base::Micros> instant() const;
  std::span<const record::Value> items() const;
  const record::Value* value() const { return value_; }

 private:
  const record::Value* value_;
};

}  // namespace portage::cli
