// How text is drawn: language, colour, symbols, and what time it is. Values; pure functions.
#pragma once

#include <string>
#include <string_view>

#include "gateway/base/catalogue.h"
#include "gateway/base/time.h"
#include "gateway/cli/options.h"

namespace portage::cli {

struct Style {
  base::Language language = base::Language::english;
  bool color = false;
  bool utf8 = true;  // ✓ and → may be used; otherwise "ok" and "->"
  base::Micros now = 0;

  bool french() const { return language == base::Language::french; }
  std::string say(std::string_view key, const base::Arguments& arguments = {}) const {
    return base::say(key, language, arguments);
  }
};
Style style_of(const Options& options);

enum class Mark { good, bad, warn, skip };
std::string mark(Mark what, const Style& style);  // "✓", or "ok" where symbols can't be drawn
std::string_view arrow(const Style& style);       // "→" or "->"
std::string_view ellipsis(const Style& style);    // "…" or "..."

// A word with its colour; the word alone already says everything.
enum class Tone { plain, strong, good, bad, warn, faint };
std::string tone(Tone what, std::string_view text, const Style& style);
Tone tone_of_state(std::string_view state);  // "delivered", "waiting", "down" …
std::string state_word(std::string_view state, const Style& style);  // in the reader's language

std::string thousands(std::uint64_t number, const Style& style);  // "1,204" or "1 204"
std::string age(base::Micros span);  // "6m 12s", "3h 05m", "2d 4h", "84 ms"
std::string bytes_text(std::uint64_t count, const Style& style);  // "71.2 GB" or "71,2 Go"
std::string clock(base::Micros at);                             // "10:41:07.118" in America/Toronto
std::string day_and_clock(base::Micros at);                     // "2026-11-16 10:41:07"
std::string ending(std::string_view ulid, const Style& style);  // "…1YHT15Q"

}  // namespace portage::cli
