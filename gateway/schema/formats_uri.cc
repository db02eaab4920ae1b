// URIs (RFC 3986), IRIs (RFC 3987) and URI templates (RFC 6570).
#include <algorithm>
#include <cstdint>

#include "gateway/base/utf8.h"
#include "gateway/schema/ascii.h"
#include "gateway/schema/formats.h"

namespace portage::schema::formats {
namespace {

using ascii::alphanumeric;
using ascii::digit;
using ascii::hex;
using ascii::in;
using ascii::letter;

// What RFC 3987 lets stand in an IRI beside ASCII; `query` lets in the private ones too.
bool beyond_ascii(std::uint32_t point, bool query) {
  const auto within = [&](std::uint32_t first, std::uint32_t last) {
    return point >= first && point <= last;
  };
  if (point < 0x10000) {
    return within(0xA0, 0xD7FF) || within(0xF900, 0xFDCF) || within(0xFDF0, 0xFFEF) ||
           (query && within(0xE000, 0xF8FF));
  }
  const bool last_two = (point & 0xFFFF) >= 0xFFFE;
  const bool tags = within(0xE0000, 0xE0FFF);
  return !last_two && !tags && (query || point < 0xF0000);
}

bool percent_encoded(std::string_view text, std::size_t at) {
  return at + 2 < text.size() && text[at] == '%' && hex(text[at + 1]) && hex(text[at + 2]);
}

enum class Letters : std::uint8_t { ascii, international, international_query };

// Characters of a URI part: unreserved, percent-encoded, or one of `also`.
bool uri_characters(std::string_view text, std::string_view also, Letters letters) {
  for (std::size_t i = 0; i < text.size();) {
    const char c = text[i];
    if (c == '%') {
      if (!percent_encoded(text, i)) return false;
      i += 3;
    } else if (ascii::plain(c)) {
      if (!alphanumeric(c) && !in(c, "-._~") && !in(c, also)) return false;
      ++i;
    } else {
      if (letters == Letters::ascii) return false;
      if (!beyond_ascii(base::next_code_point(text, i), letters == Letters::international_query)) {
        return false;
      }
    }
  }
  return true;
}

// "v1.anything": what stands in brackets for addresses that are yet to come.
bool future_address(std::string_view text) {
  if (text.empty() || (text[0] != 'v' && text[0] != 'V')) return false;
  const std::size_t dot = text.find('.');
  if (dot == std::string_view::npos || dot == 1 || dot + 1 == text.size()) return false;
  return std::all_of(text.begin() + 1, text.begin() + static_cast<std::ptrdiff_t>(dot), hex) &&
         text.find('%') == std::string_view::npos &&
         uri_characters(text.substr(dot + 1), "!$&'()*+,;=:", Letters::ascii);
}

constexpr std::string_view kSubDelims = "!$&'()*+,;=";
constexpr std::string_view kPathAlso = "!$&'()*+,;=:@/";
constexpr std::string_view kQueryAlso = "!$&'()*+,;=:@/?";

bool authority(std::string_view text, Letters letters) {
  const std::size_t at = text.rfind('@');
  if (at != std::string_view::npos) {
    if (!uri_characters(text.substr(0, at), "!$&'()*+,;=:", letters)) return false;
    text.remove_prefix(at + 1);
  }
  std::string_view port;
  if (text.starts_with('[')) {
    const std::size_t close = text.find(']');
    if (close == std::string_view::npos) return false;
    const std::string_view address = text.substr(1, close - 1);
    if (!ipv6(address) && !future_address(address)) return false;
    port = text.substr(close + 1);
    if (!port.empty() && port.front() != ':') return false;
  } else {
    const std::size_t colon = std::min(text.find(':'), text.size());
    if (!uri_characters(text.substr(0, colon), kSubDelims, letters)) return false;
    port = text.substr(colon);
  }
  if (!port.empty()) port.remove_prefix(1);
  return std::all_of(port.begin(), port.end(), digit);
}

bool reference(std::string_view text, bool absolute, Letters letters) {
  const std::size_t hash = text.find('#');
  if (hash != std::string_view::npos) {
    if (!uri_characters(text.substr(hash + 1), kQueryAlso, letters)) return false;
    text = text.substr(0, hash);
  }
  const std::size_t colon = text.find(':');
  const bool has_scheme = colon != std::string_view::npos && colon > 0 && letter(text[0]) &&
                          std::all_of(text.begin(), text.begin() + static_cast<long>(colon),
                                      [](char c) { return alphanumeric(c) || in(c, "+-."); });
  if (has_scheme) {
    text.remove_prefix(colon + 1);
  } else if (absolute) {
    return false;
  } else if (colon != std::string_view::npos && colon < text.find_first_of("/?")) {
    return false;  // the first segment of a relative reference holds no colon
  }
  const std::size_t query = text.find('?');
  if (query != std::string_view::npos) {
    const Letters there = letters == Letters::ascii ? letters : Letters::international_query;
    if (!uri_characters(text.substr(query + 1), kQueryAlso, there)) return false;
    text = text.substr(0, query);
  }
  if (text.starts_with("//")) {
    text.remove_prefix(2);
    const std::size_t slash = std::min(text.find('/'), text.size());
    if (!authority(text.substr(0, slash), letters)) return false;
    text.remove_prefix(slash);
  }
  return uri_characters(text, kPathAlso, letters);
}

// A name, its parts parted by single dots, then perhaps how much or how many of it.
bool variable(std::string_view text) {
  std::size_t i = 0;
  bool part = false;
  for (; i < text.size() && text[i] != ':' && text[i] != '*'; ++i) {
    if (text[i] == '.') {
      if (!part) return false;
      part = false;
      continue;
    }
    if (text[i] == '%') {
      if (!percent_encoded(text, i)) return false;
      i += 2;
    } else if (!alphanumeric(text[i]) && text[i] != '_') {
      return false;
    }
    part = true;
  }
  if (!part) return false;
  const std::string_view modifier = text.substr(i);
  if (modifier.empty() || modifier == "*") return true;
  return modifier[0] == ':' && modifier.size() >= 2 && modifier.size() <= 5 && modifier[1] != '0' &&
         std::all_of(modifier.begin() + 1, modifier.end(), digit);
}

// What stands between the braces.
bool expression(std::string_view text) {
  if (text.empty()) return false;
  if (in(text[0], "+#./;?&=,!@|")) text.remove_prefix(1);
  while (true) {
    const std::size_t comma = text.find(',');
    if (!variable(text.substr(0, comma))) return false;
    if (comma == std::string_view::npos) return true;
    text.remove_prefix(comma + 1);
  }
}

}  // namespace

bool uri(std::string_view text) { return reference(text, true, Letters::ascii); }
bool uri_reference(std::string_view text) { return reference(text, false, Letters::ascii); }
bool iri(std::string_view text) { return reference(text, true, Letters::international); }
bool iri_reference(std::string_view text) { return reference(text, false, Letters::international); }

bool uri_template(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const char c = text[i];
    if (c == '{') {
      const std::size_t close = text.find('}', i);
      if (close == std::string_view::npos) return false;
      if (!expression(text.substr(i + 1, close - i - 1))) return false;
      i = close + 1;
    } else if (c == '%') {
      if (!percent_encoded(text, i)) return false;
      i += 3;
    } else if (ascii::plain(c)) {
      // An apostrophe may stand here by the RFC's erratum 6937.
      if (static_cast<unsigned char>(c) <= 0x20 || c == 0x7F || in(c, "\"<>\\^`|}")) return false;
      ++i;
    } else if (!beyond_ascii(base::next_code_point(text, i), true)) {
      return false;
    }
  }
  return true;
}

}  // namespace portage::schema::formats
