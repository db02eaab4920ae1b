// Formats of the network: addresses, hosts, URIs.
#include <algorithm>

#include "gateway/schema/formats.h"

namespace portage::schema::formats {
namespace {

bool digit(char c) { return c >= '0' && c <= '9'; }
bool letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool alphanumeric(char c) { return digit(c) || letter(c); }
bool hex(char c) { return digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
bool ascii(char c) { return static_cast<unsigned char>(c) < 0x80; }
bool in(char c, std::string_view set) { return set.find(c) != std::string_view::npos; }

bool atom_character(char c, bool international) {
  return alphanumeric(c) || in(c, "!#$%&'*+-/=?^_`{|}~") || (international && !ascii(c));
}

bool local_part(std::string_view text, bool international) {
  if (text.empty() || text.size() > 64) return false;
  if (text.front() == '"') {
    if (text.size() < 2 || text.back() != '"') return false;
    for (std::size_t i = 1; i + 1 < text.size(); ++i) {
      if (text[i] == '\\') {
        if (++i + 1 >= text.size()) return false;
      } else if (text[i] == '"' || static_cast<unsigned char>(text[i]) < 0x20 || text[i] == 0x7F) {
        return false;
      }
      if (!international && !ascii(text[i])) return false;
    }
    return true;
  }
  bool dot = true;  // none may come first, last, or after another
  for (const char c : text) {
    if (c == '.') {
      if (dot) return false;
      dot = true;
    } else {
      if (!atom_character(c, international)) return false;
      dot = false;
    }
  }
  return !dot;
}

bool mailbox(std::string_view text, bool international) {
  const std::size_t at = text.rfind('@');
  if (at == std::string_view::npos || !local_part(text.substr(0, at), international)) return false;
  const std::string_view domain = text.substr(at + 1);
  if (domain.size() > 2 && domain.front() == '[' && domain.back() == ']') {
    const std::string_view address = domain.substr(1, domain.size() - 2);
    return address.starts_with("IPv6:") ? ipv6(address.substr(5)) : ipv4(address);
  }
  return international ? idn_hostname(domain) : hostname(domain);
}

bool host(std::string_view text, bool international) {
  if (text.empty() || text.size() > (international ? 1000u : 253u)) return false;
  while (true) {
    // IDNA takes three other full stops for a dot.
    std::size_t end = text.find('.');
    std::size_t width = 1;
    if (international) {
      for (const std::string_view stop : {"\u3002", "\uff0e", "\uff61"}) {
        const std::size_t found = text.find(stop);
        if (found < end) {
          end = found;
          width = stop.size();
        }
      }
    }
    const std::string_view label = text.substr(0, end);
    if (label.empty() || label.size() > (international ? 252u : 63u)) return false;
    if (label.front() == '-' || label.back() == '-') return false;
    for (const char c : label) {
      if (!alphanumeric(c) && c != '-' && !(international && !ascii(c))) return false;
    }
    // Marks and letters that IDNA refuses although they are no ASCII.
    for (const std::string_view refused : {"\u302e", "\u302f", "\u0640", "\u07fa", "\u3031",
                                           "\u3032", "\u3033", "\u3034", "\u3035", "\u303b"}) {
      if (international && label.find(refused) != std::string_view::npos) return false;
    }
    if (international && label.size() > 3 && label[2] == '-' && label[3] == '-' &&
        !(label.starts_with("xn") || label.starts_with("XN"))) {
      return false;
    }
    if (end == std::string_view::npos) return true;
    text.remove_prefix(end + width);
  }
}

// Characters of a URI part: unreserved, percent-encoded, or one of `also`.
bool uri_characters(std::string_view text, std::string_view also, bool international) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '%') {
      if (i + 2 >= text.size() || !hex(text[i + 1]) || !hex(text[i + 2])) return false;
      i += 2;
    } else if (!alphanumeric(c) && !in(c, "-._~") && !in(c, also) &&
               !(international && !ascii(c))) {
      return false;
    }
  }
  return true;
}

constexpr std::string_view kSubDelims = "!$&'()*+,;=";
constexpr std::string_view kPathAlso = "!$&'()*+,;=:@/";
constexpr std::string_view kQueryAlso = "!$&'()*+,;=:@/?";

bool authority(std::string_view text, bool international) {
  const std::size_t at = text.rfind('@');
  if (at != std::string_view::npos) {
    if (!uri_characters(text.substr(0, at), "!$&'()*+,;=:", international)) return false;
    text.remove_prefix(at + 1);
  }
  std::string_view port;
  if (text.starts_with('[')) {
    const std::size_t close = text.find(']');
    if (close == std::string_view::npos) return false;
    const std::string_view address = text.substr(1, close - 1);
    const bool future = address.starts_with('v') && address.size() > 3;
    if (!ipv6(address) && !(future && uri_characters(address.substr(1), "!$&'()*+,;=:", false))) {
      return false;
    }
    port = text.substr(close + 1);
    if (!port.empty() && port.front() != ':') return false;
  } else {
    const std::size_t colon = std::min(text.find(':'), text.size());
    if (!uri_characters(text.substr(0, colon), kSubDelims, international)) return false;
    port = text.substr(colon);
  }
  if (!port.empty()) port.remove_prefix(1);
  return std::all_of(port.begin(), port.end(), digit);
}

bool reference(std::string_view text, bool absolute, bool international) {
  const std::size_t hash = text.find('#');
  if (hash != std::string_view::npos) {
    if (!uri_characters(text.substr(hash + 1), kQueryAlso, international)) return false;
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
    if (!uri_characters(text.substr(query + 1), kQueryAlso, international)) return false;
    text = text.substr(0, query);
  }
  if (text.starts_with("//")) {
    text.remove_prefix(2);
    const std::size_t slash = std::min(text.find('/'), text.size());
    if (!authority(text.substr(0, slash), international)) return false;
    text.remove_prefix(slash);
  }
  return uri_characters(text, kPathAlso, international);
}

}  // namespace

bool email(std::string_view text) { return mailbox(text, false); }
bool idn_email(std::string_view text) { return mailbox(text, true); }
bool hostname(std::string_view text) { return host(text, false); }
bool idn_hostname(std::string_view text) { return host(text, true); }

bool ipv4(std::string_view text) {
  for (int part = 0; part < 4; ++part) {
    std::size_t digits = 0;
    int value = 0;
    while (digits < text.size() && digits < 4 && digit(text[digits])) {
      value = value * 10 + (text[digits] - '0');
      ++digits;
    }
    if (digits == 0 || digits > 3 || value > 255 || (digits > 1 && text[0] == '0')) return false;
    text.remove_prefix(digits);
    if (part < 3) {
      if (!text.starts_with('.')) return false;
      text.remove_prefix(1);
    }
  }
  return text.empty();
}

bool ipv6(std::string_view text) {
  int groups = 0;
  bool compressed = false;
  if (text.starts_with("::")) {
    compressed = true;
    text.remove_prefix(2);
    if (text.empty()) return true;
  } else if (text.starts_with(':')) {
    return false;
  }
  while (true) {
    std::size_t digits = 0;
    while (digits < text.size() && hex(text[digits])) ++digits;
    if (digits < text.size() && text[digits] == '.') {
      groups += 2;
      return ipv4(text) && (compressed ? groups < 8 : groups == 8);
    }
    if (digits == 0 || digits > 4) return false;
    ++groups;
    text.remove_prefix(digits);
    if (text.empty()) break;
    if (text[0] != ':') return false;
    text.remove_prefix(1);
    if (text.starts_with(':')) {
      if (compressed) return false;
      compressed = true;
      text.remove_prefix(1);
      if (text.empty()) break;
    } else if (text.empty()) {
      return false;
    }
    if (groups > 7) return false;
  }
  return compressed ? groups < 8 : groups == 8;
}

bool uri(std::string_view text) { return reference(text, true, false); }
bool uri_reference(std::string_view text) { return reference(text, false, false); }
bool iri(std::string_view text) { return reference(text, true, true); }
bool iri_reference(std::string_view text) { return reference(text, false, true); }

bool uri_template(std::string_view text) {
  bool open = false, empty = false;
  for (const char c : text) {
    if (c == '{') {
      if (open) return false;
      open = empty = true;
    } else if (c == '}') {
      if (!open || empty) return false;
      open = false;
    } else if (open) {
      empty = false;
      if (!alphanumeric(c) && !in(c, "_.%,:*+#/;?&=,!@|")) return false;
    } else if (static_cast<unsigned char>(c) <= 0x20 || in(c, "\"'<>\\^`|")) {
      return false;
    }
  }
  return !open;
}

}  // namespace portage::schema::formats
