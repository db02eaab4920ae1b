// Areas as words: "urn:portage:area:catchment:halton" and "catchment:halton".
#include <array>

#include "gateway/base/text.h"
#include "gateway/services/services.h"

namespace portage::services {
namespace {

constexpr std::string_view kPrefix = "urn:portage:area:";
constexpr std::array<std::pair<std::string_view, Area::Kind>, 5> kKinds = {{
    {"postal:", Area::Kind::postal},
    {"service-manager:", Area::Kind::service_manager},
    {"catchment:", Area::Kind::catchment},
    {"province:", Area::Kind::province},
    {"country:", Area::Kind::country},
}};

}  // namespace

std::optional<Area> area_from(std::string_view text) {
  if (text.starts_with(kPrefix)) text.remove_prefix(kPrefix.size());
  for (const auto& [word, kind] : kKinds) {
    if (!text.starts_with(word) || text.size() == word.size()) continue;
    std::string id(text.substr(word.size()));
    if (kind == Area::Kind::postal) id = base::upper_ascii(id);
    return Area{kind, std::move(id)};
  }
  return std::nullopt;
}

std::string area_uri(const Area& area) {
  for (const auto& [word, kind] : kKinds) {
    if (kind == area.kind) return std::string(kPrefix) + std::string(word) + area.id;
  }
  return {};
}

}  // namespace portage::services
