// Names of places as people write them: case, accents, points, hyphens and "City of" make no
// difference.
#include <array>
#include <utility>

#include "gateway/directory/directory.h"

namespace portage::directory {

namespace {

// The letters of French names, in UTF-8; both cases.
constexpr std::array<std::pair<std::string_view, char>, 30> kLetters = {{
    {"à", 'a'}, {"â", 'a'}, {"ä", 'a'}, {"ç", 'c'}, {"é", 'e'}, {"è", 'e'}, {"ê", 'e'}, {"ë", 'e'},
    {"î", 'i'}, {"ï", 'i'}, {"ô", 'o'}, {"ö", 'o'}, {"ù", 'u'}, {"û", 'u'}, {"ü", 'u'}, {"À", 'a'},
    {"Â", 'a'}, {"Ä", 'a'}, {"Ç", 'c'}, {"É", 'e'}, {"È", 'e'}, {"Ê", 'e'}, {"Ë", 'e'}, {"Î", 'i'},
    {"Ï", 'i'}, {"Ô", 'o'}, {"Ö", 'o'}, {"Ù", 'u'}, {"Û", 'u'}, {"Ü", 'u'},
}};

constexpr std::array<std::string_view, 8> kTitles = {
    "city of ",         "town of ",  "township of ", "village of ",
    "municipality of ", "ville de ", "canton de ",   "municipalite de "};

std::string folded(std::string_view name) {
  std::string out;
  for (std::size_t i = 0; i < name.size();) {
    const char c = name[i];
    if (static_cast<unsigned char>(c) < 0x80) {
      ++i;
      if (c >= 'A' && c <= 'Z') {
        out += static_cast<char>(c - 'A' + 'a');
      } else if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
        out += c;
      } else if (c != '\'' && c != '.') {
        if (!out.empty() && out.back() != ' ') out += ' ';
      }
      continue;
    }
    char plain = 0;
    for (const auto& [letter, base_letter] : kLetters) {
      if (name.substr(i).starts_with(letter)) plain = base_letter;
    }
    if (plain != 0) {
      out += plain;
      i += 2;
    } else {  // another letter stays as it is; a typographic apostrophe or dash parts words
      const bool dash = name.substr(i).starts_with("\xE2\x80");
      if (dash && !out.empty() && out.back() != ' ') out += ' ';
      if (!dash) out += c;
      i += dash ? 3 : 1;
    }
  }
  while (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

}  // namespace

std::string place_key(std::string_view name) {
  std::string key = folded(name);
  for (const std::string_view title : kTitles) {
    if (key.starts_with(title) && key.size() > title.size()) {
      key.erase(0, title.size());
      break;
    }
  }
  if (key.starts_with("st ")) key.replace(0, 3, "saint ");
  if (key.starts_with("ste ")) key.replace(0, 4, "sainte ");
  for (std::size_t at = 0; (at = key.find(" ste ", at)) != std::string::npos;) {
    key.replace(at, 5, " sainte ");
  }
  return key;
}

}  // namespace portage::directory
