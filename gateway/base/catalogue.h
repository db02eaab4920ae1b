// Every text a person can meet, in English and French, by its stable key. The table is made at build
// time from schemas/errors/*.json and schemas/messages/*.json; a test checks that no key is missing.
// Threads: all functions are pure.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "gateway/base/error.h"

namespace portage::base {

enum class Language : std::uint8_t { english, french };

struct CatalogueEntry {
  std::string_view key;
  std::string_view en, fr;          // {name} stands for an argument
  std::string_view fix_en, fix_fr;  // what to do about it; may be empty
  std::string_view who_acts;        // "sender", "receiver", "gateway", "operator"; empty for messages
  int status;                       // HTTP status of an error; 0 for messages
};

std::span<const CatalogueEntry> catalogue();            // sorted by key
const CatalogueEntry* catalogue_find(std::string_view key);  // nullptr if unknown

// The text of `key` with its {name}s filled in. An unknown key gives the key itself.
std::string say(std::string_view key, Language language, const Arguments& arguments = {});
std::string say_fix(std::string_view key, Language language, const Arguments& arguments = {});

// "fr", "fr-CA,fr;q=0.9,en;q=0.5" and PORTAGE_LANG values -> the language to answer in.
Language language_from(std::string_view accept_language);

}  // namespace portage::base
