#include "gateway/cli/tree.h"

#include <charconv>

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

}  // namespace portage::cli
