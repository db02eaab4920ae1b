// Reading an answer's JSON tree without ceremony, and writing our own. A View never fails: what is
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

// Builds JSON for -o json: objects and lists in the order in which they are written.
class Json {
 public:
  Json& open(char bracket);  // '{' or '['
  Json& close(char bracket);
  Json& key(std::string_view name);
  Json& text(std::string_view value);
  Json& number(std::uint64_t value);
  Json& flag(bool value);
  Json& null();
  Json& raw(std::string_view json);  // already JSON
  Json& member(std::string_view name, std::string_view value) { return key(name).text(value); }
  Json& member(std::string_view name, std::uint64_t value) { return key(name).number(value); }
  std::string take() { return std::move(out_); }

 private:
  void comma();
  std::string out_;
  bool first_ = true;
};

}  // namespace portage::cli
