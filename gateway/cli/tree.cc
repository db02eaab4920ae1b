#include "gateway/cli/tree.h"

#include <charconv>

#include "gateway/format/format.h"

namespace portage::cli {

View View::operator[](std::string_view name) const {
  if (value_ == nullptr || !value_->is(record::Kind::group)) return View(nullptr);
  return View(value_->find(name));
}

bool View::there() const {
  return value_ != nullptr && !value_->missing() && !value_->is(record::Kind::null);
}

std::string View::text(std::string_view otherwise) const {
  if (!there()) return std::string(otherwise);
  if (value_->is(record::Kind::text) || value_->is(record::Kind::number)) {
    return std::string(value_->as_text());
  }
  if (value_->is(record::Kind::boolean)) return value_->as_bool() ? "true" : "false";
  return std::string(otherwise);
}

std::uint64_t View::number() const {
  if (!there() || !value_->is(record::Kind::number)) return 0;
  const std::string_view digits = value_->as_text();
  std::uint64_t out = 0;
  const auto [end, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), out);
  return failed == std::errc{} && end == digits.data() + digits.size() ? out : 0;
}

bool View::flag() const {
  return there() && value_->is(record::Kind::boolean) && value_->as_bool();
}

std::optional<base::Micros> View::instant() const {
  if (!there() || !value_->is(record::Kind::text)) return std::nullopt;
  return base::parse_instant(value_->as_text());
}

std::span<const record::Value> View::items() const {
  if (!there()) return {};
  return value_->items();
}

void Json::comma() {
  if (!first_) out_ += ',';
  first_ = false;
}

Json& Json::open(char bracket) {
  comma();
  out_ += bracket;
  first_ = true;
  return *this;
}

Json& Json::close(char bracket) {
  out_ += bracket;
  first_ = false;
  return *this;
}

Json& Json::key(std::string_view name) {
  comma();
  format::write_json_text(name, out_);
  out_ += ':';
  first_ = true;
  return *this;
}

Json& Json::text(std::string_view value) {
  comma();
  format::write_json_text(value, out_);
  return *this;
}

Json& Json::number(std::uint64_t value) { return raw(std::to_string(value)); }
Json& Json::flag(bool value) { return raw(value ? "true" : "false"); }
Json& Json::null() { return raw("null"); }

Json& Json::raw(std::string_view json) {
  comma();
  out_ += json;
  return *this;
}

}  // namespace portage::cli
