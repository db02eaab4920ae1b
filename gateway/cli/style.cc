#include "gateway/cli/style.h"

#include <array>

#include "gateway/base/text.h"

namespace portage::cli {
namespace {

std::string two(std::int64_t number) { return (number < 10 ? "0" : "") + std::to_string(number); }

}  // namespace

Style style_of(const Options& options) {
  return Style{options.language, options.color, options.utf8, base::now()};
}

std::string mark(Mark what, const Style& style) {
  switch (what) {
    case Mark::good:
      return tone(Tone::good, style.utf8 ? "✓" : "ok", style);
    case Mark::bad:
      return tone(Tone::bad, style.utf8 ? "✗" : "FAIL", style);
    case Mark::warn:
      return tone(Tone::warn, style.utf8 ? "!" : "warn", style);
    case Mark::skip:
      break;
  }
  return tone(Tone::faint, style.utf8 ? "–" : "skip", style);
}

std::string_view arrow(const Style& style) { return style.utf8 ? "→" : "->"; }
std::string_view ellipsis(const Style& style) { return style.utf8 ? "…" : "..."; }

std::string tone(Tone what, std::string_view text, const Style& style) {
  if (!style.color || what == Tone::plain) return std::string(text);
  static constexpr std::array<std::string_view, 6> kCodes = {"0", "1", "32", "31", "33", "2"};
  std::string out = "\x1b[";
  out += kCodes[static_cast<std::size_t>(what)];
  out += 'm';
  out += text;
  return out + "\x1b[0m";
}

Tone tone_of_state(std::string_view state) {
  if (state == "delivered" || state == "ok") return Tone::good;
  if (state == "quarantined" || state == "down") return Tone::bad;
  if (state == "waiting" || state == "slow") return Tone::warn;
  return Tone::faint;
}

std::string state_word(std::string_view state, const Style& style) {
  const std::string key = "cli.state." + std::string(state);
  return base::catalogue_find(key) != nullptr ? style.say(key) : std::string(state);
}

std::string thousands(std::uint64_t number, const Style& style) {
  const std::string digits = std::to_string(number);
  const std::string_view gap = style.french() ? " " : ",";
  std::string out;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) out += gap;
    out += digits[i];
  }
  return out;
}

std::string age(base::Micros span) {
  if (span < 0) span = 0;
  if (span < 1'000'000) return std::to_string(span / 1'000) + " ms";
  const std::int64_t seconds = span / 1'000'000;
  if (seconds < 60) return std::to_string(seconds) + "s";
  if (seconds < 3'600) return std::to_string(seconds / 60) + "m " + two(seconds % 60) + "s";
  if (seconds < 86'400) {
    return std::to_string(seconds / 3'600) + "h " + two(seconds % 3'600 / 60) + "m";
  }
  return std::to_string(seconds / 86'400) + "d " + std::to_string(seconds % 86'400 / 3'600) + "h";
}

std::string bytes_text(std::uint64_t count, const Style& style) {
  static constexpr std::array<std::string_view, 5> kEnglish = {"B", "KB", "MB", "GB", "TB"};
  static constexpr std::array<std::string_view, 5> kFrench = {"o", "Ko", "Mo", "Go", "To"};
  std::size_t unit = 0;
  std::uint64_t tenths = count * 10;
  while (tenths >= 10'240 && unit + 1 < kEnglish.size()) {
    tenths /= 1'024;
    ++unit;
  }
  std::string out = std::to_string(tenths / 10);
  if (unit > 0) out += (style.french() ? "," : ".") + std::to_string(tenths % 10);
  out += ' ';
  out += style.french() ? kFrench[unit] : kEnglish[unit];
  return out;
}

std::string clock(base::Micros at) { return base::format_toronto(at).substr(11, 12); }

std::string day_and_clock(base::Micros at) {
  std::string text = base::format_toronto(at).substr(0, 19);
  text[10] = ' ';
  return text;
}

std::string ending(std::string_view ulid, const Style& style) {
  if (ulid.size() <= 7) return std::string(ulid);
  return std::string(ellipsis(style)) + std::string(ulid.substr(ulid.size() - 7));
}

}  // namespace portage::cli
