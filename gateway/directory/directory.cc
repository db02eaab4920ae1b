#include "gateway/directory/directory.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <tuple>

namespace portage::directory {

std::string_view certainty_name(Certainty c) {
  switch (c) {
    case Certainty::high:
      return "high";
    case Certainty::medium:
      return "medium";
    case Certainty::low:
      return "low";
    case Certainty::unknown:
      break;
  }
  return "unknown";
}

const std::vector<std::string>& party_kinds() {
  static const std::vector<std::string> kKinds = {
      "province",     "service-manager", "system-manager", "odsp-office", "provider",
      "first-nation", "housing",         "bank",           "federal",     "desk"};
  return kKinds;
}

const std::vector<std::string>& role_names() {
  static const std::vector<std::string> kRoles = {
      "service-manager",  "employment",  "system-manager",    "delivery-agent",
      "delivery-partner", "provider",    "odsp-office",       "intake",
      "benefits",         "back-office", "adjudication",      "employment-ministry",
      "housing",          "bank",        "homelessness-data", "desk"};
  return kRoles;
}

std::optional<std::uint32_t> fsa_number(std::string_view postal) {
  std::array<char, 6> code{};
  std::size_t n = 0;
  for (char c : postal) {
    if (c == ' ' || c == '-' || c == '\t') continue;
    if (n == code.size()) return std::nullopt;
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    const bool wants_digit = n % 2 == 1;
    if (wants_digit ? (c < '0' || c > '9') : (c < 'A' || c > 'Z')) return std::nullopt;
    code[n++] = c;
  }
  if (n != 3 && n != 6) return std::nullopt;
  const auto letter = [](char c) { return static_cast<std::uint32_t>(c - 'A'); };
  return (letter(code[0]) * 10 + static_cast<std::uint32_t>(code[1] - '0')) * 26 + letter(code[2]);
}

const Party* Directory::party(std::string_view id) const {
  const auto it = parties_.find(id);
  return it == parties_.end() ? nullptr : &it->second;
}

const Catchment* Directory::catchment(std::string_view id) const {
  const auto it = catchments_.find(id);
  return it == catchments_.end() ? nullptr : &it->second;
}

const PostalArea* Directory::place(std::string_view postal, base::Day day) const {
  const auto number = fsa_number(postal);
  if (!number || place_starts_.empty()) return nullptr;
  for (std::uint32_t i = place_starts_[*number]; i < place_starts_[*number + 1]; ++i) {
    if (places_[i].valid.contains(day)) return &places_[i];
  }
  return nullptr;
}

bool Directory::holds(std::string_view party, std::string_view role, std::string_view area,
                      base::Day day) const {
  const auto before = [&](std::uint32_t i, std::string_view id) { return roles_[i].party < id; };
  for (auto it = std::lower_bound(roles_by_party_.begin(), roles_by_party_.end(), party, before);
       it != roles_by_party_.end() && roles_[*it].party == party; ++it) {
    const Role& r = roles_[*it];
    if (r.role == role && (area.empty() || r.area == area) && r.valid.contains(day)) return true;
  }
  return false;
}

const Role* Directory::holder(std::string_view role, std::string_view area, base::Day day) const {
  const auto before = [](const Role& r, const std::pair<std::string_view, std::string_view>& key) {
    return std::tie(r.role, r.area) < std::tie(key.first, key.second);
  };
  for (auto it = std::lower_bound(roles_.begin(), roles_.end(), std::pair(role, area), before);
       it != roles_.end() && it->role == role && it->area == area; ++it) {
    if (it->valid.contains(day)) return &*it;
  }
  return nullptr;
}

const Organisation* Directory::organisation(std::string_view id) const {
  const auto it = organisations_.find(id);
  return it == organisations_.end() ? nullptr : &it->second;
}

const Party* Directory::address(std::string_view organisation, std::string_view role,
                                std::string_view area, base::Day day) const {
  for (const auto& [id, party] : parties_) {
    const bool same =
        party.organisation.empty() ? id == organisation : party.organisation == organisation;
    if (same && party.valid.contains(day) && holds(id, role, area, day)) return &party;
  }
  return nullptr;
}

const Municipality* Directory::municipality(std::string_view name, base::Day day) const {
  const std::string key = place_key(name);
  for (auto [it, end] = municipality_keys_.equal_range(key); it != end; ++it) {
    if (municipalities_[it->second].valid.contains(day)) return &municipalities_[it->second];
  }
  return nullptr;
}

std::vector<const Municipality*> Directory::municipalities_named(std::string_view name) const {
  std::vector<const Municipality*> out;
  const std::string key = place_key(name);
  for (auto [it, end] = municipality_keys_.equal_range(key); it != end; ++it) {
    out.push_back(&municipalities_[it->second]);
  }
  return out;
}

const Party* Directory::first_nation_site(std::string_view community, base::Day day) const {
  if (community_keys_.empty()) return nullptr;
  const std::string key = place_key(community);
  for (auto [it, end] = community_keys_.equal_range(key); it != end; ++it) {
    const Party* site = party(it->second);
    if (site != nullptr && site->valid.contains(day)) return site;
  }
  return nullptr;
}

std::vector<std::string> Directory::communities_of(std::string_view site) const {
  std::vector<std::string> out;
  for (const auto& [community, party] : community_keys_) {
    if (party == site) out.push_back(community);
  }
  return out;
}

const ServiceManager* Directory::service_manager(std::string_view party) const {
  const auto it = std::find_if(service_managers_.begin(), service_managers_.end(),
                               [&](const ServiceManager& m) { return m.party == party; });
  return it == service_managers_.end() ? nullptr : &*it;
}

std::size_t Directory::areas() const {
  return catchments_.size() + service_managers_.size() + places_.size();
}

std::vector<const Role*> Directory::holders(std::string_view role, std::string_view area,
                                            base::Day day) const {
  std::vector<const Role*> out;
  const auto before = [](const Role& r, const std::pair<std::string_view, std::string_view>& key) {
    return std::tie(r.role, r.area) < std::tie(key.first, key.second);
  };
  for (auto it = std::lower_bound(roles_.begin(), roles_.end(), std::pair(role, area), before);
       it != roles_.end() && it->role == role && it->area == area; ++it) {
    if (it->valid.contains(day)) out.push_back(&*it);
  }
  return out;
}

void Directory::index() {
  outside_.integrated_start = outside_.contracts_latest = base::kLastDay;
  outside_.contracts_earliest = base::kLastDay;
  std::stable_sort(places_.begin(), places_.end(), [](const PostalArea& a, const PostalArea& b) {
    return std::tie(a.fsa, a.valid.from) < std::tie(b.fsa, b.valid.from);
  });
  place_starts_.assign(kFsaNumbers + 1, 0);
  for (const PostalArea& p : places_) {
    if (const auto number = fsa_number(p.fsa)) ++place_starts_[*number + 1];
  }
  std::partial_sum(place_starts_.begin(), place_starts_.end(), place_starts_.begin());

  std::stable_sort(roles_.begin(), roles_.end(), [](const Role& a, const Role& b) {
    return std::tie(a.role, a.area, a.valid.from) < std::tie(b.role, b.area, b.valid.from);
  });
  roles_by_party_.resize(roles_.size());
  std::iota(roles_by_party_.begin(), roles_by_party_.end(), 0u);
  std::stable_sort(
      roles_by_party_.begin(), roles_by_party_.end(),
      [&](std::uint32_t a, std::uint32_t b) { return roles_[a].party < roles_[b].party; });
  for (const auto& [id, party] : parties_) {
    if (party.kind == "desk" && desk_.empty()) desk_ = id;
  }
}

}  // namespace portage::directory
