// Formats of the network: mail addresses and the addresses of machines.
#include "gateway/schema/ascii.h"
#include "gateway/schema/formats.h"
#include "gateway/schema/idna.h"

namespace portage::schema::formats {
namespace {

using ascii::alphanumeric;
using ascii::digit;
using ascii::hex;
using ascii::in;

bool atom_character(char c, bool international) {
  return alphanumeric(c) || in(c, "!#$%&'*+-/=?^_`{|}~") || (international && !ascii::plain(c));
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
      if (!international && !ascii::plain(text[i])) return false;
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
  // RFC 6531 looks a name up, and a name is brought into its normal form before that.
  return international ? idn_hostname(idna::composed(domain)) : hostname(domain);
}

}  // namespace

bool email(std::string_view text) { return mailbox(text, false); }
bool idn_email(std::string_view text) { return mailbox(text, true); }

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

}  // namespace portage::schema::formats
