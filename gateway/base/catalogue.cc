#include "gateway/base/catalogue.h"

#include <algorithm>
#include <array>

namespace portage::base {
namespace {

constexpr CatalogueEntry kWritten[] = {
#include "catalogue_table.inc"
};

std::string fill(std::string_view text, const Arguments& arguments) {
  std::string out;
  out.reserve(text.size() + 32);
  while (!text.empty()) {
    const std::size_t open = text.find('{');
    const std::size_t close = open == std::string_view::npos ? open : text.find('}', open);
    if (close == std::string_view::npos) break;
    const std::string_view name = text.substr(open + 1, close - open - 1);
    const auto found = std::find_if(arguments.begin(), arguments.end(),
                                    [&](const auto& pair) { return pair.first == name; });
    out.append(text.substr(0, open));
    if (found != arguments.end()) {
      out.append(found->second);
    } else {
      out.append(text.substr(open, close - open + 1));
    }
    text.remove_prefix(close + 1);
  }
  out.append(text);
  return out;
}

}  // namespace

std::span<const CatalogueEntry> catalogue() {
  static const auto kSorted = [] {
    auto sorted = std::to_array(kWritten);
    std::sort(sorted.begin(), sorted.end(),
              [](const auto& a, const auto& b) { return a.key < b.key; });
    return sorted;
  }();
  return kSorted;
}

const CatalogueEntry* catalogue_find(std::string_view key) {
  const auto all = catalogue();
  const auto at = std::lower_bound(all.begin(), all.end(), key,
                                   [](const auto& entry, auto wanted) { return entry.key < wanted; });
  return at != all.end() && at->key == key ? &*at : nullptr;
}

std::string say(std::string_view key, Language language, const Arguments& arguments) {
  const CatalogueEntry* entry = catalogue_find(key);
  if (entry == nullptr) return std::string(key);
  return fill(language == Language::french ? entry->fr : entry->en, arguments);
}

std::string say_fix(std::string_view key, Language language, const Arguments& arguments) {
  const CatalogueEntry* entry = catalogue_find(key);
  if (entry == nullptr) return {};
  return fill(language == Language::french ? entry->fix_fr : entry->fix_en, arguments);
}

Language language_from(std::string_view accept) {
  // The first of English and French that has the highest weight; weights are compared as text ("0.9").
  std::string_view best_weight;
  Language best = Language::english;
  bool any = false;
  while (!accept.empty()) {
    const std::size_t comma = accept.find(',');
    std::string_view item = accept.substr(0, comma);
    accept.remove_prefix(comma == std::string_view::npos ? accept.size() : comma + 1);
    while (!item.empty() && item.front() == ' ') item.remove_prefix(1);
    const bool french = item.starts_with("fr") || item.starts_with("FR");
    const bool english = item.starts_with("en") || item.starts_with("EN");
    if (!french && !english) continue;
    const std::size_t q = item.find("q=");
    std::string_view weight = q == std::string_view::npos ? "1" : item.substr(q + 2);
    if (weight.starts_with("0") && weight.find_first_not_of("0.") == std::string_view::npos) continue;
    if (!any || weight > best_weight) {
      best = french ? Language::french : Language::english;
      best_weight = weight;
      any = true;
    }
  }
  return best;
}

}  // namespace portage::base
