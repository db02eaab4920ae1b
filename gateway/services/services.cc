#include "gateway/services/services.h"

#include <algorithm>

#include "gateway/base/text.h"

namespace portage::services {

bool Service::speaks(std::string_view language) const {
  return std::find(languages.begin(), languages.end(), language) != languages.end();
}

const Service* Services::service(std::string_view id) const {
  const auto it = by_id_.find(id);
  return it == by_id_.end() ? nullptr : it->second;
}

const std::vector<const Service*>& Services::for_need(std::string_view code) const {
  static const std::vector<const Service*> kNone;
  const auto it = by_need_.find(code);
  return it == by_need_.end() ? kNone : it->second;
}

const Need* Services::need(std::string_view words) const {
  if (const auto it = needs_.find(words); it != needs_.end()) return &it->second;
  const auto word = need_words_.find(directory::place_key(words));
  if (word == need_words_.end()) return nullptr;
  const auto it = needs_.find(word->second);
  return it == needs_.end() ? nullptr : &it->second;
}

std::string Services::fsa_of(std::string_view location) const {
  std::string postal;
  if (const Row* row = rows_->find(Table::location, location)) {
    postal = Rows::text(Table::location, *row, "fsa");
  }
  for (const Row* row : rows_->children(Table::address, "location_id", location)) {
    if (postal.empty() && Rows::text(Table::address, *row, "address_type") == "physical") {
      postal = Rows::text(Table::address, *row, "postal_code");
    }
  }
  return directory::fsa_number(postal) ? base::upper_ascii(postal.substr(0, 3)) : std::string();
}

std::vector<std::string> Services::need_names() const {
  std::vector<std::string> out;
  for (const auto& [code, need] : needs_) {
    out.push_back(code);
    if (!need.name_en.empty()) out.push_back(need.name_en);
    if (!need.name_fr.empty()) out.push_back(need.name_fr);
    out.insert(out.end(), need.words.begin(), need.words.end());
  }
  return out;
}

}  // namespace portage::services
